"""When the reading of a list may go on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.announcements import eastern_day, eastern_offset
from hauler_tui.domain.harvest import Harvest, Sought, counted, last_renewal, may_go_on

DAY = date(2026, 5, 4)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def begun(at: datetime, token: str = "x") -> Harvest:
    return Harvest(
        subject="cs.CL", begun_at=at, first=DAY, until=DAY, days=(Sought(day=DAY),), token=token
    )


@given(MOMENTS)
def test_records_change_on_the_eves_of_working_days_at_half_past_ten_in_the_east(
    now: datetime,
) -> None:
    last = last_renewal(now)
    assert timedelta() <= now - last < timedelta(days=3, hours=1)
    shown = last + eastern_offset(last)
    assert (shown.hour, shown.minute) == (22, 30)
    assert eastern_day(last).weekday() in (6, 0, 1, 2, 3)
    assert last_renewal(last) == last
    assert last_renewal(last - timedelta(seconds=1)) < last


@pytest.mark.parametrize(
    ("hours", "goes_on"), [(0, True), (1, True), (9, True), (10, False), (48, False), (-1, False)]
)
def test_a_list_goes_on_until_the_records_change(hours: int, goes_on: bool) -> None:
    noon = datetime(2026, 5, 4, 17, tzinfo=UTC)
    assert may_go_on(begun(noon), now=noon + timedelta(hours=hours)) is goes_on


def test_a_list_of_which_nothing_came_begins_again() -> None:
    noon = datetime(2026, 5, 4, 17, tzinfo=UTC)
    assert not may_go_on(begun(noon, token=""), now=noon)


def test_papers_are_counted_for_their_day_alone() -> None:
    harvest = begun(datetime(2026, 5, 4, 17, tzinfo=UTC))
    assert counted(harvest, DAY, listed=3, known=2).days == (Sought(day=DAY, listed=3, known=2),)
    assert counted(harvest, DAY + timedelta(days=1), listed=3, known=2) == harvest
