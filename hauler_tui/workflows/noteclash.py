"""A card that only a file has, of an item that has another note in the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.identity import resolve
from hauler_tui.domain.text import shorten

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Conflict, Decision, Merged, MergedCard, Side
    from hauler_tui.library.library import Library


def notes_met(library: Library, issue: Haul, merged: Merged) -> dict[str, str]:
    """The notes here of items whose cards only the file has, by the names of the cards.

    A second card of an item keeps what the file says: it has no note in the library.
    """
    from hauler_tui.haul import canonical

    cards = tuple(_cards(merged))
    items = library.items.lookups([resolve(card.known or card.link) for card in cards])
    # A card that is known may stand in a note, and be none of the issue's.
    own = {card.item_id for card in issue.cards}
    placed = {
        item
        for item, card in zip(items, cards, strict=True)
        if card.known is not None and item in own
    }
    met: dict[str, str] = {}
    for item_id, card in zip(items, cards, strict=True):
        if item_id is None or item_id in placed or card.known is not None:
            continue
        placed.add(item_id)
        here = canonical.note(library.notes.text(item_id))
        if here not in ("", card.text):
            met[card.key] = here
    return met


def note_conflicts(
    met: Mapping[str, str], merged: Merged, decided: Mapping[str, Decision], prefer: Side | None
) -> Merged:
    """The merge, with a conflict where a card that only the file has meets another note here.

    Such a card without a note gets the one that is here. May run in any thread.
    """
    from hauler_tui.haul import canonical, edit
    from hauler_tui.haul.mergeresult import Conflict, Decision
    from hauler_tui.haul.parse import parse
    from hauler_tui.haul.render import render

    if not met:
        return merged
    conflicts: list[Conflict] = []
    texts: dict[str, str] = {}
    document = parse(merged.text)
    for position, card in enumerate(_cards(merged)):
        here = met.get(card.key)
        if here is None:
            continue
        key = f"note:{card.key}"
        decision = decided.get(key) or Decision(answer=prefer or "theirs" if card.text else "ours")
        if card.text and key not in decided and prefer is None:
            label = f"the note of “{shorten(card.title or card.link, 50)}”"
            conflicts.append(
                Conflict(key=key, label=label, kind="text", base="", ours=here, theirs=card.text)
            )
        both = f"{here}\n\n{card.text}"
        said = {"ours": here, "theirs": card.text, "both": both, "edit": decision.text}
        texts[card.key] = canonical.note(said[decision.answer])
        if texts[card.key] != card.text:
            document = edit.replace_note(document, position, texts[card.key])
    lanes = tuple(
        replace(
            lane,
            cards=tuple(replace(one, text=texts.get(one.key, one.text)) for one in lane.cards),
        )
        for lane in merged.lanes
    )
    known = (*merged.conflicts, *conflicts)
    return replace(merged, text=render(document), lanes=lanes, conflicts=known)


def _cards(merged: Merged) -> Iterator[MergedCard]:
    return (card for lane in merged.lanes for card in lane.cards)
