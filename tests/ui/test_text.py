"""Text in cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hauler_tui.ui.text import Span, cut, fit, plain, wrap, wrap_spans

words = st.text(alphabet="ab cdé漢字👩 \n", max_size=80)


@given(words, st.integers(1, 40))
def test_fitted_text_takes_exactly_the_cells(text: str, width: int) -> None:
    assert cell_len(fit(plain(text), width)) == width


@given(words, st.integers(2, 40))
def test_no_wrapped_line_is_wider_than_asked(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(words, st.integers(2, 40))
def test_wrapping_loses_nothing_but_white_space(text: str, width: int) -> None:
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())


def test_words_stay_whole_where_they_fit() -> None:
    assert wrap("one two three", 7) == ["one two", "three"]


def test_a_word_longer_than_the_line_is_cut_at_its_end() -> None:
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]


def test_styles_survive_wrapping() -> None:
    lines = wrap_spans([Span("one ", "text"), Span("two", "strong")], 4)
    assert [[span for span in line if span.text.strip()] for line in lines] == [
        [Span("one", "text")],
        [Span("two", "strong")],
    ]


def test_further_lines_are_indented() -> None:
    lines = wrap_spans([Span("one two")], 5, first="- ", rest="  ")
    assert ["".join(span.text for span in line) for line in lines] == ["- one", "  two"]


def test_cutting_says_that_something_is_missing() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"


@given(st.text(max_size=60))
def test_plain_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    shown = plain(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
