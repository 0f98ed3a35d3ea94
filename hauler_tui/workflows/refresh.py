"""Fetch what is due and put what came into the library, one feed after another as they arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias

from hauler_tui.domain.addresses import host_of, redacted
from hauler_tui.domain.feed import Failed, Feed, FeedState, Outcome, Unchanged, Updated, Waiting
from hauler_tui.workflows import patience
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import Filling
from hauler_tui.workflows.intake import take_in
from hauler_tui.workflows.ledger import FILL_COMMAND, gaps, note, notices, watch
from hauler_tui.workflows.moving import follow_move
from hauler_tui.workflows.preprintgaps import is_retried
from hauler_tui.workflows.retention import let_go_daily

if TYPE_CHECKING:
    from hauler_tui.config import Config
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings, Job

_PATIENCE = 120.0
"""Seconds that a worker may be silent beyond the deadline of a feed: it also parses."""

_USED = ("fetching", "arxivfill", "preprintfeeds")
"""Of the sources, what a refresh and the ledger ask here, outside the workers."""

OutcomeName: TypeAlias = Literal["updated", "unchanged", "waiting", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """How one feed fared in a refresh."""

    feed_id: int
    url: str
    """For a person to read: without passwords and tokens."""
    title: str
    outcome: OutcomeName
    new: int = 0
    """Works that the library did not know."""
    changed: int = 0
    """Known works of which the feed said something new."""
    error: str | None = None
    hint: str = ""
    notes: tuple[str, ...] = ()
    """What else the person should know, a sentence each."""
    note: str = ""
    """Why nothing came, where that is right."""
    until: datetime | None = None
    """When one that waits is asked again, if that is known."""
    is_told_to_wait: bool = False
    """Whether a server named that time, before which nobody may ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One more feed is done."""

    done: int
    total: int
    """The feeds that are asked for; those that are not due do not count."""
    result: FeedResult
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """A whole refresh, in the order of the feeds."""

    feeds: tuple[FeedResult, ...]
    left: int = 0
    """Items that were let go afterwards, since nobody touched them (``keep_days``)."""
    notices: tuple[str, ...] = ()
    """What is lacking of arXiv's and bioRxiv's days, a sentence each."""

    def totals(self) -> dict[str, int]:
        """How many feeds had each outcome, and the sums of new and changed items."""
        names: tuple[OutcomeName, ...] = ("updated", "unchanged", "waiting", "failed")
        return {
            "feeds": len(self.feeds),
            **{str(name): sum(one.outcome == name for one in self.feeds) for name in names},
            "new": sum(one.new for one in self.feeds),
            "changed": sum(one.changed for one in self.feeds),
        }

    def every_due_feed_failed(self) -> bool:
        """Whether something was asked for and nothing of it came."""
        asked = [one for one in self.feeds if one.outcome != "waiting"]
        return bool(asked) and all(one.outcome == "failed" for one in asked)


def fetch_settings(config: Config) -> FetchSettings:
    """What the configuration says about fetching."""
    from hauler_tui.sources.settings import FetchSettings

    return FetchSettings(
        interval_minutes=config.refresh.every or FetchSettings().interval_minutes,
        allow_private_networks=config.fetch.allow_private_networks,
        contact=config.fetch.contact,
        arxiv_api=config.fetch.arxiv_api,
        arxiv_oai=config.fetch.arxiv_oai,
        preprint_api=config.fetch.preprint_api,
        deadline_seconds=config.fetch.timeout,
        silence_seconds=config.fetch.timeout + _PATIENCE,
    )


async def refresh(
    library: Library,
    feed_ids: Collection[int] | None,
    *,
    now: datetime,
    force: bool = False,
    settings: FetchSettings,
    keep_days: int = 0,
    progress: Callable[[Progress], None] | None = None,
    filling: Callable[[Filling], None] | None = None,
    how: str = FILL_COMMAND,
) -> RefreshReport:
    """Fetch the feeds that are due, of ``feed_ids`` or of all, and absorb what they said.

    Then, once a day, lets go of untouched items older than ``keep_days``; 0 keeps all. Where a
    search of arXiv or a feed of bioRxiv had more new papers than one answer holds, the rest is
    asked for at once, which ``filling`` hears of; ``how`` tells, in the notices, what fills other
    gaps. ``force`` also asks for feeds that are not due, and of ``feed_ids`` for those that are
    gone; a server's Retry-After is honoured all the same, for every feed of its host. One feed's
    failure is its result and stops no other. Raises UnknownKeyError for an id that no feed has,
    LibraryError where the library cannot be written.
    """
    # The reader imports this module before its first paint and the sources only when they are used;
    # in a thread, for that takes longer than a key may wait.
    for name in _USED:
        await asyncio.to_thread(import_module, f"hauler_tui.sources.{name}")
    from hauler_tui.sources.fetching import fetch_all

    chosen = library.feeds.all() if feed_ids is None else [library.feeds.get(i) for i in feed_ids]
    due = {feed.id for feed in library.feeds.due(now)}
    closed = patience.closed(library, now, settings)
    feeds = {feed.id: feed for feed in chosen}
    results: dict[int, FeedResult] = {}
    jobs: list[Job] = []
    for feed in feeds.values():
        state = library.feeds.state(feed.id)
        host = closed.get(host_of(feed.url), state)
        is_asked = force and (state.gone_at is None or feed_ids is not None)
        is_told = _is_told_to_wait(state, now) or _is_told_to_wait(host, now)
        if not is_asked and feed.id in due and host is not state:
            patience.put_off(library, feed, state, host, now)
            results[feed.id] = _waiting(feed, library.feeds.state(feed.id), host, now)
        elif (is_asked or feed.id in due) and not is_told:
            jobs.append(_job(feed, state, force))
        else:
            results[feed.id] = _waiting(feed, state, host, now)
    await asyncio.sleep(0)
    if jobs:
        watch(library, now)
    done = 0
    remember = patience.remembering(library, now)
    rested = patience.rested(library, now)
    # A refresh that is cancelled must not leave the workers running.
    async with aclosing(fetch_all(jobs, settings, now, rested=rested)) as outcomes:
        async for outcome in outcomes:
            feed = feeds[outcome.feed_id]
            remember(feed.url)
            new, changed = await take_in(library, feed, outcome, now=now)
            notes = follow_move(library, feed, outcome, now=now)
            result = _result(feed, outcome, new=new, changed=changed, notes=notes)
            result = replace(result, note=note(library, feed, outcome, now))
            results[feed.id] = result
            if progress is not None:
                done += 1
                progress(Progress(done=done, total=len(jobs), result=result, outcome=outcome))
    if jobs:
        short = [g for g in gaps(library, now=now) if is_retried(g.subject, g.record, now)]
        await fill(library, short, now=now, settings=settings, force=force, progress=filling)
    left = await let_go_daily(library, keep_days, now=now)
    await asyncio.sleep(0)
    return RefreshReport(
        feeds=tuple(results[feed_id] for feed_id in feeds),
        left=left,
        notices=notices(library, now=now, how=how),
    )


def _job(feed: Feed, state: FeedState, force: bool) -> Job:
    from hauler_tui.sources.settings import Job

    return Job(
        feed_id=feed.id,
        url=feed.url,
        state=state,
        forced=force,
        interval_minutes=feed.interval_minutes,
    )


def _is_told_to_wait(state: FeedState, now: datetime) -> bool:
    return state.wait_until is not None and state.wait_until > now


def _waiting(feed: Feed, state: FeedState, host: FeedState, now: datetime) -> FeedResult:
    """How a feed fared that was not asked: why, and until when."""
    times = [patience.until(one) for one in (state, host)]
    return replace(
        _result(feed, Waiting(feed_id=feed.id, state=state)),
        error=state.error,
        until=max((time for time in times if time is not None), default=None),
        is_told_to_wait=any(_is_told_to_wait(one, now) for one in (state, host)),
    )


def _result(
    feed: Feed, outcome: Outcome, *, new: int = 0, changed: int = 0, notes: tuple[str, ...] = ()
) -> FeedResult:
    names: dict[type, OutcomeName] = {
        Updated: "updated",
        Unchanged: "unchanged",
        Waiting: "waiting",
        Failed: "failed",
    }
    title = feed.title or (outcome.title if isinstance(outcome, Updated) else "")
    failed = isinstance(outcome, Failed)
    return FeedResult(
        feed_id=feed.id,
        url=redacted(feed.url),
        title=title,
        outcome=names[type(outcome)],
        new=new,
        changed=changed,
        error=(outcome.state.error or "failed") if failed else None,
        hint=outcome.hint if isinstance(outcome, Failed) else "",
        notes=(*(outcome.warnings if isinstance(outcome, Updated) else ()), *notes),
    )
