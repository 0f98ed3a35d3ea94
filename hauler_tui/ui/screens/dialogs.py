"""Small questions: one line of text, one of a few choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input, Label

from hauler_tui.ui.text import Span, plain
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of

_MOST_LINES = 10
"""Rows of choices that fit a terminal of 24 lines; more are scrolled to."""
MOST_PASTED = 1_000_000
"""Characters that are taken from one paste."""


class Ask(ModalScreen[str | None]):
    """One line of text; None when the person left with escape."""

    BINDINGS = [("escape", "dismiss(None)", "Leave")]
    field: type[Input] = Input
    """What is typed into."""

    def __init__(
        self, question: str, value: str = "", placeholder: str = "", *, goes_on: bool = False
    ) -> None:
        """With ``goes_on`` what is typed goes on behind ``value`` and does not replace it."""
        super().__init__(classes="dialog")
        self._question, self._value, self._placeholder = question, value, placeholder
        self._goes_on = goes_on

    def compose(self) -> ComposeResult:
        """The question over the field."""
        with Vertical(classes="box"):
            yield Label(plain(self._question), markup=False)
            yield self.field(
                self._value,
                placeholder=self._placeholder,
                compact=True,
                select_on_focus=not self._goes_on,
            )
            yield Label("enter accepts · esc leaves", markup=False, classes="quiet")

    @property
    def typed(self) -> str:
        """What stands in the field, also after the person left."""
        return self.query_one(Input).value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer with what was typed."""
        self.dismiss(event.value)


class _WholePaste(Input):
    """A field that takes every line of what is pasted, where others take the first."""

    def on_paste(self, event: events.Paste) -> None:
        """Put the lines one after the other."""
        event.prevent_default()
        event.stop()
        if len(event.text) > MOST_PASTED:
            text = "That is too long to paste: hauler add - takes it from a file."
            self.notify(text, severity="warning", markup=False)
            return
        self.replace(" ".join(event.text.split()), *self.selection)


class AskForText(Ask):
    """Any text, of which all lines count, shown as one."""

    field = _WholePaste


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a ``Choose``."""

    value: str
    title: str
    about: str = ""


class Choices(LineList):
    """The choices, a line each."""

    BINDINGS = [
        ("j,down", "down", "Down"),
        ("k,up", "up", "Up"),
        ("enter,space", "choose", "Choose"),
    ]

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.choices: Sequence[Choice] = choices

    def line_count(self) -> int:
        """How many choices there are."""
        return len(self.choices)

    def line(self, index: int, width: int) -> Strip:
        """A choice and what it means."""
        choice = self.choices[index]
        over = self.colours.cursor if index == self.cursor else None
        spans = [Span(f" {choice.title}  "), Span(choice.about, "muted")]
        return strip_of(self.colours, spans, width, over)

    def action_down(self) -> None:
        """The next choice."""
        self.move(1)

    def action_up(self) -> None:
        """The choice before."""
        self.move(-1)

    def action_choose(self) -> None:
        """Take the choice under the cursor."""
        self.post_message(self.RowChosen(self, self.cursor))


class Choose(ModalScreen[str | None]):
    """One of some choices; None when the person left with escape."""

    BINDINGS = [("escape,q", "dismiss(None)", "Leave")]

    def __init__(self, question: str, choices: Sequence[Choice], current: str = "") -> None:
        super().__init__(classes="dialog")
        self._question = question
        self._list = Choices(choices)
        values = [choice.value for choice in choices]
        self._list.cursor = values.index(current) if current in values else 0

    def compose(self) -> ComposeResult:
        """The question over the choices."""
        with Vertical(classes="box"):
            yield Label(plain(self._question), markup=False)
            self._list.styles.height = min(len(self._list.choices), _MOST_LINES)
            yield self._list
            yield Label("enter chooses · esc leaves", markup=False, classes="quiet")

    def on_mount(self) -> None:
        """The list has the keys."""
        self._list.focus()

    def on_line_list_row_chosen(self, event: LineList.RowChosen) -> None:
        """Answer with the choice."""
        self.dismiss(self._list.choices[event.index].value)
