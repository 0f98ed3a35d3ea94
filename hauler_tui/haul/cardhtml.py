"""The inside of an HTML block: where its rules and quotes are, and what a card's quote says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate
from typing import Literal

MOST_CHARACTERS = 262_144
"""A longer HTML block is no card."""
MOST_WORK = 20_000_000
"""Length times tags above which an HTML block is no card."""
MOST_LOOSE = 20
"""Most ``<`` without their ``>`` in a card: ``html.parser`` takes cubic time over many of them."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CONTAINERS = frozenset(
    {"article", "aside", "details", "div", "figure", "ol", "pre", "section", "table", "ul"}
)
"""Elements inside which nothing is a card, unless a blank line below their tag ends its block."""
_SILENT = frozenset({"script", "style", "textarea", "title", "template"})
_SPACE = " \t\r\n"
_RULE_ALONE = re.compile(r"<hr[ ]*/?>")
_LOOSE = re.compile(r"<(?=[^<>]*+(?:<|\Z))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A rule, or a whole quote, standing at the start of a line of an HTML block."""

    kind: Literal["rule", "quote"]
    start: int
    end: int
    is_closed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWords:
    """What a card says: plain text, white space folded."""

    link: str
    title: str
    abstract: str


def cut(html: str) -> tuple[Cut, ...]:
    """The rules and outermost quotes of an HTML block, in order; never raises.

    A quote that is not closed ends where a rule begins or the block ends.
    """
    # Most HTML blocks of a post are a rule alone.
    if _RULE_ALONE.fullmatch(html):
        return (Cut(kind="rule", start=0, end=len(html)),)
    if not is_cheap(html):
        return ()
    scanner = _Scanner(html)
    run(scanner, html)
    return scanner.finish()


def read_card(quote: str) -> CardWords | None:
    """What a quote says if it is a card (it has a link and a heading), else None; never raises."""
    if not is_cheap(quote):
        return None
    reader = _CardReader()
    run(reader, quote)
    if reader.link is None or not reader.has_heading:
        return None
    paragraphs = [fold("".join(parts)) for parts in reader.paragraphs]
    abstract = "\n\n".join(filter(None, paragraphs)) or fold("".join(reader.stray))
    return CardWords(link=reader.link.strip(), title=fold("".join(reader.title)), abstract=abstract)


def fold(text: str) -> str:
    """The text on one line, every run of white space one space."""
    return " ".join(text.split())


def is_cheap(html: str) -> bool:
    """Whether ``html.parser`` reads an HTML text in reasonable time."""
    return (
        len(html) <= MOST_CHARACTERS
        and len(html) * html.count("<") <= MOST_WORK
        and len(_LOOSE.findall(html)) <= MOST_LOOSE
    )


def run(parser: HTMLParser, html: str) -> None:
    """Feed a whole HTML text to a parser; never raises."""
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:
        # html.parser asserts on malformed marked sections (``<![x``); what came before stands.
        return


class _Scanner(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.line_starts = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self.cuts: list[Cut] = []
        self.edge = 0
        self.containers = 0
        self.depth = 0
        self.quote_start = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        start = self._position()
        if tag in CONTAINERS and not self.depth:
            self.containers += 1
        elif self.containers:
            return
        elif tag == "hr" and self._begins_line(start):
            if self.depth:
                self._end_quote(start, is_closed=False)
            end = start + len(self.get_starttag_text() or "")
            self.cuts.append(Cut(kind="rule", start=start, end=end))
            self.edge = end
        elif tag == "blockquote" and (self.depth or self._begins_line(start)):
            if not self.depth:
                self.quote_start = start
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        # HTML ignores the slash of ``<blockquote/>``.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in CONTAINERS and not self.depth:
            self.containers = max(0, self.containers - 1)
        elif tag == "blockquote" and self.depth:
            self.depth -= 1
            if not self.depth:
                close = self.html.find(">", self._position())
                self._end_quote(close + 1 if close >= 0 else len(self.html), is_closed=True)

    def finish(self) -> tuple[Cut, ...]:
        if self.depth:
            self._end_quote(len(self.html), is_closed=False)
        return tuple(self.cuts)

    def _end_quote(self, end: int, *, is_closed: bool) -> None:
        if not is_closed:
            end = self.quote_start + len(self.html[self.quote_start : end].rstrip(_SPACE))
        self.cuts.append(Cut(kind="quote", start=self.quote_start, end=end, is_closed=is_closed))
        self.edge = end
        self.depth = 0

    def _position(self) -> int:
        line, column = self.getpos()
        return self.line_starts[line - 1] + column

    def _begins_line(self, position: int) -> bool:
        line_start = self.line_starts[self.getpos()[0] - 1]
        before = self.html[max(line_start, self.edge) : position]
        return not before.rpartition("\r")[2].strip(_SPACE)


class _CardReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.link: str | None = None
        self.has_heading = False
        self.title: list[str] = []
        self.paragraphs: list[list[str]] = []
        self.stray: list[str] = []
        self.into = self.stray
        self.silent = 0

    def updatepos(self, i: int, j: int) -> int:
        # Nobody asks where a card's words are, and counting its lines takes a while.
        return j

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "a" and self.link is None:
            self.link = next((value for name, value in attrs if name == "href"), None)
        elif tag in _HEADINGS and not self.has_heading:
            self.has_heading = True
            self.into = self.title
        elif tag == "p":
            self.paragraphs.append([])
            self.into = self.paragraphs[-1]
        elif tag == "br":
            self.into.append(" ")
        elif tag in _SILENT:
            self.silent += 1

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if (tag in _HEADINGS and self.into is self.title) or tag in ("p", "a", "blockquote"):
            self.into = self.stray
        elif tag in _SILENT:
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.into.append(data)
