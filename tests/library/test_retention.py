from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.domain.item import Sighting
from hauler_tui.domain.merge import new_work
from hauler_tui.domain.query import parse
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

LATER = NOW + timedelta(days=100)
DAYS = 90


pytestmark = pytest.mark.usefixtures("quick_disk")


def bring(library: Library, feed_id: int, *numbers: int, days: int = 100) -> None:
    """Let a feed say papers ``numbers``."""
    at = NOW + timedelta(days=days)
    entries = tuple(make_entry(number) for number in numbers)
    state = FeedState(fetched_at=at)
    library.feeds.record(Updated(feed_id=feed_id, state=state, title="", entries=entries), at)


def test_what_is_old_and_untouched_leaves_and_all_else_stays(filled: Library) -> None:
    filled.triage.star(1, NOW)
    filled.notes.write(2, "mine", NOW)
    filled.triage.tag([3], ["good"], [], NOW)
    filled.triage.mark_read([4], True, NOW)
    filled.triage.skip([5], True, NOW)
    assert filled.retention.expire(0, LATER) == 0
    assert filled.retention.expire(101, LATER) == 0
    assert filled.retention.expire(DAYS, LATER) == 2
    assert filled.items.count() == 3
    assert list(filled.items.view()) == [3, 2, 1]
    assert list(filled.items.view(parse("is:skipped", NOW))) == []
    assert filled.items.rows([4, 5]) == []
    assert not filled.items.fits(4)
    assert filled.retention.expire(DAYS, LATER) == 0


def test_what_left_says_when_and_how_it_comes_back(filled: Library) -> None:
    filled.retention.expire(DAYS, LATER)
    for ask in (
        lambda: filled.items.get(4),
        lambda: filled.items.find("2605.00004"),
        lambda: filled.triage.star(4, LATER),
    ):
        with pytest.raises(UnknownKeyError, match="left behind on 2026-08-12 by keep_days"):
            ask()
    assert filled.items.lookup(["arxiv:2605.00004"]) is None


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_feed_does_not_bring_back_what_left_and_a_person_does_under_the_same_id(
    filled: Library, folder: Path, is_indexed: bool
) -> None:
    filled.retention.expire(DAYS, LATER)
    other = filled.feeds.add("https://example.org/2.xml", at=LATER)
    assert not is_indexed or filled.wait_for_index(10)
    bring(filled, 1, 4, 6)
    bring(filled, other.id, 4, 5)
    assert list(filled.items.view()) == [6]
    again = filled.items.absorb([make_entry(4, title="Back")], feed_id=None, at=LATER)
    assert again.new == (4,)
    assert filled.items.get(4).entry.title == "Back"
    bring(filled, 1, 4)
    assert sorted(filled.items.view()) == [4, 6]
    filled.close()
    with Library.open(folder) as library:
        assert library.items.count() == 2
        assert library.items.find("2605.00004") == 4
        assert library.wait_for_index(10)
        assert sorted(library.items.view()) == [4, 6]
        bring(library, 1, 5)
        assert sorted(library.items.view()) == [4, 6]
        assert library.rescued == ()


def test_tombstones_outlive_the_index_and_compaction(filled: Library, folder: Path) -> None:
    filled.triage.star(1, NOW)
    filled.retention.expire(DAYS, LATER)
    filled.compact(LATER)
    filled._book.table("items").compact()
    filled.close()
    (folder / "index.sqlite").unlink()
    with Library.open(folder) as library:
        bring(library, 1, 2, 3)
        assert list(library.items.view()) == [1]
        assert library.wait_for_index(10)
        bring(library, 1, 2, 3)
        assert list(library.items.view()) == [1]
        assert library.items.count() == 1
    with Library.open(folder, writing=False) as reading:
        assert list(reading.items.view()) == [1]
        assert reading.rescued == ()
    log = (folder / "items.log").read_text()
    assert "What paper 2 is about" not in log
    assert "arxiv:2605.00002" in log


def test_what_undo_gives_back_to_an_item_that_left_brings_the_item_back(filled: Library) -> None:
    filled.triage.star(1, NOW)
    filled.notes.write(2, "mine", NOW)
    filled.notes.write(2, "", NOW)
    filled.triage.unstar(1, NOW)
    filled.hauls.remove("haul-1", NOW)
    assert filled.retention.expire(DAYS, LATER) == 5
    for _ in range(3):
        filled.history.undo(LATER)
    assert sorted(filled.items.view()) == [1, 2]
    assert filled.items.get(1).is_starred
    assert filled.items.get(2).entry.title == "Paper 2"
    assert filled.items.count() == 2


def test_a_name_that_another_item_takes_over_is_not_lost_to_it(filled: Library) -> None:
    filled.retention.expire(DAYS, LATER)
    doi = "doi:10.1000/1"
    filled.items.absorb([make_entry(9)], feed_id=1, at=LATER)
    joined = make_entry(9, aliases=("arxiv:2605.00009", "arxiv:2605.00004", doi))
    filled.items.absorb([joined], feed_id=1, at=LATER)
    assert filled.items.find("2605.00004") == 6
    changed = filled.items.absorb([make_entry(4, version=7)], feed_id=1, at=LATER).changed
    assert changed == (6,)
    assert filled.wait_for_index(10)
    assert filled.items.find("2605.00004") == 6


def test_items_that_share_a_name_stay(filled: Library) -> None:
    filled._works.put({6: filled._works.require(2)})
    filled._backlog.add([6])
    assert filled.wait_for_index(10)
    assert filled.retention.expire(DAYS, LATER) == 4
    assert list(filled.items.view()) == [6, 2]


def test_the_daily_look_finds_what_the_whole_log_would_tell(filled: Library) -> None:
    filled.triage.star(1, NOW)
    early = NOW - timedelta(days=400)
    filled.items.absorb([make_entry(7, published=early)], feed_id=1, at=LATER)
    filled.items.absorb([make_entry(8, published=None)], feed_id=2, at=NOW)
    filled.feeds.remove(1, NOW)
    kept = filled.retention.kept()
    found = filled.retention.leaving(DAYS, LATER, kept)
    assert sorted(found) == [2, 3, 4, 5, 7]
    assert filled.retention.leaving(DAYS, LATER, kept, 100) == found
    assert len(filled.retention.leaving(DAYS, LATER, kept, 2)) == 2


def test_it_is_due_once_a_day(filled: Library) -> None:
    assert filled.retention.is_due(LATER)
    filled.retention.expire(DAYS, LATER)
    assert not filled.retention.is_due(LATER)
    assert filled.retention.is_due(LATER + timedelta(days=1))


def test_letting_go_is_no_step_of_history(filled: Library) -> None:
    steps = filled.history.history()
    filled.retention.expire(DAYS, LATER)
    assert filled.history.history() == steps


def test_a_crash_between_the_two_files_is_made_good_by_the_next_day(
    filled: Library, folder: Path
) -> None:
    leaving = filled.retention.leaving(DAYS, LATER, frozenset())
    filled._works.bury({item_id: each.gone for item_id, each in leaving.items()})
    filled.close()
    with Library.open(folder) as library:
        assert library.wait_for_index(10)
        assert list(library.items.view()) == []
        library.retention.expire(DAYS, LATER)
        assert library.items.count() == 0


ACTS = ("star", "note", "tag", "read", "skip", "card", "none", "unstar", "see")


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 6)), max_size=12),
    st.booleans(),
)
def test_no_touched_item_ever_leaves_and_twice_is_once(
    acts: list[tuple[str, int]], removes: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        feed = library.feeds.add("https://example.org/1.xml", at=NOW)
        bring(library, feed.id, *range(1, 7), days=0)
        slug = library.hauls.new_issue(None, NOW).slug
        seen: set[int] = set()
        for act, item_id in acts:
            match act:
                case "star":
                    library.triage.star(item_id, NOW)
                case "unstar":
                    library.triage.unstar(item_id, NOW)
                case "note":
                    library.notes.write(item_id, "mine", NOW)
                case "tag":
                    library.triage.tag([item_id], ["t"], [], NOW)
                case "read":
                    library.triage.mark_read([item_id], True, NOW)
                case "skip":
                    library.triage.skip([item_id], True, NOW)
                case "card":
                    library.hauls.add_card(slug, item_id, None, NOW)
                case "see":
                    library.items.absorb([make_entry(item_id)], feed_id=None, at=LATER)
                    seen.add(item_id)
        placed = {card.item_id for card in library.hauls.get(slug).cards}
        touched = {
            item_id
            for item_id in range(1, 7)
            if (item := library.items.get(item_id)).is_starred
            or item.tags
            or library.notes.get(item_id)
            or item_id in placed
        }
        if removes:
            library.feeds.remove(feed.id, NOW)
        library.retention.expire(DAYS, LATER)
        assert {i for i in range(1, 7) if i in library._works} == touched | seen
        assert library.items.count() == len(touched | seen)
        assert library.retention.expire(DAYS, LATER) == 0
        assert library.items.count() == len(touched | seen)


def test_removing_a_feed_hides_what_only_it_brought_and_undo_brings_it_back(
    filled: Library, folder: Path
) -> None:
    other = filled.feeds.add("https://example.org/2.xml", at=NOW)
    bring(filled, other.id, 5)
    filled.triage.star(1, NOW)
    filled.notes.write(2, "mine", NOW)
    filled.items.absorb([make_entry(3)], feed_id=None, at=NOW)
    filled.triage.mark_read([4], True, NOW)
    assert filled.feeds.remove(1, NOW) == 1
    assert sorted(filled.items.view()) == [1, 2, 3, 5]
    assert sorted(filled.items.view(parse("is:read", NOW))) == []
    assert filled.items.count() == 4
    assert not filled.items.fits(4)
    filled.close()
    with Library.open(folder) as library:
        assert sorted(library.items.view()) == [1, 2, 3, 5]
        step = library.history.undo(NOW)
        assert step is not None
        assert step.about == "remove feed “Feed 1”"
        assert sorted(library.items.view()) == [1, 2, 3, 4, 5]
        library.history.redo(NOW)
        assert sorted(library.items.view()) == [1, 2, 3, 5]


def test_another_feed_or_the_person_unhides(filled: Library) -> None:
    other = filled.feeds.add("https://example.org/2.xml", at=NOW)
    assert filled.feeds.remove(1, NOW) == 5
    assert filled.items.count() == 0
    bring(filled, other.id, 2)
    filled.items.absorb([make_entry(3)], feed_id=None, at=NOW)
    filled.triage.star(filled.items.find("2605.00004"), NOW)
    assert sorted(filled.items.view()) == [2, 3, 4]
    assert filled.feeds.remove(other.id, NOW) == 1
    assert sorted(filled.items.view()) == [3, 4]
    assert filled.items.count() == 2


def test_what_is_hidden_leaves_in_its_time(filled: Library) -> None:
    filled.feeds.remove(1, NOW)
    assert filled.retention.expire(DAYS, NOW + timedelta(days=1)) == 0
    assert filled.retention.expire(DAYS, LATER) == 5
    assert filled.items.count() == 0
    filled.history.undo(LATER)
    assert filled.items.count() == 0
    filled.history.redo(LATER)
    assert filled.items.count() == 0
    assert filled.items.absorb([make_entry(4)], feed_id=None, at=LATER).new == (4,)
    assert filled.items.count() == 1


@pytest.mark.parametrize("is_indexed", [True, False])
def test_a_name_that_was_taken_over_is_forgotten_for_the_item_that_left(
    filled: Library, is_indexed: bool
) -> None:
    filled.retention.expire(DAYS, LATER)
    assert filled.items.owners(["arxiv:2605.00004"]) == {"arxiv:2605.00004": 4}
    if is_indexed:
        assert filled.wait_for_index(10)
    joined = make_entry(9, aliases=("arxiv:2605.00009", "arxiv:2605.00004"))
    filled.items.absorb([make_entry(9)], feed_id=1, at=LATER)
    filled.items.absorb([joined], feed_id=1, at=LATER)
    assert filled.items.owners(["arxiv:2605.00004"]) == {"arxiv:2605.00004": 6}
    assert filled.wait_for_index(10)
    assert filled._index.read("SELECT item_id FROM aliases WHERE alias = 'arxiv:2605.00004'") == [
        (6,)
    ]


@pytest.mark.parametrize("feed_id", [1, None])
def test_a_tombstone_whose_bit_a_crash_took_lets_a_refresh_go_on(
    filled: Library, folder: Path, feed_id: int | None
) -> None:
    leaving = filled.retention.leaving(DAYS, LATER, frozenset({1}))
    filled._works.bury({item_id: each.gone for item_id, each in leaving.items()})
    filled.close()
    with Library.open(folder) as library:
        absorbed = library.items.absorb([make_entry(5), make_entry(9)], feed_id=feed_id, at=LATER)
        back = () if feed_id else (5,)
        assert absorbed.new == (*back, 6)
        assert (5 in library._gone) is not bool(back)
        assert library.wait_for_index(10)
        assert sorted(library.items.view()) == [1, *back, 6]
        library.retention.let_go(library.retention.leaving(DAYS, LATER, frozenset(), 100), LATER)
        assert library.items.count() == len(back) + 1
        assert sorted(library.items.view()) == [*back, 6]


def test_a_living_work_whose_bit_a_crash_left_set_counts_as_living(
    filled: Library, folder: Path
) -> None:
    filled.retention.expire(DAYS, LATER)
    back = make_entry(4, title="Back")
    filled._works.put({4: new_work(back, Sighting(feed_id=None, seen_at=LATER))})
    filled.close()
    with Library.open(folder) as library:
        assert library.items.find("2605.00004") == 4
        assert list(library.items.view()) == [4]
        assert 4 in library._works
        library.items.absorb([make_entry(4, title="Again")], feed_id=1, at=LATER)
        assert library.items.get(4).entry.title == "Again"
        assert library.items.count() == 1


def test_what_one_batch_takes_a_name_from_and_brings_back_stays_back(filled: Library) -> None:
    filled.items.absorb([make_entry(8, aliases=("x:1", "x:2"))], feed_id=1, at=NOW)
    filled.items.absorb([make_entry(9, aliases=("x:3",))], feed_id=None, at=LATER)
    filled.retention.expire(DAYS, LATER)
    entries = [make_entry(9, aliases=("x:3", "x:1")), make_entry(8, aliases=("x:2",))]
    assert filled.items.absorb(entries, feed_id=None, at=LATER).new == (6,)
    assert filled.items.get(6).entry.title == "Paper 8"
    assert filled.items.get(6).work.aliases == ("x:2",)
    assert filled.wait_for_index(10)
    assert filled.items.owners(["x:1", "x:2"]) == {"x:1": 7, "x:2": 6}
    assert filled.items.absorb([make_entry(8, aliases=("x:2",))], feed_id=1, at=LATER).new == ()


def test_what_a_source_or_the_person_brought_up_meanwhile_does_not_leave(filled: Library) -> None:
    leaving = filled.retention.leaving(DAYS, LATER, filled.retention.kept(), 100)
    filled.items.absorb([make_entry(5, title="Version 2")], feed_id=1, at=LATER)
    filled.triage.star(1, LATER)
    assert filled.retention.let_go(leaving, LATER) == 3
    assert filled.items.get(5).entry.title == "Version 2"
    assert filled.items.get(1).is_starred
