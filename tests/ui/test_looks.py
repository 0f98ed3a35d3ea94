"""How the reader looks: pictures that a person approved, compared cell by cell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import textual
from textual.pilot import Pilot

from hauler_tui.config import Config
from hauler_tui.library.library import Library
from hauler_tui.ui.app import HaulerApp
from hauler_tui.ui.screens.findings_page import FindingsPage
from hauler_tui.ui.screens.reader import ReaderScreen
from tests.factories import NOW

APPROVED_WITH = "8.2.8"
"""The Textual the pictures were made with; another one may draw the same differently."""

pytestmark = pytest.mark.skipif(
    textual.__version__ != APPROVED_WITH, reason=f"the pictures are Textual {APPROVED_WITH}'s"
)

Compare = Callable[..., bool]


@pytest.fixture
def app(library: Library, config: Config) -> HaulerApp:
    """A small library with a read, a starred and a noted paper."""
    ids = library.items.view()
    library.triage.mark_read(ids[3:5], True, NOW)
    library.triage.star(ids[0], NOW)
    library.triage.star(ids[2], NOW)
    library.notes.write(ids[0], "Reads *well*:\n\n- one\n- two `code`\n\n> a quote", NOW)
    library.hauls.write_lane("haul-1", "Comments", "Words before the papers.", NOW)
    return HaulerApp(library, config, clock=lambda: NOW)


def test_three_panes(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(120, 40), run_before=_checked)


def test_three_wide_panes(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(200, 60), press=["j"], run_before=_checked)


def test_one_narrow_pane(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(80, 24), press=["2"], run_before=_checked)


def test_a_note_being_written(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(120, 40), press=["2", "e"], run_before=_still)


def test_the_preview(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(120, 40), press=["3", "P"], run_before=_checked)


def test_the_help(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(100, 40), press=["question_mark"], run_before=_checked)


@pytest.mark.parametrize("theme", ["hauler-light", "hauler-terminal"])
def test_the_other_themes(app: HaulerApp, snap_compare: Compare, theme: str) -> None:
    app.theme = theme
    assert snap_compare(app, terminal_size=(120, 40), run_before=_checked)


def test_the_findings(app: HaulerApp, snap_compare: Compare) -> None:
    assert snap_compare(app, terminal_size=(80, 24), run_before=_listed)


async def _checked(pilot: Pilot[int]) -> None:
    """Wait for the count of findings, which comes when the keys rest."""
    reader = _reader(pilot)
    while "finding" not in reader.drafts.title_bar.about:
        await pilot.pause(0.01)


async def _listed(pilot: Pilot[int]) -> None:
    await _checked(pilot)
    await pilot.press("3", "c")
    while not isinstance(pilot.app.screen, FindingsPage):
        await pilot.pause(0.01)


async def _still(pilot: Pilot[int]) -> None:
    await _checked(pilot)
    _reader(pilot).reading.editor.cursor_blink = False


def _reader(pilot: Pilot[int]) -> ReaderScreen:
    assert isinstance(pilot.app, HaulerApp)
    return pilot.app.screen_of_reader
