"""arXiv's calendar: when it announces, and which submissions an announcement holds.

All of it is in the time of the US East (https://info.arxiv.org/help/availability.html): cut-off at
14:00 on working days, announcements at 20:00 from Sunday to Thursday, the feed of them from the
next midnight on. A day here is the date of that feed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

GRACE: Final = timedelta(hours=2)
"""How long after midnight a feed may still be yesterday's without anything being wrong."""

_CUT_OFF = 14
_SUMMER, _WINTER = timedelta(hours=-4), timedelta(hours=-5)
_ONE_DAY = timedelta(days=1)


def eastern_offset(moment: datetime) -> timedelta:
    """What the US East is ahead of UTC at a moment: -4 hours in summer, -5 in winter.

    By the rule of the Energy Policy Act of 2005, which no time zone database is needed for.
    """
    year = moment.astimezone(UTC).year
    begins = datetime.combine(_nth_weekday(year, 3, 6, 2), time(7), UTC)
    ends = datetime.combine(_nth_weekday(year, 11, 6, 1), time(6), UTC)
    return _SUMMER if begins <= moment < ends else _WINTER


def eastern_day(moment: datetime) -> date:
    """The date in the US East at a moment."""
    return (moment.astimezone(UTC) + eastern_offset(moment)).date()


def eastern(day: date, hour: int = 0) -> datetime:
    """The moment, in UTC, at which clocks in the US East show an hour of a day."""
    shown = datetime.combine(day, time(hour), UTC)
    moment = shown - _SUMMER
    return moment if eastern_offset(moment) == _SUMMER else shown - _WINTER


def is_weekend(day: date) -> bool:
    """Whether no feed is expected since it is Saturday or Sunday."""
    return day.weekday() >= 5


def is_late(day: date, now: datetime) -> bool:
    """Whether the feed of a day ought to be there by now."""
    return not is_weekend(day) and now >= eastern(day) + GRACE


def may_be_quiet(day: date) -> bool:
    """Whether a holiday of the US may have kept arXiv from announcing the evening before.

    arXiv's own list of a year is shorter; so this never proves a holiday, it only makes an empty
    feed believable.
    """
    return _is_us_holiday(day) or _is_us_holiday(day - _ONE_DAY)


def submissions(day: date, quiet: Collection[date] = ()) -> tuple[datetime, datetime]:
    """When the papers of a day's feed were submitted: from one cut-off to another, in UTC.

    ``quiet`` are days without a batch, whose papers the next one takes. What moderators held back
    was submitted earlier.
    """
    before = working_day_before(day)
    end = before
    while before in quiet:
        before = working_day_before(before)
    return eastern(working_day_before(before), _CUT_OFF), eastern(end, _CUT_OFF)


def working_day_before(day: date) -> date:
    """The day before that is neither Saturday nor Sunday."""
    day -= _ONE_DAY
    while is_weekend(day):
        day -= _ONE_DAY
    return day


def working_day_after(day: date) -> date:
    """The day after that is neither Saturday nor Sunday."""
    day += _ONE_DAY
    while is_weekend(day):
        day += _ONE_DAY
    return day


def _is_us_holiday(day: date) -> bool:
    fixed = {(1, 1), (1, 2), (6, 19), (7, 4), (12, 24), (12, 25), (12, 26), (12, 31)}
    thanksgiving = _nth_weekday(day.year, 11, 3, 4)
    moving = {
        _nth_weekday(day.year, 1, 0, 3),
        _nth_weekday(day.year, 6, 0, 1) - timedelta(days=7),
        _nth_weekday(day.year, 9, 0, 1),
        thanksgiving,
        thanksgiving + _ONE_DAY,
    }
    observed = {(near.month, near.day) for near in _days_it_stands_for(day)}
    return bool(observed & fixed) or day in moving


def _days_it_stands_for(day: date) -> tuple[date, ...]:
    """The day, and the day of a weekend whose holiday is kept on it."""
    if day.weekday() == 4:
        return day, day + _ONE_DAY
    return (day, day - _ONE_DAY) if day.weekday() == 0 else (day,)


def _nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The first, second … of a weekday in a month; Monday is 0."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
