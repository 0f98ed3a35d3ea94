"""What a person kept elsewhere: the works of a bibliography, of bookmarks, of a folder of notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hauler_tui.domain.entry import Entry

ReferenceKind: TypeAlias = Literal["bibtex", "ris", "csl", "bookmarks", "notes"]
"""The form in which it was kept; ``csl`` is JSON, ``notes`` Markdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One work that a person kept, with what they said about it."""

    entry: Entry
    tags: tuple[str, ...] = ()
    note: str = ""
    """Markdown; empty where nothing was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A part of a file that nothing was made of."""

    reason: str
    title: str = ""
    """What it is called, on one line; empty where it has no name."""
    line: int | None = None
    """Where it begins, from 1; None where the form has no lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Everything that one file holds."""

    kind: ReferenceKind
    found: tuple[Reference, ...] = ()
    """In the order of the file; one work may be there more than once."""
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
