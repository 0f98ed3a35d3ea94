"""Whole-screen texts: the keys that work here, and the issue as it will read."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.screen import ModalScreen, ScreenResultType

from hauler_tui.ui.actions import (
    SCOPE_TITLES,
    TEXT_KEYS,
    Scope,
    actions_in,
)
from hauler_tui.ui.keymap import Keymap, shown_key
from hauler_tui.ui.markdown import issue_lines
from hauler_tui.ui.text import Span, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.text_pane import TextPane


class TextPage(ModalScreen[str | None]):
    """A text to scroll through; answers with the name of a key in ``answers``, else None."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (140, "-roomy")]
    BINDINGS = [
        Binding("escape,q,question_mark", "dismiss(None)", "Close", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("space,ctrl+d,pagedown", "page(1)", "Page down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", "Page up", show=False),
        Binding("g,home", "edge(-1)", "Top", show=False),
        Binding("G,end", "edge(1)", "End", show=False),
    ]

    def __init__(
        self,
        title: str,
        about: str,
        make: Callable[[int], list[list[Span]]],
        answers: tuple[str, ...] = (),
    ) -> None:
        super().__init__(classes="page")
        self._bar = PaneTitle(title, "·")
        self._about = about
        self._make = make
        self._answers = answers
        self._text = TextPane()

    def compose(self) -> ComposeResult:
        """A title over the text."""
        with Vertical(classes="sheet"):
            yield self._bar
            yield self._text

    def on_mount(self) -> None:
        """The text has the keys."""
        self._bar.light(True)
        self._bar.tell(self._about)
        self._text.show(self._make)
        self._text.focus()

    def on_key(self, event: object) -> None:
        """Close with an answer on one of the keys offered."""
        key = getattr(event, "key", "")
        if key in self._answers:
            self.dismiss(key)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self._text.scroll_lines(lines)

    def action_page(self, pages: int) -> None:
        """Scroll by most of the height."""
        self._text.scroll_lines(pages * max(1, self._text.size.height - 2))

    def action_edge(self, edge: int) -> None:
        """Go to the top or the end."""
        self._text.show_from(self._text.line_count() if edge > 0 else 0)


class KeyedPage(ModalScreen[ScreenResultType]):
    """A page over the reader with keys of its own, which ``?`` tells."""

    BINDINGS = [Binding("question_mark", "keys", "The keys that work here")]

    def action_keys(self) -> None:
        """Tell the keys of what has the focus, and of the page."""
        rows = [*_own_keys(self.focused), *_own_keys(self)]

        def make(width: int) -> list[list[Span]]:
            lines: list[list[Span]] = [[]]
            for keys, text in rows:
                label = f"  {keys:<16} "
                lines += wrap_spans(
                    [Span(label, "strong"), Span(text)], width, rest=" " * len(label)
                )
            return [*lines, []]

        self.app.push_screen(TextPage("Keys", "esc closes", make))


def _own_keys(node: DOMNode | None) -> list[tuple[str, str]]:
    """The keys that hauler itself binds to a part of the screen, and what each does."""
    declared: list[BindingType] = []
    for kind in type(node).__mro__:
        if kind.__module__.startswith("hauler_tui."):
            declared += vars(kind).get("BINDINGS", ())
    rows = []
    for binding in declared:
        if isinstance(binding, Binding):
            keys, text = binding.key, binding.description
        else:
            keys, text = binding[0], binding[-1]
        rows.append((" ".join(map(shown_key, keys.split(","))), text))
    return rows


def help_page(scope: Scope, keymap: Keymap) -> TextPage:
    """The keys of a pane and of anywhere, this pane's first."""
    scopes: list[Scope] = [scope, "anywhere"]
    scopes += [other for other in SCOPE_TITLES if other not in scopes]

    def make(width: int) -> list[list[Span]]:
        lines: list[list[Span]] = []
        for current in scopes:
            lines += [[], [Span(SCOPE_TITLES[current], "heading")]]
            told = ((keymap.shown_all(action), action.help) for action in actions_in(current))
            rows = [(keys, text) for keys, text in told if keys]
            if current == "text":
                rows += [(shown_key(key), text) for key, text in TEXT_KEYS]
            for keys, text in rows:
                label = f"  {keys:<14} "
                lines += wrap_spans(
                    [Span(label, "strong"), Span(text)], width, rest=" " * len(label)
                )
        return [*lines, []]

    return TextPage("Help", "esc closes", make)


def preview_page(title: str, text: str) -> TextPage:
    """An issue rendered; answers with ``w`` when the person wants it written."""

    def make(width: int) -> list[list[Span]]:
        # A measure of about 90 cells is what eyes follow with ease.
        return [[], *issue_lines(text, min(width, 92)), []]

    return TextPage(title, "w writes the file · esc closes", make, answers=("w",))
