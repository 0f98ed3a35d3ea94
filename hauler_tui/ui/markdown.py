"""Markdown blocks as wrapped, styled lines."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from hauler_tui.ui.text import Span, chopped, wrap_spans

if TYPE_CHECKING:
    from hauler_tui.haul.preview import Block

_STYLES = {
    "strong": "strong",
    "emphasis": "emphasis",
    "code": "code",
    "link": "link",
    "image": "link",
}
_TIGHT = frozenset({"item"})
_LARGEST_CACHED = 20_000


_READER = "hauler_tui.haul.preview"


def load_markdown() -> None:
    """Import what reads Markdown, 40 ms or more: from a thread, after the first paint."""
    importlib.import_module(_READER)


def markdown_lines(text: str, width: int) -> list[list[Span]]:
    """A note or prose as lines of at most ``width`` cells, no blank line at either end.

    Before ``load_markdown`` is done the text is shown as it was typed.
    """
    if _READER not in sys.modules:
        return [
            line for part in text.strip().split("\n") for line in wrap_spans([Span(part)], width)
        ]
    if len(text) > _LARGEST_CACHED:
        return _note_lines.__wrapped__(text, width)
    return list(_note_lines(text, width))


@lru_cache(maxsize=64)
def _note_lines(text: str, width: int) -> list[list[Span]]:
    from hauler_tui.haul.preview import markdown_blocks

    return _lines(markdown_blocks(text), width)


def issue_lines(text: str, width: int) -> list[list[Span]]:
    """A whole issue as lines: title, lanes, cards, notes."""
    from hauler_tui.haul.preview import issue_blocks

    return _lines(issue_blocks(text), width)


def _lines(blocks: Iterable[Block], width: int) -> list[list[Span]]:
    lines: list[list[Span]] = []
    before = ""
    for block in blocks:
        if lines and not (block.kind in _TIGHT and before in _TIGHT):
            lines.append([])
        lines += _block_lines(block, width)
        before = block.kind
    return lines


def _block_lines(block: Block, width: int) -> list[list[Span]]:
    margin = "  " * block.indent
    if block.kind == "rule":
        return [[Span(margin + "─" * max(3, min(24, width - len(margin))), "muted")]]
    if block.kind == "code":
        text = "".join(span.text for span in block.spans).rstrip("\n")
        room = max(8, width - len(margin) - 2)
        return [
            [Span(f"{margin}  {part}", "code")]
            for line in text.split("\n")
            for part in chopped(line, room)
        ]
    first = rest = margin
    if block.kind == "quote":
        first = rest = f"{margin}│ "
    elif block.kind == "item":
        first, rest = f"{margin}{block.marker} ", margin + " " * (len(block.marker) + 1)
    elif block.kind == "card-abstract":
        first = rest = f"{margin}  "
    elif block.kind == "heading":
        first = margin + "▍" * (block.level <= 2)
        rest = margin
    return wrap_spans(_spans(block), width, first=first, rest=rest)


def _spans(block: Block) -> list[Span]:
    whole = {
        "title": "heading",
        "heading": "heading",
        "quote": "quote",
        "card-title": "heading",
        "card-abstract": "muted",
    }.get(block.kind)
    spans = []
    for span in block.spans:
        plain_style = whole or "text"
        style = plain_style if span.style == "plain" else _STYLES[span.style]
        if block.kind == "card-title":
            style = "heading"
        spans.append(Span(span.text, style))
        if block.kind == "card-title" and span.link:
            spans.append(Span(f"\n{span.link}", "link"))
        elif span.style == "link" and span.link and span.link != span.text:
            spans.append(Span(f" ⟨{span.link}⟩", "muted"))
    return spans
