"""What a hand changed in the file of an open issue, brought back into the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Card, Haul, Lane
from hauler_tui.domain.numbering import number_in, subtitled_number
from hauler_tui.domain.text import shorten
from hauler_tui.workflows.drafts import card_contents, ordered_cards, series_of
from hauler_tui.workflows.posts import entry_of

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Merged, MergedCard, MergedLane
    from hauler_tui.haul.model import Document
    from hauler_tui.library.library import Library


def take_back(
    library: Library, issue: Haul, merged: Merged, ours: Document, at: datetime
) -> tuple[str, ...]:
    """Bring the file's edits that stand in ``merged`` into an open issue, as one step of history.

    Notes become the items' notes, prose the lanes', the front matter's title, snippet and date
    the issue's; cards, lanes and their order follow. ``ours`` is what the issue compiles to.
    Gives a sentence for each edit that has no place in the library and stays in the file alone.
    """
    if not merged.from_file:
        return ()
    with library.step("take back", f"edits by hand in {issue.slug}", at=at):
        return _Taking(library, issue, merged, ours, at).run()


def told_blocks(keys: Iterable[str]) -> str:
    """Names of blocks as a person reads them: ``2 notes, the title``."""
    counts: dict[str, int] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        word = f"the {name}" if kind == "front" else _BLOCKS.get(kind, "")
        if word:
            counts[word] = counts.get(word, 0) + 1
    said = []
    for word, count in sorted(counts.items()):
        if word.startswith("the "):
            said.append(word)
        else:
            said.append(f"1 {word}" if count == 1 else f"{count} {word}s")
    return ", ".join(said)


_BLOCKS = {
    "note": "note",
    "prose": "text",
    "below": "text",
    "name": "heading",
    "card": "card",
    "place": "card",
    "order": "the order",
    "lane": "lane",
    "words": "title or abstract",
    "tail": "the closing lines",
    "front": "the front matter",
    "file": "the whole file",
}


class _Taking:
    """One bringing back under way."""

    def __init__(
        self, library: Library, issue: Haul, merged: Merged, ours: Document, at: datetime
    ) -> None:
        from hauler_tui.haul import canonical

        self._library, self._issue, self._at = library, issue, at
        self._lanes = merged.lanes
        self._values = merged.values
        self._edited = merged.from_file
        self._stays: list[str] = []
        contents = zip(ordered_cards(library, issue), card_contents(library, issue), strict=True)
        written = {card.link: card.text for card in ours.cards}
        self._written_links = set(written)
        self._items: dict[str, int] = {}
        """The items of the cards that were compiled, by link."""
        self._read_back: set[str] = set()
        """The links of the cards whose notes are read back as they are."""
        for card, content in contents:
            link = canonical.card_link(content.link)
            self._items[link] = card.item_id
            if written.get(link) == canonical.note(content.text):
                self._read_back.add(link)
        prose = {section.name: section.text for section in ours.sections}
        self._written_lanes = set(prose)
        self._whole_lanes = {
            lane.name for lane in issue.lanes if prose.get(lane.name) == canonical.note(lane.text)
        }

    def run(self) -> tuple[str, ...]:
        """Bring everything back that has a place in the library."""
        self._take_front()
        names = self._names()
        cards = self._kept_cards(names)
        placed = {card.item_id for card in cards}
        order: list[int] = []
        for lane in self._lanes:
            for one in lane.cards:
                item_id = self._items.get(one.known or "")
                if item_id is None and one.known is None:
                    item_id = self._added(one, placed)
                    if item_id is not None:
                        placed.add(item_id)
                        cards.append(
                            Card(item_id=item_id, lane=names.get(lane.key, ""), below=one.below)
                        )
                elif item_id is not None:
                    self._take_note(item_id, one)
                order += [item_id] if item_id is not None else []
        is_by_hand = any(key.startswith("order:") for key in self._edited)
        if is_by_hand or self._issue.hand_ordered:
            places = {item_id: place for place, item_id in enumerate(order)}
            cards.sort(key=lambda card: places.get(card.item_id, len(places)))
        changed = replace(
            self._issue,
            lanes=self._lanes_with(names, {card.lane for card in cards}),
            cards=tuple(cards),
            hand_ordered=is_by_hand or self._issue.hand_ordered,
        )
        self._library.hauls.rearrange(self._issue.slug, self._at, changed)
        return tuple(self._stays)

    def _take_front(self) -> None:
        from hauler_tui.haul.dates import read_date
        from hauler_tui.haul.intake import date_keys

        changes: dict[str, object] = {}
        for name in ("title", "snippet"):
            value = self._values.get(name)
            is_text = isinstance(value, str) or (value is None and name == "snippet")
            if f"front:{name}" in self._edited and is_text:
                changes[name] = value
        dates = (key for key in date_keys(self._values) if f"front:{key}" in self._edited)
        written = self._values.get(next(dates, ""))
        if isinstance(written, str):
            when = read_date(written)
            if when is None:
                self._stays.append(
                    f"“{shorten(written, 40)}” is no date: it stays in the file only"
                )
            else:
                changes["published_at"] = when
        if isinstance(title := changes.get("title"), str):
            number = self._number(title)
            if number is not None and (other := self._numbered(number)):
                self._stays.append(
                    f"“{shorten(title, 60)}” stays in the file only: {other} has the number"
                    f" {number}"
                )
                del changes["title"]
            elif number is not None:
                changes["number"] = number
        if changes:
            self._library.hauls.edit(self._issue.slug, self._at, **changes)

    def _number(self, title: str) -> int | None:
        """The number that a title gives the issue in its series; None where it gives none."""
        pattern = series_of(self._library, self._issue).title
        exact = number_in(title, pattern)
        return subtitled_number(title, pattern) if exact is None else exact

    def _numbered(self, number: int) -> str | None:
        """The slug of another issue of the series that has a number."""
        issue = self._issue
        others = (one for one in self._library.hauls.all() if one.id != issue.id)
        named = (
            one.slug
            for one in others
            if one.series_id == issue.series_id is not None and one.number == number
        )
        return next(named, None)

    def _names(self) -> dict[str, str]:
        """What each lane of the file is called in the library from now on, by its key."""
        names: dict[str, str] = {}
        taken = {lane.name for lane in self._issue.lanes}
        for lane in self._lanes:
            name = lane.name if lane.known is None else lane.known
            if f"name:{lane.key}" in self._edited and lane.name not in taken:
                name = lane.name
            names[lane.key] = name
            taken.add(name)
        return names

    def _lanes_with(self, names: dict[str, str], holding: set[str]) -> tuple[Lane, ...]:
        """The issue's lanes with what the file changed in them."""
        theirs = {lane.known: lane for lane in self._lanes if lane.known is not None}
        lanes: list[Lane] = []
        for lane in self._issue.lanes:
            merged = theirs.get(lane.name)
            if merged is not None:
                text = self._prose(lane, merged)
                lanes.append(replace(lane, name=names[merged.key], text=text))
            elif lane.name not in self._written_lanes or lane.holds_cards:
                lanes.append(lane)
        known = {lane.name for lane in lanes}
        for place, merged in enumerate(self._lanes):
            name = names[merged.key]
            if name in known:
                continue
            below = {names[each.key] for each in self._lanes[place + 1 :]}
            at = next((at for at, lane in enumerate(lanes) if lane.name in below), len(lanes))
            lanes.insert(at, Lane(name=name, text=merged.text))
            known.add(name)
        if "order" in self._edited:
            order = [names[merged.key] for merged in self._lanes]
            slots = [place for place, lane in enumerate(lanes) if lane.name in order]
            sorted_lanes = sorted(
                (lanes[at] for at in slots), key=lambda lane: order.index(lane.name)
            )
            for place, lane in zip(slots, sorted_lanes, strict=True):
                lanes[place] = lane
        return tuple(
            replace(lane, holds_cards=lane.holds_cards or lane.name in holding) for lane in lanes
        )

    def _prose(self, lane: Lane, merged: MergedLane) -> str:
        if f"prose:{merged.key}" not in self._edited:
            return lane.text
        if lane.name in self._whole_lanes or not lane.text.strip():
            return merged.text
        self._stay(f"the text of “{lane.name}”" if lane.name else "the introduction")
        return lane.text

    def _kept_cards(self, names: dict[str, str]) -> list[Card]:
        """The issue's cards without those that the file lost, in the lanes of the file."""
        lane_names = {lane.known: names[lane.key] for lane in self._lanes if lane.known is not None}
        links = {item_id: link for link, item_id in self._items.items()}
        theirs = {one.known: (one, lane) for lane in self._lanes for one in lane.cards if one.known}
        cards = []
        for card in self._issue.cards:
            lane_name = lane_names.get(card.lane, card.lane)
            link = links.get(card.item_id, "")
            if link not in theirs:
                # A card that could not be read back is not in the file's cards either.
                if link not in self._written_links:
                    cards.append(card)
                continue
            one, lane = theirs[link]
            if f"place:{one.key}" in self._edited:
                lane_name = names[lane.key]
            below = card.below
            if f"below:{one.key}" in self._edited and link in self._read_back:
                below = one.below
            cards.append(replace(card, lane=lane_name, below=below))
        return cards

    def _added(self, one: MergedCard, placed: set[int]) -> int | None:
        """The item of a card that a hand put into the file."""
        entry = entry_of(one.link, one.title, one.abstract, f"{self._issue.slug}: {one.title}")
        self._library.items.absorb((entry,), feed_id=None, at=self._at)
        item_id = self._library.items.lookup(entry.aliases)
        assert item_id is not None, "an absorbed entry is found by its names"
        if item_id in placed:
            self._stay(f"the second card of “{shorten(one.title or one.link, 50)}”")
            return None
        self._library.triage.mark_read((item_id,), True, self._at)
        if one.text:
            self._library.notes.write(item_id, one.text, self._at)
        return item_id

    def _take_note(self, item_id: int, one: MergedCard) -> None:
        if f"note:{one.key}" not in self._edited:
            return
        if one.known in self._read_back:
            self._library.notes.write(item_id, one.text, self._at)
        else:
            self._stay(f"the note of “{shorten(one.title, 50)}”")

    def _stay(self, whose: str) -> None:
        self._stays.append(f"{whose}, as it was edited by hand, stays in the file only")
