"""When a feed may be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.feed import FeedState
from hauler_tui.sources import schedule

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = "https://blog.example/feed"


def answered(headers: dict[str, str], **changes: object) -> FeedState:
    return schedule.after_answer(
        FeedState(etag="old", last_modified="then", failures=3, error="x", wait_until=NOW),
        headers,
        now=NOW,
        interval=HOUR,
        url=str(changes.get("url", PLACE)),
        ttl=changes.get("ttl"),  # type: ignore[arg-type]
        not_modified=bool(changes.get("not_modified")),
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
    state = answered({"cache-control": "max-age=7200"}, ttl=3 * HOUR)
    assert state.due_at == NOW + 3 * HOUR
    assert answered({}, ttl=1000 * HOUR).due_at == NOW + 24 * HOUR


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
