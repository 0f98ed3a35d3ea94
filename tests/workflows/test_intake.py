"""What a feed brought, taken in a little at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.library.library import Library
from hauler_tui.workflows.intake import take_in
from tests.factories import NOW, make_entry

STATE = FeedState(etag='"e"')


def said(feed_id: int, *numbers: int) -> Updated:
    entries = tuple(make_entry(number) for number in numbers)
    return Updated(feed_id=feed_id, state=STATE, title="A feed", entries=entries)


async def test_a_large_feed_leaves_turns_to_others_and_counts_as_one(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        feed = library.feeds.add("https://example.org/f", at=NOW)
        library.items.absorb([make_entry(7)], feed_id=None, at=NOW)
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        # The last one repeats the first, which is new all the same and no change.
        found = await take_in(library, feed, said(feed.id, *range(1, 101), 1), now=NOW)
        counting.cancel()
        assert found == (99, 1)
        assert turns >= 4
        assert library.items.count() == 100
        assert library.feeds.state(feed.id) == STATE
        assert library.feeds.get(feed.id).title == "A feed"


async def test_validators_come_with_the_last_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path / "library") as library:
        feed = library.feeds.add("https://example.org/f", at=NOW)
        calls = 0
        absorb = library.items.absorb

        def once(*arguments: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls > 1:
                raise RuntimeError("a crash")
            return absorb(*arguments, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(library.items, "absorb", once)
        with pytest.raises(RuntimeError):
            await take_in(library, feed, said(feed.id, *range(100)), now=NOW)
        assert library.items.count() == 25
        assert library.feeds.state(feed.id).etag is None


async def test_a_feed_that_is_removed_meanwhile_brings_nothing_more(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        feed = library.feeds.add("https://example.org/f", at=NOW)
        taking = asyncio.create_task(take_in(library, feed, said(feed.id, *range(100)), now=NOW))
        while not library.items.count():
            await asyncio.sleep(0)
        library.feeds.remove(feed.id, NOW)
        assert await taking == (25, 0)
        assert library.items.view().tolist() == []


def test_the_index_waits_while_more_is_expected_and_then_catches_up(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.expect_more(0.2)
        library.items.absorb([make_entry(1)], feed_id=None, at=NOW)
        assert not library.wait_for_index(0.01)
        assert library.items.view().tolist() == [1]
        assert library.wait_for_index(10)
        library.expect_more(60)
        library.items.absorb([make_entry(2)], feed_id=None, at=NOW)
    with Library.open(tmp_path / "library", writing=False) as library:
        assert library.index_ready


async def test_a_name_that_a_whole_answer_shares_joins_nothing_whatever_part_it_stands_in(
    tmp_path: Path,
) -> None:
    with Library.open(tmp_path / "library") as library:
        feed = library.feeds.add("https://example.org/f", at=NOW)
        shared = "doi:10.1234/all-of-them"
        entries = tuple(
            make_entry(number, aliases=(f"arxiv:2605.{number:05}", shared))
            for number in range(1, 61)
        )
        outcome = Updated(feed_id=feed.id, state=STATE, title="A feed", entries=entries)
        assert await take_in(library, feed, outcome, now=NOW) == (60, 0)
        assert library.items.count() == 60
        assert library.items.owners([shared]) == {}
