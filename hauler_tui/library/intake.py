"""How what a source said becomes items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.item import Sighting, Work
from hauler_tui.domain.merge import merge, new_work
from hauler_tui.library.read_marks import Bitmaps
from hauler_tui.library.records import Gone, Works
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.store.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What became of entries that were taken in."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    """Items known before of which something more is known now."""
    joins: tuple[tuple[int, int], ...] = ()
    """Pairs of items, older first, that an entry showed to be one work; both still stand."""


class Intake:
    """Makes items of entries, and lets known items learn from them."""

    def __init__(
        self,
        journal: Journal,
        works: Works,
        backlog: Backlog,
        hidden: Bitmaps,
        gone: Bitmaps,
        owners: Callable[[Iterable[str]], dict[str, int]],
    ) -> None:
        self._journal = journal
        self._works = works
        self._backlog = backlog
        self._hidden, self._gone = hidden, gone
        self._owners = owners

    def take_in(self, entries: Sequence[Entry], *, feed_id: int | None, at: datetime) -> Absorbed:
        """Make items of entries inside the caller's step, who tells the subscribers.

        What the person did never changes.
        """
        owners = self._owners(alias for entry in entries for alias in entry.aliases)
        before: dict[int, Work | None] = {}
        after: dict[int, Work] = {}
        joins: dict[tuple[int, int], None] = {}
        buried: dict[int, Gone] = {}
        away: set[int] = set()
        shown: set[int] = set()
        with self._journal.step("take in", f"{len(entries):,} entries", at=at, undoable=False):
            for entry in entries:
                sighting = Sighting(feed_id=feed_id, announce=entry.announce, seen_at=at)
                known = sorted({owners[alias] for alias in entry.aliases if alias in owners})
                known = [each for each in known if each in after or self._works.table.size(each)]
                dead = [each for each in known if each not in after and self._works.is_gone(each)]
                known = [each for each in known if each not in dead]
                away.update(dead)
                if dead and not known and feed_id is not None:
                    continue  # it was let go, and a feed does not bring it back
                if not known and dead:
                    item_id = dead.pop(0)
                    before[item_id] = None
                    stayed = buried.pop(item_id, None) or self._works.gone(item_id)
                    work = self._works.require(item_id) if stayed is None else stayed.work()
                    after[item_id] = merge(work, entry, sighting)
                elif not known:
                    item_id = self._journal.next_id("items", above=self._works.highest())
                    before[item_id] = None
                    after[item_id] = new_work(entry, sighting)
                else:
                    item_id = known[0]
                    joins.update(((item_id, other), None) for other in known[1:])
                    if item_id not in after:
                        before[item_id] = after[item_id] = self._works.require(item_id)
                    after[item_id] = merge(after[item_id], entry, sighting)
                for each in dead:
                    if (gone := buried.get(each) or self._works.gone(each)) is not None:
                        names = [name for name in gone.aliases if name not in entry.aliases]
                        buried[each] = replace(gone, aliases=tuple(names))
                shown.add(item_id)
                for alias in after[item_id].aliases:
                    known_owner = owners.get(alias, item_id)
                    owners[alias] = item_id if known_owner in dead else min(item_id, known_owner)
            written = {known: work for known, work in after.items() if before[known] != work}
            if written:
                self._works.put(written)
                self._backlog.add_works(written.items())
            if buried:
                self._works.bury(buried)
                self._backlog.add(buried)
            # A crash may have come between a record and its bit: the record counts.
            self._gone.change(after, False)
            self._gone.change(away.difference(after), True)
            self._hidden.change(shown, False)
        return Absorbed(
            new=tuple(known for known in written if before[known] is None),
            changed=tuple(known for known in written if before[known] is not None),
            joins=tuple(joins),
        )
