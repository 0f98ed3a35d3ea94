"""When a feed may be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.announcements import eastern_offset
from hauler_tui.domain.feed import FeedState
from hauler_tui.sources import schedule

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = "https://blog.example/feed"


FAILED = FeedState(etag="old", last_modified="then", failures=3, error="x", wait_until=NOW)


def answered(
    headers: dict[str, str],
    state: FeedState = FAILED,
    *,
    url: str = PLACE,
    at: datetime = NOW,
    moved_to: str | None = None,
    not_modified: bool = False,
) -> FeedState:
    return schedule.after_answer(
        state,
        headers,
        now=at,
        interval=HOUR,
        url=url,
        moved_to=moved_to,
        not_modified=not_modified,
    )


def test_a_feed_that_was_never_fetched_may_be_asked() -> None:
    assert schedule.may_ask(FeedState(), forced=False, now=NOW)


def test_force_overrules_the_interval_but_never_retry_after() -> None:
    later = FeedState(due_at=NOW + HOUR)
    assert not schedule.may_ask(later, forced=False, now=NOW)
    assert schedule.may_ask(later, forced=True, now=NOW)
    told = FeedState(due_at=NOW + HOUR, wait_until=NOW + HOUR)
    assert not schedule.may_ask(told, forced=True, now=NOW)
    assert schedule.may_ask(told, forced=False, now=NOW + HOUR)


def test_a_good_answer_clears_failures_and_takes_validators_byte_for_byte() -> None:
    state = answered({"etag": 'W/"a b"', "last-modified": "whenever"})
    assert (state.etag, state.last_modified) == ('W/"a b"', "whenever")
    assert (state.failures, state.error, state.wait_until) == (0, None, None)
    assert (state.fetched_at, state.due_at) == (NOW, NOW + HOUR)


def test_a_new_body_without_validators_drops_the_old_ones_and_a_304_keeps_them() -> None:
    assert answered({}).etag is None
    assert answered({}, not_modified=True).etag == "old"
    assert answered({"etag": "new"}, not_modified=True).etag == "new"


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ({"cache-control": "public, max-age=7200"}, 2),
        ({"cache-control": "max-age=7200", "age": "1800"}, 1.5),
        ({"cache-control": "max-age=999999"}, 5),
        ({"cache-control": "no-cache, max-age=7200"}, 1),
        ({"cache-control": "max-age=lots"}, 1),
        (
            {
                "date": "Thu, 23 Apr 2026 12:00:00 GMT",
                "expires": "Thu, 23 Apr 2026 15:00:00 GMT",
            },
            3,
        ),
        ({"expires": "0"}, 1),
    ],
)
def test_the_servers_own_freshness_counts_up_to_five_hours(
    headers: dict[str, str], hours: float
) -> None:
    assert answered(headers).due_at == NOW + hours * HOUR


def test_arxivs_max_age_is_taken_whole() -> None:
    state = answered({"cache-control": "max-age=57600"}, url="https://rss.arxiv.org/rss/cs")
    assert state.due_at == NOW + 16 * HOUR


def test_the_longest_of_interval_freshness_and_ttl_counts() -> None:
    state = answered({"cache-control": "max-age=7200"}, FeedState(ttl_minutes=180))
    assert state.due_at == NOW + 3 * HOUR
    assert answered({}, FeedState(ttl_minutes=60_000)).due_at == NOW + 24 * HOUR
    kept = answered({}, FeedState(ttl_minutes=180), not_modified=True)
    assert (kept.due_at, kept.fresh_until) == (NOW + 3 * HOUR, NOW + 3 * HOUR)
    assert answered({}).fresh_until == NOW


def test_failures_double_the_pause_up_to_a_day_and_keep_validators() -> None:
    state = FeedState(etag="kept", fetched_at=NOW)
    pauses = []
    for _ in range(9):
        state = schedule.after_failure(state, "no", now=NOW, jitter=0.0)
        assert state.due_at is not None
        pauses.append((state.due_at - NOW) / timedelta(minutes=30))
    assert pauses == [1, 2, 4, 8, 16, 32, 48, 48, 48]
    assert (state.etag, state.error, state.failures) == ("kept", "no", 9)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_pause_after_a_failure_lies_between_half_an_hour_and_a_day(
    failures: int, jitter: float
) -> None:
    state = schedule.after_failure(FeedState(failures=failures), "no", now=NOW, jitter=jitter)
    assert state.due_at is not None
    assert timedelta(minutes=30) <= state.due_at - NOW <= timedelta(hours=24)


def test_retry_after_sets_both_times_but_never_beyond_a_week() -> None:
    state = schedule.after_failure(FeedState(), "429", now=NOW, jitter=1.0, wait=2 * HOUR)
    assert state.wait_until == state.due_at == NOW + 2 * HOUR
    state = schedule.after_failure(FeedState(), "429", now=NOW, jitter=1.0, wait=9999 * HOUR)
    assert state.wait_until == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "120"}, timedelta(minutes=2)),
        ({"retry-after": " 1.5 "}, timedelta(seconds=1.5)),
        (
            {
                "retry-after": "Thu, 23 Apr 2020 13:00:00 GMT",
                "date": "Thu, 23 Apr 2020 12:00:00 GMT",
            },
            HOUR,
        ),
        ({"retry-after": "Thu, 23 Apr 2026 13:00:00 GMT"}, HOUR),
        ({"retry-after": "Thu, 23 Apr 2020 13:00:00 GMT"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_own_clock(
    headers: dict[str, str], wait: timedelta | None
) -> None:
    assert schedule.retry_after(headers, now=NOW) == wait


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_makes_the_schedule_raise(one: str, two: str) -> None:
    headers = {"retry-after": one, "cache-control": two, "expires": one, "date": two, "age": one}
    schedule.retry_after(headers, now=NOW)
    assert answered(headers).due_at is not None


SATURDAY = datetime(2026, 4, 25, 3, 0, tzinfo=UTC)
WEEKEND = FeedState(skip_days=(5, 6))


def test_what_falls_on_skipped_days_and_hours_is_put_off_by_the_clocks_of_greenwich() -> None:
    assert answered({}, WEEKEND, at=SATURDAY).due_at == datetime(2026, 4, 27, tzinfo=UTC)
    night = FeedState(skip_hours=(0, 1, 2, 3, 4))
    assert answered({}, night, at=SATURDAY).due_at == datetime(2026, 4, 25, 5, tzinfo=UTC)
    assert answered({}, night, at=NOW).due_at == NOW + HOUR
    friday_late = datetime(2026, 4, 24, 23, 30, tzinfo=UTC)
    both = FeedState(skip_days=(5,), skip_hours=(0, 1))
    assert answered({}, both, at=friday_late).due_at == datetime(2026, 4, 26, 2, tzinfo=UTC)


def test_arxivs_days_are_those_of_new_york() -> None:
    state = answered({}, WEEKEND, at=SATURDAY, url="https://rss.arxiv.org/rss/cs.CL")
    assert state.due_at == datetime(2026, 4, 27, 4, tzinfo=UTC)  # midnight in summer
    winter = datetime(2026, 1, 10, 6, tzinfo=UTC)
    state = answered({}, WEEKEND, at=winter, url="https://rss.arxiv.org/rss/cs.CL")
    assert state.due_at == datetime(2026, 1, 12, 5, tzinfo=UTC)
    # Saturday by Greenwich, and still Friday evening there.
    friday = answered({}, WEEKEND, at=SATURDAY - HOUR, url="https://rss.arxiv.org/rss/cs.CL")
    assert friday.due_at == SATURDAY


def test_a_feed_that_skips_every_hour_skips_none() -> None:
    assert answered({}, FeedState(skip_days=tuple(range(7)))).due_at == NOW + HOUR
    assert answered({}, FeedState(skip_hours=tuple(range(24)))).due_at == NOW + HOUR


@given(
    st.frozensets(st.integers(0, 6)),
    st.frozensets(st.integers(0, 23)),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([PLACE, "https://rss.arxiv.org/rss/cs.CL"]),
)
def test_a_due_time_is_never_earlier_and_never_on_a_skipped_hour(
    days: frozenset[int], hours: frozenset[int], moment: datetime, url: str
) -> None:
    state = FeedState(skip_days=tuple(days), skip_hours=tuple(hours))
    due = schedule.past_skipped(moment, state, url=url)
    assert moment <= due <= moment + timedelta(days=8)
    local = due + eastern_offset(due) if "arxiv" in url else due
    skips_all = len(days) == 7 or len(hours) == 24
    assert skips_all or (local.weekday() not in days and local.hour not in hours)


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 3, 8, 6, 59, tzinfo=UTC), -5),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), -4),
        (datetime(2026, 11, 1, 5, 59, tzinfo=UTC), -4),
        (datetime(2026, 11, 1, 6, 0, tzinfo=UTC), -5),
        (datetime(2027, 3, 14, 7, 0, tzinfo=UTC), -4),
    ],
)
def test_new_yorks_summer_begins_in_march_and_ends_in_november(
    moment: datetime, hours: int
) -> None:
    assert eastern_offset(moment) == timedelta(hours=hours)


def test_old_validators_are_left_out_once_but_for_hosts_that_ask_not_to() -> None:
    old = FeedState(etag='"e"', last_modified="then", validated_at=NOW - timedelta(days=9))
    sent = schedule.asked_with(old, url=PLACE, now=NOW)
    assert (sent.etag, sent.last_modified) == (None, None)
    assert schedule.asked_with(old, url="https://rachelbythebay.com/w/atom.xml", now=NOW) == old
    assert schedule.asked_with(old, url=PLACE, now=NOW - timedelta(days=2)) == old
    # A 304 makes validators no younger; a library of before learns their age from then on.
    assert answered({}, old, not_modified=True).validated_at == old.validated_at
    assert answered({}, FeedState(etag="e"), not_modified=True).validated_at == NOW
    assert answered({}, old).validated_at == NOW


def test_a_move_counts_only_while_every_answer_comes_from_the_same_place() -> None:
    once = answered({}, moved_to="https://new.example/")
    assert (once.moved_to, once.moved_polls) == ("https://new.example/", 1)
    twice = answered({}, once, moved_to="https://new.example/")
    assert twice.moved_polls == 2
    elsewhere = answered({}, once, moved_to="https://other.example/")
    assert (elsewhere.moved_to, elsewhere.moved_polls) == ("https://other.example/", 1)
    assert answered({}, once).moved_to is None
    unreachable = schedule.after_failure(once, "no network", now=NOW, jitter=0)
    assert unreachable.moved_polls == 1
    refused = schedule.after_failure(once, "a login page", now=NOW, jitter=0, answered=True)
    assert (refused.moved_to, refused.moved_polls) == (None, 0)


def test_what_proves_a_move_is_asked_for_whole() -> None:
    state = FeedState(etag="e", validated_at=NOW, moved_to="https://new.example/", moved_polls=1)
    assert schedule.asked_with(state, url=PLACE, now=NOW).etag is None


def test_a_feed_that_is_gone_is_asked_only_when_forced() -> None:
    gone = FeedState(gone_at=NOW - HOUR, due_at=NOW - HOUR)
    assert not schedule.may_ask(gone, forced=False, now=NOW)
    assert schedule.may_ask(gone, forced=True, now=NOW)
    back = answered({}, FeedState(gone_at=NOW, missing_since=NOW, asks_patience="blog.example"))
    assert (back.gone_at, back.missing_since, back.asks_patience) == (None, None, None)
