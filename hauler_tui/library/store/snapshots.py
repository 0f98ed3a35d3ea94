"""Taking snapshots of the journal: at once, or in a thread while the person goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.history import History
from hauler_tui.library.store.journalfile import JournalFile
from hauler_tui.library.store.succession import State, Succession


class Snapshots:
    """One succession of generations at a time; to be used from the journal's own thread."""

    def __init__(self, file: JournalFile, history: History, state: Callable[[], State]) -> None:
        self.file = file
        """The journal that steps are appended to."""
        self._history = history
        self._state = state
        self._present: Succession | None = None
        self._worker: threading.Thread | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the one begun in the background is not finished yet.

        Raises LibraryError, once, when it failed.
        """
        if self._present is not None and self._present.is_over:
            self._settle()
        return self._present is not None

    def take(self, *, keep_old: bool) -> None:
        """Go over to the next generation now. Raises LibraryError; the journal goes on then."""
        self.file.writer.flush()
        self.end()
        succession = self._next(self._history.archiving(), None, keep_old=keep_old)
        succession.prepare()
        if succession.error is None:
            self.file.writer.flush()
        self._settle()

    def begin(self, now: datetime) -> None:
        """Go over to the next generation in a thread, unless that is under way.

        Raises LibraryError, once, when the one before failed.
        """
        if not self.is_under_way:
            archive = self._history.archiving(now)
            succession = self._next(archive, _let_others_go_first, keep_old=True)
            self._worker = threading.Thread(
                target=succession.prepare, name="hauler-snapshot", daemon=True
            )
            self._worker.start()

    def end(self) -> None:
        """Wait for the one in the background; if it failed, the next one does all it would have.

        Raises LibraryError when the disk refuses what is queued.
        """
        if self._worker is not None:
            self._worker.join()
        if self._present is not None:
            self.file.writer.flush()
            with suppress(LibraryError):
                self._settle()

    def _next(
        self, archive: Callable[[], None], pause: Callable[[], None] | None, *, keep_old: bool
    ) -> Succession:
        self._present = Succession(
            self.file, self._state(), archive=archive, pause=pause, keep_old=keep_old
        )
        return self._present

    def _settle(self) -> None:
        succession, self._present, self._worker = self._present, None, None
        if succession is None:
            return
        if succession.took_over:
            self._history.forget_until(succession.seq)
        error = succession.error
        if isinstance(error, OSError):
            raise LibraryError(
                f"{self.file.files.snapshot} cannot be written: {error.strerror or error}",
                "nothing is lost, the journal goes on; look after that disk",
            ) from error
        if error is not None:
            raise error


def _let_others_go_first() -> None:
    time.sleep(0)
