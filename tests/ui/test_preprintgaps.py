"""What a feed of bioRxiv's lost, in the calendar and under the key that fills."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hauler_tui.domain.announcements import eastern, eastern_day
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.sources.preprintserver import Preprints, playing
from tests.sources.server import Reply
from tests.ui.conftest import OpenReader

SUBJECT = "biorxiv:plant_biology"


@pytest.fixture
def server(library: Library, monkeypatch: pytest.MonkeyPatch) -> Preprints:
    """A subject that has a hole today, which the configuration knows whom to ask about."""
    from hauler_tui.workflows.refresh import fetch_settings as real

    played = Preprints()
    today = eastern_day(NOW)
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(played))
    monkeypatch.setattr(
        "hauler_tui.ui.screens.ledger_actions.fetch_settings",
        lambda config: replace(real(config), preprint_api=played.api),
    )
    feed = played.feed("plant_biology")
    library.feeds.add(feed, title="Plants", at=eastern(date(2026, 4, 15), 9))
    midnight = NOW.replace(hour=0, minute=0)
    hole = DayRecord(
        subject=SUBJECT, day=today, state="partial", reason="more", at=NOW,
        gap_from=midnight, gap_to=midnight,
    )  # fmt: skip
    library.ledger.keep([hole], at=NOW)
    played.post("plant_biology", midnight.date(), 4)
    return played


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_calendar_shows_the_hole_and_fills_it(
    open_reader: OpenReader, server: Preprints, size: tuple[int, int]
) -> None:
    async with open_reader(size=size) as reader:
        await reader.press("C")
        shown = reader.shown()
        assert "1 gap · enter fills the day" in shown
        assert f"◐ {SUBJECT} partial: no paper of its feed was known" in shown
        await reader.press("enter")
        await reader.until(lambda: "1 day filled · 4 new · from bioRxiv's API" in reader.shown())
        assert f"◆ {SUBJECT} filled: api.biorxiv.org counts 4 records" in reader.shown()


async def test_what_biorxiv_refuses_is_told_and_the_gap_stays(
    open_reader: OpenReader, server: Preprints
) -> None:
    server.answers[0] = Reply(b"", 429)
    async with open_reader() as reader:
        await reader.press("F")
        await reader.until(lambda: bool(reader.pilot.app._notifications))
        (told,) = (note.message for note in reader.pilot.app._notifications)
        assert told.startswith("127.0.0.1 asks to be left alone for a while (429)\nwhat came is")
        await reader.press("C")
        assert "1 gap" in reader.shown()
