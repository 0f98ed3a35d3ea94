"""A line-rendered list with a cursor, for any number of rows."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from hauler_tui.ui.widgets.line_view import LineView


class LineList(LineView):
    """Rows of one line each, one of them under the cursor."""

    cursor = 0
    """Index of the row under the cursor; 0 when there are none."""

    @dataclass
    class CursorMoved(Message):
        """Another row is under the cursor."""

        list: LineList
        was: int
        index: int

    @dataclass
    class RowChosen(Message):
        """A row was clicked twice, or enter was pressed on it."""

        list: LineList
        index: int

    def is_selectable(self, index: int) -> bool:
        """Whether the cursor may rest on a row."""
        return True

    def move(self, by: int) -> None:
        """Move the cursor by rows; rows it may not rest on are stepped over."""
        self.go(self.cursor + by, 1 if by > 0 else -1)

    def page(self, pages: float) -> None:
        """Move the cursor and the window by a part of the height."""
        rows = max(1, int(abs(pages) * self.size.height))
        self.move(rows if pages > 0 else -rows)

    def go(self, index: int, direction: int = 1) -> None:
        """Put the cursor on a row, or the nearest one it may rest on in ``direction``."""
        index = self._settle(index, direction)
        was = self.cursor
        if index == was:
            self.reveal(index)
            return
        self.cursor = index
        if not self.reveal(index):
            self.refresh_line_at(was)
            self.refresh_line_at(index)
        self.post_message(self.CursorMoved(self, was, index))

    def place(self, index: int) -> None:
        """Put the cursor on a row without telling anybody, after the rows changed."""
        self.cursor = self._settle(index, 1)
        self.top = max(0, min(self.top, self.line_count() - self.size.height))
        self.reveal(self.cursor)
        self.repaint()

    def _settle(self, index: int, direction: int) -> int:
        last = self.line_count() - 1
        if last < 0:
            return 0
        index = max(0, min(index, last))
        for step in (direction, -direction):
            candidate = index
            while 0 <= candidate <= last:
                if self.is_selectable(candidate):
                    return candidate
                candidate += step
        return index

    def reveal(self, index: int) -> bool:
        """Scroll as little as needed to show a row; whether the window moved."""
        height = self.size.height
        if height < 1:
            return False
        if index < self.top:
            return self.show_from(index)
        if index >= self.top + height:
            return self.show_from(index - height + 1)
        return False

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        super().on_resize()
        self.reveal(self.cursor)

    def on_focus(self) -> None:
        """The cursor is drawn otherwise in the focused pane."""
        self.refresh_line_at(self.cursor)

    def on_blur(self) -> None:
        """The cursor is drawn otherwise in the focused pane."""
        self.refresh_line_at(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one chooses the row."""
        index = self.top + event.y
        if index < self.line_count() and self.is_selectable(index):
            self.go(index)
            if event.chain == 2:
                self.post_message(self.RowChosen(self, index))
