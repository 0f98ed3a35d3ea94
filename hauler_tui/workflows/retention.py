"""Letting go of old items that nobody touched, a little at a time while the reader is used."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hauler_tui.library.library import Library

_AT_ONCE = 2_000
"""Items that may leave after one refresh, so that no key waits; the rest leaves after the next."""


async def let_go_daily(library: Library, keep_days: int, *, now: datetime) -> int:
    """Once a day, let go of what is older than ``keep_days`` or its feed's; say how many left.

    The log is read in a thread. Raises LibraryError.
    """
    retention = library.retention
    if not retention.keeping(keep_days).shortest or not retention.is_due(now):
        return 0
    kept = retention.kept()
    leaving = await asyncio.to_thread(retention.leaving, keep_days, now, kept, _AT_ONCE)
    return retention.let_go(leaving, now, is_all=len(leaving) < _AT_ONCE)


def told(count: int, keep_days: int) -> str:
    """What left, in a sentence; with 0 days only feeds say how long items stay."""
    items = "1 item" if count == 1 else f"{count:,} items"
    if keep_days <= 0:
        return f"{items} left that their feeds keep no longer; what you touched stays"
    days = "1 day" if keep_days == 1 else f"{keep_days} days"
    return f"{items} older than {days} left; starred, noted, tagged and published ones stay"
