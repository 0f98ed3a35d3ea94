"""How far lists of records were read, so that the next reading goes on there."""

from __future__ import annotations

import hashlib
from datetime import datetime

from hauler_tui.domain.feed import FeedState
from hauler_tui.domain.harvest import Harvest
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.store.journal import Journal

HARVESTS = "harvests"
_STATE = 2
"""The document of ``ledger_state`` about OAI-PMH; the first is about the query API."""


class Harvests:
    """A row for each subject whose list was begun and not read to its end."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._table = journal.table(HARVESTS)
        self._states = journal.table("ledger_state")

    def get(self, subject: str) -> Harvest | None:
        """How far the list of a subject was read; None where none is begun."""
        row = self._table.rows().get(_place(subject))
        return None if row is None else from_row(Harvest, row)

    def keep(self, harvest: Harvest) -> None:
        """Remember how far a list was read, as a part of the caller's step."""
        self._table.put(_place(harvest.subject), to_row(harvest))

    def drop(self, subject: str) -> None:
        """Forget about a list, as a part of the caller's step."""
        if _place(subject) in self._table.rows():
            self._table.drop(_place(subject))

    def state(self) -> FeedState:
        """What the last questions by OAI-PMH taught: when it may be asked again."""
        row = self._states.rows().get(_STATE)
        return FeedState() if row is None else from_row(FeedState, row)

    def keep_state(self, state: FeedState, *, at: datetime) -> None:
        """Remember whether it asked to be left alone."""
        if state != self.state():
            about = "what arXiv's OAI-PMH asked for"
            with self._journal.step("ledger", about, at=at, undoable=False):
                self._states.put(_STATE, to_row(state))


def _place(subject: str) -> int:
    """The document of a subject: the same in every copy of a library."""
    return int.from_bytes(hashlib.sha256(subject.encode()).digest()[:6]) + 1
