"""The thread that keeps the index up with the library."""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hauler_tui.errors import LibraryError
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Marks
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Described, Seen
from hauler_tui.library.works import Works

_SECONDS_TO_CLOSE = 1.0
"""What is not indexed this long after the library began to close is left for the next time."""
_SECONDS_TO_SETTLE = 0.05
"""How long a change waits for the index when nobody else does."""
_RESETS = 3
_MANY = 1000
_SWITCH_SECONDS = 0.0005
"""How long this thread may keep another waiting while it indexes many items; 5 ms otherwise."""


class Indexer:
    """Takes the backlog into the index, and builds a broken index again."""

    def __init__(
        self,
        index: Index,
        backlog: Backlog,
        works: Works,
        marks: Marks,
        notes: Notes,
        seen: Callable[[], Seen],
    ) -> None:
        self._index = index
        self._backlog = backlog
        self._works = works
        self._marks = marks
        self._notes = notes
        self._seen = seen
        self._deadline: float | None = None
        self._resting_until = 0.0
        self._stamp = -1
        self._thread = threading.Thread(target=self._run, name="hauler-indexer", daemon=True)
        self._thread.start()

    def rest(self, seconds: float) -> None:
        """Begin nothing for so long: more is about to come, and somebody waits for it."""
        self._resting_until = time.monotonic() + seconds

    def close(self) -> None:
        """Index what is left, as far as a second goes, and end the thread."""
        self._deadline = time.monotonic() + _SECONDS_TO_CLOSE
        self._backlog.wake()
        self._thread.join()

    def _run(self) -> None:
        resets = 0
        while True:
            self._backlog.wait(self._is_wanted)
            # A change goes to the disk first, and those that come with it are one batch.
            self._backlog.wait(self._is_urgent, _SECONDS_TO_SETTLE)
            while (left := self._resting_until - time.monotonic()) > 0 and not self._is_closing():
                self._backlog.wait(self._is_closing, left)
            is_last = self._deadline is not None
            self._stamp = self._backlog.stamp
            if self._index.is_broken and resets < _RESETS:
                resets += 1
                self._backlog.add_everything()
                try:
                    self._index.reset()
                except (sqlite3.Error, OSError):
                    resets = _RESETS
            with _giving_way(len(self._backlog) > _MANY):
                self._index.catch_up(self._backlog, self._describe, self._seen, self._stops)
            if self._resting_until > time.monotonic():
                self._stamp = -1  # it stopped in the middle
            if is_last:
                return

    def _is_closing(self) -> bool:
        return self._deadline is not None

    def _is_urgent(self) -> bool:
        backlog = self._backlog
        return self._is_closing() or backlog.is_hurried or len(backlog) > _MANY

    def _is_wanted(self) -> bool:
        return self._is_closing() or self._backlog.stamp != self._stamp

    def _stops(self) -> bool:
        now = time.monotonic()
        return now < self._resting_until if self._deadline is None else now > self._deadline

    def _describe(self, item_id: int) -> Described:
        # The place first: of a work that changes in between it is the place before.
        place = self._works.place(item_id)
        try:
            raw = self._works.raw(item_id)
        except LibraryError:
            raw = None
        note = self._notes.text(item_id)
        tags = self._marks.tags.get(item_id, ())
        return Described(item_id=item_id, place=place, raw=raw, tags=tags, note=note)


@contextmanager
def _giving_way(is_long: bool) -> Iterator[None]:
    """Let the interpreter change threads more often, so that the reader's keys do not wait."""
    before = sys.getswitchinterval()
    if is_long:
        sys.setswitchinterval(min(before, _SWITCH_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(before)
