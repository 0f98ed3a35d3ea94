"""The day ledger, kept: what is proved of every subject's days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime

from hauler_tui.domain.feed import FeedState
from hauler_tui.domain.ledger import DayRecord, better
from hauler_tui.library.harvests import Harvests
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.store.journal import Journal

TABLE = "ledger"
_PREPRINTS = 3
"""The document of ``ledger_state`` about bioRxiv's API; two others are about arXiv."""


class Ledger:
    """A row for each subject and day of which something is known."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._table = journal.table(TABLE)
        self._api = journal.table("ledger_state")
        self.harvests = Harvests(journal)
        self._known: dict[str, dict[date, DayRecord]] | None = None
        """What the table holds; None until it is asked for."""
        journal.subscribe(self._journal_changed)

    def records(self) -> Mapping[str, Mapping[date, DayRecord]]:
        """Every record, by subject and day."""
        return self._read()

    def step(self, verb: str, about: str, *, at: datetime) -> AbstractContextManager[None]:
        """Keep what came and what it proves in one change, or nothing of both."""
        return self._journal.step(verb, about, at=at, undoable=False)

    def keep(self, told: Iterable[DayRecord], *, at: datetime) -> tuple[DayRecord, ...]:
        """Take in records; those that prove less than is known change nothing.

        The records that changed, as they are now.
        """
        kept: list[DayRecord] = []
        with self.step("ledger", "what the feeds told", at=at):
            for record in told:
                days = self._read().setdefault(record.subject, {})
                known = days.get(record.day)
                now = days[record.day] = better(known, record)
                if now != known:
                    self._table.put(_place(now), to_row(now))
                    kept.append(now)
        return tuple(kept)

    def api_state(self) -> FeedState:
        """What the last questions to arXiv's query API taught: when it may be asked again."""
        row = self._api.rows().get(1)
        return FeedState() if row is None else from_row(FeedState, row)

    def keep_api_state(self, state: FeedState, *, at: datetime) -> None:
        """Remember whether the query API asked to be left alone."""
        if state != self.api_state():
            with self.step("ledger", "what arXiv's API asked for", at=at):
                self._api.put(1, to_row(state))

    def preprint_state(self) -> FeedState:
        """What the last questions to bioRxiv's API taught: when it may be asked again."""
        row = self._api.rows().get(_PREPRINTS)
        return FeedState() if row is None else from_row(FeedState, row)

    def keep_preprint_state(self, state: FeedState, *, at: datetime) -> None:
        """Remember whether bioRxiv's API asked to be left alone."""
        if state != self.preprint_state():
            with self.step("ledger", "what bioRxiv's API asked for", at=at):
                self._api.put(_PREPRINTS, to_row(state))

    def _read(self) -> dict[str, dict[date, DayRecord]]:
        if self._known is None:
            self._known = {}
            for row in self._table.rows().values():
                record = from_row(DayRecord, row)
                days = self._known.setdefault(record.subject, {})
                days[record.day] = better(days.get(record.day), record)
        return self._known

    def _journal_changed(self, changes: Mapping[str, frozenset[int]]) -> None:
        if self._known is None:
            return
        rows = self._table.rows()
        for place in changes.get(TABLE, ()):
            row = rows.get(place)
            if row is None:  # a change was taken back
                self._known = None
                return
            record = from_row(DayRecord, row)
            self._known.setdefault(record.subject, {})[record.day] = record


def _place(record: DayRecord) -> int:
    """The document of a subject's day: the same in every copy of a library."""
    named = f"{record.subject} {record.day}".encode()
    return int.from_bytes(hashlib.sha256(named).digest()[:6]) + 1
