"""How what a source said becomes items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.grouping import Group, grouped, hash_name, is_weak, namesakes
from hauler_tui.domain.identity import rank
from hauler_tui.domain.item import Sighting, Work
from hauler_tui.domain.merge import merge, new_work
from hauler_tui.domain.sameness import Told
from hauler_tui.errors import LibraryError
from hauler_tui.library.joined import JoinedWorks
from hauler_tui.library.joins import Joins
from hauler_tui.library.read_marks import Bitmaps
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorbed:
    """What became of entries that were taken in."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    """Items known before of which something more is known now."""
    joins: tuple[tuple[int, int], ...] = ()
    """Pairs of items, older first, that an entry showed to be one work; the older stands for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Entries by the work they speak of, with what is known of it."""

    count: int
    feed_id: int | None
    groups: tuple[Group, ...]
    owners: dict[str, int]
    """The items that go by the entries' names."""
    known: Mapping[int, Work | None]
    """Those of them, whole; None for what was let go."""
    joins: tuple[tuple[int, int], ...] = ()


class Intake:
    """Makes items of entries, and lets known items learn from them."""

    def __init__(
        self,
        journal: Journal,
        works: JoinedWorks,
        joins: Joins,
        backlog: Backlog,
        hidden: Bitmaps,
        gone: Bitmaps,
        owners: Callable[[Iterable[str]], dict[str, int]],
        has_names: Callable[[str], bool],
    ) -> None:
        self._journal = journal
        self._works = works
        self._joined = works.joined
        self._joins = joins
        self._backlog = backlog
        self._hidden, self._gone = hidden, gone
        self._owners, self._has_names = owners, has_names

    def sort(self, entries: Sequence[Entry], *, feed_id: int | None, at: datetime) -> Sorted:
        """Find out which works entries speak of, and join items that turn out to be one.

        Joining is a step of history of its own, or part of the caller's.
        """
        names = {alias for entry in entries for alias in entry.aliases}
        if feed_id is not None and self._has_names("hash"):
            names.update(hash_name(entry, feed_id) for entry in entries if is_weak(entry))
        owners, works, told = self._known_by(names)
        if feed_id is not None and (more := namesakes(entries, feed_id, owners, told)):
            owners, works, told = self._known_by(names | more)
        groups = grouped(
            entries,
            feed_id=feed_id,
            owners=owners,
            known=told.__getitem__,
            gone={each for each, work in works.items() if work is None},
            are_apart=self._joined.are_apart,
        )
        pairs = tuple(
            (min(group.ids), other) for group in groups for other in sorted(group.ids)[1:]
        )
        self._joins.join(pairs, at)
        return Sorted(
            count=len(entries),
            feed_id=feed_id,
            groups=tuple(groups),
            owners=owners,
            known=works,
            joins=pairs,
        )

    def _known_by(
        self, names: Collection[str]
    ) -> tuple[dict[str, int], dict[int, Work | None], dict[int, Told]]:
        """The items that go by names, what is known of each, and what of it is compared."""
        owners = {
            alias: owner
            for alias, owner in self._owners(names).items()
            if self._works.table.size(owner)
        }
        works = {each: self._work(each) for each in set(owners.values())}
        told = {each: Told.of_work(work) for each, work in works.items() if work is not None}
        return owners, works, told

    def take_in(self, told: Sorted, at: datetime) -> Absorbed:
        """Make items of sorted entries inside the caller's step, who tells the subscribers.

        What the person did never changes.
        """
        changes = _Changes()
        with self._journal.step("take in", f"{told.count:,} entries", at=at, undoable=False):
            for group in told.groups:
                self._take(group, told, changes, at)
            written = changes.written()
            if written:
                self._works.put(written)
                alone = {
                    each: work
                    for each, work in written.items()
                    if self._joined.parts(self._works.survivor(each)) == (each,)
                }
                self._backlog.add_works(alone.items())
                of_parts = written.keys() - alone.keys()
                self._backlog.add({*of_parts, *map(self._works.survivor, of_parts)})
            if changes.buried:
                self._works.bury(changes.buried)
                self._backlog.add(changes.buried)
            # A crash may have come between a record and its bit: the record counts.
            after, away = changes.after, changes.away
            self._gone.change(after, False)
            self._gone.change(away.difference(after), True)
            self._hidden.change(changes.shown, False)
        new = [each for each in written if changes.before[each] is None]
        known = [each for each in written if changes.before[each] is not None]
        learnt = {self._works.survivor(each): None for each in known}
        learnt.update((older, None) for older, _ in told.joins)
        return Absorbed(new=tuple(new), changed=tuple(learnt), joins=told.joins)

    def _take(self, group: Group, told: Sorted, changes: _Changes, at: datetime) -> None:
        entries = [entry for _, entry in group.entries]
        names = {name for entry in entries for name in entry.aliases}
        owners = {owner for name in names if (owner := told.owners.get(name)) is not None}
        dead = {each for each in owners if told.known[each] is None}.difference(changes.after)
        changes.away |= dead
        if group.is_gone and told.feed_id is not None:
            return  # it was let go, and a feed does not bring it back
        if group.is_gone:
            (item_id,) = group.ids
            if item_id not in changes.after:
                stayed = changes.buried.pop(item_id, None) or self._works.gone(item_id)
                work = self._works.require(item_id) if stayed is None else stayed.work()
                changes.before[item_id] = None
                changes.after[item_id] = work
            dead.discard(item_id)
        elif not group.ids:
            item_id = self._journal.next_id("items", above=self._works.highest())
            first, *entries = entries
            changes.before[item_id] = None
            changes.after[item_id] = new_work(first, _sighting(first, told.feed_id, at))
        else:
            item_id = min(group.ids)
        for entry in entries:
            part = self._part(item_id, entry) if group.ids and not group.is_gone else item_id
            if part not in changes.after:
                is_whole = self._joined.parts(item_id) == (part,)
                known = told.known.get(part) if is_whole else None
                known = self._works.part(part) if known is None else known
                changes.before[part] = changes.after[part] = known
            sighting = _sighting(entry, told.feed_id, at)
            changes.after[part] = merge(changes.after[part], entry, sighting)
        for each in dead:
            if (gone := changes.buried.get(each) or self._works.gone(each)) is not None:
                left = tuple(name for name in gone.aliases if name not in names)
                changes.buried[each] = replace(gone, aliases=left)
        changes.shown.add(item_id)

    def _work(self, item_id: int) -> Work | None:
        """A work; None for one that was let go. Raises LibraryError."""
        try:
            return self._works.get(item_id)
        except LibraryError:
            if item_id in self._gone:
                return None
            raise

    def _part(self, item_id: int, entry: Entry) -> int:
        """The part of an item that an entry speaks of: the one that goes by its best name."""
        parts = self._joined.parts(item_id)
        if len(parts) == 1:
            return item_id
        owned = {part: frozenset(self._works.part(part).aliases) for part in parts}
        for name in sorted(entry.aliases, key=rank):
            for part in parts:
                if name in owned[part]:
                    return part
        return item_id


class _Changes:
    """What taking in comes to, before anything is written."""

    def __init__(self) -> None:
        self.before: dict[int, Work | None] = {}
        self.after: dict[int, Work] = {}
        self.buried: dict[int, Gone] = {}
        self.away: set[int] = set()
        self.shown: set[int] = set()

    def written(self) -> dict[int, Work]:
        return {each: work for each, work in self.after.items() if self.before[each] != work}


def _sighting(entry: Entry, feed_id: int | None, at: datetime) -> Sighting:
    return Sighting(feed_id=feed_id, announce=entry.announce, seen_at=at)
