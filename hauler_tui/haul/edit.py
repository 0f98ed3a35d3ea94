"""Changes to a file that touch the place they are about and nothing else.

Every function gives a document that was read anew, so a text that breaks reading back (see
``readback``) shows at once. Positions count the cards of the whole document from 0; one that is
not there raises IndexError. A new text takes on the file's own line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hauler_tui.domain.text import sort_key
from hauler_tui.haul import canonical, front
from hauler_tui.haul.markup import newline, strip_blank_lines
from hauler_tui.haul.model import (
    Block,
    CardBlock,
    CardContent,
    Document,
    FrontMatter,
    LaneHeading,
    Prose,
    Tail,
)
from hauler_tui.haul.parse import parse
from hauler_tui.haul.render import render

_LINE_END = re.compile(r"\r\n?|\n")
_SPACE = " \t\r\n"
_NUMBER = re.compile(r"(?<![\w.,])\d+(?![\w]|[.,]\d)")


def replace_note(document: Document, position: int, text: str) -> Document:
    """Give a card another note; an empty one removes it."""
    blocks, at = list(document.blocks), _places(document.blocks)[position]
    card = _card_at(blocks, at)
    note, ending = _own(document, text)
    gap = card.gap if card.text and "\n" in card.gap.replace("\r", "\n") else ending * 2
    blocks[at] = replace(card, gap=gap if note else "", text=note)
    return _read_again(document, blocks)


def add_card(
    document: Document,
    content: CardContent,
    *,
    position: int | None = None,
    abstract_length: int = 120,
) -> Document:
    """Add a card at a position of its lane, by default where its title belongs in the alphabet.

    The lane is the one named, else the first that holds cards; a lane that is not there is added
    at the end. ``position`` counts the cards of that lane. The snippet's number follows.
    """
    blocks = list(document.blocks)
    note, ending = _own(document, content.text)
    html = canonical.card_html(content, abstract_length).replace("\n", ending)
    title = canonical.card_title(content.title)
    gap = ending * 2 if note else ""
    card = CardBlock(
        lead="", quote=html, gap=gap, text=note, link=content.link, title=title, abstract=""
    )
    first, after = _lane_range(blocks, content.lane)
    places = [at for at in range(first, after) if isinstance(blocks[at], CardBlock)]
    if position is None:
        key = sort_key(title)
        later = (i for i, at in enumerate(places) if sort_key(_card_at(blocks, at).title) > key)
        position = next(later, len(places))
    separator = f"{ending * 2}{canonical.SEPARATOR}{ending * 2}"
    if not places:
        _insert(blocks, after, card)
    elif position < len(places):
        _insert_before(blocks, places[position], replace(card, lead=separator))
    else:
        blocks.insert(places[-1] + 1, replace(card, lead=separator))
    return _recounted(document, blocks)


def remove_card(document: Document, position: int) -> Document:
    """Take a card, its note and its rule out; the snippet's number follows."""
    blocks = list(document.blocks)
    _take_out(blocks, _places(blocks)[position])
    return _recounted(document, blocks)


def move_card(document: Document, position: int, to: int) -> Document:
    """Move a card with its note so that it stands at position ``to``."""
    blocks = list(document.blocks)
    places = _places(blocks)
    if position == to or not 0 <= to < len(places):
        if position == to:
            return document
        raise IndexError(to)
    has_rules = any(_has_rule(_card_at(blocks, at)) for at in places)
    card = _take_out(blocks, places[position])
    if not _has_rule(card):
        ending = newline(render(document))
        rule = f"{canonical.SEPARATOR}{ending * 2}" if has_rules else ""
        card = replace(card, lead=ending * 2 + rule)
    rest = _places(blocks)
    if to > position:
        blocks.insert(rest[to - 1] + 1, card)
    else:
        _insert_before(blocks, rest[to], card)
    return _read_again(document, blocks)


def with_snippet(text: str, other: str) -> str:
    """``text`` with the snippet that another version of it has, where both have one."""
    document, known = parse(text), parse(other).front
    said = known.values.get("snippet") if known else None
    matter = document.front
    held = matter.values.get("snippet") if matter else None
    if matter is None or not (isinstance(said, str) and isinstance(held, str)) or said == held:
        return text
    changed = front.replace(matter, "snippet", said)
    return render(replace(document, blocks=(changed, *document.blocks[1:])))


def _own(document: Document, text: str) -> tuple[str, str]:
    ending = newline(render(document))
    return _LINE_END.sub(ending, strip_blank_lines(text)), ending


def _places(blocks: Sequence[Block]) -> list[int]:
    return [at for at, block in enumerate(blocks) if isinstance(block, CardBlock)]


def _card_at(blocks: Sequence[Block], at: int) -> CardBlock:
    block = blocks[at]
    if not isinstance(block, CardBlock):
        raise IndexError(at)
    return block


def _has_rule(card: CardBlock) -> bool:
    return canonical.SEPARATOR[:3] in card.lead.lower()


def _take_out(blocks: list[Block], at: int) -> CardBlock:
    """Remove a card; where it was a lane's first, the next one takes its place."""
    card = _card_at(blocks, at)
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    if _is_first(blocks, at) and isinstance(following, CardBlock):
        blocks[at + 1] = replace(following, lead=card.lead)
        card = replace(card, lead=following.lead)
    del blocks[at]
    return card


def _is_first(blocks: Sequence[Block], at: int) -> bool:
    return at == 0 or not isinstance(blocks[at - 1], CardBlock)


def _insert_before(blocks: list[Block], at: int, card: CardBlock) -> None:
    """Insert a card above another; above a lane's first it takes that one's place."""
    if _is_first(blocks, at):
        other = _card_at(blocks, at)
        blocks[at] = replace(other, lead=card.lead)
        card = replace(card, lead=other.lead)
    blocks.insert(at, card)


def _insert(blocks: list[Block], at: int, block: Prose | LaneHeading | CardBlock) -> None:
    """Insert a block, a blank line above it and, where none is yet, below it."""
    ending = newline("".join(each.source for each in blocks))
    above = blocks[at - 1].source if at else ""
    if not block.lead:
        missing = 0 if not above else 1 if above.endswith(("\n", "\r")) else 2
        block = replace(block, lead=ending * missing)
    if at < len(blocks) and blocks[at].source.strip(_SPACE):
        source = blocks[at].source
        space = source[: len(source) - len(source.lstrip(_SPACE))]
        missing = max(0, 2 - len(_LINE_END.findall(space)))
        blocks[at] = _with_lead(blocks[at], ending * missing)
    blocks.insert(at, block)


def _with_lead(block: Block, more: str) -> Block:
    """The block with more above it."""
    if isinstance(block, Tail | FrontMatter):
        return replace(block, text=more + block.text)
    return replace(block, lead=more + block.lead)


def _find_lane(blocks: Sequence[Block], name: str) -> tuple[int, int] | None:
    """Where the blocks of a lane begin and end."""
    start = 1 if blocks and isinstance(blocks[0], FrontMatter) else 0
    current, first = "", start
    for at in range(start, len(blocks)):
        block = blocks[at]
        if isinstance(block, LaneHeading | Tail):
            if current == name:
                return first, at
            if isinstance(block, LaneHeading):
                current, first = block.name, at + 1
    return (first, _end(blocks)) if current == name else None


def _end(blocks: Sequence[Block]) -> int:
    return len(blocks) - 1 if blocks and isinstance(blocks[-1], Tail) else len(blocks)


def _lane_range(blocks: list[Block], name: str) -> tuple[int, int]:
    """Where a lane for a card begins and ends; one that is not there is added."""
    found = _find_lane(blocks, name) if name else None
    if found is None and not name and (places := _places(blocks)):
        first, after = places[0], places[0]
        while after < len(blocks) and not isinstance(blocks[after], LaneHeading | Tail):
            after += 1
        return first, after
    if found is None:
        at = _end(blocks)
        title = name or "Papers"
        lane = LaneHeading(lead="", text=canonical.heading(title), name=title, level=2)
        _insert(blocks, at, lane)
        return at + 1, at + 1
    return found


def _read_again(document: Document, blocks: Sequence[Block]) -> Document:
    return parse(render(replace(document, blocks=tuple(blocks))))


def _recounted(document: Document, blocks: list[Block]) -> Document:
    """Read again, the number in the snippet following the cards if it was their number."""
    matter = document.front
    snippet = matter.values.get("snippet") if matter else None
    before, after = len(document.cards), len(_places(blocks))
    if matter and isinstance(snippet, str):
        for found in _NUMBER.finditer(snippet):
            if found.group() == str(before):
                changed = snippet[: found.start()] + str(after) + snippet[found.end() :]
                blocks[0] = front.replace(matter, "snippet", changed)
                break
    return _read_again(document, blocks)
