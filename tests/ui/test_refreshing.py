"""Fetching from inside the reader, with the network played by a function."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hauler_tui.config import Config, RefreshConfig
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated
from hauler_tui.library.library import Library
from hauler_tui.sources import fetching
from hauler_tui.sources.settings import FetchSettings, Job
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> dict[str, Outcome]:
    """Answers by address; an address without one fails."""
    answers: dict[str, Outcome] = {}
    due = FeedState(due_at=NOW + timedelta(hours=1))

    async def fetch_all(
        jobs: Sequence[Job], settings: FetchSettings, now: datetime, **_: object
    ) -> AsyncGenerator[Outcome, None]:
        for job in jobs:
            failed = Failed(feed_id=job.feed_id, state=replace(due, error="no such host"))
            yield answers.get(job.url, failed)

    monkeypatch.setattr(fetching, "fetch_all", fetch_all)
    return answers


async def test_r_fetches_and_what_is_new_joins_the_list(
    open_reader: OpenReader, library: Library, network: dict[str, Outcome]
) -> None:
    (feed,) = library.feeds.all()
    network[feed.url] = Updated(
        feed_id=feed.id,
        state=FeedState(due_at=NOW + timedelta(hours=1)),
        title="A feed",
        entries=(make_entry(9),),
    )
    async with open_reader() as reader:
        await reader.press("R")
        await reader.until(lambda: reader.message == "1 new · 0 changed")
        await reader.until(lambda: "Paper 9" in reader.titles)
        assert reader.current == "Paper 1"
        await reader.press("R")
        await reader.until(lambda: reader.message.startswith("No feed is due before"))


async def test_a_feed_that_fails_is_named_with_its_reason(
    open_reader: OpenReader, network: dict[str, Outcome]
) -> None:
    async with open_reader() as reader:
        await reader.press("R")
        await reader.until(lambda: "1 of 1 feeds failed" in reader.message)
        (told,) = (n.message for n in reader.pilot.app._notifications)
        assert told == "A feed: no such host"


async def test_fetching_by_itself_fails_quietly(
    open_reader: OpenReader,
    network: dict[str, Outcome],
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_reader() as reader:
        monkeypatch.setattr(
            reader.screen, "config", replace(config, refresh=RefreshConfig(every=60))
        )
        reader.screen.refresh_by_itself()
        await reader.until(lambda: "1 of 1 feeds failed" in reader.message)
        assert list(reader.pilot.app._notifications) == []


async def test_without_feeds_r_says_how_to_add_one(
    open_reader: OpenReader, library: Library
) -> None:
    library.feeds.remove(1, NOW)
    async with open_reader() as reader:
        await reader.press("R")
        assert "hauler feeds add" in reader.message


async def test_what_a_feed_warns_of_is_told_to_who_asked(
    open_reader: OpenReader, network: dict[str, Outcome]
) -> None:
    state = FeedState(due_at=NOW + timedelta(hours=1))
    network["https://example.org/feed.xml"] = Updated(
        feed_id=1, state=state, title="A feed", entries=(), warnings=("Split it.",)
    )
    async with open_reader() as reader:
        await reader.press("R")
        await reader.until(lambda: reader.message == "0 new · 0 changed")
        (told,) = (n.message for n in reader.pilot.app._notifications)
        assert told == "A feed: Split it."
