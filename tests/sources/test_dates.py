"""Which dates of feeds are believed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources import dates
from hauler_tui.sources.feeds import parse_feed

NOW = datetime(2026, 4, 23, tzinfo=UTC)


def test_a_date_between_1990_and_the_day_after_tomorrow_is_believed() -> None:
    assert dates.within(NOW + timedelta(days=2), now=NOW)
    assert dates.within(NOW + timedelta(days=3), now=NOW) is None
    assert dates.within(datetime(1989, 12, 31, tzinfo=UTC), now=NOW) is None


@pytest.mark.parametrize("raw", ["2024年1月1日", "1704067200", "2026-W30", "-0001-01-01"])
def test_forms_that_feedparser_misreads_are_not_believed(raw: str) -> None:
    parsed = time.struct_time((2024, 1, 1, 0, 0, 0, 0, 1, 0))
    assert dates.believable(parsed, raw, now=NOW) is None
    assert dates.believable(parsed, "2024-01-01", now=NOW) == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("2021/10/16 9:23:28", datetime(2021, 10, 16, 9, 23, 28, tzinfo=UTC)),
        ("2021/1/5", datetime(2021, 1, 5, tzinfo=UTC)),
        (" 2021.10.16. ", datetime(2021, 10, 16, tzinfo=UTC)),
        ("2021. 1. 5", datetime(2021, 1, 5, tzinfo=UTC)),
        ("2020/12/31T23:30Z", datetime(2020, 12, 31, 23, 30, tzinfo=UTC)),
        ("2020/12/31 23:30:00 +0800", datetime(2020, 12, 31, 15, 30, tzinfo=UTC)),
        ("2020/12/31 11:30 PM -01:30", datetime(2021, 1, 1, 1, tzinfo=UTC)),
        ("2020/12/31 12:05 am", datetime(2020, 12, 31, 0, 5, tzinfo=UTC)),
        ("2021/13/1", None),
        ("2021/10", None),
        ("2021 10 16", None),
        ("2021/10/16 25:00", None),
        ("2027/10/16", None),
        ("1971/10/16", None),
    ],
)
def test_dates_that_begin_with_the_year_are_read_whole(raw: str, told: datetime | None) -> None:
    misread = time.struct_time((2021, 4, 1, 0, 0, 0, 0, 1, 0))
    assert dates.believable(misread, raw, now=NOW) == told


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2021/10/16 9:23:28", "2021-10-16 09:23:28"),
        ("2021/1/5", "2021-01-05"),
        ("2021.10.16", "2021-10-16"),
        ("2020/12/31 23:30 -0100", "2021-01-01 00:30:00"),
        ("2021 Oct 16", "2021-10-16"),
        ("2021-Oct-16", "2021-10-16"),
        ("October 16, 2021", "2021-10-16"),
        ("October 16th, 2021", "2021-10-16"),
        ("Saturday, October 16, 2021 12:05 AM", "2021-10-16 00:05:00"),
        ("Oct 16 2021 9:23PM", "2021-10-16 21:23:00"),
        ("16/10/2021 10:00", "2021-10-16 10:00:00"),
        ("10/16/2021", "2021-10-16"),
        ("16.10.2021", "2021-10-16"),
        ("5.10.2021", "2021-10-05"),
        ("05/10/2021", None),
        ("2021/10", None),
        ("2021/10/32", None),
        ("2021/13/01", None),
        ("2021.10/16", None),
        ("31 of never 2021", None),
    ],
)
def test_a_day_that_feedparser_does_not_know_is_read_or_left_but_never_another(
    raw: str, moment: str | None
) -> None:
    item = f"<item><title>x</title><pubDate>{raw}</pubDate></item>"
    for extra in ("", "<x xmlns='y'/>"):  # the plain reader, and feedparser itself
        body = f"<rss version='2.0'><channel><title>t</title>{item}{extra}</channel></rss>"
        feed = parse_feed(
            body.encode(), url="https://example.org/", content_type=None, feed_id=1, now=NOW
        )
        wanted = moment and datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert feed.entries[0].published == wanted


@pytest.mark.parametrize("year", [0, 1, 9999, 99999999])
def test_impossible_years_are_not_believed(year: int) -> None:
    parsed = time.struct_time((year, 1, 1, 0, 0, 0, 0, 1, 0))
    assert dates.believable(parsed, "x", now=NOW) is None
    assert dates.believable(None, "x", now=NOW) is None


def test_iso_dates_without_a_zone_are_utc() -> None:
    assert dates.from_iso("2026-04-20T10:00:00+02:00", now=NOW) == datetime(
        2026, 4, 20, 8, tzinfo=UTC
    )
    assert dates.from_iso("2026-04-20", now=NOW) == datetime(2026, 4, 20, tzinfo=UTC)


@given(st.text(max_size=30))
def test_no_text_makes_a_date_raise(raw: str) -> None:
    dates.from_iso(raw, now=NOW)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-05-03", (2020, 5, 3)),
        ("2020/05/03/", (2020, 5, 3)),
        ("2020", (2020, 1, 1)),
        ("2020 Mar", (2020, 3, 1)),
        ("Available online 20 March 2026", (2026, 3, 20)),
        ("Sept. 5, 1936", (1936, 9, 5)),
        ("31 February 2020", (2020, 2, 1)),
        ("Winter 1999", (1999, 1, 1)),
    ],
)
def test_a_day_is_read_from_words(text: str, day: tuple[int, int, int]) -> None:
    assert dates.written(text) == datetime(*day, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "0000", "12345", "999", "May"])
def test_words_that_name_no_year_are_no_date(text: str) -> None:
    assert dates.written(text) is None
