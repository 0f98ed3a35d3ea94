"""One append-only log of documents: appending, finding, opening after any kind of end."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hauler_tui.errors import LibraryError
from hauler_tui.files import sync_directory, write_atomically
from hauler_tui.library import loglines
from hauler_tui.library.offsets import Offsets
from hauler_tui.library.rescue import link_old, put_aside
from hauler_tui.library.writer import AppendFile, Writer

_BLOCK = 4 << 20
_BATCH_BYTES = 8 << 20
_HEADER_LIMIT = 128
_IDS = range(-(1 << 62), 1 << 62)


class LogFile:
    """The newest record of each id, found without keeping a document in memory."""

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
        self._writer = writer
        self._append_file = append_file
        self._file: AppendFile | None = None
        self._pending: dict[int, tuple[bytes, int, int, int]] = {}
        self._lock = threading.Lock()
        self._tail = 0
        if writer is not None and (not path.exists() or path.stat().st_size == 0):
            write_atomically(path, loglines.header(secrets.token_hex(8)), mode=0o600)
        if path.exists():
            self._open()

    @property
    def position(self) -> tuple[str, int]:
        """The name of this log and its length, with what is still on its way to the disk."""
        return self.generation, self._tail

    def raw(self, doc_id: int) -> bytes | None:
        """The JSON of a document. Raises LibraryError when its record is damaged."""
        pending = self._pending.get(doc_id)
        if pending is not None:
            batch, start, length, _ = pending
            return self._checked(doc_id, batch[start : start + length]) if length else None
        place = self.offsets.get(doc_id)
        if place is None or self._file is None:
            return None
        return self._checked(doc_id, self._file.read(*place))

    def holds(self, doc_id: int, raw: bytes) -> bool:
        """Whether a document is whole and exactly ``raw`` already."""
        try:
            return self.raw(doc_id) == raw
        except LibraryError:
            return False

    def size(self, doc_id: int) -> int:
        """Bytes of the newest record of a document, or 0."""
        place = self.offsets.get(doc_id)
        return 0 if place is None else place[1]

    def scan(self) -> Iterator[tuple[int, bytes]]:
        """Every document by ascending id, reading the file in large blocks."""
        block, begin = b"", 0
        for doc_id in self.offsets.ids():
            place = self.offsets.get(doc_id)
            if place is None or self._file is None:
                continue
            offset, length = place
            start = offset - begin
            if not 0 <= start <= start + length <= len(block):
                if doc_id in self._pending:
                    raw = self.raw(doc_id)
                    if raw is not None:
                        yield doc_id, raw
                    continue
                block, begin, start = self._file.read(offset, max(_BLOCK, length)), offset, 0
            yield doc_id, self._checked(doc_id, block[start : start + length])

    def append(self, records: Mapping[int, bytes | None]) -> None:
        """Make ``records`` true as one batch; they can be read at once, before they are durable.

        Raises LibraryError when open for reading only, ValueError for an id beyond 62 bits.
        """
        if self._writer is None or self._file is None:
            raise LibraryError(
                "the library is open for reading only", "close the other hauler and try again"
            )
        if not records:
            return
        if any(doc_id not in _IDS for doc_id in records):
            raise ValueError("an id beyond 62 bits")
        batch, places = loglines.batch(records)
        with self._lock:
            for doc_id, start, length in places:
                self._pending[doc_id] = (batch, start, length, self._tail + start)
        for doc_id, start, length in places:
            self.offsets.set(doc_id, self._tail + start, length)
        self._tail += len(batch)
        self._writer.append(self._file, batch, lambda: self._written(batch, places))

    def since(self, offset: int) -> Iterator[tuple[int, bytes | None]]:
        """Each document whose record stands at byte ``offset`` or later, once, as it is now."""
        ids = {each: None for each, (*_, place) in [*self._pending.items()] if place >= offset}
        if self._file is not None:
            for _, line in self._lines(self._file, offset):
                if (parsed := loglines.parse(line)) is not None:
                    ids.setdefault(parsed[0])
        for doc_id in ids:
            yield doc_id, self.raw(doc_id)

    def damaged(self) -> list[int]:
        """The ids whose record on the disk does not match its checksum."""
        damaged = []
        for doc_id in self.offsets.ids():
            try:
                self.raw(doc_id)
            except LibraryError:
                damaged.append(doc_id)
        return damaged

    def compact(self) -> None:
        """Write the log anew with one record for each document; keep this one as ``.old``.

        Raises LibraryError or OSError; the log then goes on as it was.
        """
        if self._writer is None:
            raise LibraryError(
                "the library is open for reading only", "close the other hauler and try again"
            )
        self._writer.flush()
        generation = secrets.token_hex(8)
        prepared = self.path.with_name(f"{self.path.name}.new")
        write_atomically(prepared, loglines.header(generation), mode=0o600)
        file = self._append_file(prepared)
        offsets = Offsets()
        try:
            for records in self._chunks():
                batch, places = loglines.batch(records)
                for doc_id, start, length in places:
                    offsets.set(doc_id, file.end + start, length)
                file.append(batch)
            link_old(self.path)
            prepared.replace(self.path)
        except BaseException:
            file.close()
            raise
        if self._file is not None:
            self._file.close()
        offsets.dead = 0
        file.path = self.path
        self._file, self.offsets, self.generation = file, offsets, generation
        self._tail = file.end
        sync_directory(self.path.parent)
        self.save_offsets()

    def save_offsets(self) -> None:
        """Write the side-car that spares the next opening a reading of the whole log."""
        if self._writer is None or self._file is None or self._file.end != self._tail:
            return
        with suppress(OSError):  # it is disposable: without it the log is read
            self.offsets.save(self._side_car, self._file, self.generation)

    def close(self) -> None:
        """Write the side-car and let go of the file."""
        if self._file is not None:
            self.save_offsets()
            self._file.close()
            self._file = None

    @property
    def _side_car(self) -> Path:
        return self.path.with_suffix(".offsets")

    def _chunks(self) -> Iterator[dict[int, bytes | None]]:
        chunk: dict[int, bytes | None] = {}
        size = 0
        for doc_id, raw in self.scan():
            chunk[doc_id] = raw
            size += len(raw)
            if size > _BATCH_BYTES:
                yield chunk
                chunk, size = {}, 0
        if self.offsets.highest and self.offsets.get(self.offsets.highest) is None:
            # Its id must not be given out again, so its removal is what stays of it.
            chunk[self.offsets.highest] = None
        if chunk:
            yield chunk

    def _written(self, batch: bytes, places: list[tuple[int, int, int]]) -> None:
        with self._lock:
            for doc_id, _, _ in places:
                pending = self._pending.get(doc_id)
                if pending is not None and pending[0] is batch:
                    del self._pending[doc_id]

    def _checked(self, doc_id: int, line: bytes) -> bytes:
        parsed = loglines.parse(line)
        if parsed is None or parsed[0] != doc_id or not loglines.is_whole(line):
            raise LibraryError(
                f"{self.path}: the record of document {doc_id} is damaged",
                "put the file back from a backup; it is left as it is",
            )
        return line[parsed[1] :]

    def _open(self) -> None:
        flags = os.O_RDONLY if self._writer is None else os.O_RDWR
        file = self._file = self._append_file(self.path, flags=flags)
        size = file.end
        first = file.read(0, _HEADER_LIMIT).split(b"\n", 1)[0]
        generation = loglines.read_header(first)
        if generation is None:
            self.rescued.append(f"{self.path.name}: its first line is damaged; the rest was read")
            self.generation = secrets.token_hex(8)
            covered = 0 if first[:2] in (b"P ", b"D ") else len(first) + 1
        else:
            self.generation = generation
            covered = self.offsets.load(self._side_car, file, generation) or len(first) + 1
        self._tail = self._replay(file, min(covered, size))
        if self._tail < size:
            self._cut_tail(file, size)
        if generation is None and self._writer is not None:
            self.compact()

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

    def _replay(self, file: AppendFile, offset: int) -> int:
        """Take in the batches from ``offset`` on and return where the last whole one ends."""
        end = offset
        batch: list[tuple[int, int, int]] = []
        check = 0
        has_damage = ends_damaged = False
        for start, line in self._lines(file, offset):
            ends_damaged = False
            commit = loglines.parse_commit(line)
            if commit is not None:
                if has_damage or commit != (len(batch), check):
                    batch = self._salvaged(file, end, start)
                self._apply(batch)
                batch, check, has_damage = [], 0, False
                end = start + len(line) + 1
                continue
            check = loglines.check_on(line, check)
            parsed = loglines.parse(line)
            if parsed is None:
                has_damage = ends_damaged = True
            else:
                batch.append((parsed[0], start, len(line) if line[:1] == b"P" else 0))
        rest = file.end
        if ends_damaged and rest == start + len(line) + 1:
            # A torn append is a beginning, so a bad line with its end is a damaged commit.
            self._apply(self._salvaged(file, end, start))
            end = rest
        return end

    def _salvaged(self, file: AppendFile, begin: int, end: int) -> list[tuple[int, int, int]]:
        """The whole records between two places of a batch that does not match its checksum."""
        places: list[tuple[int, int, int]] = []
        lost = 0
        for start, line in self._lines(file, begin, end):
            parsed = loglines.parse(line) if loglines.is_whole(line) else None
            if parsed is None:
                lost += 1
            else:
                places.append((parsed[0], start, len(line) if line[:1] == b"P" else 0))
        found = {0: "a damaged checksum", 1: "one damaged record"}.get(
            lost, f"{lost} damaged records"
        )
        self.rescued.append(
            f"{self.path.name}: {found} after byte {begin}; whole records beside it: {len(places)}"
        )
        return places

    def _apply(self, places: list[tuple[int, int, int]]) -> None:
        for place in places:
            self.offsets.set(*place)

    def _lines(
        self, file: AppendFile, offset: int, end: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Each whole line from ``offset`` on, with where it begins and without its newline."""
        limit = file.end if end is None else end
        rest = b""
        while offset + len(rest) < limit:
            at = offset + len(rest)
            block = file.read(at, min(max(_BLOCK, len(rest)), limit - at))
            if not block:
                return
            buffer = rest + block if rest else block
            position = 0
            while (newline := buffer.find(b"\n", position)) >= 0:
                yield offset + position, buffer[position:newline]
                position = newline + 1
            rest = buffer[position:]
            offset += position
