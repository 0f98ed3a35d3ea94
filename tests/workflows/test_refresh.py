from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.config import Config, FetchConfig, RefreshConfig
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Unchanged, Updated
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings, Job
from hauler_tui.workflows import refresh as workflow
from hauler_tui.workflows.refresh import Progress, fetch_settings, refresh
from tests.factories import NOW, make_entry

LATER = NOW + timedelta(hours=1)
SETTINGS = FetchSettings()

Answer = Callable[[Job], Outcome]


def answering(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> list[Job]:
    """Let ``answer`` stand for the servers; the jobs that it is asked."""
    asked: list[Job] = []

    async def fetch_all(
        jobs: Sequence[Job], settings: FetchSettings, now: datetime, **_: object
    ) -> AsyncGenerator[Outcome, None]:
        for job in jobs:
            asked.append(job)
            await asyncio.sleep(0)
            yield answer(job)

    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", fetch_all)
    return asked


def paper(job: Job) -> Outcome:
    """A feed with the paper whose number is the feed's id, due again in an hour."""
    return Updated(
        feed_id=job.feed_id,
        state=replace(job.state, fetched_at=NOW, due_at=LATER),
        title=f"Title {job.feed_id}",
        entries=(make_entry(job.feed_id),),
    )


def add_feeds(library: Library, count: int) -> list[int]:
    return [library.feeds.add(f"https://example.org/{n}", at=NOW).id for n in range(count)]


async def test_only_what_is_due_is_asked_for_and_force_asks_for_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, paper)
    with Library.open(tmp_path) as library:
        ids = add_feeds(library, 2)
        report = await refresh(library, None, now=NOW, settings=SETTINGS)
        assert [one.outcome for one in report.feeds] == ["updated", "updated"]
        assert report.totals()["new"] == 2
        report = await refresh(library, None, now=NOW, settings=SETTINGS)
        assert [one.outcome for one in report.feeds] == ["waiting", "waiting"]
        assert not report.every_due_feed_failed()
        assert len(asked) == 2
        await refresh(library, ids[:1], now=NOW, force=True, settings=SETTINGS)
        assert [job.feed_id for job in asked[2:]] == ids[:1]
        assert asked[2].forced


async def test_a_server_that_asked_to_wait_is_left_alone_even_when_forced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(job: Job) -> Outcome:
        state = FeedState(wait_until=LATER, due_at=LATER, failures=1, error="too many requests")
        return Failed(feed_id=job.feed_id, state=state)

    asked = answering(monkeypatch, later)
    with Library.open(tmp_path) as library:
        add_feeds(library, 1)
        first = await refresh(library, None, now=NOW, settings=SETTINGS)
        assert first.feeds[0].error == "too many requests"
        again = await refresh(library, None, now=NOW, force=True, settings=SETTINGS)
        assert again.feeds[0].outcome == "waiting"
        assert len(asked) == 1


async def test_one_bad_feed_stops_no_other_and_all_bad_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd_ones_fail(job: Job) -> Outcome:
        if job.feed_id % 2:
            return Failed(feed_id=job.feed_id, state=FeedState(error="it is no feed"), hint="look")
        return paper(job)

    answering(monkeypatch, odd_ones_fail)
    with Library.open(tmp_path) as library:
        ids = add_feeds(library, 4)
        report = await refresh(library, None, now=NOW, settings=SETTINGS)
        assert report.totals() == {
            "feeds": 4, "updated": 2, "unchanged": 0, "waiting": 0, "failed": 2,
            "new": 2, "changed": 0,
        }  # fmt: skip
        assert not report.every_due_feed_failed()
        odd = [feed_id for feed_id in ids if feed_id % 2]
        assert (await refresh(library, odd, now=NOW, settings=SETTINGS)).every_due_feed_failed()
        assert library.feeds.state(odd[0]).error == "it is no feed"


async def test_progress_counts_the_feeds_that_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, paper)
    told: list[Progress] = []
    with Library.open(tmp_path) as library:
        add_feeds(library, 1)
        await refresh(library, None, now=NOW, settings=SETTINGS)
        add_feeds(library, 3)
        await refresh(library, None, now=NOW, settings=SETTINGS, progress=told.append)
    assert [(one.done, one.total) for one in told] == [(1, 2), (2, 2)]
    assert told[0].result.title == f"Title {told[0].result.feed_id}"


async def test_the_same_paper_through_two_feeds_is_new_once_and_changed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def the_same(job: Job) -> Outcome:
        state = replace(job.state, due_at=LATER)
        return Updated(feed_id=job.feed_id, state=state, title="", entries=(make_entry(1),))

    answering(monkeypatch, the_same)
    with Library.open(tmp_path) as library:
        ids = add_feeds(library, 2)
        report = await refresh(library, None, now=NOW, settings=SETTINGS)
        assert [(one.new, one.changed) for one in report.feeds] == [(1, 0), (0, 1)]
        (item_id,) = library.items.view()
        sightings = library.items.get(item_id).work.sightings
        assert [one.feed_id for one in sightings] == ids


async def test_unchanged_feeds_keep_what_was_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = FeedState(etag='"7"', due_at=LATER)
    answering(monkeypatch, lambda job: Unchanged(feed_id=job.feed_id, state=state))
    with Library.open(tmp_path) as library:
        (feed_id,) = add_feeds(library, 1)
        report = await refresh(library, None, now=NOW, settings=SETTINGS)
        assert report.feeds[0].outcome == "unchanged"
        assert library.feeds.state(feed_id) == state


async def test_an_unknown_feed_is_refused_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, paper)
    with Library.open(tmp_path) as library, pytest.raises(UnknownKeyError):
        await refresh(library, [*add_feeds(library, 1), 99], now=NOW, settings=SETTINGS)
    assert asked == []


async def test_a_cancelled_refresh_closes_the_fetching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = asyncio.Event()
    started = asyncio.Event()

    async def fetch_all(
        jobs: Sequence[Job], settings: FetchSettings, now: datetime, **_: object
    ) -> AsyncGenerator[Outcome, None]:
        try:
            started.set()
            await asyncio.Event().wait()
            yield paper(jobs[0])
        finally:
            closed.set()

    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", fetch_all)
    with Library.open(tmp_path) as library:
        add_feeds(library, 1)
        task = asyncio.create_task(refresh(library, None, now=NOW, settings=SETTINGS))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert closed.is_set()


def test_the_configuration_becomes_limits() -> None:
    config = Config(
        path=Path("config.toml"),
        fetch=FetchConfig(allow_private_networks=True, contact="me@example.org", timeout=600),
    )
    settings = workflow.fetch_settings(config)
    assert settings.allow_private_networks
    assert settings.contact == "me@example.org"
    assert settings.deadline_seconds == 600
    assert settings.silence_seconds > settings.deadline_seconds


@pytest.mark.parametrize(("every", "minutes"), [(30, 30), (0, 60)])
def test_a_feed_is_due_again_when_the_configuration_says(every: int, minutes: int) -> None:
    config = Config(path=Path("none"), refresh=RefreshConfig(every=every))
    assert fetch_settings(config).interval_minutes == minutes
