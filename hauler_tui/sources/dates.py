"""Dates as feeds write them, and which of them to believe."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = timedelta(days=2)
_EARLIEST_YEAR = 1000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = re.compile(r"(\d{4})(?:\s*[-/.]\s*(\d{1,2})(?:\s*[-/.]\s*(\d{1,2}))?)?(?!\d)")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b", re.IGNORECASE)
_DAY = re.compile(
    rf"\b(?:(\d{{1,2}})\.?\s+(?:{'|'.join(_MONTHS)})|(?:{'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{1,2}})\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
# Forms that feedparser 6 reads as other dates than the ones they name.
_MISREAD = re.compile(r"年|月|^\s*-|^\s*\d{9,}|^\s*\d{4}(?:-?W|[/. ])\s*\d", re.IGNORECASE)
_YEAR_FIRST = re.compile(
    r"\s*(\d{4})\s?[/.]\s?(\d{1,2})\s?[/.]\s?(\d{1,2})\.?"
    r"(?:(?:T|,?\s+)(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*(?:(a)|(p))?(?:\.?m\.?)?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d{2}):?(\d{2}))?)?\s*",
    re.IGNORECASE,
)


def believable(parsed: time.struct_time | None, raw: str, *, now: datetime) -> datetime | None:
    """The time feedparser read from ``raw``, in UTC, when it lies between 1990 and two days on.

    What it misreads is read here, if it names a day.
    """
    if parsed is None:
        return None
    if _MISREAD.search(raw):
        told = _year_first(raw)
        return None if told is None else within(told, now=now)
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return within(moment, now=now)


def _year_first(raw: str) -> datetime | None:
    """The time that ``2021/10/16 9:23:28`` or ``2021.10.16`` names, UTC where it tells no zone."""
    found = _YEAR_FIRST.fullmatch(raw[:200])
    if found is None:
        return None
    year, month, day = (int(found[part]) for part in (1, 2, 3))
    hour, minute, second = (int(found[part] or 0) for part in (4, 5, 6))
    if found[7] or found[8]:
        hour = hour % 12 + (12 if found[8] else 0)
    east = timedelta(hours=int(found[10] or 0), minutes=int(found[11] or 0))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return moment + east if found[9] == "-" else moment - east
    except (ValueError, OverflowError):
        return None


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


def written(text: str) -> datetime | None:
    """The day that a person's words name, its first day where they name only a month or a year.

    In UTC; any year since 1000, since books are older than feeds.
    """
    text = text.strip()[:200]
    if found := _NUMBERS.match(text):
        year, month, day = (int(part) if part else 0 for part in found.groups())
        return day_of(year, month or month_in(text), day)
    year = next((int(found[1]) for found in _YEAR.finditer(text)), 0)
    found = _DAY.search(text)
    return day_of(year, month_in(text), int(found[1] or found[2]) if found else 0)


def day_of(year: int, month: int = 0, day: int = 0) -> datetime | None:
    """A day in UTC; 0 for a month or day that is not known. None for one that cannot be."""
    if not _EARLIEST_YEAR <= year <= 9998:
        return None
    month = month if 1 <= month <= 12 else 1
    try:
        return datetime(year, month, day or 1, tzinfo=UTC)
    except ValueError:
        return datetime(year, month, 1, tzinfo=UTC)


def month_in(text: str) -> int:
    """A month by its English name or, where the text is only that, its number; 0 for none."""
    bare = text.strip().strip("{}\"'")
    if bare.isdecimal() and len(bare) < 3:
        return int(bare)
    found = _MONTH.search(text)
    return _MONTHS.index(found[1].lower()[:3]) + 1 if found else 0
