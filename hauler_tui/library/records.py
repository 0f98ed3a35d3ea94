"""How the library's objects become JSON and come back: one typed codec for every table."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from hauler_tui.domain.haul import Card, Haul, HaulState, Lane
from hauler_tui.errors import LibraryError
from hauler_tui.library.store.lines import plain

T = TypeVar("T")


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
class MutingRow:
    """For which feeds the bits of muted items were found."""

    feeds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRow:
    """The day on which all that is old was let go last, in ISO form."""

    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRow:
    """The file of an issue; its texts are documents in ``hauls.log``."""

    path: str
    haul_id: int
    at: datetime
    """When it was written or read last."""
    text: int | None = None
    """What the library said when the file was written last."""
    begun: int | None = None
    """What it said when a writing began of which the end was not told."""
    begun_as: str = ""
    """The checksum of the file that was to be written then."""
    text_sum: str = ""
    """The SHA-256 of ``text``: a merge by lines may put another copy's document under its id."""
    begun_sum: str = ""
    """The same of ``begun``."""
    own: tuple[int, ...] = ()
    """Documents that only this row uses, and may write anew."""


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
        shared = {name: getattr(self, name) for name, _ in _fields(HaulRow) if name != "frozen"}
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


def row_of(value: Any, known: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    """The same, made of the parts of ``row`` where they say what they said of ``known``.

    As ``lines.plain`` gives it. ``known`` is of the same type and was read from ``row``.
    """
    made: dict[str, Any] = {}
    for name, default in _fields(cast(Hashable, type(value))):
        held, before, stored = getattr(value, name), getattr(known, name), row.get(name)
        if default is not MISSING and held == default:
            continue
        if held is before and name in row:
            made[name] = stored
        elif type(held) is tuple and type(stored) is list and len(stored) == len(before):
            if held[: len(before)] == before:
                made[name] = [*stored, *plain(_plain(held[len(before) :]))]
                continue
            parts = dict(zip(map(id, before), stored, strict=True))
            made[name] = [parts.get(id(part)) or plain(_plain(part)) for part in held]
        else:
            made[name] = plain(_plain(held))
    return made


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


_AS_THEY_ARE = frozenset((str, int, float, bool, type(None)))


def _plain(value: Any) -> Any:
    # By the very type first: every field of every item that is kept comes through here.
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple or kind is list:
        return [part if type(part) is str else _plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return to_row(value)
    raise TypeError(f"a {type(value).__name__} has no place in the library")


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in fields(cast(Any, kind)))
