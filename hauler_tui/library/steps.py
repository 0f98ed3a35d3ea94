"""Undo, redo and history, as the rest of the program asks for them."""

from __future__ import annotations

from datetime import datetime

from hauler_tui.library.store.history import Step
from hauler_tui.library.store.journal import Journal


class Steps:
    """What the person did, and the way back and forth through it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def undo(self, at: datetime) -> Step | None:
        """Take back the newest step; None when there is none. Raises LibraryError."""
        return self._journal.undo(at)

    def redo(self, at: datetime) -> Step | None:
        """Do again the step undone last; None when there is none. Raises LibraryError."""
        return self._journal.redo(at)

    def history(self, limit: int = 100) -> tuple[Step, ...]:
        """The newest steps, newest first, with those that are undone at present."""
        return self._journal.history(limit)
