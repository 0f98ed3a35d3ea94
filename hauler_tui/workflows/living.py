"""The open issue as it stands at this moment, also while its texts are being typed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Card, Haul
from hauler_tui.domain.item import Note
from hauler_tui.domain.text import word_count
from hauler_tui.workflows.drafts import DraftedCard, drafted, in_printing_order

if TYPE_CHECKING:
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingCard:
    """A card of an open issue with its text as it is, or as it is being typed."""

    drafted: DraftedCard
    note: Note | None
    """The note as it was saved last."""
    text: str
    words: int

    @property
    def card(self) -> Card:
        """The card itself."""
        return self.drafted.card


class LivingDraft:
    """What the cards of open issues show, read again only where something changed."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._kept: dict[int, LivingCard] = {}
        self._notes: dict[int, str] = {}
        self._lanes: dict[tuple[str, str], str] = {}

    def forget(self, item_ids: Collection[int]) -> None:
        """Read these items and their notes again when they are asked for."""
        for item_id in [
            known
            for known, kept in self._kept.items()
            if known in item_ids or kept.drafted.item.id in item_ids
        ]:
            del self._kept[item_id]

    def type_note(self, item_id: int, text: str) -> None:
        """A note is being typed, and is not saved yet."""
        self._notes[item_id] = text
        self.forget((item_id,))

    def type_lane(self, slug: str, lane: str, text: str) -> None:
        """A lane's prose is being typed, and is not saved yet."""
        self._lanes[slug, lane] = text

    def end_typing(self) -> None:
        """What the library has counts from now on."""
        typed = tuple(self._notes)
        self._notes.clear()
        self._lanes.clear()
        self.forget(typed)

    def issue(self, issue: Haul) -> Haul:
        """An open issue with the prose that is being typed."""
        if not self._lanes or issue.state == "published":
            return issue
        lanes = tuple(
            replace(lane, text=self._lanes.get((issue.slug, lane.name), lane.text))
            for lane in issue.lanes
        )
        return replace(issue, lanes=lanes)

    def cards(self, issue: Haul) -> tuple[LivingCard, ...]:
        """The cards of an open issue in the order in which they are printed.

        One that did not change since it was asked for last is the very same object.
        """
        living = [self._card(card) for card in issue.cards]
        kept = {id(one.drafted): one for one in living}
        # What other issues held, or this one no more, is read again if it comes back.
        self._kept = {one.card.item_id: one for one in living}
        order = in_printing_order(self.library, issue, [one.drafted for one in living])
        return tuple(kept[id(one)] for one in order)

    def _card(self, card: Card) -> LivingCard:
        known = self._kept.get(card.item_id)
        if known is not None and known.card == card:
            return known
        note = self.library.notes.get(card.item_id)
        text = self._notes.get(card.item_id)
        if text is None:
            text = note.text if note else ""
        return LivingCard(
            drafted=drafted(card, self.library.items.get(card.item_id)),
            note=note,
            text=text,
            words=word_count(text),
        )
