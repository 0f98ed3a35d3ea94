"""Which keys do what: the defaults of the actions, and what the configuration changed."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping

from textual.keys import Keys

from hauler_tui.ui.actions import ACTIONS, Action

_SHOWN = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}
_TYPED = {shown: name for name, shown in _SHOWN.items()}


def shown_key(key: str) -> str:
    """A key as a person reads it: ``/`` for ``slash``."""
    return _SHOWN.get(key, key)


_MODIFIERS = ("ctrl+", "shift+", "alt+", "super+", "hyper+", "meta+")
_NAMES = frozenset(key.value for key in Keys)


def _normal(key: str) -> str:
    """A key as Textual names it: ``slash`` for ``/``, modifiers and names in lower case."""
    key = key.strip()
    key = _TYPED.get(key, key)
    return key if len(key) == 1 else key.lower()


def _is_key(key: str) -> bool:
    if key in _NAMES:
        return True
    while key.startswith(_MODIFIERS):
        key = key.partition("+")[2]
    if len(key) == 1:
        return key.isprintable() and not key.isspace()
    return key in _NAMES or key in _SHOWN or _is_character_name(key)


def _is_character_name(name: str) -> bool:
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True


class Keymap:
    """Which keys do what: the defaults, and what the configuration changed."""

    def __init__(self, changes: Mapping[str, str] | None = None) -> None:
        """``changes`` maps an action's id to its keys, separated by commas."""
        self.problems: tuple[str, ...] = ()
        """What was wrong with the changes, a sentence each; those keep their defaults."""
        self._keys = {action.id: action.keys for action in ACTIONS}
        self._apply(changes or {})

    def keys(self, action: Action) -> tuple[str, ...]:
        """The keys of an action, as Textual names them."""
        return self._keys[action.id]

    def shown(self, action: Action) -> str:
        """The first key as a person reads it; empty where there is none."""
        keys = self._keys[action.id]
        return shown_key(keys[0]) if keys else ""

    def shown_all(self, action: Action) -> str:
        """Every key as a person reads it."""
        return " ".join(shown_key(key) for key in self._keys[action.id])

    def _apply(self, changes: Mapping[str, str]) -> None:
        problems: list[str] = []
        for identifier, text in changes.items():
            if identifier not in self._keys:
                near = difflib.get_close_matches(identifier, self._keys, 1)
                meant = f" Did you mean “{near[0]}”?" if near else ""
                problems.append(f"[keys] knows no action “{identifier}”.{meant}")
                continue
            keys = tuple(_normal(key) for key in text.split(",") if key)
            if unknown := [key for key in keys if not _is_key(key)]:
                problems.append(f"[keys] {identifier}: “{unknown[0]}” is not a key.")
                continue
            self._keys[identifier] = keys
        for first, second, key in self._clashes():
            problems.append(
                f"[keys] gives “{shown_key(key)}” to both {first.id} and {second.id}; "
                "both keep their own keys."
            )
            for action in (first, second):
                self._keys[action.id] = action.keys
        self.problems = tuple(problems)

    def _clashes(self) -> Iterable[tuple[Action, Action, str]]:
        for index, first in enumerate(ACTIONS):
            for second in ACTIONS[index + 1 :]:
                scopes = {*first.scopes, *second.scopes}
                if "anywhere" in scopes or set(first.scopes) & set(second.scopes):
                    for key in set(self._keys[first.id]) & set(self._keys[second.id]):
                        yield first, second, key
