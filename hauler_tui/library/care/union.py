"""A ``library.json`` into which git put the rows of two copies one after the other, without marks.

So it is where ``.gitattributes`` says ``merge=union``. A row that both copies changed stands there
twice, ours first; what only one changed stands there once. The side of the other copy is put beside
the library under the name of a copy, and its journal stays in ours, where a merge put it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import count
from pathlib import Path

from hauler_tui.files import read_if_there, write_atomically
from hauler_tui.library.care.splitting import HEADER, rebound
from hauler_tui.library.rows import KINDS, fits
from hauler_tui.library.store.generations import Files
from hauler_tui.library.store.journaltext import (
    META,
    Tables,
    Unread,
    read_snapshot,
    snapshot_bytes,
)
from hauler_tui.library.store.lines import Document, decode
from hauler_tui.library.store.names import former

_TABLE = re.compile(rb'("(?:[^"\\]|\\.)*"): \{')
_ROW = re.compile(rb'"(\d+)": (\{.*\})(,?)')
_BRACES = (b"{", b"}", b"},", b"")


@dataclass(slots=True)
class _Table:
    """The rows of a table as they stand in the file."""

    rows: dict[int, list[tuple[Document, bool]]] = field(default_factory=dict)
    """Each version of a row, and whether it stands where only the other copy has rows."""
    is_past_ours: bool = False
    """Whether a row without a comma has come, which was the last one here."""


def is_union(directory: Path) -> bool:
    """Whether the snapshot holds the rows of two copies. Raises OSError."""
    return _tables(read_if_there(Files(directory=directory).snapshot) or b"") is not None


def take_apart(directory: Path) -> tuple[str, ...]:
    """Make two snapshots of one that holds the rows of two copies; return sentences on it.

    Raises OSError.
    """
    files = Files(directory=directory)
    journal = read_if_there(files.journal) or b""
    if journal.count(HEADER) != 2:
        return ()
    tables = _tables(read_if_there(files.snapshot) or b"")
    if tables is None:
        return ()
    sides = _sides(tables, _known(files))
    number = next(each for each in count(1) if not list(directory.glob(f"*merge-{each})*")))
    copy = directory / f"library (conflicted copy merge-{number}).json"
    write_atomically(copy, sides[1], mode=0o600)
    kept = []
    for path in (files.journal, files.snapshot):
        aside = path.with_name(f"{path.name}.merged-{number}")
        write_atomically(aside, path.read_bytes(), mode=0o600)
        kept.append(aside.name)
    # The snapshot is last: as long as it holds both, what a crash left undone is done again.
    write_atomically(files.journal, rebound(journal, *sides), mode=0o600)
    write_atomically(files.snapshot, sides[0], mode=0o600)
    return (
        f"{files.snapshot.name} held the rows of two copies, which a merge put together; the files"
        f" as they were are kept as {', '.join(kept)}",
    )


def _tables(text: bytes) -> dict[str, _Table] | None:
    """The tables of a file with the rows of two copies; None when it is not one."""
    if text.count(b'"generation":') < 2:
        return None
    tables: dict[str, _Table] = {}
    table = _Table()
    name = ""
    for line in text.split(b"\n"):
        row = _ROW.fullmatch(line)
        try:
            if row is not None:
                held, doc_id = decode(row[2]), int(row[1])
                place = _place(held, doc_id, name, list(tables))
                # Lines of the other copy may begin in an earlier table than ours ended in.
                is_theirs = table.is_past_ours or place != name
                tables[place].rows.setdefault(doc_id, []).append((held, is_theirs))
                table.is_past_ours = table.is_past_ours or not row[3]
            elif head := _TABLE.fullmatch(line):
                name = decode(head[1])
                table = tables.setdefault(name, _Table())
            elif line not in _BRACES:
                return None
        except (ValueError, KeyError):
            return None
    meta = tables.get(META, _Table()).rows.get(1, [])
    return tables if len({row.get("generation") for row, _ in meta}) == 2 else None


def _place(row: Document, doc_id: int, name: str, before: Sequence[str]) -> str:
    """The table that a row belongs to: where it stands, or the nearest before whose rows fit."""
    if _is_of(row, doc_id, name):
        return name
    return next((each for each in reversed(before) if _is_of(row, doc_id, each)), name)


def _is_of(row: Document, doc_id: int, name: str) -> bool:
    if name not in KINDS:
        return True
    kind, _ = KINDS[name]
    known = {*(each.name for each in fields(kind)), "used"}
    return row.keys() <= known and fits(name, doc_id, row)


def _sides(
    tables: Mapping[str, _Table], known: Mapping[str, frozenset[int]] | None
) -> tuple[bytes, bytes]:
    """The snapshots of both copies, as far as the rows tell what stood in which.

    ``known`` are the ids that were there before, if that is known. A row of which that cannot be
    told stands in both.
    """
    ours: Tables = {}
    theirs: Tables = {}
    for name, table in tables.items():
        ours[name], theirs[name] = {}, {}
        before = None if known is None else known.get(name, frozenset())
        is_told = any(is_theirs for versions in table.rows.values() for _, is_theirs in versions)
        for doc_id, versions in table.rows.items():
            first, is_theirs = versions[0]
            if not is_theirs:
                ours[name][doc_id] = first
            last, is_theirs = versions[-1]
            is_new_here = is_told and before is not None and doc_id not in before
            if is_theirs or len(versions) > 1 or not is_new_here:
                theirs[name][doc_id] = last
    metas = ours.pop(META)[1], theirs.pop(META)[1]
    return snapshot_bytes(ours, metas[0]), snapshot_bytes(theirs, metas[1])


def _known(files: Files) -> dict[str, frozenset[int]] | None:
    """The ids that the generation before held."""
    old = read_if_there(former(files.snapshot))
    read = None if old is None else read_snapshot(old, is_ours=False)
    if read is None:
        return None
    return {
        name: frozenset(rows.ids if isinstance(rows, Unread) else rows)
        for name, rows in read[0].items()
    }
