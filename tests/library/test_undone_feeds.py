"""Undo and redo of adding feeds, and the items they brought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


def bring(library: Library, feed_id: int, *numbers: int) -> None:
    """Let a feed have been fetched with some papers."""
    entries = tuple(make_entry(number) for number in numbers)
    state = FeedState(fetched_at=NOW, due_at=LATER)
    outcome = Updated(feed_id=feed_id, state=state, entries=entries, title=f"Journal {feed_id}")
    library.feeds.record(outcome, NOW)


def listed(library: Library) -> list[str]:
    return sorted(library.items.get(each).entry.title for each in library.items.view())


def test_undo_of_adding_a_feed_takes_what_nobody_touched_and_redo_brings_it_back(
    library: Library, tmp_path: Path
) -> None:
    first = library.feeds.add("https://example.org/1.xml", at=NOW)
    bring(library, first.id, 1)
    second = library.feeds.add("https://example.org/2.xml", at=NOW)
    bring(library, second.id, 1, 2, 3)
    library.items.absorb([make_entry(3)], feed_id=None, at=NOW)
    assert library.history.undo(LATER) is not None
    assert listed(library) == ["Paper 1", "Paper 3"]
    assert library.items.count() == 2
    assert [feed.id for feed in library.feeds.all()] == [first.id]
    library.close()
    with Library.open(tmp_path / "library") as again:
        assert listed(again) == ["Paper 1", "Paper 3"]
        assert again.history.redo(LATER) is not None
        assert listed(again) == ["Paper 1", "Paper 2", "Paper 3"]
        assert again.feeds.due(NOW) == ()  # a feed that is back is not asked before its time
        again.history.undo(LATER)
        again.history.undo(LATER)
        assert listed(again) == ["Paper 3"]
        again.history.redo(LATER)
        again.history.redo(LATER)
        assert listed(again) == ["Paper 1", "Paper 2", "Paper 3"]


def test_a_feed_that_is_back_is_asked_for_the_title_it_gave_itself(library: Library) -> None:
    feed = library.feeds.add("https://example.org/1.xml", at=NOW)
    state = FeedState(fetched_at=NOW, due_at=LATER, etag="e", last_modified="m", body_hash="h")
    library.feeds.record(Updated(feed_id=feed.id, state=state, entries=(), title="Journal"), NOW)
    library.feeds.edit(feed.id, tags=["a"], at=NOW)
    assert library.feeds.state(feed.id) == state
    library.history.undo(LATER)
    library.history.undo(LATER)
    library.history.redo(LATER)
    assert library.feeds.get(feed.id).title == ""
    assert library.feeds.state(feed.id) == FeedState(fetched_at=NOW, due_at=LATER)


def test_what_the_person_touched_stays_when_the_adding_is_undone(library: Library) -> None:
    gone = library.feeds.add("https://example.org/1.xml", at=NOW)
    bring(library, gone.id, 1, 2, 3)
    library.triage.star(library.items.find("2605.00001"), NOW)
    library.notes.write(library.items.find("2605.00002"), "mine", NOW)
    library.feeds.remove(gone.id, NOW)
    feed = library.feeds.add("https://example.org/2.xml", at=NOW)
    bring(library, feed.id, 1, 2, 3)
    assert listed(library) == ["Paper 1", "Paper 2", "Paper 3"]
    library.history.undo(LATER)
    assert listed(library) == ["Paper 1", "Paper 2"]
    library.history.undo(LATER)  # of the removal
    assert listed(library) == ["Paper 1", "Paper 2", "Paper 3"]


def test_the_address_added_anew_brings_its_items_back(library: Library) -> None:
    feed = library.feeds.add("https://example.org/1.xml", at=NOW)
    bring(library, feed.id, 1, 2)
    library.history.undo(LATER)
    assert listed(library) == []
    anew = library.feeds.add("https://example.org/1.xml", at=LATER)
    assert library.feeds.due(NOW) == (anew,)
    bring(library, anew.id, 2)
    assert listed(library) == ["Paper 2"]
    assert library.items.find("2605.00001")  # still known by its name


def test_undo_of_several_feeds_added_at_once_takes_what_each_brought(library: Library) -> None:
    with library.step("import feeds", "2 feeds", at=NOW):
        feeds = [library.feeds.add(f"https://example.org/{n}.xml", at=NOW) for n in (1, 2)]
    bring(library, feeds[0].id, 1, 2)
    bring(library, feeds[1].id, 2, 3)
    library.history.undo(LATER)
    assert listed(library) == []
    library.history.redo(LATER)
    assert listed(library) == ["Paper 1", "Paper 2", "Paper 3"]


def test_renaming_a_feed_and_a_feed_never_fetched_hide_and_show_nothing(library: Library) -> None:
    feed = library.feeds.add("https://example.org/1.xml", at=NOW)
    bring(library, feed.id, 1)
    library.feeds.remove(feed.id, NOW)
    other = library.feeds.add("https://example.org/2.xml", at=NOW)
    library.feeds.edit(other.id, title="Another", at=NOW)
    library.history.undo(LATER)
    library.history.undo(LATER)
    library.history.redo(LATER)
    assert listed(library) == []
    library.history.undo(LATER)
    library.history.undo(LATER)
    assert listed(library) == ["Paper 1"]
