"""Dates of front matter, as the programs that make sites write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hauler_tui.haul.dates import read_date


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2024-03-04", 0),
        ("2024-03-04T12:00:00.000Z", 12),
        ("2024-03-04 14:00:00 +0200", 12),
        ("2024-03-04 12:00:00 UTC", 12),
        ("2024/03/04", 0),
        ("2024/3/4 12:00:00", 12),
        ("2024/03/04 14:00 +02:00", 12),
        ("Mar 04 2024", 0),
        ("March 4, 2024", 0),
        ("Monday, March 4th, 2024 12:00", 12),
        ("4 March 2024", 0),
        ("Mon, 04 Mar 2024 12:00:00 GMT", 12),
        ("Mon, 04 Mar 2024 07:00:00 -0500", 12),
        ("04.03.2024", 0),
        ("4. 3. 2024", 0),
        ("2024-03-04Z", 0),
    ],
)
def test_a_date_that_says_one_day_is_read(written: str, hour: int) -> None:
    assert read_date(written) == datetime(2024, 3, 4, hour, tzinfo=UTC)


def test_a_month_alone_is_its_first_day() -> None:
    assert read_date("2024-03") == datetime(2024, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["03/04/2024", "2024-02-30", "2024-13", "31.02.2024", "Mar 45 2024", "soon", "2024", "", "Z",
     "4 Brumaire 2024", "2024/03-04", "Mar 4 2024 25:00", "9" * 5000, "Mar 4 2024 12:00 +99:99"],
)  # fmt: skip
def test_what_says_no_day_or_two_is_none(written: str) -> None:
    assert read_date(written) is None
