"""Dates as feeds write them, and which of them to believe."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = timedelta(days=2)
# Forms that feedparser 6 reads as other dates than the ones they name.
_MISREAD = re.compile(r"年|月|^\s*-|^\s*\d{9,}|^\s*\d{4}-?W\d", re.IGNORECASE)


def believable(parsed: time.struct_time | None, raw: str, *, now: datetime) -> datetime | None:
    """The time feedparser read from ``raw``, in UTC, when it lies between 1990 and two days on."""
    if parsed is None or _MISREAD.search(raw):
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return within(moment, now=now)


def from_iso(raw: str, *, now: datetime) -> datetime | None:
    """The time an ISO 8601 text names, in UTC, under the same rule."""
    try:
        moment = datetime.fromisoformat(raw.strip())
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return within(moment, now=now)


def within(moment: datetime, *, now: datetime) -> datetime | None:
    """The moment itself when it can be true: after 1990, and not in the future."""
    return moment if EARLIEST <= moment <= now + _LATEST else None
