"""How long a library takes to open to its first rows, at several sizes, each in a fresh process.

Run it from the root of a checkout: ``python -m tests.bench.bench_opening [DIRECTORY...]``, best
with several libraries that ``tests.bench.libraries`` built; they take turns with each other and
with sqlite3, which opens a table of the same items and reads the newest forty.
"""

from __future__ import annotations

import gc
import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, process_time, time
from typing import Any

from tests.bench.measuring import in_fresh_process, library_folder, shown, told

ROUNDS = 15
ROWS = 40
GOAL_MS = 30.0
GOAL_GROWTH = 1.1
_SELF = "tests.bench.bench_opening"
_PARTS = {
    "Writer": "writer",
    "Journal.open": "journal",
    "LogBook.open": "log",
    "Index": "index",
    "Works": "codecs",
    "Documents": "codecs",
    "Marks": "marks",
    "ReadMarks": "read marks",
    "Issues": "issues",
    "losses": "losses",
    "find_backlog": "backlog",
    "Indexer": "indexer",
}


def parts(directory: Path, begun: float | None = None) -> dict[str, float]:
    """Milliseconds of each part of opening; to be called once in a fresh process.

    ``begun`` is when the process was started, in seconds since 1970.
    """
    from hauler_tui.library import library as module

    spent: dict[str, float] = {}

    def watched(owner: Any, name: str, part: str) -> None:
        inner: Callable[..., Any] = getattr(owner, name)

        def call(*arguments: Any, **options: Any) -> Any:
            begin = perf_counter()
            try:
                return inner(*arguments, **options)
            finally:
                spent[part] = spent.get(part, 0) + (perf_counter() - begin) * 1e3

        setattr(owner, name, call)

    # What library.py names is timed, whatever it is made of; a name that is gone has no part.
    for path, part in _PARTS.items():
        owner, _, name = path.rpartition(".")
        holder = getattr(module, owner, None) if owner else module
        if hasattr(holder, name):
            watched(holder, name, part)
    # The program's first line does so too, until the first rows are painted.
    gc.disable()
    begin, worked = perf_counter(), process_time()
    library = module.Library.open(directory)
    opened = perf_counter()
    view = next(library.items.answers(stop=lambda: False))
    viewed = perf_counter()
    rows = library.items.rows(view[:ROWS])
    shown_at, processed = perf_counter(), process_time() - worked
    if begun is not None:
        spent["process start to rows"] = (time() - begun) * 1e3
    if len(rows) != min(ROWS, len(view)):
        raise SystemExit("rows are missing")
    spent |= {
        "open": (opened - begin) * 1e3,
        "view": (viewed - opened) * 1e3,
        "rows": (shown_at - viewed) * 1e3,
        "all": (shown_at - begin) * 1e3,
        "of the processor": processed * 1e3,
    }
    library.close()
    return spent


def reference(path: Path) -> float:
    """Milliseconds in which sqlite3 opens a table and reads the newest rows of it."""
    begin = perf_counter()
    base = sqlite3.connect(path)
    base.execute("SELECT id, doc FROM items ORDER BY date DESC LIMIT ?", (ROWS,)).fetchall()
    spent = (perf_counter() - begin) * 1e3
    base.close()
    return spent


def make_reference(directory: Path, path: Path) -> int:
    """Put the items of a library into a plain table with their dates; how many there are."""
    from hauler_tui.library.library import Library

    base = sqlite3.connect(path)
    base.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, date TEXT, doc TEXT)")
    with Library.open(directory, writing=False) as library:
        view = library.items.view()
        for item_id in view:
            entry = library.items.get(item_id).entry
            row = (item_id, str(entry.published), f"{entry.title} {', '.join(entry.authors)}")
            base.execute("INSERT INTO items VALUES (?, ?, ?)", row)
    base.execute("CREATE INDEX by_date ON items (date)")
    base.commit()
    base.close()
    return len(view)


def measure(directories: list[Path]) -> None:
    """Take turns between the libraries and their references, and print the figures."""
    references = [directory.with_name("reference.sqlite") for directory in directories]
    counts = [make_reference(*pair) for pair in zip(directories, references, strict=True)]
    ours: list[list[dict[str, float]]] = [[] for _ in directories]
    theirs: list[list[float]] = [[] for _ in directories]
    for _ in range(ROUNDS):
        for place, directory in enumerate(directories):
            ours[place].append(in_fresh_process(_SELF, "once", directory, time()))
            theirs[place].append(in_fresh_process(_SELF, "reference", references[place]))
    for count, spent, other in sorted(zip(counts, ours, theirs, strict=True), key=lambda x: x[0]):
        every = [each["all"] for each in spent]
        shown(f"open to first rows, {count:,} shown", every, goal=GOAL_MS)
        shown("  beside sqlite3", every, other, "open and 40 rows")
        for part in sorted({part for each in spent for part in each} - {"all"}):
            shown(f"  {part}", [each.get(part, 0.0) for each in spent])
    if len(counts) > 1:
        small, large = counts.index(min(counts)), counts.index(max(counts))
        for part in ("all", "of the processor", "process start to rows"):
            # Each round's largest over its smallest: a busy minute slows both.
            pairs = zip(ours[large], ours[small], strict=True)
            growth = sorted(most[part] / least[part] for most, least in pairs)
            name = f"{part}: {max(counts):,} over {min(counts):,}"
            told(name, growth[len(growth) // 2], "times", goal=GOAL_GROWTH)


def main() -> None:
    """Measure the libraries named on the command line, or one of 20,000 items."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["once"]:
        begun = float(arguments[2]) if len(arguments) > 2 else None
        print(json.dumps(parts(Path(arguments[1]), begun)))
    elif arguments[:1] == ["reference"]:
        print(json.dumps(reference(Path(arguments[1]))))
    else:
        with ExitStack() as copies:
            named = arguments or [""]
            folders = [
                copies.enter_context(library_folder([name] if name else [])) for name in named
            ]
            measure(folders)


if __name__ == "__main__":
    main()
