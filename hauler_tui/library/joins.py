"""Making one item of two that are one work, and two again of one that is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hauler_tui.domain.haul import Card
from hauler_tui.library import sides
from hauler_tui.library.issues import Issues
from hauler_tui.library.joined import JoinedWorks, JoinRow, Moved, Side
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Bitmaps, Marks, ReadMarks
from hauler_tui.library.records import HaulRow
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.store.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Two items that were one."""

    kept: int
    """The item that stays what it was."""
    parted: int
    """The one that has a row of its own again."""


class Joins:
    """Moves what the person did from item to item; what sources said is never mixed."""

    def __init__(
        self,
        journal: Journal,
        works: JoinedWorks,
        marks: Marks,
        read_marks: ReadMarks,
        notes: Notes,
        issues: Issues,
        hidden: Bitmaps,
        backlog: Backlog,
    ) -> None:
        self._journal = journal
        self._works = works
        self._joined = works.joined
        self._marks = marks
        self._read_marks = read_marks
        self._notes = notes
        self._issues = issues
        self._hidden = hidden
        self._backlog = backlog

    def join(self, pairs: Sequence[tuple[int, int]], at: datetime) -> None:
        """Join the second item of each pair into the first, which is older, as one step.

        Stars, tags, notes and cards of both are the first one's then; it is read if either was.
        """
        if not pairs:
            return
        older, younger = pairs[0]
        about = f"{self._works.require(younger).key} into {self._works.called(older)}"
        if len(pairs) > 1:
            about = f"{len(pairs):,} items into others that are the same works"
        read: dict[int, bool] = {}
        with self._journal.step("join", f"join {about}", at=at):
            for older, younger in pairs:
                both = self._side(older, read), self._side(younger, read)
                cards = tuple(self._move_cards(older, younger))
                row = JoinRow(into=older, at=at, older=both[0], younger=both[1], cards=cards)
                self._joined.put(younger, row)
                self._set(older, sides.together(*both), read)
                self._set(younger, Side(), read)
                self._hidden.change([younger], False)
            self._mark_read(read)
        self._took_place(at)

    def split(
        self, item_id: int, key_names: Sequence[str], names: Sequence[str], at: datetime
    ) -> Parted:
        """Make two items of one, as one step; the two are never joined again.

        ``key_names`` are what the person called it by, ``names`` those that are to go; without
        them, what was joined last, or what is not the item's best name. Raises LibraryError
        where there is nothing to split, or more than one way.
        """
        item_id = self._works.survivor(item_id)
        work = self._works.require(item_id)
        if names:
            return self.carve(item_id, sides.chosen(work, names), at)
        first, *younger = self._joined.parts(item_id)
        own = {part: self._works.part(part) for part in (first, *younger)}
        is_own = work.key not in key_names and any(name in own[first].aliases for name in key_names)
        if part := next((each for each in younger if own[each].key in key_names), None):
            return self.part(part, at)
        if younger and not is_own:
            called = [each for each in younger if not {*own[each].aliases}.isdisjoint(key_names)]
            ways = called or younger
            if len(ways) > 1:
                raise sides.several(work, [own[each].key for each in ways])
            return self.part(ways[0], at)
        return self.carve(item_id, sides.second_names(work, key_names), at)

    def ways(self, item_id: int) -> tuple[str, ...]:
        """The names of an item by any of which it can be split, best first."""
        first, *younger = self._joined.parts(self._works.survivor(item_id))
        if younger:
            return tuple(self._works.part(each).key for each in younger)
        return sides.ways(self._works.require(first))

    def part(self, younger: int, at: datetime) -> Parted:
        """Make two items again of one and what was joined into it, as one step.

        Each has what it had. What the person did since stays with the older one, and with both
        where it was taken away. The two are never joined again.
        """
        row = self._joined.row(younger)
        if row is None:
            raise ValueError(f"item {younger} is part of no other")
        kept = self._works.survivor(younger)
        title = self._works.called(kept)
        self._share_out(kept, younger)
        read: dict[int, bool] = {}
        now = self._side(kept, read)
        older, own = sides.apart(row.older, row.younger, self._later(kept, younger, row), now)
        with self._journal.step("split", f"split {title}", at=at):
            self._joined.drop(younger)
            self._set(kept, older, read)
            self._set(younger, own, read)
            self._mark_read(read)
            self._cards_back(row, kept, younger)
        self._took_place(at)
        return Parted(kept=kept, parted=younger)

    def carve(self, item_id: int, names: Iterable[str], at: datetime) -> Parted:
        """Give some names of an item, which it must go by, an item of their own, as one step.

        The words stay with the item that its link is a name of.
        """
        taken = frozenset(names)
        parts = self._joined.parts(item_id)
        works = {part: self._works.part(part) for part in parts}
        for part in parts[1:]:
            if works[part].key in taken or taken.issuperset(works[part].aliases):
                return self.part(part, at)
        owned = next(part for part in parts if taken.intersection(works[part].aliases))
        work = works[owned]
        if taken.issuperset(work.aliases):
            if len(parts) > 2:
                raise sides.several(work, [works[part].key for part in parts[1:]])
            return self.part(parts[1], at)
        taken &= frozenset(work.aliases)
        rest, carved = sides.carved(work, taken)
        number = self._journal.next_id("items", above=self._works.highest())
        now = self._side(item_id, {})
        # First it is only said that there are two: undoing the split makes them one again.
        with self._journal.step("split", "prepare a split", at=at, undoable=False):
            self._joined.put(number, JoinRow(into=item_id, at=at, older=now))
        self._took_place(at)
        self._works.put({owned: rest, number: carved})
        self._backlog.add_renamed((item_id, owned, number))
        return self.part(number, at)

    def _took_place(self, at: datetime) -> None:
        """Let everything know which items stand alone now, and remember who was joined."""
        self._backlog.add_renamed(self._joined.notice())
        met = self._joined.unmet()
        if met:
            with self._journal.step("join", "remember", at=at, undoable=False):
                self._joined.remember(met)
            self._joined.notice()

    def _side(self, item_id: int, read: dict[int, bool]) -> Side:
        return Side(
            mark=self._marks.get(item_id),
            read=read.get(item_id, item_id in self._read_marks),
            note=self._notes.row(item_id),
        )

    def _set(self, item_id: int, side: Side, read: dict[int, bool]) -> None:
        self._marks.put(item_id, side.mark)
        self._notes.put(item_id, side.note)
        read[item_id] = side.read

    def _mark_read(self, read: dict[int, bool]) -> None:
        for is_read in (True, False):
            self._read_marks.change((each for each in read if read[each] is is_read), is_read)

    def _later(self, kept: int, younger: int, row: JoinRow) -> list[Side]:
        """What was joined into an item after another was."""
        rows = [
            each
            for part in self._joined.parts(kept)
            if part != younger and (each := self._joined.row(part)) is not None
        ]
        return [each.younger for each in rows if each.into == kept and each.at > row.at]

    def _move_cards(self, older: int, younger: int) -> Iterable[Moved]:
        holding = self._issues.holding(younger)
        for slug in holding:
            haul_id, row = self._issues.require(slug)
            cards: list[Card] = []
            is_open = row.state == "open"
            is_double = is_open and any(card.item_id == older for card in row.cards)
            for place, card in enumerate(row.cards):
                if card.item_id != younger:
                    cards.append(card)
                    continue
                if not is_double:
                    cards.append(replace(card, item_id=older))
                yield Moved(
                    haul=haul_id,
                    place=place,
                    lane=card.lane,
                    published=not is_open,
                    dropped=is_double,
                )
            self._issues.put(haul_id, replace(row, cards=tuple(cards)))
        self._issues.cover((older, younger))

    def _cards_back(self, row: JoinRow, kept: int, younger: int) -> None:
        for moved in row.cards:
            issue = self._issues.row(moved.haul)
            # An issue published since has its text, in which the card is the older one's.
            if issue is not None and (issue.state != "open") is moved.published:
                cards = _with_card_back(issue, moved, kept, younger)
                self._issues.put(moved.haul, replace(issue, cards=cards))
        self._issues.cover((kept, younger))

    def _share_out(self, kept: int, younger: int) -> None:
        """Let each name and each link that both go by be of one of them."""
        theirs = self._joined.parts(younger)
        mine = [part for part in self._joined.parts(kept) if part not in theirs]
        works = {part: self._works.part(part) for part in (*mine, *theirs)}
        before = dict(works)
        for one in mine:
            for other in theirs:
                for name in frozenset(works[one].aliases) & frozenset(works[other].aliases):
                    is_other = works[other].key == name and works[one].key != name
                    loser = one if is_other else other
                    works[loser] = sides.without(works[loser], name)
        for some, others in ((mine, theirs), (theirs, mine)):
            names = {name for part in others for name in works[part].aliases}
            works |= {part: sides.with_own_link(works[part], names) for part in some}
        changed = {part: work for part, work in works.items() if work != before[part]}
        if changed:
            self._works.put(changed)
            self._backlog.add_renamed((kept, *changed))


def _with_card_back(issue: HaulRow, moved: Moved, kept: int, younger: int) -> tuple[Card, ...]:
    cards = list(issue.cards)
    places = [place for place, card in enumerate(cards) if card.item_id == kept]
    if moved.published:
        places = [place for place in places if place == moved.place]
    if places and moved.dropped:
        lane = moved.lane if any(lane.name == moved.lane for lane in issue.lanes) else None
        where = cards[places[0]].lane if lane is None else lane
        cards.insert(places[0] + 1, Card(item_id=younger, lane=where))
    elif places:
        cards[places[0]] = replace(cards[places[0]], item_id=younger)
    return tuple(cards)
