"""TinyDB tables on append-only logs: documents are decoded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document as StoredDocument
from tinydb.table import Table

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.compaction import Compaction
from hauler_tui.library.store.folder import opening
from hauler_tui.library.store.lines import Document, encode
from hauler_tui.library.store.logfile import LogFile
from hauler_tui.library.store.logstorage import LogRows, LogStorage, decoded
from hauler_tui.library.store.overlay import Changes, StoredTable
from hauler_tui.library.store.writer import AppendFile, Writer

_WASTE_BYTES = 1 << 20


class LogTable(StoredTable):
    """A TinyDB table on an append-only log; its documents come in the order of their ids."""

    _storage: LogStorage

    @property
    def position(self) -> tuple[str, int]:
        """The name of the log and its length: what ``ids_since`` takes."""
        return self._log.position

    @property
    def highest(self) -> int:
        """The highest id that was ever used, or 0."""
        return self._log.offsets.highest

    def document(self, doc_id: int) -> Document | None:
        """A document, decoded for the caller alone. Raises LibraryError when it is damaged."""
        raw = self._log.raw(doc_id)
        return None if raw is None else decoded(raw)

    def raw(self, doc_id: int) -> bytes | None:
        """The JSON of a document. Raises LibraryError when it is damaged."""
        return self._log.raw(doc_id)

    def ids(self) -> Iterator[int]:
        """The ids of all documents, ascending."""
        return self._log.ids()

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Those of ``ids`` that have no document, ascending."""
        return self._log.missing(ids)

    def size(self, doc_id: int) -> int:
        """Bytes a document takes in the log, 0 where there is none."""
        place = self._log.place(doc_id)
        return 0 if place is None else place[1] >> 32

    def scan(
        self, ids: Iterable[int] | None = None, damaged: Callable[[int], None] | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Id and JSON of every document by ascending id, or of ``ids`` in the order of the file.

        Read in large blocks, from any thread. A damaged record is told to ``damaged`` and left
        out. Raises LibraryError for one without it.
        """
        return self._log.scan(ids, damaged)

    def damaged(self, progress: Callable[[float], None] | None = None) -> list[int]:
        """The ids whose record does not match its checksum; reads the whole log.

        ``progress`` is told what part is done; what it raises ends the reading.
        """
        damaged: list[int] = []
        step = max(1, self._log.offsets.live // 100)
        for number, _ in enumerate(self._log.scan(damaged=damaged.append), 1):
            if progress is not None and number % step == 0:
                progress(number / self._log.offsets.live)
        return damaged

    def rivals(self) -> Iterator[tuple[int, Document, Document | None]]:
        """Documents that the parts of a merged log have differently: id, the older, the newest.

        The newest counts until another is ``put``; a compaction ends the parts.
        """
        for doc_id in tuple(self._log.rivals):
            older = self._log.rival(doc_id)
            if older is not None:
                yield doc_id, decoded(older), self.document(doc_id)

    def replaced(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Id, older and newest JSON where one record replaced another, the latest older first.

        Only what was replaced in that part of the log which opening had to read.
        """
        for doc_id, places in tuple(self._log.replaced.items()):
            newest = self._log.raw(doc_id)
            for place in reversed(places):
                older = self._log.older(doc_id, place)
                if newest is not None and older is not None:
                    yield doc_id, older, newest

    def ids_since(self, position: tuple[str, int]) -> Iterator[int] | None:
        """The ids of the documents changed or removed after ``position``, without reading one.

        None when the position is not of this log, or ahead of it.
        """
        generation, offset = position
        here, end = self._log.position
        if generation != here or offset > end:
            return None
        return iter(self._log.ids_since(offset))

    def checked(self, position: tuple[str, int]) -> tuple[str, int, int | None]:
        """A position with a checksum of what the log holds before it, by which logs differ.

        None for the checksum when the position is not of this log, or not durable yet.
        """
        return *position, self._log.check(*position)

    def place(self, doc_id: int) -> int:
        """A number of 63 bits for what a document says: its length and checksum; 0 for none.

        The same after a compaction, and in a copy of the log.
        """
        place = self._log.place(doc_id)
        return 0 if place is None else place[1]

    def put_many(self, documents: Mapping[int, Mapping[str, Any]]) -> None:
        """Store each document under its id in one durable batch; the same again costs nothing.

        Raises TypeError or ValueError, with nothing stored, when one is not JSON.
        """
        self.put_encoded(
            {
                doc_id: encode(document if type(document) is dict else dict(document))
                for doc_id, document in documents.items()
            }
        )

    def put_encoded(self, documents: Mapping[int, bytes]) -> None:
        """The same for documents that ``lines.encode``, or what does the same, made JSON of."""
        log = self._log
        log.append({i: raw for i, raw in documents.items() if not log.holds(i, raw)})

    def begin_compaction(
        self, done: Callable[[LibraryError | None], None] | None = None
    ) -> Compaction:
        """Begin to write the log anew in a thread, without a pause for who reads or changes it.

        ``done`` is told the failure, or None, from another thread. Raises LibraryError.
        """
        compaction = self._log.begin_compaction(done)
        compaction.start()
        return compaction

    def compact(self, progress: Callable[[float], None] | None = None) -> None:
        """Write the log anew without what was replaced or removed; the old one stays as ``.old``.

        ``progress`` is told what part is done; what it raises calls the compaction off. Raises
        LibraryError; the log then goes on as it was.
        """
        self._log.begin_compaction().run(progress)

    @property
    def is_wasteful(self) -> bool:
        """Whether more than half of the file is replaced records, or it was merged with another."""
        _, length = self._log.position
        return bool(self._log.parts) or self._log.offsets.dead > max(length // 2, _WASTE_BYTES)

    def compact_if_wasteful(self) -> None:
        """Compact when the log is wasteful. Raises LibraryError."""
        if self.is_wasteful:
            self.compact()

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Any:
        """The document of an id or the first one ``cond`` holds for, or those of ``doc_ids``."""
        if doc_id is None and doc_ids is not None:
            found = (super(LogTable, self).get(doc_id=each) for each in sorted(set(doc_ids)))
            return [document for document in found if document is not None]
        return super().get(cond, doc_id, doc_ids)

    @property
    def _log(self) -> LogFile:
        return self._storage.log(self.name)

    def _rows(self) -> Mapping[int, Document]:
        return LogRows(self._log)

    def _highest(self) -> int:
        return self._log.offsets.highest

    def _store(self, changes: Changes) -> None:
        self._log.append(
            {
                doc_id: None if document is None else encode(document)
                for doc_id, document in changes.items()
            }
        )

    def __iter__(self) -> Iterator[StoredDocument]:
        for doc_id, document in self._rows().items():
            yield StoredDocument(document, doc_id)


class LogBook(TinyDB):
    """A TinyDB database with one log file for each table."""

    table_class: type[Table] = LogTable

    @classmethod
    def open(
        cls,
        directory: Path,
        names: tuple[str, ...],
        writer: Writer | None,
        *,
        append_file: type[AppendFile] = AppendFile,
    ) -> Self:
        """Open the logs called ``names`` in ``directory``; with a writer, begin the missing ones.

        Without a writer nothing on the disk is touched. Raises LibraryError.
        """
        book = cls(storage=lambda: LogStorage(directory, writer, append_file))
        try:
            with opening(directory):
                if writer is not None:
                    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                for name in names:
                    book._logs.log(name)
        except LibraryError:
            book.close()
            raise
        return book

    def close(self) -> None:
        """Let go of the files, once what was changed is durable. Raises LibraryError when not."""
        if self._opened and self._logs.writer is not None:
            for log in self._logs.logs.values():
                log.call_off_compaction()
            self._logs.writer.flush()
        super().close()

    @property
    def rescued(self) -> tuple[str, ...]:
        """Sentences on what was found damaged when opening, and what was done."""
        return tuple(line for log in self._logs.logs.values() for line in log.rescued)

    def table(self, name: str, **options: Any) -> LogTable:
        """The table called ``name``; its log is begun when it is first used."""
        table = super().table(name, **options)
        assert isinstance(table, LogTable)
        return table

    def drop_table(self, name: str) -> None:
        """Take a table away; its file is kept under another name."""
        self._tables.pop(name, None)
        self._logs.drop(name)

    def drop_tables(self) -> None:
        """Take every table away; the files are kept under other names."""
        for name in tuple(self._logs.logs):
            self.drop_table(name)

    @property
    def _logs(self) -> LogStorage:
        storage = self.storage
        assert isinstance(storage, LogStorage)
        return storage
