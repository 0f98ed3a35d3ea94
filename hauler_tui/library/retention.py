"""What leaves the list: the items of a removed feed, and old ones that the person never touched.

An item that left is a tombstone in ``items.log``: its names and title, so that a feed which still
lists it does not bring it back, and the person can. Two bitmaps in ``library.json`` say which ids
are hidden and which are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.query import parse
from hauler_tui.errors import LibraryError
from hauler_tui.library.issues import Issues
from hauler_tui.library.items import Items
from hauler_tui.library.keeping import Keeping
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Bitmaps, Marks
from hauler_tui.library.records import Mark
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.index import Index, placeholders
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Gone, Works

_NAMES_AT_ONCE = 500
_PROOFS = ("etag", "last_modified", "body_hash")
"""What lets a server, or hauler itself, take an answer for known."""
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""What the time is does not matter to a query for a feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """An item that may be let go, as long as its record is still the one that was looked at."""

    place: int
    gone: Gone


class Retention:
    """Hiding, letting go and bringing back; what the person touched is never let go."""

    def __init__(
        self,
        journal: Journal,
        works: Works,
        index: Index,
        backlog: Backlog,
        items: Items,
        marks: Marks,
        notes: Notes,
        issues: Issues,
        hidden: Bitmaps,
        gone: Bitmaps,
        changed: Callable[[frozenset[int]], None],
    ) -> None:
        self._journal = journal
        self._table = journal.table("retention")
        self._feeds = journal.table("feeds")
        self._states = journal.table("feed_state")
        self._subscribed = frozenset(self._feeds.rows())
        self._works = works
        self._index = index
        self._backlog = backlog
        self._items = items
        self._marks = marks
        self._notes = notes
        self._issues = issues
        self._hidden = hidden
        self._gone = gone
        self._changed = changed

    def is_due(self, at: datetime) -> bool:
        """Whether nothing was let go yet on the day of ``at``."""
        return self._table.rows().get(1, {}).get("on") != at.date().isoformat()

    def keeping(self, keep_days: int) -> Keeping:
        """How long items stay, ``keep_days`` where their feeds do not say."""
        return Keeping.of(keep_days, self._feeds.rows())

    def kept(self) -> frozenset[int]:
        """The items that the person starred, noted, tagged or gave a place in an issue."""
        return frozenset(
            {
                *self._marks.starred,
                *self._marks.tags,
                *self._notes.ids(),
                *self._issues.covered_ids(),
                *self._issues.placed_ids(),
            }
        )

    def leaving(
        self, keep_days: int, at: datetime, kept: frozenset[int], most: int | None = None
    ) -> dict[int, Leaving]:
        """The items but for ``kept`` last seen more than ``keep_days`` days before ``at``.

        A feed's own days count for what came through it, and of several feeds the longest. Reads
        the whole log; with ``most`` only what the index says is old, until so many are found.
        Changes nothing, and may be called from any thread.
        """
        keeping = self.keeping(keep_days)
        leaving: dict[int, Leaving] = {}
        if not keeping.shortest:
            return leaving
        latest = at - timedelta(days=keeping.shortest)
        for item_id in self._works.ids() if most is None else self._old(latest, at):
            if item_id in kept or (item_id in self._gone and self._works.is_gone(item_id)):
                continue
            # The place first: a work that changes in between has another then.
            place = self._works.place(item_id)
            try:
                days = keeping.days(self._works.feed_ids(item_id)) if keeping.by_feed else keep_days
                gone = self._works.leaving(item_id, at - timedelta(days=days), at) if days else None
            except LibraryError:
                continue  # a damaged record is the doctor's
            if gone is not None:
                leaving[item_id] = Leaving(place=place, gone=gone)
                if most is not None and len(leaving) >= most:
                    break
        shared = self._shared(each.gone for each in leaving.values())
        return {
            item_id: each
            for item_id, each in leaving.items()
            if shared.isdisjoint(each.gone.aliases)
        }

    def let_go(self, leaving: dict[int, Leaving], at: datetime, *, is_all: bool = True) -> int:
        """Let items leave that nobody touched meanwhile, and say how many; no step of history.

        ``is_all`` says that nothing more is to leave today.
        """
        kept = self.kept()
        buried = {
            item_id: each.gone
            for item_id, each in leaving.items()
            if item_id not in kept and self._works.place(item_id) == each.place
        }
        with self._journal.step("let go", f"{len(buried):,} items", at=at, undoable=False):
            if buried:
                self._works.bury(buried)
                self._gone.change(buried, True)
                self._hidden.change(buried, False)
                for item_id in self._marks.skipped.intersection(buried):
                    self._marks.put(item_id, Mark())
            if is_all:
                self._table.put(1, {"on": at.date().isoformat()})
        if buried:
            self._backlog.add(buried)
            self._changed(frozenset(buried))
        return len(buried)

    def expire(self, keep_days: int, at: datetime) -> int:
        """Let go of all that is older than ``keep_days`` days or its feeds' own; 0 keeps it."""
        if not self.keeping(keep_days).shortest:
            return 0
        return self.let_go(self.leaving(keep_days, at, self.kept()), at)

    def hide_feed(self, feed_id: int, subscribed: Iterable[int], at: datetime) -> int:
        """Inside the caller's step, hide what came only through feeds that are gone."""
        hidden = self._brought_alone({feed_id}, {*subscribed} - {feed_id}, at)
        self._hidden.change(hidden, True)
        return len(hidden)

    def _brought_alone(
        self, feed_ids: Iterable[int], others: Iterable[int], at: datetime
    ) -> set[int]:
        """What came through some feeds and neither through others nor by hand, and is not kept."""
        kept, rest = self.kept(), {*others, None}
        return {
            item_id
            for feed_id in feed_ids
            for item_id in self._items.view(parse(f"feed:{feed_id}", at))
            if item_id not in kept and rest.isdisjoint(self._works.feed_ids(item_id))
        }

    def follow_feeds(self, changes: Mapping[str, frozenset[int]]) -> None:
        """Hide what feeds brought whose adding was undone; show it when that is done again.

        To be called after every change. What removing a feed hides, undo shows by itself.
        """
        if "feeds" not in changes:
            return
        before, self._subscribed = self._subscribed, frozenset(self._feeds.rows())
        # Undo and redo of adding leave the state alone; one never fetched before has none.
        fetched = self._states.rows().keys() - changes.get("feed_state", frozenset())
        left = (before - self._subscribed) & fetched
        if left:
            alone = self._brought_alone(left, self._subscribed, _ANY_TIME)
            self._hidden.change(alone, True)
        back = (self._subscribed - before) & fetched
        if back:
            hidden = self._hidden.ids()
            brought = [each for each in hidden if not back.isdisjoint(self._works.feed_ids(each))]
            self._hidden.change(brought, False)
        for feed_id in back:
            # Its title came with an answer, and comes again only with a whole one.
            if not self._feeds.rows()[feed_id].get("title"):
                state = self._states.rows()[feed_id].items()
                self._states.put(feed_id, {name: it for name, it in state if name not in _PROOFS})

    def take_in_hidden(self, entries: Sequence[Entry], at: datetime) -> frozenset[int]:
        """Take in entries, and hide the items that the person has not seen; no step of history.

        Says which those are: new ones, and those hidden before. A step that shows them can be
        undone as a whole.
        """
        owners = self._items.owners(alias for entry in entries for alias in entry.aliases)
        known = ([owners[alias] for alias in entry.aliases if alias in owners] for entry in entries)
        was_hidden = {oldest for oldest in map(min, filter(None, known)) if oldest in self._hidden}
        told = self._items.sort(entries, feed_id=None, at=at)
        with self._journal.step("take in", f"{len(entries):,} entries", at=at, undoable=False):
            absorbed = self._items.take_in_sorted(told, at)
            unseen = was_hidden.union(absorbed.new)
            self._hidden.change(unseen, True)
        if absorbed.new or absorbed.changed:
            self._changed(frozenset((*absorbed.new, *absorbed.changed)))
        return frozenset(unseen)

    def is_hidden(self, item_id: int) -> bool:
        """Whether an item is out of sight, since the feed or import that brought it is."""
        return item_id in self._hidden

    def show(self, item_ids: Iterable[int]) -> None:
        """Inside the caller's step, show items that are hidden."""
        self._hidden.change(item_ids, False)

    def notice(self, item_ids: Iterable[int]) -> None:
        """Bring back those of the items the person has to do with now, though they had left."""
        away = [each for each in item_ids if each in self._hidden or each in self._gone]
        if not away:
            return
        back = self.kept().intersection(away)
        dead = {each: self._works.gone(each) for each in back if each in self._gone}
        works = {each: gone.work() for each, gone in dead.items() if gone is not None}
        if works:
            self._works.put(works)
            self._backlog.add_works(works.items())
        self._gone.change(dead, False)
        self._hidden.change(back, False)

    def keep_carried(self, changes: Mapping[str, frozenset[int]], item_ids: Iterable[int]) -> None:
        """Show what undo or redo hid though a feed has brought it since.

        To be called after every change with the items it hid or showed.
        """
        if "feeds" in changes or changes.keys() == {"hidden"}:
            return  # a feed that goes takes what no other has, and what is only hidden is meant so
        subscribed = self._feeds.rows().keys()
        away = (each for each in item_ids if each in self._hidden)
        self._hidden.change(
            [each for each in away if not subscribed.isdisjoint(self._works.feed_ids(each))], False
        )

    def _old(self, cutoff: datetime, at: datetime) -> list[int]:
        """What appeared before a day, which is no later than it was first seen; hidden or not.

        With it what a crash let go in the log alone.
        """
        query = parse(f"before:{(cutoff + timedelta(days=2)).date()}", at)
        buried = (item_id for (item_id,) in self._index.read("SELECT id FROM gone"))
        halfway = {each for each in buried if each not in self._gone}
        return sorted({*self._items.view(query), *self._hidden.ids(), *halfway})

    def _shared(self, leaving: Iterable[Gone]) -> frozenset[str]:
        """The names by which another item goes too: such items stay."""
        names = [alias for gone in leaving for alias in gone.aliases]
        shared: set[str] = set()
        for start in range(0, len(names), _NAMES_AT_ONCE):
            some = names[start : start + _NAMES_AT_ONCE]
            found = self._index.read(
                f"SELECT alias FROM aliases WHERE alias IN ({placeholders(some)})"
                " GROUP BY alias HAVING count(*) > 1",
                *some,
            )
            shared.update(alias for (alias,) in found)
        return frozenset(shared)
