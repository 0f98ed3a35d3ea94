"""An issue as plain text for a mail: wrapped, with every address written out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hauler_tui.haul.formats.issue import Issue
from hauler_tui.haul.preview import Block, Span, issue_blocks

WIDTH = 72
"""Columns of a line (RFC 3676, 4.2 asks for less than 79)."""

_UNDERLINES = {1: "=", 2: "-"}


def plaintext(issue: Issue) -> str:
    """Title, lanes, cards and notes, one below the other."""
    blocks = issue_blocks(issue.document)
    parts = [
        part + "\n" if following and _ends_before(block, following) else part
        for block, following in zip_longest(blocks, blocks[1:])
        if (part := _part(block))
    ]
    return "\n".join(parts).strip("\n") + "\n"


def _ends_before(block: Block, following: Block) -> bool:
    """Whether a list or a card's head, whose lines stand close, needs a blank line to end it."""
    if following.kind in ("heading", "rule"):
        return False  # They bring their own.
    if block.kind == "card-title":
        return following.kind != "card-abstract"
    is_in_list = following.kind == "item" or following.around.startswith(block.around)
    return block.kind == "item" and not is_in_list


def _part(block: Block) -> str:
    text = "".join(_words(block.spans))
    match block.kind:
        case "title":
            return _heading(text, 1)
        case "heading":
            return "\n" + _heading(text, block.level)
        case "rule":
            return "\n" + " " * (WIDTH // 2 - 2) + "* * *\n"
        case "code":
            return textwrap.indent(text, _margin(block) + "    ") + "\n"
        case "card-title":
            link = next((span.link for span in block.spans if span.link), "")
            title = "".join(span.text for span in block.spans)
            return _wrapped(title, "") + (f"\n<{link}>" if link and link != title else "")
        case "card-abstract":
            return _wrapped(text, "    ") + "\n"
    margin = _margin(block)
    if block.kind == "item":
        marker = f"{block.marker} "
        return _wrapped(text, margin + " " * len(marker), first=margin + marker)
    return _wrapped(text, margin) + "\n"


def _margin(block: Block) -> str:
    """What stands before each line of a block: a sign for each quote, room for each list."""
    around = block.around[:-1] if block.kind == "item" else block.around
    return "".join("> " if each == ">" else "  " for each in around)


def _heading(text: str, level: int) -> str:
    line = " ".join(text.split())
    underline = _UNDERLINES.get(level)
    return f"{line}\n{underline * min(WIDTH, len(line))}\n" if underline else f"{line}\n"


def _words(spans: Sequence[Span]) -> Iterator[str]:
    """The text of spans, the address of a link behind its words."""
    for place, span in enumerate(spans):
        yield span.text
        following = spans[place + 1] if place + 1 < len(spans) else None
        if (
            span.link
            and span.link != span.text
            and (following is None or following.link != span.link)
        ):
            yield f" <{span.link}>"


def _wrapped(text: str, indent: str, *, first: str | None = None) -> str:
    """Lines of at most ``WIDTH``; an address is never broken."""
    lines: list[str] = []
    for line in text.split("\n"):
        start = indent if lines or first is None else first
        lines += textwrap.wrap(
            line,
            WIDTH,
            initial_indent=start,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [start.rstrip()]
    return "\n".join(lines)
