"""The captured links that wait for a title, and those that nobody could name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.item import Work
from hauler_tui.domain.lookup import (
    Broken,
    Finding,
    Found,
    Held,
    HostPause,
    Lookup,
    Question,
    after,
    paused,
)
from hauler_tui.errors import LibraryError
from hauler_tui.library.items import Absorbed, Items
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.store.journal import Journal

LOOKUPS = "lookups"
HOSTS = "lookup_hosts"
_REMEMBERED = timedelta(days=1)
"""How long it counts when a host was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What capturing some links came to."""

    ids: tuple[int, ...]
    """The items in the order of the links, each once."""
    added: tuple[int, ...]
    """Those that are new."""


class Lookups:
    """One row for each item that is nothing but a link; what is resolved has none."""

    def __init__(
        self, journal: Journal, items: Items, changed: Callable[[frozenset[int]], None]
    ) -> None:
        self._journal = journal
        self._items = items
        self._changed = changed
        self._table = journal.table(LOOKUPS)
        self._hosts = journal.table(HOSTS)

    def get(self, item_id: int) -> Lookup | None:
        """What is known of an item's lookup; None where there is nothing to look up."""
        row = self._table.rows().get(item_id)
        return None if row is None else from_row(Lookup, row)

    def count(self) -> int:
        """How many links are not resolved and not given up."""
        return sum(not row.get("gave_up") for row in self._table.rows().values())

    def capture(self, entries: Sequence[Entry], at: datetime) -> Taken:
        """Take in what a person added by hand, and queue what is nothing but a link.

        A link that was given up is queued anew. Raises LibraryError.
        """
        about = f"{len(entries):,} {'link' if len(entries) == 1 else 'links'}"
        told = self._items.sort(entries, feed_id=None, at=at)
        with self._journal.step("add", about, at=at, undoable=False):
            absorbed = self._items.take_in_sorted(told, at)
            owners = self._items.owners(alias for entry in entries for alias in entry.aliases)
            named = (self._owner(entry, owners) for entry in entries)
            ids = tuple(dict.fromkeys(item_id for item_id in named if item_id is not None))
            self.queue(ids)
        self._tell(absorbed)
        return Taken(ids=ids, added=absorbed.new)

    def queue(self, item_ids: Iterable[int]) -> None:
        """Inside the caller's step, let links of which nothing is known wait to be looked up.

        One that was given up waits anew.
        """
        rows = self._table.rows()
        for item_id in item_ids:
            known = rows.get(item_id)
            if (known is None or known.get("gave_up")) and self._link(item_id) is not None:
                self._table.put(item_id, {})

    def ids(self) -> tuple[int, ...]:
        """The items that wait or were given up, the newest first."""
        return tuple(sorted(self._table.rows(), reverse=True))

    def is_due(self, now: datetime) -> bool:
        """Whether anything may be asked now, as far as the rows tell; quick."""
        return any(_is_due(row, now) for row in self._table.rows().values())

    def take_up(self, item_ids: Iterable[int], at: datetime) -> tuple[Question, ...]:
        """The questions of some items that are due.

        The rows leave of items that are gone, or of which something was said meanwhile.
        """
        rows = self._table.rows()
        questions, settled = [], []
        for item_id in item_ids:
            if item_id not in rows:
                continue
            work = self._link(item_id)
            if work is None:
                settled.append(item_id)
            elif _is_due(rows[item_id], at):
                questions.append(
                    Question(item_id=item_id, link=work.entry.link, aliases=work.aliases)
                )
        if settled:
            with self._journal.step("look up", "what is known by now", at=at, undoable=False):
                for item_id in settled:
                    self._table.drop(item_id)
        return tuple(questions)

    def pauses(self) -> Mapping[str, HostPause]:
        """What is known of the hosts that were asked lately, or that want to be left alone."""
        rows = (from_row(HostPause, row) for row in self._hosts.rows().values())
        return {pause.host: pause for pause in rows}

    def note_asked(self, host: str, at: datetime) -> None:
        """Remember when others than lookups asked a group of hosts."""
        doc_id, pause = self._pause(host)
        with self._journal.step("look up", f"{host} was asked", at=at, undoable=False):
            self._hosts.put(doc_id, to_row(replace(pause, asked_at=at)))

    def record(
        self,
        findings: Sequence[Finding],
        at: datetime,
        *,
        is_online: bool = True,
        jitter: float = 0.0,
    ) -> Absorbed:
        """Keep what came of some questions, as one step: titles go in, the rest waits or stays.

        Items that left meanwhile do not come back. Raises LibraryError.
        """
        about = f"{len(findings):,} {'link' if len(findings) == 1 else 'links'}"
        living = [one for one in findings if self._link(one.item_id) is not None]
        entries = [finding.entry for finding in living if isinstance(finding, Found)]
        answered = self._items.sort(entries, feed_id=None, at=at)
        absorbed = Absorbed()
        with self._journal.step("look up", about, at=at, undoable=False):
            if entries:
                absorbed = self._items.take_in_sorted(answered, at)
            self._record_hosts(findings, at, jitter)
            rows = self._table.rows()
            pauses = self.pauses()
            for finding in findings:
                if finding.item_id not in rows:
                    continue
                if isinstance(finding, Found) or finding not in living:
                    self._table.drop(finding.item_id)
                    continue
                known = from_row(Lookup, rows[finding.item_id])
                if isinstance(finding, Held):
                    told = replace(
                        known, due_at=pauses[finding.host].due_at, reason=finding.reason, hint=""
                    )
                else:
                    told = after(known, finding, at=at, is_online=is_online)
                self._table.put(finding.item_id, to_row(told))
        self._tell(absorbed)
        return absorbed

    def _record_hosts(self, findings: Sequence[Finding], at: datetime, jitter: float) -> None:
        """Note when each host was asked, and for how long it is to be left alone."""
        for doc_id, known in tuple(self._hosts.rows().items()):
            if _is_over(from_row(HostPause, known), at):
                self._hosts.drop(doc_id)
        for host, finding in {one.host: one for one in findings if one.host}.items():
            doc_id, pause = self._pause(host)
            if isinstance(finding, Held):
                is_known = pause.due_at is not None and pause.due_at > at
                told = pause if is_known else paused(pause, finding, at=at, jitter=jitter)
            elif isinstance(finding, Broken):
                told = replace(pause, asked_at=at)
            else:
                told = HostPause(host=host, asked_at=at)
            if told != pause:
                self._hosts.put(doc_id, to_row(told))

    def _pause(self, host: str) -> tuple[int, HostPause]:
        """What is known of a host, and the document that is to hold it."""
        rows = self._hosts.rows()
        for doc_id, row in rows.items():
            if row["host"] == host:
                return doc_id, from_row(HostPause, row)
        return max(rows, default=0) + 1, HostPause(host=host)

    def _owner(self, entry: Entry, owners: Mapping[str, int]) -> int | None:
        return next((owners[alias] for alias in entry.aliases if alias in owners), None)

    def _link(self, item_id: int) -> Work | None:
        """An item of which nothing is known but where it is; None for any other, or none."""
        try:
            work = self._items.get(item_id).work
        except LibraryError:
            return None
        return work if work.entry.origin == "link" else None

    def _tell(self, absorbed: Absorbed) -> None:
        if absorbed.new or absorbed.changed:
            self._changed(frozenset((*absorbed.new, *absorbed.changed)))


def _is_due(row: Mapping[str, Any], now: datetime) -> bool:
    due = row.get("due_at")
    return not row.get("gave_up") and (due is None or datetime.fromisoformat(due) <= now)


def _is_over(pause: HostPause, at: datetime) -> bool:
    """Whether it no longer matters that a host was asked."""
    times = [time for time in (pause.asked_at, pause.due_at) if time is not None]
    return all(time + _REMEMBERED < at for time in times)
