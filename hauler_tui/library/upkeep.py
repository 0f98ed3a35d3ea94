"""Files that have grown large written anew, while what the person does goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hauler_tui.library.store.compaction import Compaction
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.log import LogBook

LARGE_JOURNAL = 4 << 20
"""Bytes of journal from which on an open library takes a snapshot of itself."""

_LOGS = ("items", "hauls")


class Upkeep:
    """Snapshots of the journal and compactions of the logs."""

    def __init__(
        self, journal: Journal, book: LogBook, log_was_compacted: Callable[[], None]
    ) -> None:
        self._journal = journal
        self._book = book
        self._log_was_compacted = log_was_compacted
        self._snapshot_from = LARGE_JOURNAL
        self._compaction: Compaction | None = None
        self._compact_from: dict[str, int] = {}

    def compact(self, at: datetime) -> None:
        """Write everything anew now. Raises LibraryError."""
        self._journal.snapshot(now=at)
        for name in _LOGS:
            self._book.table(name).compact_if_wasteful()

    def tidy(self, at: datetime) -> None:
        """Begin in the background what is worth it.

        Raises LibraryError, once, when what was begun before failed; nothing is lost then.
        """
        journal = self._journal
        if not journal.is_taking_snapshot and journal.size > self._snapshot_from:
            self._snapshot_from = journal.size + LARGE_JOURNAL
            journal.begin_snapshot(at)
        elif journal.size < LARGE_JOURNAL:
            self._snapshot_from = LARGE_JOURNAL
        ended = self._compaction
        if ended is not None and not ended.is_running:
            self._compaction = None
            self._log_was_compacted()
            ended.wait()  # tells why it failed
        for table in map(self._book.table, _LOGS):
            name, length = table.position
            # What failed is tried again when there is more to gain.
            is_due = table.is_wasteful and length >= self._compact_from.get(name, 0)
            if is_due and self._compaction is None:
                self._compact_from[name] = length + LARGE_JOURNAL
                self._compaction = table.begin_compaction()

    def cancel(self) -> bool:
        """Give up a compaction; whether there was one."""
        if self._compaction is None:
            return False
        self._compaction.cancel()
        self._compaction = None
        return True
