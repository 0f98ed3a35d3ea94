"""From a file to a document: the structure of a post, every character kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hauler_tui.haul import front
from hauler_tui.haul.markup import Piece, pieces
from hauler_tui.haul.model import Block, CardBlock, Document, LaneHeading, Prose, Tail

_LANE_LEVEL = 2


def parse(text: str) -> Document:
    """Read any text as a post; ``render`` gives back the very characters. Never raises."""
    mark = text[:1] if text.startswith("\ufeff") else ""
    matter = front.split(text, len(mark))
    blocks: list[Block] = [matter] if matter else []
    start = len(mark) + (len(matter.text) if matter else 0)
    found = pieces(text, start)
    if found is None:
        body = [Prose(lead="", text=text[start:])]
        return Document(byte_order_mark=mark, blocks=(*blocks, *body), is_too_large=True)
    builder = _Builder(text, start)
    body_pieces = list(found)
    while body_pieces and body_pieces[-1].kind == "breaks":
        body_pieces.pop()
    for heading, section in _sections(body_pieces):
        if heading:
            builder.add_heading(heading)
        builder.add_body(section)
    if builder.cursor < len(text):
        builder.blocks.append(Tail(text=text[builder.cursor :]))
    return Document(byte_order_mark=mark, blocks=(*blocks, *builder.blocks))


def _sections(found: Sequence[Piece]) -> Iterator[tuple[Piece | None, Sequence[Piece]]]:
    """Lane by lane: the heading and what stands below it.

    Headings of the first two levels open a lane; where there are none, those of the highest
    level there is.
    """
    levels = [piece.level for piece in found if piece.kind == "heading"]
    lane_level = max(_LANE_LEVEL, min(levels, default=_LANE_LEVEL))
    heading: Piece | None = None
    section: list[Piece] = []
    for piece in found:
        if piece.kind == "heading" and piece.level <= lane_level:
            yield heading, section
            heading, section = piece, []
        else:
            section.append(piece)
    yield heading, section


class _Builder:
    """Turns pieces into blocks that leave nothing out: each takes what stands above it along."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.cursor = start
        self.blocks: list[Block] = []

    def add_heading(self, piece: Piece) -> None:
        """Add the heading that opens a lane."""
        lead, text = self._take(piece.start, piece.end)
        self.blocks.append(LaneHeading(lead=lead, text=text, name=piece.name, level=piece.level))

    def add_body(self, section: Sequence[Piece]) -> None:
        """Add what stands in one lane: its prose, or its cards and what stands among them.

        A note ends at a card, a rule or a heading; a rule belongs to a card directly below it.
        """
        run: list[Piece] = []
        for piece, following in zip_longest(section, section[1:]):
            if piece.kind == "card" or (
                piece.kind == "rule" and following is not None and following.kind == "card"
            ):
                self._add_run(run)
                run = [piece] if piece.kind == "card" else []
            elif run and run[0].kind == "card" and piece.kind in ("rule", "heading"):
                self._add_run(run)
                run = [piece]
            else:
                run.append(piece)
        self._add_run(run)

    def _add_run(self, run: Sequence[Piece]) -> None:
        """Add a card with the note below it, or a piece of prose."""
        if not run:
            return
        first = run[0]
        if first.kind != "card" or first.words is None:
            lead, text = self._take(first.start, run[-1].end)
            self.blocks.append(Prose(lead=lead, text=text))
            return
        lead, quote = self._take(first.start, first.end)
        gap, note = self._take(run[1].start, run[-1].end) if len(run) > 1 else ("", "")
        self.blocks.append(
            CardBlock(
                lead=lead,
                quote=quote,
                gap=gap,
                text=note,
                link=first.words.link,
                title=first.words.title,
                abstract=first.words.abstract,
                is_closed=first.is_closed,
            )
        )

    def _take(self, start: int, end: int) -> tuple[str, str]:
        lead, text = self.text[self.cursor : start], self.text[start:end]
        self.cursor = end
        return lead, text
