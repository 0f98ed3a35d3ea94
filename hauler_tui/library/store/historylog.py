"""``history.log``, opened when it is first asked for."""

from __future__ import annotations

import threading
from pathlib import Path

from hauler_tui.library.store.folder import Folder
from hauler_tui.library.store.log import LogBook, LogTable
from hauler_tui.library.store.writer import AppendFile, Writer


class HistoryLog:
    """The table of steps from before the snapshot; most openings never need it."""

    def __init__(
        self, directory: Path, writer: Writer | None, append_file: type[AppendFile]
    ) -> None:
        self._directory = directory
        self._folder = Folder(directory)
        self._writer = writer
        self._append_file = append_file
        self._book: LogBook | None = None
        self._lock = threading.Lock()

    def table(self) -> LogTable:
        """The steps by their sequence number, for any thread. Raises LibraryError."""
        with self._lock:
            if self._book is None:
                self._folder.require()
                self._book = LogBook.open(
                    self._directory, ("history",), self._writer, append_file=self._append_file
                )
        return self._book.table("history")

    def close(self) -> None:
        """Let go of the file."""
        if self._book is not None:
            self._book.close()
