"""The preflight: everything about a post that its author should know before it ships."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from hauler_tui.haul.checkcard import scan_card
from hauler_tui.haul.checkcards import Placed, check_card, check_together
from hauler_tui.haul.checkfront import check_front
from hauler_tui.haul.checkprose import Mention, scan_prose
from hauler_tui.haul.conflictmarks import conflict_marks
from hauler_tui.haul.findings import Finding, Spot, in_order
from hauler_tui.haul.known import Known
from hauler_tui.haul.model import CardBlock, Document, FrontMatter, LaneHeading, Prose, Tail
from hauler_tui.haul.parse import parse
from hauler_tui.haul.readback import breaks_reading, lane_breaks_reading
from hauler_tui.haul.render import render
from hauler_tui.haul.tags import MOST_TAGS, Tag, unpaired

_LINE_END = re.compile(r"\r\n?|\n")
_SUBHEADING = re.compile(r"^ {0,3}#{1,6}[ \t]", re.MULTILINE)
_NUMBERED = re.compile(r"(.*\D)(\d{1,6})\Z", re.DOTALL)
_NOTHING_KNOWN = Known()
_TOLD = ("tag", "hidden-card")
_MATHEMATICS = ("math", "mathjax", "katex", "use_math", "usemath", "has_math", "latex")
_ON = ("true", "yes", "on", "katex", "mathjax")
_CARD_TAGS = ("blockquote", "h4", "a ")


def check_text(text: str, known: Known = _NOTHING_KNOWN) -> tuple[Finding, ...]:
    """Check a file's text; never raises. Findings by line, without the file's name."""
    return check_document(parse(text), known)


def check_document(document: Document, known: Known = _NOTHING_KNOWN) -> tuple[Finding, ...]:
    """Check a post that was parsed; never raises. Findings by line, without the file's name."""
    if document.is_too_large:
        message = "it is too large or too deeply nested to look for lanes and cards in it"
        return (Finding(code="unreadable", message=message),)
    text = render(document)
    places = _Places(document, text)
    spots = [*check_front(document, text, known), *_prose(document, known)]
    for card in places.cards:
        spots += check_card(card, known)
    spots += check_together(places.cards, known)
    for at in conflict_marks(text):
        message = "a git conflict was left in: keep one side, and take its three marks out"
        spots.append(Spot(code="conflict", at=at, message=message))
    if known.is_draft:
        spots += _read_back(document)
    return in_order([places.finding(spot) for spot in spots])


def unclosed(document: Document) -> tuple[str, ...]:
    """Sentences on cards that are not read, and on tags without their partners."""
    text = render(document).lower()
    if text.count("<blockquote") <= len(document.cards) and all(
        text.count(f"<{name}") == text.count(f"</{name.strip()}>") for name in _CARD_TAGS
    ):
        return ()
    found = check_document(document)
    return tuple(f"line {each.line}: {each.message}" for each in found if each.code in _TOLD)


class _Places:
    """Which line, card and lane an offset of the text falls into."""

    def __init__(self, document: Document, text: str) -> None:
        self.lines = _line_starts(text)
        self.cards: list[Placed] = []
        self.starts: list[int] = []
        self.owners: list[tuple[int | None, str | None]] = []
        lane, lanes = "", 0
        for start, block in _placed(document):
            if isinstance(block, LaneHeading):
                lane, lanes = block.name, lanes + 1
            if isinstance(block, CardBlock):
                place: int | None = len(self.cards)
                quote = start + len(block.lead)
                self.cards.append(Placed(block=block, lane=lanes, start=quote))
                # A heading inside a lane parts its cards too: each part has its own order.
                lanes += bool(_SUBHEADING.search(block.text))
            else:
                place = None
                lanes += isinstance(block, Prose) and bool(_SUBHEADING.search(block.text))
            self.starts.append(start)
            self.owners.append((place, None if isinstance(block, FrontMatter) else lane))

    def finding(self, spot: Spot) -> Finding:
        """The spot as a finding."""
        at = bisect_right(self.starts, spot.at) - 1
        card, lane = self.owners[at] if at >= 0 else (None, None)
        return Finding(
            code=spot.code,
            message=spot.message,
            line=bisect_right(self.lines, spot.at),
            card=card,
            lane=lane,
            edits=spot.edits,
        )


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(found.end() for found in _LINE_END.finditer(text))]
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))[:-1]


def _placed(document: Document) -> Iterator[tuple[int, object]]:
    at = len(document.byte_order_mark)
    for block in document.blocks:
        yield at, block
        at += len(block.source)


def _prose(document: Document, known: Known) -> Iterator[Spot]:
    """What is wrong in notes, prose and headings; tags pair up over the whole post."""
    tags: list[Tag] = []
    blocks = list(_placed(document))
    shows_mathematics = _shows_mathematics(document.front)
    for place, (start, block) in enumerate(blocks):
        if isinstance(block, CardBlock):
            begin, prose = start + len(block.source) - len(block.text), block.text
            if not block.is_closed and not scan_card(block.quote).spots:
                message = "the card is never closed: write </blockquote> below it"
                yield Spot(code="tag", at=start + len(block.lead), message=message)
        elif isinstance(block, Prose | LaneHeading):
            begin, prose = start + len(block.lead), block.text
        else:
            continue
        scan = scan_prose(prose)
        for spot in scan.spots if shows_mathematics else (*scan.spots, *scan.formulas):
            yield replace(spot, at=begin + spot.at)
        tags += (replace(tag, start=begin + tag.start, end=begin + tag.end) for tag in scan.tags)
        for quote in scan.quotes:
            if quote.inside:
                message = (
                    f"a card inside <{quote.inside}> is read as a text: take it out, or put a"
                    " blank line above and below it"
                )
                yield Spot(code="hidden-card", at=begin + quote.at, message=message)
            elif document.cards:
                message = "a card without a link is none: put <a href> around its title"
                yield Spot(code="no-link", at=begin + quote.at, message=message)
        for mention in scan.mentions:
            yield from _unknown_issue(mention, begin, known)
        if isinstance(block, LaneHeading) and _is_empty(block, blocks[place + 1 :]):
            message = f"the lane “{block.name}” is empty: write something, or take it out"
            yield Spot(code="empty-lane", at=begin, message=message)
    if len(tags) <= MOST_TAGS:
        yield from unpaired(tags, frozenset({"p"}))


def _shows_mathematics(front: FrontMatter | None) -> bool:
    """Whether front matter has the key with which a site's theme is told to show formulas."""
    values = front.values.items() if front else ()
    return any(key in _MATHEMATICS and str(value).casefold() in _ON for key, value in values)


def _read_back(document: Document) -> Iterator[Spot]:
    """What in a draft would be read back from its file as something else."""
    blocks = [(at, block) for at, block in _placed(document) if not isinstance(block, Tail)]
    for start, block in blocks:
        is_last = block is blocks[-1][1]
        if isinstance(block, CardBlock):
            begin, whose = start + len(block.source) - len(block.text), "note"
            reasons = breaks_reading(block.text, is_last=is_last)
        elif isinstance(block, Prose):
            begin, whose = start + len(block.lead), "text"
            reasons = lane_breaks_reading(block.text, is_last=is_last)
        else:
            continue
        for reason in reasons:
            message = f"the {whose} would be read back as something else: {reason}"
            yield Spot(code="read-back", at=begin, message=message)


def _is_empty(heading: LaneHeading, below: list[tuple[int, object]]) -> bool:
    following = below[0][1] if below else None
    if isinstance(following, LaneHeading):
        return following.level <= heading.level
    return not isinstance(following, Prose | CardBlock)


def _unknown_issue(mention: Mention, begin: int, known: Known) -> Iterator[Spot]:
    """A link to an issue whose neighbours are known and which is not."""
    numbered = _NUMBERED.fullmatch(mention.slug)
    if numbered is None:
        return
    slugs = {known.slug, *(one.slug for one in known.issues)}
    before, number = numbered[1], int(numbered[2])
    around = (f"{before}{number - 1}", f"{before}{number + 1}")
    if mention.slug not in slugs and slugs.issuperset(around):
        message = f"there is no {mention.slug}, though {around[0]} and {around[1]} are known"
        yield Spot(code="unknown-issue", at=begin + mention.at, message=message)
