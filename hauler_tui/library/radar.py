"""What the radar looks at: covered works, later works, and the news the person put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain.item import Work
from hauler_tui.domain.tex import to_unicode
from hauler_tui.errors import LibraryError
from hauler_tui.library.issues import Issues
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.prepared import EPOCH, TICK
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Works

NEWS = "news"
_IDS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Dismissed:
    """The news of an item that the person put aside."""

    names: tuple[str, ...] = ()


class Radar:
    """Reads for the radar, from any thread; keeps what was put aside."""

    def __init__(
        self, journal: Journal, works: Works, issues: Issues, index: Index, backlog: Backlog
    ) -> None:
        self._journal = journal
        self._table = journal.table(NEWS)
        self._works = works
        self._issues = issues
        self._index = index
        self._backlog = backlog
        self._changes = 0
        journal.subscribe(self._journal_changed)

    @property
    def position(self) -> tuple[object, ...]:
        """What differs whenever the radar may find something else, dismissals apart."""
        return self._works.table.position, self._changes

    def covered(self) -> Iterator[tuple[int, Work]]:
        """Every covered item with its work."""
        for item_id in self._issues.covered_ids():
            try:
                work = self._works.get(item_id)
            except LibraryError:
                continue  # a damaged record is the doctor's to tell
            if work is not None:
                yield item_id, work

    def later(
        self, since: datetime, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[int, datetime, str, tuple[str, ...]]]:
        """Id, date, title and authors of every work that is listed after a time."""
        waiting = self._backlog.ids()
        ticks = (since - EPOCH) // TICK
        if self._index.is_broken:
            waiting = frozenset(self._works.ids())
        for low in range(0, self._works.highest() + 1, _IDS_AT_ONCE):
            if stop():
                return
            rows = self._index.read(
                "SELECT id, date, title, authors FROM rows"
                " WHERE id >= ? AND id < ? AND date > ? AND authors != ''",
                low,
                low + _IDS_AT_ONCE,
                ticks,
            )
            for item_id, date, title, authors in rows:
                if item_id not in waiting:
                    yield item_id, EPOCH + date * TICK, title, tuple(authors.split(", "))
        for item_id in sorted(waiting):
            if stop():
                return
            if found := self._unindexed(item_id):
                yield found

    def _unindexed(self, item_id: int) -> tuple[int, datetime, str, tuple[str, ...]] | None:
        try:
            work, date = self._works.get(item_id), self._works.date(item_id)
        except LibraryError:
            return None
        if work is None or date is None:
            return None
        return item_id, date, to_unicode(work.entry.title), work.entry.authors

    def dismissed(self, item_id: int) -> frozenset[str]:
        """Names of the news of an item that were put aside."""
        row = self._table.rows().get(item_id)
        return frozenset() if row is None else frozenset(from_row(Dismissed, row).names)

    def dismiss(self, item_id: int, names: Iterable[str], at: datetime) -> None:
        """Put news of an item aside, as one step of history. Raises UnknownKeyError."""
        item_id = self._works.survivor(item_id)
        title = self._works.called(item_id)
        known = self.dismissed(item_id)
        after = known.union(names)
        if after != known:
            with self._journal.step("dismiss", f"put news of {title} aside", at=at):
                self._table.put(item_id, to_row(Dismissed(names=tuple(sorted(after)))))

    def _journal_changed(self, changes: Mapping[str, frozenset[int]]) -> None:
        if not changes.keys().isdisjoint({"hauls", "coverage", "joined", "gone", "marks"}):
            self._changes += 1
