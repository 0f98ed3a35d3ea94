from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from hauler_tui.domain.haul import Haul, Lane, Series
from hauler_tui.domain.text import sort_key
from hauler_tui.haul.canonical import card_abstract
from hauler_tui.haul.compile import CardContent, compile_document, compile_issue, in_file_order
from hauler_tui.haul.intake import from_document
from hauler_tui.haul.markup import strip_blank_lines
from hauler_tui.haul.parse import parse
from hauler_tui.haul.readback import breaks_reading, is_plain, lane_breaks_reading
from tests.haul.posts import example, links, notes, patient, soup, texts, titles

SERIES = Series(
    id=1,
    title="River Log ~{n}",
    slug="river-log-{n}",
    lanes=("Remarks", "Papers"),
    tags="rivers,bio",
    snippet="{count} papers about rivers",
)
ISSUE = Haul(
    id=1,
    slug="river-log-8",
    series_id=1,
    number=8,
    title="River Log ~8",
    state="open",
    lanes=(Lane(name="Remarks"), Lane(name="Papers", holds_cards=True)),
)
SILT = CardContent(
    link="http://arxiv.org/abs/2501.00001v3",
    title="Silt & sand at $p<0.05$, again.",
    abstract="Short.\n\nSecond paragraph.",
    text="\n\nA note.\n\nWith two paragraphs.\n\n",
    lane="Papers",
)
EDDIES = CardContent(link="https://example.org/e", title='"Eddies"', lane="Papers")
CARD = '<blockquote>\n<a href="https://example.org/c">\n<h4>C</h4>\n</a>\n</blockquote>'


def test_an_issue_is_written_in_the_canonical_form() -> None:
    lanes = (Lane(name="", text="Hello.\n"), Lane(name="Remarks", text="A remark."), ISSUE.lanes[1])
    issue = replace(ISSUE, lanes=lanes, published_at=datetime(2025, 4, 1, 8, tzinfo=UTC))
    assert (
        compile_issue(SERIES, issue, (SILT, EDDIES))
        == """\
---
title: River Log ~8
published_at: 2025-04-01T08:00:00.000Z
snippet: 2 papers about rivers
tags: rivers,bio
---

Hello.

## Remarks

A remark.

## Papers

<blockquote>
    <a href="https://example.org/e">
    <h4>"Eddies"</h4>
    </a>
</blockquote>

<hr/>

<blockquote>
    <a href="https://arxiv.org/abs/2501.00001">
    <h4>Silt &amp; sand at p&lt;0.05, again</h4>
    <p>
Short.
    </p>
    </a>
</blockquote>

A note.

With two paragraphs.

<br/>
<br/>
<br/>
"""
    )


def test_hand_order_is_kept() -> None:
    text = compile_issue(SERIES, replace(ISSUE, hand_ordered=True), (SILT, EDDIES))
    assert [card.title[:4] for card in parse(text).cards] == ["Silt", '"Edd']


def test_an_empty_issue_is_a_valid_file() -> None:
    text = compile_issue(replace(SERIES, closing=""), ISSUE, ())
    assert text == (
        "---\ntitle: River Log ~8\nsnippet: 0 papers about rivers\ntags: rivers,bio\n---\n"
    )


@pytest.mark.parametrize(
    ("phrase", "one", "two"),
    [
        ("{count} new mostly-ML papers", "1 new mostly-ML paper", "2 new mostly-ML papers"),
        (
            "Papers: {count} posts and papers",
            "Papers: 1 post and papers",
            "Papers: 2 posts and papers",
        ),
        ("Articles, {count} of them", "Articles, 1 of them", "Articles, 2 of them"),
        ("Another edition", "Another edition", "Another edition"),
    ],
)
def test_one_card_is_one_paper(phrase: str, one: str, two: str) -> None:
    series = replace(SERIES, snippet=phrase)
    for cards, told in (((SILT,), one), ((SILT, SILT), two)):
        text = compile_issue(series, replace(ISSUE, snippet=None), cards)
        assert yaml.safe_load(text.split("---")[1])["snippet"] == told


def test_the_authors_snippet_wins_and_an_empty_one_is_left_out() -> None:
    own = compile_issue(SERIES, replace(ISSUE, snippet="Mine: {count}"), (SILT,))
    assert yaml.safe_load(own.split("---")[1])["snippet"] == "Mine: {count}"
    assert "snippet" not in compile_issue(SERIES, replace(ISSUE, snippet=""), (SILT,))


def test_an_abstract_is_cut_to_the_length_of_the_series() -> None:
    long = replace(SILT, abstract="Many words about rivers and what they carry. " * 9)
    (card,) = parse(compile_issue(replace(SERIES, abstract_length=40), ISSUE, (long,))).cards
    assert len(card.abstract) <= 40
    assert card.abstract.endswith("…")


@pytest.mark.parametrize(
    ("link", "printed"),
    [
        ("http://lab.example/paper.html?utm_source=x", "https://lab.example/paper.html"),
        ("http://lab.example", "https://lab.example"),
        ("http://lab.example:8080/a", "http://lab.example:8080/a"),
        ("https://lab.example/http://other.example/", "https://lab.example/http://other.example/"),
    ],
)
def test_a_card_prints_its_link_as_https_but_for_one_with_a_port(link: str, printed: str) -> None:
    text = compile_issue(SERIES, ISSUE, (replace(EDDIES, link=link),))
    assert f'<a href="{printed}">' in text


def test_a_link_that_would_run_code_is_not_written() -> None:
    text = compile_issue(SERIES, ISSUE, (replace(SILT, link=" javaScript:alert(1)"),))
    assert "alert" not in text.split("<h4>")[0]


def test_hostile_words_stay_words() -> None:
    evil = "A</h4></a>\n\n</blockquote>\x1b[31m<script>alert(1)</script>\u202e\x00\n\n---"
    hostile = CardContent(
        link='https://example.org/"><b>', title=evil, abstract=evil, lane="Papers"
    )
    (card,) = parse(compile_issue(SERIES, ISSUE, (hostile,))).cards
    assert card.is_closed
    assert card.text == ""
    assert "<script>alert(1)</script>" in card.title
    assert "\x1b" not in card.quote
    assert "\n\n" not in card.quote


def test_a_published_issue_gives_its_file_back() -> None:
    assert compile_issue(SERIES, replace(ISSUE, text="any\r\ntext"), (SILT,)) == "any\r\ntext"


def test_a_card_of_an_unknown_lane_is_not_lost() -> None:
    document = parse(compile_issue(SERIES, ISSUE, (replace(SILT, lane="Gone"),)))
    assert [(lane.name, len(lane.cards)) for lane in document.lanes] == [("Papers", 1)]
    bare = parse(compile_issue(SERIES, replace(ISSUE, lanes=()), (replace(SILT, lane="Gone"),)))
    assert [(lane.name, len(lane.cards)) for lane in bare.lanes] == [("Gone", 1)]


cards = st.builds(
    CardContent,
    link=links,
    title=titles.filter(lambda title: title.strip().strip(".")),
    abstract=texts,
    text=st.one_of(notes, soup, texts).filter(lambda text: not breaks_reading(text)),
    lane=st.just("Papers"),
)


@patient
@given(st.lists(cards, max_size=3), st.one_of(notes, soup, texts), titles)
def test_what_is_compiled_is_read_back(content: list[CardContent], prose: str, title: str) -> None:
    if lane_breaks_reading(prose):
        prose = ""
    issue = replace(ISSUE, title=title, lanes=(Lane(name="Remarks", text=prose), ISSUE.lanes[1]))
    text = compile_issue(SERIES, issue, content)
    assert isinstance(yaml.safe_load(text.split("---\n")[1]), dict)
    document = parse(text)
    assert document.title == " ".join(document.title.split())
    lanes = [(lane.name, lane.text) for lane in document.lanes if not lane.holds_cards]
    assert lanes == ([("Remarks", strip_blank_lines(prose))] if prose.strip(" \t\n") else [])
    found = sorted((card.link, card.text) for card in document.cards)
    assert found == sorted((card.link, strip_blank_lines(card.text)) for card in content)
    keys = [sort_key(card.title) for card in document.cards]
    assert keys == sorted(keys)
    assert all(card.is_closed and "\n\n" not in card.quote for card in document.cards)
    assert all(len(card.abstract) <= SERIES.abstract_length for card in document.cards)


@pytest.mark.parametrize(
    ("note", "word"),
    [
        ("a\n\n## b", "heading"),
        ("### b", "heading"),
        ("a\n---\nb", "heading"),
        ("a\n\n---\n\nb", "rule"),
        ("a\n<hr/>", "rule"),
        ('<blockquote><a href="x"><h4>b</h4></a></blockquote>', "card"),
        ("a\n\n<br/>\n<br/>", "break"),
        ("```\nopen", "open"),
        ("<!-- open", "open"),
        ("a\n" * 100_000, "long"),
    ],
)
def test_a_note_that_would_not_be_read_back_is_found_out(note: str, word: str) -> None:
    assert word in " ".join(breaks_reading(note))


@pytest.mark.parametrize(
    "note",
    [
        "",
        " \n",
        "a<br/>\n<br/>\nb",
        "- a\n- b",
        "> # quoted",
        "```\n# code\n---\n```",
        "\\# no",
        "a\r\nb",
    ],
)
def test_a_harmless_note_is_not_complained_about(note: str) -> None:
    assert breaks_reading(note) == ()


def test_the_finding_names_the_line() -> None:
    assert breaks_reading("a\n\nb\n\n---\n\nc")[0].startswith("line 5 ")


@pytest.mark.parametrize("text", ["text\n\n<br/>", "<br/>", "<br/>\n<br/>\n<br/>"])
def test_closing_breaks_end_only_what_stands_last(text: str) -> None:
    assert "closing break" in breaks_reading(text)[0]
    assert breaks_reading(text, is_last=False) == ()
    assert "closing break" in lane_breaks_reading(text)[0]
    assert lane_breaks_reading(text, is_last=False) == ()
    assert breaks_reading(f"{text}\n\n# a", is_last=False) == breaks_reading(f"{text}\n\n# a")


def test_a_nul_byte_is_read_back_by_nobody() -> None:
    assert breaks_reading("a\n\nb\0c") == ("line 3 holds a NUL byte, with which no file is text",)
    assert lane_breaks_reading("\0") != ()


def test_a_lane_may_hold_small_headings_and_rules() -> None:
    assert lane_breaks_reading("### a\n\n---\n\n<hr/>\n\nb") == ()
    assert "heading" in lane_breaks_reading("## a")[0]


def test_the_published_issue_compiled_from_its_parts_differs_only_in_white_space() -> None:
    text = example("ml-arxiv-26.md")
    intake = from_document(parse(text))
    series = replace(
        SERIES, title=intake.title_pattern, tags="arxiv", snippet="{count} new mostly-ML papers"
    )
    issue = replace(
        ISSUE, title=intake.title, lanes=intake.all_lanes, published_at=intake.published_at
    )
    compiled = compile_issue(series, issue, intake.cards)
    assert compiled == text.replace("\n\n\n## Papers", "\n\n## Papers").replace(
        "\u00a0Trial", " Trial"
    )


@pytest.mark.parametrize(
    ("abstract", "printed"),
    [
        ("A **bold** word and [a link](https://example.org/a).", "A bold word and a link."),
        ("![a picture](https://example.org/a.png)Words.", "Words."),
        ("An array a[i](j) and 2**3**4 and f**g.", "An array a[i](j) and 2**3**4 and f**g."),
        ("[1] is cited (twice).", "[1] is cited (twice)."),
    ],
)
def test_an_abstract_is_printed_without_markdown(abstract: str, printed: str) -> None:
    assert card_abstract(abstract, 120) == printed


@patient
@given(
    st.lists(
        st.builds(CardContent, link=links, title=titles, text=notes, abstract=notes), max_size=4
    ),
    notes,
    st.sampled_from(("", "<br/>\n<br/>\n<br/>\n")),
)
def test_the_document_is_the_one_that_is_read_back(
    cards: list[CardContent], prose: str, closing: str
) -> None:
    assume(not any(breaks_reading(card.text) for card in cards))
    assume(not lane_breaks_reading(prose))
    series, cards = replace(SERIES, closing=closing), [replace(c, lane="Papers") for c in cards]
    issue = replace(ISSUE, lanes=(Lane(name="Remarks", text=prose), ISSUE.lanes[1]))
    document = compile_document(series, issue, cards)
    assert document == parse(compile_issue(series, issue, cards))
    assert len(in_file_order(series, issue, cards)) == len(document.cards)


@patient
@given(
    st.one_of(
        notes, texts, st.lists(st.text('ab1 \n\t-=#*_<>.)`~[]:&"', max_size=9)).map("\n".join)
    )
)
def test_paragraphs_alone_are_read_back_without_trying(text: str) -> None:
    wanted = strip_blank_lines(text)
    if wanted and is_plain(wanted):
        read = parse(
            f"## A\n\n{wanted}\n\n## B\n\n{CARD}\n\n{wanted}\n\n<hr/>\n\n{CARD}\n\n{wanted}\n"
        )
        assert read.sections[0].text == wanted
        assert [card.text for card in read.cards] == [wanted, wanted]
        assert len(read.sections) == 2
