"""What is read, starred, skipped and tagged, kept at hand so that asking costs nothing.

Read marks are one bit an item, in one small document for each block of 4,096 ids, so that marking
a whole list read is one small write (``PERFORMANCE.md`` 3.3).
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, NamedTuple

from hauler_tui.library.records import Mark, ReadBlock, from_row, to_row
from hauler_tui.library.search.masks import BITS_EXPANDED, Mask
from hauler_tui.library.store.journal import Journal

BLOCK = 4096
"""How many ids share a bitmap."""

_NO_MARK = Mark()
_UNREAD = bytes(BLOCK // 8)
_EVERY = (1 << BLOCK) - 1
_MANY = 64
"""Items from which on all of a block are looked at."""
_DIGITS = bytes((48, 49)).ljust(256)
"""What turns bytes of zero and one into the digits of a binary number."""


@dataclass(frozen=True, slots=True)
class Flip:
    """Items whose bits are to be turned."""

    blocks: Mapping[int, int]
    """By block, a number that has their bits."""

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self.blocks.values())

    def ids(self) -> Iterator[int]:
        """The items, ascending."""
        for block, bits in sorted(self.blocks.items()):
            yield from _ids(block, bits)


class Bitmaps:
    """One bit for each item, in a table of the journal."""

    def __init__(self, journal: Journal, table: str) -> None:
        self._table = journal.table(table)
        rows = self._table.glance().items()
        self._bitmaps = {doc_id - 1: _bitmap(row) for doc_id, row in rows}

    def __contains__(self, item_id: int) -> bool:
        bitmap = self._bitmaps.get(item_id // BLOCK)
        if bitmap is None:
            return False
        place = item_id % BLOCK
        return bool(bitmap[place >> 3] >> (place & 7) & 1)

    def total(self, *, without: Bitmaps | None = None) -> int:
        """How many items have their bit set, but for those that have it set in the other."""
        total = 0
        for block, bitmap in self._bitmaps.items():
            other = b"" if without is None else without._bitmaps.get(block, b"")
            bits = int.from_bytes(bitmap, "little") & ~int.from_bytes(other, "little")
            total += bits.bit_count()
        return total

    def ids(self) -> list[int]:
        """The items that have their bit set."""
        return [
            block * BLOCK + place
            for block, bitmap in self._bitmaps.items()
            for place in range(BLOCK)
            if bitmap[place >> 3] >> (place & 7) & 1
        ]

    def mask(self, *, below: int) -> Mask:
        """The set of the items whose bit is set, of those ``below`` a bound."""
        return Mask.from_bytes(self._members(below)[:below])

    def _members(self, below: int, begin: int = 0) -> bytes:
        """A byte for each id from the beginning of a block to below a bound, and for some more."""
        blocks = range(begin // BLOCK, -(-below // BLOCK))
        bits = b"".join([self._bitmaps.get(block, _UNREAD) for block in blocks])
        return b"".join(map(BITS_EXPANDED.__getitem__, bits))

    def count(self, item_ids: Sequence[int]) -> int:
        """How many of the items have their bit set."""
        if len(item_ids) > BLOCK:
            members = self._members(max(item_ids) + 1)
            return sum(map(members.__getitem__, item_ids))
        return sum(each in self for each in item_ids)

    def differing(self, item_ids: Iterable[int], is_set: bool) -> Flip:
        """The items whose bits are to be turned for all of them to be set, or clear."""
        rows = self._table.rows()
        blocks = {
            block: differing
            for block, bits in _bits(item_ids).items()
            if (differing := bits & _opposite(rows.get(block + 1), is_set))
        }
        return Flip(blocks)

    def change(self, item_ids: Iterable[int], is_set: bool) -> None:
        """Set the bits of items or clear them, inside the caller's step."""
        self.turn(self.differing(item_ids, is_set))

    def turn(self, flip: Flip) -> None:
        """Turn the bits of items, inside the caller's step."""
        rows = self._table.rows()
        for block, bits in flip.blocks.items():
            after = int.from_bytes(_bitmap(rows.get(block + 1)), "little") ^ bits
            if after:
                encoded = base64.b64encode(after.to_bytes(BLOCK // 8, "little")).decode("ascii")
                self._table.put_plain(block + 1, to_row(ReadBlock(bits=encoded)))
            else:
                self._table.drop(block + 1)

    def notice(self, doc_ids: frozenset[int]) -> frozenset[int]:
        """Read the given blocks again; the items whose bit is another now."""
        rows = self._table.rows()
        changed: list[int] = []
        for doc_id in doc_ids:
            block = doc_id - 1
            before = self._bitmaps.get(block, _UNREAD)
            after = self._bitmaps[block] = _bitmap(rows.get(doc_id))
            changed += _ids(
                block, int.from_bytes(before, "little") ^ int.from_bytes(after, "little")
            )
        return frozenset(changed)


class ReadMarks(Bitmaps):
    """One bit for each item: has the person read it."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal, "read")


class _Marked(NamedTuple):
    """What all marks say."""

    starred: set[int]
    skipped: set[int]
    tags: dict[int, tuple[str, ...]]


class Marks:
    """Stars, skips and tags, at hand as the items that have them; and what feeds muted."""

    def __init__(self, journal: Journal) -> None:
        self._table = journal.table("marks")
        self.muted = Bitmaps(journal, "muted")
        self._known: _Marked | None = None
        self._lock = threading.Lock()
        """Held while all marks are read, which two threads may ask for, or changed."""

    @property
    def starred(self) -> set[int]:
        """The items with a star."""
        return self._all().starred

    @property
    def skipped(self) -> set[int]:
        """The items that are skipped."""
        return self._all().skipped

    @property
    def tags(self) -> dict[int, tuple[str, ...]]:
        """The tags of the items that have any."""
        return self._all().tags

    def is_starred(self, item_id: int) -> bool:
        """Whether an item has a star; the marks of the others need not be read for it."""
        known = self._known
        if known is not None:
            return item_id in known.starred
        row = self._table.rows().get(item_id)
        return row is not None and row.get("starred_at") is not None

    def is_skipped(self, item_id: int) -> bool:
        """Whether an item is skipped; the marks of the others need not be read for it."""
        known = self._known
        if known is not None:
            return item_id in known.skipped
        row = self._table.rows().get(item_id)
        return row is not None and bool(row.get("skipped"))

    def _all(self) -> _Marked:
        """What all marks say, read when it is first asked for."""
        if self._known is None:
            with self._lock:
                if self._known is None:
                    # Each row is read as a whole when it is asked for: here there are many.
                    rows = list(self._table.rows().items())
                    self._known = _Marked(
                        {each for each, row in rows if row.get("starred_at") is not None},
                        {each for each, row in rows if row.get("skipped")},
                        {each: _tags(row) for each, row in rows if row.get("tags")},
                    )
        return self._known

    def get(self, item_id: int) -> Mark:
        """What the person did with an item; nothing, for an id without a row."""
        row = self._table.rows().get(item_id)
        return _NO_MARK if row is None else from_row(Mark, row)

    def put(self, item_id: int, mark: Mark) -> None:
        """Keep what the person did with an item, inside the caller's step."""
        if mark != _NO_MARK:
            self._table.put(item_id, to_row(mark))
        elif item_id in self._table.rows():
            self._table.drop(item_id)

    def notice(self, item_ids: frozenset[int]) -> frozenset[int]:
        """Read the given items' rows again; those whose tags may be others now."""
        with self._lock:
            known = self._known
            if known is None:
                return item_ids
            retagged = set()
            for item_id in item_ids:
                mark = self.get(item_id)
                for members, belongs in (
                    (known.starred, mark.starred_at is not None),
                    (known.skipped, mark.skipped),
                ):
                    if belongs:
                        members.add(item_id)
                    else:
                        members.discard(item_id)
                if mark.tags != known.tags.get(item_id, ()):
                    retagged.add(item_id)
                if mark.tags:
                    known.tags[item_id] = mark.tags
                else:
                    known.tags.pop(item_id, None)
        return frozenset(retagged)


def _tags(row: Mapping[str, Any]) -> tuple[str, ...]:
    tags = row["tags"]
    is_plain = type(tags) is list and all(type(tag) is str for tag in tags)
    return tuple(tags) if is_plain else from_row(Mark, row).tags


def _bitmap(row: Mapping[str, Any] | None) -> bytes:
    """A block's bitmap; all unread when another program left something else in its place."""
    if row is None:
        return _UNREAD
    bits = row.get("bits")
    try:
        text = bits if type(bits) is str else from_row(ReadBlock, row).bits
        bitmap = base64.b64decode(text, validate=True)
    except ValueError:
        return _UNREAD
    return bitmap if len(bitmap) == BLOCK // 8 else _UNREAD


def _bits(item_ids: Iterable[int]) -> dict[int, int]:
    """By block, a number that has the bits of the items."""
    ids = item_ids if isinstance(item_ids, list) else list(item_ids)
    found: dict[int, int] = {}
    lowest, highest = min(ids, default=0), max(ids, default=0)
    if len(ids) < _MANY or lowest < 0:
        for item_id in ids:
            block, place = divmod(item_id, BLOCK)
            found[block] = found.get(block, 0) | 1 << place
        return found
    members = bytearray((highest // BLOCK + 1) * BLOCK)
    for item_id in ids:
        members[item_id] = 1
    for block in range(lowest // BLOCK, highest // BLOCK + 1):
        within = members[block * BLOCK : (block + 1) * BLOCK]
        if 1 in within:
            found[block] = int(within[::-1].translate(_DIGITS), 2)
    return found


def _opposite(row: Mapping[str, Any] | None, is_set: bool) -> int:
    """A number that has the bits of a block that are clear, or those that are set."""
    number = int.from_bytes(_bitmap(row), "little")
    return number ^ _EVERY if is_set else number


def _ids(block: int, bits: int) -> Iterable[int]:
    """The items of a block whose bits a number has, ascending."""
    if bits.bit_count() < _MANY:
        return list(_few_ids(block * BLOCK, bits))
    members = b"".join(map(BITS_EXPANDED.__getitem__, bits.to_bytes(BLOCK // 8, "little")))
    return compress(range(block * BLOCK, (block + 1) * BLOCK), members)


def _few_ids(first: int, bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield first + lowest.bit_length() - 1
        bits ^= lowest
