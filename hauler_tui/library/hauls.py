"""Series and their issues: what stands in them, what was published, what covers an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hauler_tui.domain.haul import Card, Haul, Lane, Series
from hauler_tui.domain.numbering import numbered
from hauler_tui.domain.text import sort_key
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.backissues import BackIssues
from hauler_tui.library.issues import Issues, with_prose
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Marks, ReadMarks
from hauler_tui.library.records import HaulRow
from hauler_tui.library.series import SeriesTable
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Documents, Works, quoted

_CARD_HINT = "`hauler card add SLUG KEY` gives an item a card"
_FIRST_TITLE, _FIRST_SLUG = "Haul ~{n}", "haul-{n}"


class Hauls:
    """Every series and every issue, open and published."""

    def __init__(
        self,
        journal: Journal,
        series: SeriesTable,
        issues: Issues,
        frozen: Documents[Haul],
        works: Works,
        marks: Marks,
        read_marks: ReadMarks,
        notes: Notes,
    ) -> None:
        self._journal = journal
        self._series = series
        self._issues = issues
        self._frozen = frozen
        self._works = works
        self._marks = marks
        self._back_issues = BackIssues(journal, series, issues, frozen, works, read_marks, notes)

    def series(self) -> tuple[Series, ...]:
        """Every series in the order it was added."""
        return self._series.all()

    def current(self) -> Series | None:
        """The series last used, else the oldest; None when there is none."""
        return self._series.current()

    def add_series(self, *, title: str, slug: str, at: datetime, **settings: Any) -> Series:
        """Begin a series; ``settings`` are the other fields of ``Series``."""
        return self._series.add(title=title, slug=slug, at=at, **settings)

    def edit_series(self, series_id: int, at: datetime, **changes: Any) -> Series:
        """Change fields of a series. Raises UnknownKeyError."""
        return self._series.edit(series_id, at, **changes)

    def remove_series(self, series_id: int, at: datetime) -> None:
        """Forget a series; its published issues stay.

        Raises UnknownKeyError, and LibraryError while an issue of it is open.
        """
        series = self._series.get(series_id)
        unfinished = self._issues.open_of(series_id)
        if unfinished is not None:
            raise LibraryError(
                f"{quoted(unfinished.title)} of the series {quoted(series.title)} is still open",
                f"publish it or remove it first: `hauler hauls remove {unfinished.slug}`",
            )
        self._series.remove(series_id, at)

    def use(self, series_id: int, at: datetime) -> None:
        """Make a series the current one; no step of history. Raises UnknownKeyError."""
        self._series.use(series_id, at)

    def all(self) -> tuple[Haul, ...]:
        """Every issue without its texts: published ones oldest first, then the open ones."""
        return self._issues.all()

    def find(self, slug: str) -> Haul | None:
        """The issue with this slug, without the texts of a published one; None where none is."""
        known = self._issues.find(slug)
        return None if known is None else known[1].haul(known[0])

    def get(self, slug: str) -> Haul:
        """The issue with this slug, whole. Raises UnknownKeyError."""
        haul_id, row = self._issues.require(slug)
        if row.frozen is None:
            return row.haul(haul_id)
        frozen = self._frozen.get(row.frozen)
        if frozen is None:
            raise LibraryError(
                f"the text of {slug} is missing from hauls.log",
                f"`hauler import {slug}.md` brings it back, as does hauls.log from a backup",
            )
        cards = (replace(card, item_id=self._works.survivor(card.item_id)) for card in frozen.cards)
        haul = replace(frozen, id=haul_id, cards=tuple(cards))
        return replace(haul, series_id=row.series_id, number=row.number)

    def open_issue(self, series_id: int | None = None) -> Haul | None:
        """The open issue of a series, None being the current one; None when it has none."""
        known = self._series.current_id() if series_id is None else series_id
        return None if known is None else self._issues.open_of(known)

    def open_with(self, item_id: int) -> tuple[str, ...]:
        """Slugs of the open issues that hold a card for an item."""
        return self._issues.open_with(item_id)

    def new_issue(self, series_id: int | None, at: datetime) -> Haul:
        """Open the next issue of a series, None being the current one, and use that series.

        With no series at all the first one is created. Raises UnknownKeyError, and LibraryError
        when the series has an open issue.
        """
        series = self.current() if series_id is None else self._series.get(series_id)
        unfinished = None if series is None else self.open_issue(series.id)
        if unfinished is not None:
            raise LibraryError(
                f"{quoted(unfinished.title)} is still open",
                f"publish it (`hauler hauls publish {unfinished.slug}`) or remove it first",
            )
        number = 1 if series is None else self._issues.next_number(series.id, series.first)
        pattern = _FIRST_TITLE if series is None else series.title
        known = () if series is None else self._issues.numbers(series.id)
        title = numbered(pattern, number, [(row.title, each) for row, each in known])
        with self._journal.step("new issue", f"new issue {quoted(title)}", at=at):
            if series is None:
                series = self.add_series(title=_FIRST_TITLE, slug=_FIRST_SLUG, at=at)
            self._series.use(series.id, at)
            slug = numbered(series.slug, number, [(row.slug, each) for row, each in known])
            row = HaulRow(
                slug=self._issues.free_slug(slug),
                series_id=series.id,
                number=number,
                title=title,
                lanes=series.new_lanes,
            )
            return self._issues.put(self._journal.next_id("hauls"), row)

    def add_card(
        self,
        slug: str,
        item_id: int,
        lane: str | None,
        at: datetime,
        title: str | None = None,
        *,
        again: bool = False,
    ) -> Haul:
        """Give an item a place in an open issue, in its last cards lane unless one is named.

        A lane that is not there is created; a card that is there already moves to a named lane.
        ``title`` is what the item is called, where the caller knows. With ``again`` an item that
        an earlier issue covered is repeated on purpose, which the card remembers.
        Raises UnknownKeyError, and LibraryError when the issue is published.
        """
        haul_id, row = self._issues.require_open(slug)
        item_id = self._works.survivor(item_id)
        title = title or self._works.called(item_id)
        lanes = row.lanes
        again = again and bool(self.covered(item_id))
        there = next((card for card in row.cards if card.item_id == item_id), None)
        if lane is None:
            lane = next((held.name for held in reversed(lanes) if held.holds_cards), "Papers")
            if there is not None:
                if there.again or not again:
                    return row.haul(haul_id)
                lane = there.lane
        if all(held.name != lane for held in lanes):
            lanes = (*lanes, Lane(name=lane, holds_cards=True))
        if not all(held.holds_cards for held in lanes if held.name == lane):
            lanes = tuple(
                replace(held, holds_cards=True) if held.name == lane else held for held in lanes
            )
        if there is not None:
            moved = replace(there, lane=lane, again=again or there.again)
            cards = tuple(moved if known is there else known for known in row.cards)
        else:
            cards = (*row.cards, Card(item_id=item_id, lane=lane, again=again))
        told = f"add card {title} to {lane or slug}"
        return self._change((haul_id, row), "add card", told, at, lanes=lanes, cards=cards)

    def remove_card(self, slug: str, item_id: int, at: datetime) -> Haul:
        """Take an item's card out of an open issue; its star and note stay.

        What a person wrote below it goes to the prose of its lane. Raises UnknownKeyError, and
        LibraryError when the issue is published.
        """
        haul_id, row = self._issues.require_open(slug)
        item_id = self._works.survivor(item_id)
        cards = tuple(card for card in row.cards if card.item_id != item_id)
        if len(cards) == len(row.cards):
            raise UnknownKeyError(f"{slug} has no card for item {item_id}", _CARD_HINT)
        about = f"remove card {self._works.called(item_id)}"
        (gone,) = (card for card in row.cards if card.item_id == item_id)
        lanes = with_prose(row.lanes, gone.lane, gone.below)
        return self._change((haul_id, row), "remove card", about, at, cards=cards, lanes=lanes)

    def move_card(self, slug: str, item_id: int, by: int, at: datetime) -> Haul:
        """Move a card ``by`` places down its lane, up when negative: now the order is by hand.

        Raises UnknownKeyError, and LibraryError when the issue is published.
        """
        haul_id, row = self._issues.require_open(slug)
        item_id = self._works.survivor(item_id)
        card = next((known for known in row.cards if known.item_id == item_id), None)
        if card is None:
            raise UnknownKeyError(f"{slug} has no card for item {item_id}", _CARD_HINT)
        ordered = list(row.cards)
        if not row.hand_ordered and not self._stands_as_added(row.series_id):
            ordered.sort(key=lambda known: self._sort_key(known.item_id))
        places = [place for place, known in enumerate(ordered) if known.lane == card.lane]
        within = [ordered[place] for place in places]
        start = within.index(card)
        end = min(max(start + by, 0), len(within) - 1)
        if start == end:
            return row.haul(haul_id)
        within.insert(end, within.pop(start))
        for place, known in zip(places, within, strict=True):
            ordered[place] = known
        about = f"move card {self._works.called(item_id)}"
        return self._change(
            (haul_id, row), "move card", about, at, cards=tuple(ordered), hand_ordered=True
        )

    def _stands_as_added(self, series_id: int | None) -> bool:
        return any(one.id == series_id and one.order == "added" for one in self._series.all())

    def write_lane(
        self, slug: str, name: str, text: str, at: datetime, burst: str | None = None
    ) -> Haul:
        """Replace a lane's prose; a lane that is not there is created above the cards.

        Raises UnknownKeyError, and LibraryError when the issue is published.
        """
        haul_id, row = self._issues.require_open(slug)
        lanes = list(row.lanes)
        place = next((at for at, lane in enumerate(lanes) if lane.name == name), None)
        if place is not None:
            lanes[place] = replace(lanes[place], text=text)
        else:
            above = (at for at, lane in enumerate(lanes) if lane.holds_cards or not name)
            lanes.insert(next(above, len(lanes)), Lane(name=name, text=text))
        about = f"lane {quoted(name or 'introduction')} of {row.title}"
        return self._change((haul_id, row), "lane", about, at, burst, lanes=tuple(lanes))

    def rearrange(self, slug: str, at: datetime, changed: Haul) -> Haul:
        """Give an open issue the lanes, the cards and their order of ``changed``.

        Raises UnknownKeyError, and LibraryError when the issue is published.
        """
        haul_id, row = self._issues.require_open(slug)
        return self._change(
            (haul_id, row),
            "edit issue",
            f"edit {quoted(row.title)}",
            at,
            lanes=changed.lanes,
            cards=changed.cards,
            hand_ordered=changed.hand_ordered,
        )

    def edit(self, slug: str, at: datetime, **changes: Any) -> Haul:
        """Change an open issue's ``title``, ``number``, ``snippet`` or ``published_at``.

        Raises UnknownKeyError, and LibraryError when the issue is published.
        """
        unknown = set(changes) - {"title", "number", "snippet", "published_at"}
        if unknown:
            raise TypeError(f"an issue has no {', '.join(sorted(unknown))} to edit")
        haul_id, row = self._issues.require_open(slug)
        return self._change(
            (haul_id, row), "edit issue", f"edit {quoted(row.title)}", at, **changes
        )

    def number(self, slug: str, series_id: int, number: int, at: datetime) -> Haul:
        """Let an issue, open or published, be a number of a series. Raises UnknownKeyError."""
        haul_id, row = self._issues.require(slug)
        about = f"number {quoted(row.title)}"
        return self._change(
            (haul_id, row), "edit issue", about, at, series_id=series_id, number=number
        )

    def publish(self, slug: str, frozen: Haul, at: datetime) -> Haul:
        """Close an open issue as ``frozen``: its file and its cards' texts, which never change.

        The copy reaches the disk before the issue counts as published, since the writer keeps the
        order; undoing reopens the issue. Raises UnknownKeyError, or LibraryError when published.
        """
        haul_id, row = self._issues.require_open(slug)
        frozen = replace(
            frozen,
            id=haul_id,
            slug=slug,
            series_id=row.series_id,
            number=row.number,
            state="published",
            published_at=frozen.published_at or row.published_at or at,
        )
        document = self._freeze(frozen)
        with self._journal.step("publish", f"publish {quoted(frozen.title)}", at=at):
            self._put_published(haul_id, frozen, document)
        return frozen

    def import_issues(self, hauls: Sequence[Haul], at: datetime) -> tuple[Haul, ...]:
        """Take in published issues, or posts, as one step; a known slug replaces what it was.

        Marks their items read and covered and stars nothing. A note starts from a card only where
        the person has none, and follows a newer issue only while it is untouched. Raises
        UnknownKeyError, with nothing kept.
        """
        return self._back_issues.take_in(hauls, at)

    def remove(self, slug: str, at: datetime) -> None:
        """Forget an issue; stars, notes and read marks stay. Raises UnknownKeyError."""
        haul_id, row = self._issues.require(slug)
        with self._journal.step("remove issue", f"remove {quoted(row.title or slug)}", at=at):
            self._issues.drop(haul_id)
            self._issues.cover(card.item_id for card in row.cards)

    def waiting(self) -> tuple[int, ...]:
        """Starred items that no issue holds, in the order they were starred."""
        starred = set(self._marks.starred)
        waiting = [item_id for item_id in starred if not self._issues.holding(item_id)]
        return tuple(sorted(waiting, key=lambda known: (self._marks.get(known).starred_at, known)))

    def covered(self, item_id: int) -> tuple[str, ...]:
        """Slugs of the published issues that hold a card for an item, oldest first."""
        return self._issues.covered(item_id)

    def names(self) -> dict[str, str]:
        """What each issue is called in a few letters, by slug; ``~24`` in the current series."""
        current = self.current()
        return self._issues.names(None if current is None else current.id)

    def covered_cards(self, item_id: int) -> tuple[tuple[str, Card], ...]:
        """The published cards of an item with their texts, oldest first, each with its slug."""
        return tuple(
            (slug, card)
            for slug in self.covered(item_id)
            for card in self.get(slug).cards
            if card.item_id == item_id
        )

    def _change(
        self,
        issue: tuple[int, HaulRow],
        verb: str,
        about: str,
        at: datetime,
        burst: str | None = None,
        **changes: Any,
    ) -> Haul:
        haul_id, row = issue
        changed = replace(row, **changes)
        if changed != row:
            with self._journal.step(verb, about, at=at, burst=burst):
                self._issues.put(haul_id, changed)
        return changed.haul(haul_id)

    def _freeze(self, haul: Haul) -> int:
        document = self._journal.next_id("frozen", above=self._frozen.highest())
        self._frozen.put({document: haul})
        return document

    def _put_published(self, haul_id: int, haul: Haul, document: int) -> None:
        former = self._issues.row(haul_id)
        self._issues.put(haul_id, HaulRow.light(haul, document))
        cards = haul.cards if former is None else (*former.cards, *haul.cards)
        self._issues.cover(card.item_id for card in cards)

    def _sort_key(self, item_id: int) -> tuple[str, int]:
        work = self._works.get(item_id)
        return (sort_key(work.entry.title) if work else "", item_id)
