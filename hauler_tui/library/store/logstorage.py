"""The logs of one folder as TinyDB's storage, and their documents as its tables want them."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.lines import Document, decode
from hauler_tui.library.store.logfile import LogFile
from hauler_tui.library.store.logrescue import drop_files
from hauler_tui.library.store.writer import AppendFile, Writer


class LogRows(Mapping[int, Document]):
    """The documents of a log by ascending id, decoded at each access."""

    def __init__(self, log: LogFile) -> None:
        self._log = log

    def __getitem__(self, doc_id: int) -> Document:
        raw = self._log.raw(doc_id)
        if raw is None:
            raise KeyError(doc_id)
        return decoded(raw)

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, int) and self._log.place(doc_id) is not None

    def __iter__(self) -> Iterator[int]:
        return self._log.ids()

    def __len__(self) -> int:
        return self._log.offsets.live

    def items(self) -> ItemsView[int, Document]:
        """Ids and documents, read in large blocks."""
        return _Items(self, self._log)


class _Items(ItemsView[int, Document]):
    def __init__(self, rows: LogRows, log: LogFile) -> None:
        super().__init__(rows)
        self._log = log

    def __iter__(self) -> Iterator[tuple[int, Document]]:
        for doc_id, raw in self._log.scan():
            yield doc_id, decoded(raw)


class LogStorage(Storage):
    """The logs of one folder."""

    def __init__(
        self, directory: Path, writer: Writer | None, append_file: type[AppendFile]
    ) -> None:
        self.logs: dict[str, LogFile] = {}
        self.directory = directory
        self.writer = writer
        self._append_file = append_file

    def log(self, name: str) -> LogFile:
        """The log of a table, opened or begun when it is first asked for."""
        if name not in self.logs:
            if not name or "/" in name or "\0" in name or name.startswith("."):
                raise ValueError(f"a table cannot be called {name!r}")
            path = self.directory / f"{name}.log"
            try:
                self.logs[name] = LogFile(path, self.writer, self._append_file)
            except OSError as error:
                raise LibraryError(
                    f"{path} cannot be opened: {error.strerror or error}",
                    "make the folder of the library readable and writable",
                ) from error
        return self.logs[name]

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables by name, as TinyDB's storages return them."""
        tables: dict[str, Any] = {name: LogRows(log) for name, log in self.logs.items()}
        return tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Refused: a log is only appended to."""
        raise NotImplementedError("a log is written by its table")

    def drop(self, name: str) -> None:
        """Take a log away, keeping its file under another name.

        Raises LibraryError, with the log in place, when what was changed is not durable.
        """
        log = self.logs.get(name)
        if log is None:
            return
        if self.writer is None:
            raise LibraryError(
                "the library is open for reading only", "close the other hauler and try again"
            )
        log.call_off_compaction()
        self.writer.flush()
        log.close()
        drop_files(log.path, log.generation)
        del self.logs[name]

    def close(self) -> None:
        """Let go of every file."""
        for log in self.logs.values():
            log.close()


def decoded(raw: bytes) -> Document:
    """The document of a record whose checksum was right."""
    document: Document = decode(raw)
    return document
