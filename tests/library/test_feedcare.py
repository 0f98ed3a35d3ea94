"""Feeds looked after one by one: muted, kept, polled, moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState, Unchanged, Updated
from hauler_tui.domain.query import parse
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("quick_disk")


def two_feeds(library: Library) -> tuple[int, int]:
    """Papers 1 and 2 through the first, 2 and 3 through the second."""
    loud, other = (library.feeds.add(f"https://example.org/{n}.xml", at=NOW) for n in (1, 2))
    bring(library, loud.id, 1, 2)
    bring(library, other.id, 2, 3)
    return loud.id, other.id


def bring(library: Library, feed_id: int, *numbers: int) -> None:
    entries = tuple(make_entry(number) for number in numbers)
    state = library.feeds.state(feed_id)
    library.feeds.record(Updated(feed_id=feed_id, state=state, title="", entries=entries), NOW)


def mute(library: Library, feed_id: int, is_muted: bool = True) -> None:
    library.feeds.save(replace(library.feeds.get(feed_id), is_muted=is_muted), NOW)


def found(library: Library, query: str = "") -> set[int]:
    return set(library.items.view(parse(query, NOW) if query else None))


def test_what_only_a_muted_feed_brought_is_out_of_the_list_and_still_found(
    library: Library,
) -> None:
    loud, _ = two_feeds(library)
    mute(library, loud)
    assert found(library) == {2, 3}
    assert found(library, "is:unread") == {2, 3}
    assert not library.items.fits(1)
    assert library.items.get(1).is_muted
    assert found(library, f"feed:{loud}") == {1, 2}
    assert 1 in found(library, "title:paper")
    mute(library, loud, False)
    assert found(library) == found(library, "is:unread") == {1, 2, 3}


def test_what_a_muted_feed_brings_later_is_muted_until_another_way_brings_it(
    library: Library,
) -> None:
    loud, other = two_feeds(library)
    mute(library, loud)
    bring(library, loud, 4, 5)
    assert found(library) == {2, 3}
    bring(library, other, 4)
    library.items.absorb([make_entry(5)], feed_id=None, at=NOW)
    assert found(library) == {2, 3, 4, 5}


def test_what_the_person_touched_is_never_muted(library: Library) -> None:
    loud, _ = two_feeds(library)
    library.notes.write(1, "mine", NOW)
    mute(library, loud)
    assert found(library) == {1, 2, 3}
    bring(library, loud, 4)
    library.triage.star(4, NOW)
    assert found(library) == {1, 2, 3, 4}


def test_undoing_brings_back_what_came_meanwhile_too(library: Library) -> None:
    loud, _ = two_feeds(library)
    mute(library, loud)
    bring(library, loud, 4)
    library.history.undo(NOW)
    assert found(library) == {1, 2, 3, 4}
    library.history.redo(NOW)
    assert found(library) == {2, 3}


def test_muting_outlives_a_restart_and_a_library_of_before_has_none(folder: Path) -> None:
    with Library.open(folder) as library:
        loud, _ = two_feeds(library)
        assert found(library) == {1, 2, 3}
        mute(library, loud)
    with Library.open(folder, writing=False) as library:
        assert found(library) == {2, 3}
        assert library.feeds.get(loud).is_muted


def test_a_muted_feed_that_is_removed_and_brought_back_is_muted_still(library: Library) -> None:
    loud, _ = two_feeds(library)
    mute(library, loud)
    library.feeds.remove(loud, NOW)
    assert found(library) == {2, 3}
    library.history.undo(NOW)
    assert found(library) == {2, 3}
    mute(library, loud, False)
    assert found(library) == {1, 2, 3}


def test_a_feed_says_how_long_its_items_stay_and_the_most_patient_one_counts(
    library: Library,
) -> None:
    loud, other = two_feeds(library)
    library.items.absorb([make_entry(6)], feed_id=None, at=NOW)
    later = NOW + timedelta(days=100)
    library.feeds.save(replace(library.feeds.get(loud), keep_days=30), NOW)
    assert library.retention.keeping(0).shortest == 30
    assert set(library.retention.leaving(0, later, frozenset())) == {1}
    assert set(library.retention.leaving(0, later, frozenset(), 10)) == {1}
    assert set(library.retention.leaving(90, later, frozenset())) == {1, 2, 3, 4}
    library.feeds.save(replace(library.feeds.get(other), keep_days=0), NOW)
    assert set(library.retention.leaving(90, later, frozenset())) == {1, 4}
    assert library.retention.expire(0, later) == 1
    assert found(library) == {2, 3, 4}


def test_another_interval_counts_from_the_last_fetch_and_never_before_the_server_wants(
    library: Library,
) -> None:
    feed = library.feeds.add("https://example.org/1.xml", at=NOW)
    state = FeedState(fetched_at=NOW, due_at=NOW + 24 * HOUR, fresh_until=NOW + 2 * HOUR)
    library.feeds.record(Unchanged(feed_id=feed.id, state=state), NOW)
    for minutes, hours in ((30, 2), (300, 5), (None, 2)):
        library.feeds.save(replace(feed, interval_minutes=minutes), NOW)
        assert library.feeds.state(feed.id).due_at == NOW + hours * HOUR
    failed = replace(state, failures=2)
    library.feeds.record(Unchanged(feed_id=feed.id, state=failed), NOW)
    library.feeds.save(replace(feed, interval_minutes=30), NOW)
    assert library.feeds.state(feed.id).due_at == state.due_at


def test_another_address_is_fetched_whole_and_one_undo_takes_it_back(library: Library) -> None:
    feed = library.feeds.add("https://example.org/1.xml", at=NOW)
    state = FeedState(etag="e", due_at=NOW + HOUR, gone_at=NOW, error="gone", validated_at=NOW)
    library.feeds.record(Unchanged(feed_id=feed.id, state=state), NOW)
    assert library.feeds.due(NOW + 9 * HOUR) == ()
    library.feeds.save(replace(feed, url="https://example.org/2.xml"), NOW)
    assert library.feeds.state(feed.id) == FeedState()
    assert len(library.feeds.due(NOW)) == 1
    library.history.undo(NOW)
    assert library.feeds.state(feed.id) == state


def test_a_feed_that_was_gone_is_revived_in_a_step_of_its_own(library: Library) -> None:
    feed = library.feeds.add("https://example.org/1.xml", at=NOW)
    gone = FeedState(gone_at=NOW, due_at=NOW + HOUR, error="gone for good")
    library.feeds.record(Unchanged(feed_id=feed.id, state=gone), NOW)
    library.feeds.revive(feed.id, NOW)
    assert [each.id for each in library.feeds.due(NOW)] == [feed.id]
    library.history.undo(NOW)
    assert library.feeds.due(NOW) == ()
    with pytest.raises(UnknownKeyError):
        library.feeds.revive(99, NOW)


def test_history_names_no_secret_of_an_address(library: Library) -> None:
    feed = library.feeds.add("https://me:pw@example.org/1.xml?token=abc", at=NOW)
    library.feeds.move(feed.id, "https://example.org/2.xml?token=abc", NOW)
    library.feeds.remove(feed.id, NOW)
    told = " ".join(step.about for step in library.history.history())
    assert "example.org/2.xml" in told
    assert "pw" not in told
    assert "abc" not in told


def test_of_what_a_muted_feed_brought_a_split_shows_neither_part(library: Library) -> None:
    loud, _ = two_feeds(library)
    mute(library, loud)
    doi = "doi:10.1234/x"
    both = make_entry(9, aliases=(*make_entry(9).aliases, doi))
    (number,) = library.items.absorb([both], feed_id=loud, at=NOW).new
    assert found(library) == {2, 3}
    parted = library.items.split(doi, (), NOW).parted
    assert found(library) == {2, 3}
    mute(library, loud, False)
    assert found(library) == {1, 2, 3, number, parted}
    library.history.undo(NOW)
    library.history.undo(NOW)
    assert found(library) == {2, 3}
