"""A card that only a file has, of an item that has another note in the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hauler_tui.domain.identity import resolve
from hauler_tui.domain.text import shorten

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Conflict, Decision, Merged, MergedCard, Side
    from hauler_tui.library.library import Library


def note_conflicts(
    library: Library, merged: Merged, decided: Mapping[str, Decision], prefer: Side | None
) -> Merged:
    """The merge, with a conflict where a card that only the file has meets another note here.

    Such a card without a note gets the one that is here. A second card of an item keeps what the
    file says: it has no note in the library.
    """
    from hauler_tui.haul import canonical, edit
    from hauler_tui.haul.mergeresult import Conflict, Decision
    from hauler_tui.haul.parse import parse
    from hauler_tui.haul.render import render

    conflicts: list[Conflict] = []
    texts: dict[str, str] = {}
    document = parse(merged.text)
    items = [library.items.lookup(resolve(card.known or card.link)) for card in _cards(merged)]
    placed = {
        item for item, card in zip(items, _cards(merged), strict=True) if card.known is not None
    }
    for position, card in enumerate(_cards(merged)):
        item_id = items[position] if items[position] not in placed else None
        placed.add(item_id)
        here = canonical.note(library.notes.text(item_id)) if item_id is not None else ""
        if here in ("", card.text):
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
