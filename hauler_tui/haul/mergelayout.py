"""A merged issue laid out as the file that it goes into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from hauler_tui.haul import canonical
from hauler_tui.haul.markup import newline
from hauler_tui.haul.mergetext import line_feeds
from hauler_tui.haul.model import (
    Block,
    CardBlock,
    Document,
    FrontMatter,
    LaneHeading,
    Prose,
    Tail,
)
from hauler_tui.haul.parse import parse
from hauler_tui.haul.render import render

_Above: TypeAlias = Literal["start", "front", "heading", "prose", "card", "bare card", "below"]
"""What stands above a block, which decides about the blank lines and the rule between them."""


@dataclass(slots=True, kw_only=True)
class LaidCard:
    """A card to be laid out; texts have line feeds only."""

    key: str
    quote: CardBlock
    """The card whose HTML is taken."""
    own: CardBlock | None
    """The card as it stands in the file."""
    text: str
    below: str
    own_below: Prose | None


@dataclass(slots=True, kw_only=True)
class LaidLane:
    """A lane to be laid out; texts have line feeds only."""

    key: str
    heading: LaneHeading | None
    own_heading: LaneHeading | None
    """The heading as it stands in the file."""
    text: str
    own_prose: Prose | None
    cards: list[LaidCard] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A file that is read back as what is meant."""

    text: str
    read: Document


class Layout:
    """The file as it was, into whose manner everything new is put."""

    def __init__(self, theirs: Document) -> None:
        self._theirs = theirs
        self._ending = newline(render(theirs))
        self._above: dict[int, _Above] = {}
        above: _Above = "start"
        for block in theirs.blocks:
            self._above[id(block)] = above
            above = _kind(block, above)

    def lay(self, front: str, lanes: Sequence[LaidLane], tail: str) -> Laid | None:
        """The file, kept as close to what it was as what is meant allows.

        None where no layout would be read back as what is meant.
        """
        for is_loose in (False, True):
            text = self._lay(front, lanes, tail, is_loose=is_loose)
            read = parse(text)
            if _reads_as(read, lanes):
                return Laid(text=text, read=read)
        return None

    def _lay(self, front: str, lanes: Sequence[LaidLane], tail: str, *, is_loose: bool) -> str:
        page = _Page(self, is_loose=is_loose)
        if front:
            page.parts.append(self._broken(front))
            page.above = "front"
        for lane in lanes:
            if lane.heading is not None:
                page.add(lane.heading.text, lane.own_heading, "heading")
            if lane.text:
                page.add(self._own_text(lane.own_prose, lane.text), lane.own_prose, "prose")
            for card in lane.cards:
                own, note = card.own, card.text
                quote = card.quote.quote if card.quote is own else self._broken(card.quote.quote)
                keeps_gap = own is not None and own.text and "\n" in line_feeds(own.gap)
                gap = (own.gap if own and keeps_gap else self._ending * 2) if note else ""
                page.add(
                    quote + gap + self._own_text(own, note), own, "card" if note else "bare card"
                )
                if card.below:
                    page.add(self._own_text(card.own_below, card.below), card.own_below, "below")
        tail = self._broken(tail)
        if tail.strip() and (is_loose or page.above == "bare card") and _blank_lines(tail) < 1:
            tail = self._ending * 2 + tail.lstrip()
        return self._theirs.byte_order_mark + "".join(page.parts) + tail

    def lead(self, own: Block | None, above: _Above, kind: _Above, *, is_loose: bool) -> str:
        """What stands between a block and the one above it."""
        if (
            isinstance(own, Prose | LaneHeading | CardBlock)
            and self._above[id(own)] == above
            and (not is_loose or above in ("start", "front") or _blank_lines(own.lead) > 0)
        ):
            return own.lead
        if above == "start":
            return ""
        if above == "front":
            return self._ending
        if kind in ("card", "bare card") and above in ("card", "bare card", "below"):
            return f"{self._ending * 2}{canonical.SEPARATOR}{self._ending * 2}"
        return self._ending * 2

    def _own_text(self, own: Prose | CardBlock | None, text: str) -> str:
        return own.text if own and line_feeds(own.text) == text else self._broken(text)

    def _broken(self, text: str) -> str:
        return line_feeds(text).replace("\n", self._ending)


class _Page:
    def __init__(self, layout: Layout, *, is_loose: bool) -> None:
        self.layout = layout
        self.is_loose = is_loose
        self.parts: list[str] = []
        self.above: _Above = "start"

    def add(self, text: str, own: Block | None, kind: _Above) -> None:
        """Put a block below what is there."""
        self.parts.append(self.layout.lead(own, self.above, kind, is_loose=self.is_loose) + text)
        self.above = kind


def _blank_lines(text: str) -> int:
    """How many blank lines a text begins with, after the end of the line above."""
    return line_feeds(text[: len(text) - len(text.lstrip())]).count("\n") - 1


def _reads_as(document: Document, lanes: Sequence[LaidLane]) -> bool:
    """Whether a file is read as the lanes that were laid out."""
    found = [
        (
            section.name,
            line_feeds(section.text),
            [(card.link, card.title, line_feeds(card.text)) for card in section.cards],
            [line_feeds(block.text) for block in section.other],
        )
        for section in document.sections
    ]
    meant = [
        (
            lane.heading.name if lane.heading else "",
            lane.text,
            [(card.quote.link, card.quote.title, card.text) for card in lane.cards],
            [card.below for card in lane.cards if card.below],
        )
        for lane in lanes
    ]
    return found == meant and not document.is_too_large


def _kind(block: Block, above: _Above) -> _Above:
    match block:
        case FrontMatter():
            return "front"
        case LaneHeading():
            return "heading"
        case CardBlock():
            return "card" if block.text else "bare card"
        case Prose():
            return "below" if above in ("card", "bare card", "below") else "prose"
        case Tail():
            return above
