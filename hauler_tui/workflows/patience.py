"""Which hosts were asked a moment ago, and which asked to be left alone, whoever asked them.

Feeds, lookups and the filling of days ask the same servers, and each of them remembers something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.feed import Feed, FeedState, Waiting

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings, Services


def rested(library: Library, now: datetime) -> dict[str, float]:
    """The seconds since groups of hosts were asked last, as far as is known."""
    pauses = library.lookups.pauses().values()
    times = {pause.host: pause.asked_at for pause in pauses if pause.asked_at is not None}
    return {host: max(0.0, (now - asked_at).total_seconds()) for host, asked_at in times.items()}


def remembering(library: Library, now: datetime) -> Callable[[str], None]:
    """Return what is to be told of each address that was asked from ``now`` on.

    It remembers when, of the hosts that want a longer pause than the start of a program takes.
    """
    from hauler_tui.sources.pacing import host_group, is_slow

    clock = asyncio.get_running_loop().time
    began = clock()

    def remember(url: str) -> None:
        if is_slow(url):
            at = now + timedelta(seconds=clock() - began)
            library.lookups.note_asked(host_group(url), at)

    return remember


def closed(
    library: Library, now: datetime, settings: FetchSettings, services: Services | None = None
) -> dict[str, FeedState]:
    """The hosts that asked to be left alone, with when each may be asked again.

    This machine's own are never among them.
    """
    from hauler_tui.sources.addresses import is_loopback
    from hauler_tui.sources.routes import place_of
    from hauler_tui.sources.schedule import may_ask
    from hauler_tui.sources.settings import Services

    asked = (services or Services(arxiv=settings.arxiv_api)).arxiv
    told = list(library.feeds.patience(now).items())
    told.append((host_of(settings.arxiv_api), library.ledger.api_state()))
    told.append((host_of(settings.preprint_api), library.ledger.preprint_state()))
    told.append((host_of(settings.records), library.ledger.harvests.state()))
    for pause in library.lookups.pauses().values():
        if pause.failures:  # else it is only our own pace
            host = host_of(asked) if pause.host == place_of(asked) else pause.host
            told.append((host, FeedState(due_at=pause.due_at)))
    states: dict[str, FeedState] = {}
    for host, state in told:
        if not may_ask(state, forced=False, now=now) and not is_loopback(host):
            known = states.get(host)
            states[host] = state if known is None else _later(known, state)
    return states


def until(state: FeedState) -> datetime | None:
    """When a host may be asked again."""
    return max(filter(None, (state.due_at, state.wait_until)), default=None)


def put_off(library: Library, feed: Feed, state: FeedState, host: FeedState, now: datetime) -> None:
    """Let a feed be due when its host may be asked, which told it to somebody else."""
    name = host_of(feed.url)
    error = f"{name} asks to be left alone for a while"
    told = replace(state, due_at=until(host), error=error, asks_patience=name)
    library.feeds.record(Waiting(feed_id=feed.id, state=told), now)


def _later(one: FeedState, other: FeedState) -> FeedState:
    waits = max(filter(None, (one.wait_until, other.wait_until)), default=None)
    return FeedState(due_at=max(filter(None, map(until, (one, other)))), wait_until=waits)
