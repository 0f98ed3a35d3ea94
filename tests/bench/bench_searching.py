"""What a search costs while it is typed, as the event loop sees it, beside the raw FTS5 query.

Run it from the root of a checkout: ``python -m tests.bench.bench_searching [DIRECTORY
[REFERENCE]]``. REFERENCE is a file that keeps the reference table for the next run; making it takes
a while. Every text is asked of ours and of the reference in turns, each from a thread of its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from hauler_tui.domain.query import Query, parse
from hauler_tui.library.library import Library
from tests.bench.measuring import Ticker, library_folder, percentile, shown, told
from tests.factories import NOW

PHRASES = (
    "graph neural network",
    "quantum entanglement",
    "galaxy cluster",
    "bayesian inference of",
    "the optimal policy gradient",
    "sparse attention transformer",
    "lattice energy",
)
TERMS = """
galaxy|transformer|lattice|entro|bayes|gr|ne|the|zzzq|cau|learning graph|quantum pol|bayesian spars
|g|galaxy cluster magnetic
"""
FILTERS = (
    "",
    "is:unread",
    "is:starred",
    "is:unread galaxy",
    "galaxy or lattice",
    "-galaxy",
    "feed:3",
    "feed:graph",
    "tag:graph",
    "cat:cs.LG",
    "since:7d",
    "title:galaxy",
    "note:galaxy",
    "sort:title galaxy",
    '"the model"',
    '"sparse attention"',
    "abstract:galaxy",
    "/entang[a-z]+ the/",
)
ROUNDS = 5
SECONDS_A_FILTER = 20.0
GOAL_P99_MS = 25.0
_FTS = """
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, prefix='1 2 3',
    tokenize="unicode61 remove_diacritics 2")
"""
_ASK = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 200"


@dataclass(slots=True)
class Asked:
    """What questions took: milliseconds to the first rows and to all, and the loop's lag."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    found: int = 0


def make_reference(library: Library, path: Path) -> None:
    """Index the same texts, without whatever else the program keeps."""
    with sqlite3.connect(path) as base:
        base.execute(_FTS)
        for item_id in sorted(library.items.view(parse("is:read or is:unread", NOW))):
            entry = library.items.get(item_id).entry
            text = " ".join((entry.title, *entry.authors, entry.abstract))
            base.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (item_id, text))
    base.close()


def answers(library: Library, query: Query, stop: Callable[[], bool]) -> Iterator[array[int]]:
    """The library's answers as they grow; the whole one at once where it knows no other way."""
    progressive = getattr(library.items, "answers", None)
    if progressive is None:
        yield library.items.view(query, stop=stop)
    else:
        yield from progressive(query, stop=stop)


class Searcher:
    """Asks from threads, and takes the time in the event loop."""

    def __init__(self, library: Library, base: sqlite3.Connection | None, ticker: Ticker) -> None:
        self._library = library
        self._base = base
        self._ticker = ticker
        self._own = ThreadPoolExecutor(1)
        self._plain = ThreadPoolExecutor(1)

    async def ask(self, text: str, asked: Asked) -> None:
        """Ask the library, and note when the loop has the first rows and when it has all."""
        loop = asyncio.get_running_loop()
        arrivals: list[float] = []
        found: list[int] = []

        def arrived(count: int) -> None:
            arrivals.append(time.perf_counter())
            found.append(count)

        def search() -> None:
            for answer in answers(self._library, parse(text, NOW), lambda: False):
                loop.call_soon_threadsafe(arrived, len(answer))

        self._ticker.lags = asked.lags
        begin = time.perf_counter()
        await loop.run_in_executor(self._own, search)
        asked.last.append((time.perf_counter() - begin) * 1e3)
        # An empty answer that is not the last shows nothing yet.
        shows = (at for at, count in zip(arrivals, found, strict=True) if count)
        asked.first.append((next(shows, arrivals[-1]) - begin) * 1e3)
        asked.found = found[-1]
        await asyncio.sleep(0.006)

    async def ask_plainly(self, text: str, asked: Asked) -> None:
        """Ask the reference table for the newest two hundred."""
        self._ticker.lags = asked.lags
        begin = time.perf_counter()
        await asyncio.get_running_loop().run_in_executor(self._plain, self._query, text)
        asked.last.append((time.perf_counter() - begin) * 1e3)
        await asyncio.sleep(0.006)

    def close(self) -> None:
        """End the threads."""
        self._own.shutdown()
        self._plain.shutdown()
        if self._base is not None:
            self._base.close()

    def _query(self, text: str) -> None:
        match = " ".join(f'"{word}"*' for word in text.split())
        if self._base is not None:
            self._base.execute(_ASK, (match,)).fetchall()


async def typing(searcher: Searcher, name: str, texts: list[str]) -> None:
    """Ask every text of both, and tell how the library compares."""
    ours, plain = Asked(), Asked()
    for text in texts:
        await searcher.ask(text, ours)
        await searcher.ask_plainly(text, plain)
    shown(f"{name}, first rows", ours.first, plain.last, "raw FTS5")
    allowed = 2 * percentile(plain.last, 0.5) + 5
    told("  p50 allowed: 2 x raw + 5 ms", percentile(ours.first, 0.5), "ms", goal=allowed)
    told("  p99", percentile(ours.first, 0.99), "ms", goal=GOAL_P99_MS)
    pairs = zip(ours.first, plain.last, strict=True)
    within = sum(mine <= 2 * other + 5 for mine, other in pairs)
    print(f"  within 2 x raw + 5 ms: {within} of {len(texts)} texts")
    shown("  all rows", ours.last, plain.last, "raw FTS5")
    shown("  loop lag", ours.lags, plain.lags, "raw FTS5")
    slowest = max(range(len(texts)), key=lambda place: ours.first[place])
    print(f"  slowest: {texts[slowest]!r}, {ours.first[slowest]:.0f} ms")


async def keystrokes(library: Library, texts: list[str]) -> list[float]:
    """Milliseconds to the first rows of each text, as the event loop sees them."""
    async with Ticker() as ticker:
        searcher = Searcher(library, None, ticker)
        asked = Asked()
        for text in texts:
            await searcher.ask(text, asked)
        searcher.close()
    return asked.first


async def filtering(searcher: Searcher) -> None:
    """Queries that are more than words, each a few times."""
    lags: list[float] = []
    for text in FILTERS:
        asked = Asked(lags=lags)
        begin = time.perf_counter()
        for _ in range(ROUNDS):
            await searcher.ask(text, asked)
            if time.perf_counter() - begin > SECONDS_A_FILTER:
                break
        first, last = percentile(asked.first, 0.5), percentile(asked.last, 0.5)
        name = text or "(everything)"
        print(f"{name}: first rows {first:.1f} ms, all {last:.1f} ms, {asked.found:,} found")
    shown("loop lag meanwhile", lags)


async def measure(library: Library, reference: Path) -> None:
    """Every figure, with the lag of the event loop at all times."""
    async with Ticker() as ticker:
        base = sqlite3.connect(f"{reference.as_uri()}?mode=ro", uri=True, check_same_thread=False)
        base.execute("PRAGMA cache_size = -8192")
        searcher = Searcher(library, base, ticker)
        await searcher.ask("warming up", Asked())
        await searcher.ask_plainly("warming up", Asked())
        letters = [phrase[:end] for phrase in PHRASES for end in range(1, len(phrase) + 1)]
        await typing(searcher, f"{len(letters)} keystrokes", letters)
        terms = [term.strip() for term in TERMS.split("|")] * ROUNDS
        await typing(searcher, "fifteen terms, five times", terms)
        await filtering(searcher)
        searcher.close()


def main() -> None:
    """Measure a copy of the library named on the command line, or one of 20,000 items."""
    with library_folder(sys.argv[1:2]) as directory:
        reference = Path(sys.argv[2]) if len(sys.argv) > 2 else directory / "reference.sqlite"
        with Library.open(directory) as library:
            library.wait_for_index(3600)
            print(f"{library.items.count():,} items")
            if not reference.exists():
                make_reference(library, reference)
            asyncio.run(measure(library, reference.absolute()))


if __name__ == "__main__":
    main()
