"""The disposable SQLite index: what a list row shows, who owns an alias, which texts hold a word.

Nothing in it is precious: a file that is missing, broken, of another version or ahead of the log
is thrown away and built again. The full-text tables are given the very tokens the query language
compares, so that both always agree on what a word is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from hauler_tui.domain.entry import Announce
from hauler_tui.domain.item import Item, Work
from hauler_tui.domain.merge import strongest
from hauler_tui.domain.query import dated, is_withdrawn, tokens
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import sort_key
from hauler_tui.library.backlog import Backlog
from hauler_tui.library.records import Gone

Position: TypeAlias = tuple[str, int]
"""A log's generation and how many of its bytes were seen."""

Described: TypeAlias = tuple[int, Work | Gone | None, Sequence[str], str]
"""The place of a work in the log, the work, or what stayed of it, its tags and the note's text."""

Progress: TypeAlias = Callable[[], tuple[Position, Position]]
"""How much of the log an empty backlog means to have covered, and where the log ends."""

Stop: TypeAlias = Callable[[], bool]

VERSION = 2
"""Raised whenever a table or what goes into one changes; an older index is built again."""
_BATCH = 250
_ALIASES_AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

# The tokenizer only splits at the spaces between tokens: it knows ASCII punctuation alone.
_SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE rows (
    id INTEGER PRIMARY KEY, date INTEGER, title TEXT, authors TEXT, sort_title TEXT,
    feeds TEXT, announce TEXT, version INTEGER,
    versions INTEGER, is_withdrawn INTEGER, categories TEXT, link TEXT,
    text_id INTEGER, text_sum INTEGER, personal_sum INTEGER, place INTEGER
);
CREATE INDEX rows_by_date ON rows (date, id);
CREATE INDEX rows_by_text ON rows (text_id);
CREATE INDEX rows_personal ON rows (id) WHERE personal_sum;
CREATE TABLE aliases (
    alias TEXT, item_id INTEGER, PRIMARY KEY (alias, item_id)
) WITHOUT ROWID;
CREATE INDEX aliases_by_item ON aliases (item_id);
CREATE VIRTUAL TABLE words USING fts5 (
    text, content='', detail=none, prefix='1 2 3', tokenize='ascii'
);
CREATE VIRTUAL TABLE names USING fts5 (
    title, authors, tags, note, prefix='1 2 3', tokenize='ascii'
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list row shows of a work."""

    id: int
    date: datetime
    """When the work appeared or was first seen, the earlier."""
    title: str
    """On one line, TeX turned into Unicode; the link or key of a work without a title."""
    authors: str
    feed_ids: tuple[int, ...]
    announce: Announce | None
    """The strongest announce type any feed gave it."""
    version: int | None

    @staticmethod
    def of(item_id: int, work: Work) -> Listed:
        """What a list row shows of ``work``."""
        entry = work.entry
        return Listed(
            id=item_id,
            date=dated(Item(id=item_id, work=work)),
            title=to_unicode(entry.title) or entry.link or work.key,
            authors=", ".join(entry.authors),
            feed_ids=tuple(s.feed_id for s in work.sightings if s.feed_id is not None),
            announce=strongest(sighting.announce for sighting in work.sightings),
            version=entry.version,
        )


class Index:
    """One writing connection, and a reading one for every thread that asks at the same time."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        """Open the index, or begin an empty one when the file is of no use.

        Never raises for what SQLite or the disk says: the index is then broken, or only read.
        """
        self.path = path
        self.is_broken = False
        """Whether SQLite found the file damaged or missing: nothing in it is believed."""
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._age = 0
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

    def covered(self) -> Position | None:
        """How much of the log is indexed; None for nothing."""
        return self._position("covered")

    def reach(self) -> Position | None:
        """Where the log ended when something was last indexed, durable or not."""
        return self._position("reach")

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

    def listed(self, item_ids: Sequence[int]) -> list[Listed]:
        """What the index knows of some items, in no order; ids it does not know are left out."""
        found = self.read(
            "SELECT id, date, title, authors, feeds, announce, version FROM rows"
            " WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(item_ids)),
        )
        return [
            Listed(
                id=item_id,
                date=_EPOCH + date * _TICK,
                title=title,
                authors=authors,
                feed_ids=tuple(map(int, feeds.split())),
                announce=announce,
                version=version,
            )
            for item_id, date, title, authors, feeds, announce, version in found
        ]

    def owners(self, aliases: Iterable[str], waiting: Container[int] = ()) -> dict[str, int]:
        """The oldest item that goes by each of the aliases; those ``waiting`` are not counted."""
        wanted = tuple(aliases)
        owners: dict[str, int] = {}
        for start in range(0, len(wanted), _ALIASES_AT_ONCE):
            some = wanted[start : start + _ALIASES_AT_ONCE]
            for alias, item_id in self.read(
                f"SELECT alias, item_id FROM aliases WHERE alias IN ({placeholders(some)})", *some
            ):
                if item_id not in waiting:
                    owners[alias] = min(item_id, owners.get(alias, item_id))
        return owners

    def catch_up(
        self, backlog: Backlog, describe: Callable[[int], Described], progress: Progress, stop: Stop
    ) -> None:
        """Index the backlog in small batches until nothing waits or ``stop`` says so.

        Each batch is one transaction. A full disk leaves the backlog waiting.
        """
        while self._writer is not None and not self.is_broken and not stop():
            taken = backlog.take(_BATCH)
            try:
                if not taken:
                    if backlog.settled(lambda: self._mark(*progress())):
                        return
                    continue
                with self._writer:
                    # The log's end before its documents: a crash may take those from the log.
                    self._write_position("reach", progress()[1])
                    for item_id in taken:
                        self._put(item_id, *describe(item_id))
            except sqlite3.OperationalError:
                return
            except sqlite3.Error:
                self.is_broken = True
                return
            backlog.done(taken)

    def _begin_writing(self) -> None:
        try:
            self._writer = self._open_writer()
        except sqlite3.OperationalError:
            raise  # a full disk or a lock says nothing against the file
        except sqlite3.DatabaseError:
            self.reset()

    def reset(self) -> None:
        """Throw the file away and begin an empty one. Raises sqlite3.Error, OSError."""
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        self._writer = self._open_writer()
        self._age += 1
        self.is_broken = False

    def close(self) -> None:
        """Close every connection; a reader beside us then finds one plain file."""
        with self._lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()
            self._idle.clear()
        if self._writer is not None:
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("PRAGMA journal_mode = DELETE")
            self._writer.close()
            self._writer = None

    def _put(
        self, item_id: int, place: int, work: Work | Gone | None, tags: Sequence[str], note: str
    ) -> None:
        connection = self._require_writer()
        connection.execute("DELETE FROM names WHERE rowid = ?", (item_id,))
        connection.execute("DELETE FROM aliases WHERE item_id = ?", (item_id,))
        if not isinstance(work, Work):
            connection.execute("DELETE FROM rows WHERE id = ?", (item_id,))
            self._put_aliases(item_id, () if work is None else work.aliases)
            return
        entry = work.entry
        title, authors = _words(to_unicode(entry.title)), _words(*entry.authors)
        text = " ".join((title, authors, _words(to_unicode(entry.abstract))))
        listed = Listed.of(item_id, work)
        connection.execute(
            f"INSERT OR REPLACE INTO rows VALUES (?{', ?' * 15})",
            (
                item_id,
                ticks(listed.date),
                listed.title,
                listed.authors,
                sort_key(listed.title),
                " ".join(map(str, listed.feed_ids)),
                listed.announce,
                listed.version,
                len(work.versions),
                is_withdrawn(entry),
                "\n".join(("", *entry.categories, "")).lower(),
                entry.link.lower(),
                *self._put_text(item_id, text),
                personal_sum(tags, note),
                place,
            ),
        )
        connection.execute(
            "INSERT INTO names (rowid, title, authors, tags, note) VALUES (?, ?, ?, ?, ?)",
            (item_id, title, authors, _words(*tags), _words(note)),
        )
        self._put_aliases(item_id, work.aliases)

    def _put_aliases(self, item_id: int, aliases: Iterable[str]) -> None:
        self._require_writer().executemany(
            "INSERT OR IGNORE INTO aliases VALUES (?, ?)", [(alias, item_id) for alias in aliases]
        )

    def _put_text(self, item_id: int, text: str) -> tuple[int, int]:
        """Index a text under a number of its own, unless it is the one indexed before.

        A contentless table cannot delete without the old words: a text that was replaced keeps
        its number, and no row points there any more.
        """
        connection = self._require_writer()
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=7).digest()
        text_sum = int.from_bytes(digest, "big")
        known = connection.execute(
            "SELECT text_id FROM rows WHERE id = ? AND text_sum = ?", (item_id, text_sum)
        ).fetchone()
        if known is not None:
            return known[0], text_sum
        ((text_id,),) = connection.execute(
            "INSERT INTO facts VALUES ('texts', 1)"
            " ON CONFLICT DO UPDATE SET value = value + 1 RETURNING CAST(value AS INTEGER)"
        ).fetchall()
        connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (text_id, text))
        return text_id, text_sum

    def _mark(self, covered: Position, reach: Position) -> None:
        with self._require_writer():
            self._write_position("covered", covered)
            self._write_position("reach", reach)

    def _position(self, name: str) -> Position | None:
        for (value,) in self.read("SELECT value FROM facts WHERE name = ?", name):
            generation, _, offset = str(value).partition(" ")
            if offset.isdecimal():
                return generation, int(offset)
        return None

    def _write_position(self, name: str, position: Position) -> None:
        self._require_writer().execute(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, f"{position[0]} {position[1]}")
        )

    def _open_writer(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False)
        try:
            self.path.chmod(0o600)
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
            ((version,),) = connection.execute("PRAGMA user_version").fetchall()
            if version != VERSION:
                if connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall():
                    raise sqlite3.DatabaseError("the index is of another version")
                connection.executescript(f"{_SCHEMA}; PRAGMA user_version = {VERSION};")
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        return connection

    def _require_writer(self) -> sqlite3.Connection:
        if self._writer is None:
            raise sqlite3.OperationalError("the index is open for reading only")
        return self._writer

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


def placeholders(values: Sequence[object]) -> str:
    """Question marks for values; text goes this way, since SQLite's JSON stops at NUL."""
    return ", ".join("?" * len(values))


def ticks(time: datetime) -> int:
    """A time as the index keeps it: microseconds since 1970."""
    return (time - _EPOCH) // _TICK


def personal_sum(tags: Sequence[str], note: str) -> int:
    """A number that changes when a tag or the note does; 0 where there is neither."""
    if not tags and not note:
        return 0
    return zlib.crc32("\0".join((*tags, note)).encode(errors="surrogatepass")) or 1


def _words(*texts: str) -> str:
    return " ".join(token for text in texts for token in tokens(text))
