"""The lanes and cards of three versions of an issue, each settled by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hauler_tui.domain.text import shorten
from hauler_tui.haul import canonical
from hauler_tui.haul.mergeanswers import Answers, Three
from hauler_tui.haul.mergelayout import LaidCard, LaidLane
from hauler_tui.haul.mergesides import Lane, Side, Words
from hauler_tui.haul.mergetext import ClashError, merge_order, merge_text, merge_value, woven
from hauler_tui.haul.model import CardContent, LaneHeading
from hauler_tui.haul.parse import parse

_TITLE = 50
_WHOLE = 1 << 20
"""An abstract's length where the words of a card are written again: never cut."""


class Parts:
    """Three versions by the names of their parts."""

    def __init__(self, base: Side, ours: Side, theirs: Side, answers: Answers) -> None:
        self._base, self._ours, self._theirs = base, ours, theirs
        self._sides = base, ours, theirs
        self._answers = answers

    def settled(self) -> list[LaidLane]:
        """The lanes of the merged issue with their cards, in order."""
        known = woven(tuple(self._ours.cards), tuple(self._base.cards))
        every = woven(tuple(self._theirs.cards), known)
        lane_of = {card: self._lane_of(card) for card in every if self._is_there(card)}
        laid: list[LaidLane] = []
        for lane in self._lane_order():
            cards = self._ordered(lane, [card for card in lane_of if lane_of[card] == lane])
            one = self._laid_lane(lane, [self._laid_card(card) for card in cards])
            if one is not None:
                laid.append(one)
        for card in every:
            if card not in lane_of:
                self._keep_below(card, laid)
        return laid

    def _three(self, read: Callable[[Side], str]) -> Three[str]:
        return read(self._base), read(self._ours), read(self._theirs)

    def _is_there(self, card: str) -> bool:
        """Whether a card stays: as the side wants it that took it out, or added it."""
        before, here, there = (card in side.cards for side in self._sides)
        if here == there:
            return here
        key = f"card:{card}"
        left = self._theirs if there else self._ours
        stays = not before
        if before and left.said(card) != self._base.said(card):
            how = "which is out of the issue here" if there else "which is not in the file any more"
            label = f"the card {self._called(card)}, {how}"
            block = self._theirs.cards.get(card)
            side = self._answers.chosen(
                key, label, "card", self._sides, lambda side: side.shown(card), block
            )
            stays = card in side.cards
        if stays == there:
            self._answers.from_file.add(key)
        return stays

    def _lane_of(self, card: str) -> str:
        before, here, there = lanes = tuple(side.lane_of.get(card) for side in self._sides)
        if here is None or there is None:
            return (there if here is None else here) or ""
        key = f"place:{card}"
        try:
            lane = merge_value(before, here, there)
        except ClashError:
            label = f"the lane of {self._called(card)}"
            block = self._theirs.cards[card]
            lane = self._answers.chosen(
                key, label, "card", (before, here, there), self._lane_title, block
            )
        return self._answers.told(key, lane, lanes) or ""

    def _lane_order(self) -> Sequence[str]:
        orders = tuple(self._base.lanes), tuple(self._ours.lanes), tuple(self._theirs.lanes)
        order = self._order("order", "the order of the lanes", orders, self._lane_title)
        return sorted(order, key=bool)

    def _ordered(self, lane: str, cards: Sequence[str]) -> Sequence[str]:
        wanted = set(cards)
        base, ours, theirs = (
            tuple(card for card in side.cards if card in wanted) for side in self._sides
        )
        label = f"the order of the cards in {self._lane_label(lane)}"
        return self._order(f"order:{lane}", label, (base, ours, theirs), self._called)

    def _order(
        self, key: str, label: str, orders: Three[tuple[str, ...]], called: Callable[[str], str]
    ) -> Sequence[str]:
        before, here, there = orders
        try:
            order = merge_order(before, here, there)
        except ClashError:
            one = self._answers.chosen(
                key, label, "order", orders, lambda order: "\n".join(map(called, order))
            )
            order = woven(one, there if one is here else here)
        shared = set(before).intersection(here, there)
        told = [[each for each in one if each in shared] for one in (order, *orders)]
        self._answers.told(key, told[0], told[1:])
        return order

    def _laid_lane(self, lane: str, cards: list[LaidCard]) -> LaidLane | None:
        base, ours, theirs = (side.lanes.get(lane) for side in self._sides)
        own = theirs.prose if theirs else None
        label = f"the text of {self._lane_label(lane)}" if lane else "the introduction"
        texts = self._three(lambda side: side.prose(lane))
        text = self._answers.text(f"prose:{lane}", label, texts, own, joins=True)
        before, here, there = held = base is not None, ours is not None, theirs is not None
        stays = merge_value(before, here, there)
        left = theirs or ours
        if not stays and base and left and _name(left) != _name(base):
            stays = True  # a new name is a person's words, whoever took the lane out
            if there:
                self._answers.from_file.add(f"lane:{lane}")
        self._answers.told(f"lane:{lane}", stays, held)
        if not (stays or text or cards):
            return None
        return LaidLane(
            key=lane,
            heading=self._heading(lane) if lane else None,
            own_heading=theirs.heading if theirs else None,
            text=text,
            own_prose=own,
            cards=cards,
        )

    def _heading(self, lane: str) -> LaneHeading:
        before, here, there = (
            held.heading if (held := side.lanes.get(lane)) else None for side in self._sides
        )
        if here is None or there is None:
            heading = here or there or before
            assert heading is not None, "a named lane has a heading where it stands"
            return heading
        names = before.name if before else "", here.name, there.name
        label = f"the heading “{there.name}”"
        name = self._answers.value(f"name:{lane}", label, names, there)
        same = (heading for heading in (there, here) if heading.name == name)
        typed = LaneHeading(lead="", text=canonical.heading(name), name=name, level=2)
        return next(same, typed)

    def _laid_card(self, card: str) -> LaidCard:
        own, here = self._theirs.cards.get(card), self._ours.cards.get(card)
        own_below = self._theirs.below.get(card)
        if own is None or here is None:
            side = self._ours if own is None else self._theirs
            return LaidCard(
                key=card,
                quote=side.cards[card],
                own=own,
                text=side.note(card),
                below=side.below_text(card),
                own_below=own_below,
            )
        called = self._called(card)
        notes = self._three(lambda side: side.note(card))
        below = self._three(lambda side: side.below_text(card))
        there = self._theirs.words(card)
        words = self._words(card, (self._base.words(card), self._ours.words(card), there))
        quote = own
        if words == self._ours.words(card) != there:
            quote = here
        elif words != there:
            content = CardContent(link=words[0], title=words[1], abstract=words[2])
            quote = parse(canonical.card_html(content, _WHOLE)).cards[0]
        return LaidCard(
            key=card,
            quote=quote,
            own=own,
            text=self._answers.text(f"note:{card}", f"the note of {called}", notes, own),
            below=self._answers.text(
                f"below:{card}", f"what stands below {called}", below, own_below
            ),
            own_below=own_below,
        )

    def _words(self, card: str, three: Three[Words]) -> Words:
        before, here, there = three
        key = f"words:{card}"
        try:
            link, title, abstract = map(merge_value, before, here, there)
            words = link, title, abstract
        except ClashError:
            label = f"what the card {self._called(card)} says"
            block = self._theirs.cards[card]
            words = self._answers.chosen(
                key, label, "card", three, lambda words: "\n".join(filter(None, words)), block
            )
        return self._answers.told(key, words, three)

    def _keep_below(self, card: str, laid: Sequence[LaidLane]) -> None:
        """What a person wrote below a card that is gone stays, below what stood above it."""
        texts = self._three(lambda side: side.below_text(card))
        try:
            text = merge_text(*texts)
        except ClashError:
            text = texts[2] or texts[1]
        if not text or not laid:
            return
        side = next(side for side in (self._theirs, self._ours, self._base) if card in side.cards)
        order = list(side.cards)
        above = order[: order.index(card)]
        lane = next((lane for lane in laid if lane.key == side.lane_of[card]), laid[-1])
        last = max(
            (each for each in lane.cards if each.key in above),
            key=lambda each: above.index(each.key),
            default=None,
        )
        if last is not None:
            last.below = "\n\n".join(filter(None, (last.below, text)))
        else:
            lane.text = "\n\n".join(filter(None, (lane.text, text)))

    def _called(self, card: str) -> str:
        sides = (side for side in reversed(self._sides) if card in side.cards)
        block = next(sides).cards[card]
        return f"“{shorten(block.title or block.link, _TITLE)}”"

    def _lane_title(self, lane: str | None) -> str:
        held = (side.lanes.get(lane or "") for side in reversed(self._sides))
        names = (one.heading.name for one in held if one and one.heading)
        return next(names, "the introduction")

    def _lane_label(self, lane: str) -> str:
        return f"“{self._lane_title(lane)}”" if lane else "the introduction"


def _name(lane: Lane) -> str:
    return lane.heading.name if lane.heading else ""
