"""Whether the files of a library are whole, found out without opening it or changing a byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tinydb import TinyDB
from tinydb.storages import JSONStorage

from hauler_tui.errors import LibraryError
from hauler_tui.library.care import copies
from hauler_tui.library.care.copies import gather
from hauler_tui.library.care.cut import LOGS, LogCut, Pair, is_own, read_pair
from hauler_tui.library.care.findings import UNMENDED, Finding, Progress, check_readable, guarded
from hauler_tui.library.care.strays import check_strays
from hauler_tui.library.store import loglines
from hauler_tui.library.store.generations import Files, load
from hauler_tui.library.store.journaltext import META
from hauler_tui.library.store.names import former
from hauler_tui.library.store.rescue import lost_history

_ROOM = 64 << 20
_EVERY = 20_000


@dataclass(slots=True)
class Scan:
    """What the lines of a log say."""

    whole: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Offset and length of the last record of each id that is whole; length 0 is removed."""
    damaged: set[int] = field(default_factory=set)
    """Ids of which a later record is damaged."""
    nameless: int = 0
    """Damaged lines that do not even tell an id."""
    scars: int = 0
    """Damaged lines in all, those of replaced records and of commits too."""
    has_header: bool = False
    is_merged: bool = False
    """Whether a second log stands in it, or the marks of a merge; it is whole all the same."""


def scan(path: Path, end: int | None = None, progress: Progress | None = None) -> Scan:
    """Read a log with every checksum, up to byte ``end``. Raises OSError, NewerLibraryError."""
    found = Scan()
    size = path.stat().st_size if end is None else end
    check, count, is_hurt = 0, 0, False
    for number, (start, line) in enumerate(_lines(path, size)):
        if progress is not None and number % _EVERY == 0:
            progress(path.name, start, size)
        if start == 0 and line[:2] == b"G ":
            found.has_header = loglines.read_header(line) is not None
            found.scars += not found.has_header
            continue
        commit = loglines.parse_commit(line)
        if commit is not None:
            found.scars += not is_hurt and commit != (count, check)
            check, count, is_hurt = 0, 0, False
            continue
        if loglines.is_merge_mark(line) or loglines.read_header(line) is not None:
            # A merge may cut through a batch, and then the next commit is of no use.
            check, count, is_hurt, found.is_merged = 0, 0, True, True
            continue
        check, count = loglines.check_on(line, check), count + 1
        parsed = loglines.parse(line)
        if parsed is not None and loglines.is_whole(line):
            found.whole[parsed[0]] = start, len(line) if line[:1] == b"P" else 0
            found.damaged.discard(parsed[0])
            continue
        is_hurt = True
        found.scars += 1
        if parsed is not None:
            found.damaged.add(parsed[0])
        else:
            found.nameless += line[:2] != b"C "
    return found


def check_files(directory: Path, progress: Progress, *, is_beside: bool) -> list[Finding]:
    """Findings about the files alone; beside a writer its unfinished work is none.

    Raises LibraryError where there is no library, NewerLibraryError, OSError.
    """
    found = check_readable(own_files(directory))
    found += guarded(partial(_check_pair, directory, is_beside=is_beside))
    for name in LOGS:
        path = directory / name
        found += guarded(partial(_check_log, path, progress, is_beside=is_beside))
    if not is_beside:
        found += guarded(partial(check_strays, directory))
    found += _check_rights(directory) + _check_room(directory)
    return list(dict.fromkeys(found))


def _check_pair(directory: Path, *, is_beside: bool) -> list[Finding]:
    found: list[Finding] = []
    pair = read_pair(directory)
    name = "library.journal"
    is_put_together = copies.is_put_together(directory)
    is_merged = is_put_together or any(each.is_merged for each in gather(directory).found)
    if is_merged:
        found.append(
            Finding(
                code="merged",
                severity="warning",
                message=f"{'library.json' if is_put_together else name} holds the changes of two"
                " copies, which a merge put together",
                hint="the next time hauler opens the library for writing it takes in both",
                remedy="open",
            )
        )
    if pair.ids is None and not is_merged:
        found.append(_unpaired(directory, pair))
    if pair.text.damaged and not is_merged:
        found.append(
            Finding(
                code="journal-damaged",
                severity="error",
                message=f"{name}: {_lines_are(pair.text.damaged)} damaged",
                hint="the other changes are kept, and the damaged bytes in a file",
                remedy="open",
            )
        )
    if pair.text.strange is not None and not is_merged:
        found.append(
            Finding(
                code="journal-strange",
                severity="error",
                message=f"{name}: lines of another journal follow its own",
                remedy="open",
            )
        )
    journal = directory / name
    torn = journal.stat().st_size - pair.text.end if journal.exists() else 0
    if torn > 0 and pair.ids is not None and not is_beside and not is_merged:
        found.append(_torn(name, torn))
    snapshot = directory / "library.json"
    if snapshot.exists() and not is_put_together:
        try:
            with TinyDB(snapshot, storage=JSONStorage, access_mode="r") as plain:
                for table in plain.tables():
                    len(plain.table(table))
                meta = plain.table(META).get(doc_id=1)
                found += _check_history(directory, meta)
        except (ValueError, AttributeError, TypeError, RecursionError):
            found.append(
                Finding(
                    code="snapshot",
                    severity="error",
                    message="plain TinyDB cannot read library.json",
                    hint=UNMENDED,
                    remedy="open",
                )
            )
    return found


def _unpaired(directory: Path, pair: Pair) -> Finding:
    """What is to be said of a snapshot that its journal does not continue."""
    try:
        generation = load(Files(directory=directory))
    except LibraryError:
        generation = None
    if generation is None or not generation.is_theirs:
        return Finding(
            code="snapshot",
            severity="error",
            message=f"{pair.trouble.partition(';')[0]}",
            hint="opening puts them together again from the generation before, if it can",
            remedy="open",
        )
    # TinyDB itself writes one long line; else a hand or a failing disk may have been at work.
    is_whole = not pair.files["library.json"].startswith(b"{\n")
    return Finding(
        code="snapshot",
        severity="warning" if is_whole else "error",
        message="library.json was changed by another program"
        if is_whole
        else "library.json was changed by another program, by hand or by a failing disk",
        hint="opening goes on with it as it is now, and keeps hauler's own state beside it",
        remedy="open",
    )


def _check_history(directory: Path, meta: object) -> list[Finding]:
    tops = meta.get("tops") if isinstance(meta, dict) else None
    lost = lost_history(directory / "history.log") if isinstance(tops, list) and any(tops) else None
    if lost is None:
        return []
    hint = "put it back from a backup, or let undo begin anew"
    return [Finding(code="history-lost", severity="warning", message=lost, hint=hint)]


def _check_log(path: Path, progress: Progress, *, is_beside: bool) -> list[Finding]:
    try:
        with LogCut(path) as log:
            end = log.end
    except FileNotFoundError:
        if path.name == "history.log":
            return []
        return [
            Finding(
                code="log-missing",
                severity="error",
                message=f"{path.name} is missing",
                hint=UNMENDED,
                remedy="rescue",
            )
        ]
    found: list[Finding] = []
    size = path.stat().st_size
    if size > end and not is_beside:
        found.append(_torn(path.name, size - end))
    seen = scan(path, end, progress)
    found += _check_lost(path, seen)
    lost = len(seen.damaged) + seen.nameless
    if lost:
        records = "one record is" if lost == 1 else f"{lost:,} records are"
        found.append(
            Finding(
                code="record-damaged",
                severity="warning" if path.name == "history.log" else "error",
                message=f"{path.name}: {records} damaged",
                hint=UNMENDED,
                remedy="rescue",
            )
        )
    elif seen.scars or not (seen.has_header or size == 0):
        found.append(
            Finding(
                code="log-scarred",
                severity="warning",
                message=f"{path.name}: {_lines_are(max(seen.scars, 1))} damaged,"
                " and no document is lost",
                hint="writing the log anew leaves them out",
                remedy="rescue",
            )
        )
    return found


def earlier(path: Path) -> list[Path]:
    """What a log was before it was written anew, the newest first."""
    befores = path.parent.glob(f"{path.name}.before-*")
    numbered = sorted(befores, key=lambda each: each.stat().st_mtime_ns, reverse=True)
    return [each for each in (former(path), *numbered) if each.is_file()]


def lost_records(path: Path, seen: Scan) -> tuple[set[int], int]:
    """The ids of which only damaged bytes are left, in a log or kept beside it; and lines of none.

    ``seen`` is what the log holds. Raises OSError.
    """
    ids, nameless = set(seen.damaged), seen.nameless
    for kept in path.parent.glob(f"{path.name}.damaged-*"):
        there = scan(kept)
        ids |= there.damaged - seen.whole.keys()
        nameless += there.nameless
    return ids, nameless


def _check_lost(path: Path, seen: Scan) -> list[Finding]:
    """Records that an earlier opening put aside because they were damaged."""
    if path.name == "history.log":
        return []
    ids, nameless = lost_records(path, seen)
    ids -= seen.damaged
    if ids or nameless > seen.nameless:
        for log in earlier(path):  # an id may have been damaged too
            whole = scan(log).whole
            ids |= {doc_id for doc_id in whole.keys() - seen.whole.keys() if whole[doc_id][1]}
    if not ids:
        return []
    records = "one record was" if len(ids) == 1 else f"{len(ids):,} records were"
    return [
        Finding(
            code="record-lost",
            severity="error",
            message=f"{path.name}: {records} damaged and left out",
            hint=f"{UNMENDED}; or delete {path.name}.damaged-* once you do not miss anything",
            remedy="rescue",
        )
    ]


def _check_rights(directory: Path) -> list[Finding]:
    open_ = [path.name for path in own_files(directory) if path.stat().st_mode & 0o077]
    if directory.stat().st_mode & 0o077:
        open_.insert(0, "the folder")
    if not open_:
        return []
    named = ", ".join(open_[:3]) + (f" and {len(open_) - 3} more" if len(open_) > 3 else "")
    return [
        Finding(
            code="permissions",
            severity="warning",
            message=f"others may read the library: {named}",
            hint="the folder should be 0700, its files 0600",
            remedy="rights",
        )
    ]


def _check_room(directory: Path) -> list[Finding]:
    free = shutil.disk_usage(directory).free
    largest = max((path.stat().st_size for path in own_files(directory)), default=0)
    if free >= max(_ROOM, 2 * largest):
        return []
    return [
        Finding(
            code="disk-space",
            severity="warning",
            message=f"the disk has {free >> 20:,} MB free; compacting needs {largest >> 20:,} MB"
            " and some more",
            hint="make room on that disk",
        )
    ]


def own_files(directory: Path) -> list[Path]:
    """The library's own files, without the issues that were written."""
    return [path for path in sorted(directory.iterdir()) if path.is_file() and is_own(path.name)]


def raw_record(path: Path, place: tuple[int, int]) -> bytes:
    """The JSON of a whole record. Raises OSError."""
    with path.open("rb") as file:
        file.seek(place[0])
        line = file.read(place[1])
    if not loglines.is_whole(line):
        raise LibraryError(f"{path} changed while it was read", "close the other hauler")
    return line[line.find(b" ", 2) + 10 :]


def _lines(path: Path, end: int) -> Iterator[tuple[int, bytes]]:
    position = 0
    with path.open("rb") as file:
        for line in file:
            if position >= end:
                return
            yield position, line.removesuffix(b"\n")
            position += len(line)


def _torn(name: str, length: int) -> Finding:
    return Finding(
        code="torn",
        severity="warning",
        message=f"{name}: its last {length:,} bytes were never finished",
        hint="opening cuts them off and keeps them in a file",
        remedy="open",
    )


def _lines_are(number: int) -> str:
    return "one line is" if number == 1 else f"{number:,} lines are"
