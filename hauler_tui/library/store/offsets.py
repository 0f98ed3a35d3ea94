"""Where each document of a log stands: pages of numbers, read from the side-car when needed."""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias
from zlib import crc32

from hauler_tui.files import write_atomically
from hauler_tui.library.store.writer import AppendFile

_PAGE = 1024
_PAGE_BYTES = 16 * _PAGE
_CLEAN_PAGES = 192
_MAGIC = b"HAULOFF2"
_LAST_BYTES = 4096
_HEAD = struct.Struct("<8s16s6qI")
_CHECK = struct.Struct("<I")

Place: TypeAlias = tuple[int, int]
"""Where a record begins, and its stamp: length and checksum in one number, 0 when removed."""


class Offsets:
    """The place of the newest record of each id; ids may be any integers."""

    def __init__(self) -> None:
        self.live = 0
        """How many documents there are."""
        self.dead = 0
        """Bytes of records that a newer one replaced."""
        self.highest = 0
        """The highest id that was ever used."""
        self.covered = 0
        """How many bytes of the log the side-car knows; 0 without one."""
        self.rebuilt: Callable[[], Offsets] | None = None
        """Reads the log anew when a page of the side-car turns out to be damaged."""
        self._changed: dict[int, array[int]] = {}
        self._clean: dict[int, array[int]] = {}
        self._newest: dict[int, int] = {}
        self._stored: dict[int, tuple[int, int]] = {}
        self._side_car: AppendFile | None = None

    def get(self, doc_id: int) -> Place | None:
        """The place of a document, if there is one."""
        number, slot = divmod(doc_id, _PAGE)
        page = self._changed.get(number) or self._page(number)
        if page is None:
            return None
        stamp = page[slot + slot + 1]
        return (page[slot + slot], stamp) if stamp else None

    def set(self, doc_id: int, offset: int, stamp: int) -> None:
        """Let the record at ``offset`` be the newest of ``doc_id``."""
        number, slot = divmod(doc_id, _PAGE)
        page = self._changed.get(number)
        if page is None:
            found = self._page(number)
            page = self._changed.get(number)
            if page is None:
                page = array("q", bytes(_PAGE_BYTES) if found is None else found)
                self._changed[number] = page
                self._clean.pop(number, None)
        slot += slot
        if old := page[slot + 1]:
            self.dead += old >> 32
            self.live -= 1
        page[slot] = offset
        page[slot + 1] = stamp
        if stamp:
            self.live += 1
        if doc_id > self.highest:
            self.highest = doc_id
        if offset > self._newest.get(number, -1):
            self._newest[number] = offset

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Those of ``ids`` that have no document, ascending."""
        missing = []
        number, page = None, None
        for doc_id in sorted(ids):
            wanted, slot = divmod(doc_id, _PAGE)
            if wanted != number:
                number, page = wanted, self._page(wanted)
            if page is None or not page[slot + slot + 1]:
                missing.append(doc_id)
        return missing

    def pages(self) -> list[int]:
        """The numbers of the pages, ascending; for ``ids_of`` and ``places_of``."""
        return sorted(self._newest)

    def ids_of(self, number: int) -> list[int]:
        """The ids of the documents in a page, ascending."""
        page = self._page(number)
        if page is None:
            return []
        first = number * _PAGE
        return [first + slot for slot, stamp in enumerate(page[1::2]) if stamp]

    def places_of(self, number: int) -> list[tuple[int, int, int]]:
        """Id, offset and stamp of each document in a page, by ascending id."""
        page = self._page(number)
        if page is None:
            return []
        first = number * _PAGE
        return [
            (first + slot, offset, stamp)
            for slot, (offset, stamp) in enumerate(zip(page[::2], page[1::2], strict=True))
            if stamp
        ]

    def since(self, offset: int) -> list[int]:
        """The ids, removed ones too, whose newest record stands at byte ``offset`` or later."""
        ids = []
        for number in self.pages():
            if self._newest[number] >= offset and (page := self._page(number)) is not None:
                first = number * _PAGE
                ids += [
                    first + slot
                    for slot, place in enumerate(page[::2])
                    if place and place >= offset
                ]
        return ids

    def save(self, path: Path, file: AppendFile, generation: str) -> None:
        """Write a side-car that says what ``file`` holds to its end, and read from it from now on.

        Raises OSError.
        """
        numbers = self.pages()
        bodies = [(self._page(number) or array("q")).tobytes() for number in numbers]
        rows = ((n, self._newest[n], crc32(body)) for n, body in zip(numbers, bodies, strict=True))
        directory = array("q", [number for row in rows for number in row]).tobytes()
        counts = (file.end, self.live, self.dead, self.highest, len(numbers), _PAGE)
        head = _HEAD.pack(_MAGIC, generation.encode(), *counts, last_bytes(file, file.end))
        check = _CHECK.pack(crc32(directory, crc32(head)))
        # Every part has its checksum, so a side-car that a crash made a mess of is not believed.
        write_atomically(path, b"".join((head, check, directory, *bodies)), mode=0o600, sync=False)
        self.load(path, file, generation)

    def load(self, path: Path, file: AppendFile, generation: str) -> int:
        """Take over a side-car and return how far it covers; 0 when it is not of this log."""
        try:
            side_car = AppendFile(path, flags=os.O_RDONLY)
            data = side_car.read(0, _HEAD.size + _CHECK.size)
        except OSError:
            return 0
        if len(data) < _HEAD.size + _CHECK.size:
            return 0
        head, check = data[: _HEAD.size], data[_HEAD.size :]
        magic, name, covered, live, dead, highest, count, page, last = _HEAD.unpack(head)
        if (magic, page, name) != (_MAGIC, _PAGE, generation.encode()):
            return 0
        if covered > file.end or last != last_bytes(file, covered):
            return 0
        begin = len(data) + 24 * count
        if side_car.end != begin + _PAGE_BYTES * count:
            return 0
        directory = side_car.read(len(data), 24 * count)
        if check != _CHECK.pack(crc32(directory, crc32(head))):
            return 0
        rows = array("q", directory)
        numbers = rows[::3]
        places = range(begin, side_car.end, _PAGE_BYTES)
        self._changed, self._clean = {}, {}
        self._newest = dict(zip(numbers, rows[1::3], strict=True))
        self._stored = dict(zip(numbers, zip(places, rows[2::3], strict=True), strict=True))
        self._side_car = side_car
        self.live, self.dead, self.highest, self.covered = live, dead, highest, covered
        return int(covered)

    def _page(self, number: int) -> array[int] | None:
        page = self._changed.get(number) or self._clean.get(number)
        if page is not None or self._side_car is None or number not in self._stored:
            return page
        place, check = self._stored[number]
        try:
            data = self._side_car.read(place, _PAGE_BYTES)
        except OSError:
            data = b""
        if crc32(data) != check:
            self._start_over()
            return self._changed.get(number)
        if len(self._clean) >= _CLEAN_PAGES:
            self._clean.clear()
        page = self._clean[number] = array("q", data)
        return page

    def _start_over(self) -> None:
        assert self.rebuilt is not None
        fresh = self.rebuilt()
        self.live, self.dead, self.highest = fresh.live, fresh.dead, fresh.highest
        self._changed, self._newest = fresh._changed, fresh._newest
        self._clean, self._stored, self._side_car, self.covered = {}, {}, None, 0


def last_bytes(file: AppendFile, end: int) -> int:
    """A checksum of the end of the log up to a place, which tells logs of one name apart."""
    begin = max(0, end - _LAST_BYTES)
    return crc32(file.read(begin, end - begin))
