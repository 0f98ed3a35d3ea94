"""The disposable SQLite index: what a list row shows, who owns an alias, which texts hold a word.

Nothing in it is precious: a file that is missing, broken, of another version or ahead of the log
is thrown away and built again. The full-text tables are given what splits into the very tokens
the query language compares, so that both always agree on what a word is.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import threading
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.indexfile import (
    ID_BITS,
    VERSION,
    Contents,
    Described,
    FileWriter,
    Position,
    Seen,
    open_writer,
)
from hauler_tui.library.search.listed import COLUMNS, Listed
from hauler_tui.library.search.masks import Mask
from hauler_tui.library.search.orderfile import contents, first_of_order, read_ages

Stop: TypeAlias = Callable[[], bool]

_BATCH = 2000
_ALIASES_AT_ONCE = 500
_ROWS_AT_ONCE = 256
_TERMS_KEPT = 12
"""Answers of the full-text tables that are kept: the words that stand while one is typed."""


class Index:
    """One writing connection, and a reading one for every thread that asks at the same time."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        """Open the index, or begin an empty one when the file is of no use.

        Never raises for what SQLite or the disk says: the index is then broken, or only read.
        """
        self.path = path
        self.is_broken = False
        """Whether SQLite found the file damaged or missing: nothing in it is believed."""
        self._writer: FileWriter | None = None
        self._readers: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._age = 0
        self._contents: Contents | None = None
        self._data_version = 0
        self._terms: dict[tuple[str, str], tuple[Contents, Mask]] = {}
        self._titled: tuple[Contents, array[int]] | None = None
        if writing:
            with contextlib.suppress(sqlite3.Error, OSError):
                self._begin_writing()
        if self._writer is None and (
            not path.is_file() or self.read("PRAGMA user_version") != [(VERSION,)]
        ):
            self.is_broken = True

    @property
    def is_writable(self) -> bool:
        """Whether ``catch_up`` can do anything."""
        return self._writer is not None

    def position(self, name: str) -> Position | None:
        """A position that was noted: ``covered``, ``reach`` or ``personal``, see ``Seen``."""
        for (value,) in self.read("SELECT value FROM facts WHERE name = ?", name):
            match str(value).split(" "):
                case [generation, offset, check] if offset.isdecimal() and check.isdecimal():
                    return generation, int(offset), int(check)
        return None

    def forget_position(self, name: str) -> None:
        """Let a position that was noted count no more."""
        if self._writer is not None:
            try:
                self._writer.forget_position(name)
            except sqlite3.Error:
                self.is_broken = True

    def personal_sums(self) -> dict[int, int]:
        """What ``personal_sum`` gave for each item with tags or a note when it was indexed."""
        return dict(self.read("SELECT id, personal_sum FROM rows WHERE personal_sum"))

    def places(self, item_ids: Sequence[int] | None = None) -> dict[int, int]:
        """Where in the log each item, or each of some, stood as it was indexed."""
        if item_ids is None:
            return dict(self.read("SELECT id, place FROM rows"))
        wanted = json.dumps(item_ids)
        sql = "SELECT id, place FROM rows WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self.read(sql, wanted))

    def holds_anything(self) -> bool:
        """Whether any item was ever indexed."""
        return bool(self.read("SELECT 1 FROM rows LIMIT 1"))

    def contents(self) -> Contents:
        """The order of all items, and which texts replaced others; nothing when it is broken."""
        if self.is_broken:
            return Contents()
        known = self._contents
        if known is not None and self._writer is not None:
            return known
        age = self._age
        try:
            with self._reader() as connection:
                ((version,),) = connection.execute("PRAGMA data_version").fetchall()
                if known is None or version != self._data_version:
                    # A reader keeps one connection: this number means nothing on another.
                    known = contents(connection, self._ages_of)
                    with self._lock:
                        if self._writer is not None and self._contents is not None:
                            known = self._contents  # a batch was put while this was read
                        self._contents, self._data_version = known, version
                return known
        except (sqlite3.Error, ValueError):
            self.is_broken = self.is_broken or age == self._age
            return Contents()

    def _ages_of(self, ids: array[int]) -> array[int]:
        try:
            with self._reader() as connection:
                return read_ages(connection, ids)
        except sqlite3.Error:
            self.is_broken = True
            return array("q", bytes(8 * len(ids)))

    def read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The answer to one question, from any thread; empty when the file is broken."""
        if self.is_broken:
            return []
        age = self._age
        try:
            with self._reader() as connection:
                return connection.execute(sql, values).fetchall()
        except sqlite3.Error:
            self.is_broken = self.is_broken or age == self._age
            return []

    def ids(self, sql: str, *values: object) -> list[int]:
        """The ids in the one column of an answer, gathered by SQLite itself into one value."""
        found = self.read(f"SELECT json_group_array(id) FROM ({sql})", *values)
        return [] if not found else _IDS.decode(found[0][0])

    def holding(self, table: str, match: str, contents: Contents) -> Mask:
        """The items a full-text table finds: ``words``, ``names`` or ``facets``."""
        key = (table, match)
        known = self._terms.get(key)
        if known is not None and known[0] is contents:
            return known[1]
        below = contents.order.below
        sql = f"SELECT rowid AS id FROM {table} WHERE {table} MATCH ?"
        if table == "words":
            found = Mask.of(self.ids(f"{sql} AND rowid < ?", match, 1 << ID_BITS), below=below)
            if contents.again:
                found -= contents.replaced
                newer = self.ids(f"{sql} AND rowid >= ?", match, 1 << ID_BITS)
                found |= Mask.of(filter(None, map(contents.current, newer)), below=below)
        else:
            found = Mask.of(self.ids(sql, match), below=below)
        with self._lock:
            if len(self._terms) >= _TERMS_KEPT:
                del self._terms[next(iter(self._terms))]
            self._terms[key] = contents, found
        return found

    def by_title(self, contents: Contents) -> array[int]:
        """Every item by title; asked for the first time it takes a while."""
        known = self._titled
        if known is None or known[0] is not contents:
            ids = self.ids("SELECT id FROM rows ORDER BY sort_title, date DESC, id DESC")
            known_ids = (each for each in ids if each < contents.order.below)
            self._titled = known = contents, array("Q", known_ids)
        return known[1]

    def newest(self, match: str, contents: Contents) -> Iterator[list[int]]:
        """Items whose text matches, in pieces, those that came last first.

        Ends early when the file is broken. To be read to its end or closed in one thread.
        """
        age = self._age
        try:
            with self._reader() as connection:
                sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC"
                found = connection.execute(sql, (match,))
                while rows := found.fetchmany(_ROWS_AT_ONCE):
                    yield [item_id for (row,) in rows if (item_id := contents.current(row))]
        except sqlite3.Error:
            self.is_broken = self.is_broken or age == self._age

    def newest_of_all(self, count: int) -> list[int] | None:
        """The items that come first in the order, at least ``count`` where there are as many.

        None when only the whole order tells. Nothing is kept of what is read for it.
        """
        known = self._contents
        if known is not None or self.is_broken:
            return None if known is None else list(known.order.ids[:count])
        try:
            with self._reader() as connection:
                return first_of_order(connection, count)
        except (sqlite3.Error, ValueError):
            return None

    def by_date(self, item_ids: Sequence[int]) -> array[int]:
        """Some items, newest first; those it does not know are left out."""
        sql = "SELECT id FROM rows WHERE id IN (SELECT value FROM json_each(?))"
        found = self.read(f"{sql} ORDER BY date DESC, id DESC", json.dumps(list(item_ids)))
        return array("Q", [item_id for (item_id,) in found])

    def listed(self, item_ids: Sequence[int]) -> list[Listed]:
        """What the index knows of some items, in no order; ids it does not know are left out."""
        found = self.read(
            f"SELECT {COLUMNS} FROM rows WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(item_ids)),
        )
        return [Listed.read(*row) for row in found]

    def owners(
        self,
        aliases: Iterable[str],
        waiting: Container[int] = (),
        is_gone: Callable[[int], bool] = lambda item_id: False,
    ) -> dict[str, int]:
        """The oldest item that goes by each of the aliases, a gone one if no other does.

        Those ``waiting`` are not counted.
        """
        # SQLite takes no lone surrogate, and no alias holds one.
        wanted = [alias for alias in aliases if alias.isascii() or not _SURROGATE.search(alias)]
        owners: dict[str, int] = {}
        for start in range(0, len(wanted), _ALIASES_AT_ONCE):
            some = wanted[start : start + _ALIASES_AT_ONCE]
            for alias, item_id in self.read(
                f"SELECT alias, item_id FROM aliases WHERE alias IN ({placeholders(some)})", *some
            ):
                if item_id not in waiting:
                    both = (item_id, owners.get(alias, item_id))
                    owners[alias] = min(both, key=lambda each: (is_gone(each), each))
        return owners

    def has_names(self, kind: str) -> bool:
        """Whether an item goes by a name of this kind."""
        sql = "SELECT 1 FROM aliases WHERE alias >= ? AND alias < ? LIMIT 1"
        return bool(self.read(sql, f"{kind}:", f"{kind};"))

    def catch_up(
        self,
        backlog: Backlog,
        describe: Callable[[int], Described],
        seen: Callable[[], Seen],
        stop: Stop,
    ) -> None:
        """Index the backlog in batches until nothing waits or ``stop`` says so.

        Each batch is one transaction. A full disk leaves the backlog waiting.
        """
        while self._writer is not None and not self.is_broken and not stop():
            taken = backlog.take(_BATCH)
            try:
                if not taken:
                    if backlog.settled(lambda: self._mark(seen())):
                        return
                    continue
                self._put([describe(item_id) for item_id in taken], seen().reach)
            except sqlite3.OperationalError:
                return
            except sqlite3.Error:
                self.is_broken = True
                return
            backlog.done(taken)

    def _begin_writing(self) -> None:
        try:
            self._writer = open_writer(self.path)
        except sqlite3.OperationalError:
            raise  # a full disk or a lock says nothing against the file
        except sqlite3.DatabaseError:
            self.reset()

    def reset(self) -> None:
        """Throw the file away and begin an empty one. Raises sqlite3.Error, OSError."""
        self.close()
        remove_index(self.path)
        self._writer = open_writer(self.path)
        self._age += 1
        self.is_broken = False

    def close(self) -> None:
        """Close every connection; a reader beside us then finds one plain file."""
        with self._lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()
            self._idle.clear()
            self._contents = None
            self._titled = None
            self._terms.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _put(self, batch: Sequence[Described], reach: Position) -> None:
        """Index a batch as one transaction."""
        assert self._writer is not None
        self._contents = self._writer.put(batch, reach, self.contents())

    def _mark(self, seen: Seen) -> None:
        """Note what is covered, now that nothing waits."""
        assert self._writer is not None
        self._writer.note(seen, self.contents)

    @contextlib.contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            with self._lock:
                self._readers.append(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._idle.append(connection)


def remove_index(path: Path) -> None:
    """Take the files of an index away that nobody has open. Raises OSError."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def placeholders(values: Sequence[object]) -> str:
    """Question marks for values; text goes this way, since SQLite's JSON stops at NUL."""
    return ", ".join("?" * len(values))


_SURROGATE = re.compile("[\ud800-\udfff]")
_IDS = msgspec.json.Decoder(list[int])
