"""What is asked about items: views, rows, names."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from hauler_tui.domain.entry import Announce
from hauler_tui.domain.item import Item, Work
from hauler_tui.domain.query import Facts, Query
from hauler_tui.domain.standing import is_newer
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.issues import Issues
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Bitmaps, Marks, ReadMarks
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.bounds import Personal, told_by
from hauler_tui.library.search.index import Index, placeholders
from hauler_tui.library.search.listed import Listed
from hauler_tui.library.search.ordering import Unindexed
from hauler_tui.library.search.queries import answers
from hauler_tui.library.search.scanner import Scanner
from hauler_tui.library.works import ITEMS_HINT, Works

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the list draws of one item."""

    id: int
    date: datetime
    """When the work appeared, else when the library first saw it."""
    title: str
    """On one line, TeX turned into Unicode; the link or key of a work without a title."""
    authors: str
    feed_ids: tuple[int, ...]
    announce: Announce | None
    version: int | None
    is_read: bool
    is_skipped: bool
    is_starred: bool
    is_noted: bool
    covered: tuple[str, ...]
    is_withdrawn: bool = False
    is_published: bool = False
    """Whether it is a preprint that a journal has published."""
    is_renewed: bool = False
    """Whether a new version came after the note, or after the star where there is no note."""


class Answers:
    """Every question about the works of the library, answered as they are at the moment."""

    def __init__(
        self,
        works: Works,
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
        scanner: Scanner,
    ) -> None:
        self._works = works
        self._index = index
        self._backlog = backlog
        self._marks = marks
        self._read_marks = read_marks
        self._notes = notes
        self._issues = issues
        self._feed_ids = feed_ids
        self._feed_titles = feed_titles
        self._hidden, self._gone = hidden, gone
        self._scanner = scanner

    def count(self) -> int:
        """How many items there are, without those that are hidden."""
        return len(self._works) - self._hidden.total(without=self._gone)

    def view(
        self, query: Query | None = None, *, stop: Callable[[], bool] = lambda: False
    ) -> array[int]:
        """The ids of the items a query finds, newest first unless it sorts otherwise.

        None is everything but what was skipped or muted. To be called from any thread; when
        ``stop`` says so it ends early with what it has.
        """
        (ids,) = deque(self.answers(query, stop=stop), maxlen=1)
        return ids

    def answers(
        self, query: Query | None = None, *, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[array[int]]:
        """Answers to a query as they become known: beginnings of the view, at last the view.

        The first comes at once and is short. Each is the caller's own. To be called from any
        thread. Raises LibraryError when the process that tries regular expressions fails.
        """
        personal = Personal(
            marks=self._marks,
            read_marks=self._read_marks,
            notes=self._notes,
            issues=self._issues,
            feed_ids=self._feed_ids,
            feed_titles=self._feed_titles,
            hidden=self._hidden,
        )
        works = Unindexed(
            facts=self._facts, said=self._said, dates=self._backlog.dates, tried=self._try
        )
        while True:
            was_broken = self._when_broken_everything_waits()
            seen = None if self._index.is_writable else self._index.contents()
            waiting = self._backlog.ids()
            for ids in answers(query, self._index, waiting, personal, works, stop):
                if self._index.is_broken is not was_broken:
                    break
                yield self._opened(ids)
            # A hauler that writes this library may change the index between two questions.
            is_one = was_broken or self._index.is_writable or self._index.contents() is seen
            if self._index.is_broken is was_broken and (is_one or stop()):
                return

    def _opened(self, ids: array[int]) -> array[int]:
        """Of some items those that were there when the library was opened for reading."""
        if self._index.is_writable:
            return ids
        if (self._index.position("reach") or ())[:2] == self._works.table.position:
            return ids
        return array("Q", filter(self._works.__contains__, ids))

    def fits(self, item_id: int, query: Query | None = None) -> bool:
        """Whether ``view(query)`` would hold an item; an unknown id fits nothing."""
        facts = self._facts(item_id)
        if facts is None or item_id in self._hidden:
            return False
        return facts.item.is_listed if query is None else query.matches(facts)

    def is_read(self, item_id: int) -> bool:
        """Whether the person read an item."""
        return self._works.survivor(item_id) in self._read_marks

    def count_unread(self, item_ids: Iterable[int]) -> int:
        """How many of the items are unread."""
        ids = array("Q", item_ids)
        return len(ids) - self._read_marks.count(ids)

    def row(self, item_id: int) -> Row:
        """What the list draws of one item. Raises UnknownKeyError."""
        rows = self.rows((item_id,))
        if not rows:
            raise UnknownKeyError(f"there is no item {item_id}", ITEMS_HINT)
        return rows[0]

    def rows(self, item_ids: Sequence[int]) -> list[Row]:
        """What the list draws of some items, in their order; unknown ids are left out.

        Of an item that is part of another now, it draws the other, under the id asked for.
        """
        means = {item_id: self._works.survivor(item_id) for item_id in item_ids}
        listed = self._trusting(lambda: self._listed(tuple(means.values())))
        return [
            self._row(listed[means[item_id]], item_id)
            for item_id in item_ids
            if means[item_id] in listed
        ]

    def survivor(self, item_id: int) -> int:
        """The item that an id means: another one where the two turned out to be one work."""
        return self._works.survivor(item_id)

    def _trusting(self, ask: Callable[[], T]) -> T:
        """An answer that no broken index had a part in; until it is rebuilt the log answers."""
        while True:
            was_broken = self._when_broken_everything_waits()
            answer = ask()
            if self._index.is_broken is was_broken:
                return answer

    def _when_broken_everything_waits(self) -> bool:
        """Whether the index is broken; then every item is in the backlog."""
        is_broken = self._index.is_broken
        if is_broken and not self._backlog.holds_everything:
            self._backlog.add_everything()
        return is_broken

    def owners(self, aliases: Iterable[str]) -> dict[str, int]:
        """The oldest item that goes by each of the aliases that are known."""
        wanted = frozenset(aliases)

        def ask() -> dict[str, int]:
            # The backlog first: what leaves it is in the index already.
            waiting = self._backlog.owners(wanted)
            owners = self._index.owners(wanted, self._backlog, self._gone.__contains__)
            for alias, known in waiting.items():
                if known:
                    known.add(owners.get(alias, min(known)))
                    # A living item may have taken the name over from one that left.
                    owners[alias] = min(known, key=lambda each: (each in self._gone, each))
            return owners

        # The index may not have heard yet that an item is part of another.
        survivor = self._works.survivor
        return {alias: survivor(owner) for alias, owner in self._trusting(ask).items()}

    def has_names(self, kind: str) -> bool:
        """Whether an item may go by a name of a kind, as ``hash``."""
        return self._trusting(lambda: self._backlog.has_names(kind) or self._index.has_names(kind))

    def namesakes(self, aliases: Iterable[str]) -> list[int]:
        """Every item that goes by one of the aliases, the oldest first."""
        known = tuple(self.owners(aliases))

        def ask() -> set[int]:
            waiting = set().union(*self._backlog.owners(known).values())
            found = self._index.read(
                f"SELECT item_id FROM aliases WHERE alias IN ({placeholders(known)})", *known
            )
            return waiting | {item_id for (item_id,) in found if item_id not in self._backlog}

        living = {self._works.survivor(each) for each in self._trusting(ask)}
        return sorted(each for each in living if each in self._works)

    def _listed(self, item_ids: Sequence[int]) -> dict[int, Listed]:
        waiting = set(self._backlog.among(item_ids))
        indexed = [item_id for item_id in item_ids if item_id not in waiting]
        listed = {known.id: known for known in self._index.listed(indexed)}
        for item_id in waiting:
            work = self._work(item_id)
            if work is not None:
                listed[item_id] = Listed.of(item_id, work)
        return listed

    def _work(self, item_id: int) -> Work | None:
        """What the log says of an item; None where it has nothing, or nothing whole."""
        try:
            return self._works.get(item_id)
        except LibraryError:
            return None

    def _facts(self, item_id: int) -> Facts | None:
        """Everything a query can ask about an item; None where the log has none, or none whole."""
        work = self._work(item_id)
        if work is None:
            return None
        note = self._notes.get(item_id)
        return Facts(
            item=self._item(item_id, work),
            note=None if note is None else note.text,
            feed_titles=self._feed_titles(
                seen.feed_id for seen in work.sightings if seen.feed_id is not None
            ),
            lanes=self._issues.lanes(item_id),
        )

    def _said(self, item_id: int) -> Facts | None:
        """The texts of an item and nothing else; None where the log has none, or none whole."""
        try:
            entry = self._works.said(item_id)
        except LibraryError:
            return None
        if entry is None:
            return None
        tags = self._marks.tags.get(item_id, ())
        return told_by(item_id, entry, tags, self._notes.text(item_id))

    def _try(
        self,
        patterns: Sequence[str],
        item_ids: Sequence[int],
        whole: Iterable[Facts],
        stop: Callable[[], bool],
    ) -> list[set[int]] | None:
        """The items each expression is found in; ``whole`` is as the log may not have it.

        None when ``stop`` says so. Raises LibraryError when the process that tries them ends.
        """
        tags, table = self._marks.tags, self._works.table
        items = [
            (each, self._stored_place(each), tags.get(each, ()), self._notes.text(each))
            for each in item_ids
        ]
        texts = [(facts.item.id, facts.texts) for facts in whole]
        answer = self._scanner.ask(patterns, table.position, items, texts, stop)
        if answer is None or not answer.lacking:
            return None if answer is None else answer.found
        # What is not on the disk yet is told: its place there is known, and nothing else.
        told = [(each, facts.texts) for each in answer.lacking if (facts := self._said(each))]
        more = self._scanner.ask(patterns, table.position, (), told, stop)
        if more is None:
            return None
        return [one | other for one, other in zip(answer.found, more.found, strict=True)]

    def _stored_place(self, item_id: int) -> int:
        """Where the log has the texts of an item; 0 where it has them in parts."""
        place = self._works.table.place(item_id)
        return place if place == self._works.place(item_id) else 0

    def _item(self, item_id: int, work: Work) -> Item:
        mark = self._marks.get(item_id)
        return Item(
            id=item_id,
            work=work,
            is_read=item_id in self._read_marks,
            is_skipped=mark.skipped,
            is_muted=item_id in self._marks.muted,
            starred_at=mark.starred_at,
            tags=mark.tags,
            covered=self._issues.covered(item_id),
        )

    def _row(self, listed: Listed, asked: int) -> Row:
        item_id = listed.id
        return Row(
            id=asked,
            date=listed.date,
            title=listed.title,
            authors=listed.authors,
            feed_ids=listed.feed_ids,
            announce=listed.announce,
            version=listed.version,
            is_read=item_id in self._read_marks,
            is_skipped=self._marks.is_skipped(item_id),
            is_starred=self._marks.is_starred(item_id),
            is_noted=item_id in self._notes,
            covered=self._issues.covered(item_id),
            is_withdrawn=listed.is_withdrawn,
            is_published=listed.is_published,
            is_renewed=listed.renewed is not None and self._is_newer(item_id, listed.renewed),
        )

    def _is_newer(self, item_id: int, renewed: datetime) -> bool:
        note = self._notes.get(item_id)
        starred_at = self._marks.get(item_id).starred_at
        return is_newer(renewed, None if note is None else note.changed_at, starred_at)
