"""The key figures at several sizes of the library, from a thousand items to a million.

Run it from the root of a checkout: ``python -m tests.bench.bench_growth FOLDER [--million]``.
FOLDER keeps the libraries ``1k``, ``10k``, ``100k``, ``250k`` and ``1m`` for the next run; those
that are missing are built, the million only when asked for. All sizes take turns.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.bench import libraries
from tests.bench.bench_changes import Changes, raw_appends
from tests.bench.bench_searching import PHRASES, keystrokes
from tests.bench.measuring import copied, in_fresh_process, number, percentile, sizes, timed
from tests.factories import NOW

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "250k": 250_000}
MILLION = {"1m": 1_000_000}
OPENINGS = 9
CHANGES = 100
GETS = 500
LETTERS = [phrase[:end] for phrase in PHRASES[:2] for end in range(1, len(phrase) + 1)]

Figures = dict[str, float]


def prepared(folder: Path, wanted: dict[str, int]) -> dict[str, Path]:
    """The libraries by name, built where they are missing."""
    for name, items in wanted.items():
        if not (folder / name).exists():
            print(f"building {folder / name}", flush=True)
            took = timed(libraries.build, folder / name, items)
            print(f"  took {took / 1e3:.0f} s", flush=True)
    return {name: folder / name for name in wanted}


def opened(directories: dict[str, Path], figures: dict[str, Figures]) -> None:
    """Milliseconds to first rows, MiB above the imports, bytes of an item on the disk."""
    times: dict[str, list[float]] = {name: [] for name in directories}
    for _ in range(OPENINGS):
        for name, directory in directories.items():
            spent = in_fresh_process("tests.bench.bench_opening", "once", directory)
            times[name].append(spent["all"])
    for name, directory in directories.items():
        states = in_fresh_process("tests.bench.bench_memory", "once", directory)
        files = sizes(directory)
        figures[name]["open to first rows, ms"] = percentile(times[name], 0.5)
        figures[name]["memory above imports, MiB"] = states["Rss search"] - states["Rss imports"]
        figures[name]["index.sqlite, MB"] = files["index.sqlite"] / 1e6
        figures[name]["library.json, MB"] = files["library.json"] / 1e6
        figures[name]["items.log, MB"] = files["items.log"] / 1e6


def changed(library: Library, directory: Path) -> Figures:
    """Durable changes beside a raw append, and documents by id."""
    changes = Changes(library)
    kinds: dict[str, Callable[[], None]] = {
        "star": changes.star,
        "read mark": changes.read,
        "tag": changes.tag,
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    raw: list[float] = []
    with raw_appends(directory) as append:
        for _ in range(min(CHANGES, changes.rounds)):
            changes.make_ready()
            library.flush()
            raw.append(timed(append))
            for name, change in kinds.items():
                times[name].append(timed(change) + timed(library.flush))
    found = {
        f"durable {name} over a raw append": percentile(spent, 0.5) / percentile(raw, 0.5)
        for name, spent in times.items()
    }
    view = library.items.view()
    step = max(1, len(view) // GETS)
    gets = [timed(library.items.get, item_id) for item_id in view[::step]]
    rows = [timed(library.items.rows, view[start : start + 40]) for start in range(0, 400, 40)]
    at = (NOW.replace(second=number % 60) for number in count())
    batch = list(view[:1000])
    library.triage.mark_read(batch, False, next(at))
    marking = timed(library.triage.mark_read, batch, True, next(at))
    return found | {
        "get by id, ms": percentile(gets, 0.5),
        "forty rows, ms": percentile(rows, 0.5),
        "mark 1,000 read, the call, ms": marking,
    }


def searched(library: Library) -> Figures:
    """Keystrokes, and two queries of another kind."""
    times = asyncio.run(keystrokes(library, LETTERS))
    return {
        "keystroke to first rows p50, ms": percentile(times, 0.5),
        "keystroke to first rows p99, ms": percentile(times, 0.99),
        "is:unread, ms": timed(library.items.view, parse("is:unread", NOW)),
        "everything, ms": timed(library.items.view),
    }


def measure(folder: Path, wanted: dict[str, int]) -> dict[str, Figures]:
    """The figures of every size."""
    figures: dict[str, Figures] = {name: {} for name in wanted}
    with ExitStack() as copies:
        directories = {
            name: copies.enter_context(copied(directory))
            for name, directory in prepared(folder, wanted).items()
        }
        opened(directories, figures)
        for name, directory in directories.items():
            with Library.open(directory) as library:
                library.wait_for_index(7200)
                figures[name] |= searched(library)
                figures[name] |= changed(library, directory)
    return figures


def main() -> None:
    """Measure every size, and print a table."""
    wanted = SIZES | (MILLION if "--million" in sys.argv else {})
    folder = Path(next(each for each in sys.argv[1:] if not each.startswith("-")))
    figures = measure(folder, wanted)
    print("| figure |", " | ".join(figures), "|")
    print("|---|" + "---|" * len(figures))
    for figure in next(iter(figures.values())):
        row = (number(each[figure]) for each in figures.values())
        print(f"| {figure} |", " | ".join(row), "|")


if __name__ == "__main__":
    main()
