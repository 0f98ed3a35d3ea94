"""One append-only log of documents: appending, finding, opening after any kind of end."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

from hauler_tui.errors import LibraryError
from hauler_tui.library.store import loglines
from hauler_tui.library.store.compaction import Compaction
from hauler_tui.library.store.logreading import groups, records
from hauler_tui.library.store.logrescue import prepared
from hauler_tui.library.store.offsets import Offsets, Place, last_bytes
from hauler_tui.library.store.replay import Replay
from hauler_tui.library.store.rescue import put_aside
from hauler_tui.library.store.writer import AppendFile, Writer

_HEADER_LIMIT = 128
_IDS = range(-(1 << 62), 1 << 62)
_REPLAYED_BYTES = 64 << 10
"""What is read again at every opening rather than write the side-car for it."""


class LogFile:
    """The newest record of each id, found without keeping a document in memory.

    It is appended to from one thread and read from any.
    """

    def __init__(
        self, path: Path, writer: Writer | None, append_file: type[AppendFile] = AppendFile
    ) -> None:
        """Open the log, or begin it when it is missing and there is a writer.

        Raises LibraryError, NewerLibraryError, OSError.
        """
        self.path = path
        self.offsets = Offsets()
        self.generation = ""
        """The name of this log; compaction gives another."""
        self.rescued: list[str] = []
        """Sentences on what was found damaged when opening, and what was done."""
        self.parts: tuple[int, ...] = ()
        """Where a second log begins in the file, and a third: a merge put them together."""
        self.rivals: dict[int, Place] = {}
        """Where an earlier part has another version of a document than the newest."""
        self.replaced: dict[int, list[Place]] = {}
        """Where older records stand of what was replaced in the part that opening has read."""
        self._writer = writer
        self._append_file = append_file
        self._file: AppendFile | None = None
        self._pending: dict[int, tuple[bytes, int, int, int]] = {}
        self._lock = threading.RLock()
        self._tail = 0
        self._damaged_lines: list[bytes] = []
        self._compaction: Compaction | None = None
        found, told = prepared(path, writing=writer is not None)
        self.rescued += told
        if found is not None:
            self._open(found)

    @property
    def position(self) -> tuple[str, int]:
        """The name of this log and its length, with what is still on its way to the disk."""
        with self._lock:
            return self.generation, self._tail

    def check(self, generation: str, end: int) -> int | None:
        """A checksum of the durable bytes before ``end``; None when there are not as many."""
        with self._lock:
            file, here = self._file, self.generation
        if file is not None and generation == here and end <= file.end:
            with suppress(OSError):
                return last_bytes(file, end)
        return None

    @property
    def side_car(self) -> Path:
        """The file that spares an opening the reading of the whole log."""
        return self.path.with_suffix(".offsets")

    def place(self, doc_id: int) -> Place | None:
        """Where the newest record of a document stands, and its stamp."""
        with self._lock:
            return self.offsets.get(doc_id)

    def ids(self) -> Iterator[int]:
        """The ids of the documents in ascending order, whatever changes meanwhile."""
        for number in self._pages():
            with self._lock:
                ids = self.offsets.ids_of(number)
            yield from ids

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Those of ``ids`` that have no document, ascending."""
        with self._lock:
            return self.offsets.missing(ids)

    def ids_since(self, offset: int) -> list[int]:
        """The ids, removed ones too, whose newest record stands at ``offset`` or later."""
        with self._lock:
            return [] if offset >= self._tail else self.offsets.since(offset)

    def raw(self, doc_id: int) -> bytes | None:
        """The JSON of a document. Raises LibraryError when its record is damaged."""
        with self._lock:
            place, file = self.offsets.get(doc_id), self._file
            if place is None or file is None:
                return None
            pending = self._pending.get(doc_id)
        offset, stamp = place
        if pending is not None:
            batch, start, _, _ = pending
            line = batch[start : start + (stamp >> 32)]
        else:
            line = self._read(file, offset, stamp >> 32)
        raw = loglines.json_of(doc_id, stamp, line)
        if raw is None:
            raise self._damaged(doc_id)
        return raw

    def rival(self, doc_id: int) -> bytes | None:
        """The JSON an earlier part has for a document, when it is another one and whole."""
        with self._lock:
            place = self.rivals.get(doc_id)
        return None if place is None else self.older(doc_id, place)

    def older(self, doc_id: int, place: Place) -> bytes | None:
        """The JSON that stands for a document at an earlier place, when it is whole."""
        with self._lock:
            file = self._file
        if file is None:
            return None
        return loglines.json_of(doc_id, place[1], self._read(file, place[0], place[1] >> 32))

    def holds(self, doc_id: int, raw: bytes) -> bool:
        """Whether a document is whole and exactly ``raw`` already."""
        place = self.place(doc_id)
        if place is None or place[1] != loglines.stamp(doc_id, raw):
            return False
        try:
            return self.raw(doc_id) == raw
        except LibraryError:
            return False

    def scan(
        self, ids: Iterable[int] | None = None, damaged: Callable[[int], None] | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Id and JSON of every document by ascending id, or those of ``ids`` as they stand.

        What stands near each other is read at once. A damaged record is told to ``damaged`` and
        left out. Raises LibraryError for one without it.
        """
        chosen = self._everything() if ids is None else self._chosen(ids)
        for file, rows, held in chosen:
            for group in groups(rows):
                found = self._records(file, group, held)
                if ids is None:
                    found = iter(sorted(found, key=itemgetter(0)))
                for doc_id, stamp, line in found:
                    raw = loglines.json_of(doc_id, stamp, line)
                    if raw is not None:
                        yield doc_id, raw
                    elif damaged is None:
                        raise self._damaged(doc_id)
                    else:
                        damaged(doc_id)

    def append(self, records: Mapping[int, bytes | None]) -> None:
        """Make ``records`` true as one batch; they can be read at once, before they are durable.

        Raises LibraryError when open for reading only, ValueError for an id beyond 62 bits.
        """
        writer = self._require_writer()
        if not records:
            return
        if any(doc_id not in _IDS for doc_id in records):
            raise ValueError("an id beyond 62 bits")
        batch, places = loglines.batch(records)
        with self._lock:
            file, tail = self._file, self._tail
            assert file is not None
            for doc_id, start, stamp in places:
                self._pending[doc_id] = (batch, start, stamp, tail + start)
                self.offsets.set(doc_id, tail + start, stamp)
            self._tail += len(batch)
            writer.append(file, batch, lambda: self._written(batch, places))

    def begin_compaction(
        self, done: Callable[[LibraryError | None], None] | None = None
    ) -> Compaction:
        """A compaction to ``start`` in a thread or ``run`` here; this log stays as ``.old``.

        ``done`` is told the failure, or None, from another thread. Raises LibraryError.
        """
        writer = self._require_writer()
        assert self._file is not None
        if self._compaction is not None and self._compaction.is_running:
            raise LibraryError(
                f"{self.path} is being compacted already", "wait until that has ended"
            )
        with self._lock:
            highest = self.offsets.highest
        self._compaction = Compaction(self, self._file, highest, self._damaged_lines, writer, done)
        return self._compaction

    def call_off_compaction(self) -> None:
        """Give up a compaction that runs; the log goes on as it is."""
        if self._compaction is not None:
            self._compaction.cancel()

    def standing_before(self, end: int) -> Iterator[tuple[float, list[tuple[int, int, int]]]]:
        """The newest records before byte ``end`` by ascending id, and what part is done."""
        pages = self._pages()
        for done, number in enumerate(pages, 1):
            with self._lock:
                rows = self.offsets.places_of(number)
            for group in groups(row for row in rows if row[1] < end):
                yield done / len(pages), group

    def go_over(self, file: AppendFile, offsets: Offsets, generation: str) -> None:
        """Read from and append to ``file`` from now on; called between two appends."""
        writer = self._require_writer()
        with self._lock:
            old = self._file
            assert old is not None
            moved = file.end - old.end
            self._tail += moved
            for doc_id, (batch, start, stamp, place) in self._pending.items():
                self._pending[doc_id] = (batch, start, stamp, place + moved)
                offsets.set(doc_id, place + moved, stamp)
            offsets.highest = max(offsets.highest, self.offsets.highest)
            offsets.rebuilt = self._rebuilt
            self._file, self.offsets, self.generation = file, offsets, generation
            self.parts, self.rivals, self.replaced, self._damaged_lines = (), {}, {}, []
            writer.hand_over(old, file)

    def save_offsets(self) -> None:
        """Write the side-car that spares the next opening a reading of the whole log."""
        with self._lock:
            file = self._file
            if self._writer is None or file is None or file.end != self._tail:
                return
            if self.parts or self._damaged_lines:
                return  # the next opening has to find and tell them again
            if file.end - self.offsets.covered > _REPLAYED_BYTES:
                with suppress(OSError):  # it is disposable: without it the log is read
                    self.offsets.save(self.side_car, file, self.generation)

    def close(self) -> None:
        """Write the side-car and let go of the file."""
        self.call_off_compaction()
        if self._file is not None:
            self.save_offsets()
            self._file.close()
            self._file = None

    def _require_writer(self) -> Writer:
        if self._writer is None or self._file is None:
            raise LibraryError(
                "the library is open for reading only", "close the other hauler and try again"
            )
        return self._writer

    def _pages(self) -> list[int]:
        with self._lock:
            return self.offsets.pages()

    def _everything(self) -> Iterator[_Chosen]:
        for number in self._pages():
            with self._lock:
                if self._file is None:
                    return
                rows = self.offsets.places_of(number)
                page = self._file, rows, self._held(rows)
            yield page

    def _chosen(self, ids: Iterable[int]) -> Iterator[_Chosen]:
        with self._lock:
            rows = [
                (doc_id, *place)
                for doc_id in dict.fromkeys(ids)
                if (place := self.offsets.get(doc_id)) is not None
            ]
            rows.sort(key=itemgetter(1))
            if self._file is not None:
                chosen = self._file, rows, self._held(rows)
        if rows:
            yield chosen

    def _held(self, rows: list[tuple[int, int, int]]) -> dict[int, bytes]:
        """The lines that are not on the disk yet."""
        held = {}
        if self._pending:
            for doc_id, _, stamp in rows:
                if (pending := self._pending.get(doc_id)) is not None:
                    batch, start, _, _ = pending
                    held[doc_id] = batch[start : start + (stamp >> 32)]
        return held

    def _records(
        self, file: AppendFile, rows: list[tuple[int, int, int]], held: dict[int, bytes]
    ) -> Iterator[tuple[int, int, bytes]]:
        try:
            yield from records(file, (row for row in rows if row[0] not in held))
        except OSError as error:
            raise self._unreadable(error) from error
        for doc_id, _, stamp in rows:
            if doc_id in held:
                yield doc_id, stamp, held[doc_id]

    def _written(self, batch: bytes, places: list[tuple[int, int, int]]) -> None:
        with self._lock:
            for doc_id, _, _ in places:
                pending = self._pending.get(doc_id)
                if pending is not None and pending[0] is batch:
                    del self._pending[doc_id]

    def _read(self, file: AppendFile, offset: int, length: int) -> bytes:
        try:
            return file.read(offset, length)
        except OSError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: OSError) -> LibraryError:
        return LibraryError(
            f"{self.path} cannot be read: {error.strerror or error}", "look after that disk"
        )

    def _damaged(self, doc_id: int) -> LibraryError:
        return LibraryError(
            f"{self.path}: the record of document {doc_id} is damaged",
            "put the file back from a backup; it is left as it is",
        )

    def _open(self, path: Path) -> None:
        flags = os.O_RDONLY if self._writer is None else os.O_RDWR
        file = self._file = self._append_file(path, flags=flags)
        size = file.end
        first = file.read(0, _HEADER_LIMIT).split(b"\n", 1)[0]
        generation = loglines.read_header(first)
        self.generation = generation or secrets.token_hex(8)
        begin = len(first) + 1
        if generation is None:
            self.rescued.append(f"{self.path.name}: its first line is damaged; the rest was read")
            begin = 0 if first[:2] in (b"P ", b"D ") else begin
        elif path == self.path:
            covered = self.offsets.load(self.side_car, file, generation)
            if not covered and self._writer is None and path.stat().st_ino != file.inode:
                # Another process has compacted it since: its side-car is of the log there is now.
                self._open(path)
                return
            begin = covered or begin
        self.offsets.rebuilt = self._rebuilt
        replay = Replay(file, self.offsets, self.generation)
        self._tail = replay.run(min(begin, size), size)
        self.rescued += [f"{self.path.name}: {told}" for told in replay.told]
        self.parts, self.rivals, self.replaced = tuple(replay.parts), replay.rivals, replay.replaced
        if self._tail < size:
            self._cut_tail(file, size)
        self._damaged_lines = replay.damaged
        is_hurt = generation is None or replay.damaged
        # A merged log is written anew once what its parts say differently is joined.
        if self._writer is not None and is_hurt and not self.parts:
            with suppress(LibraryError):  # the disk refuses: what is whole can be read as it is
                self.begin_compaction().run()
        elif self._tail - begin > _REPLAYED_BYTES:
            self.save_offsets()

    def _cut_tail(self, file: AppendFile, size: int) -> None:
        if self._writer is None:
            file.end = self._tail
            return
        torn = file.read(self._tail, size - self._tail)
        kept = put_aside(self.path, "torn", torn)
        self.rescued.append(
            f"{self.path.name}: its last {len(torn)} bytes were never finished;"
            f" they were cut off and kept as {kept.name}"
        )
        file.end = self._tail
        file.cut()

    def _rebuilt(self) -> Offsets:
        """What the log itself says, for when the side-car turns out to be damaged."""
        offsets = Offsets()
        offsets.rebuilt = self._rebuilt
        with self._lock:
            assert self._file is not None
            Replay(self._file, offsets, self.generation).run(0, self._file.end)
            for doc_id, (_, _, stamp, place) in self._pending.items():
                offsets.set(doc_id, place, stamp)
        return offsets


_Chosen = tuple[AppendFile, list[tuple[int, int, int]], dict[int, bytes]]
