"""The journal on the disk: appending lines, and going over to the next generation."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from hauler_tui.library import generations
from hauler_tui.library.generations import Files
from hauler_tui.library.journaltext import header_bytes
from hauler_tui.library.rescue import put_aside
from hauler_tui.library.writer import AppendFile, Writer

Stamp: TypeAlias = tuple[int, int, int]
"""A file's inode, size and time of its last change in nanoseconds."""


class JournalFile:
    """``library.journal`` while it is open for writing."""

    def __init__(
        self, files: Files, writer: Writer, append_file: type[AppendFile], identity: str
    ) -> None:
        self.files = files
        self.writer = writer
        self.size = 0
        """Bytes of it, with what is still on its way to the disk."""
        self._append_file = append_file
        self._identity = identity
        self._file: AppendFile | None = None
        self._has_unfinished_swap = False
        self._snapshot_seen: Stamp | None = None

    def continue_at(self, end: int) -> None:
        """Go on with the file there is, after byte ``end``. Raises OSError."""
        self._snapshot_seen = _stamp(self.files.snapshot)
        self._file = self._append_file(self.files.journal, end)
        self._file.cut()
        self.size = end

    def append(self, line: bytes) -> None:
        """Hand one line to the writer."""
        assert self._file is not None
        self.size += len(line)
        self.writer.append(self._file, line, _nothing)

    def replace(self, snapshot_of: Callable[[str], bytes], *, keep_old: bool) -> None:
        """Write a snapshot, begin the journal that continues it, and put both in place.

        ``snapshot_of`` is given the name of the new generation. Every queued line must be
        durable. Raises OSError; the journal goes on then, the old one or the new.
        """
        if self._has_unfinished_swap:
            self._finish_swap()
        identity = secrets.token_hex(8)
        snapshot = snapshot_of(identity)
        header = header_bytes(identity, snapshot, self._identity)
        generations.begin(self.files, snapshot, header)
        file = self._append_file(generations.new_journal(self.files))
        try:
            if keep_old:
                self._keep_what_others_wrote()
                generations.keep_old(self.files)
            generations.take_snapshot(self.files)
        except BaseException:
            file.close()
            raise
        self.close()
        self._file = file
        self._identity = identity
        self.size = file.end
        self._has_unfinished_swap = True
        self._finish_swap()

    def _keep_what_others_wrote(self) -> None:
        """Put a ``library.json`` aside that another program wrote while this one was open."""
        if self._snapshot_seen is None or _stamp(self.files.snapshot) == self._snapshot_seen:
            return
        with contextlib.suppress(FileNotFoundError):
            put_aside(self.files.snapshot, "theirs", self.files.snapshot.read_bytes())

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _finish_swap(self) -> None:
        generations.take_journal(self.files)
        self._has_unfinished_swap = False
        self._snapshot_seen = _stamp(self.files.snapshot)


def _stamp(path: Path) -> Stamp | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _nothing() -> None:
    return None
