"""What is wrong inside one card's HTML, and where its link, title and abstract stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import formula_spans
from hauler_tui.haul.canonical import escape
from hauler_tui.haul.findings import Edit, Spot
from hauler_tui.haul.tags import Tag, tags_of, unpaired

_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ENDS_TITLE = _HEADINGS | {"a", "blockquote"}
_BLANK = re.compile(r"(?:(?:\r\n|\n|\r(?!\n))[ \t]*)+(?=[\r\n])")
_FIRST_BREAK = re.compile(r"\r\n|\n|\r")
_MACRO = re.compile(r"\\[A-Za-z](?:[A-Za-z]|[ ]?\{)")
_SIGNS = {"&": "&amp;", "<": "&lt;"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of text between two tags, white space around it left out."""

    part: str
    """``title`` or ``abstract``."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardScan:
    """A card's HTML taken apart; offsets are its own."""

    link: tuple[int, int] | None
    """Where the value of the first ``href`` stands."""
    stretches: tuple[Stretch, ...]
    """The words of the title and of the abstract."""
    spots: tuple[Spot, ...]


@lru_cache(maxsize=512)
def scan_card(quote: str) -> CardScan:
    """Read a card's HTML; never raises."""
    tags = tuple(tags_of(quote))
    stretches = tuple(_stretches(quote, tags))
    spots = [*unpaired(tags), *_blank_lines(quote)]
    for stretch in stretches:
        spots += _tex(quote, stretch)
        spots += _signs(quote, stretch, tags)
    return CardScan(link=_link(quote, tags), stretches=stretches, spots=tuple(spots))


def _link(quote: str, tags: tuple[Tag, ...]) -> tuple[int, int] | None:
    for tag in tags:
        if tag.name == "a" and tag.kind in ("open", "single"):
            found = _HREF.search(quote, tag.start, tag.end)
            if found and found.lastindex:
                return found.span(found.lastindex)
    return None


def _stretches(quote: str, tags: tuple[Tag, ...]) -> Iterator[Stretch]:
    """The text between tags; a heading's is the title, what stands elsewhere the abstract."""
    at, part, is_titled = 0, "abstract", False
    marks = [tag for tag in tags if tag.kind != "sign"]
    for tag in (*marks, Tag(kind="single", start=len(quote), end=len(quote))):
        text = quote[at : tag.start]
        if text.strip():
            start = at + len(text) - len(text.lstrip())
            yield Stretch(part=part, start=start, end=start + len(text.strip()))
        if tag.name in _HEADINGS and tag.kind == "open" and not is_titled:
            part, is_titled = "title", True
        elif tag.name == "p" or (tag.kind == "close" and tag.name in _ENDS_TITLE):
            part = "abstract"
        at = tag.end


def _blank_lines(quote: str) -> Iterator[Spot]:
    for found in _BLANK.finditer(quote):
        first = _FIRST_BREAK.match(quote, found.start())
        yield Spot(
            code="blank-line",
            at=first.end() if first else found.start(),
            message="a blank line inside a card ends it: take the line out",
            edits=(Edit(start=found.start(), end=found.end(), text=""),),
        )


def _signs(quote: str, stretch: Stretch, tags: tuple[Tag, ...]) -> Iterator[Spot]:
    for tag in tags:
        if tag.kind == "sign" and stretch.start <= tag.start < stretch.end:
            written = _SIGNS[tag.name]
            yield Spot(
                code="bare-sign",
                at=tag.start,
                message=f"a bare {tag.name} in the {stretch.part}: write {written}",
                edits=(Edit(start=tag.start, end=tag.end, text=written),),
            )


def _tex(quote: str, stretch: Stretch) -> Iterator[Spot]:
    raw = quote[stretch.start : stretch.end]
    if not any(sign in raw for sign in "\\${`"):
        return
    text = unescape(raw)
    changed = to_unicode(text)
    is_left = bool(formula_spans(changed) or _MACRO.search(changed))
    if changed == text and not is_left:
        return
    edits: tuple[Edit, ...] = ()
    # What cannot be written in Unicode is left whole to the author.
    if changed.strip() and not is_left and to_unicode(changed) == changed:
        edits = (Edit(start=stretch.start, end=stretch.end, text=escape(changed)),)
        what = f"write “{_short(changed)}”"
    else:
        what = "it has no form in Unicode: say it in words"
    message = f"raw TeX in the {stretch.part}: {what}"
    yield Spot(code="tex", at=stretch.start, message=message, edits=edits)


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= 80 else folded[:79] + "…"
