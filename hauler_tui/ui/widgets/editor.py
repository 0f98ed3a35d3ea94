"""A Markdown editor whose cost for a key does not grow with the text, and which saves by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.text import Text
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import TextArea

from hauler_tui.ui.bindings import bindings_of

SAVE_AFTER_SECONDS = 0.3
"""How long the typing must rest before it is saved."""

SAVE_AT_LEAST_SECONDS = 0.9
"""How old an unsaved letter may get while the typing goes on."""

_CACHED_LINES = 2000

_SIGNS: dict[int, int | str] = {
    **{code: 0x2400 + code for code in range(32) if code != 0x09},
    **dict.fromkeys([*range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, 0x2028, 0x2029], "�"),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "�"),
}
"""What the editor draws for control characters: their pictures, or one sign for all."""


class Editor(TextArea):
    """A text field for Markdown: saves as it is typed, leaves with escape, never throws away."""

    BINDINGS = [
        Binding("escape", "leave", "leave, keeping the text", show=False, priority=True),
        Binding("ctrl+z", "undo", "undo typing", show=False),
        Binding("ctrl+y", "redo", "redo typing", show=False),
        *bindings_of("text"),
    ]

    @dataclass
    class Typed(Message):
        """The text rested, or grew old: time to save it."""

        editor: Editor
        text: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__("", id=id, soft_wrap=True, tab_behavior="indent", compact=True)
        self.leave: Callable[[], None] = self.report
        """What escape does; whoever opens the editor decides."""
        self.typing: Callable[[str], None] = lambda text: None
        """Told of the text at every key, long before it is saved."""
        self._reported = ""
        self._resting: Timer | None = None
        self._aging: Timer | None = None
        self._drawn: dict[tuple[object, ...], Strip] = {}

    def open(self, text: str) -> None:
        """Start editing ``text`` with the cursor at its end."""
        self._stop_timers()
        self.load_text(text)
        self._reported = self.text
        self.move_cursor(self.document.end)

    def report(self) -> None:
        """Tell the text now, if it changed since it was told last."""
        if (text := self.take()) is not None:
            self.post_message(self.Typed(self, text))

    def take(self) -> str | None:
        """The text that was not told yet, which is told by this; None when there is none."""
        self._stop_timers()
        if self.text == self._reported:
            return None
        self._reported = self.text
        return self.text

    def action_leave(self) -> None:
        """Give the keys back, keeping what was typed.

        A call and not a message: the key after it must already find the other pane.
        """
        self.leave()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Save a little later, but not much later."""
        event.stop()
        self.typing(text := self.text)
        if text == self._reported:
            return
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(SAVE_AFTER_SECONDS, self.report)
        if self._aging is None:
            self._aging = self.set_timer(SAVE_AT_LEAST_SECONDS, self.report)

    def _stop_timers(self) -> None:
        for timer in (self._resting, self._aging):
            if timer is not None:
                timer.stop()
        self._resting = self._aging = None

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn: a sign stands for each character that a terminal would obey."""
        return Text(self.document.get_line(line_index).translate(_SIGNS), end="", no_wrap=True)

    def render_line(self, y: int) -> Strip:
        """A line, from the cache where neither it nor the cursor in it changed.

        Stock TextArea drops every cached line at each key, which makes a key cost as much as the
        window is high.
        """
        if self.selection.start != self.selection.end or self._matching_bracket_location:
            return self._render_line(y)
        lines = self.wrapped_document._offset_to_line_info
        offset = y + int(self.scroll_offset.y)
        if offset >= len(lines):
            return super().render_line(y)
        line, section = lines[offset]
        if line == self.selection.end[0]:
            return self._render_line(y)
        key = (
            self.document.get_line(line),
            section,
            tuple(self.wrapped_document.get_offsets(line)),
            self.size.width,
            int(self.scroll_offset.x),
            self.app.theme,
            self.has_focus,
        )
        strip = self._drawn.get(key)
        if strip is None:
            if len(self._drawn) > _CACHED_LINES:
                self._drawn.clear()
            strip = self._drawn[key] = self._render_line(y)
        return strip
