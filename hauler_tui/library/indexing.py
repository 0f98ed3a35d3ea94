"""The thread that keeps the index up with the library."""

from __future__ import annotations

import sqlite3
import threading

from hauler_tui.errors import LibraryError
from hauler_tui.library.backlog import Backlog
from hauler_tui.library.index import Described, Index, Progress
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Marks
from hauler_tui.library.records import Works

_LEFT_FOR_NEXT_TIME = 5_000
"""More waiting items than this are not waited for when the library closes."""

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
        self._is_closing = False
        self._stamp = -1
        self._thread = threading.Thread(target=self._run, name="hauler-indexer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Index what is left, unless it is very much, and end the thread."""
        self._is_closing = True
        self._backlog.wake()
        self._thread.join()

    def _run(self) -> None:
        resets = 0
        while True:
            self._backlog.wait(self._is_wanted)
            is_last = self._is_closing
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
        return self._is_closing or self._backlog.stamp != self._stamp

    def _stops(self) -> bool:
        return self._is_closing and len(self._backlog) > _LEFT_FOR_NEXT_TIME

    def _describe(self, item_id: int) -> Described:
        try:
            work = self._works.get(item_id)
        except LibraryError:
            work = None
        note = self._notes.get(item_id)
        return work, self._marks.tags.get(item_id, ()), "" if note is None else note.text
