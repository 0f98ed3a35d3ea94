"""What comes out of a merge of three versions of an issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ConflictKind: TypeAlias = Literal["text", "value", "card", "order", "file"]
Side: TypeAlias = Literal["ours", "theirs"]
Answer: TypeAlias = Literal["ours", "theirs", "both", "edit"]

ANSWERS: Mapping[ConflictKind, tuple[Answer, ...]] = {
    "text": ("ours", "theirs", "both", "edit"),
    "value": ("ours", "theirs", "edit"),
    "card": ("ours", "theirs"),
    "order": ("ours", "theirs"),
    "file": ("ours", "theirs"),
}
"""How a conflict of each kind may be resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """How a conflict is resolved."""

    answer: Answer
    text: str = ""
    """What stands there from now on, where the answer is ``edit``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A block that the library and the file changed differently."""

    key: str
    """Its name among the conflicts of one merge."""
    label: str
    """Its name for the person: ``the note of “Eddies”``."""
    kind: ConflictKind
    base: str
    ours: str
    """What the library says; empty where it has nothing there."""
    theirs: str
    """What the file says; empty where it has nothing there."""
    line: int = 0
    """Where it stands in the file, from 1; 0 where it stands nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCard:
    """A card of the merged issue; texts have line feeds only."""

    key: str
    """Its name in the keys of blocks."""
    link: str
    title: str
    abstract: str
    text: str
    """The note."""
    below: str
    """What stands below the note and is no card."""
    known: str | None
    """The link by which the library has it; None for a card that only the file has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedLane:
    """A lane of the merged issue."""

    key: str
    """Its name in the keys of blocks."""
    name: str
    known: str | None
    """The heading by which the library has it; None for a lane that only the file has."""
    text: str
    """Its prose above the first card, with line feeds."""
    cards: tuple[MergedCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of three versions.

    Blocks are named ``front:KEY``, ``prose:LANE``, ``name:LANE``, ``lane:LANE``, ``order``,
    ``order:LANE``, ``card:CARD``, ``place:CARD``, ``words:CARD``, ``note:CARD``, ``below:CARD``,
    ``tail`` and ``file``.
    """

    text: str
    """The file's next text; where a conflict is left, what the file says."""
    conflicts: tuple[Conflict, ...] = ()
    from_file: frozenset[str] = frozenset()
    """Blocks in which an edit of the file stands that the library does not have."""
    lanes: tuple[MergedLane, ...] = ()
    """Its lanes; none where the file was not edited, and none of a whole file in conflict."""
    values: Mapping[str, object] = field(default_factory=dict)
    """The front matter as it is read."""
