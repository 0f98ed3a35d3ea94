"""A Markdown text as its outermost pieces, by the tokens and source maps of markdown-it-py."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hauler_tui.haul.cardhtml import MOST_CHARACTERS, CardWords, Cut, cut, read_card

MOST_WORK = 50_000
"""Lines times nesting above which a text is not taken apart: about a second of markdown-it-py."""

_LINE_END = re.compile(r"\r\n?|\n")
_MARKERS = re.compile(r"(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[ \t])))+", re.ASCII)
_MARKER = re.compile(r">|[-+*]|\d+[.)]", re.ASCII)
_RULE_LINE = re.compile(r"[ \t]*(?:(?:\*[ \t]*)+|(?:-[ \t]*)+)", re.ASCII)
_BACKTICKS = re.compile(r"`+")
_DEEPEST = 20
_BREAKS = re.compile(r"(?:<br[ \t]*/?>\s*)+", re.IGNORECASE)
_OPENS_QUOTE = re.compile(r"<blockquote[\s>/]", re.IGNORECASE)
_OPENS_RULE = re.compile(r"[ ]{0,3}<hr[\s>/]", re.IGNORECASE)

Kind = Literal["heading", "rule", "card", "breaks", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text without the blank lines around it; offsets are those of the text."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    """A heading's words."""
    level: int = 0
    """A heading's level, 1 to 6."""
    words: CardWords | None = None
    """What a card says."""
    is_closed: bool = True
    """Whether a card's ``</blockquote>`` was found."""


def pieces(text: str, start: int = 0) -> tuple[Piece, ...] | None:
    """The outermost pieces of ``text`` from ``start`` on, or None when it is too much work.

    Everything between two pieces is white space. Never raises.
    """
    lines = _Lines(text, start)
    if lines.work() > MOST_WORK:
        return None
    tokens = [token for token in block_parser().parse(text[start:]) if _is_outermost(token)]
    return tuple(_Cutter(lines, tokens).run())


def is_much_work(text: str) -> bool:
    """Whether markdown-it-py would take noticeably long over a text."""
    return _Lines(text, 0).work() > MOST_WORK


def newline(text: str) -> str:
    """The line break a text uses first; a line feed when it has none."""
    found = _LINE_END.search(text)
    return found.group() if found else "\n"


def strip_blank_lines(text: str) -> str:
    """The text without blank lines at both ends and without the last line's break."""
    lines = _Lines(text, 0)
    start, end = lines.trimmed(0, len(lines))
    return text[start:end]


def code_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where the code of a text stands, blocks with their fences and spans with their backticks.

    Nothing for a text that is too much work. Never raises.
    """
    lines = _Lines(text, 0)
    if lines.work() > MOST_WORK:
        return ()
    spans: list[tuple[int, int]] = []
    for token in block_parser().parse(text):
        if token.map is None or token.type not in ("fence", "code_block", "inline"):
            continue
        start, end = lines.trimmed(*token.map)
        if token.type == "inline":
            spans += _inline_code(text, start, end)
        else:
            spans.append((start, end))
    return tuple(spans)


def _inline_code(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs of backticks and what stands up to the next run of the same length."""
    runs = list(_BACKTICKS.finditer(text, start, end))
    later: dict[int, list[int]] = {}
    for place in range(len(runs) - 1, -1, -1):
        later.setdefault(len(runs[place].group()), []).append(place)
    done = -1
    for place, run in enumerate(runs):
        if place <= done or text[run.start() - 1 : run.start()] == "\\":
            continue
        same = later[len(run.group())]
        while same and same[-1] <= place:
            same.pop()
        if same:
            done = same[-1]
            yield run.start(), runs[done].end()


@cache
def block_parser() -> MarkdownIt:
    """A parser that finds blocks and leaves the text inside them alone."""
    parser = MarkdownIt("commonmark")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def _is_outermost(token: Token) -> bool:
    return (token.level == 0 and token.nesting >= 0 and token.map is not None) or (
        token.type == "inline" and token.level == 1
    )


class _Lines:
    """Where the lines of a text begin and end, as markdown-it-py counts them."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.starts = [start]
        self.ends: list[int] = []
        for found in _LINE_END.finditer(text, start):
            self.ends.append(found.start())
            self.starts.append(found.end())
        self.ends.append(len(text))

    def __len__(self) -> int:
        return len(self.starts)

    def start(self, line: int) -> int:
        return self.starts[line]

    def line_of(self, offset: int) -> int:
        """The first line that begins at or after ``offset``."""
        return bisect_left(self.starts, offset)

    def is_blank(self, line: int) -> bool:
        return not self.text[self.starts[line] : self.ends[line]].strip(" \t")

    def trimmed(self, first: int, after: int) -> tuple[int, int]:
        """The offsets of lines ``first`` to ``after``, the last excluded, without blank ends."""
        after = min(after, len(self))
        while after > first and self.is_blank(after - 1):
            after -= 1
        while first < after and self.is_blank(first):
            first += 1
        if first >= after:
            return self.starts[min(first, len(self) - 1)], self.starts[min(first, len(self) - 1)]
        return self.starts[first], self.ends[after - 1]

    def work(self) -> int:
        """How much markdown-it-py will have to do, in lines times the deepest nesting."""
        if len(self) > MOST_WORK:
            return len(self)
        deepest = 1
        for begin, end in zip(self.starts, self.ends, strict=True):
            found = _MARKERS.match(self.text, begin, min(end, begin + 400))
            if found and not _RULE_LINE.fullmatch(self.text, begin, min(end, begin + 400)):
                depth = sum(1 for _ in _MARKER.finditer(found.group()))
                deepest = max(deepest, min(depth, _DEEPEST))
        return len(self) * deepest


class _Cutter:
    def __init__(self, lines: _Lines, tokens: Sequence[Token]) -> None:
        self.lines = lines
        self.text = lines.text
        self.tokens = tokens

    def run(self) -> Iterator[Piece]:
        """The pieces in order, with what no token covers (reference definitions) between them."""
        covered = self.lines.start(0)
        for piece in self._from_tokens():
            yield from self._uncovered(covered, piece.start)
            yield piece
            covered = piece.end
        yield from self._uncovered(covered, len(self.text))

    def _uncovered(self, start: int, end: int) -> Iterator[Piece]:
        if self.text[start:end].strip(" \t\r\n"):
            first = self.lines.line_of(start)
            begin, stop = self.lines.trimmed(first, self.lines.line_of(end))
            yield Piece(kind="other", start=max(begin, start), end=min(stop, end))

    def _from_tokens(self) -> Iterator[Piece]:
        position = 0
        while position < len(self.tokens):
            token = self.tokens[position]
            if token.map is None or token.type == "inline":
                position += 1
                continue
            start, end = self.lines.trimmed(*token.map)
            if token.type == "html_block":
                used, end, cuts = self._grown(position, start, end)
                yield from self._html(start, end, cuts)
                position = used
                continue
            if token.type == "heading_open":
                name = self.tokens[position + 1].content if position + 1 < len(self.tokens) else ""
                name = name.replace("\n", " ").replace(r"\#", "#")
                level = int(token.tag[1])
                yield Piece(kind="heading", start=start, end=end, name=name, level=level)
            elif token.type == "hr":
                yield Piece(kind="rule", start=start, end=end)
            elif start < end:
                yield self._plain(start, end, may_be_breaks=token.type == "paragraph_open")
            position += 1

    def _plain(self, start: int, end: int, *, may_be_breaks: bool = True) -> Piece:
        is_breaks = may_be_breaks and _BREAKS.fullmatch(self.text[start:end].strip(" \t"))
        return Piece(kind="breaks" if is_breaks else "other", start=start, end=end)

    def _grown(self, position: int, start: int, end: int) -> tuple[int, int, tuple[Cut, ...]]:
        """The next token, and the end and cuts of an HTML block made whole.

        A card cut by blank lines is made whole of the tokens below.
        """
        html = self.text[start:end]
        cuts = cut(html)
        if not cuts or cuts[-1].is_closed:
            return position + 1, end, cuts
        for ahead in range(position + 1, len(self.tokens)):
            token = self.tokens[ahead]
            if token.type == "inline" or token.map is None:
                continue
            here, there = self.lines.trimmed(*token.map)
            below = self.text[here:there]
            if (
                token.type in ("heading_open", "hr", "fence")
                or there - start > MOST_CHARACTERS
                or _OPENS_QUOTE.search(below)
                or _OPENS_RULE.match(below)
            ):
                break
            if "</blockquote" in below.lower():
                grown = cut(self.text[start:there])
                if grown and grown[-1].is_closed:
                    return ahead + 1, there, grown
                break
        return position + 1, end, cuts

    def _html(self, start: int, end: int, cuts: Sequence[Cut]) -> Iterator[Piece]:
        html = self.text[start:end]
        done = 0
        for found in cuts:
            words = read_card(html[found.start : found.end]) if found.kind == "quote" else None
            if found.kind == "quote" and words is None:
                continue
            yield from self._between(start + done, start + found.start)
            yield Piece(
                kind="card" if words else "rule",
                start=start + found.start,
                end=start + found.end,
                words=words,
                is_closed=found.is_closed,
            )
            done = found.end
        yield from self._between(start + done, end)

    def _between(self, start: int, end: int) -> Iterator[Piece]:
        inside = self.text[start:end]
        bare = inside.strip(" \t\r\n")
        if bare:
            begin = start + len(inside) - len(inside.lstrip(" \t\r\n"))
            yield self._plain(begin, begin + len(bare))
