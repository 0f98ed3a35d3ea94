"""The page that lists findings and leads to their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip

from hauler_tui.haul.findings import counted
from hauler_tui.ui.screens.pages import KeyedPage
from hauler_tui.ui.text import Span, cut, fit, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of
from hauler_tui.ui.widgets.pick_list import PickList
from hauler_tui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from hauler_tui.workflows.draft_check import DraftFinding

_MARKS = {"error": ("✗", "error"), "warning": ("!", "warning"), "info": ("·", "hint")}
_WIDEST_PLACE = 34


class _Findings(PickList):
    """The findings, a line each."""

    def __init__(self, found: Sequence[tuple[DraftFinding, str]]) -> None:
        super().__init__()
        self.found = found

    def line_count(self) -> int:
        """How many findings there are."""
        return len(self.found)

    def line(self, index: int, width: int) -> Strip:
        """How bad it is, where, and what."""
        one, place = self.found[index]
        mark, style = _MARKS[one.finding.severity]
        over = self.colours.cursor if index == self.cursor else None
        room = min(_WIDEST_PLACE, width // 3)
        message = cut(plain(one.finding.message), max(0, width - room - 6))
        spans = [
            Span(f" {mark} ", style),
            Span(f"{fit(plain(place), room)}  ", "muted"),
            Span(message),
        ]
        return strip_of(self.colours, spans, width, over)


class FindingsPage(KeyedPage["DraftFinding | None"]):
    """The findings of an issue; answers with the one to go to, None when the person left."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (140, "-roomy")]
    BINDINGS = [("escape,q,c", "dismiss(None)", "Close")]

    def __init__(self, title: str, found: Sequence[tuple[DraftFinding, str]]) -> None:
        super().__init__(classes="page")
        self._bar = PaneTitle(title, "·")
        self._list = _Findings(found)
        self._detail = TextPane(id="finding")
        self._detail.can_focus = False

    def compose(self) -> ComposeResult:
        """The list, and the whole sentence about the one under the cursor."""
        with Vertical(classes="sheet"):
            yield self._bar
            yield self._list
            yield self._detail

    def on_mount(self) -> None:
        """The list has the keys."""
        said = " · ".join(counted(one.finding for one, _ in self._list.found))
        self._bar.light(True)
        self._bar.tell(f"{said} · enter goes there · esc closes")
        self._list.focus()
        self._tell()

    def on_line_list_cursor_moved(self, event: LineList.CursorMoved) -> None:
        """Show the whole sentence."""
        event.stop()
        self._tell()

    def on_line_list_row_chosen(self, event: LineList.RowChosen) -> None:
        """Answer with the finding."""
        event.stop()
        self.dismiss(self._list.found[event.index][0])

    def _tell(self) -> None:
        one, place = self._list.found[self._list.cursor]

        def make(width: int) -> list[list[Span]]:
            where = f"{one.finding.code} · line {one.finding.line} · {plain(place)}"
            return [
                *wrap_spans([Span(plain(one.finding.message))], width)[:4],
                [Span(cut(where, width), "muted")],
            ]

        self._detail.show(make)
