from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.announcements import (
    GRACE,
    eastern,
    eastern_day,
    eastern_offset,
    is_late,
    is_weekend,
    may_be_quiet,
    submissions,
    working_day_before,
)

DAYS = st.dates(date(2007, 6, 1), date(2037, 12, 31))
ONE_DAY = timedelta(days=1)


def new_york() -> ZoneInfo:
    try:
        return ZoneInfo("America/New_York")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no time zone database")


@given(st.datetimes(datetime(2007, 6, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))
def test_the_offset_is_that_of_the_time_zone_database(moment: datetime) -> None:
    assert eastern_offset(moment) == moment.astimezone(new_york()).utcoffset()


@pytest.mark.parametrize("edge", [datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)])
def test_the_offset_changes_at_the_hour_of_the_law(edge: datetime) -> None:
    edge = edge.replace(tzinfo=UTC)
    for moment in (edge - timedelta(seconds=1), edge):
        assert eastern_offset(moment) == moment.astimezone(new_york()).utcoffset()
    assert eastern_offset(edge) != eastern_offset(edge - timedelta(seconds=1))


@given(DAYS, st.sampled_from([0, 14, 20]))
def test_an_hour_of_a_day_in_the_east_lies_in_that_day(day: date, hour: int) -> None:
    moment = eastern(day, hour)
    assert eastern_day(moment) == day
    assert (moment + eastern_offset(moment)).hour == hour


@given(DAYS)
def test_days_follow_each_other_without_a_hole_also_when_the_clocks_change(day: date) -> None:
    assert eastern_day(eastern(day + ONE_DAY) - timedelta(seconds=1)) == day
    length = eastern(day + ONE_DAY) - eastern(day)
    assert length in (timedelta(hours=23), timedelta(hours=24), timedelta(hours=25))


@given(DAYS.filter(lambda day: not is_weekend(day)))
def test_the_submissions_of_working_days_follow_each_other_without_a_hole(day: date) -> None:
    begin, end = submissions(day)
    assert begin < end < eastern(day)
    assert begin == submissions(working_day_before(day))[1]


def test_submissions_are_those_of_arxivs_schedule() -> None:
    def cut_off(day: int) -> datetime:
        return eastern(date(2026, 5, day), 14)

    # 2026-05-04 is a Monday: its feed has what was announced on Sunday evening.
    assert submissions(date(2026, 5, 4)) == (eastern(date(2026, 4, 30), 14), cut_off(1))
    assert submissions(date(2026, 5, 5)) == (cut_off(1), cut_off(4))
    assert submissions(date(2026, 5, 6)) == (cut_off(4), cut_off(5))
    assert submissions(date(2026, 5, 8)) == (cut_off(6), cut_off(7))


def test_the_batch_after_a_holiday_takes_what_was_submitted_before_it() -> None:
    quiet = {date(2026, 5, 6)}
    assert submissions(date(2026, 5, 7), quiet) == (
        submissions(date(2026, 5, 6))[0],
        submissions(date(2026, 5, 7))[1],
    )


def test_a_feed_is_late_some_hours_after_midnight_in_the_east() -> None:
    day = date(2026, 5, 4)
    assert not is_late(day, eastern(day) + GRACE - timedelta(minutes=1))
    assert is_late(day, eastern(day) + GRACE)
    assert not is_late(date(2026, 5, 3), eastern(date(2026, 5, 3), 23))


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1), date(2026, 1, 19), date(2026, 5, 25), date(2026, 6, 19),
        date(2026, 7, 3), date(2026, 9, 7), date(2026, 11, 26), date(2026, 11, 27),
        date(2026, 12, 25), date(2026, 5, 26),
    ],
)  # fmt: skip
def test_a_holiday_of_the_us_or_the_day_after_may_be_quiet(day: date) -> None:
    assert may_be_quiet(day)


@pytest.mark.parametrize("day", [date(2026, 5, 4), date(2026, 8, 12), date(2026, 11, 18)])
def test_other_days_may_not_be_quiet(day: date) -> None:
    assert not may_be_quiet(day)
