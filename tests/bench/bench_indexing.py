"""What the index costs to bring up to date, beside plain sqlite3 given the finished rows.

Run it from the root of a checkout: ``python -m tests.bench.bench_indexing [--rebuild]
[DIRECTORY]``. Twenty thousand new items are taken in, and the index as it was before is put back:
opening then indexes those and nothing else. The reference puts the same rows into a copy of the
same file. With ``--rebuild`` the whole index is built as well.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hauler_tui.domain.query import tokens
from hauler_tui.library.library import Library
from tests.bench.measuring import Ticker, library_folder, shown, told
from tests.bench.papers import Papers
from tests.factories import NOW

NEW = 20_000
ROUNDS = 3
ROWS_AT_ONCE = 1000
GOAL_RATIO = 1.3
GOAL_LAG_P99_MS = 5.0
GOAL_LAG_MS = 16.0

Prepared = list[tuple[str, list[tuple[Any, ...]]]]
"""Statements, each with the rows to give it."""


def take_in(directory: Path) -> list[int]:
    """Give a library new items, a thousand at once; their ids."""
    papers = Papers(NEW, 1)
    new: list[int] = []
    with Library.open(directory) as library:
        feed = library.feeds.all()[0]
        held = library.items.count()
        for begin in range(0, NEW, 1000):
            entries = [papers.entry(number + held, NOW) for number in range(begin, begin + 1000)]
            new.extend(library.items.absorb(entries, feed_id=feed.id, at=NOW).new)
        library.wait_for_index(3600)
    return new


def prepared(index: Path, library: Library, new: list[int]) -> Prepared:
    """What the index holds of the new items, read back from it: rows, aliases and words."""
    first = min(new)
    base = sqlite3.connect(index)
    tables = dict(base.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
    virtual = [name for name, sql in tables.items() if sql.startswith("CREATE VIRTUAL")]
    found: Prepared = []
    for name, sql in tables.items():
        columns = [row[1] for row in base.execute(f"PRAGMA table_info({name})")]
        slots = ", ".join("?" * len(columns))
        if name in virtual:
            names = ", ".join(columns)
            into = f"INSERT INTO {name} (rowid, {names}) VALUES (?, {slots})"
            if "content=''" in sql.replace(" ", ""):
                rows = _texts(base, name, columns, library, new)
            else:
                rows = base.execute(
                    f"SELECT rowid, {names} FROM {name} WHERE rowid >= ?", (first,)
                ).fetchall()
        elif any(name.startswith(f"{other}_") for other in virtual):
            continue
        else:
            ids = {"id", "item_id"}.intersection(columns)
            if not ids:
                continue
            into = f"INSERT INTO {name} VALUES ({slots})"
            rows = base.execute(f"SELECT * FROM {name} WHERE {ids.pop()} >= ?", (first,)).fetchall()
        found.append((into, rows))
    base.close()
    return found


def _texts(
    base: sqlite3.Connection, name: str, columns: list[str], library: Library, new: list[int]
) -> list[tuple[Any, ...]]:
    """The words of the new items for a table that does not give them back."""
    # The table has no list of its rows; this number is above all of them.
    ((highest,),) = base.execute("SELECT max(id) << 24 FROM rows").fetchall()
    rows = []
    for number, item_id in enumerate(new):
        entry = library.items.get(item_id).entry
        parts = [entry.title, " ".join(entry.authors), entry.abstract]
        if len(columns) == 1:
            parts = [" ".join(parts)]
        words = [" ".join(tokens(part)) for part in parts]
        rows.append((highest + 1 + number, *words, *[""] * (len(columns) - len(words))))
    return rows


def insert(index: Path, rows: Prepared) -> None:
    """Put prepared rows into an index, a thousand of each table in a transaction."""
    base = sqlite3.connect(index, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA journal_mode = WAL")
    longest = max(len(each) for _, each in rows)
    for begin in range(0, longest, ROWS_AT_ONCE):
        base.execute("BEGIN")
        for statement, each in rows:
            base.executemany(statement, each[begin : begin + ROWS_AT_ONCE])
        base.execute("COMMIT")
    base.close()


Spent = tuple[float, float]
"""Milliseconds of the clock and of the processor."""


async def catching_up(directory: Path, lags: list[float]) -> Spent:
    """What it takes until a library that was just opened has indexed everything."""
    with Library.open(directory) as library, ThreadPoolExecutor(1) as pool:
        loop = asyncio.get_running_loop()
        async with Ticker() as ticker:
            ticker.lags = lags
            begin = time.perf_counter(), time.process_time()
            done = await loop.run_in_executor(pool, library.wait_for_index, 7200)
            spent = _since(begin)
        if not done:
            raise SystemExit("the index is not ready after two hours")
    return spent


async def inserting(index: Path, rows: Prepared, lags: list[float]) -> Spent:
    """What it takes plain sqlite3 to put in the prepared rows, in a thread."""
    with ThreadPoolExecutor(1) as pool:
        async with Ticker() as ticker:
            ticker.lags = lags
            begin = time.perf_counter(), time.process_time()
            await asyncio.get_running_loop().run_in_executor(pool, insert, index, rows)
            return _since(begin)


def _since(begin: tuple[float, float]) -> Spent:
    return (time.perf_counter() - begin[0]) * 1e3, (time.process_time() - begin[1]) * 1e3


def measure(directory: Path, *, rebuild: bool) -> None:
    """Take turns between the library and plain sqlite3."""
    index = directory / "index.sqlite"
    before, reference = directory.with_name("before.sqlite"), directory.with_name("plain.sqlite")
    shutil.copyfile(index, before)
    new = take_in(directory)
    with Library.open(directory, writing=False) as library:
        count = library.items.count()
        rows = prepared(index, library, new)
    ours: list[Spent] = []
    theirs: list[Spent] = []
    our_lags: list[float] = []
    other_lags: list[float] = []
    for _ in range(ROUNDS):
        shutil.copyfile(before, index)
        ours.append(asyncio.run(catching_up(directory, our_lags)))
        shutil.copyfile(before, reference)
        theirs.append(asyncio.run(inserting(reference, rows, other_lags)))
    name = f"index {len(new):,} new items into {count - len(new):,}"
    for kind, place in ((name, 0), ("  of the processor", 1)):
        mine, other = ([each[place] for each in side] for side in (ours, theirs))
        shown(kind, mine, other, "plain sqlite3", goal=GOAL_RATIO)
    told("  of the processor, an item", sorted(ours)[ROUNDS // 2][1] / len(new), "ms")
    shown("  loop lag", our_lags, other_lags, "plain sqlite3")
    told("  loop lag, p99", sorted(our_lags)[len(our_lags) * 99 // 100], "ms", goal=GOAL_LAG_P99_MS)
    told("  loop lag, most", max(our_lags), "ms", goal=GOAL_LAG_MS)
    told("  index over items.log", index.stat().st_size / (directory / "items.log").stat().st_size)
    if rebuild:
        index.unlink()
        whole = asyncio.run(catching_up(directory, []))
        told(f"rebuild the index of {count:,} items", whole[0] / 1e3, "s")
        told("  of the processor", whole[1] / 1e3, "s")


def main() -> None:
    """Measure a copy of the library named on the command line, or one of 20,000 items."""
    arguments = [each for each in sys.argv[1:] if each != "--rebuild"]
    with library_folder(arguments) as directory:
        measure(directory, rebuild="--rebuild" in sys.argv)


if __name__ == "__main__":
    main()
