"""Textual's bindings, made from the table of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from hauler_tui.ui.actions import ACTIONS, Scope, actions_in
from hauler_tui.ui.keymap import Keymap

_NO_KEY = "unbound"
"""A key that no terminal sends."""


def bindings_of(scope: Scope) -> list[BindingType]:
    """The default bindings of a scope, for a pane's or the screen's ``BINDINGS``."""
    return [
        Binding(
            ",".join(action.keys) or _NO_KEY,
            f"screen.{action.method}",
            action.title,
            show=False,
            id=action.id,
            tooltip=action.help,
        )
        for action in actions_in(scope)
    ]


def changed_keys(keymap: Keymap) -> dict[str, str]:
    """What the person's configuration changed, as Textual's keymap of binding ids."""
    return {
        action.id: ",".join(keymap.keys(action)) or _NO_KEY
        for action in ACTIONS
        if keymap.keys(action) != action.keys
    }
