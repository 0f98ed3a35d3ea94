"""One-line bars: a pane's title, and the status at the foot of the screen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from hauler_tui.ui.text import cut, fit, plain, width_of
from hauler_tui.ui.widgets.line_view import Painted

MESSAGE_SECONDS = 6
"""How long a message hides the keys."""


class Bar(Painted):
    """One line that is drawn whole."""

    @abstractmethod
    def draw_bar(self, width: int) -> Strip:
        """The bar in exactly ``width`` cells."""

    def draw_lines(self, rows: range, width: int, height: int) -> list[Strip]:
        """The one line there is."""
        return [self.draw_bar(width) for _ in rows]


class PaneTitle(Bar):
    """A pane's name at the left, what it holds at the right; bright when the pane has the keys."""

    DEFAULT_CSS = """
    PaneTitle { width: 1fr; height: 1; }
    """

    def __init__(self, name: str, key: str) -> None:
        super().__init__()
        self._name, self._key = name, key
        self._about = ""
        self._is_focused = False

    @property
    def about(self) -> str:
        """What the pane is said to hold."""
        return self._about

    def tell(self, about: str) -> None:
        """Say what the pane holds."""
        if about != self._about:
            self._about = about
            self.refresh()

    def light(self, is_focused: bool) -> None:
        """Show whether the pane has the keys."""
        if is_focused != self._is_focused:
            self._is_focused = is_focused
            self.refresh()

    def draw_bar(self, width: int) -> Strip:
        """The whole bar."""
        colours = self.colours
        style = colours.bar_focused if self._is_focused else colours.bar
        quiet = style if self._is_focused else colours.bar_muted
        name = f" {self._key} {self._name} "
        about = cut(plain(self._about), max(0, width - len(name) - 1))
        gap = width - len(name) - width_of(about) - 1
        if gap < 0:
            return Strip([Segment(fit(name, width), style)], width)
        return Strip(
            [Segment(name, style), Segment(" " * gap, style), Segment(f"{about} ", quiet)], width
        )


class Tabs(Bar):
    """Which of the panes is shown, and what it holds, where there is room for one only."""

    DEFAULT_CSS = """
    Tabs { width: 1fr; height: 1; display: none; }
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(id="tabs")
        self._names = names
        self._about = [""] * len(names)
        self._current = 0

    def tell(self, number: int, about: str) -> None:
        """Say what a pane holds."""
        if about != self._about[number]:
            self._about[number] = about
            self.refresh()

    def mark(self, current: int) -> None:
        """Mark the pane that is shown."""
        if current != self._current:
            self._current = current
            self.refresh()

    @dataclass
    class Picked(Message):
        """A tab was clicked."""

        number: int

    def on_click(self, event: events.Click) -> None:
        """Pick the tab under the mouse."""
        end = 0
        for number, label in enumerate(self._labels()):
            end += width_of(label)
            if event.x < end:
                self.post_message(self.Picked(number))
                return

    def _labels(self) -> list[str]:
        return [f" {number} {name} " for number, name in enumerate(self._names, 1)]

    def draw_bar(self, width: int) -> Strip:
        """The whole bar."""
        segments: list[Segment] = []
        used = 0
        for number, label in enumerate(self._labels()):
            style = self.colours.bar_focused if number == self._current else self.colours.bar_muted
            segments.append(Segment(label, style))
            used += width_of(label)
        room = max(0, width - used)
        about = cut(plain(self._about[self._current]), room - 2)
        segments.append(Segment(f"{about:>{max(0, room - 1)}}"[:room], self.colours.bar_muted))
        segments.append(Segment(" ", self.colours.bar))
        return Strip(segments).crop(0, width)


class Status(Bar):
    """What just happened, whether everything is saved, and the keys that matter here."""

    DEFAULT_CSS = """
    Status { width: 1fr; height: 1; dock: bottom; }
    """

    def __init__(self) -> None:
        super().__init__(id="status")
        self._message = ""
        self._tone = ""
        self._keys: Sequence[tuple[str, str]] = ()
        self._saved = ""
        self._is_safe = True
        self._busy = ""
        self._fading: Timer | None = None

    @property
    def message(self) -> str:
        """What is told at the moment."""
        return self._message

    def tell(self, message: str, tone: str = "") -> None:
        """Say what happened; ``tone`` is empty, "warning" or "error".

        What went well gives way to the keys after a while; a warning stays until the next word.
        """
        if self._fading is not None:
            self._fading.stop()
            self._fading = None
        if message and not tone:
            self._fading = self.set_timer(MESSAGE_SECONDS, lambda: self.tell(""))
        if (message, tone) != (self._message, self._tone):
            self._message, self._tone = message, tone
            self.refresh()

    def offer(self, keys: Sequence[tuple[str, str]]) -> None:
        """The keys to remind of: (key, what it does), the important ones first."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def saved(self, text: str, is_safe: bool) -> None:
        """Say whether what was done is on the disk."""
        if (text, is_safe) != (self._saved, self._is_safe):
            self._saved, self._is_safe = text, is_safe
            self.refresh()

    def busy(self, text: str) -> None:
        """Say what goes on in the background; empty for nothing."""
        if text != self._busy:
            self._busy = text
            self.refresh()

    def draw_bar(self, width: int) -> Strip:
        """The whole bar: the message, else the keys; at the right the state of the library."""
        colours = self.colours
        right = f" {self._saved} " if self._saved else ""
        busy = f" {self._busy} " if self._busy else ""
        room = max(0, width - width_of(right) - width_of(busy))
        segments: list[Segment] = []
        if self._message:
            style = self._tone_style()
            segments.append(Segment(fit(f" {plain(self._message)}", room), style))
        else:
            used = 0
            for key, title in self._keys:
                label = f" {key} "
                taken = width_of(label) + width_of(title) + 1
                if used + taken > room:
                    break
                segments += [Segment(label, colours.key), Segment(f"{title} ", colours.bar_muted)]
                used += taken
            segments.append(Segment(" " * (room - used), colours.bar))
        if busy:
            segments.append(Segment(busy, colours.bar_muted))
        segments.append(Segment(right, colours.saved if self._is_safe else colours.unsaved))
        return Strip(segments).crop(0, width)

    def _tone_style(self) -> Style:
        colours = self.colours
        bar = Style(bgcolor=colours.bar.bgcolor)
        if self._tone == "error":
            return colours.error + bar
        if self._tone == "warning":
            return colours.warning + bar
        return colours.bar
