"""The logs of works and of other documents, read and written as objects."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

import msgspec

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.item import Sighting, Work
from hauler_tui.domain.merge import new_work
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import shorten
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library import parts
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.store.log import LogTable
from hauler_tui.library.workbytes import encoded

T = TypeVar("T")

ITEMS_HINT = "`hauler items` shows what there is"


TOMBSTONE = b'{"gone":'
"""How the JSON of an item begins that was let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What stays in ``items.log`` of an item that was let go."""

    gone: datetime
    """When; the first field, by which a tombstone is told from a work."""
    key: str
    aliases: tuple[str, ...]
    first_seen: datetime
    title: str = ""
    link: str = ""

    def work(self) -> Work:
        """The work again, as far as it is still known."""
        entry = Entry(title=self.title, link=self.link, aliases=self.aliases, origin="link")
        return new_work(entry, Sighting(feed_id=None, seen_at=self.first_seen))


class Ids(Protocol):
    """A set of ids, kept elsewhere."""

    def __contains__(self, item_id: int, /) -> bool:
        """Whether an id is in it."""

    def total(self) -> int:
        """How many there are."""


class Documents(Generic[T]):
    """A table on a log, read and written as objects of one type."""

    def __init__(self, table: LogTable, kind: type[T]) -> None:
        self.table = table
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind)

    def __contains__(self, doc_id: int) -> bool:
        return self.table.size(doc_id) > 0

    def __len__(self) -> int:
        return len(self.table)

    def get(self, doc_id: int) -> T | None:
        """The object with this id. Raises LibraryError when it does not fit its type."""
        raw = self.table.raw(doc_id)
        return None if raw is None else self._decoded(raw)

    def _decoded(self, raw: bytes) -> T:
        try:
            return self._decoder.decode(raw)
        except msgspec.DecodeError:
            # Text that is no UTF-8 (a lone surrogate in a note) passes only Python's own decoder.
            return from_row(self._kind, json.loads(raw))

    def put(self, objects: Mapping[int, T]) -> None:
        """Append the objects as one batch."""
        self.table.put_many({doc_id: to_row(value) for doc_id, value in objects.items()})

    def ids(self) -> Iterator[int]:
        """The ids of all objects, ascending."""
        return self.table.ids()

    def highest(self) -> int:
        """The highest id that was ever used, or 0."""
        return self.table.highest


class _NoIds:
    def __contains__(self, item_id: int) -> bool:
        return False

    def total(self) -> int:
        return 0


class Works(Documents[Work]):
    """The works of ``items.log``."""

    def __init__(self, table: LogTable, gone: Ids | None = None) -> None:
        """Without ``gone``, the ids that were let go, only single works are to be asked for."""
        super().__init__(table, Work)
        self._gone: Ids = _NoIds() if gone is None else gone
        self._dates = msgspec.json.Decoder(parts.Seen)
        self._ages = msgspec.json.Decoder(parts.Aged)
        self._tombstones = msgspec.json.Decoder(Gone)
        self._names = msgspec.json.Decoder(parts.Names)
        self._titles = msgspec.json.Decoder(parts.Titled)
        self._texts = msgspec.json.Decoder(parts.Said)

    def put(self, objects: Mapping[int, Work]) -> None:
        """Append works as one batch."""
        self.table.put_encoded({item_id: encoded(work) for item_id, work in objects.items()})

    def raw(self, item_id: int) -> bytes | None:
        """The JSON of a work or tombstone. Raises LibraryError when it is damaged."""
        return self.table.raw(item_id)

    def place(self, item_id: int) -> int:
        """A number for what ``raw`` gives; 0 for nothing."""
        return self.table.place(item_id)

    def survivor(self, item_id: int) -> int:
        """The item that an id means: another one where the two turned out to be one work."""
        return item_id

    def survivors(self, item_ids: Iterable[int]) -> Iterable[int]:
        """The same of many."""
        return item_ids

    def __contains__(self, item_id: int) -> bool:
        if not super().__contains__(item_id):
            return False
        return item_id not in self._gone or not self.is_gone(item_id)

    def __len__(self) -> int:
        return super().__len__() - self._gone.total()

    def get(self, item_id: int) -> Work | None:
        """The work with this id, if it has not left. Raises LibraryError when damaged."""
        raw = self.raw(item_id)
        return None if raw is None or raw.startswith(TOMBSTONE) else self._decoded(raw)

    def is_gone(self, item_id: int) -> bool:
        """Whether an item was let go: its record tells, and its bit where that is damaged."""
        try:
            raw = self.raw(item_id)
        except LibraryError:
            return item_id in self._gone
        return raw is not None and raw.startswith(TOMBSTONE)

    def gone(self, item_id: int) -> Gone | None:
        """What stayed of an item that was let go."""
        raw = self.raw(item_id)
        if raw is None or not raw.startswith(TOMBSTONE):
            return None
        return self._tombstones.decode(raw)

    def bury(self, gone: Mapping[int, Gone]) -> None:
        """Replace works by tombstones, as one batch."""
        self.table.put_many({item_id: to_row(tombstone) for item_id, tombstone in gone.items()})

    def aliases(self, item_id: int) -> tuple[str, ...]:
        """Every name of a work, or of one that was let go, and nothing else of it is decoded.

        None where there is neither. Raises LibraryError when its record is damaged.
        """
        raw = self.raw(item_id)
        if raw is None:
            return ()
        try:
            return self._names.decode(raw).aliases
        except msgspec.DecodeError:
            return self.require(item_id).aliases

    def feed_ids(self, item_id: int) -> tuple[int | None, ...]:
        """The feeds a work came through, None for by hand. Raises LibraryError."""
        aged = self._ages.decode(self.raw(item_id) or b"{}")
        return tuple(seen.feed_id for seen in aged.sightings)

    def leaving(self, item_id: int, cutoff: datetime, at: datetime) -> Gone | None:
        """What would stay of a work let go at ``at``; None when it was seen since ``cutoff``."""
        raw = self.raw(item_id)
        if raw is None or raw.startswith(TOMBSTONE):
            return self.gone(item_id)  # of a crash between the two files: it counts only now
        aged = self._ages.decode(raw)
        times = [each.seen_at for each in (*aged.sightings, *aged.versions)]
        if aged.first_seen is None or max(times, default=aged.first_seen) >= cutoff:
            return None
        if aged.first_seen >= cutoff:
            return None
        return Gone(
            gone=at,
            key=aged.key,
            aliases=aged.aliases,
            first_seen=aged.first_seen,
            title=aged.entry.title,
            link=aged.entry.link,
        )

    def said(self, item_id: int) -> Entry | None:
        """A work's title, authors and abstract, and nothing else of it is decoded.

        None where there is none. Raises LibraryError when its record is damaged.
        """
        raw = self.raw(item_id)
        if raw is None or raw.startswith(TOMBSTONE):
            return None
        try:
            entry = self._texts.decode(raw).entry
        except msgspec.DecodeError:
            return self.require(item_id).entry
        return Entry(
            title=entry.title,
            link="",
            aliases=(),
            authors=entry.authors,
            abstract=entry.abstract,
        )

    def date(self, item_id: int) -> datetime | None:
        """When a work appeared or was first seen, the earlier, and nothing else of it is decoded.

        None where there is none. Raises LibraryError when its record is damaged.
        """
        raw = self.raw(item_id)
        if raw is None or raw.startswith(TOMBSTONE):
            return None
        try:
            seen = self._dates.decode(raw)
        except msgspec.DecodeError:
            return self.require(item_id).date
        published = seen.entry.published
        return seen.first_seen if published is None else min(published, seen.first_seen)

    def missing(self, item_ids: Collection[int]) -> int | None:
        """The first of some ids that no work has."""
        highest = self.highest()
        is_whole = len(self) == highest  # then every id up to the highest has one
        if is_whole and min(item_ids, default=1) > 0 and max(item_ids, default=0) <= highest:
            return None
        return next((item_id for item_id in item_ids if item_id not in self), None)

    def require(self, item_id: int) -> Work:
        """The work with this id. Raises UnknownKeyError."""
        work = self.get(item_id)
        gone = self.gone(item_id) if work is None else None
        if gone is not None:
            raise UnknownKeyError(
                f"{gone.key} was left behind on {gone.gone:%Y-%m-%d} by keep_days",
                f"`hauler add {gone.key}` brings it back",
            )
        if work is None:
            raise UnknownKeyError(f"there is no item {item_id}", ITEMS_HINT)
        return work

    def called(self, item_id: int) -> str:
        """An item's title in quotation marks, as a step of history names it.

        Raises UnknownKeyError.
        """
        raw = self.raw(item_id) or TOMBSTONE
        work: Work | parts.Titled
        try:
            gone = raw.startswith(TOMBSTONE)
            work = self.require(item_id) if gone else self._titles.decode(raw)
        except msgspec.DecodeError:
            work = self.require(item_id)
        return quoted(work.entry.title or work.entry.link or work.key)


def quoted(title: str) -> str:
    """A title as a step of history names it: readable, short and in quotation marks."""
    return f"“{shorten(to_unicode(title), 60)}”"
