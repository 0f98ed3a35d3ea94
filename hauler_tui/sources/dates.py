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
_MISREAD = re.compile(
    r"年|月|^\s*-|^\s*\d{9,}|^\s*\d{4}-?W\d|^\s*\d{4}(?!\d|-\d|\s*$)", re.IGNORECASE
)
_TIME = (
    r"(?:[,T\s]\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]m)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
)
_NAMED = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_UNREAD = tuple(
    re.compile(rf"\s*{form}{_TIME}\s*", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})\s?([/.])\s?(?P<month>\d{1,2})\s?\2\s?(?P<day>\d{1,2})\.?",
        rf"(?P<year>\d{{4}})[-/.\s]\s*{_NAMED}[-/.\s]\s*(?P<day>\d{{1,2}})",
        rf"(?:[a-z]{{3,9}},?\s+)?{_NAMED}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{1,2})/(?P<year>\d{4})",
        r"(?P<month>\d{1,2})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{4})",
    )
)
"""Forms that name one day only and that feedparser 6 does not know."""


def believable(parsed: time.struct_time | None, raw: str, *, now: datetime) -> datetime | None:
    """The time feedparser read from ``raw``, in UTC, when it lies between 1990 and two days on.

    A day that it does not know how to read, or reads as another, is read here.
    """
    if parsed is None or _MISREAD.search(raw):
        unread = _unread(raw[:100])
        return unread and within(unread, now=now)
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return within(moment, now=now)


def _unread(raw: str) -> datetime | None:
    """The moment in UTC that a text names in a form of its own; without a zone it is UTC."""
    found = next(filter(None, (form.fullmatch(raw) for form in _UNREAD)), None)
    if found is None:
        return None
    told = found.groupdict()
    hour = int(told["hour"] or 0)
    if told["half"]:
        hour = hour % 12 + (12 if told["half"].lower() == "pm" else 0)
    zone = (told["zone"] or "").replace(":", "")
    away = timedelta()
    if zone[:1] in ("+", "-"):
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * int(f"{zone[0]}1")
    try:
        moment = datetime(
            int(told["year"]),
            month_in(told.get("name") or told.get("month") or ""),
            int(told["day"]),
            hour,
            int(told["minute"] or 0),
            int(told["second"] or 0),
            tzinfo=UTC,
        )
        return moment - away
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
