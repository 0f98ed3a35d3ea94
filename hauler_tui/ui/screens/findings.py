"""What is wrong in the issue: its count in the title of Drafts, and the list of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.timer import Timer
from textual.worker import get_current_worker

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import HaulerError
from hauler_tui.haul.findings import counted
from hauler_tui.ui.screens.note_actions import NoteActions
from hauler_tui.ui.text import Span, cut, fit, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of
from hauler_tui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from hauler_tui.workflows.draft_check import DraftFinding, OpenDraft

_CHECK_AFTER_SECONDS = 0.15
"""How long the keys rest before the issue is checked."""
_MARKS = {"error": ("✗", "error"), "warning": ("!", "warning"), "info": ("·", "hint")}
_WIDEST_PLACE = 34


class FindingActions(NoteActions):
    """The command that lists findings, and the check that follows what is written."""

    _found: tuple[str, tuple[DraftFinding, ...]] | None = None
    """The issue checked last, and what was found in it."""
    _may_check = False
    """Whether what reads Markdown is here."""
    _checking: Timer | None = None
    _list_for = ""
    """The issue whose findings are to be listed as soon as they are there."""

    @abstractmethod
    def shown_haul(self) -> Haul | None:
        """The issue in the pane."""

    @abstractmethod
    def reveal_place(self, item_id: int | None, lane: str | None) -> None:
        """Put the cursor of Drafts on an item's card, else on a lane."""

    def begin_checking(self) -> None:
        """Check from now on: what reads Markdown is here."""
        self._may_check = True
        self.check_soon()

    def check_soon(self) -> None:
        """Check the issue in the pane when the keys rest."""
        if self._checking is not None:
            self._checking.stop()
            self._checking = None
        if self._may_check:
            self._checking = self.set_timer(_CHECK_AFTER_SECONDS, self._check)

    def tell_draft(self, haul: Haul) -> None:
        """Say in the title which issue is shown, and how many findings an open one has.

        The count stands first, where a narrow pane cuts nothing off; hints do not count.
        """
        if haul.state == "published":
            self.tell_pane(2, f"{haul.slug} · published")
            return
        is_known = self._found is not None and self._found[0] == haul.slug
        found = self._found[1] if self._found is not None and is_known else ()
        count = sum(1 for one in found if one.finding.severity != "info")
        about = f"{count} finding{'' if count == 1 else 's'} · " if count else ""
        self.tell_pane(2, about + haul.slug)

    def _check(self) -> None:
        from hauler_tui.workflows.draft_check import open_draft

        self._checking = None
        haul = self.shown_haul()
        if haul is None or (haul.state == "published" and self._list_for != haul.slug):
            return
        if haul.state == "published":
            self._find_in_published(haul)
            return
        try:
            draft = open_draft(self.library, haul)
        except HaulerError as error:
            self.complain(error)
            return
        self._find_in_draft(draft)

    @work(thread=True, exclusive=True, group="check")
    def _find_in_draft(self, draft: OpenDraft) -> None:
        from hauler_tui.workflows.draft_check import draft_findings

        worker = get_current_worker()
        found = draft_findings(draft)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._take, draft.haul, found)

    @work(thread=True, exclusive=True, group="check")
    def _find_in_published(self, haul: Haul) -> None:
        from hauler_tui.workflows.check import issue_findings, known_around, read_issue

        worker = get_current_worker()
        post = read_issue(haul)
        known = self.app.call_from_thread(known_around, self.library, post)
        found = issue_findings(post, known, haul)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._take, haul, found)

    def _take(self, haul: Haul, found: tuple[DraftFinding, ...]) -> None:
        self._found = (haul.slug, found)
        shown = self.shown_haul()
        if shown is None or shown.slug != haul.slug:
            return
        self.tell_draft(haul)
        if self._list_for == haul.slug:
            self._list_for = ""
            self._list(haul, found)

    def action_haul_check(self) -> None:
        """List what is wrong in the issue."""
        self.close_editors()
        haul = self.shown_haul()
        if haul is None:
            self.warn("No issue is open: s on a paper opens one.")
            return
        self._list_for = haul.slug
        if self._checking is not None:
            self._checking.stop()
        self._may_check = True
        self._check()

    @work
    async def _list(self, haul: Haul, found: tuple[DraftFinding, ...]) -> None:
        if not found:
            self.say(f"Nothing to mend in {haul.slug}.")
            return
        chosen = await self.app.push_screen_wait(
            FindingsPage(haul.title, [(one, self._place(one)) for one in found])
        )
        if chosen is not None:
            self.reveal_place(chosen.item_id, chosen.finding.lane)

    def _place(self, one: DraftFinding) -> str:
        if one.item_id is not None:
            return self.library.items.row(one.item_id).title
        if one.finding.lane is None:
            return "front matter"
        return one.finding.lane or "introduction"


class _Findings(LineList):
    """The findings, a line each."""

    BINDINGS = [
        ("j,down", "step(1)", "Down"),
        ("k,up", "step(-1)", "Up"),
        ("g,home", "edge(-1)", "First"),
        ("G,end", "edge(1)", "Last"),
        ("enter,space", "choose", "Go there"),
    ]

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

    def action_step(self, by: int) -> None:
        """The next finding, or the one before."""
        self.move(by)

    def action_edge(self, edge: int) -> None:
        """The first finding, or the last."""
        self.go(self.line_count() - 1 if edge > 0 else 0, -edge)

    def action_choose(self) -> None:
        """Go where the finding is."""
        self.post_message(self.RowChosen(self, self.cursor))


class FindingsPage(ModalScreen["DraftFinding | None"]):
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
