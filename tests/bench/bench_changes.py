"""What a change costs until it is on the disk, beside a raw append with fdatasync.

Run it from the root of a checkout: ``python -m tests.bench.bench_changes [DIRECTORY]``. Every
round makes one change of each kind and one raw append of 4 KB, so that a busy disk slows all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.bench.measuring import library_folder, shown, timed, told
from tests.factories import NOW

ROUNDS = 300
BATCH = 20_000
BATCH_ROUNDS = 15
GOAL_BYTES = 4096
GOAL_BATCH_MS = 5.0
NOTE = "A thought about this paper, and *why* it belongs into the next issue. " * 8


class Changes:
    """The changes a person makes, each on an item of its own that was not changed so before."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._moments = (NOW + timedelta(seconds=number) for number in count())
        self._plain = list(library.items.view(parse("is:unread -is:starred -is:covered", NOW)))
        self._covered = list(library.items.view(parse("is:covered", NOW)))
        self._starred: list[int] = []

    @property
    def rounds(self) -> int:
        """How many rounds there are unread items for."""
        return len(self._plain) // 3

    def make_ready(self) -> None:
        """Take back what the stars of the round before did, so that the issue does not grow."""
        for item_id in self._starred:
            self._library.triage.unstar(item_id, next(self._moments))
        self._covered = [*self._covered[-1:], *self._covered[:-1]]
        self._starred = [self._plain.pop(), self._covered[0]]
        self._library.triage.unstar(self._starred[1], next(self._moments))

    def star(self) -> None:
        self._library.triage.star(self._starred[0], next(self._moments))

    def star_without_card(self) -> None:
        self._library.triage.star(self._starred[1], next(self._moments))

    def read(self) -> None:
        self._library.triage.mark_read([self._plain.pop()], True, next(self._moments))

    def tag(self) -> None:
        self._library.triage.tag([self._plain[-1]], ["later"], [], next(self._moments))

    def note(self) -> None:
        self._library.notes.write(self._plain[-2], NOTE, next(self._moments))


@contextmanager
def raw_appends(directory: Path) -> Iterator[Callable[[], None]]:
    """A call that appends 4 KB to a file of its own and waits for the disk."""
    descriptor = os.open(directory / "raw", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    block = b"x" * 4096

    def append() -> None:
        os.write(descriptor, block)
        os.fdatasync(descriptor)

    try:
        yield append
    finally:
        os.close(descriptor)


def one_by_one(library: Library, directory: Path) -> None:
    """Every kind of change: until it is durable, as the caller waits, and in bytes."""
    changes = Changes(library)
    issue = library.hauls.open_issue()
    cards = 0 if issue is None else len(issue.cards)
    kinds: dict[str, Callable[[], None]] = {
        f"star, with an open issue of {cards} cards": changes.star,
        "star, without a card": changes.star_without_card,
        "read mark": changes.read,
        "tag": changes.tag,
        f"note of {len(NOTE)} characters": changes.note,
    }
    waiting: dict[str, list[float]] = {name: [] for name in kinds}
    durable: dict[str, list[float]] = {name: [] for name in kinds}
    written: dict[str, list[float]] = {name: [] for name in kinds}
    raw: list[float] = []
    journal = directory / "library.journal"
    with raw_appends(directory) as append:
        for _ in range(min(ROUNDS, changes.rounds)):
            changes.make_ready()
            library.flush()
            raw.append(timed(append))
            for name, change in kinds.items():
                before = journal.stat().st_size
                call = timed(change)
                waiting[name].append(call)
                durable[name].append(call + timed(library.flush))
                written[name].append(float(journal.stat().st_size - before))
    for name in kinds:
        shown(
            f"durable {name}", durable[name], raw, "raw 4 KB append + fdatasync", goal=2, goal_p99=3
        )
        shown("  as the caller waits", waiting[name])
        shown("  bytes", written[name], goal=GOAL_BYTES, goal_p99=GOAL_BYTES, unit="B")


def many_at_once(library: Library, directory: Path) -> None:
    """Twenty thousand items marked read in one step, and back."""
    item_ids: Sequence[int] = list(library.items.view())[:BATCH]
    moments = (NOW + timedelta(days=1, seconds=number) for number in count())
    calls: list[float] = []
    durable: list[float] = []
    journal = directory / "library.journal"
    size = 0
    for _ in range(BATCH_ROUNDS):
        library.triage.mark_read(item_ids, False, next(moments))
        library.flush()
        before = journal.stat().st_size
        call = timed(library.triage.mark_read, item_ids, True, next(moments))
        calls.append(call)
        durable.append(call + timed(library.flush))
        size = journal.stat().st_size - before
    shown(f"mark {len(item_ids):,} read, the call", calls, goal=GOAL_BATCH_MS)
    shown("  until it is durable", durable)
    told("  bytes", size, "B")


def main() -> None:
    """Measure a copy of the library named on the command line, or one of 20,000 items."""
    with library_folder(sys.argv[1:]) as directory, Library.open(directory) as library:
        print(f"{library.items.count():,} items, {ROUNDS} rounds")
        one_by_one(library, directory)
        many_at_once(library, directory)


if __name__ == "__main__":
    main()
