"""Text from strangers is safe afterwards, and shortening never cuts what belongs together."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import (
    clean_line,
    clean_text,
    formula_spans,
    grapheme_start,
    shorten,
    sort_key,
    visible,
    word_count,
)

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"]
ANY_TEXT = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from("ab \n\t\r\x1b[0m;\x07\x00\u202e\u0301\u0323\u200d👩🇩🇪é\ud800\x9b\u2028가"),
    max_size=60,
)
PIECES = st.lists(
    st.sampled_from(
        ["word", "a", " ", "  ", "\n", "&amp;", "&#8217;", "$x + y$", "$$a$$", "$", "\\$", "5",
         "e\u0301", "👩\u200d👩", "🇩🇪", "深度学习", ",", ".", "(", "costs", "$O(n \\log n)$"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(ANY_TEXT)
def test_a_clean_line_is_one_line_without_controls(raw: str) -> None:
    line = clean_line(raw)
    assert not set(line) & {*CONTROLS, *BIDI, "\n", "\t", "\u2028", "\u2029"}
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in line)
    assert line == " ".join(line.split())


@given(ANY_TEXT, st.integers(1, 30))
def test_cleaning_twice_is_cleaning_once_and_keeps_to_the_limit(raw: str, limit: int) -> None:
    line, text = clean_line(raw, limit), clean_text(raw, limit)
    assert clean_line(line, limit) == line
    assert clean_text(text, limit) == text
    assert len(line) <= limit
    assert len(text) <= limit


@given(ANY_TEXT)
def test_clean_text_has_no_controls_but_newlines_and_del(raw: str) -> None:
    text = clean_text(raw)
    assert not set(text) & {*CONTROLS, *BIDI, "\t", "\u2028", "\u2029"} - {"\x7f"}
    assert "\n\n\n" not in text
    assert text == text.strip()


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;owned\x07title", "title"),
        ("\x1b]0;never closed", "]0;never closed"),
        ("a\x00b\x08c", "abc"),
        ("left\u202eright", "leftright"),
        ("two\n  lines\tand tabs", "two lines and tabs"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("e\u0301te\u0301", "été"),
        ("[bold red]plain[/bold red]", "[bold red]plain[/bold red]"),
        ("g=<R, E>", "g=<R, E>"),
        ("\ud83d lone", "lone"),
        ("   ", ""),
    ],
)
def test_a_line_loses_what_a_terminal_would_obey_and_nothing_else(raw: str, line: str) -> None:
    assert clean_line(raw) == line


def test_thousands_of_combining_marks_become_six() -> None:
    assert len(clean_line("Z" + "\u0301\u0323" * 100_000)) <= 8


def test_a_megabyte_title_is_cut_with_an_ellipsis() -> None:
    line = clean_line("word " * 250_000)
    assert len(line) <= 500
    assert line.endswith("word…")


def test_a_cut_falls_between_graphemes() -> None:
    family = "👩\u200d👩\u200d👧"
    assert clean_line("ab" + family, 5) == "ab…"
    assert clean_line("a🇩🇪🇫🇷", 4) == "a🇩🇪…"


def test_paragraphs_and_markdown_breaks_stay() -> None:
    assert clean_text("one  \ntwo \nthree\r\n\r\n\r\n\r\nfour\tfive  \n \nsix\n") == (
        "one  \ntwo\nthree\n\nfour    five\n\nsix"
    )


def test_a_persons_controls_are_drawn_as_pictures() -> None:
    assert visible("a\x1b[0m\x00\x7f\tb\r\nc\u202ed\x9b") == "a␛[0m␀␡\tb\ncd\ufffd"


@given(ANY_TEXT)
def test_what_is_visible_holds_nothing_to_obey(raw: str) -> None:
    assert not set(visible(raw)) & {*CONTROLS, *BIDI, "\u2028", "\u2029"}
    assert visible(visible(raw)) == visible(raw)


@given(PIECES | ANY_TEXT, st.integers(0, 50))
def test_a_shortened_text_is_a_beginning_with_an_ellipsis(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or not short or (short[-1] == "…" and text.startswith(short[:-1]))
    if len(text) <= limit:
        assert short == text


@given(PIECES, st.integers(1, 50))
def test_a_cut_breaks_no_entity_formula_or_grapheme(text: str, limit: int) -> None:
    short = shorten(text, limit)
    if short == text:
        return
    at = len(short) - 1
    for found in re.finditer(r"&(?:amp|#8217);", text):
        assert not found.start() < at < found.end()
    for start, end in formula_spans(text):
        assert not start < at < end
    assert grapheme_start(text, at) == at


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=2), st.integers(10, 60))
def test_a_cut_falls_between_words_and_as_late_as_it_can(words: list[str], limit: int) -> None:
    text = " ".join(words)
    short = shorten(text, limit)
    if short != text:
        kept = short[:-1].split(" ")
        assert words[: len(kept)] == kept
        assert len(" ".join(words[: len(kept) + 1])) + 1 > limit


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("The next observation. However, it", 22, "The next observation…"),
        ("fits", 4, "fits"),
        ("One two. Three", 8, "One two…"),
        ("one two", 6, "one…"),
        ("one two", 4, "one…"),
        ("unbreakable", 5, "unbr…"),
        ("a unbreakable", 8, "a…"),
        ("AT&amp;T", 6, "AT…"),
        ("We show $O(n \\log n)$ time", 15, "We show…"),
        ("costs $5 or $10 a month", 16, "costs $5 or $10…"),
        ("深度学习是机器学习的分支", 6, "深度学习是…"),
        ("x", 0, ""),
    ],
)
def test_shortening_by_example(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


def test_published_abstracts_are_what_shortening_makes() -> None:
    folder = Path(os.environ.get("HAULER_SHARED", Path(__file__).parents[3] / "shared"))
    files = sorted((folder / "examples").glob("*.md"))
    if not files:
        pytest.skip(f"no published issues in {folder}")
    for file in files:
        for cut in re.findall(r"^(.*)…$", file.read_text(encoding="utf-8"), re.MULTILINE):
            assert shorten(f"{cut} {'x' * 30} more", 120) == f"{cut}…"
            assert shorten(f"{cut}. {'x' * 30}", 120) == f"{cut}…"


def test_titles_sort_without_case_accents_and_leading_punctuation() -> None:
    titles = ['"Do Anything Now": A Study', "Éclair", "XSTest", "xVal", "Łódź", "$k$-means", "…"]
    assert sorted(titles, key=sort_key) == sorted(titles, key=sort_key)
    assert sort_key(titles[0]).startswith("do anything now")
    assert sort_key("Éclair") < sort_key("Effort")
    assert sort_key("XSTest") < sort_key("xVal")
    assert sort_key("Łódź") == "lodz"
    assert sort_key("…") == "..."


def test_words_are_what_holds_a_letter_or_digit() -> None:
    assert word_count("Two words -- and 3 more, GPT-4!") == 6
    assert word_count(" … ") == 0


@given(ANY_TEXT)
def test_sorting_and_counting_take_any_text(raw: str) -> None:
    assert isinstance(sort_key(raw), str)
    assert 0 <= word_count(raw) <= len(raw)


def test_a_stray_del_stays_in_a_text_but_is_in_no_line_and_is_never_drawn() -> None:
    kept = clean_text('R\\"u\x7fdiger\x1b[2K\nUrbanke')
    assert kept == 'R\\"u\x7fdiger\nUrbanke'
    assert clean_line(kept) == 'R\\"udiger Urbanke'
    assert to_unicode(kept) == "Rüdiger\nUrbanke"
