"""Flowing text in many styles, wrapped once for a width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from textual.strip import Strip

from hauler_tui.ui.text import Span
from hauler_tui.ui.widgets.line_view import LineView, strip_of

TextLines: TypeAlias = Sequence[Sequence[Span]]


class TextPane(LineView):
    """Lines of spans, made for the current width by a function of that width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._make: Callable[[int], TextLines] = lambda width: ()
        self._lines: TextLines = ()
        self._made_for = -1

    def show(self, make: Callable[[int], TextLines], *, keep_place: bool = False) -> None:
        """Show other text; ``make`` gets the width in cells and gives lines of spans."""
        self._make = make
        self._made_for = -1
        if keep_place:
            self.top = max(0, min(self.top, self.line_count() - self.size.height))
        else:
            self.top = 0
        self.refresh()

    @property
    def text_width(self) -> int:
        """The width the text is wrapped to: a margin at the left, one more at the scroll bar."""
        return max(8, self.size.width - 3)

    def line_count(self) -> int:
        """How many lines the text takes at this width."""
        width = self.text_width
        if self._made_for != width:
            self._lines = self._make(width)
            self._made_for = width
        return len(self._lines)

    def line(self, index: int, width: int) -> Strip:
        """One wrapped line, indented by a cell."""
        return strip_of(self.colours, [Span(" "), *self._lines[index]], width)

    def repaint(self) -> None:
        """Wrap again: the width may be another."""
        self._made_for = -1
        self.refresh()
