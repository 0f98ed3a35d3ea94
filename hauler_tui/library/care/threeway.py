"""Two copies of a library that went on from one beginning, made one again.

Documents are compared with the common beginning: what only one copy changed is taken, and where
both changed something, nothing a person wrote is dropped. Pure; ids of both copies are the same
for the same thing, see ``renumbered``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from hauler_tui.library.read_marks import BLOCK
from hauler_tui.library.store.journaltext import Tables
from hauler_tui.library.store.lines import Document, same
from hauler_tui.library.store.overlay import Changes

Ids: TypeAlias = Mapping[int, int]
"""Ids of the other copy, and what they are here; one that is not named is the same."""

_ITEM_TABLES = ("marks", "notes", "coverage", "lookups")
_BITMAPS = ("read", "hidden")
TAKEN = "taken_in"
"""The table of the copies that were taken in."""
_OWN = (
    *("coverage", "gone", "retention", "muted", "muting", "lookup_hosts", "written"),
    *("joined", "met", "harvests", TAKEN),
)
"""What each copy knows for itself: coverage follows from issues, muted items from their feeds, each
lets go of old items, reads lists, and writes files of its own."""

DIVIDER = "\n\n* * *\n\n"
"""What stands between two texts of which both are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renumbering:
    """What the other copy's new things are called here."""

    items: Ids = field(default_factory=dict)
    nowhere: frozenset[int] = frozenset()
    """Items that are none here, such as new ones that left again: what was marked goes too."""
    feeds: Ids = field(default_factory=dict)
    series: Ids = field(default_factory=dict)
    hauls: Ids = field(default_factory=dict)
    frozen: Ids = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """An issue that both copies changed and one of them published, so that it has to be two."""

    haul_id: int
    """The issue whose row stays."""
    row: Document
    """What is to stand beside it."""
    is_theirs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What joining another copy changes here."""

    changes: dict[str, Changes]
    parted: tuple[Parted, ...]
    both_kept: int
    """How many texts were changed in both copies, and are now both texts."""


def renumbered(tables: Tables, numbers: Renumbering) -> Tables:
    """The other copy's tables with the ids that its new things have here."""
    renamed: Tables = {}
    for name, rows in tables.items():
        if name in _ITEM_TABLES:
            known = {each: row for each, row in rows.items() if each not in numbers.nowhere}
            renamed[name] = _moved(known, numbers.items, joined_as=name)
        elif name in _BITMAPS:
            renamed[name] = _moved_bits(rows, numbers.items, numbers.nowhere)
        elif name in ("feeds", "feed_state"):
            renamed[name] = _moved(rows, numbers.feeds)
        elif name == "series":
            renamed[name] = _moved(rows, numbers.series)
        elif name == "hauls":
            renamed[name] = {
                numbers.hauls.get(haul_id, haul_id): _issue(row, numbers)
                for haul_id, row in rows.items()
            }
        else:
            renamed[name] = dict(rows)
    return renamed


def merge(base: Tables, ours: Tables, theirs: Tables) -> Merged:
    """The changes to ``ours`` that take in what ``theirs`` changed since ``base``."""
    changes: dict[str, Changes] = {}
    parted: list[Parted] = []
    both_kept = 0
    for name, their_rows in theirs.items():
        if name in _OWN:
            continue
        base_rows, our_rows = base.get(name, {}), ours.get(name, {})
        taken: Changes = {}
        for doc_id in {**base_rows, **their_rows}:
            joined: Document | None
            before, here, there = (rows.get(doc_id) for rows in (base_rows, our_rows, their_rows))
            if _alike(before, there) or _alike(here, there):
                continue
            if name == "hauls" and here and there and _is_parted(before, here, there):
                # A published issue never changes, so what was written meanwhile stays beside it.
                is_ours = _is_published(here)
                joined, left = (here, there) if is_ours else (there, here)
                kept = 0
                parted.append(Parted(haul_id=doc_id, row=left, is_theirs=is_ours))
            else:
                joined, kept = _joined(name, before, here, there)
            both_kept += kept
            if not _alike(joined, here):
                taken[doc_id] = joined
        if taken:
            changes[name] = taken
    return Merged(changes=changes, parted=tuple(parted), both_kept=both_kept)


def _is_parted(before: Document | None, here: Document, there: Document) -> bool:
    """Whether one published what the other changed, or both published texts of their own."""
    if _alike(before, here):
        return False
    if _is_published(here) is not _is_published(there):
        return True
    return _is_published(here) and here.get("frozen") != there.get("frozen")


def _is_published(issue: Document) -> bool:
    return issue.get("state") == "published"


def _joined(
    table: str, before: Document | None, here: Document | None, there: Document | None
) -> tuple[Document | None, int]:
    """One document of three; and how many texts of it are now two."""
    if _alike(before, here):
        return there, 0
    if here is None or there is None:
        # One copy dropped what the other changed: what was changed stays.
        return here or there, 0
    rules = _RULES.get(table, {})
    joined: Document = {}
    kept = 0
    for name in {**here, **there}:
        old, mine, other = ((row or {}).get(name) for row in (before, here, there))
        if same(mine, other) or same(old, other):
            value = mine
        elif same(old, mine):
            value = other
        else:
            value, count = rules.get(name, _ours)(old, mine, other)
            kept += count
        if value is not None or name in here:
            joined[name] = value
    return joined, kept


Rule: TypeAlias = Callable[[Any, Any, Any], tuple[Any, int]]
"""What becomes of a field that both copies changed: the value before, here and there."""


def _ours(_before: Any, here: Any, _there: Any) -> tuple[Any, int]:
    return here, 0


def _earlier(_before: Any, here: Any, there: Any) -> tuple[Any, int]:
    """Both starred it, or one did after the other took the star away: it is starred."""
    return min((time for time in (here, there) if time), default=None), 0


def _later(_before: Any, here: Any, there: Any) -> tuple[Any, int]:
    return max(here or "", there or ""), 0


def _greater(_before: Any, here: Any, there: Any) -> tuple[Any, int]:
    return max(here or 0, there or 0), 0


def _set(before: Any, here: Any, there: Any) -> tuple[Any, int]:
    """What either added, without what either took away."""
    old, mine, other = (list(value or ()) for value in (before, here, there))
    gone = {each for each in old if each not in mine or each not in other}
    return [each for each in dict.fromkeys((*mine, *other)) if each not in gone], 0


def both_texts(before: Any, here: Any, there: Any) -> tuple[Any, int]:
    """Both texts, unless one holds the other, part by part; and how many were made two."""
    mine, other = here or "", there or ""
    missing = [part for part in other.split(DIVIDER) if part not in mine]
    if not missing:
        return mine, 0
    if all(part in other for part in mine.split(DIVIDER)):
        return other, 0
    old = before or ""
    if old and mine.startswith(old) and other.startswith(old):
        added = other[len(old) :].lstrip("\n")
        return (mine, 0) if added in mine.split(DIVIDER) else (mine + DIVIDER + added, 1)
    return DIVIDER.join((mine, *missing)), 1


def _bits(before: Any, here: Any, there: Any) -> tuple[Any, int]:
    """Each mark as the copy left it that changed it."""
    old, mine, other = (_number(value) for value in (before, here, there))
    return _encoded(old ^ ((old ^ mine) | (old ^ other))), 0


def _cards(before: Any, here: Any, there: Any) -> tuple[Any, int]:
    """Our cards in our order without those taken out there, then those added there."""
    old, mine, other = (
        {card["item_id"]: card for card in value or ()} for value in (before, here, there)
    )
    stay = [card for item_id, card in mine.items() if item_id in other or item_id not in old]
    added = [card for item_id, card in other.items() if item_id not in mine and item_id not in old]
    return [*stay, *added], 0


def _lanes(before: Any, here: Any, there: Any) -> tuple[Any, int]:
    """Every lane of either, by name; both texts of one that both wrote in."""
    old, mine, other = (
        {lane["name"]: lane for lane in value or ()} for value in (before, here, there)
    )
    lanes = []
    kept = 0
    for name, lane in mine.items():
        if name not in other:
            if name not in old or not same(old[name], lane):
                lanes.append(lane)
            continue
        joined, count = _joined("lanes", old.get(name), lane, other[name])
        kept += count
        lanes.append(joined)
    lanes += [
        lane
        for name, lane in other.items()
        if name not in mine and (name not in old or not same(old[name], lane))
    ]
    return lanes, kept


_RULES: Mapping[str, Mapping[str, Rule]] = {
    "marks": {"starred_at": _earlier, "tags": _set},
    "notes": {"text": both_texts, "changed_at": _later},
    "read": {"bits": _bits},
    "hidden": {"bits": _bits},
    "feeds": {"tags": _set},
    "series": {"used": _greater},
    "hauls": {"cards": _cards, "lanes": _lanes, "snippet": both_texts},
    "lanes": {"text": both_texts},
}


def _alike(one: Document | None, other: Document | None) -> bool:
    return one is other or (one is not None and other is not None and same(one, other))


def _moved(
    rows: Mapping[int, Document], ids: Ids, joined_as: str | None = None
) -> dict[int, Document]:
    """Two things that are one here: the first document stays, or both are joined."""
    moved: dict[int, Document] = {}
    for doc_id, row in rows.items():
        here = ids.get(doc_id, doc_id)
        known = moved.setdefault(here, row)
        if known is not row and joined_as is not None:
            moved[here] = _joined(joined_as, None, known, row)[0] or known
    return moved


def _issue(row: Document, numbers: Renumbering) -> Document:
    cards = [
        {**card, "item_id": numbers.items.get(card["item_id"], card["item_id"])}
        for card in row.get("cards", ())
    ]
    renamed = {**row, "cards": cards} if cards else dict(row)
    for name, ids in (("series_id", numbers.series), ("frozen", numbers.frozen)):
        if row.get(name) is not None:
            renamed[name] = ids.get(row[name], row[name])
    return renamed


def _moved_bits(
    rows: Mapping[int, Document], ids: Ids, nowhere: frozenset[int]
) -> dict[int, Document]:
    numbers = {block: _number(row.get("bits")) for block, row in rows.items()}
    set_here: list[int] = []
    for there in (*ids, *nowhere):
        block, place = there // BLOCK + 1, there % BLOCK
        if numbers.get(block, 0) >> place & 1:
            numbers[block] ^= 1 << place
            if there not in nowhere:
                set_here.append(ids[there])
    for here in set_here:
        block, place = here // BLOCK + 1, here % BLOCK
        numbers[block] = numbers.get(block, 0) | 1 << place
    return {block: {"bits": _encoded(number)} for block, number in numbers.items() if number}


def _number(bits: Any) -> int:
    return int.from_bytes(base64.b64decode(bits), "little") if bits else 0


def _encoded(number: int) -> str:
    return base64.b64encode(number.to_bytes(BLOCK // 8, "little")).decode("ascii")
