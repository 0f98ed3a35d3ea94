from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.haul.compile import compile_issue
from hauler_tui.haul.intake import from_document
from hauler_tui.haul.mergetext import line_feeds
from hauler_tui.haul.model import CardBlock, Prose
from hauler_tui.haul.parse import parse
from tests.haul.issues import Issue, issues
from tests.haul.posts import example, fixture, patient, posts

SERIES = Series(id=1, title="Log ~{n}", slug="log-{n}")


def again(text: str) -> str:
    """A file compiled anew from what an import took from it."""
    intake = from_document(parse(text))
    haul = Haul(
        id=1,
        slug="log-3",
        series_id=1,
        number=3,
        title=intake.title,
        state="published",
        lanes=intake.all_lanes,
    )
    return compile_issue(SERIES, haul, intake.cards)


def sentences(text: str) -> Counter[str]:
    """The lines of every note and all prose."""
    written = [block.text for block in parse(text).blocks if isinstance(block, Prose | CardBlock)]
    lines = (line.strip() for part in written for line in line_feeds(part).split("\n"))
    return Counter(line for line in lines if line)


@patient
@given(posts())
def test_no_line_of_a_post_is_lost_when_it_is_compiled_anew(text: str) -> None:
    compiled = Counter(line.strip() for line in again(text).split("\n"))
    assert sentences(text) <= compiled


@patient
@given(issues())
def test_what_stands_between_cards_stays_below_its_card(issue: Issue) -> None:
    read = parse(again(issue.text()))
    asides = {
        card.link: below
        for section in read.sections
        for card, below in zip(section.cards, section.below, strict=True)
    }
    for paper in issue.papers:
        wanted = f"<hr/>\n\n**Aside**\n\n{paper.below}" if paper.below else ""
        assert asides[f"https://example.org/{paper.number}"] == wanted


@pytest.mark.parametrize("name", ["ml-arxiv-26.md", "ml-arxiv-29.md"])
def test_the_published_examples_keep_every_line_but_their_layout(name: str) -> None:
    text = example(name)
    assert sentences(text) == sentences(again(text))


def test_a_block_among_the_cards_of_a_real_looking_post_is_kept() -> None:
    text = again(fixture("river-log-7.md"))
    assert "\n\n<hr/>\n\n**From the archive**\n\nProse between two rules.\n\n<hr/>\n\n" in text
    assert "### Also by hand" in text
