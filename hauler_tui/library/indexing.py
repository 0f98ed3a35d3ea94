"""The thread that keeps the index up with the library."""

from __future__ import annotations

import sqlite3
import threading
import time

from hauler_tui.errors import LibraryError
from hauler_tui.library.backlog import Backlog
from hauler_tui.library.index import Described, Index, Progress
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Marks
from hauler_tui.library.records import Works

_SECONDS_TO_CLOSE = 1.0
"""What is not indexed this long after the library began to close is left for the next time."""

_RESETS = 3


class Indexer:
    """Takes the backlog into the index, and builds a broken index again."""

    def __init__(
        self,
        index: Index,
        backlog: Backlog,
        works: Works,
        marks: Marks,
        notes: Notes,
        progress: Progress,
    ) -> None:
        self._index = index
        self._backlog = backlog
        self._works = works
        self._marks = marks
        self._notes = notes
        self._progress = progress
        self._deadline: float | None = None
        self._stamp = -1
        self._thread = threading.Thread(target=self._run, name="hauler-indexer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Index what is left, as far as a second goes, and end the thread."""
        self._deadline = time.monotonic() + _SECONDS_TO_CLOSE
        self._backlog.wake()
        self._thread.join()

    def _run(self) -> None:
        resets = 0
        while True:
            self._backlog.wait(self._is_wanted)
            is_last = self._deadline is not None
            self._stamp = self._backlog.stamp
            if self._index.is_broken and resets < _RESETS:
                resets += 1
                self._backlog.add_everything()
                try:
                    self._index.reset()
                except (sqlite3.Error, OSError):
                    resets = _RESETS
            self._index.catch_up(self._backlog, self._describe, self._progress, self._stops)
            if is_last:
                return

    def _is_wanted(self) -> bool:
        return self._deadline is not None or self._backlog.stamp != self._stamp

    def _stops(self) -> bool:
        return self._deadline is not None and time.monotonic() > self._deadline

    def _describe(self, item_id: int) -> Described:
        # The place first: of a work that changes in between it is the place before.
        place = self._works.table.place(item_id)
        try:
            work = self._works.get(item_id) or self._works.gone(item_id)
        except LibraryError:
            work = None
        note = self._notes.get(item_id)
        return place, work, self._marks.tags.get(item_id, ()), "" if note is None else note.text
