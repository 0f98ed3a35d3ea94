from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hauler_tui.domain.feed import FeedState
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.library.library import Library
from tests.factories import NOW

DAY = date(2026, 5, 4)
RECORD = DayRecord(
    subject="cs.CL", day=DAY, state="partial", reason="cap", at=NOW, new=2_000, digest="0123"
)


def test_what_is_proved_is_there_again_after_a_restart(tmp_path: Path) -> None:
    whole = replace(RECORD, state="complete", reason="query", total=9, known=9, newest=NOW)
    with Library.open(tmp_path) as library:
        assert library.ledger.keep([RECORD], at=NOW) == (RECORD,)
        assert library.ledger.keep([RECORD], at=NOW) == ()
        library.ledger.keep([whole], at=NOW)
        library.ledger.keep([RECORD], at=NOW)
        library.ledger.keep_api_state(FeedState(failures=2), at=NOW)
    with Library.open(tmp_path, writing=False) as library:
        assert library.ledger.records() == {"cs.CL": {DAY: whole}}
        assert library.ledger.api_state() == FeedState(failures=2)


def test_two_records_of_a_day_in_one_go_are_one_row(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        better = replace(RECORD, state="complete", reason="batch")
        library.ledger.keep([RECORD, better, RECORD], at=NOW)
        assert library.ledger.records() == {"cs.CL": {DAY: better}}


def test_a_change_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        try:
            with library.ledger.step("refresh", "a feed", at=NOW):
                library.ledger.keep([RECORD], at=NOW)
                raise ValueError
        except ValueError:
            pass
        assert library.ledger.records() == {}


def test_the_ledger_takes_part_in_no_undo(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.ledger.keep([RECORD], at=NOW)
        assert library.history.undo(NOW) is None
        assert library.ledger.records() == {"cs.CL": {DAY: RECORD}}


def test_a_library_without_a_ledger_has_an_empty_one(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.feeds.add("https://rss.arxiv.org/rss/cs.CL", at=NOW)
        library.compact(NOW)
    assert "ledger" not in json.loads((tmp_path / "library.json").read_text())
    with Library.open(tmp_path) as library:
        assert library.ledger.records() == {}
        assert library.ledger.api_state() == FeedState()


def test_a_row_that_is_no_day_is_set_aside_and_the_rest_stays(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.ledger.keep([RECORD, replace(RECORD, day=DAY + timedelta(days=1))], at=NOW)
        library.compact(NOW)
    path = tmp_path / "library.json"
    tables = json.loads(path.read_text())
    first = next(iter(tables["ledger"].values()))
    first["state"] = "splendid"
    path.write_text(json.dumps(tables))
    with Library.open(tmp_path) as library:
        assert len(library.ledger.records()["cs.CL"]) == 1
        assert library.rescued
