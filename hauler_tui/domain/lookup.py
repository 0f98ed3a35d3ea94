"""A captured link on its way to a title: what is asked, what came back, and when to ask again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from hauler_tui.domain.entry import Entry

FIRST_PAUSE = timedelta(minutes=30)
LONGEST_PAUSE = timedelta(hours=24)
LONGEST_HOST_PAUSE = timedelta(hours=6)
"""A host that goes on asking to be left alone is asked again after so long."""
LONGEST_WAIT = timedelta(days=7)
"""A host that names a longer Retry-After is asked again after this time."""
OFFLINE_PAUSE = timedelta(minutes=10)
UNKNOWN_PAUSES = (timedelta(days=1), timedelta(days=7))
"""What nobody knows today may be registered tomorrow; after these it is asked for no more."""
MOST_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A captured link that is still to be looked up, or could not be."""

    asked_at: datetime | None = None
    due_at: datetime | None = None
    """Not to be asked for before this time; None is now."""
    tries: int = 0
    """How often it was asked for in vain."""
    reason: str = ""
    """Why it is not resolved, in a sentence; empty before anybody was asked."""
    hint: str = ""
    gave_up: bool = False
    """Whether it stays a link until the person adds it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPause:
    """A host that asked to be left alone, or that is asked only now and then."""

    host: str
    asked_at: datetime | None = None
    due_at: datetime | None = None
    """No question goes there before this time."""
    failures: int = 0
    """Refusals since its last good answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A captured link of which nothing but its names is known."""

    item_id: int
    link: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a link is."""

    item_id: int
    host: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Who was asked does not know it, or would not say."""

    item_id: int
    host: str
    reason: str
    hint: str = ""
    for_good: bool = False
    """Whether asking again would bring the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Nobody could be asked, or the answer made no sense: later perhaps."""

    item_id: int
    host: str
    reason: str
    hint: str = ""
    was_reached: bool = True
    """Whether a server answered at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Its host asked to be left alone, or is asked only now and then; no fault of the link's."""

    item_id: int
    host: str
    reason: str
    wait_seconds: float | None = None
    """The pause that was asked for, where one was named."""
    is_refusal: bool = True
    """Whether the host refused, and not only our own pace holds the question back."""


Finding: TypeAlias = Found | Unknown | Broken | Held
"""What came of one question."""


def told(lookup: Lookup | None) -> str:
    """Why an item is nothing but a link, in a sentence without a full stop; times are local."""
    if lookup is None:
        return "only its link is known; adding it again looks it up"
    if lookup.gave_up:
        return f"could not be resolved: {lookup.reason}"
    if not lookup.reason:
        return "not looked up yet"
    if lookup.due_at is None:
        return f"not resolved yet: {lookup.reason}"
    return (
        f"not resolved yet: {lookup.reason}; again from {lookup.due_at.astimezone():%Y-%m-%d %H:%M}"
    )


def after(lookup: Lookup, finding: Unknown | Broken, *, at: datetime, is_online: bool) -> Lookup:
    """The lookup after an answer that brought nothing.

    While nobody at all was reached (``is_online`` false) no failure counts for the last one.
    """
    tries = lookup.tries + 1
    told = replace(
        lookup, asked_at=at, tries=tries, reason=finding.reason, hint=finding.hint, gave_up=False
    )
    if isinstance(finding, Unknown):
        if finding.for_good or tries > len(UNKNOWN_PAUSES):
            return replace(told, due_at=None, gave_up=True)
        return replace(told, due_at=at + UNKNOWN_PAUSES[tries - 1])
    if not is_online:
        return replace(told, tries=lookup.tries, due_at=at + OFFLINE_PAUSE)
    if tries >= MOST_TRIES:
        return replace(told, due_at=None, gave_up=True)
    return replace(told, due_at=at + min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE))


def paused(pause: HostPause, held: Held, *, at: datetime, jitter: float) -> HostPause:
    """The host's pause after it asked to be left alone: its own, else doubling from 30 minutes.

    ``jitter`` from 0 to 1 lengthens ours by up to a quarter.
    """
    failures = pause.failures + (1 if held.is_refusal else 0)
    if held.wait_seconds is not None:
        wait = min(timedelta(seconds=held.wait_seconds), LONGEST_WAIT)
    else:
        doubled = FIRST_PAUSE * 2 ** min(pause.failures, 10)
        wait = min(doubled, LONGEST_HOST_PAUSE) * (1 + jitter / 4)
    return replace(pause, asked_at=at, due_at=at + wait, failures=failures)
