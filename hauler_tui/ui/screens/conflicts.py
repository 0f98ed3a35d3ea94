"""What the library and the file say differently, side by side, each resolved by a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.strip import Strip

from hauler_tui.haul.mergeresult import ANSWERS, Answer, Conflict, Decision
from hauler_tui.haul.mergetext import merge_text
from hauler_tui.ui.screens.pages import KeyedPage
from hauler_tui.ui.text import Span, cut, fit, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.editor import Editor
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of
from hauler_tui.ui.widgets.text_pane import TextPane

_ANSWERS: Mapping[Answer, str] = {
    "ours": "what is here",
    "theirs": "what the file says",
    "both": "both, below each other",
    "edit": "as you typed it",
}
_KEYS: Mapping[Answer, str] = {
    "ours": "o here",
    "theirs": "t the file",
    "both": "b both",
    "edit": "e edit",
}


class _Blocks(LineList):
    """The blocks in conflict, a line each."""

    def __init__(self, conflicts: Sequence[Conflict], decided: Mapping[str, Decision]) -> None:
        super().__init__()
        self.conflicts = conflicts
        self.decided = decided

    def line_count(self) -> int:
        """How many blocks there are."""
        return len(self.conflicts)

    def line(self, index: int, width: int) -> Strip:
        """The block, and what was decided."""
        conflict = self.conflicts[index]
        decision = self.decided.get(conflict.key)
        said = _ANSWERS[decision.answer] if decision else "undecided"
        over = self.colours.cursor if index == self.cursor else None
        room = max(0, width - 28)
        spans = [
            Span(" ✓ " if decision else " ? ", "hint" if decision else "warning"),
            Span(f"{fit(plain(conflict.label), room)}  "),
            Span(said, "muted" if decision else "warning"),
        ]
        return strip_of(self.colours, spans, width, over)


class ConflictsPage(KeyedPage["Mapping[str, Decision] | None"]):
    """The conflicts of a writing; answers with a decision for each, None when the person left.

    ``decided`` is what was decided before, and keeps what is decided here.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (110, "-roomy")]
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Close", show=False),
        Binding("j,down", "step(1)", "Next", show=False),
        Binding("k,up", "step(-1)", "Before", show=False),
        Binding("o", "decide('ours')", "Here", show=False),
        Binding("t", "decide('theirs')", "File", show=False),
        Binding("b", "decide('both')", "Both", show=False),
        Binding("e", "edit", "Edit", show=False),
        Binding("space,ctrl+d,pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False),
        Binding("w,enter", "write", "Write", show=False),
    ]

    def __init__(self, conflicts: Sequence[Conflict], decided: dict[str, Decision]) -> None:
        super().__init__(classes="page wide")
        self._conflicts = conflicts
        self._decided = decided
        self._bar = PaneTitle("Conflicts", "·")
        self._blocks = _Blocks(conflicts, decided)
        self._ours, self._theirs = TextPane(id="ours"), TextPane(id="theirs")
        self._editor = Editor(id="resolution")
        self._editor.display = False
        self._editor.leave = self._leave_editor
        for pane in (self._ours, self._theirs):
            pane.can_focus = False

    def compose(self) -> ComposeResult:
        """The blocks over the two sides of the one under the cursor."""
        with Vertical(classes="sheet"):
            yield self._bar
            self._blocks.styles.height = min(6, len(self._conflicts))
            yield self._blocks
            with Container(id="sides"):
                yield self._ours
                yield self._theirs
            yield self._editor

    def on_mount(self) -> None:
        """The list has the keys, on the first block that is not decided."""
        self._bar.light(True)
        self._blocks.focus()
        self._next_undecided()
        self._show()

    @property
    def _current(self) -> Conflict:
        return self._conflicts[self._blocks.cursor]

    def _undecided(self) -> list[int]:
        return [at for at, one in enumerate(self._conflicts) if one.key not in self._decided]

    def _next_undecided(self) -> None:
        left = self._undecided()
        if left and self._blocks.cursor not in left:
            self._blocks.go(next((at for at in left if at > self._blocks.cursor), left[0]))

    def on_line_list_cursor_moved(self, event: LineList.CursorMoved) -> None:
        """Show the two sides of the block."""
        event.stop()
        self._show()

    def _show(self) -> None:
        conflict = self._current
        keys = [_KEYS[answer] for answer in ANSWERS[conflict.kind]]
        left = len(self._undecided())
        keys.append(f"{left} undecided" if left else "w writes")
        self._bar.tell(" · ".join((*keys, "esc leaves")))
        where = f"In the file, line {conflict.line}" if conflict.line else "In the file"
        decision = self._decided.get(conflict.key)
        answer = decision.answer if decision else None
        ours, theirs = conflict.ours, conflict.theirs
        self._fill(self._ours, "Here, in the library", ours, theirs, answer in ("ours", "both"))
        self._fill(self._theirs, where, theirs, ours, answer in ("theirs", "both"))
        self._blocks.refresh()

    def _fill(self, pane: TextPane, heading: str, text: str, other: str, is_chosen: bool) -> None:
        """Show one side; what the other says too stands back."""
        same = set(other.split("\n"))

        def make(width: int) -> list[list[Span]]:
            shown = [
                line
                for row in (text.split("\n") if text else ())
                for line in wrap_spans(
                    [Span(plain(row), "muted" if row in same else "text")], width
                )
            ]
            mark = "✓ " if is_chosen else ""
            return [
                [Span(cut(mark + heading, width), "heading")],
                *(shown or [[Span("nothing", "muted")]]),
            ]

        pane.show(make)

    def action_step(self, by: int) -> None:
        """The next block, or the one before."""
        self._blocks.move(by)

    def action_page(self, pages: int) -> None:
        """Scroll both sides."""
        for pane in (self._ours, self._theirs):
            pane.scroll_lines(pages * max(1, pane.size.height - 2))

    def action_decide(self, answer: Answer) -> None:
        """Take one side, or both, and go to the next block."""
        if answer in ANSWERS[self._current.kind]:
            self._keep(Decision(answer=answer))

    def _keep(self, decision: Decision) -> None:
        self._decided[self._current.key] = decision
        self._next_undecided()
        self._show()

    def action_edit(self) -> None:
        """Type what shall stand there, beginning with what does."""
        conflict = self._current
        if "edit" not in ANSWERS[conflict.kind]:
            return
        before = self._decided.get(conflict.key)
        if before is not None and before.answer == "edit":
            text = before.text
        elif conflict.kind == "text":
            text = merge_text(conflict.base, conflict.ours, conflict.theirs, clash="both")
        else:
            text = conflict.theirs
        self._editor.border_title = f"{plain(conflict.label)} · esc keeps it"
        self._editor.display = True
        self._editor.open(text)
        self._editor.focus()

    def on_editor_typed(self, event: Editor.Typed) -> None:
        """Keep what was typed, whatever comes."""
        event.stop()
        self._decided[self._current.key] = Decision(answer="edit", text=event.text)

    def _leave_editor(self) -> None:
        self._editor.take()
        text = self._editor.text
        self._editor.display = False
        self._blocks.focus()
        self._keep(Decision(answer="edit", text=text))

    def action_write(self) -> None:
        """Answer with the decisions, once there is one for each block."""
        if self._undecided():
            self._next_undecided()
        else:
            wanted = {conflict.key for conflict in self._conflicts}
            self.dismiss({key: one for key, one in self._decided.items() if key in wanted})
