"""How far lists were read, kept across restarts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hauler_tui.domain.feed import FeedState
from hauler_tui.domain.harvest import Harvest, Sought
from hauler_tui.library.care.threeway import _OWN
from hauler_tui.library.harvests import HARVESTS
from hauler_tui.library.library import Library
from hauler_tui.library.rows import fits
from tests.factories import NOW

DAY = date(2026, 5, 4)
HARVEST = Harvest(
    subject="cs.CL",
    begun_at=NOW,
    first=DAY,
    until=DAY + timedelta(days=2),
    days=(Sought(day=DAY, listed=3, known=2), Sought(day=DAY + timedelta(days=1))),
    token="a|b c",
    records=1_000,
    unread=1,
)


def test_how_far_a_list_was_read_outlives_the_program(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        assert library.ledger.harvests.get("cs.CL") is None
        library.ledger.harvests.keep(HARVEST)
    with Library.open(tmp_path / "library") as library:
        assert library.ledger.harvests.get("cs.CL") == HARVEST
        assert library.ledger.harvests.get("cs.LG") is None
        library.ledger.harvests.drop("cs.CL")
        library.ledger.harvests.drop("cs.LG")
        assert library.ledger.harvests.get("cs.CL") is None


def test_what_oai_pmh_asked_for_is_not_what_the_api_asked_for(tmp_path: Path) -> None:
    api, lists = FeedState(due_at=NOW), FeedState(due_at=NOW + timedelta(hours=1))
    with Library.open(tmp_path / "library") as library:
        library.ledger.keep_api_state(api, at=NOW)
        library.ledger.harvests.keep_state(lists, at=NOW)
    with Library.open(tmp_path / "library") as library:
        assert library.ledger.api_state() == api
        assert library.ledger.harvests.state() == lists


def test_a_row_that_makes_no_sense_is_found_out() -> None:
    assert not fits(HARVESTS, 1, {"subject": "cs.CL"})


def test_another_copys_list_is_not_taken_over_with_its_counts() -> None:
    assert HARVESTS in _OWN
