"""How the library's objects become JSON and come back: one typed codec for every table."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Generic, TypeVar, cast

import msgspec

from hauler_tui.domain.haul import Card, Haul, HaulState, Lane
from hauler_tui.domain.item import Item, Work
from hauler_tui.domain.query import dated
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import shorten
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.log import LogTable

T = TypeVar("T")

ITEMS_HINT = "`hauler items` shows what there is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the person did with an item; the table holds no row where all of it is default."""

    starred_at: datetime | None = None
    skipped: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """A note in ``library.json``; its document id is the item's id."""

    text: str
    changed_at: datetime
    started_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The published issues that hold a card for an item, oldest first."""

    slugs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBlock:
    """The read marks of 4,096 consecutive ids: a bitmap in base64, lowest bit first."""

    bits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulRow:
    """An issue in ``library.json``: whole while it is open, light once it is published."""

    slug: str
    series_id: int | None = None
    number: int | None = None
    title: str = ""
    state: HaulState = "open"
    published_at: datetime | None = None
    snippet: str | None = None
    lanes: tuple[Lane, ...] = ()
    cards: tuple[Card, ...] = ()
    hand_ordered: bool = False
    frozen: int | None = None
    """The document in ``hauls.log`` that holds a published issue's texts."""

    def haul(self, haul_id: int) -> Haul:
        """The issue as the rest of the program knows it."""
        shared = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "frozen"}
        return Haul(id=haul_id, **shared)

    @staticmethod
    def light(haul: Haul, frozen: int | None) -> HaulRow:
        """``haul`` without its file and its cards' texts; without lanes' prose once frozen."""
        shared = {
            f.name: getattr(haul, f.name) for f in fields(haul) if f.name not in ("id", "text")
        }
        shared["cards"] = tuple(Card(item_id=card.item_id, lane=card.lane) for card in haul.cards)
        if frozen is not None:
            shared["lanes"] = tuple(
                Lane(name=lane.name, holds_cards=lane.holds_cards) for lane in haul.lanes
            )
        return HaulRow(frozen=frozen, **shared)


def to_row(value: Any, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A dataclass as a JSON-ready dict; fields that hold their default are left out."""
    row: dict[str, Any] = {}
    for name, default in _fields(cast(Hashable, type(value))):
        held = getattr(value, name)
        if name in without or (default is not MISSING and held == default):
            continue
        row[name] = _plain(held)
    return row


def from_row(kind: type[T], row: Mapping[str, Any], **known: Any) -> T:
    """Read a row back as ``kind``; ``known`` adds fields the row does not repeat.

    Raises LibraryError when the row does not fit.
    """
    try:
        return msgspec.convert({**row, **known}, kind, strict=True)
    except msgspec.ValidationError as error:
        raise LibraryError(
            f"the library holds a {kind.__name__} that makes no sense: {error}",
            "mend that row of library.json with plain TinyDB, or put back a file kept beside it",
        ) from error


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
        if raw is None:
            return None
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


class _Appeared(msgspec.Struct):
    published: datetime | None = None


class _Seen(msgspec.Struct):
    first_seen: datetime
    entry: _Appeared


class Works(Documents[Work]):
    """The works of ``items.log``."""

    def __init__(self, table: LogTable) -> None:
        super().__init__(table, Work)
        self._dates = msgspec.json.Decoder(_Seen)

    def date(self, item_id: int) -> datetime | None:
        """When a work appeared or was first seen, the earlier, and nothing else of it is decoded.

        None where there is none. Raises LibraryError when its record is damaged.
        """
        raw = self.table.raw(item_id)
        if raw is None:
            return None
        try:
            seen = self._dates.decode(raw)
        except msgspec.DecodeError:
            return dated(Item(id=item_id, work=self.require(item_id)))
        published = seen.entry.published
        return seen.first_seen if published is None else min(published, seen.first_seen)

    def require(self, item_id: int) -> Work:
        """The work with this id. Raises UnknownKeyError."""
        work = self.get(item_id)
        if work is None:
            raise UnknownKeyError(f"there is no item {item_id}", ITEMS_HINT)
        return work

    def called(self, item_id: int) -> str:
        """An item's title in quotation marks, as a step of history names it.

        Raises UnknownKeyError.
        """
        work = self.require(item_id)
        return quoted(work.entry.title or work.entry.link or work.key)


def quoted(title: str) -> str:
    """A title as a step of history names it: readable, short and in quotation marks."""
    return f"“{shorten(to_unicode(title), 60)}”"


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if is_dataclass(value):
        return to_row(value)
    raise TypeError(f"a {type(value).__name__} has no place in the library")


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(cast(Any, kind)))
