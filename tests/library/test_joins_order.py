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
