"""Each feed looked after: what a person may set, and what is told of it, in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from hauler_tui.domain.addresses import shown
from hauler_tui.domain.feed import MOVE_IS_CERTAIN_AFTER, Feed, FeedState
from hauler_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hauler_tui.library.library import Library

FeedStatus: TypeAlias = Literal["gone", "waiting", "failed", "due", "ok"]
"""Its server called it gone; a server asked to wait; the last fetch failed; the next refresh asks
for it; nothing of all this."""

AS_CONFIGURED = "default"
_MINUTES = {"": 1, "m": 1, "min": 1, "h": 60, "d": 1_440, "w": 10_080}
_INTERVAL = re.compile(r"(\d{1,6})\s*(|m|min|h|d|w)")
_LEAST_MINUTES = 5
_MOST_MINUTES = 525_600
_MOST_DAYS = 36_500


def interval_minutes(text: str) -> int | None:
    """The minutes a person means by ``30``, ``2h`` or ``1d``; None by ``default``.

    Raises UsageError.
    """
    wanted = text.strip().lower()
    if wanted == AS_CONFIGURED:
        return None
    found = _INTERVAL.fullmatch(wanted)
    minutes = int(found[1]) * _MINUTES[found[2]] if found else 0
    if not _LEAST_MINUTES <= minutes <= _MOST_MINUTES:
        raise UsageError(
            f"“{wanted[:40]}” is no interval",
            f"give minutes from {_LEAST_MINUTES} on, or 2h, 1d, 1w, or {AS_CONFIGURED}",
        )
    return minutes


def keep_days(text: str) -> int | None:
    """The days a person means, 0 for ever; None by ``default``. Raises UsageError."""
    wanted = text.strip().lower()
    if wanted == AS_CONFIGURED:
        return None
    if not re.fullmatch(r"\d{1,5}", wanted) or int(wanted) > _MOST_DAYS:
        raise UsageError(
            f"“{wanted[:40]}” is no number of days",
            f"give whole days, 0 for ever, or {AS_CONFIGURED}",
        )
    return int(wanted)


def readdressed(library: Library, feed: Feed, text: str, *, allow_private: bool) -> Feed:
    """A feed under the address a person typed. Raises SourceError, UsageError."""
    from hauler_tui.sources.addresses import subscription_url

    url = subscription_url(text, allow_private_networks=allow_private)
    other = library.feeds.at_address(url)
    if other is not None and other.id != feed.id:
        raise UsageError(f"{shown(url)} is the address of feed {other.id}", "remove one of the two")
    if url == feed.url:
        return feed
    return replace(feed, url=url, former_urls=(*feed.former_urls, feed.url))


def status(state: FeedState, *, is_due: bool, now: datetime) -> FeedStatus:
    """How a feed fares, in a word."""
    if state.gone_at is not None:
        return "gone"
    if state.error is not None:
        asked = state.asks_patience is not None and not is_due
        waits = state.wait_until is not None and state.wait_until > now
        return "waiting" if asked or waits else "failed"
    return "due" if is_due else "ok"


def remarks(feed: Feed, state: FeedState, others: Iterable[Feed]) -> tuple[str, ...]:
    """What is special about a feed, a few words each; ``others`` may have its new address."""
    found = []
    if feed.is_muted:
        found.append("muted")
    if feed.interval_minutes is not None:
        found.append(f"every {_spelled(feed.interval_minutes)}")
    if feed.keep_days is not None:
        days = f"kept {feed.keep_days} days" if feed.keep_days else "kept for ever"
        found.append("kept 1 day" if feed.keep_days == 1 else days)
    if state.moved_to is not None and state.moved_to != feed.url:
        found.append(_moving(feed, state, others))
    elif feed.former_urls:
        found.append(f"moved here from {shown(feed.former_urls[-1])}")
    return tuple(found)


def _moving(feed: Feed, state: FeedState, others: Iterable[Feed]) -> str:
    where = shown(state.moved_to or "")
    if state.moved_polls < MOVE_IS_CERTAIN_AFTER:
        return f"seems to move to {where}"
    there = [other.id for other in others if other.url == state.moved_to and other.id != feed.id]
    return f"moved to {where}" + (f", which is feed {there[0]}" if there else "")


def _spelled(minutes: int) -> str:
    for unit, name in ((10_080, "week"), (1_440, "day"), (60, "hour")):
        if minutes % unit == 0:
            count = minutes // unit
            return name if count == 1 else f"{count} {name}s"
    return f"{minutes} minutes"
