"""Where each document of ``library.json`` stands, so that opening decodes none it is not asked for.

``library.json.offsets`` is disposable, and written only beside a large snapshot that is hauler's
own. It counts where the snapshot still is the same file with the same size and times as when it
was written: no program can set the time of change, which every write moves
(https://man7.org/linux/man-pages/man7/inode.7.html). The hash is compared all the same, in a
thread; until then single rows are shown, and nothing is changed on the ground of them.
"""

from __future__ import annotations

import os
import threading
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from zlib import crc32

from hauler_tui.errors import LibraryError
from hauler_tui.files import read_if_there, write_atomically
from hauler_tui.library.store.journaltext import (
    FORMAT,
    META,
    StoredTables,
    Unread,
    new_meta,
    unread_tables,
)
from hauler_tui.library.store.lines import Document, decode, seal, unseal
from hauler_tui.library.store.writer import AppendFile

LARGE = 1 << 18
"""Bytes of a snapshot from which on it is worth it: a smaller one is read as quickly."""

_VERSION = 1
_NUMBERS = range(1 << 32)
_BYTES = 4
_SECONDS_TO_OPEN = 0.1
"""How long the reading of all of it waits, unless it is asked for: the first rows come first."""
_AT_ONCE = 1 << 18
"""Bytes decoded between two chances for another thread."""


class Snapshot:
    """``library.json`` as it was opened, read as a whole in a thread of its own."""

    def __init__(self, file: AppendFile, digest: str, side_file: Path) -> None:
        """Begin to read ``file``, whose SHA-256 is to be ``digest``."""
        self.error: LibraryError | None = None
        """Why none of it is to be believed, when that is known."""
        self._file = file
        self._digest = digest
        self._side_file = side_file
        self._text = b""
        self._is_wanted = threading.Event()
        self._thread = threading.Thread(target=self._read, name="hauler-reading", daemon=True)
        self._thread.start()

    def text(self) -> bytes:
        """All of it, once its hash was compared. Raises LibraryError when that is another."""
        self._is_wanted.set()
        self._thread.join()
        if self.error is not None:
            raise self.error
        return self._text

    def part(self, begin: int, end: int) -> bytes:
        """Some of it, whether or not the hash was compared already. Raises LibraryError."""
        if self._text:
            return self._text[begin:end]
        try:
            return self._file.read(begin, end - begin)
        except OSError as error:
            raise self._unreadable(error) from error

    def close(self) -> tuple[str, ...]:
        """Let go of the file, and say what was found to be wrong with it."""
        self._is_wanted.set()
        self._thread.join()
        self._file.close()
        return () if self.error is None else (self.error.message,)

    def _read(self) -> None:
        self._is_wanted.wait(_SECONDS_TO_OPEN)
        try:
            text = self._file.read(0, self._file.end)
        except OSError as error:
            self.error = self._unreadable(error)
            return
        if sha256(text).hexdigest() == self._digest:
            self._text = text
            return
        self.error = LibraryError(
            f"{self._file.path} was changed by another program in a way that neither its size nor"
            " its times tell",
            "nothing is lost: leave hauler, and its next start reads the file anew",
        )
        with suppress(OSError):
            self._side_file.unlink(missing_ok=True)

    def _unreadable(self, error: OSError) -> LibraryError:
        return LibraryError(
            f"{self._file.path} cannot be read: {error.strerror or error}", "look after that disk"
        )


class Placed(Unread):
    """A table of which single documents are read; ids ascend, and each has its place."""

    def __init__(
        self,
        snapshot: Snapshot,
        span: tuple[int, int],
        ids: memoryview[int],
        begins: memoryview[int],
        ends: memoryview[int],
    ) -> None:
        self._snapshot = snapshot
        self._span = span
        self._ids = ids
        self._begins = begins
        self._ends = ends

    def read(self) -> dict[int, Document]:
        """The documents by id, decoded a few at a time. Raises LibraryError."""
        text = self._snapshot.text()
        begin, end = self._span
        rows: dict[int, Document] = {}
        while begin + 2 < end:
            stop = min(text.find(b"\n", min(begin + _AT_ONCE, end - 2)), end - 2)
            part = text[begin + 1 : stop].removesuffix(b",")
            rows.update(Unread(memoryview(b"{" + part + b"}")).read())
            begin = stop
        return rows

    def glance(self) -> dict[int, Document]:
        """What ``read`` says, whether or not the hash was compared already; for a small table."""
        try:
            return Unread(memoryview(self._snapshot.part(*self._span))).read()
        except ValueError:
            return self.read()  # tells when the file is another than it was

    def get(self, doc_id: int) -> Document | None:
        """One document, decoded for the caller. Raises LibraryError."""
        place = bisect_left(self._ids, doc_id)
        if place == len(self._ids) or self._ids[place] != doc_id:
            return None
        line = self._snapshot.part(self._begins[place], self._ends[place])
        name, _, document = line.partition(b": ")
        if name != b'"%d"' % doc_id:
            return self.read().get(doc_id)  # tells when the file is another than it was
        try:
            found: Document = decode(document)
        except ValueError:
            return self.read().get(doc_id)
        return found

    @cached_property
    def ids(self) -> Collection[int]:
        """The ids of the documents, of which none is read."""
        return _Ascending(self._ids)


class _Ascending(Collection[int]):
    def __init__(self, ids: memoryview[int]) -> None:
        self._ids = ids

    def __contains__(self, doc_id: object) -> bool:
        if not isinstance(doc_id, int):
            return False
        place = bisect_left(self._ids, doc_id)
        return place < len(self._ids) and self._ids[place] == doc_id

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def side_file(path: Path) -> Path:
    """The file beside a snapshot that says where its documents stand."""
    return path.with_name(f"{path.name}.offsets")


def places(snapshot: bytes) -> tuple[Document, bytes] | None:
    """What a side file says of a snapshot, but for its stamp; None where it would be of no use."""
    tables = unread_tables(snapshot) if len(snapshot) in _NUMBERS[LARGE:] else None
    if tables is None or META not in tables:
        return None
    spans, body = [], []
    known = tables.pop(META)
    for name, table in tables.items():
        begin, end = table.span
        lines = snapshot[begin:end].split(b"\n")
        starts = accumulate((len(line) + 1 for line in lines), initial=begin)
        rows = sorted(
            (int(line[1 : line.index(b'"', 1)]), start, start + len(line.removesuffix(b",")))
            for line, start in zip(lines[1:-1], list(starts)[1:], strict=False)
        )
        if any(row[0] not in _NUMBERS for row in rows):
            return None
        spans.append([name, begin, end, len(rows)])
        body += [array("I", column).tobytes() for column in zip(*rows, strict=True)]
    data = b"".join(body)
    return {"meta": known.read()[1], "tables": spans, "sum": crc32(data)}, data


def write(path: Path, generation: str, found: tuple[Document, bytes] | None) -> None:
    """Write the side file of a snapshot that has just got its name, or take the old one away.

    Raises OSError.
    """
    if found is None or array("I").itemsize != _BYTES:
        side_file(path).unlink(missing_ok=True)
        return
    told, data = found
    head = seal({"offsets": _VERSION, "generation": generation, "stamp": _stamp(path), **told})
    write_atomically(side_file(path), head + data, mode=0o600, sync=False)


def load(path: Path, header: Document) -> tuple[StoredTables, Document, Snapshot] | None:
    """The tables of the snapshot that a journal with this header continues, and its meta.

    None where only the whole snapshot can tell. Raises OSError.
    """
    data = read_if_there(side_file(path))
    if data is None or header.get("hauler") != FORMAT or not path.exists():
        return None
    begin = data.find(b"\n") + 1
    told = unseal(data[:begin])
    if told is None or told.get("offsets") != _VERSION:
        return None
    if told["generation"] != header["generation"] or told["sum"] != crc32(data[begin:]):
        return None
    file = AppendFile(path, flags=os.O_RDONLY)
    if file.inode != told["stamp"][0] or _stamp(path) != told["stamp"]:
        file.close()
        return None
    snapshot = Snapshot(file, header["snapshot"], side_file(path))
    tables: StoredTables = {}
    numbers, begin = memoryview(data)[begin:].cast("I"), 0
    for name, first, last, count in told["tables"]:
        columns = []
        for _ in range(3):
            columns.append(numbers[begin : begin + count])
            begin += count
        tables[name] = Placed(snapshot, (first, last), columns[0], columns[1], columns[2])
    return tables, {**new_meta(), **told["meta"]}, snapshot


def _stamp(path: Path) -> list[int]:
    """What changes when a file is written, replaced or copied. Raises OSError."""
    found = path.stat()
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
