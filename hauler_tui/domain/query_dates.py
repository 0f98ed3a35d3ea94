"""The dates a query may name, as stretches of time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_AGO = re.compile(r"([0-9]{1,6})([hdwmy])")
_DAYS = {"d": 1, "w": 7}
_NAMED = {"today": 0, "yesterday": 1}


def span_of(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the first moment of a named stretch of time and the first after it, else None.

    Days begin at midnight in the zone of `now`; ``7d`` is the day seven days before today, ``1m``
    and ``1y`` the same day a month or a year ago, ``6h`` the hour from six hours ago.
    """
    name = text.strip().lower()
    try:
        return _span_of(name, now)
    except (ValueError, OverflowError):
        return None


def _span_of(name: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the stretch; raises ValueError or OverflowError for a date that cannot be."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if name in _NAMED:
        return _day(today - timedelta(days=_NAMED[name]))
    ago = _AGO.fullmatch(name)
    if ago:
        count, unit = int(ago.group(1)), ago.group(2)
        if unit == "h":
            return now - timedelta(hours=count), now - timedelta(hours=count - 1)
        if unit in _DAYS:
            return _day(today - timedelta(days=count * _DAYS[unit]))
        return _day(_months_before(today, count * (12 if unit == "y" else 1)))
    date = _DATE.fullmatch(name)
    if date is None:
        return None
    year, month, day = date.groups()
    start = today.replace(year=int(year), month=int(month or 1), day=int(day or 1))
    if day is not None:
        return _day(start)
    return start, _months_before(start, -1 if month is not None else -12)


def _day(start: datetime) -> tuple[datetime, datetime]:
    """Return the day that begins at `start`."""
    return start, start + timedelta(days=1)


def _months_before(day: datetime, months: int) -> datetime:
    """Return the same day of an earlier month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return day.replace(year=year, month=month + 1, day=last)
            except ValueError:
                continue
    raise ValueError(f"no such month: {year}-{month + 1}")
