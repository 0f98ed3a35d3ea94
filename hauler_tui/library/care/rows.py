"""Rows of ``library.json`` that do not fit their type: found from the files, set aside unopened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library.care.copies import gather
from hauler_tui.library.care.cut import ROWS_ASIDE
from hauler_tui.library.care.findings import Finding
from hauler_tui.library.care.takeover import finish
from hauler_tui.library.rows import KINDS, misfit
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lock import Lock
from hauler_tui.library.store.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A row that makes no sense."""

    table: str
    id: int
    row: Mapping[str, Any]
    reason: str


def check_rows(directory: Path) -> list[Finding]:
    """A finding for each row that does not fit; none where the files cannot be put together."""
    try:
        journal = Journal.open(directory, writer=None, accept="theirs")
    except LibraryError:
        return []
    with journal:
        found = _misfits(journal)
    # Both sides of a merge are told apart only by an opening that takes in both.
    is_merged = bool(found) and any(each.is_merged for each in gather(directory).found)
    return [
        Finding(
            code="row",
            severity="error",
            message=f"library.json: row {each.id} of the table {each.table!r} makes no sense:"
            f" {each.reason}",
            hint=f"it can be set aside into {ROWS_ASIDE}; or mend it with plain TinyDB",
            remedy=None if is_merged else "rows",
        )
        for each in found
    ]


def set_aside(directory: Path, at: datetime) -> None:
    """Move the rows that do not fit into a file beside the library, as one step.

    Raises LibraryError, LibraryLockedError, OSError.
    """
    with ExitStack() as opened:
        opened.callback(Lock.take(directory).release)
        finish(directory)
        writer = Writer()
        opened.callback(writer.abandon)
        journal = Journal.open(directory, writer=writer)
        opened.callback(journal.close)
        found = _misfits(journal)
        if not found:
            return
        _keep(directory / ROWS_ASIDE, found, at)
        rows = "a row" if len(found) == 1 else f"{len(found):,} rows"
        # Undone it would leave a library that cannot be opened; the file has the rows.
        with journal.step("set aside", f"{rows} that made no sense", at=at, undoable=False):
            for each in found:
                journal.table(each.table).drop(each.id)
        journal.snapshot()


def _misfits(journal: Journal) -> list[Misfit]:
    return [
        Misfit(table=table, id=doc_id, row=row, reason=reason)
        for table in KINDS
        for doc_id, row in sorted(journal.table(table).rows().items())
        if (reason := misfit(table, doc_id, row)) is not None
    ]


def _keep(path: Path, found: list[Misfit], at: datetime) -> None:
    """Add the rows to those that were set aside before."""
    try:
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        kept = []
    except ValueError as error:
        raise LibraryError(
            f"{path} cannot be read, and rows would be added to it", "move it to another place"
        ) from error
    time = at.astimezone(UTC).isoformat()
    kept += [
        {"set_aside": time, "table": each.table, "id": each.id, "row": dict(each.row)}
        for each in found
    ]
    write_atomically(path, json.dumps(kept, indent=1).encode() + b"\n", mode=0o600)
