"""The journal on the disk while it is open for writing, whichever generation it is."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TypeAlias

from hauler_tui.errors import LibraryError
from hauler_tui.library.store import generations
from hauler_tui.library.store.folder import Folder
from hauler_tui.library.store.generations import Files
from hauler_tui.library.store.rescue import put_aside
from hauler_tui.library.store.writer import AppendFile, Writer

Stamp: TypeAlias = tuple[int, int, int]
"""A file's inode, size and time of its last change in nanoseconds."""


class JournalFile:
    """``library.journal``: lines are handed in by one thread and appended in the writer's.

    A succession puts the file of the next generation in its place between two appends.
    """

    def __init__(
        self, files: Files, writer: Writer, append_file: type[AppendFile], identity: str
    ) -> None:
        self.files = files
        self.folder = Folder(files.directory)
        self.writer = writer
        self.append_file = append_file
        self.identity = identity
        """The name of the generation, which the next one gives as the one before."""
        self._file: AppendFile | None = None
        self._handed = 0
        self._begin = 0
        self._has_unfinished_swap = False
        self._snapshot_seen: Stamp | None = None
        self._kept: list[str] = []

    @property
    def noticed(self) -> tuple[str, ...]:
        """Sentences on what others did to the files meanwhile."""
        try:
            self.folder.require()
        except LibraryError as error:
            return (*self._kept, error.message)
        if not self._was_changed_elsewhere():
            return tuple(self._kept)
        end = "the next start goes on with that file, or asks which side counts"
        name = self.files.snapshot.name
        changed = f"{name} was changed by another program while hauler was open: {end}"
        return (*self._kept, changed)

    @property
    def size(self) -> int:
        """Bytes of it, with what is still on its way to the disk."""
        return self._handed - self._begin

    @property
    def path(self) -> Path:
        """The file lines are appended to."""
        return self.files.journal if self._file is None else self._file.path

    def continue_at(self, end: int) -> None:
        """Go on with the file there is, after byte ``end``. Raises OSError."""
        self._snapshot_seen = _stamp(self.files.snapshot)
        self._file = self.append_file(self.files.journal, end)
        self._file.cut()
        self._handed = end

    def hand_in(self, line: bytes) -> None:
        """Let the writer append one line."""
        self._handed += len(line)
        self.writer.append(self, line, _nothing)

    def append(self, data: bytes) -> None:
        """Append lines, in the writer's thread. Raises OSError."""
        assert self._file is not None
        self._file.append(data)

    def lines_after(self, place: int) -> bytes:
        """What was appended behind byte ``place``, in the writer's thread. Raises OSError."""
        if self._file is None:
            return b""
        lines = self._file.read(place, self._file.end - place)
        if len(lines) != self._file.end - place:
            raise OSError(errno.EIO, "the journal is shorter than what was written to it")
        return lines

    def go_over_to(self, file: AppendFile, identity: str) -> None:
        """Append to ``file`` from now on, which holds what is not in the snapshot.

        In the writer's thread. Raises OSError, with ``file`` in use.
        """
        end = 0 if self._file is None else self._file.end
        self._begin += end - file.end
        self.close()
        self._file = file
        self.identity = identity
        self._has_unfinished_swap = True
        self.finish_swap()

    def finish_swap(self) -> None:
        """Rename the journal in use after its snapshot, where that is not done. Raises OSError."""
        if self._has_unfinished_swap and self._file is not None:
            generations.take_journal(self.files)
            self._file.path = self.files.journal
            self._has_unfinished_swap = False
            self._snapshot_seen = _stamp(self.files.snapshot)

    def respect_what_others_wrote(self) -> None:
        """Leave a ``library.json`` that another program wrote meanwhile to the next opening.

        Where that could not put hauler's own state together, theirs is put aside instead. Raises
        LibraryError when it is left, OSError.
        """
        if not self._was_changed_elsewhere():
            return
        snapshot = self.files.snapshot
        if generations.is_whole_without_snapshot(self.files):
            raise LibraryError(
                f"{snapshot} was changed by another program while hauler was open",
                "nothing is lost: leave hauler, and its next start asks which side counts",
            )
        kept = put_aside(snapshot, "theirs", snapshot.read_bytes())
        self._kept.append(
            f"{snapshot.name} was changed by another program while hauler was open; hauler went"
            f" on with its own state, and kept what that program wrote as {kept.name}"
        )

    def _was_changed_elsewhere(self) -> bool:
        if self._snapshot_seen is None or self._has_unfinished_swap:
            return False
        stamp = _stamp(self.files.snapshot)
        if stamp is None or stamp == self._snapshot_seen:
            return False
        return not generations.is_continued(self.files)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


def _stamp(path: Path) -> Stamp | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _nothing() -> None:
    return None
