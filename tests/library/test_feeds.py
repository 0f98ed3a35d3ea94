"""Subscriptions and what fetching them brings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import Failed, FeedState, Unchanged, Updated, Waiting
from hauler_tui.domain.identity import normalise_url
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library import feeds
from hauler_tui.library.items import Absorbed
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

URL = "https://example.org/1.xml"
HOUR = timedelta(hours=1)


def test_the_same_address_again_is_the_known_feed(library: Library) -> None:
    feed = library.feeds.add(f" {URL} ", title="Mine", tags=["a"], at=NOW)
    assert feed.url == URL
    assert library.feeds.add(URL, title="Other", at=NOW + HOUR) == feed
    assert library.feeds.all() == (feed,)


def test_a_feed_is_found_by_its_id_or_its_address(library: Library) -> None:
    feed = library.feeds.add(URL, at=NOW)
    for text in ("1", " 1 ", URL, 1):
        assert library.feeds.find(text) == feed
    for text in ("2", "https://example.org/2.xml", "", "²", "9" * 50, "\x1b[31m"):
        with pytest.raises(UnknownKeyError):
            library.feeds.find(text)


def test_a_feed_without_a_name_takes_the_one_it_gives_itself(library: Library) -> None:
    library.feeds.add(URL, at=NOW)
    library.feeds.add("https://example.org/2.xml", title="Mine", at=NOW)
    for feed_id in (1, 2):
        library.feeds.record(
            Updated(feed_id=feed_id, state=FeedState(), title="Its\nown\x1b[31m", entries=()), NOW
        )
    assert [feed.title for feed in library.feeds.all()] == ["Its own", "Mine"]


def test_every_outcome_leaves_its_state(library: Library, folder: Path) -> None:
    library.feeds.add(URL, at=NOW)
    state = FeedState(
        etag='W/"\'a\\b"',
        last_modified="Mon, 04 May 2026 09:30:00 GMT",
        body_hash="00",
        fetched_at=NOW,
        due_at=NOW + HOUR,
        wait_until=NOW,
        failures=3,
        error="it failed",
    )
    for outcome in (
        Failed(feed_id=1, state=state),
        Waiting(feed_id=1, state=FeedState(failures=4)),
        Unchanged(feed_id=1, state=state),
    ):
        assert library.feeds.record(outcome, NOW) == Absorbed()
        assert library.feeds.state(1) == outcome.state
    library.close()
    with Library.open(folder) as again:
        assert again.feeds.state(1) == state


def test_a_feed_is_due_unless_told_to_wait(library: Library) -> None:
    states = (
        FeedState(),
        FeedState(due_at=NOW),
        FeedState(due_at=NOW + HOUR),
        FeedState(due_at=NOW - HOUR, wait_until=NOW + HOUR),
    )
    for number, state in enumerate(states, 1):
        library.feeds.add(f"https://example.org/{number}.xml", at=NOW)
        library.feeds.record(Unchanged(feed_id=number, state=state), NOW)
    assert [feed.id for feed in library.feeds.due(NOW)] == [1, 2]


def test_a_refresh_is_no_step_of_history_and_one_line_of_each_file(library: Library) -> None:
    library.feeds.add(URL, title="Feed", at=NOW)
    library.flush()
    steps = library.history.history()
    names = ("library.journal", "items.log")

    def lines() -> list[int]:
        return [(library.directory / name).read_bytes().count(b"\n") for name in names]

    before = lines()
    entries = tuple(make_entry(number) for number in range(1, 11))
    outcome = Updated(feed_id=1, state=FeedState(fetched_at=NOW), title="", entries=entries)
    assert library.feeds.record(outcome, NOW).new == tuple(range(1, 11))
    library.flush()
    # Ten documents and the line that makes them one batch.
    assert [after - old for after, old in zip(lines(), before, strict=True)] == [1, 11]
    assert library.feeds.record(outcome, NOW + HOUR) == Absorbed()
    library.flush()
    assert [after - old for after, old in zip(lines(), before, strict=True)] == [1, 11]
    assert library.history.history() == steps


def test_a_removed_feed_hides_its_items_and_comes_back_with_them_and_its_state(
    filled: Library,
) -> None:
    feed, state = filled.feeds.get(1), filled.feeds.state(1)
    filled.feeds.remove(1, NOW)
    assert filled.feeds.all() == ()
    assert filled.feeds.state(1) == FeedState()
    assert filled.items.count() == 0
    filled.history.undo(NOW)
    assert (filled.feeds.get(1), filled.feeds.state(1)) == (feed, state)
    filled.feeds.remove(1, NOW)
    assert filled.feeds.add("https://example.org/2.xml", at=NOW).id == 2


def test_what_a_feed_brings_after_it_was_removed_is_dropped(filled: Library) -> None:
    filled.feeds.remove(1, NOW)
    outcome = Updated(
        feed_id=1, state=FeedState(fetched_at=NOW), title="x", entries=(make_entry(9),)
    )
    assert filled.feeds.record(outcome, NOW) == Absorbed()
    assert len(filled._works) == 5
    assert filled.feeds.state(1) == FeedState()


def test_a_feed_nobody_knows_is_said(library: Library) -> None:
    for ask in (
        lambda: library.feeds.get(1),
        lambda: library.feeds.edit(1, title="x", at=NOW),
        lambda: library.feeds.remove(1, NOW),
    ):
        with pytest.raises(UnknownKeyError):
            ask()


def test_adding_many_feeds_compares_each_address_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def counting(url: str) -> str | None:
        compared.append(url)
        return normalise_url(url)

    monkeypatch.setattr(feeds, "normalise_url", counting)
    with library.step("add feeds", "many", at=NOW):
        for number in range(50):
            library.feeds.add(f"https://example.org/{number}.xml", at=NOW)
    assert len(library.feeds.all()) == 50
    assert len(compared) <= 100
    library.history.undo(NOW)
    assert library.feeds.add("https://example.org/7.xml", at=NOW) in library.feeds.all()
