"""The library's files as they belong together, read while another process may be writing them.

A journal and the snapshot it continues are read as a pair, again when a swap came between. A log
is held open and cut at its last commit: what follows may be an append under way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from hauler_tui.errors import LibraryError
from hauler_tui.files import read_if_there
from hauler_tui.library.store import loglines
from hauler_tui.library.store.generations import Files
from hauler_tui.library.store.journaltext import (
    JournalText,
    Unread,
    patches_of,
    read_journal,
    read_snapshot,
)
from hauler_tui.library.store.names import former, upcoming

LOGS = ("items.log", "hauls.log", "history.log")
"""The append-only logs of a library."""
ISSUES = "hauls"
"""The folder in a library where issues are written that name no other folder."""
REMEMBERED = "written.json"
"""What hauler remembers of the files it wrote."""
ROWS_ASIDE = "rows-aside.json"
"""The rows of ``library.json`` that made no sense and were taken out of it."""

CONFLICT_MARK = r"(?P<mark>\.sync-conflict-[\w-]+| \([^()]*conflicted copy[^()]*\))"
"""What a sync program puts into the name of a copy."""

_OWN = re.compile(
    r"(library\.(json|journal)|(items|hauls|history)\.(log|offsets)|index\.sqlite)([.-].*)?"
    rf"|(library|items|hauls|history){CONFLICT_MARK}\.(json|journal|log)\.taken-in"
    rf"|{re.escape(REMEMBERED)}|{re.escape(ROWS_ASIDE)}"
)
_TRIES = 50
_PAUSE_SECONDS = 0.01
_BLOCK = 1 << 20
_HEADER_LIMIT = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The snapshot and the journal of a library, as files by name."""

    files: dict[str, bytes]
    text: JournalText
    ids: dict[str, set[int]] | None
    """The documents of each table by both together; None when they do not fit together."""
    trouble: str = ""
    """Why they do not, in a sentence; the files are then all there are, as they are."""


def is_own(name: str) -> bool:
    """Whether a file of this name in the folder of a library is hauler's."""
    return _OWN.fullmatch(name) is not None


def size_of(directory: Path) -> int:
    """Bytes of the library's files that count, without the generation before. Raises OSError."""
    names = ("library.json", "library.journal", *LOGS)
    return sum((directory / name).stat().st_size for name in names if (directory / name).exists())


def refuse_newer(directory: Path) -> None:
    """Raise NewerLibraryError where the first line of a log says so; reads a few bytes of each.

    Raises LibraryError where one cannot be read.
    """
    for name in LOGS:
        try:
            with (directory / name).open("rb") as log:
                loglines.read_header(log.readline(_HEADER_LIMIT).removesuffix(b"\n"))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LibraryError(
                f"{directory / name} cannot be read: {error.strerror or error}",
                "make it a file that can be read and written, or put it back from a backup",
            ) from error


def read_pair(directory: Path) -> Pair:
    """The snapshot and the journal that continues it, without an append that is under way.

    Raises LibraryError where there is no library, NewerLibraryError.
    """
    files = Files(directory=directory)
    for _ in range(_TRIES if files.snapshot.exists() else 1):
        pair = _fitting(files)
        if pair is not None:
            return pair
        time.sleep(_PAUSE_SECONDS)
    return _as_they_are(files)


def _fitting(files: Files) -> Pair | None:
    journal = read_if_there(files.journal) or b""
    snapshot = read_if_there(files.snapshot)
    newer = read_if_there(upcoming(files.journal))
    text = read_journal(journal)
    newer_text = read_journal(newer or b"")
    if newer is not None and _continues(snapshot, newer_text):
        journal, text = newer, newer_text
    elif newer_text.lines or not _continues(snapshot, text):
        return None
    if snapshot is None or text.damaged or text.strange is not None:
        return None
    read = read_snapshot(snapshot, is_ours=False)
    if read is None:
        return None
    ids = {
        name: set(rows.ids if isinstance(rows, Unread) else rows) for name, rows in read[0].items()
    }
    for line in text.lines:
        for name, patches in patches_of(line).items():
            held_ids = ids.setdefault(name, set())
            for doc_id, patch in patches.items():
                if patch is None:
                    held_ids.discard(doc_id)
                else:
                    held_ids.add(doc_id)
    held = {files.snapshot.name: snapshot, files.journal.name: journal[: text.end]}
    return Pair(files=held, text=text, ids=ids)


def _as_they_are(files: Files) -> Pair:
    held: dict[str, bytes] = {}
    for path in (files.snapshot, files.journal):
        for each in (path, former(path), upcoming(path)):
            data = read_if_there(each)
            if data is not None:
                held[each.name] = data
    if not held:
        raise LibraryError(
            f"there is no library in {files.directory}", "name its folder with --library"
        )
    journal = held.get(files.journal.name, b"")
    name = files.snapshot.name
    read_snapshot(held.get(name, b""), is_ours=False)  # for its format alone
    kind = "do not fit together" if name in held else f"cannot be paired: {name} is missing"
    return Pair(
        files=held,
        text=read_journal(journal),
        ids=None,
        trouble=f"{name} and {files.journal.name} {kind}; they are taken as they are",
    )


class LogCut:
    """A log held open as it is now, whatever takes its place meanwhile; a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the log and find where its last batch ends. Raises OSError."""
        self.path = path
        self._file: BinaryIO = path.open("rb")
        try:
            self.end = self._last_commit(self._file.seek(0, 2))
            """How many bytes belong to whole batches."""
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> LogCut:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def blocks(self) -> Iterator[bytes]:
        """The bytes up to the end, in large blocks. Raises OSError."""
        self._file.seek(0)
        left = self.end
        while left and (block := self._file.read(min(_BLOCK, left))):
            left -= len(block)
            yield block

    def _last_commit(self, size: int) -> int:
        """Where the last commit line ends; everything counts when the tail is damage."""
        tail, begin = b"", size
        while begin:
            begin, before = max(0, begin - _BLOCK), begin
            self._file.seek(begin)
            tail = self._file.read(before - begin) + tail
            # The first line of the tail may be half a line, unless the tail is the whole file.
            position = tail.rfind(b"\nC ")
            while position >= 0:
                stop = tail.find(b"\n", position + 1)
                if stop >= 0 and loglines.parse_commit(tail[position + 1 : stop]) is not None:
                    return size if _is_damage(tail[stop + 1 :]) else begin + stop + 1
                position = tail.rfind(b"\nC ", 0, position)
        first = tail.find(b"\n") + 1
        return size if _is_damage(tail[first:]) else first


def _is_damage(rest: bytes) -> bool:
    """Whether a tail is no torn append: that is a beginning, and never ends in a bad line."""
    if not rest.endswith(b"\n"):
        return False
    return not loglines.is_whole(rest[:-1].rpartition(b"\n")[2])


def _continues(snapshot: bytes | None, text: JournalText) -> bool:
    return (
        snapshot is not None
        and text.header is not None
        and sha256(snapshot).hexdigest() == text.header["snapshot"]
    )
