"""Kill a writing process again and again, and count what it had acknowledged and is gone.

Run as ``python -m tests.library.storm DIRECTORY POINTS``; prints the counts as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from hauler_tui.library.store import places
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.writer import Writer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG = "what takes part in every change and is written once " * 40


def act(directory: Path, acknowledge: int) -> None:
    """Star, note and compact for ever, also in the background.

    Writes each number to ``acknowledge`` once it is durable.
    """
    places.LARGE = random.choice((0, 1 << 18))
    writer = Writer()
    journal = Journal.open(directory, writer=writer)
    book = LogBook.open(directory, ("items",), writer)
    number = max(journal.table("stars").rows(), default=0)
    compaction = None
    while True:
        number += 1
        book.table("items").put_many({number: {"title": f"paper {number}"}, 0: {"last": number}})
        with journal.step("star", f"{number}", at=NOW):
            journal.table("stars").put(number, {"note": "x" * (number % 997)})
            journal.table("last").put(1, {"number": number, "long": LONG})
        writer.flush()
        os.write(acknowledge, b"%d\n" % number)
        if number % 7 == 0:
            journal.snapshot(now=NOW)
        if number % 3 == 0 and not journal.is_taking_snapshot:
            journal.begin_snapshot(NOW)
        if number % 11 == 0 and (compaction is None or not compaction.is_running):
            compaction = book.table("items").begin_compaction()
        if number % 5 == 0:
            # A step that nobody counts: killed between the two it stays undone, and rightly.
            with journal.step("touch", f"{number}", at=NOW):
                journal.table("touched").put(1, {"number": number})
            journal.undo(NOW)
            journal.redo(NOW)


def missing(directory: Path, acknowledged: int) -> list[str]:
    """What was acknowledged and cannot be found, or is not whole."""
    writer = Writer()
    lost: list[str] = []
    with (
        Journal.open(directory, writer=writer) as journal,
        LogBook.open(directory, ("items",), writer) as book,
    ):
        stars = journal.table("stars").rows()
        last = journal.table("last").rows().get(1, {"number": 0})["number"]
        if last and journal.table("last").rows()[1]["long"] != LONG:
            lost.append("long text")
        for number in range(1, max(acknowledged, last) + 1):
            if stars.get(number) != {"note": "x" * (number % 997)}:
                lost.append(f"star {number}")
            if book.table("items").document(number) != {"title": f"paper {number}"}:
                lost.append(f"item {number}")
        if len(stars) != last:
            lost.append("half a step")
        if journal.history(1) and int(journal.history(1)[0].about) < acknowledged:
            lost.append("history")
    writer.close()
    return lost


def main(directory: Path, points: int) -> None:
    """Run the storm."""
    chance = random.Random(0)
    acknowledged = 0
    lost: list[str] = []
    for _ in range(points):
        reader, acknowledge = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            act(directory, acknowledge)
        os.close(acknowledge)
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reader, "rb") as told:
            for line in told:
                acknowledged = int(line)
        lost += missing(directory, acknowledged)
    print(json.dumps({"points": points, "acknowledged": acknowledged, "lost": lost}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
