from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from hauler_tui.haul.intake import from_document
from hauler_tui.haul.parse import parse
from tests.haul.posts import example, fixture, patient, posts


def test_a_varied_post_is_taken_in_whole() -> None:
    intake = from_document(parse(fixture("river-log-7.md").replace("\n", "\r\n")))
    assert (intake.title, intake.number) == ("River Log: Field Papers #7", 7)
    assert intake.published_at == datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
    assert intake.snippet == "5 papers about rivers"
    assert intake.tags == "rivers,bio"
    assert [(lane.name, lane.holds_cards) for lane in intake.lanes] == [
        ("Remarks", False),
        ("Reading", True),
    ]
    assert intake.all_lanes[0].text == intake.intro != ""
    assert [card.lane for card in intake.cards] == ["Reading"] * 5
    assert intake.cards[3].text == "A note directly below.<br/>\nWith a second line."
    # HAUL_FORMAT, "must be read without complaint": blocks among the cards that are none.
    assert intake.warnings == ()


def test_tags_and_date_are_read_in_other_spellings() -> None:
    document = parse("---\ntitle: River Log ~3\ntags: [a, b]\ndate: 2025-01-02\n---\n\nWords.\n")
    intake = from_document(document)
    assert intake.tags == "a,b"
    assert intake.published_at == datetime(2025, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Words.\n", "there is no front matter"),
        ("---\ntitle: [\n---\n", "cannot be read"),
        ("---\na: b\n---\n", "no title"),
        ("---\ntitle: T\npublished_at: soon\n---\n", "published_at is not a date: soon"),
        (
            'a\r\n\n<blockquote>\n<a href="l"><h4>t</h4>\n',
            "line 3: card 1 (t) has no </blockquote>",
        ),
        ('<blockquote><a href="l"><h4>t</h4></a></blockquote>\n\n' * 2, "2 cards have the link l"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text: str, warning: str) -> None:
    assert warning in "; ".join(from_document(parse(text)).warnings)


def test_a_first_heading_names_a_post_without_a_title() -> None:
    assert from_document(parse("# Rivers\n\nWords.\n")).title == "Rivers"


@patient
@given(posts())
def test_any_post_is_taken_in(text: str) -> None:
    intake = from_document(parse(text))
    assert len(intake.cards) == len(parse(text).cards)
    assert {card.lane for card in intake.cards} <= {lane.name for lane in intake.lanes}


def test_the_published_examples_are_taken_in_whole() -> None:
    intake = from_document(parse(example("ml-arxiv-29.md")))
    assert (intake.title_pattern, intake.number) == ("ML Arxiv Haul ~{n}", 29)
    assert len(intake.cards) == 19
    assert intake.warnings == ("2 cards have the link https://arxiv.org/abs/2404.03425",)
