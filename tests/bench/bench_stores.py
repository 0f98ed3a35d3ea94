"""What the store of items costs, beside sqlite3 in the same run.

Run it from the root of a checkout: ``python -m tests.bench.bench_stores [DOCUMENTS]``. It makes
its own store of so many works, 20,000 in a batch, taking turns with sqlite3.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hauler_tui.domain.item import Sighting
from hauler_tui.domain.merge import new_work
from hauler_tui.library.records import to_row
from hauler_tui.library.store.lines import encode
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.writer import Writer
from tests.bench.measuring import shown, timed, told
from tests.bench.papers import Papers
from tests.factories import NOW

BATCH = 20_000
GETS = 2000
UPDATES = 300
ROUNDS = 15
_GET = "SELECT doc FROM items WHERE id = ?"


def batches(count: int) -> Iterator[dict[int, dict[str, Any]]]:
    """The documents of so many works by id, at most 20,000 at once."""
    papers = Papers(count, 200)
    for begin in range(0, count, BATCH):
        documents = {}
        for number in range(begin, min(begin + BATCH, count)):
            sighting = Sighting(feed_id=papers.feed_of(number), announce="new", seen_at=NOW)
            documents[number + 1] = to_row(new_work(papers.entry(number, NOW), sighting))
        yield documents


def reference(path: Path) -> sqlite3.Connection:
    """A plain table of documents, as durable as ours."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    base.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, doc TEXT)")
    return base


def inserting(directory: Path, count: int, base: sqlite3.Connection) -> None:
    """Fill both stores in turns; each batch is durable when its time ends."""
    writer = Writer()
    book = LogBook.open(directory, ("items",), writer)
    table = book.table("items")
    ours, theirs, plain = [], [], 0

    def insert(batch: dict[int, dict[str, Any]]) -> None:
        table.put_many(batch)
        writer.flush()

    def insert_plainly(batch: dict[int, dict[str, Any]]) -> None:
        base.execute("BEGIN")
        rows = ((number, json.dumps(document)) for number, document in batch.items())
        base.executemany("INSERT INTO items VALUES (?, ?)", rows)
        base.execute("COMMIT")

    for batch in batches(count):
        ours.append(timed(insert, batch))
        theirs.append(timed(insert_plainly, batch))
        plain += sum(len(encode(document)) for document in batch.values())
    shown(f"insert {min(BATCH, count):,} in one durable batch", ours, theirs, "sqlite3", goal=1.5)
    told("  file over the documents' JSON", table.position[1] / plain, "times", goal=1.3)
    book.close()
    writer.close()


def opening(directory: Path, count: int, path: Path) -> None:
    """Open each and read one document."""

    def ours() -> None:
        with LogBook.open(directory, ("items",), None) as book:
            book.table("items").document(count // 2)

    def theirs() -> None:
        base = sqlite3.connect(path)
        json.loads(base.execute(_GET, (count // 2,)).fetchone()[0])
        base.close()

    pairs = [(timed(ours), timed(theirs)) for _ in range(ROUNDS)]
    shown("open and get one", [a for a, _ in pairs], [b for _, b in pairs], "sqlite3")


def getting(directory: Path, count: int, base: sqlite3.Connection) -> None:
    """Documents by id, anywhere in the store."""
    chance = random.Random(0)

    def theirs(number: int) -> Any:
        return json.loads(base.execute(_GET, (number,)).fetchone()[0])

    with LogBook.open(directory, ("items",), None) as book:
        table = book.table("items")
        pairs = []
        for _ in range(GETS):
            number = chance.randrange(count) + 1
            pairs.append((timed(table.document, number), timed(theirs, number)))
    shown("get by id", [a for a, _ in pairs], [b for _, b in pairs], "sqlite3", goal=2)


def changing(directory: Path, count: int, base: sqlite3.Connection) -> None:
    """One document replaced, until it is durable; then what mends and compacts the log."""
    chance = random.Random(1)
    writer = Writer()
    book = LogBook.open(directory, ("items",), writer)
    table = book.table("items")

    def ours(number: int) -> None:
        table.update({"seen": number}, doc_ids=[number])
        writer.flush()

    def theirs(number: int) -> None:
        base.execute("UPDATE items SET doc = json_set(doc, '$.seen', ?1) WHERE id = ?1", (number,))

    pairs = []
    for _ in range(UPDATES):
        number = chance.randrange(count) + 1
        pairs.append((timed(ours, number), timed(theirs, number)))
    shown("durable update of one", [a for a, _ in pairs], [b for _, b in pairs], "sqlite3")
    told("compaction", timed(table.compact), "ms")
    book.close()
    writer.close()
    for side_car in directory.glob("items.offsets*"):
        side_car.unlink()
    lost = timed(lambda: LogBook.open(directory, ("items",), None).close())
    told("open with the side-car lost", lost, "ms")


def main() -> None:
    """Measure a store of as many documents as the command line says, else 250,000."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    with tempfile.TemporaryDirectory(prefix="hauler-bench-") as folder:
        directory, path = Path(folder) / "store", Path(folder) / "reference.sqlite"
        base = reference(path)
        print(f"{count:,} documents")
        inserting(directory, count, base)
        opening(directory, count, path)
        getting(directory, count, base)
        changing(directory, count, base)
        base.close()


if __name__ == "__main__":
    main()
