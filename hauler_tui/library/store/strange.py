"""Rows that another program wrote and that make no sense: left out, kept in a file, and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from hauler_tui.library.store.generations import Files, Generation
from hauler_tui.library.store.journaltext import Unread
from hauler_tui.library.store.lines import Document, encode_ascii

Fits: TypeAlias = Callable[[str, int, Mapping[str, Any]], bool]
"""Whether the row of a table, by its name, with this id is what the table holds."""

_NAMED = 3


def anything_fits(table: str, doc_id: int, row: Mapping[str, Any]) -> bool:
    """For tables of which nothing is known."""
    return True


def leave_out(files: Files, generation: Generation, fits: Fits) -> Generation:
    """``generation`` without the rows that do not fit, which it keeps and tells when mended.

    Only of one that did not come whole from hauler's own hand: what hauler wrote fits.
    """
    if generation.is_sound:
        return generation
    strange: dict[str, dict[str, Document]] = {}
    for name, rows in generation.tables.items():
        if isinstance(rows, Unread):
            continue
        for doc_id in [each for each, row in rows.items() if not fits(name, each, row)]:
            strange.setdefault(name, {})[str(doc_id)] = rows.pop(doc_id)
    places = [f"row {doc_id} of {name}" for name, rows in strange.items() for doc_id in rows]
    if not places:
        return generation
    rest = len(places) - _NAMED
    named = ", ".join(places[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
    makes = "makes no sense and is" if len(places) == 1 else "make no sense and are"
    generation.rescued.append(f"{files.snapshot.name}: {named} {makes} left out")
    generation.keep.append((files.snapshot, "strange", encode_ascii(strange) + b"\n"))
    return generation
