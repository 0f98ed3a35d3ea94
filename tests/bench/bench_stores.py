"""Figures of the stores against their references in the same run.

Run as ``python -m tests.bench.bench_stores [DOCUMENTS]``; prints one line a figure. Times depend
on the machine and the minute, so what counts is the ratio.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hauler_tui.library.journal import Journal
from hauler_tui.library.log import LogBook
from hauler_tui.library.writer import Writer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROUNDS = 300


def timed(call: Callable[..., object], *arguments: object) -> float:
    """Milliseconds of one call."""
    begin = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - begin) * 1e3


def shown(name: str, ours: list[float], reference: list[float], of: str) -> None:
    """One line: p50 and p99 of both, and their ratios."""

    def percentiles(times: list[float]) -> tuple[float, float]:
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
        return cuts[49], cuts[98]

    (p50, p99), (other50, other99) = percentiles(ours), percentiles(reference)
    print(
        f"{name}: p50 {p50:.3f} ms, p99 {p99:.3f}; {of} {other50:.3f}, {other99:.3f};"
        f" ratio p50 {p50 / other50:.2f}, p99 {p99 / other99:.2f}"
    )


def paper(number: int) -> dict[str, object]:
    """A document of about 1.7 KB."""
    words = random.Random(number).choices(["gradient", "attention", "plant", "sparse"], k=180)
    return {
        "key": f"arxiv:{number:010d}",
        "title": f"Paper {number} about {words[0]}",
        "authors": ["A. Author", "B. Author"],
        "abstract": " ".join(words),
        "feeds": [number % 200],
    }


def durable_updates(directory: Path) -> None:
    """A star with 20,000 there already, and an item update, against a raw append with fdatasync."""
    writer = Writer()
    journal = Journal.open(directory, writer=writer)
    stars = journal.table("stars")
    stars.put_many({number: {"at": "2026-11-22T00:00:00+00:00"} for number in range(20_000)})
    journal.snapshot()
    raw = os.open(directory / "raw", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    block = b"x" * 4096

    def append() -> None:
        os.write(raw, block)
        os.fdatasync(raw)

    def star(number: int) -> None:
        with journal.step("star", f"paper {number}", at=NOW):
            stars.put(number, {"at": f"2026-11-22T00:00:{number % 60:02d}+00:00", "n": number})

    def durable_star(number: int) -> None:
        star(number)
        writer.flush()

    waiting: list[float] = []
    ours: list[float] = []
    reference: list[float] = []
    size = journal.size
    for number in range(ROUNDS):
        reference.append(timed(append))
        ours.append(timed(durable_star, number))
    per_star = (journal.size - size) / ROUNDS
    for number in range(ROUNDS):
        waiting.append(timed(star, number + 1000))
        writer.flush()
    shown("durable star (20,000 there)", ours, reference, "raw 4 KB append + fdatasync")
    shown("the same, as the caller waits", waiting, reference, "raw append")
    print(f"bytes a star: {per_star:.0f}")
    journal.close()
    opening = [timed(lambda: Journal.open(directory, writer=None).close()) for _ in range(15)]
    print(f"open the journal with 20,000 stars: {statistics.median(opening):.1f} ms")
    os.close(raw)
    writer.close()


def log_against_sqlite(directory: Path, count: int) -> None:
    """Insert, open, get and update of items, in a log and in sqlite3."""
    writer = Writer()
    book = LogBook.open(directory, ("items",), writer)
    table = book.table("items")
    base = sqlite3.connect(directory / "base.sqlite", isolation_level=None)
    base.execute("pragma journal_mode=wal")
    base.execute("pragma synchronous=full")
    base.execute("create table items(id integer primary key, doc text)")
    ours: list[float] = []
    reference: list[float] = []
    step = min(20_000, count)
    for begin in range(0, count, step):
        batch = {number: paper(number) for number in range(begin, begin + step)}

        def insert(batch: dict[int, dict[str, object]] = batch) -> None:
            table.put_many(batch)
            writer.flush()

        def insert_sql(batch: dict[int, dict[str, object]] = batch) -> None:
            base.execute("begin")
            rows = ((number, json.dumps(document)) for number, document in batch.items())
            base.executemany("insert into items values (?, ?)", rows)
            base.execute("commit")

        ours.append(timed(insert))
        reference.append(timed(insert_sql))
    shown(f"insert {step} in one durable batch", ours, reference, "sqlite3")
    stored = sum(len(json.dumps(paper(number))) for number in range(1000)) / 1000 * count
    print(f"file / JSON: {table.position[1] / stored:.2f}")
    book.close()
    base.close()

    def open_and_get() -> None:
        with LogBook.open(directory, ("items",), None) as fresh:
            fresh.table("items").document(count // 2)

    def open_and_get_sql() -> None:
        fresh = sqlite3.connect(directory / "base.sqlite")
        query = "select doc from items where id = ?"
        json.loads(fresh.execute(query, (count // 2,)).fetchone()[0])
        fresh.close()

    ours, reference = [], []
    for _ in range(25):
        ours.append(timed(open_and_get))
        reference.append(timed(open_and_get_sql))
    shown("open and get one", ours, reference, "sqlite3")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    book = LogBook.open(directory, ("items",), writer)
    table = book.table("items")
    base = sqlite3.connect(directory / "base.sqlite")
    chance = random.Random(0)

    def get_sql(number: int) -> None:
        rows = base.execute("select doc from items where id = ?", (number,))
        json.loads(rows.fetchone()[0])

    ours, reference = [], []
    for _ in range(2000):
        number = chance.randrange(count)
        ours.append(timed(table.document, number))
        reference.append(timed(get_sql, number))
    shown("get by id", ours, reference, "sqlite3")
    updates = []
    for _ in range(ROUNDS):
        number = chance.randrange(count)

        def update(number: int = number) -> None:
            table.update({"seen": True}, doc_ids=[number])
            writer.flush()

        updates.append(timed(update))
    print(f"durable item update: p50 {statistics.median(updates):.3f} ms")
    print(f"memory at most: +{(resource.getrusage(0).ru_maxrss - before) >> 10} MiB")
    base.close()
    writer.flush()
    (directory / "items.offsets").unlink()
    lost = timed(lambda: LogBook.open(directory, ("items",), None).close())
    print(f"open with the side-car lost: {lost:.0f} ms")
    print(f"compaction: {timed(table.compact):.0f} ms")
    book.close()
    writer.close()


if __name__ == "__main__":
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 250_000
    with tempfile.TemporaryDirectory() as folder:
        durable_updates(Path(folder) / "state")
        log_against_sqlite(Path(folder) / "items", documents)
