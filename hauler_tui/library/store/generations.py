"""The files of the journal: which snapshot a journal continues, and what to do when they differ.

``library.json`` is a stock TinyDB file; ``library.journal`` names its SHA-256 in the first line.
The pair before the last compaction is kept as ``.old``; a compaction prepares the next one as
``.new``, renames the snapshot and then the journal. Each pair of files that a crash can leave
behind says for itself which generation is whole.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, TypeAlias

from hauler_tui.errors import ChangedElsewhereError, LibraryError
from hauler_tui.files import read_if_there, sync_directory, write_atomically
from hauler_tui.library.store import places
from hauler_tui.library.store.journaltext import (
    FORMAT,
    JournalText,
    StoredTables,
    new_meta,
    put_right,
    read_journal,
    read_snapshot,
)
from hauler_tui.library.store.lines import Document
from hauler_tui.library.store.names import former, upcoming
from hauler_tui.library.store.places import Snapshot
from hauler_tui.library.store.rescue import keep_copy, link_old, lost_history, put_aside

_UNKNOWN = "unknown"
_TRIES = 20
_PAUSE_SECONDS = 0.01

Accept: TypeAlias = Literal["theirs", "ours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the files of one library are."""

    directory: Path

    @property
    def snapshot(self) -> Path:
        """The stock TinyDB file."""
        return self.directory / "library.json"

    @property
    def journal(self) -> Path:
        """The changes since the snapshot."""
        return self.directory / "library.journal"

    @property
    def history(self) -> Path:
        """The steps from before the snapshot."""
        return self.directory / "history.log"


@dataclass(slots=True, kw_only=True)
class Generation:
    """A snapshot and the lines that continue it, as the files have them."""

    identity: str
    tables: StoredTables
    meta: Document
    lines: list[Document] = field(default_factory=list)
    end: int = 0
    """How many bytes of the journal are whole; appends go on from there."""
    rescued: list[str] = field(default_factory=list)
    """Sentences about what was damaged and what was done; nothing of it was deleted."""
    adopt: tuple[Path, ...] = ()
    """Files of an interrupted compaction that only need their last rename."""
    keep: list[tuple[Path, str, bytes]] = field(default_factory=list)
    """Bytes to be put aside, each with the file they are from and why."""
    is_sound: bool = True
    """Whether the files can be continued; else a new generation has to be written."""
    is_theirs: bool = False
    """Whether the snapshot is as another program wrote it."""
    ours: Generation | None = None
    """Hauler's own state, where theirs was taken and it could be put together."""
    file: Snapshot | None = None
    """The snapshot, where its tables are read from it when they are asked for."""
    unplaced: bytes | None = None
    """The snapshot as it was read, where nothing says where its documents stand."""
    format: int = FORMAT
    """The format of the files; an older one than today's has to be written anew."""


def nothing() -> Generation:
    """The generation before the first."""
    return Generation(identity="", tables={}, meta=new_meta(), is_sound=False)


def load(files: Files, accept: Accept | None = None, *, writing: bool = False) -> Generation | None:
    """What the files say, without changing one; None when there is no library.

    When ``writing``, a large snapshot is read only as far as it is asked for. Raises
    ChangedElsewhereError when another program changed the snapshot and the journal goes on from
    the one before, unless ``accept`` decides whose version counts; LibraryError when no whole
    generation is left; OSError.
    """
    data = read_if_there(files.journal)
    journal = read_journal(data or b"")
    newer_data = read_if_there(upcoming(files.journal))
    header, placed = journal.header, None
    if writing and newer_data is None and header is not None:
        placed = places.load(files.snapshot, header)
    if placed is not None and header is not None:
        generation = Generation(identity=header["generation"], tables=placed[0], meta=placed[1])
        generation.lines, generation.end, generation.file = journal.lines, journal.end, placed[2]
    else:
        adopt: tuple[Path, ...] = ()
        snapshot = read_if_there(files.snapshot)
        newer = read_journal(newer_data or b"")
        if newer.header is not None:
            if _is(snapshot, newer.header):
                adopt = (files.journal,)
            elif (
                newer.last > journal.last
                and newer.header["previous"] == (header or {}).get("generation", "")
                and _is(prepared := read_if_there(upcoming(files.snapshot)), newer.header)
            ):
                adopt = (files.snapshot, files.journal)
                snapshot = prepared
            if adopt:
                data, journal = newer_data, newer
        if not data and snapshot is None and read_if_there(former(files.snapshot)) is None:
            return None
        generation = _matched(files, snapshot, journal, accept)
        generation.adopt = adopt
    told = journal.header
    generation.format = generation.meta["format"] if told is None else told["hauler"]
    _note_damage(files, generation, journal, data or b"")
    if any(generation.meta["tops"]) and (lost := lost_history(files.history)):
        generation.meta["tops"] = [0, 0]
        generation.rescued.append(lost)
    if data and not generation.is_sound and (journal.lines or not generation.is_theirs):
        generation.keep.append((files.journal, "before", data))
    return generation


def load_shared(files: Files, accept: Accept | None = None) -> Generation:
    """What ``load`` says while another process may be between the renames of a compaction.

    Raises LibraryError when there is no library.
    """
    for _ in range(_TRIES):
        with suppress(LibraryError):
            generation = load(files)
            if generation is None:
                break
            if not generation.is_theirs:
                return generation
        time.sleep(_PAUSE_SECONDS)
    if (generation := load(files, accept)) is not None:
        return generation
    raise LibraryError(
        f"there is no library in {files.directory}",
        "name its folder with --library, or start hauler once to make one",
    )


def _matched(
    files: Files, snapshot: bytes | None, journal: JournalText, accept: Accept | None
) -> Generation:
    header = journal.header
    is_ours = _is(snapshot, header)
    read = None if snapshot is None else read_snapshot(snapshot, is_ours=is_ours)
    identity = _UNKNOWN if header is None else header["generation"]
    if read is not None and is_ours:
        tables, meta = read
        return Generation(
            identity=identity,
            tables=tables,
            meta=meta,
            lines=journal.lines,
            end=journal.end,
            unplaced=snapshot,
        )
    if read is None:
        generation = _rebuilt(files, journal)
        kind = "is missing" if snapshot is None else "is damaged"
        generation.rescued.append(
            f"{files.snapshot.name} {kind}; it was put together again from the generation before"
        )
        if snapshot:
            generation.keep.append((files.snapshot, "damaged", snapshot))
        return generation
    tables, meta = read
    wrong = put_right(meta)
    if wrong and journal.lines:
        meta["seq"] = max(meta["seq"], journal.lines[0]["seq"] - 1)
    if header is None:
        follows = bool(journal.lines) and journal.lines[0]["seq"] == meta["seq"] + 1
        return Generation(
            identity=identity,
            tables=tables,
            meta=meta,
            lines=journal.lines if follows else [],
            end=journal.end,
            rescued=[
                f"{files.journal.name} is missing or its first line is damaged; "
                + ("its changes were kept" if follows else "the snapshot alone was opened")
            ],
            is_sound=False,
        )
    if accept is None and journal.lines:
        changes = "a change" if len(journal.lines) == 1 else f"{len(journal.lines)} changes"
        raise ChangedElsewhereError(
            f"{files.snapshot} was changed by another program, and {changes} of hauler's own"
            " came after the version it changed",
            "accept 'theirs' to go on with that file, or 'ours' to go on with hauler's own state;"
            " the other version is kept beside it",
        )
    if accept == "ours":
        generation = _rebuilt(files, journal)
        generation.keep.append((files.snapshot, "theirs", snapshot or b""))
        generation.rescued.append(f"{files.snapshot.name} was taken back to hauler's own state")
        return generation
    generation = _theirs(files, tables, meta, journal)
    if wrong:
        generation.rescued.append(
            f"{files.snapshot.name}: what its table meta says of {' and '.join(wrong)} made no"
            " sense and was put right"
        )
    return generation


def _theirs(files: Files, tables: StoredTables, meta: Document, journal: JournalText) -> Generation:
    """The snapshot as another program wrote it; numbers hauler gave out are not given again."""
    ours = None
    with suppress(LibraryError):
        ours = _rebuilt(files, journal)
    known = [] if ours is None else [ours.meta, *ours.lines]
    for told in (*known, *journal.lines):
        meta["seq"] = max(told["seq"], meta["seq"])
        for name, count in told.get("counters", {}).items():
            meta["counters"][name] = max(count, meta["counters"].get(name, 0))
    count = len(journal.lines)
    aside = f"; hauler's own changes since then ({count}) were put aside" if count else ""
    return Generation(
        identity=_UNKNOWN if journal.header is None else journal.header["generation"],
        tables=tables,
        meta=meta,
        rescued=[f"{files.snapshot.name} was opened as another program wrote it{aside}"],
        is_sound=False,
        is_theirs=True,
        ours=ours,
    )


def _rebuilt(files: Files, journal: JournalText) -> Generation:
    """The state a journal continues, from the generation before it."""
    header = journal.header
    identity = _UNKNOWN if header is None else header["generation"]
    if header is not None and not header["previous"]:
        return Generation(
            identity=identity,
            tables={},
            meta=new_meta(),
            lines=journal.lines,
            end=journal.end,
            is_sound=False,
        )
    old_snapshot = read_if_there(former(files.snapshot))
    old = read_journal(read_if_there(former(files.journal)) or b"")
    read = None if old_snapshot is None else read_snapshot(old_snapshot, is_ours=False)
    if read is None and old.header is not None and not old.header["previous"]:
        read = {}, new_meta()
    elif not _is(old_snapshot, old.header):
        read = None
    follows = header is None or (
        old.header is not None and old.header["generation"] == header["previous"]
    )
    if read is None or not follows:
        raise LibraryError(
            f"{files.snapshot} is missing or damaged,"
            " and the generation before does not lead to it",
            "restore the folder from a backup; the files in it are as they were",
        )
    return Generation(
        identity=identity,
        tables=read[0],
        meta=read[1],
        lines=old.lines + journal.lines,
        end=journal.end,
        is_sound=False,
    )


def _note_damage(files: Files, generation: Generation, journal: JournalText, data: bytes) -> None:
    name = files.journal.name
    if journal.damaged:
        lost = "one line is" if journal.damaged == 1 else f"{journal.damaged} lines are"
        generation.rescued.append(f"{name}: {lost} damaged; the changes after it were kept")
        generation.is_sound = False
    rest = data[journal.end :]
    if not rest:
        return
    if journal.strange is not None:
        generation.rescued.append(f"{name}: lines of another journal follow its own")
        generation.is_sound = False
    else:
        generation.rescued.append(
            f"{name}: its last {len(rest)} bytes were never finished, and were cut off"
        )
        generation.keep.append((files.journal, "torn", rest))


def is_continued(files: Files) -> bool:
    """Whether the journal goes on from the snapshot as it is. Raises OSError."""
    return _is(
        read_if_there(files.snapshot), read_journal(read_if_there(files.journal) or b"").header
    )


def is_whole_without_snapshot(files: Files) -> bool:
    """Whether the journal and the generation before are all there is to know. Raises OSError."""
    try:
        _rebuilt(files, read_journal(read_if_there(files.journal) or b""))
    except LibraryError:
        return False
    return True


def mend(files: Files, generation: Generation) -> None:
    """Do on the disk what ``load`` found to be done: keep odd bytes, finish renames.

    The files of an older format are kept under other names as well. Raises OSError.
    """
    for path, kind, data in generation.keep:
        generation.rescued.append(f"kept: {put_aside(path, kind, data).name}")
    for path in generation.adopt:
        upcoming(path).replace(path)
        sync_directory(files.directory)
    if generation.unplaced is not None and generation.is_sound and generation.format == FORMAT:
        with suppress(OSError):  # it is disposable
            found = places.places(generation.unplaced)
            places.write(files.snapshot, generation.identity, found)
        generation.unplaced = None
    if generation.format < FORMAT:
        paths = (files.snapshot, files.journal, files.history)
        kept = [
            keep_copy(path, f"format-{generation.format}").name for path in paths if path.exists()
        ]
        generation.rescued.append(
            f"the library was brought from format {generation.format} to {FORMAT};"
            f" the files as they were are kept as {', '.join(kept)}"
        )


def begin(files: Files, snapshot: bytes, header: bytes) -> None:
    """Prepare the next generation beside the present one. Raises OSError."""
    write_atomically(upcoming(files.snapshot), snapshot, mode=0o600)
    write_atomically(upcoming(files.journal), header, mode=0o600)


def keep_old(files: Files) -> None:
    """Keep the present generation under ``.old``, in place of the one before. Raises OSError."""
    for path in (files.snapshot, files.journal):
        if path.exists():
            link_old(path)
    sync_directory(files.directory)


def new_journal(files: Files) -> Path:
    """Where the journal of the next generation is until it takes its place."""
    return upcoming(files.journal)


def take_snapshot(files: Files) -> None:
    """Put the prepared snapshot in its place; from here on the prepared journal counts."""
    upcoming(files.snapshot).replace(files.snapshot)


def take_journal(files: Files) -> None:
    """Put the prepared journal in its place, after the snapshot. Raises OSError."""
    sync_directory(files.directory)
    if upcoming(files.journal).exists():
        upcoming(files.journal).replace(files.journal)
    sync_directory(files.directory)


def _is(snapshot: bytes | None, header: Mapping[str, Any] | None) -> bool:
    """Whether ``snapshot`` is the one the journal with ``header`` continues."""
    return (
        snapshot is not None
        and header is not None
        and sha256(snapshot).hexdigest() == header["snapshot"]
    )
