"""Where each document of a log stands: pages of numbers, not one object for each document."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from hauler_tui.files import write_atomically
from hauler_tui.library.writer import AppendFile

_PAGE = 1024
_MAGIC = b"HAULOFF1"
_LAST_BYTES = 32
_HEAD = struct.Struct(f"<8s16s{_LAST_BYTES}s7qI")
_CHECK = struct.Struct("<I")


class Offsets:
    """Offset and length of the newest record of each id; ids may be any integers."""

    def __init__(self) -> None:
        self.live = 0
        """How many documents there are."""
        self.dead = 0
        """Bytes of records that a newer one replaced."""
        self.highest = 0
        """The highest id that was ever used."""
        self._pages: dict[int, array[int]] = {}

    def get(self, doc_id: int) -> tuple[int, int] | None:
        """Offset and length of the record of a document, if there is one."""
        page = self._pages.get(doc_id // _PAGE)
        if page is None:
            return None
        slot = doc_id % _PAGE * 2
        length = page[slot + 1]
        return (page[slot], length) if length else None

    def __contains__(self, doc_id: int) -> bool:
        return self.get(doc_id) is not None

    def set(self, doc_id: int, offset: int, length: int) -> None:
        """Let the record at ``offset`` be the newest of ``doc_id``; length 0 is removed."""
        page = self._pages.get(doc_id // _PAGE)
        if page is None:
            page = self._pages[doc_id // _PAGE] = array("q", bytes(16 * _PAGE))
        slot = doc_id % _PAGE * 2
        if old := page[slot + 1]:
            self.dead += old
            self.live -= 1
        page[slot] = offset
        page[slot + 1] = length
        if length:
            self.live += 1
        if doc_id > self.highest:
            self.highest = doc_id

    def ids(self) -> Iterator[int]:
        """The ids of the documents in ascending order, whatever changes meanwhile."""
        for number in sorted(self._pages):
            first = number * _PAGE
            for slot, length in enumerate(self._pages[number][1::2]):
                if length:
                    yield first + slot

    def since(self, offset: int) -> Iterator[int]:
        """The ids, removed ones too, whose newest record stands at byte ``offset`` or later."""
        for number in sorted(self._pages):
            places = self._pages[number][::2]
            if max(places) >= offset:
                first = number * _PAGE
                for slot, place in enumerate(places):
                    if place and place >= offset:
                        yield first + slot

    def save(self, path: Path, file: AppendFile, generation: str) -> None:
        """Write a side-car that says what ``file`` holds, to its end. Raises OSError."""
        numbers = array("q", self._pages)
        body = numbers.tobytes() + b"".join(page.tobytes() for page in self._pages.values())
        counts = (file.inode, file.end, self.live, self.dead, self.highest, len(numbers), _PAGE)
        names = (_MAGIC, generation.encode(), _last_bytes(file, file.end))
        head = _HEAD.pack(*names, *counts, crc32(body))
        write_atomically(path, head + body + _CHECK.pack(crc32(head)), mode=0o600)

    def load(self, path: Path, file: AppendFile, generation: str) -> int:
        """Take over a side-car and return how far it covers; 0 when it is not of this log."""
        try:
            data = path.read_bytes()
        except OSError:
            return 0
        if len(data) < _HEAD.size + _CHECK.size:
            return 0
        head, body = data[: _HEAD.size], memoryview(data)[_HEAD.size : -_CHECK.size]
        magic, name, last, inode, covered, live, dead, highest, count, page, check = _HEAD.unpack(
            head
        )
        if (magic, page, inode) != (_MAGIC, _PAGE, file.inode) or name != generation.encode():
            return 0
        if covered > file.end or last != _last_bytes(file, covered):
            return 0
        if data[-_CHECK.size :] != _CHECK.pack(crc32(head)) or crc32(body) != check:
            return 0
        numbers = array("q", bytes(body[: 8 * count]))
        position = 8 * count
        for number in numbers:
            self._pages[number] = array("q", bytes(body[position : position + 16 * _PAGE]))
            position += 16 * _PAGE
        self.live, self.dead, self.highest = live, dead, highest
        return int(covered)


def _last_bytes(file: AppendFile, end: int) -> bytes:
    """The end of the log up to a place: it has the checksum of a batch, so it tells logs apart."""
    begin = max(0, end - _LAST_BYTES)
    return file.read(begin, end - begin).ljust(_LAST_BYTES, b"\0")
