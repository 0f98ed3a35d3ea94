"""How much memory an open library takes, and how large its files are beside the documents.

Run it from the root of a checkout: ``python -m tests.bench.bench_memory [DIRECTORY]``. Memory is
taken in a fresh process: after the imports, once the library is open with its first rows, and
after a search.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from tests.bench.measuring import in_fresh_process, library_folder, memory, percentile, sizes, told

ROUNDS = 3
GOAL_MIB = 40.0
GOAL_SIZE = 1.3


def held(directory: Path) -> dict[str, float]:
    """MiB in each state; to be called in a fresh process."""
    # What a reader imports before it opens a library is no part of the library.
    from hauler_tui.domain.query import parse
    from hauler_tui.library.library import Library
    from tests.factories import NOW

    for name in ("asyncio", "sqlite3"):
        import_module(name)
    query = parse("galaxy", NOW)
    states = {}

    def note(state: str) -> None:
        states[f"Rss {state}"], states[f"Pss {state}"] = memory("Rss"), memory("Pss")

    note("imports")
    with Library.open(directory) as library:
        view = library.items.view()
        library.items.rows(view[:40])
        note("open")
        found = library.items.view(query)
        library.items.rows(found[:40])
        note("search")
        for text in ("is:unread", "the", "/no such text at all/ galaxy"):
            library.items.view(parse(text, NOW))
        note("queries")
    return states


def documents(directory: Path) -> int:
    """Bytes of the JSON of every item."""
    from hauler_tui.library.store.log import LogBook

    with LogBook.open(directory, ("items",), None) as book:
        table = book.table("items")
        return sum(len(table.raw(item_id) or b"") for item_id in table.ids())


def measure(directory: Path) -> None:
    """Print the memory of each state, and each file beside the documents."""
    module = "tests.bench.bench_memory"
    rounds = [in_fresh_process(module, "once", directory) for _ in range(ROUNDS)]
    middle = {state: percentile([each[state] for each in rounds], 0.5) for state in rounds[0]}
    for state, told_as in (
        ("open", "open with first rows"),
        ("search", "and a search"),
        ("queries", "and three wide queries"),
    ):
        for kind in ("Rss", "Pss"):
            above = middle[f"{kind} {state}"] - middle[f"{kind} imports"]
            goal = GOAL_MIB if kind == "Rss" and state != "queries" else None
            told(f"{kind} above imports, {told_as}", above, "MiB", goal=goal)
    told("Rss after the imports", middle["Rss imports"], "MiB")
    plain = documents(directory)
    files = sizes(directory)
    told("JSON of all items", plain / 1e6, "MB")
    told("items.log over it", files["items.log"] / plain, "times", goal=GOAL_SIZE)
    whole = sum(size for name, size in files.items() if not name.endswith(".old"))
    told("the whole folder over it", whole / plain, "times")
    for name, size in sorted(files.items()):
        if size > plain / 1000:
            told(f"  {name}", size / 1e6, "MB")


def main() -> None:
    """Measure a copy of the library named on the command line, or one of 20,000 items."""
    if sys.argv[1:2] == ["once"]:
        print(json.dumps(held(Path(sys.argv[2]))))
        return
    with library_folder(sys.argv[1:]) as directory:
        measure(directory)


if __name__ == "__main__":
    main()
