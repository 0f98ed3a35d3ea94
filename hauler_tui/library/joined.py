"""Items that turned out to be one work: each keeps its own record, and is read as part of one.

A row of the table ``joined`` says that an item is part of another. Taken away, by undo or by
``split``, both are there again with what sources said of either since; nothing was mixed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain.item import Work
from hauler_tui.domain.merge import join
from hauler_tui.errors import LibraryError
from hauler_tui.library.records import Mark, NoteRow, from_row, to_row
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lines import encode
from hauler_tui.library.store.log import LogTable
from hauler_tui.library.store.loglines import stamp
from hauler_tui.library.works import TOMBSTONE, Ids, Works

JOINED, MET = "joined", "met"
_NO_MARK = Mark()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the person had done with one of two items when they were joined."""

    mark: Mark = _NO_MARK
    read: bool = False
    note: NoteRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A card of the younger item that became one of the older."""

    haul: int
    place: int
    lane: str = ""
    published: bool = False
    dropped: bool = False
    """Whether the open issue had a card of the older one too, which stays alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRow:
    """That an item is part of another; the document's id is the younger one's."""

    into: int
    at: datetime
    older: Side = Side()
    younger: Side = Side()
    cards: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetRow:
    """The items that one was ever joined with: apart now, they stay apart."""

    items: tuple[int, ...] = ()


class Joined:
    """Which items are parts of which, at hand; read from any thread."""

    def __init__(self, journal: Journal, works: LogTable) -> None:
        self._table = journal.table(JOINED)
        self._works = works
        self._personal = journal.table("marks"), journal.table("notes")
        self._met_table = journal.table(MET)
        self.into: Mapping[int, int] = {}
        """The item that each joined one is part of, which may itself be part of another."""
        self._younger: Mapping[int, tuple[int, ...]] = {}
        self._met: Mapping[int, frozenset[int]] = {}
        self.notice()

    def notice(self) -> frozenset[int]:
        """Read the tables again; the items that are other than before, and what they are in."""
        before = self.into
        rows = self._table.rows().items()
        into = {each: row["into"] for each, row in rows if self._is_part(each, row["into"])}
        younger: dict[int, tuple[int, ...]] = {}
        for each in sorted(into):
            younger[into[each]] = (*younger.get(into[each], ()), each)
        self.into, self._younger = into, younger
        met: dict[int, frozenset[int]] = {}
        for each, row in self._met_table.rows().items():
            for other in row.get("items", ()):
                met[each] = met.get(each, frozenset()) | {other}
                met[other] = met.get(other, frozenset()) | {each}
        self._met = met
        changed = {each for each in {*before, *into} if before.get(each) != into.get(each)}
        above = [part for each in changed for part in (before.get(each), into.get(each))]
        changed.update(each for each in above if each is not None)
        return frozenset({*changed, *map(self.survivor, changed)})

    def _is_part(self, item_id: int, into: int) -> bool:
        # What was joined is always the younger, so that nothing can be part of itself.
        if into >= item_id or not self._works.size(into):
            return False  # what lost its record takes nothing out of sight
        # A part has neither mark nor note, unless they came while the other's record was lost.
        return all(item_id not in table.rows() for table in self._personal)

    def concerned(self, changes: Mapping[str, frozenset[int]]) -> frozenset[int]:
        """The items that changes of tables may have made part of another, or not any more."""
        nothing: frozenset[int] = frozenset()
        touched = changes.get("marks", nothing) | changes.get("notes", nothing)
        return changes.get(JOINED, nothing) | (touched & self._table.rows().keys())

    def survivor(self, item_id: int) -> int:
        """The item that one is part of in the end; itself where it stands alone."""
        into = self.into
        while item_id in into:
            item_id = into[item_id]
        return item_id

    def younger(self, item_id: int) -> tuple[int, ...]:
        """The items that were joined into one, oldest first, without what was joined into those."""
        return self._younger.get(item_id, ())

    def parts(self, item_id: int) -> tuple[int, ...]:
        """An item and everything that is part of it."""
        if item_id not in self._younger:
            return (item_id,)
        return (item_id, *(part for each in self.younger(item_id) for part in self.parts(each)))

    def row(self, item_id: int) -> JoinRow | None:
        """How an item became part of another."""
        row = self._table.rows().get(item_id)
        return None if row is None else from_row(JoinRow, row)

    def put(self, item_id: int, row: JoinRow) -> None:
        """Make an item part of another, inside the caller's step."""
        self._table.put(item_id, to_row(row))

    def drop(self, item_id: int) -> None:
        """Let an item stand alone again, inside the caller's step."""
        self._table.drop(item_id)

    def unmet(self) -> dict[int, MetRow]:
        """What is to be remembered of the items that are joined now."""
        rows = self._met_table.rows()
        found = {}
        for each, row in self._table.rows().items():
            known = from_row(MetRow, rows[each]) if each in rows else MetRow()
            if row["into"] not in known.items:
                found[each] = MetRow(items=(*known.items, row["into"]))
        return found

    def remember(self, met: Mapping[int, MetRow]) -> None:
        """Keep which items were joined once, whatever is undone later."""
        self._met_table.put_many({each: to_row(row) for each, row in met.items()})

    def are_apart(self, some: Collection[int], others: Collection[int]) -> bool:
        """Whether one of some items was joined with one of the others once, and is not now."""
        if not self._met:
            return False
        theirs = {part for each in others for part in self.parts(each)}
        mine = (part for each in some for part in self.parts(each))
        return any(not theirs.isdisjoint(self._met.get(each, ())) for each in mine)

    def doubtful(self) -> set[int]:
        """The items that an index which missed something may know as other than they are."""
        return {*self._met, *self.into, *self._younger}


class JoinedWorks(Works):
    """The works of ``items.log``, with those that are one work read as one."""

    def __init__(self, table: LogTable, gone: Ids, joined: Joined) -> None:
        super().__init__(table, gone)
        self.joined = joined
        self._whole: dict[int, tuple[tuple[int, ...], bytes]] = {}

    def __contains__(self, item_id: int) -> bool:
        return item_id not in self.joined.into and super().__contains__(item_id)

    def __len__(self) -> int:
        # A crash may have come between a row and the record of a part.
        return super().__len__() - sum(self.table.size(each) > 0 for each in self.joined.into)

    def ids(self) -> Iterator[int]:
        """The ids of all items that stand alone, ascending."""
        into = self.joined.into
        return (each for each in super().ids() if each not in into) if into else super().ids()

    def survivor(self, item_id: int) -> int:
        """The item that an id means: another one where the two turned out to be one work."""
        return self.joined.survivor(item_id)

    def survivors(self, item_ids: Iterable[int]) -> Iterable[int]:
        """The same of many."""
        return map(self.joined.survivor, item_ids) if self.joined.into else item_ids

    def raw(self, item_id: int) -> bytes | None:
        """The JSON of a work with all its parts; None for a part. Raises LibraryError."""
        if item_id in self.joined.into:
            return None
        parts = self.joined.parts(item_id)
        own = self.table.raw(item_id)
        if len(parts) == 1 or own is None or own.startswith(TOMBSTONE):
            return own
        places = tuple(map(self.table.place, parts))
        known = self._whole.get(item_id)
        if known is None or known[0] != places:
            known = self._whole[item_id] = places, encode(to_row(self._composed(parts)))
        return known[1]

    def place(self, item_id: int) -> int:
        """A number for what ``raw`` gives; 0 for nothing."""
        if item_id in self.joined.into:
            return 0
        if not self.joined.younger(item_id):
            return self.table.place(item_id)
        with contextlib.suppress(LibraryError):
            raw = self.raw(item_id)
            return 0 if raw is None else stamp(item_id, raw)
        return self.table.place(item_id)

    def require(self, item_id: int) -> Work:
        """The work that an id means. Raises UnknownKeyError."""
        return super().require(self.survivor(item_id))

    def part(self, item_id: int) -> Work:
        """What is known of an item without what was joined with it. Raises UnknownKeyError."""
        raw = self.table.raw(item_id)
        whole = None if raw is None or raw.startswith(TOMBSTONE) else self._decoded(raw)
        return super().require(item_id) if whole is None else whole

    def _composed(self, parts: Iterable[int]) -> Work:
        first, *others = parts
        whole = self.part(first)
        for each in others:
            with contextlib.suppress(LibraryError):  # one that is damaged takes nothing with it
                whole = join(whole, self.part(each))
        return whole
