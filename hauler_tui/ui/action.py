"""What a command of the reader is, and where its keys work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Scope: TypeAlias = Literal["anywhere", "incoming", "reading", "drafts", "text"]
"""Where an action's keys work: in one pane, in text fields, or anywhere outside text fields."""

SCOPE_TITLES: Mapping[Scope, str] = {
    "anywhere": "Anywhere",
    "incoming": "Incoming",
    "reading": "Reading",
    "drafts": "Drafts",
    "text": "While typing",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One command of the reader."""

    id: str
    """The stable name, noun first: ``item.star``."""
    scopes: tuple[Scope, ...]
    """Where its keys work."""
    keys: tuple[str, ...]
    """Keys as Textual names them."""
    title: str
    """Two or three words, for the palette and the key hints."""
    help: str
    """A sentence for the help screen."""
    hinted: bool = False
    """Whether the key is reminded of at the foot of the screen."""
    in_palette: bool = True

    @property
    def method(self) -> str:
        """The name of the action as Textual resolves it on the screen."""
        return self.id.replace(".", "_")


def action(
    identifier: str,
    scopes: str,
    keys: str,
    title: str,
    help: str,  # noqa: A002
    *,
    hinted: bool = False,
    in_palette: bool = True,
) -> Action:
    """An action of ``scopes`` and ``keys`` separated by spaces."""
    where = tuple(scope for scope in SCOPE_TITLES if scope in scopes.split())
    return Action(identifier, where, tuple(keys.split()), title, help, hinted, in_palette)
