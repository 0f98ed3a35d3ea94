"""Whether something came and went unseen between two readings of bioRxiv's or medRxiv's feeds."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hauler_tui.domain import announcements, ledger
from hauler_tui.domain.feed import Feed, Outcome, Updated
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Collection

    from hauler_tui.domain.entry import Entry
    from hauler_tui.library.library import Library

FULL = 30
"""Most papers in one feed of theirs, which is newest first."""
_ROOM = timedelta(days=3)
"""How long before a reading its newest papers may be dated, where nothing else tells."""
_RETRIED = timedelta(days=3)
"""How long a refresh goes on asking for what is lacking, as often as it is asked."""


def subject_of(feed: Feed) -> str:
    """What a feed of theirs is of; empty for any other."""
    from hauler_tui.sources.preprintfeeds import subject_of

    return subject_of(feed.url)


def open_hole(library: Library, feed: Feed, outcome: Outcome, now: datetime) -> None:
    """Keep that a day is partial, where nothing of an answer joins it to those before.

    That is kept before the answer is: after a crash in between, its own first papers would seem to
    be those known before. A feed that was never read, or had nothing and has room, lacks nothing.
    """
    subject = subject_of(feed) if isinstance(outcome, Updated) and outcome.entries else ""
    if not subject or not isinstance(outcome, Updated):
        return
    same = {one.id for one in library.feeds.all() if subject_of(one) == subject}
    if feed.id not in same:
        return  # it was removed meanwhile
    known = library.ledger.records().get(subject, {}).values()
    newest = max((each.newest for each in known if each.newest), default=None)
    states = [library.feeds.state(feed_id) for feed_id in same]
    read_at = max((each.validated_at for each in states if each.validated_at), default=None)
    # A feed that moved has no validators left; one that is subscribed to anew has read nothing.
    was_read = read_at is not None or (newest and any(each.body_hash for each in states))
    if not was_read or (newest is None and len(outcome.entries) < FULL):
        return
    if _joins(library, outcome.entries, same):
        return
    times = [entry.published for entry in outcome.entries if entry.published]
    oldest = min(times, default=now)
    before = newest or (read_at or now) - _ROOM
    told = DayRecord(
        subject=subject,
        day=announcements.eastern_day(now),
        state="partial",
        reason="more",
        at=now,
        gap_from=min(before, oldest),
        gap_to=max(before, oldest),
    )
    library.ledger.keep([told], at=now)


def reached(library: Library, subject: str, outcome: Updated, now: datetime) -> DayRecord | None:
    """That an answer was read, and how far it reaches; None where it holds nothing."""
    times = [entry.published for entry in outcome.entries if entry.published]
    if not outcome.entries:
        return None
    return DayRecord(
        subject=subject,
        day=announcements.eastern_day(now),
        state="complete",
        reason="batch",
        at=now,
        begins=subject not in library.ledger.records(),
        newest=max(times, default=None),
    )


def is_retried(subject: str, record: DayRecord | None, now: datetime) -> bool:
    """Whether a refresh asks by itself for what a day lacks."""
    if not subject.startswith(ledger.PREPRINTS):
        return subject.startswith(ledger.QUERY)
    return record is None or announcements.eastern_day(now) - record.day <= _RETRIED


def _joins(library: Library, entries: Collection[Entry], feeds: Collection[int]) -> bool:
    """Whether some paper of an answer came by the same feed before, or was let go since."""
    oldest_first = list(entries)[::-1]
    found = library.items.lookups([entry.aliases for entry in oldest_first])
    for item_id in filter(None, found):
        with contextlib.suppress(LibraryError):  # a damaged record proves nothing
            work = library.items.get(item_id).work
            if any(seen.feed_id in feeds for seen in work.sightings):
                return True
    unknown = [each for each, at in zip(oldest_first, found, strict=True) if at is None]
    return bool(library.items.owners(name for entry in unknown for name in entry.aliases))
