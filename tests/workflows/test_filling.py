"""What became of gaps that two sources were asked about, in one report."""

from __future__ import annotations

from datetime import date, timedelta

from hauler_tui.domain.feed import Feed
from hauler_tui.domain.ledger import DayRecord, Reason
from hauler_tui.workflows.filling import LATER, FillReport, source_of, together
from hauler_tui.workflows.ledger import Gap
from tests.factories import NOW

DAYS = tuple(date(2026, 5, 4) + timedelta(days=number) for number in range(3))
FEED = Feed(id=1, url="https://rss.arxiv.org/rss/cs.CL", added_at=NOW)
GAPS = tuple(Gap(subject="cs.CL", day=day, state="missing", feed=FEED, record=None) for day in DAYS)


def day(number: int, reason: Reason) -> DayRecord:
    return DayRecord(subject="cs.CL", day=DAYS[number], state="complete", reason=reason, at=NOW)


REFUSED = FillReport(filled=(day(0, "query"),), left=GAPS[1:], new=3, error="busy", hint=LATER)


def test_what_one_source_refused_and_the_other_gave_is_a_note_and_no_error() -> None:
    rest = FillReport(filled=(day(1, "records"), day(2, "records")), new=4)
    told = together([REFUSED, rest], GAPS)
    assert (told.left, told.error, told.hint, told.new) == ((), None, "", 7)
    assert told.note == "busy; the rest came from OAI-PMH"
    assert told.sources() == "1 from the query API, 2 from OAI-PMH"
    assert [source_of(each) for each in told.filled] == ["query", "records", "records"]


def test_what_neither_gave_is_told_with_both_reasons() -> None:
    rest = FillReport(left=GAPS[1:], error="off", hint="wait")
    told = together([REFUSED, rest], GAPS)
    assert (told.left, told.error, told.hint) == (GAPS[1:], "busy; off", "wait")
    assert (told.note, told.sources()) == ("", "from the query API")


def test_the_same_reason_is_told_once_and_nothing_filled_has_no_source() -> None:
    refused = FillReport(left=GAPS, error="off", hint="wait")
    told = together([refused, refused], GAPS)
    assert (told.error, told.sources(), told.filled) == ("off", "", ())
