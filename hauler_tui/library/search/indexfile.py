"""What is written into the index file, a batch of items in one transaction.

A contentless full-text table cannot delete a text without its old words before SQLite 3.43
(https://www.sqlite.org/fts5.html#contentless_tables). So the first text of an item has the item's
id for its rowid, and one that replaces it has ``ID_BITS`` more for every time; which one counts is
known in memory.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from hauler_tui.library.search.masks import Mask
from hauler_tui.library.search.order import Dated, Order
from hauler_tui.library.search.prepared import (
    Prepared,
    listed,
    names_in,
    prepared,
    searchable,
    unlisted,
)
from hauler_tui.library.works import TOMBSTONE

Position: TypeAlias = tuple[str, int, int | None]
"""The name of a file, how far, and a checksum of what stands before; None where not durable."""
"""A generation, and how far it was seen."""

VERSION = 5
"""Raised whenever a table or what goes into one changes; an older index is built again."""
ID_BITS = 40
_ID = (1 << ID_BITS) - 1
_IDS = range(1, 1 << 26)
"""Ids that masks can hold; a counter reaches no other."""
MOVED = 500
"""Items moved since the order was last written whole, above which that is done again."""

# The tokenizer only splits and lowers ASCII: what it is given beyond that is folded already.
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE rows (
    id INTEGER PRIMARY KEY, place INTEGER, personal_sum INTEGER, date INTEGER,
    title TEXT, authors TEXT, sort_title TEXT, feeds TEXT, announce TEXT, version INTEGER,
    facets TEXT, link TEXT, aliases TEXT, text_sum INTEGER, standing INTEGER, renewed INTEGER
);
CREATE INDEX rows_personal ON rows (id, personal_sum) WHERE personal_sum;
CREATE TABLE aliases (
    alias TEXT, item_id INTEGER, PRIMARY KEY (alias, item_id)
) WITHOUT ROWID;
CREATE TABLE gone (id INTEGER PRIMARY KEY, aliases TEXT);
CREATE TABLE again (id INTEGER PRIMARY KEY, times INTEGER);
CREATE TABLE ordered (seq INTEGER PRIMARY KEY, removed BLOB, added BLOB);
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='', detail=none, prefix='1 2 3', tokenize='ascii', columnsize=0
);
CREATE VIRTUAL TABLE names USING fts5 (
    title, authors, tags, note, prefix='1 2 3', tokenize='ascii', columnsize=0
);
CREATE VIRTUAL TABLE facets USING fts5 (
    text, content='', detail=none, tokenize='ascii', columnsize=0
);
INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);
INSERT INTO names (names, rank) VALUES ('hashsize', 4194304);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An item as the indexer finds it."""

    item_id: int
    place: int
    """The place of its record in the log."""
    raw: bytes | None
    """The record; None when there is none, or none whole."""
    tags: Sequence[str] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an index that nothing waits for has taken in."""

    covered: Position
    """How much of the log."""
    reach: Position
    """Where the log ends."""
    personal: Position
    """The state of the person's own data, by generation and number of the last change."""


@dataclass(frozen=True)
class Contents:
    """What is kept in memory of the index as it was at one moment."""

    order: Order = field(default_factory=Order)
    again: Mapping[int, int] = field(default_factory=dict)
    """How often the text of an item was replaced, where it was."""

    @cached_property
    def replaced(self) -> Mask:
        """The items whose first text counts no more."""
        return Mask.of(self.again, below=self.order.below)

    def current(self, row: int) -> int:
        """The item whose text stands in a row of ``words``; 0 when it was replaced."""
        item_id = row & _ID
        return item_id if self.again.get(item_id, 0) == row >> ID_BITS else 0


class FileWriter:
    """The one connection that writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        ((self._moved,),) = connection.execute(
            "SELECT coalesce(sum(length(removed) + length(added)), 0) / 16 FROM ordered WHERE seq"
        ).fetchall()

    def put(self, batch: Sequence[Described], reach: Position, before: Contents) -> Contents:
        """Index a batch as one transaction. Raises sqlite3.Error, with nothing done."""
        batch = [item for item in batch if item.item_id in _IDS]
        wanted = json.dumps([item.item_id for item in batch])
        known: dict[int, tuple[Any, ...]] = {
            item_id: rest
            for item_id, *rest in self._connection.execute(
                "SELECT id, place, personal_sum, date, facets, aliases, text_sum FROM rows"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
        }
        buried: dict[int, str] = dict(
            self._connection.execute(
                "SELECT id, aliases FROM gone WHERE id IN (SELECT value FROM json_each(?))",
                (wanted,),
            )
        )
        work = _Batch(known, buried, before.again)
        for item in batch:
            work.add(item)
        moved = len(work.removed) + len(work.added)
        # Always another object: what was found in the one before may be found no more.
        after = Contents(
            before.order.merged(work.removed, work.added) if moved else before.order,
            {**before.again, **work.again} if work.again else before.again,
        )
        with self._connection:
            # The log's end before its documents: a crash may take those from the log.
            self._write_position("reach", reach)
            self._connection.execute("DELETE FROM facts WHERE name = 'personal'")
            work.write(self._connection)
            if moved:
                self._moved += moved
                if self._moved > max(MOVED, len(after.order) // 8):
                    self._write_order(after.order)
                else:
                    self._connection.execute(
                        "INSERT INTO ordered (removed, added) VALUES (?, ?)",
                        (_flat(work.removed), _flat(work.added)),
                    )
        return after

    def note(self, seen: Seen, contents: Callable[[], Contents]) -> None:
        """Write how far the index reaches, where it does not say so. Raises sqlite3.Error."""
        told = {"covered": seen.covered, "reach": seen.reach, "personal": seen.personal}
        noted = dict(self._connection.execute("SELECT name, value FROM facts"))
        if self._moved <= MOVED and noted == {name: _words(told[name]) for name in told}:
            return
        with self._connection:
            for name, position in told.items():
                self._write_position(name, position)
            if self._moved > MOVED:
                self._write_order(contents().order)
        self._connection.execute("PRAGMA shrink_memory")

    def forget_position(self, name: str) -> None:
        """Take a position away. Raises sqlite3.Error."""
        with self._connection:
            self._connection.execute("DELETE FROM facts WHERE name = ?", (name,))

    def close(self) -> None:
        """Let go of the file, which is then one plain file."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    def _write_order(self, order: Order) -> None:
        self._connection.execute("DELETE FROM ordered")
        self._connection.execute(
            "INSERT INTO ordered VALUES (0, ?, ?)", (order.ids.tobytes(), order.ages.tobytes())
        )
        self._moved = 0

    def _write_position(self, name: str, position: Position) -> None:
        self._connection.execute("DELETE FROM facts WHERE name = ?", (name,))
        if position[2] is not None:  # without it nobody could tell whose log it was
            row = (name, _words(position))
            self._connection.execute("INSERT INTO facts VALUES (?, ?)", row)


class _Batch:
    """The rows that a batch of items comes to, table by table."""

    def __init__(
        self,
        known: Mapping[int, tuple[Any, ...]],
        buried: Mapping[int, str],
        again: Mapping[int, int],
    ) -> None:
        self.removed: list[Dated] = []
        self.added: list[Dated] = []
        self.again: dict[int, int] = {}
        self._known = known
        self._buried_before = buried
        self._again_before = again
        self._gone: list[tuple[int]] = []
        self._rows: list[tuple[Any, ...]] = []
        self._sums: list[tuple[int, int]] = []
        self._words: list[tuple[int, str]] = []
        self._names_gone: list[tuple[int]] = []
        self._names: list[tuple[int, str, str, str, str]] = []
        self._personal: list[tuple[str, str, int]] = []
        self._facets_gone: list[tuple[int, str]] = []
        self._facets: list[tuple[int, str]] = []
        self._aliases_gone: list[tuple[str, int]] = []
        self._aliases: list[tuple[str, int]] = []
        self._unburied: list[tuple[int]] = []
        self._buried: list[tuple[int, str]] = []

    def add(self, item: Described) -> None:
        """Take in one item, of which the batch holds no other."""
        known = self._known.get(item.item_id)
        mine = personal_sum(item.tags, item.note)
        if known is not None and item.raw is not None and known[0] == item.place:
            if known[1] != mine:
                self._sums.append((mine, item.item_id))
                self._personal.append((*_personal(item), item.item_id))
            return
        names = self._buried_before.get(item.item_id)
        if names is not None:
            self._unburied.append((item.item_id,))
            self._aliases_gone += [(alias, item.item_id) for alias in unlisted(names)]
        is_gone = item.raw is not None and item.raw.startswith(TOMBSTONE)
        made = None if item.raw is None or is_gone else prepared(item.raw)
        if made is not None:
            self._add_work(item, made, known, mine)
        elif known is not None:
            self._remove(item.item_id, known)
        if is_gone and item.raw is not None:
            # What was let go keeps its names, so that no feed brings it back.
            left = names_in(item.raw)
            self._buried.append((item.item_id, listed(left)))
            self._aliases += [(alias, item.item_id) for alias in left]

    def _add_work(
        self, item: Described, made: Prepared, known: tuple[Any, ...] | None, mine: int
    ) -> None:
        item_id = item.item_id
        date, facets, aliases, text_sum = (None, "", "", None) if known is None else known[2:]
        self._rows.append((item_id, item.place, mine, *made.row))
        if known is not None:
            self._names_gone.append((item_id,))
        self._names.append((item_id, *made.names, *_personal(item)))
        if date != made.date:
            if date is not None:
                self.removed.append((date, item_id))
            self.added.append((made.date, item_id))
        if facets != made.facets:
            if facets:
                self._facets_gone.append((item_id, facets))
            if made.facets:
                self._facets.append((item_id, made.facets))
        if aliases != made.aliases:
            self._aliases_gone += [(alias, item_id) for alias in unlisted(aliases)]
            self._aliases += [(alias, item_id) for alias in unlisted(made.aliases)]
        if text_sum != made.text_sum:
            times = self._again_before.get(item_id, 0)
            if known is not None:
                times += 1
                self.again[item_id] = times
            self._words.append((item_id | times << ID_BITS, made.text))

    def _remove(self, item_id: int, known: tuple[Any, ...]) -> None:
        self.removed.append((known[2], item_id))
        # Its text stays in ``words``: an item that is given this id must not be found by it.
        self.again[item_id] = self._again_before.get(item_id, 0) + 1
        self._gone.append((item_id,))
        self._names_gone.append((item_id,))
        if known[3]:
            self._facets_gone.append((item_id, known[3]))
        self._aliases_gone += [(alias, item_id) for alias in unlisted(known[4])]

    def write(self, connection: sqlite3.Connection) -> None:
        """Change the tables, inside the caller's transaction. Raises sqlite3.Error."""
        statements: Iterable[tuple[str, Sequence[Sequence[Any]]]] = (
            ("DELETE FROM rows WHERE id = ?", self._gone),
            ("DELETE FROM names WHERE rowid = ?", self._names_gone),
            ("INSERT INTO facets (facets, rowid, text) VALUES ('delete', ?, ?)", self._facets_gone),
            ("DELETE FROM aliases WHERE alias = ? AND item_id = ?", self._aliases_gone),
            ("DELETE FROM gone WHERE id = ?", self._unburied),
            ("INSERT INTO gone VALUES (?, ?)", self._buried),
            (f"INSERT OR REPLACE INTO rows VALUES (?{', ?' * 15})", self._rows),
            ("UPDATE rows SET personal_sum = ? WHERE id = ?", self._sums),
            ("UPDATE names SET tags = ?, note = ? WHERE rowid = ?", self._personal),
            (
                "INSERT INTO names (rowid, title, authors, tags, note) VALUES (?, ?, ?, ?, ?)",
                self._names,
            ),
            ("INSERT INTO words (rowid, text) VALUES (?, ?)", self._words),
            ("INSERT INTO facets (rowid, text) VALUES (?, ?)", self._facets),
            ("INSERT OR IGNORE INTO aliases VALUES (?, ?)", sorted(self._aliases)),
            ("INSERT OR REPLACE INTO again VALUES (?, ?)", list(self.again.items())),
        )
        for sql, values in statements:
            if values:
                connection.executemany(sql, values)


def open_writer(path: Path) -> FileWriter:
    """Begin to write an index, which is made when missing. Raises sqlite3.Error, OSError."""
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        path.chmod(0o600)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA cache_size = -8192")
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version != VERSION:
            if connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall():
                raise sqlite3.DatabaseError("the index is of another version")
            connection.executescript(f"{_SCHEMA}; PRAGMA user_version = {VERSION};")
        return FileWriter(connection)
    except (sqlite3.Error, OSError):
        connection.close()
        raise


def personal_sum(tags: Sequence[str], note: str) -> int:
    """A number that changes when a tag or the note does; 0 where there is neither."""
    if not tags and not note:
        return 0
    return zlib.crc32("\0".join((*tags, note)).encode(errors="surrogatepass")) or 1


def _personal(item: Described) -> tuple[str, str]:
    return searchable(" ".join(item.tags)), searchable(item.note)


def _flat(pairs: Iterable[Dated]) -> bytes:
    return array("q", [number for pair in pairs for number in pair]).tobytes()


def _words(position: Position) -> str:
    return " ".join(map(str, position))
