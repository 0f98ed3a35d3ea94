"""A post as named parts, so that the same part of two versions has the same name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hauler_tui.domain.identity import aliases
from hauler_tui.domain.identity import key as best_alias
from hauler_tui.haul.mergetext import line_feeds
from hauler_tui.haul.model import CardBlock, Document, LaneHeading, Prose, Section

Words: TypeAlias = tuple[str, str, str]
"""Link, title and abstract of a card."""


@dataclass(slots=True)
class Lane:
    """A lane of one version."""

    heading: LaneHeading | None = None
    """None for what stands before any heading."""
    prose: Prose | None = None
    """What stands above its first card."""
    cards: list[str] = field(default_factory=list)
    """The names of its cards in order."""


@dataclass(slots=True)
class Side:
    """One version: its lanes and cards by names that the versions share."""

    lanes: dict[str, Lane] = field(default_factory=dict)
    cards: dict[str, CardBlock] = field(default_factory=dict)
    lane_of: dict[str, str] = field(default_factory=dict)
    """The lane of each card."""
    below: dict[str, Prose] = field(default_factory=dict)
    """What stands below a card's note and is no card, by the card."""

    def prose(self, lane: str) -> str:
        """A lane's prose with line feeds; empty where there is none."""
        known = self.lanes.get(lane)
        return line_feeds(known.prose.text) if known and known.prose else ""

    def note(self, card: str) -> str:
        """A card's note with line feeds; empty where there is none."""
        known = self.cards.get(card)
        return line_feeds(known.text) if known else ""

    def below_text(self, card: str) -> str:
        """What stands below a card's note, with line feeds; empty where there is nothing."""
        known = self.below.get(card)
        return line_feeds(known.text) if known else ""

    def words(self, card: str) -> Words:
        """Link, title and abstract of a card; empty where there is none."""
        known = self.cards.get(card)
        return (known.link, known.title, known.abstract) if known else ("", "", "")

    def said(self, card: str) -> tuple[Words, str, str]:
        """Everything a card says, wherever it stands."""
        return self.words(card), self.note(card), self.below_text(card)

    def shown(self, card: str) -> str:
        """A card as it is shown where it is in question."""
        words, note, below = self.said(card)
        return "\n\n".join(filter(None, ("\n".join(filter(None, words)), note, below)))


def named(document: Document, like: Side | None = None) -> Side:
    """A document's parts, named as those of ``like`` where they are the same.

    Lanes are the same by heading, else by what they hold or where they stand; cards by what their
    links name, else by title.
    """
    sections = document.sections
    blocks = [card for section in sections for card in section.cards]
    side = Side()
    names = dict(zip(map(id, blocks), _card_names(blocks, like), strict=True))
    for section, lane in zip(sections, _lane_names(sections, names, like), strict=True):
        side.lanes[lane] = Lane(heading=section.heading)
        above = None
        for block in section.blocks:
            if isinstance(block, CardBlock):
                above = names[id(block)]
                side.cards[above] = block
                side.lane_of[above] = lane
                side.lanes[lane].cards.append(above)
            elif above is None:
                side.lanes[lane].prose = block
            else:
                side.below[above] = block
    return side


def work_key(link: str) -> str:
    """What a link names, the same for every form of it."""
    names = aliases(link=link)
    return best_alias(names) if names else ""


def _card_names(blocks: Sequence[CardBlock], like: Side | None) -> list[str]:
    keys = [work_key(block.link) for block in blocks]
    found: list[str | None] = [None] * len(blocks)
    if like is not None:
        known = {name: (work_key(card.link), card) for name, card in like.cards.items()}
        for same in _CARD_RULES:
            _pair(
                found,
                [same(key, block) for key, block in zip(keys, blocks, strict=True)],
                {name: same(key, card) for name, (key, card) in known.items()},
            )
    taken = {name for name in found if name} | set(like.cards if like else ())
    return _completed(found, keys, taken)


_CARD_RULES: tuple[Callable[[str, CardBlock], Hashable], ...] = (
    lambda key, card: (key, card.title, line_feeds(card.text)),
    lambda key, card: (key, card.title),
    lambda key, card: key or None,
    lambda key, card: card.title.casefold() or None,
)
"""What makes two cards one, the surest first."""


def _lane_names(sections: Sequence[Section], cards: dict[int, str], like: Side | None) -> list[str]:
    headings = [section.name for section in sections]
    found: list[str | None] = ["" if section.heading is None else None for section in sections]
    if like is not None:
        known = {name: lane for name, lane in like.lanes.items() if lane.heading is not None}
        _pair(
            found,
            headings,
            {name: lane.heading.name for name, lane in known.items() if lane.heading},
        )
        _pair(
            found,
            [line_feeds(section.text) or None for section in sections],
            {name: like.prose(name) or None for name in known},
        )
        for place, section in enumerate(sections):
            held = {cards[id(card)] for card in section.cards}
            if found[place] is None and held:
                found[place] = next(
                    (
                        name
                        for name, lane in known.items()
                        if name not in found and not held.isdisjoint(lane.cards)
                    ),
                    None,
                )
        _pair_neighbours(found, list(known))
    taken = {name for name in found if name is not None} | set(like.lanes if like else ())
    return _completed(found, headings, taken)


def _pair_neighbours(found: list[str | None], known: list[str]) -> None:
    """A renamed lane is the one that stood between the same two lanes."""
    for place, name in enumerate(found):
        if name is not None:
            continue
        above = found[place - 1] if place else ""
        below = found[place + 1] if place + 1 < len(found) else None
        at = known.index(above) + 1 if above in known else 0
        candidate = known[at] if at < len(known) else None
        after = known[at + 1] if at + 1 < len(known) else None
        if candidate is not None and candidate not in found and after == below:
            found[place] = candidate


def _pair(found: list[str | None], traits: Sequence[Hashable], known: dict[str, Hashable]) -> None:
    """Give each part without a name that of the first free known one of the same trait."""
    waiting: dict[Hashable, list[str]] = {}
    taken = set(found)
    for name, trait in known.items():
        if name not in taken and trait is not None:
            waiting.setdefault(trait, []).append(name)
    for place, trait in enumerate(traits):
        if found[place] is None and trait is not None and waiting.get(trait):
            found[place] = waiting[trait].pop(0)


def _completed(found: Sequence[str | None], bases: Sequence[str], taken: set[str]) -> list[str]:
    """A new name for each part that has none."""
    return list(_each_named(found, bases, taken))


def _each_named(
    found: Sequence[str | None], bases: Sequence[str], taken: set[str]
) -> Iterator[str]:
    for name, base in zip(found, bases, strict=True):
        if name is None:
            count = 1
            name = base or "#1"
            while name in taken:
                count += 1
                name = f"{base}#{count}"
            taken.add(name)
        yield name
