from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain import ledger
from hauler_tui.domain.announcements import eastern, eastern_day, is_weekend
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.ledger import Batch, DayRecord, begun, better, read_batch, states
from hauler_tui.domain.proofs import SIGNS, proof, sign
from tests.factories import make_entry

MONDAY = date(2026, 5, 4)
TUESDAY = date(2026, 5, 5)
NOON = timedelta(hours=12)
ONE_DAY = timedelta(days=1)

Known = dict[str, dict[date, DayRecord]]


def noon(day: date) -> datetime:
    return eastern(day, 12)


def papers(day: date, numbers: Sequence[int], **changes: Any) -> tuple[Entry, ...]:
    """Papers as the feed of a day carries them."""
    return tuple(make_entry(n, **{"published": eastern(day)} | changes) for n in numbers)


def read(
    known: Known, batch: Batch, now: datetime, subjects: Sequence[str] = ("cs.CL",)
) -> list[str]:
    """Take in what a batch proves; ``state reason`` of each record."""
    made = read_batch(batch, subjects, records=known, now=now)
    for record in made:
        days = known.setdefault(record.subject, {})
        days[record.day] = better(days.get(record.day), record)
    return [f"{record.subject} {record.day} {record.state} {record.reason}" for record in made]


def test_a_batch_of_today_completes_the_day_with_counts_and_a_digest() -> None:
    known: Known = {}
    batch = Batch(
        entries=(
            *papers(MONDAY, [1, 2]),
            *papers(MONDAY, [3], announce="cross"),
            *papers(MONDAY, [4], announce="replace", version=2),
            *papers(MONDAY, [5], announce="replace-cross", version=3),
        )
    )
    assert read(known, batch, noon(MONDAY)) == ["cs.CL 2026-05-04 complete batch"]
    record = known["cs.CL"][MONDAY]
    assert (record.new, record.cross, record.replace, record.replace_cross) == (2, 1, 1, 1)
    assert len(record.digest) == 16
    assert proof(record, "complete", MONDAY) == (
        "the feed of the day came whole: 2 new, 1 cross-listed, 2 replaced"
    )


def test_each_category_of_a_combined_feed_has_its_own_day() -> None:
    known: Known = {}
    entries = (*papers(MONDAY, [1]), *papers(MONDAY, [2, 3], categories=("cs.LG", "stat.ML")))
    read(known, Batch(entries=entries), noon(MONDAY), ("cs.CL", "cs.LG", "stat"))
    assert {name: days[MONDAY].entries for name, days in known.items()} == {
        "cs.CL": 1, "cs.LG": 2, "stat": 2,
    }  # fmt: skip


def test_a_batch_that_came_yesterday_is_stale_today() -> None:
    known: Known = {}
    read(known, Batch(entries=papers(MONDAY, [1, 2])), noon(MONDAY))
    again = Batch(entries=papers(TUESDAY, [2, 1]))
    assert read(known, again, noon(TUESDAY)) == ["cs.CL 2026-05-05 stale repeat"]
    told = Batch(entries=papers(TUESDAY, [1, 2, 3]), is_known=True)
    assert read(known, told, noon(TUESDAY)) == ["cs.CL 2026-05-05 stale repeat"]
    late = Batch(entries=papers(TUESDAY, [7, 8]))
    assert read(known, late, noon(TUESDAY) + timedelta(hours=3)) == [
        "cs.CL 2026-05-05 complete batch"
    ]
    assert known["cs.CL"][TUESDAY].state == "complete"


def test_what_is_known_already_says_nothing_without_a_batch_before() -> None:
    known: Known = {}
    batch = Batch(entries=papers(MONDAY, [1]), is_known=True)
    assert read(known, batch, noon(MONDAY)) == ["cs.CL 2026-05-04 complete batch"]


def test_papers_that_came_on_an_earlier_day_are_stale_even_without_a_batch_before() -> None:
    known: Known = {}
    batch = Batch(entries=papers(TUESDAY, [1, 2]), was_announced=True)
    assert read(known, batch, noon(TUESDAY)) == ["cs.CL 2026-05-05 stale repeat"]
    saturday = date(2026, 5, 9)
    quiet = Batch(entries=papers(saturday, [1, 2]), was_announced=True)
    assert read({}, quiet, noon(saturday)) == ["cs.CL 2026-05-09 complete batch"]


def test_a_feed_dated_of_an_earlier_day_completes_that_day_and_leaves_today_stale() -> None:
    known: Known = {}
    batch = Batch(entries=papers(MONDAY, [1]))
    assert read(known, batch, noon(TUESDAY)) == [
        "cs.CL 2026-05-04 complete batch",
        "cs.CL 2026-05-05 stale old",
    ]
    soon = eastern(TUESDAY) + timedelta(minutes=30)
    assert read({}, batch, soon) == ["cs.CL 2026-05-04 complete batch"]


def test_a_feed_at_the_cap_is_partial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "DAILY_CAP", 3)
    known: Known = {}
    batch = Batch(entries=papers(MONDAY, [1, 2, 3]))
    assert read(known, batch, noon(MONDAY)) == ["cs.CL 2026-05-04 partial cap"]


def test_a_feed_that_ends_in_the_middle_is_partial() -> None:
    batch = Batch(entries=papers(MONDAY, [1]), is_whole=False)
    assert read({}, batch, noon(MONDAY)) == ["cs.CL 2026-05-04 partial cut"]


@pytest.mark.parametrize("day", [date(2026, 5, 2), date(2026, 5, 3)])
def test_an_empty_feed_at_the_weekend_is_right(day: date) -> None:
    known: Known = {"cs.CL": {day - ONE_DAY * 7: begun("cs.CL", day - ONE_DAY * 7, noon(day))}}
    assert read(known, Batch(entries=(), built_at=eastern(day)), noon(day)) == []
    assert states(known["cs.CL"], day, day, now=noon(day)) == {day: "holiday"}


def test_an_empty_feed_on_a_holiday_is_a_holiday() -> None:
    day = date(2026, 11, 26)
    assert read({}, Batch(entries=(), built_at=eastern(day)), noon(day)) == [
        "cs.CL 2026-11-26 holiday quiet"
    ]


def test_a_day_on_which_all_feeds_are_empty_is_a_holiday_for_each() -> None:
    known: Known = {}
    read(known, Batch(entries=papers(MONDAY, range(9))), noon(MONDAY), ("cs.CL",))
    entries = papers(MONDAY, range(9), categories=("cs.LG",))
    read(known, Batch(entries=entries), noon(MONDAY), ("cs.LG",))
    empty = Batch(entries=(), built_at=eastern(TUESDAY))
    assert read(known, empty, noon(TUESDAY), ("cs.CL",)) == ["cs.CL 2026-05-05 stale empty"]
    read(known, empty, noon(TUESDAY), ("cs.LG",))
    assert [known[name][TUESDAY].state for name in ("cs.CL", "cs.LG")] == ["holiday", "holiday"]


def test_an_empty_feed_beside_full_ones_is_stale_where_papers_are_usual() -> None:
    known: Known = {}
    read(known, Batch(entries=papers(MONDAY, range(9))), noon(MONDAY), ("cs.CL",))
    read(known, Batch(entries=papers(MONDAY, [1], categories=("cs.GL",))), noon(MONDAY), ("cs.GL",))
    entries = papers(TUESDAY, [20], categories=("cs.LG",))
    read(known, Batch(entries=entries), noon(TUESDAY), ("cs.LG",))
    empty = Batch(entries=(), built_at=eastern(TUESDAY))
    assert read(known, empty, noon(TUESDAY), ("cs.CL",)) == ["cs.CL 2026-05-05 stale empty"]
    assert read(known, empty, noon(TUESDAY), ("cs.GL",)) == ["cs.GL 2026-05-05 complete empty"]


def test_an_answer_without_change_is_stale_on_a_working_day_only() -> None:
    known: Known = {}
    friday = date(2026, 5, 1)
    read(known, Batch(entries=papers(friday, [1])), noon(friday))

    def told(day: date) -> list[str]:
        made = ledger.read_unchanged(["cs.CL", "cs.LG"], records=known, now=noon(day))
        return [f"{record.subject} {record.state} {record.reason}" for record in made]

    assert told(friday) == []
    assert told(friday + ONE_DAY) == []
    assert told(MONDAY) == ["cs.CL stale unchanged"]


def test_days_before_the_subscription_and_its_first_are_not_missing() -> None:
    wednesday = date(2026, 5, 6)
    known = {wednesday: begun("cs.CL", wednesday, noon(wednesday))}
    found = states(known, MONDAY, date(2026, 5, 11), now=noon(date(2026, 5, 8)))
    assert list(found.values()) == [
        "unwatched", "unwatched", "unwatched", "missing", "pending", "holiday", "holiday",
        "pending",
    ]  # fmt: skip


def test_days_between_two_subscriptions_are_not_missing() -> None:
    known = {
        MONDAY: begun("cs.CL", MONDAY, noon(MONDAY)),
        TUESDAY: DayRecord(
            subject="cs.CL", day=TUESDAY, state="complete", reason="batch", at=noon(TUESDAY)
        ),
        date(2026, 5, 14): begun("cs.CL", date(2026, 5, 14), noon(TUESDAY)),
    }
    found = states(known, MONDAY, date(2026, 5, 15), now=noon(date(2026, 5, 18)))
    assert [day for day, state in found.items() if state == "missing"] == [date(2026, 5, 15)]


STATES: st.SearchStrategy[ledger.Stored] = st.sampled_from(
    ["begun", "stale", "partial", "complete", "holiday"]
)
WEEK = [MONDAY + ONE_DAY * number for number in range(-7, 14)]


@st.composite
def records(draw: st.DrawFn, day: date | None = None) -> DayRecord:
    state = draw(STATES)
    by_state = {"begun": ["begun"], "stale": ["repeat", "old", "unchanged", "empty"],
                "partial": ["cap", "cut", "query"], "complete": ["batch", "empty", "query"],
                "holiday": ["quiet"]}  # fmt: skip
    return DayRecord(
        subject="cs.CL",
        day=day or draw(st.sampled_from(WEEK)),
        state=state,
        reason=draw(st.sampled_from(by_state[state])),
        at=noon(MONDAY),
        begins=draw(st.booleans()),
        new=draw(st.integers(0, 9)),
        digest=draw(st.sampled_from(["", "0123456789abcdef"])),
        known=draw(st.none() | st.integers(0, 9)),
        total=draw(st.none() | st.integers(0, 9)),
    )


@given(st.lists(records(), unique_by=lambda record: record.day), st.sampled_from(WEEK))
def test_every_day_has_exactly_one_state_and_a_proof(known: list[DayRecord], today: date) -> None:
    by_day = {record.day: record for record in known}
    found = states(by_day, WEEK[0], WEEK[-1], now=noon(today))
    assert list(found) == WEEK
    for day, state in found.items():
        assert state in SIGNS
        assert proof(by_day.get(day), state, day)
        assert len(sign(by_day.get(day), state)) == 1
        if day > today and day not in by_day:
            assert state in ("pending", "holiday", "unwatched")
        if is_weekend(day):
            assert state not in ("missing", "pending")


ORDER = ("missing", "unwatched", "pending", "stale", "partial", "complete", "holiday")


@given(records(day=MONDAY), records(day=MONDAY), st.integers(0, 6))
def test_a_later_word_never_makes_a_day_worse(
    known: DayRecord, told: DayRecord, later: int
) -> None:
    now = noon(MONDAY + ONE_DAY * later)
    begin = MONDAY - ONE_DAY
    others: Mapping[date, DayRecord] = {begin: begun("cs.CL", begin, now)}
    (before,) = states({**others, MONDAY: known}, MONDAY, MONDAY, now=now).values()
    both = better(known, told)
    (after,) = states({**others, MONDAY: both}, MONDAY, MONDAY, now=now).values()
    assert ORDER.index(after) >= ORDER.index(before)
    assert both.begins == (known.begins or told.begins)
    assert better(both, told) == both


@given(records(day=MONDAY))
def test_the_counts_of_the_feed_outlive_the_filling(known: DayRecord) -> None:
    filled = DayRecord(
        subject="cs.CL", day=MONDAY, state="complete", reason="query", at=noon(TUESDAY),
        total=10, known=10,
    )  # fmt: skip
    both = better(replace(known, state="partial", reason="cap", digest="d"), filled)
    assert both.is_filled
    assert both.entries == known.entries


def test_an_open_gap_of_a_search_is_closed_by_nothing_but_what_fills_it() -> None:
    def told(**changes: Any) -> DayRecord:
        fields: dict[str, Any] = {
            "subject": "query:au:Ada", "day": MONDAY, "state": "complete", "reason": "batch",
            "at": noon(MONDAY), "newest": noon(MONDAY),
        }  # fmt: skip
        return DayRecord(**(fields | changes))

    short = told(state="partial", reason="more", gap_from=noon(MONDAY) - ONE_DAY, gap_to=NOW_GAP)
    assert better(told(), short) == short
    assert better(short, told(newest=noon(TUESDAY))) == replace(short, newest=noon(TUESDAY))
    wider = better(short, replace(short, gap_from=noon(MONDAY), gap_to=noon(TUESDAY)))
    assert (wider.gap_from, wider.gap_to) == (short.gap_from, noon(TUESDAY))
    filled = told(reason="query", total=3, known=3, gap_from=short.gap_from, gap_to=short.gap_to)
    assert better(short, filled).is_filled


NOW_GAP = noon(MONDAY)


def test_the_day_of_a_batch_is_that_of_the_east() -> None:
    assert eastern_day(datetime.fromisoformat("2026-05-04T23:00:00-04:00")) == MONDAY
