"""The calendar of arXiv's days, driven by keys, with arXiv played by a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hauler_tui.domain.announcements import eastern
from hauler_tui.domain.ledger import DayRecord, begun
from hauler_tui.library.library import Library
from hauler_tui.ui.screens.calendar import CalendarPage
from tests.factories import NOW
from tests.sources.arxivserver import ArXiv, playing
from tests.sources.server import Reply
from tests.ui.conftest import OpenReader, Reader

TODAY = date(2026, 5, 4)
THURSDAY = date(2026, 4, 30)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def arxiv(library: Library, monkeypatch: pytest.MonkeyPatch) -> ArXiv:
    """Two categories since the middle of April; cs.CL lacks a Wednesday, cs.LG a Thursday."""
    played = ArXiv(today=TODAY)
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(played))
    begin = date(2026, 4, 15)
    lacking = {"cs.CL": THURSDAY - ONE_DAY, "cs.LG": THURSDAY}
    for name, lack in lacking.items():
        library.feeds.add(f"{played.base}/rss/{name}", title=name, at=eastern(begin, 9))
        told = [begun(name, begin, NOW)]
        for number in range(1, (TODAY - begin).days):
            day = begin + ONE_DAY * number
            if day.weekday() < 5 and day != lack:
                told.append(
                    DayRecord(
                        subject=name, day=day, state="complete", reason="batch", at=NOW,
                        new=30, cross=12, digest="0123456789abcdef",
                    )
                )  # fmt: skip
        library.ledger.keep(told, at=NOW)
        played.announce(name, lack, 4)
    return played


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, arxiv: ArXiv) -> None:
    """The configuration names the played arXiv."""
    from hauler_tui.workflows.refresh import fetch_settings as real

    def fetch_settings(config: object) -> object:
        return replace(real(config), arxiv_api=arxiv.api)  # type: ignore[arg-type]

    monkeypatch.setattr("hauler_tui.ui.screens.ledger_actions.fetch_settings", fetch_settings)


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch, arxiv: ArXiv) -> None:
    """The configuration names its records too."""
    from hauler_tui.workflows.refresh import fetch_settings as real

    monkeypatch.setattr(
        "hauler_tui.ui.screens.ledger_actions.fetch_settings",
        lambda config: replace(real(config), arxiv_api=arxiv.api, arxiv_oai=arxiv.oai),
    )


def page(reader: Reader) -> CalendarPage:
    shown = reader.pilot.app.screen
    assert isinstance(shown, CalendarPage)
    return shown


def there(reader: Reader, text: str) -> Callable[[], bool]:
    return lambda: text in reader.shown()


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_c_shows_the_months_with_a_sign_a_day_and_the_proof_of_the_newest_gap(
    open_reader: OpenReader, arxiv: ArXiv, size: tuple[int, int]
) -> None:
    async with open_reader(size=size) as reader:
        await reader.press("C")
        shown = reader.shown()
        assert "April 2026" in shown
        assert "May 2026" in shown
        assert "29×" in shown
        assert "30×" in shown
        assert "28●" in shown
        assert "26·" in shown
        assert "4…" in shown
        assert "2 gaps" in shown
        assert "◆ filled  ● complete  ◐ partial  ○ stale  × missing  … pending  · holiday" in shown
        assert "Thursday 30 April 2026" in shown
        assert "× cs.LG missing: the feed was not fetched that day" in shown
        assert "● cs.CL complete: the feed of the day came whole: 30 new, 12" in shown
        await reader.press("escape")
        assert reader.pilot.app.screen is reader.screen


async def test_keys_move_by_days_weeks_months_and_gaps(
    open_reader: OpenReader, arxiv: ArXiv
) -> None:
    async with open_reader(size=(80, 24)) as reader:
        await reader.press("C")
        for key, day in (
            ("h", THURSDAY - ONE_DAY),
            ("l", THURSDAY),
            ("k", THURSDAY - ONE_DAY * 7),
            ("j", THURSDAY),
            ("N", THURSDAY - ONE_DAY),
            ("N", THURSDAY - ONE_DAY),
            ("n", THURSDAY),
            ("G", TODAY),
            ("j", TODAY),
            ("g", date(2026, 4, 1)),
            ("h", date(2026, 4, 1)),
            ("J", date(2026, 5, 1)),
            ("K", date(2026, 4, 1)),
        ):
            await reader.press(key)
            assert page(reader)._grid.day == day, key
            assert f"{day.day} {day:%B} {day.year}" in reader.shown()


async def test_enter_fills_the_day_under_the_cursor_and_f_the_rest(
    open_reader: OpenReader, arxiv: ArXiv, library: Library, settings: None
) -> None:
    async with open_reader(size=(80, 24)) as reader:
        await reader.press("C", "enter")
        await reader.until(there(reader, "1 day filled · 4 new"))
        assert "30◆" in reader.shown()
        assert "◆ cs.LG filled: arXiv counts 4 papers submitted for it" in reader.shown()
        assert "29×" in reader.shown()
        await reader.press("enter")
        assert "nothing is lacking of this day" in reader.shown()
        await reader.press("f")
        await reader.until(there(reader, "29◆"))
        await reader.press("f")
        assert "nothing is lacking" in reader.shown()
        await reader.press("escape")
        assert reader.message == "1 day filled · 4 new · from the query API"
        assert len(library.items.view()) == 6 + 8


async def test_a_fill_that_is_refused_says_so_and_keeps_the_gap(
    open_reader: OpenReader, arxiv: ArXiv, settings: None
) -> None:
    arxiv.trouble = lambda asked: Reply(b"Rate exceeded.", 429)
    async with open_reader() as reader:
        await reader.press("F")
        await reader.until(lambda: bool(reader.pilot.app._notifications))
        (told,) = (note.message for note in reader.pilot.app._notifications)
        assert told.startswith("127.0.0.1 asks to be left alone for a while (429)\nwhat came is")
        await reader.press("C")
        assert "2 gaps" in reader.shown()


async def test_a_day_that_the_api_refuses_is_filled_from_the_list_and_says_so(
    open_reader: OpenReader, arxiv: ArXiv, records: None
) -> None:
    arxiv.trouble = lambda asked: Reply(b"Rate exceeded.", 429)
    async with open_reader(size=(80, 24)) as reader:
        await reader.press("C", "enter")
        await reader.until(there(reader, "1 day filled · 4 new · from OAI-PMH"))
        assert "30◆" in reader.shown()
        assert "◆ cs.LG filled: arXiv's records (OAI-PMH) have 4 papers submitted" in reader.shown()


async def test_what_arxiv_refused_is_asked_for_again_after_a_later_refresh(
    open_reader: OpenReader, arxiv: ArXiv, settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    arxiv.trouble = lambda asked: Reply(b"Rate exceeded.", 429)
    async with open_reader() as reader:
        await reader.press("F")
        await reader.until(lambda: bool(reader.pilot.app._notifications))
        arxiv.trouble = lambda asked: None
        asked = len(arxiv.questions)
        reader.screen.fetched()
        await reader.rest()
        assert len(arxiv.questions) == asked
        monkeypatch.setattr(reader.screen, "clock", lambda: NOW + timedelta(hours=1))
        reader.screen.fetched()
        await reader.until(lambda: "2 days filled · 8 new" in reader.message)


async def test_a_refresh_tells_what_is_lacking_once_by_itself_and_always_when_asked(
    open_reader: OpenReader, arxiv: ArXiv
) -> None:
    told = "cs.LG lacks 2026-04-30; cs.CL lacks 2026-04-29: F fetches what is lacking."
    async with open_reader() as reader:

        def messages() -> list[str]:
            return [n.message for n in reader.pilot.app._notifications if n.title == "Lacking"]

        for asked, expected in ((False, 1), (False, 1), (True, 2)):
            reader.screen.refresh_feeds(asked=asked)
            await reader.until(lambda: not reader.screen.is_refreshing)
            assert messages() == [told] * expected


async def test_without_arxiv_the_calendar_says_how_to_subscribe(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        for key in ("C", "F"):
            await reader.press(key)
            assert "hauler feeds add arxiv:cs.CL" in reader.message


async def test_a_click_moves_the_cursor_of_the_calendar(
    open_reader: OpenReader, arxiv: ArXiv
) -> None:
    async with open_reader(size=(80, 24)) as reader:
        await reader.press("C")
        line = next(y for y, strip in enumerate(reader.strips()) if "28●" in strip.text)
        column = reader.strips()[line].text.index("28●")
        await reader.pilot.click(offset=(column, line))
        await reader.rest()
        assert page(reader)._grid.day == date(2026, 4, 28)


async def test_what_the_months_leave_free_tells_of_the_day(
    open_reader: OpenReader, library: Library, arxiv: ArXiv
) -> None:
    for name in ("cs.AI", "cs.CV", "cs.RO", "math.LO"):
        library.feeds.add(f"{arxiv.base}/rss/{name}", title=name, at=eastern(THURSDAY, 9))
        library.ledger.keep([begun(name, date(2026, 4, 15), NOW)], at=NOW)
    async with open_reader(size=(80, 24)) as reader:
        await reader.press("C")
        await reader.until(lambda: "math.LO missing" in reader.shown())
        assert "and more" not in reader.shown()
