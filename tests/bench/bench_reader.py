"""How quickly the reader starts and answers keys, beside a one-line Textual app in the same run.

Run it from the root of a checkout: ``python -m tests.bench.bench_reader [ITEMS] [ROUNDS]``. Each
figure is taken in a real pseudo terminal of 120 by 40, from the bytes of a key to the last bytes
of the repaint; the two programs take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import os
import select
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, perf_counter

from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.terminal import Terminal

HAULER = Path(sys.executable).with_name("hauler")
ABSTRACT = "Many words that an abstract of common length is made of, one after the other. " * 16
QUIET_SECONDS = 0.08
KEYS = 100

REFERENCE = """
import os
os.environ["TEXTUAL_FPS"] = "240"
from textual.app import App
from textual.widgets import Static
class Reference(App):
    BINDINGS = [("j", "count", "Count")]
    number = 0
    def compose(self):
        yield Static("READY", id="text")
    def action_count(self):
        self.number += 1
        self.query_one("#text").update(str(self.number))
Reference().run()
"""


def seeded(directory: Path, items: int) -> None:
    """A library of so many papers with abstracts of 1,250 characters."""
    with Library.open(directory) as library:
        feed = library.feeds.add("https://example.org/feed.xml", title="A feed", at=NOW)
        for start in range(0, items, 1000):
            entries = [
                make_entry(
                    number,
                    link=f"https://example.org/{number}",
                    aliases=(f"url:example.org/{number}",),
                    title=f"Paper {number} on one of the many things there are papers on",
                    abstract=ABSTRACT,
                    published=NOW - timedelta(minutes=number),
                )
                for number in range(start, min(start + 1000, items))
            ]
            library.items.absorb(entries, feed_id=feed.id, at=NOW)
        library.wait_for_index(600)


@contextmanager
def started(command: Sequence[str], needle: str) -> Iterator[tuple[Terminal, float]]:
    """A program in a terminal, and how many milliseconds it took to show the needle."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    begin = perf_counter()
    with Terminal(command, environment) as terminal:
        terminal.wait_for(needle)
        yield terminal, (perf_counter() - begin) * 1000


def answered(terminal: Terminal, key: str) -> float:
    """Milliseconds from a key to the last bytes of what it repainted."""
    begin = last = perf_counter()
    terminal.type(key)
    end = monotonic() + 5
    while monotonic() < end:
        ready, _, _ = select.select([terminal.descriptor], [], [], QUIET_SECONDS)
        if not ready:
            break
        os.read(terminal.descriptor, 1 << 16)
        last = perf_counter()
    return (last - begin) * 1000


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def main() -> None:
    """Measure, and print a line for each figure."""
    items = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        seeded(library, items)
        config = Path(folder) / "config.toml"
        config.write_text("[refresh]\nevery = 0\n")
        program = [str(HAULER), "--library", str(library), "--config", str(config)]
        reference = [sys.executable, "-c", REFERENCE]
        starts: list[tuple[float, float]] = []
        keys: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            with started(reference, "READY") as (terminal, first):
                answered(terminal, "j")
                keys[0].extend(answered(terminal, "j") for _ in range(KEYS // rounds + 1))
            with started(program, "Paper 0") as (terminal, second):
                answered(terminal, "j")
                keys[1].extend(answered(terminal, "j") for _ in range(KEYS // rounds + 1))
            starts.append((first, second))
    theirs, ours = ([pair[side] for pair in starts] for side in (0, 1))
    print(f"{items:,} items, {rounds} rounds, milliseconds")
    shown(
        "start to first row, beside an empty app, p50", quantile(ours, 0.5), quantile(theirs, 0.5)
    )
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        mine, other = quantile(keys[1], part), quantile(keys[0], part)
        shown(f"j, beside a one-line app, {name}", mine, other)


def shown(name: str, ours: float, reference: float) -> None:
    """One line: the figure, its reference, their ratio."""
    print(f"{name}: {ours:.1f}, {reference:.1f}, ratio {ours / reference:.2f}")


if __name__ == "__main__":
    main()
