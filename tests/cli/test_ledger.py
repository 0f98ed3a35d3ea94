"""``ledger`` and ``refresh --fill``, against an arXiv on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hauler_tui.cli.session import Session
from hauler_tui.domain.announcements import eastern
from tests.cli.conftest import Run
from tests.sources.arxivserver import ArXiv, arxiv_serving, playing
from tests.sources.server import Reply

MONDAY = date(2026, 5, 4)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ArXiv]:
    """An arXiv that the configuration names."""
    with arxiv_serving() as running:
        config = tmp_path / "config.toml"
        config.write_text(f'[fetch]\narxiv_api = "{running.api}"\n')
        monkeypatch.setenv("HAULER_CONFIG", str(config))
        monkeypatch.setenv("HAULER_ALLOW_PRIVATE_NETWORKS", "1")
        for number in range(5):
            running.announce("cs.CL", MONDAY + ONE_DAY * number, 4)
        yield running


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, arxiv: ArXiv) -> Callable[[date], None]:
    """Makes it noon in the East of a day, for the commands and for arXiv."""

    def travel(day: date) -> None:
        arxiv.today = day
        monkeypatch.setattr(Session, "now", lambda session: eastern(day, 12))

    return travel


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, arxiv: ArXiv) -> None:
    """No worker processes."""
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(arxiv))


def test_a_day_missed_is_told_shown_and_filled_through_real_workers(
    run: Run, arxiv: ArXiv, at: Callable[[date], None]
) -> None:
    at(MONDAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    assert "warning" not in run("refresh").err
    at(MONDAY + ONE_DAY * 2)
    told = run("refresh").err
    assert "warning: cs.CL lacks 2026-05-05: hauler refresh --fill fetches" in told

    shown = run("ledger")
    assert shown.out.splitlines()[0].split() == ["04-13", "04-20", "04-27", "05-04"]
    assert shown.out.splitlines()[1].rstrip().endswith("●×●")
    assert "× nothing came" in shown.out
    assert "2026-05-05  cs.CL  missing  the feed was not fetched that day" in shown.out
    assert "hint: hauler refresh --fill" in shown.err

    filled = run("refresh", "--fill")
    assert "[1/1] cs.CL of 2026-05-05: 4 new" in filled.err
    assert "warning" not in filled.err
    assert filled.out.splitlines()[-1] == "1 day filled from the query API; 4 new items"
    shown = run("ledger")
    assert shown.out.splitlines()[1].rstrip().endswith("●◆●")
    assert "◆ filled later" in shown.out
    assert run("refresh", "--fill").out.splitlines()[-1] == "no day is lacking"


def test_each_day_that_is_filled_tells_its_own_new_papers(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], played: None
) -> None:
    at(MONDAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    run("refresh")
    at(MONDAY + ONE_DAY * 3)
    run("refresh")
    filled = run("refresh", "--fill")
    assert "[1/2] cs.CL of 2026-05-06: 4 new" in filled.err
    assert "[2/2] cs.CL of 2026-05-05: 4 new" in filled.err
    assert filled.out.splitlines()[-1] == "2 days filled from the query API; 8 new items"


def test_the_ledger_as_json_proves_each_day(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], played: None
) -> None:
    at(MONDAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    run("refresh")
    at(MONDAY + ONE_DAY * 2)
    run("refresh")
    shape = run("ledger", "--json").json
    assert shape["today"] == "2026-05-06"
    assert [(day["day"], day["state"]) for day in shape["days"]] == [
        ("2026-05-04", "complete"),
        ("2026-05-05", "missing"),
        ("2026-05-06", "complete"),
    ]
    first = shape["days"][0]
    assert (first["category"], first["entries"], first["new"]) == ("cs.CL", 4, 4)
    assert (first["filled"], len(first["digest"])) == (False, 16)
    assert first["proof"].startswith("the feed of the day came whole: 4 new")
    feed = run("feeds", "list", "--json").json[0]["id"]
    gap = {"category": "cs.CL", "day": "2026-05-05", "state": "missing", "feed": feed}
    assert shape["gaps"] == [gap]
    filled = run("refresh", "--fill", "--json").json["fill"]
    assert filled == {
        "filled": [
            {
                "category": "cs.CL",
                "day": "2026-05-05",
                "total": 8,
                "known": 8,
                "source": "query",
            }
        ],
        "left": [],
        "new": 4,
        "error": None,
    }
    since = run("ledger", "--json", "--since", "2026-05-06").json
    assert [day["day"] for day in since["days"]] == ["2026-05-06"]
    assert since["gaps"] == []


def test_a_fill_that_arxiv_refuses_fails_with_a_sentence_and_keeps_the_gap(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], played: None
) -> None:
    at(MONDAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    run("refresh")
    at(MONDAY + ONE_DAY * 2)
    arxiv.trouble = lambda asked: Reply(b"Rate exceeded.", 429)
    ran = run("refresh", "--fill", code=1)
    assert "still lacking: cs.CL of 2026-05-05" in ran.err
    assert "error: 127.0.0.1 asks to be left alone for a while (429)" in ran.err
    assert "hint: what came is kept; try again later" in ran.err
    assert ran.out.splitlines()[-1] == "0 days filled, 1 still lacking; 0 new items"
    again = run("refresh", "--fill", code=1)
    assert "arXiv asked to be left alone until" in again.err


def test_what_the_api_refuses_comes_by_oai_pmh_through_real_workers(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[fetch]\narxiv_api = "{arxiv.api}"\narxiv_oai = "{arxiv.oai}"\n')
    arxiv.shelf.size = 5
    arxiv.trouble = lambda asked: Reply(b"Rate exceeded.", 429)
    at(MONDAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    run("refresh")
    at(MONDAY + ONE_DAY * 2)
    ran = run("refresh", "--fill", "--json")
    assert "[1/1] cs.CL of 2026-05-05: 4 new (OAI-PMH)" in ran.err
    note = "note: 127.0.0.1 asks to be left alone for a while (429); the rest came from OAI-PMH"
    assert note in ran.err
    filled = ran.json["fill"]
    assert (filled["new"], filled["left"], filled["error"]) == (4, [], None)
    assert filled["filled"][0]["source"] == "records"
    assert len(arxiv.lists) == 3
    day = run("ledger", "--json").json["days"][1]
    assert (day["state"], day["filled"], day["source"]) == ("complete", True, "records")
    assert (day["total"], day["known"]) == (4, 4)
    assert day["proof"].startswith("arXiv's records (OAI-PMH) have 4 papers submitted for it")


def test_an_empty_feed_at_the_weekend_is_explained_and_no_gap(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], played: None
) -> None:
    at(MONDAY - ONE_DAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    ran = run("refresh")
    assert "arXiv announces nothing for Saturday and Sunday" in ran.err
    assert "warning" not in ran.err
    assert run("ledger", "--json").json["gaps"] == []


def test_an_empty_feed_on_a_holiday_is_explained(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], played: None
) -> None:
    at(date(2026, 11, 26))
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    assert "arXiv announces nothing today, a holiday" in run("refresh").err
    (day,) = run("ledger", "--json").json["days"]
    assert (day["state"], day["entries"]) == ("holiday", 0)


def test_a_ledger_of_nothing_says_how_to_begin(run: Run) -> None:
    assert "hauler feeds add arxiv:cs.CL" in run("ledger").err
    assert run("ledger", "--json").json["days"] == []


def test_a_table_since_a_day_to_come_is_empty(
    run: Run, arxiv: ArXiv, at: Callable[[date], None], played: None
) -> None:
    at(MONDAY)
    run("feeds", "add", f"{arxiv.base}/rss/cs.CL")
    run("refresh")
    for number in range(1, 8):
        assert run("ledger", "--since", str(MONDAY + ONE_DAY * number)).out.splitlines()[1]
    assert run("ledger", "--since", "2030-01-01").out.splitlines()[1] == "cs.CL"


def test_a_date_that_is_none_is_misuse(run: Run) -> None:
    assert "yesterday" in run("ledger", "--since", "yesterday", code=2).err
