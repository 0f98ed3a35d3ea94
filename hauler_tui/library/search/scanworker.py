"""A process of its own that tries regular expressions on the texts of works.

Run as ``python -P -m hauler_tui.library.search.scanworker DIRECTORY``: a question a line on
standard input, an answer a line on standard output, both JSON. An expression may take for ever and
lets no thread run meanwhile, but a process can be killed.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hauler_tui.errors import LibraryError
from hauler_tui.library.search.bounds import told_by
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.works import Works

_NICENESS = 10
_LONGEST_SECONDS = 60
"""One question may take so long; then the system ends this process, whoever still waits."""


def main() -> None:
    """Answer until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    scan = Scan(Path(sys.argv[1]))
    for line in sys.stdin.buffer:
        signal.alarm(_LONGEST_SECONDS)
        answer = scan.answer(json.loads(line))
        signal.alarm(0)
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


class Scan:
    """The works of one library, read without touching anything."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._book: LogBook | None = None
        self._works: Works | None = None
        self._position: list[Any] = []

    def answer(self, question: Mapping[str, Any]) -> dict[str, list[Any]]:
        """The items each expression is found in, and those whose text is not on the disk."""
        works = self._opened(question["position"])
        patterns = [re.compile(pattern, re.IGNORECASE) for pattern in question["patterns"]]
        found: list[list[int]] = [[] for _ in patterns]
        lacking: list[int] = []
        for item_id, place, tags, note in question["items"]:
            try:
                entry = works.said(item_id) if works.table.place(item_id) == place else None
            except LibraryError:
                entry = None
            if entry is None:
                lacking.append(item_id)
            else:
                facts = told_by(item_id, entry, tuple(tags), note)
                _look(patterns, item_id, facts.texts, found)
        for item_id, texts in question["texts"]:
            _look(patterns, item_id, texts, found)
        return {"found": found, "lacking": lacking}

    def close(self) -> None:
        """Let go of the log."""
        if self._book is not None:
            self._book.close()

    def _opened(self, position: list[Any]) -> Works:
        """The works, read again from the log when the one who asks saw it grow."""
        works = self._works
        if works is None or position != self._position:
            self.close()
            self._position = position
            self._book = LogBook.open(self._directory, ("items",), None)
            works = self._works = Works(self._book.table("items"))
        return works


def _look(
    patterns: Iterable[re.Pattern[str]],
    item_id: int,
    texts: Iterable[str],
    found: list[list[int]],
) -> None:
    texts = tuple(texts)
    for pattern, items in zip(patterns, found, strict=True):
        if any(map(pattern.search, texts)):
            items.append(item_id)


if __name__ == "__main__":
    main()
