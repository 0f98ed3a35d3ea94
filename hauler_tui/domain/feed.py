"""A subscription, what is known about fetching it, and how one fetch ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.harvest import ListPage

MOVE_IS_CERTAIN_AFTER = 2
"""Successive polls that must lead to the same address before it becomes the feed's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A subscription, as the person keeps it."""

    id: int
    """A number that is never used for another feed."""
    url: str
    """The address that is fetched."""
    title: str = ""
    """The person's name for it, else what the feed calls itself; may be empty before a fetch."""
    tags: tuple[str, ...] = ()
    added_at: datetime
    interval_minutes: int | None = None
    """How often to fetch, where the person wants it otherwise than the configuration says."""
    is_muted: bool = False
    """Whether what came only through it is left out of the list and counts as not unread."""
    keep_days: int | None = None
    """Days that untouched items of it stay, 0 for ever; None is as the configuration says."""
    former_urls: tuple[str, ...] = ()
    """The addresses it had before it moved, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What the last fetches taught about a feed: validators, times, failures."""

    etag: str | None = None
    """The ETag header byte for byte, to be sent back unchanged (RFC 9110, 8.8.3)."""
    last_modified: str | None = None
    """The Last-Modified header byte for byte (RFC 9110, 8.8.2)."""
    body_hash: str | None = None
    """SHA-256 of the last body that was parsed, in hex."""
    fetched_at: datetime | None = None
    """The last time the server answered."""
    due_at: datetime | None = None
    """Not to be fetched before this time; None is due now."""
    wait_until: datetime | None = None
    """The server's own Retry-After, which even a forced refresh honours."""
    failures: int = 0
    """Failed fetches since the last good one."""
    error: str | None = None
    """Why the last fetch failed, in a sentence."""
    validated_at: datetime | None = None
    """When the last whole answer came, which is how old the validators are."""
    fresh_until: datetime | None = None
    """Until when the server asked not to be asked again; ``due_at`` also knows the interval."""
    ttl_minutes: int | None = None
    """The pause the feed itself asks for between two fetches."""
    skip_days: tuple[int, ...] = ()
    """Weekdays on which the feed asks not to be fetched, Monday 0."""
    skip_hours: tuple[int, ...] = ()
    """Hours, 0 to 23, at which the feed asks not to be fetched."""
    moved_to: str | None = None
    """Where permanent redirects led at the last answer, while that is not the feed's address."""
    moved_polls: int = 0
    """Successive answers that came from there."""
    missing_since: datetime | None = None
    """When the server first said 404, if it has said nothing else since."""
    gone_at: datetime | None = None
    """When the server said that the feed is gone for good; it is not polled any more."""
    asks_patience: str | None = None
    """The host that asked to be left alone, which until ``due_at`` holds for its other feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """The server sent a feed and it was understood; ``entries`` may be empty."""

    feed_id: int
    state: FeedState
    title: str
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
    built_at: datetime | None = None
    """When the feed says it was made."""
    total: int | None = None
    """How many entries a query has in all, where the answer tells."""
    is_whole: bool = True
    """Whether the body ended as a feed ends, and was not cut short."""
    page: ListPage | None = None
    """What a page of a list of records says of the rest of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The server said 304, or sent the very bytes it sent before."""

    feed_id: int
    state: FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Not asked: not due yet, or the server asked to wait until ``state.due_at``."""

    feed_id: int
    state: FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The fetch or the parse failed; ``state.error`` says why and the items stay."""

    feed_id: int
    state: FeedState
    hint: str = ""


Outcome: TypeAlias = Updated | Unchanged | Waiting | Failed
"""How one fetch of one feed ended."""
