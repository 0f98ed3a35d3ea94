"""Rows of ``library.json`` that do not fit their type: found from the files, set aside unopened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library.care.copies import gather
from hauler_tui.library.care.cut import ROWS_ASIDE
from hauler_tui.library.care.findings import Finding
from hauler_tui.library.care.takeover import finish
from hauler_tui.library.rows import KINDS, fits, misfit
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lock import Lock
from hauler_tui.library.store.strange import Fits, anything_fits
from hauler_tui.library.store.writer import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """A row that makes no sense."""

    table: str
    id: int
    row: Mapping[str, Any]
    reason: str
    """Why it does not; empty for one that was set aside and makes sense by now."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What is kept of one that was set aside."""


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
            hint=f"it can be set aside into {ROWS_ASIDE}, mended there and put back; or mend it"
            " with plain TinyDB",
            remedy=None if is_merged else "rows",
        )
        for each in found
    ]


def check_aside(directory: Path) -> list[Finding]:
    """A finding for each row that was set aside: why it is, or that it can be put back."""
    found: list[Finding] = []
    try:
        for row in _aside(directory):
            called = f"row {row.id} of the table {row.table!r}"
            if row.reason:
                message = f"{ROWS_ASIDE} holds {called}, which makes no sense: {row.reason}"
                hint = (
                    "mend it in that file, and “hauler doctor” puts it back; or take it out there"
                )
            else:
                message = f"{ROWS_ASIDE} holds {called}, which makes sense now"
                hint = "it can be put back; undo takes that back"
            found.append(
                Finding(
                    code="row-aside",
                    severity="info",
                    message=message,
                    hint=hint,
                    remedy=None if row.reason else "rows-back",
                )
            )
    except LibraryError as error:
        found.append(
            Finding(code="row-aside", severity="info", message=error.message, hint=error.hint or "")
        )
    return found


def put_back(directory: Path, at: datetime) -> None:
    """Put the rows that were set aside and make sense now into the library, as one step.

    Raises LibraryError, LibraryLockedError, OSError.
    """
    with _opened(directory, fits) as journal:
        rows = [row for row in _aside(directory) if not row.reason]
        free = [row for row in rows if row.id not in journal.table(row.table).rows()]
        if not free:
            raise LibraryError(
                f"library.json has other rows by now under the numbers of those in {ROWS_ASIDE}",
                "give the rows in that file other numbers, or take them out there",
            )
        told = "a row" if len(free) == 1 else f"{len(free):,} rows"
        with journal.step("put back", f"{told} that had been set aside", at=at):
            for row in free:
                journal.table(row.table).put(row.id, dict(row.row))
        journal.snapshot()
        left = [row for row in _aside(directory) if row not in free]
        _write(directory / ROWS_ASIDE, [row.kept for row in left])


def set_aside(directory: Path, at: datetime) -> None:
    """Move the rows that do not fit into a file beside the library, as one step.

    Raises LibraryError, LibraryLockedError, OSError.
    """
    with _opened(directory) as journal:
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
    time = at.astimezone(UTC).isoformat()
    new = [
        {"set_aside": time, "table": each.table, "id": each.id, "row": dict(each.row)}
        for each in found
    ]
    _write(path, [*_kept(path), *new])


def _aside(directory: Path) -> list[Misfit]:
    """The rows that were set aside. Raises LibraryError, OSError."""
    rows: list[Misfit] = []
    for kept in _kept(directory / ROWS_ASIDE):
        try:
            table, doc_id, row = str(kept["table"]), int(kept["id"]), dict(kept["row"])
        except (KeyError, TypeError, ValueError) as error:
            raise _unreadable(directory / ROWS_ASIDE) from error
        reason = misfit(table, doc_id, row) or ""
        rows.append(Misfit(table=table, id=doc_id, row=row, reason=reason, kept=kept))
    return rows


def _kept(path: Path) -> list[Any]:
    try:
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except ValueError as error:
        raise _unreadable(path) from error
    if not isinstance(kept, list):
        raise _unreadable(path)
    return kept


def _write(path: Path, rows: list[Any]) -> None:
    if rows:
        write_atomically(path, json.dumps(rows, indent=1).encode() + b"\n", mode=0o600)
    else:
        path.unlink(missing_ok=True)


def _unreadable(path: Path) -> LibraryError:
    return LibraryError(
        f"{path} cannot be read, and holds rows that were set aside",
        "make it the JSON again that it was, or move it to another place",
    )


@contextmanager
def _opened(directory: Path, allowed: Fits = anything_fits) -> Iterator[Journal]:
    """The journal of a library that nobody else may write meanwhile.

    Raises LibraryError, LibraryLockedError, OSError.
    """
    with ExitStack() as opened:
        opened.callback(Lock.take(directory).release)
        finish(directory)
        writer = Writer()
        opened.callback(writer.abandon)
        journal = Journal.open(directory, writer=writer, fits=allowed)
        opened.callback(journal.close)
        yield journal
