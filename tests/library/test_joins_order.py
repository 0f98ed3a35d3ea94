"""What becomes one does not depend on which feed spoke first."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.entry import Entry
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

pytestmark = pytest.mark.usefixtures("quick_disk")

FAMILIES = {
    1: ("arxiv:2605.00001", "doi:10.1234/a", "doi:10.1101/a", "url:example.org/a"),
    2: ("arxiv:2605.00002", "doi:10.1234/b", "pmid:2", "url:example.org/b"),
}


@st.composite
def told(draw: st.DrawFn) -> tuple[int, Entry]:
    """What one of four feeds says of one of two works, by some of its names."""
    number = draw(st.sampled_from([1, 2]))
    names = draw(st.sets(st.sampled_from(FAMILIES[number]), min_size=1, max_size=3))
    feed_id = draw(st.integers(1, 4))
    return feed_id, make_entry(number, aliases=tuple(sorted(names)), version=None)


def partition(order: list[tuple[int, Entry]]) -> set[tuple[frozenset[str], frozenset[int | None]]]:
    with tempfile.TemporaryDirectory() as place, Library.open(Path(place)) as library:
        for feed_id, entry in order:
            library.items.absorb([entry], feed_id=feed_id, at=NOW)
        for each in library.items.view():
            library.triage.star(each, NOW)
        items = [library.items.get(each) for each in library.items.view()]
        assert len(items) == library.items.count()
        return {
            (
                frozenset(item.work.aliases),
                frozenset(seen.feed_id for seen in item.work.sightings),
            )
            for item in items
        }


@settings(max_examples=25)
@given(st.lists(told(), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_same_works_come_out_whatever_feed_spoke_first(
    entries: list[tuple[int, Entry]], chance: object
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = partition(entries)
    assert partition(shuffled) == found
    assert all(any(names <= set(family) for family in FAMILIES.values()) for names, _ in found)


TITLES = (
    "Energy Transitions in Regulated Markets",
    "受监管市场中的能源转型",
    "Les transitions énergétiques sous tutelle publique",
)
DOI, PAGE = "doi:10.1234/markets", "url:journal.example/markets"


@st.composite
def translated(draw: st.DrawFn) -> list[tuple[int, Entry]]:
    """What feeds say of one article, each in its own language, some of them twice."""
    languages = draw(st.lists(st.sampled_from(TITLES), min_size=2, max_size=6))
    feeds = []
    for feed_id, title in enumerate(languages, 1):
        names = (DOI, *draw(st.sampled_from([(), (PAGE,)])), f"feed-guid:{feed_id}:1")
        feeds.append((feed_id, make_entry(1, aliases=names, title=title, version=None)))
    return feeds + draw(st.lists(st.sampled_from(feeds), max_size=3))


@settings(max_examples=25)
@given(translated(), st.randoms(use_true_random=False))
def test_the_same_translations_come_together_whatever_feed_spoke_first(
    entries: list[tuple[int, Entry]], chance: object
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    expected = {
        frozenset(feed_id for feed_id, entry in entries if entry.title == title) for title in TITLES
    }
    for order in (entries, shuffled):
        assert {feed_ids for _, feed_ids in partition(order)} == expected - {frozenset()}


def test_items_stored_apart_are_joined_when_a_feed_tells_both_of_them_again() -> None:
    chinese = (9, make_entry(1, aliases=(DOI, "feed-guid:9:1"), title=TITLES[1], version=None))
    with tempfile.TemporaryDirectory() as place, Library.open(Path(place)) as library:
        library.items.absorb([chinese[1]], feed_id=9, at=NOW)
        for feed_id in (1, 2):  # as they were stored when a DOI had one holder only
            alone = (f"feed-guid:{feed_id}:1",)
            entry = make_entry(1, aliases=alone, title=TITLES[0], version=None)
            library.items.absorb([entry], feed_id=feed_id, at=NOW)
        assert library.items.count() == 3
        for feed_id in (1, 2):
            names = (DOI, f"feed-guid:{feed_id}:1")
            entry = make_entry(1, aliases=names, title=TITLES[0], version=None)
            library.items.absorb([entry], feed_id=feed_id, at=NOW)
        assert library.items.count() == 2
        library.history.undo(NOW)
        assert library.items.count() == 3
