"""A widget that draws line by line and scrolls by its own offset.

Nothing here asks Textual for a layout: a move of the cursor repaints two lines, a scroll repaints
the widget. ``render_lines`` is overridden so that CSS boxes are not composed line by line, which
is why these widgets take no border and no padding.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from hauler_tui.ui.text import Span, fit, plain, width_of
from hauler_tui.ui.themes import Colours

_WHEEL_LINES = 3


class Coloured(Protocol):
    """What a painted widget needs of its app."""

    colours: Colours


class Painted(Widget):
    """A widget that draws strips in the colours of the app's theme."""

    ALLOW_SELECT = False

    @property
    def colours(self) -> Colours:
        """The styles of the current theme."""
        return cast(Coloured, self.app).colours

    @abstractmethod
    def draw_lines(self, rows: range, width: int, height: int) -> list[Strip]:
        """Some rows of the widget, each exactly ``width`` cells wide."""

    def repaint(self) -> None:
        """Forget what was drawn and draw again: the theme or the size changed."""
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of ``crop``, past Textual's box model."""
        width, height = self.size
        lines = self.draw_lines(crop.line_range, width, height)
        if crop.x == 0 and crop.width == width:
            return lines
        return [line.crop(crop.x, crop.right) for line in lines]


class LineView(Painted, can_focus=True):
    """Many lines, of which a window is shown."""

    DEFAULT_CSS = """
    LineView { width: 1fr; height: 1fr; }
    """

    top = 0
    """Index of the first line shown."""

    @abstractmethod
    def line_count(self) -> int:
        """How many lines there are."""

    @abstractmethod
    def line(self, index: int, width: int) -> Strip:
        """Line ``index`` in exactly ``width`` cells."""

    def draw_lines(self, rows: range, width: int, height: int) -> list[Strip]:
        """The lines at ``rows`` of the window, with the scroll bar's cells at their ends."""
        colours, count = self.colours, self.line_count()
        text = width - 1
        if text < 1:
            return [Strip.blank(width, colours.text)] * len(rows)
        blank = Strip.blank(text, colours.text)
        track, bar = Segment(" ", colours.text), Segment("▐", colours.scrollbar)
        thumb = self._thumb(count, height)
        return [
            Strip(
                [
                    *(self.line(self.top + y, text) if self.top + y < count else blank),
                    bar if y in thumb else track,
                ],
                width,
            )
            for y in rows
        ]

    def _thumb(self, count: int, height: int) -> range:
        """The rows of the window that the scroll bar's thumb takes."""
        if count <= height or height < 2:
            return range(0)
        size = max(1, height * height // count)
        start = self.top * (height - size) // max(1, count - height)
        return range(start, start + size)

    def scroll_lines(self, by: int) -> bool:
        """Move the window by ``by`` lines; whether it moved."""
        return self.show_from(self.top + by)

    def show_from(self, top: int) -> bool:
        """Put line ``top`` first, as far as there are lines; whether anything moved."""
        limit = max(0, self.line_count() - self.size.height)
        top = max(0, min(top, limit))
        if top == self.top:
            return False
        self.top = top
        self.refresh()
        return True

    def refresh_line_at(self, index: int) -> None:
        """Repaint one line, if it is in the window."""
        y = index - self.top
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def on_resize(self) -> None:
        """Keep the window inside the lines."""
        self.top = max(0, min(self.top, self.line_count() - self.size.height))
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.scroll_lines(-_WHEEL_LINES)


def strip_of(colours: Colours, spans: list[Span], width: int, over: Style | None = None) -> Strip:
    """Spans as one line of exactly ``width`` cells; ``over`` is laid over every style."""
    segments: list[Segment] = []
    room = width
    for text, name in spans:
        if room <= 0:
            break
        text = plain(text)
        taken = width_of(text)
        if taken > room:
            text, taken = fit(text, room), room
        style = colours.named(name)
        segments.append(Segment(text, style + over if over else style))
        room -= taken
    if room > 0:
        style = colours.text
        segments.append(Segment(" " * room, style + over if over else style))
    return Strip(segments, width)
