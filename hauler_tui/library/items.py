"""Every work the library knows: taking in, finding, listing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import resolve
from hauler_tui.domain.item import Item
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.answers import Answers, Row
from hauler_tui.library.intake import Absorbed, Intake, Sorted
from hauler_tui.library.issues import Issues
from hauler_tui.library.joined import JoinedWorks
from hauler_tui.library.joins import Joins, Parted
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Bitmaps, Marks, ReadMarks
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.scanner import Scanner
from hauler_tui.library.store.journal import Journal

__all__ = ["Absorbed", "Items", "Row"]


class Items(Answers):
    """The works of the library with what the person did to each."""

    def __init__(
        self,
        journal: Journal,
        works: JoinedWorks,
        index: Index,
        backlog: Backlog,
        marks: Marks,
        read_marks: ReadMarks,
        notes: Notes,
        issues: Issues,
        feed_ids: Callable[[], Iterable[int]],
        feed_titles: Callable[[Iterable[int]], tuple[str, ...]],
        hidden: Bitmaps,
        gone: Bitmaps,
        changed: Callable[[frozenset[int]], None],
        scanner: Scanner,
    ) -> None:
        super().__init__(
            works,
            index,
            backlog,
            marks,
            read_marks,
            notes,
            issues,
            feed_ids,
            feed_titles,
            hidden,
            gone,
            scanner,
        )
        self.joins = Joins(journal, works, marks, read_marks, notes, issues, hidden, backlog)
        self._intake = Intake(
            journal, works, self.joins, backlog, hidden, gone, self.owners, self.has_names
        )
        self._changed = changed

    def get(self, item_id: int) -> Item:
        """The item with this id. Raises UnknownKeyError."""
        item_id = self._works.survivor(item_id)
        return self._item(item_id, self._works.require(item_id))

    def find(self, key_text: str) -> int:
        """The item a person means by a key, link, arXiv id or DOI. Raises UnknownKeyError."""
        wanted = (*resolve(key_text), key_text.strip())
        found = self.lookup(wanted)
        if found is None:
            for item_id in self.owners(wanted).values():
                self._works.require(item_id)  # tells of one that was left behind
            raise UnknownKeyError(
                f"nothing in the library goes by {clean_line(key_text, 200) or 'an empty name'}",
                "give a link, an arXiv id, a DOI or a key that `hauler items` shows",
            )
        if self._is_listed_as(found, wanted):
            return found
        # Of two that share a name but are apart, the one that is listed under it is meant.
        others = (each for each in self.namesakes(wanted) if self._is_listed_as(each, wanted))
        return next(others, found)

    def lookup(self, aliases: Iterable[str]) -> int | None:
        """The item that goes by the first of the aliases that is known."""
        wanted = tuple(aliases)
        owners = self.owners(wanted)
        known = (owners[alias] for alias in wanted if alias in owners)
        return next((item_id for item_id in known if not self._works.is_gone(item_id)), None)

    def lookups(self, names: Sequence[Sequence[str]]) -> tuple[int | None, ...]:
        """``lookup`` of many lists of aliases at once."""
        owners = self.owners({alias for some in names for alias in some})
        is_gone = {owner: self._works.is_gone(owner) for owner in set(owners.values())}
        return tuple(
            next((owners[a] for a in some if a in owners and not is_gone[owners[a]]), None)
            for some in names
        )

    def _is_listed_as(self, item_id: int, names: Collection[str]) -> bool:
        try:
            return self._works.require(item_id).key in names
        except LibraryError:
            return False  # it is damaged, which whoever reads it is told

    def split(self, key_text: str, names: Iterable[str], at: datetime) -> Parted:
        """Make two items of one that is two works; ``names`` are those that go, if given.

        Raises UnknownKeyError, and LibraryError where there is nothing to split, or several ways.
        """
        wanted = (*resolve(key_text), key_text.strip())
        named = [alias for name in names for alias in (*resolve(name), name.strip())]
        return self.joins.split(self.find(key_text), wanted, named, at)

    def ways_to_split(self, item_id: int) -> tuple[str, ...]:
        """The names by any of which ``split`` makes two items of one, best first."""
        return self.joins.ways(item_id)

    def absorb(self, entries: Sequence[Entry], *, feed_id: int | None, at: datetime) -> Absorbed:
        """Take in what a source said: new works become items, known ones learn more.

        What the person did never changes, and items that turn out to be one work are joined. One
        append for all of it, none if nothing is new.
        """
        absorbed = self.take_in_sorted(self.sort(entries, feed_id=feed_id, at=at), at)
        if absorbed.new or absorbed.changed:
            self._changed(frozenset((*absorbed.new, *absorbed.changed)))
        return absorbed

    def sort(self, entries: Sequence[Entry], *, feed_id: int | None, at: datetime) -> Sorted:
        """Find out which works entries speak of; items that are one are joined, as one step."""
        return self._intake.sort(entries, feed_id=feed_id, at=at)

    def take_in(self, entries: Sequence[Entry], *, feed_id: int | None, at: datetime) -> Absorbed:
        """The same inside the caller's step, who tells the subscribers; joins are part of it."""
        return self.take_in_sorted(self.sort(entries, feed_id=feed_id, at=at), at)

    def take_in_sorted(self, told: Sorted, at: datetime) -> Absorbed:
        """Take in what was sorted inside the caller's step, who tells the subscribers."""
        return self._intake.take_in(told, at)
