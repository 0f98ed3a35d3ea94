"""Markdown as blocks of styled text for a terminal, which wraps and colours them as it likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import Literal, TypeAlias
from unicodedata import combining, east_asian_width

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hauler_tui.domain.text import visible
from hauler_tui.haul.footnotes import keep_footnotes
from hauler_tui.haul.htmlpreview import html_blocks
from hauler_tui.haul.markup import is_much_work
from hauler_tui.haul.model import CardBlock, Document, LaneHeading, Prose
from hauler_tui.haul.parse import parse
from hauler_tui.haul.spans import Span, inline_spans

__all__ = ["Block", "BlockKind", "Span", "issue_blocks", "markdown_blocks"]

BlockKind: TypeAlias = Literal[
    "title",
    "heading",
    "paragraph",
    "quote",
    "item",
    "code",
    "rule",
    "card-title",
    "card-abstract",
]

MOST_INLINE = 20_000
"""A longer paragraph is shown without its inline markup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block; a line feed inside a span is a line break."""

    kind: BlockKind
    spans: tuple[Span, ...] = ()
    indent: int = 0
    """How many lists and quotes it stands in, beyond its own."""
    around: str = ""
    """The quotes (``>``) and lists (``-``) it stands in, the outermost first."""
    level: int = 0
    """A heading's level, 1 to 6."""
    marker: str = ""
    """What stands before a list item: ``•`` or ``3.``."""


def markdown_blocks(markdown: str) -> tuple[Block, ...]:
    """A note or a lane's prose as blocks; never raises, and safe to draw."""
    if is_much_work(markdown):
        return (Block(kind="paragraph", spans=(Span(text=visible(markdown)),)),)
    references: dict[str, object] = {}
    tokens = _parser().parse(markdown, references)
    return _Walker(references).walk(tokens)


def issue_blocks(issue: str | Document) -> tuple[Block, ...]:
    """A whole file as blocks: its title, lanes, cards and notes; never raises."""
    document = parse(issue) if isinstance(issue, str) else issue
    blocks: list[Block] = []
    if document.title:
        blocks.append(Block(kind="title", spans=(Span(text=visible(document.title)),), level=1))
    for block in document.blocks:
        if isinstance(block, CardBlock):
            blocks += _card(block)
        elif isinstance(block, Prose | LaneHeading):
            blocks += markdown_blocks(block.text)
    return tuple(blocks)


def _card(card: CardBlock) -> list[Block]:
    blocks = [Block(kind="rule")] if "<hr" in card.lead.lower() else []
    title = Span(text=visible(card.title or card.link), style="link", link=card.link or None)
    blocks.append(Block(kind="card-title", spans=(title,)))
    if card.abstract:
        blocks.append(Block(kind="card-abstract", spans=(Span(text=visible(card.abstract)),)))
    return [*blocks, *markdown_blocks(card.text)]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.enable("table")
    keep_footnotes(parser)
    return parser


class _Walker:
    """Goes through block tokens, knowing how deep in lists and quotes it is."""

    def __init__(self, references: dict[str, object]) -> None:
        self.references = references
        self.blocks: list[Block] = []
        self.quotes = 0
        self.around = ""
        self.counters: list[int | None] = []
        self.marker = ""
        self.heading = 0
        self.rows: list[list[str]] | None = None
        """The cells of the table it stands in."""

    def walk(self, tokens: Sequence[Token]) -> tuple[Block, ...]:
        for token in tokens:
            self._take(token)
        return tuple(self.blocks)

    def _take(self, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self.quotes += 1
                self.around += ">"
            case "blockquote_close":
                self.quotes -= 1
                self.around = self.around[:-1]
            case "bullet_list_open":
                self.counters.append(None)
                self.around += "-"
            case "ordered_list_open":
                start = token.attrGet("start")
                self.counters.append(int(start) if start is not None else 1)
                self.around += "-"
            case "bullet_list_close" | "ordered_list_close":
                self.counters.pop()
                self.around = self.around[:-1]
            case "list_item_open":
                self.marker = self._next_marker()
            case "heading_open":
                self.heading = int(token.tag[1])
            case "heading_close":
                self.heading = 0
            case "table_open":
                self.rows = []
            case "tr_open" if self.rows is not None:
                self.rows.append([])
            case "inline" if self.rows:
                cell = "".join(span.text for span in self._spans(token))
                self.rows[-1].append(" ".join(cell.split()))
            case "table_close":
                table = Span(text=_aligned(self.rows or []), style="code")
                self.rows = None
                self._add(Block(kind="code", spans=(table,)))
            case "inline":
                self._add_inline(token)
            case "fence" | "code_block":
                text = visible(token.content.removesuffix("\n"))
                self._add(Block(kind="code", spans=(Span(text=text, style="code"),)))
            case "hr":
                self._add(Block(kind="rule"))
            case "html_block":
                for kind, spans in html_blocks(token.content):
                    self._add(Block(kind=kind, spans=spans))

    def _next_marker(self) -> str:
        number = self.counters[-1] if self.counters else None
        if number is None:
            return "•"
        self.counters[-1] = number + 1
        return f"{number}."

    def _spans(self, token: Token) -> tuple[Span, ...]:
        if len(token.content) > MOST_INLINE:
            return (Span(text=visible(token.content)),)
        children: list[Token] = []
        parser = _parser()
        parser.inline.parse(token.content, parser, self.references, children)
        return inline_spans(children)

    def _add_inline(self, token: Token) -> None:
        spans = self._spans(token)
        if self.heading:
            self._add(Block(kind="heading", spans=spans, level=self.heading))
        else:
            self._add(Block(kind="quote" if self.quotes else "paragraph", spans=spans))

    def _add(self, block: Block) -> None:
        """Add a block, the first one of a list item with its marker."""
        depth = len(self.counters) + self.quotes
        if self.marker and block.kind in ("paragraph", "quote"):
            kind: BlockKind = "item"
            block = replace(block, kind=kind, marker=self.marker)
            self.marker = ""
            depth -= 1
        elif block.kind == "quote" and self.quotes:
            depth -= 1
        self.blocks.append(replace(block, indent=max(0, depth), around=self.around))


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table's cells in columns, a line below the first row."""
    widths = [max(map(_width, column)) for column in zip_longest(*rows, fillvalue="")]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)
        )
        for row in (*rows[:1], ["-" * width for width in widths], *rows[1:])
    ]
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    """Columns of a terminal, wide characters counted twice."""
    return sum(1 + (east_asian_width(one) in "WF") - bool(combining(one)) for one in text)
