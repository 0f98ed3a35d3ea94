"""How long 300 pasted links take to become 300 items, offline and durable, beyond start-up.

Run it from the root of a checkout: ``python -m tests.bench.bench_capture [DIRECTORY...]``, where
libraries that ``tests.bench.libraries`` built may be named. The start-up is the same command with
one link; both are fresh processes, in turns.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import copied, percentile, shown, timed, told
from tests.queue_document import queue_document

ROUNDS = 5
LINKS = 300
MANY = 10_000
GOAL_MS = 1_000.0


def add(library: Path, text: str) -> None:
    """``hauler add - --no-fetch`` in a process of its own."""
    command = [sys.executable, "-m", "hauler_tui", "--library", str(library), "add", "-"]
    subprocess.run(
        [*command, "--no-fetch"], input=text.encode(), check=True, stdout=subprocess.DEVNULL
    )


def measure(name: str, place: Path, *, is_fresh: bool) -> None:
    """Capture a document and a single link in turns, ``is_fresh`` each time into a new library."""
    whole, start = [], []
    for number in range(ROUNDS):
        places = [place / f"{number}{part}" for part in "ab"] if is_fresh else [place, place]
        text, keys = queue_document(LINKS, first=1 + number * LINKS)
        start.append(timed(add, places[0], f"https://example.org/{number}"))
        whole.append(timed(add, places[1], text))
    shown(f"{name}: {len(keys)} links", whole, start, "one link")
    beyond = percentile(whole, 0.5) - percentile(start, 0.5)
    told(f"{name}: beyond start-up", beyond, "ms", goal=GOAL_MS)


def main() -> None:
    """Measure on empty libraries, on those that are named, and once with a great many links."""
    with tempfile.TemporaryDirectory(prefix="hauler-bench-") as folder:
        measure("empty library", Path(folder), is_fresh=True)
        text = " ".join(f"https://example.org/{number}" for number in range(MANY))
        told(f"{MANY:,} links", timed(add, Path(folder) / "many", text), "ms")
    for directory in map(Path, sys.argv[1:]):
        with copied(directory) as copy:
            measure(f"library {directory.name}", copy, is_fresh=False)


if __name__ == "__main__":
    main()
