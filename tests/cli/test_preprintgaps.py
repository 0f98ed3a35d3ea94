"""What a feed of bioRxiv's lost, told and filled by the commands through real workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hauler_tui.cli.session import Session
from tests.cli.conftest import Run
from tests.sources.preprintserver import Preprints, preprints_serving
from tests.sources.server import Reply

MONDAY = date(2026, 5, 4)
TUESDAY = date(2026, 5, 5)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Preprints]:
    """A bioRxiv that the configuration names."""
    with preprints_serving() as running:
        config = tmp_path / "config.toml"
        config.write_text(f'[fetch]\npreprint_api = "{running.api}"\n')
        monkeypatch.setenv("HAULER_CONFIG", str(config))
        monkeypatch.setenv("HAULER_ALLOW_PRIVATE_NETWORKS", "1")
        yield running


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Makes it noon of a day."""

    def travel(day: date) -> None:
        noon = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        monkeypatch.setattr(Session, "now", lambda session: noon)

    return travel


def test_what_a_feed_lost_is_told_shown_and_filled(
    run: Run, server: Preprints, at: Callable[[date], None]
) -> None:
    at(MONDAY)
    server.post("plant_biology", MONDAY, 3)
    run("feeds", "add", server.feed("plant_biology"))
    assert "warning" not in run("refresh").err

    at(TUESDAY)
    server.post("plant_biology", TUESDAY, 50)
    server.answers[0] = Reply(b"<html>maintenance</html>")
    told = run("refresh", "--force").err
    assert "warning: biorxiv:plant_biology lacks 2026-05-05: hauler refresh --fill" in told
    shown = run("ledger")
    assert "◐ a part came" in shown.out
    assert "biorxiv:plant_biology  partial  no paper of its feed was known" in shown.out
    (gap,) = run("ledger", "--json").json["gaps"]
    assert (gap["category"], gap["day"], gap["state"]) == (
        "biorxiv:plant_biology",
        "2026-05-05",
        "partial",
    )

    refused = run("refresh", "--fill", code=1)
    assert "filling 1 day from bioRxiv's API" in refused.err
    assert "still lacking: biorxiv:plant_biology of 2026-05-05" in refused.err
    assert "error: 127.0.0.1 sent a web page instead of papers" in refused.err

    server.answers.clear()
    filled = run("refresh", "--fill")
    assert "[1/1] biorxiv:plant_biology of 2026-05-05: 20 new (bioRxiv's API)" in filled.err
    assert filled.out.splitlines()[-1] == "1 day filled from bioRxiv's API; 20 new items"
    day = run("ledger", "--json").json["days"][-1]
    assert (day["state"], day["filled"], day["source"]) == ("complete", True, "details")
    assert day["proof"] == (
        "api.biorxiv.org counts 53 records from 2026-05-04 to 2026-05-05, and all came"
    )
    assert "◆ filled later" in run("ledger").out
    assert len(run("items", "10.64898", "--limit", "100", "--json").json) == 53
