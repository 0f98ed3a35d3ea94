from __future__ import annotations

import pytest
from hypothesis import given

from hauler_tui.haul.model import LaneHeading, Prose
from hauler_tui.haul.parse import parse
from hauler_tui.haul.render import render
from tests.haul.posts import example, fixture, patient, posts, soup, texts

CARD = '<blockquote>\n<a href="https://example.org/{0}">\n<h4>{0}</h4>\n</a>\n</blockquote>'


@patient
@given(texts)
def test_any_text_comes_back_character_for_character(text: str) -> None:
    assert render(parse(text)) == text


@patient
@given(soup)
def test_any_markdown_comes_back_character_for_character(text: str) -> None:
    assert render(parse(text)) == text


@patient
@given(posts())
def test_any_post_comes_back_character_for_character(text: str) -> None:
    assert render(parse(text)) == text


@patient
@given(posts())
def test_parsing_again_finds_the_same(text: str) -> None:
    assert parse(render(parse(text))) == parse(text)


def test_everything_in_a_varied_post_is_found() -> None:
    document = parse(fixture("river-log-7.md"))
    assert document.title == "River Log: Field Papers #7"
    assert document.intro == "Welcome back. A wet month, and a short list."
    assert [lane.name for lane in document.lanes] == ["Remarks", "Reading"]
    assert [lane.holds_cards for lane in document.lanes] == [False, True]
    assert "### Corrections" in document.lanes[0].text
    assert document.lanes[1].text == "Everything below is open access."
    assert [(card.title, card.link, card.abstract) for card in document.cards] == [
        ("Braided Channels & Their Memory", "https://arxiv.org/abs/2501.00001", ""),
        ("Eddies at p < 0.05", "https://example.org/eddies?a=1&b=2", "On one line."),
        ("Silt", "https://www.biorxiv.org/content/10.1101/2025.01.01.000001v1", "First paragraph."),
        (
            "Streams in Code",
            "https://github.com/example/stream",
            "A blank line stands in this card.",
        ),
        ("Weirs", "https://example.org/weir", ""),
    ]
    assert document.cards[0].text == "A paper without an abstract."
    assert document.cards[1].text.startswith("- a list")
    assert document.cards[1].text.endswith("---\n```")
    assert document.cards[2].text == ""
    assert document.cards[3].text == "A note directly below.<br/>\nWith a second line."
    assert document.cards[4].text == "The last note."
    assert [block.text for block in document.lanes[1].other] == [
        "<hr/>\n\n**From the archive**\n\nProse between two rules.",
        "### Also by hand",
    ]
    assert document.tail == "\n\n<br/>\n<br/>\n<br/>\n"


def test_a_rule_belongs_to_the_card_below_it() -> None:
    document = parse(f"{CARD.format('a')}\n\nnote\n\n<hr/>\n\n{CARD.format('b')}\n")
    assert document.cards[0].text == "note"
    assert document.cards[1].lead == "\n\n<hr/>\n\n"


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_any_line_break_and_a_byte_order_mark_are_read(ending: str) -> None:
    document = parse("\ufeff" + fixture("river-log-7.md").replace("\n", ending))
    assert document.byte_order_mark == "\ufeff"
    assert document.title == "River Log: Field Papers #7"
    assert len(document.cards) == 5
    assert document.cards[4].text == "The last note."


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{CARD.format('a')}\n```",
        "    " + CARD.format("a").replace("\n", "\n    "),
        "> " + CARD.format("a").replace("\n", "\n> "),
        f"<!--\n{CARD.format('a')}\n-->",
        f"<pre>\n{CARD.format('a')}\n</pre>",
        f"<div>\n{CARD.format('a')}\n</div>",
        "<blockquote>\n<p>words</p> <a href='https://example.org'>source</a>\n</blockquote>",
        "<blockquote><h4>No link</h4></blockquote>",
    ],
    ids=["fence", "indented", "quoted", "comment", "pre", "div", "no heading", "no link"],
)
def test_what_only_looks_like_a_card_is_prose(text: str) -> None:
    document = parse(f"## Lane\n\n{text}\n")
    assert document.cards == ()
    assert document.lanes[0].text == text


def test_nested_blockquotes_are_one_card() -> None:
    inner = "<blockquote>\n<p>quoted</p>\n</blockquote>"
    html = CARD.format("a").replace("</a>", f"</a>\n{inner}")
    document = parse(f"{html}\n\nnote\n")
    assert [card.text for card in document.cards] == ["note"]


def test_a_card_cut_in_half_is_still_a_card_and_says_so() -> None:
    cut = CARD.format("a").replace("\n</blockquote>", "")
    document = parse(f"{cut}\n\nnote\n\n<hr/>\n\n{CARD.format('b')}\n")
    assert [(card.title, card.text, card.is_closed) for card in document.cards] == [
        ("a", "note", False),
        ("b", "", True),
    ]


def test_cards_without_any_blank_line_between_them_are_told_apart() -> None:
    document = parse(f"{CARD.format('a')}\n<hr/>\n{CARD.format('b')}\n{CARD.format('c')}\nnote")
    assert [card.title for card in document.cards] == ["a", "b", "c"]
    assert document.cards[2].text == "note"


def test_several_lanes_may_hold_cards() -> None:
    document = parse(f"## A\n\n{CARD.format('a')}\n\n## B\n\n{CARD.format('b')}\n")
    assert [(lane.name, len(lane.cards)) for lane in document.lanes] == [("A", 1), ("B", 1)]


def test_without_headings_of_two_levels_the_third_opens_lanes() -> None:
    document = parse(f"### A\n\nwords\n\n### B\n\n{CARD.format('b')}\n")
    assert [lane.name for lane in document.lanes] == ["A", "B"]


def test_a_heading_in_two_lines_and_a_reference_definition_are_kept() -> None:
    document = parse("Lane\n----\n\n[a]: https://example.org\n")
    assert document.lanes[0].name == "Lane"
    assert document.lanes[0].text == "[a]: https://example.org"


def test_an_opening_rule_is_no_front_matter() -> None:
    document = parse("---\n\nWords.\n\n---\n\nMore.\n")
    assert document.front is None
    assert document.intro == "---\n\nWords.\n\n---\n\nMore."


@pytest.mark.parametrize(
    "text",
    [
        "- " * 19 + "a\n",
        "a\n",
        ">" * 500_000 + "\na\n",
        "<blockquote>\n",
        "<a <a/ <!-- ",
        "[a]: b\n",
    ],
    ids=["lists", "lines", "quotes", "cards", "tags", "references"],
)
def test_a_huge_hostile_text_is_kept_without_being_taken_apart(text: str) -> None:
    huge = text * (1_500_000 // len(text))
    document = parse("---\ntitle: T\n---\n" + huge)
    assert document.title == "T"
    assert render(document).endswith(huge)


def test_a_text_that_is_too_much_work_is_one_piece_of_prose() -> None:
    document = parse("a\n" * 100_000)
    assert document.is_too_large
    assert len(document.blocks) == 1
    assert isinstance(document.blocks[0], Prose)


@pytest.mark.parametrize(
    ("name", "cards", "links", "lanes"),
    [
        ("ml-arxiv-26.md", 17, 17, ["Comments / Criticism", "Chat-O.M.G.", "Papers"]),
        ("ml-arxiv-29.md", 19, 18, ["Commentary", "Chat-O.M.G.", "Papers"]),
    ],
)
def test_the_published_examples_are_read_whole(
    name: str, cards: int, links: int, lanes: list[str]
) -> None:
    text = example(name)
    document = parse(text)
    assert render(document) == text
    assert len(document.cards) == cards
    assert len({card.link for card in document.cards}) == links
    assert [lane.name for lane in document.lanes] == lanes
    assert [lane.name for lane in document.lanes if lane.holds_cards] == ["Papers"]
    assert bool(document.intro) == (name == "ml-arxiv-29.md")
    assert all(card.text and card.title and card.is_closed for card in document.cards)
    assert not any(section.other for section in document.sections)
    assert all(not block.text.endswith("\n") for block in document.blocks
               if isinstance(block, Prose | LaneHeading))  # fmt: skip
    assert document.tail == "\n\n<br/>\n<br/>\n<br/>\n"
