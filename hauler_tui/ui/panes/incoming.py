"""The left pane: everything new, one row a work."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip
from textual.widgets import Input

from hauler_tui.domain.query import QueryError
from hauler_tui.library.items import Row
from hauler_tui.ui.bindings import bindings_of
from hauler_tui.ui.text import Span, cut, fit, plain, width_of
from hauler_tui.ui.widgets.bars import Bar, PaneTitle
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of

_WINDOW = 64
"""Rows read at once: more than a screen, little enough for one frame."""

_KEPT_ROWS = 2048

_AGE_CELLS = 4
_WIDE = 70
"""Cells from which on a row has room for words where a sign must do else."""
_WIDTH_FOR_ISSUES = 44
_ISSUE_CELLS = 12


class ItemList(LineList):
    """The rows of a view; reads a window of them at a time."""

    def __init__(self, rows: Callable[[Sequence[int]], list[Row]]) -> None:
        super().__init__(id="items")
        self._rows = rows
        self._known: dict[int, Row] = {}
        self._strips: dict[tuple[int, int, int], Strip] = {}
        self.ids: array[int] = array("Q")
        self.now: datetime | None = None
        self.name_of: Callable[[str], str] = str
        """What an issue is called in a few letters, by its slug."""
        self.selected: dict[int, None] = {}
        """The selected items in the order they were selected, listed or not."""
        self._anchor: int | None = None
        self.empty: Sequence[str] = ()
        """What to say where there is nothing to list."""

    @property
    def current_id(self) -> int | None:
        """The item under the cursor."""
        return self.ids[self.cursor] if self.cursor < len(self.ids) else None

    def show(self, ids: array[int], place: int | None = None) -> None:
        """List other items, the cursor at a place among them, else where it was."""
        self.ids = ids
        self._known.clear()
        self._strips.clear()
        self.place(self.cursor if place is None else place)

    def forget(self, ids: Iterable[int]) -> None:
        """Read these rows again when they are drawn: something about them changed."""
        drawn = [identifier for identifier in ids if identifier in self._known]
        if drawn:
            self._strips.clear()
            for identifier in drawn:
                del self._known[identifier]
            self.refresh()

    def toggle(self, identifier: int) -> None:
        """Select an item, or no longer."""
        if identifier in self.selected:
            del self.selected[identifier]
        else:
            self.selected[identifier] = None
        self._anchor = identifier
        self.refresh_line_at(self.cursor)

    def extend(self) -> None:
        """Select the rows from the one selected last, if it is listed, to the cursor."""
        start = self.cursor
        if self._anchor is not None and self._anchor in self.ids:
            start = self.ids.index(self._anchor)
        first, last = sorted((start, self.cursor))
        self.selected.update(dict.fromkeys(self.ids[first : last + 1]))
        self._anchor = self.current_id
        self.refresh()

    def select_none(self) -> None:
        """Let nothing be selected."""
        self.selected.clear()
        self._anchor = None
        self.refresh()

    def drop(self, identifier: int) -> None:
        """Take one row out, the cursor staying on its item."""
        current = self.current_id
        if current is not None and identifier in self.ids:
            self.ids.remove(identifier)
            self.place(self.ids.index(current) if current in self.ids else self.cursor)

    def row(self, index: int) -> Row:
        """The row at an index, read with its neighbours."""
        identifier = self.ids[index]
        row = self._known.get(identifier)
        if row is None:
            if len(self._known) > _KEPT_ROWS:
                self._known.clear()
                self._strips.clear()
            start = max(0, min(index - _WINDOW // 4, len(self.ids) - _WINDOW))
            for found in self._rows(self.ids[start : start + _WINDOW]):
                self._known[found.id] = found
            row = self._known[identifier]
        return row

    def line_count(self) -> int:
        """How many items are listed."""
        return len(self.ids) or len(self.empty)

    def is_selectable(self, index: int) -> bool:
        """Every item; none of the lines that say the list is empty."""
        return bool(self.ids)

    def line(self, index: int, width: int) -> Strip:
        """Marks, title, authors as far as they fit, age."""
        if not self.ids:
            return strip_of(self.colours, [Span(f"  {self.empty[index]}", "muted")], width)
        under_cursor = index == self.cursor
        state = (2 if self.has_focus else 1) if under_cursor else 0
        state += 3 * (self.ids[index] in self.selected)
        key = (self.ids[index], width, state)
        strip = self._strips.get(key)
        if strip is None:
            over = None
            if under_cursor:
                over = self.colours.cursor if self.has_focus else self.colours.cursor_blurred
            strip = strip_of(self.colours, self._spans(self.row(index), width), width, over)
            self._strips[key] = strip
        return strip

    def repaint(self) -> None:
        """Draw everything again, in other colours or at another width."""
        self._strips.clear()
        self.refresh()

    def _spans(self, row: Row, width: int) -> list[Span]:
        tone = "read" if row.is_read else "unread"
        if row.is_skipped:
            tone = "skipped"
        sign = "✕" if row.is_skipped else " " if row.is_read else "●"
        spans = [Span(f" {sign} ", tone)]
        if row.id in self.selected:
            spans = [Span("✓", "hint"), Span(f"{sign} ", tone)]
        marks = [
            Span(mark, style)
            for mark, style, is_set in (
                (" withdrawn" if width > _WIDE else " ⊘", "warning", row.is_withdrawn),
                (" published" if width > _WIDE else " ¶", "muted", row.is_published),
                (f" v{row.version}", "warning", row.is_renewed),
                (" ★", "starred", row.is_starred),
                (" ✎", "noted", row.is_noted),
                (self._covered_mark(row, width), "covered", bool(row.covered)),
            )
            if is_set
        ]
        age = age_of(row.date, self.now) if self.now and width > 30 else ""
        if age:
            marks.append(Span(f"{age:>{_AGE_CELLS}} ", "muted"))
        room = width - 3 - sum(len(mark.text) for mark in marks)
        title = plain(row.title)
        taken = width_of(title)
        if taken + 6 < room and row.authors:
            spans.append(Span(title, tone))
            spans.append(Span(fit(f"  {plain(row.authors)}", room - taken), "muted"))
        else:
            spans.append(Span(fit(title, room), tone))
        return spans + marks

    def _covered_mark(self, row: Row, width: int) -> str:
        """The newest issue that covered it, where there is room for its name."""
        if not row.covered or width < _WIDTH_FOR_ISSUES:
            return " ↺"
        return f" ↺{cut(plain(self.name_of(row.covered[-1])), _ISSUE_CELLS)}"


def age_of(date: datetime, now: datetime) -> str:
    """How long ago, in at most four cells."""
    seconds = (now - date).total_seconds()
    if seconds < 3600:
        return "now" if seconds < 60 else f"{int(seconds // 60)}m"
    if seconds < 86_400:
        return f"{int(seconds // 3600)}h"
    days = int(seconds // 86_400)
    if days < 14:
        return f"{days}d"
    if days < 61:
        return f"{days // 7}w"
    if days < 365:
        return f"{days // 30}mo"
    return f"{min(99, days // 365)}y"


class FilterBox(Input):
    """Where the filter is typed; the list follows each key."""

    BINDINGS = [("escape", "clear", "Clear the filter"), ("down", "submit", "To the list")]

    def __init__(self) -> None:
        self.leave: Callable[[], None] = lambda: None
        """What enter does. A call and not a message: the next key must find the list."""
        self.clear_filter: Callable[[], None] = lambda: None
        """What escape does."""
        super().__init__(
            id="filter",
            placeholder="filter: words, author: title: is:unread tag: since:7d",
            compact=True,
            select_on_focus=False,
        )

    def action_clear(self) -> None:
        """Give the filter up and show everything again."""
        self.clear_filter()

    async def action_submit(self) -> None:
        """Keep the filter and go to the list."""
        self.leave()


class FilterMistake(Bar):
    """What is wrong with the filter, a caret under the place."""

    DEFAULT_CSS = """
    FilterMistake { width: 1fr; height: 1; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._position = 0
        self._reason = ""

    def tell(self, mistake: QueryError | None) -> None:
        """Show a mistake, or that there is none."""
        self.display = mistake is not None
        if mistake is not None:
            self._position, self._reason = mistake.position, mistake.reason
            self.refresh()

    def draw_bar(self, width: int) -> Strip:
        """The caret, and the reason on the side with more room."""
        column = min(self._position + 1, width - 2)
        reason = plain(self._reason)
        if column + 3 + width_of(reason) > width and width_of(reason) < column:
            text = f"{reason:>{column - 1}} ^"
        else:
            text = f"{'':>{column}}^ {reason}"
        return strip_of(self.colours, [Span(text, "warning")], width)


class IncomingPane(Vertical):
    """The title, the filter box and the list."""

    BINDINGS = bindings_of("incoming")

    def __init__(self, rows: Callable[[Sequence[int]], list[Row]]) -> None:
        super().__init__(id="incoming", classes="pane")
        self.title_bar = PaneTitle("Incoming", "1")
        self.filter_box = FilterBox()
        self.mistake = FilterMistake()
        self.list = ItemList(rows)

    def compose(self) -> ComposeResult:
        """The parts, from top to bottom."""
        yield self.title_bar
        yield self.filter_box
        yield self.mistake
        yield self.list
