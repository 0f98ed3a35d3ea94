"""The tags of text that is XML or HTML in name only, found in time that grows with its length.

Python's html.parser reads the same texts, but takes 5 s for 32 kB of ``<outline`` and four times as
long for twice as much, and these texts are strangers'.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_MOST_QUOTES = 20
"""Quotes inside one attribute's value that are taken for text."""
_NAME = re.compile(r"[^\s\"'<>/=]+")
_VALUE = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s\"'>]+")
_AFTER_VALUE = re.compile(
    r"\s*(?:/?>|$|(?:[\w:.@-]{1,60}\s+){0,3}[\w:.@-]{1,60}\s*=|[\w:.@-]{1,60}\s*/?>)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag as it stands in a text."""

    name: str
    """In lower case."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; of two with one name the first counts."""
    is_end: bool = False
    is_empty: bool = False
    """Whether it ends in ``/>``."""
    start: int = 0
    """Where it begins in the text without comments."""
    end: int = 0
    """Where the text after it begins."""


def tags(text: str, names: str) -> Iterator[Tag]:
    """The tags with one of ``names``, a regular expression, in their order; comments are none."""
    text = without_comments(text)
    starts = re.finditer(rf"<(/?)({names})(?=[\s/>]|$)", text, re.IGNORECASE)
    found = next(starts, None)
    while found is not None:
        following = next(starts, None)
        name = found[2].lower()
        limit = len(text) if following is None else following.start()
        if found[1]:
            close = text.find(">", found.end(), limit)
            end = limit if close < 0 else close + 1
            yield Tag(name=name, is_end=True, start=found.start(), end=end)
        else:
            yield _tag(name, text, found, limit)
        found = following


def without_comments(text: str) -> str:
    """The text without ``<!-- … -->``; a comment that is never closed is text."""
    parts, start = [], 0
    while (opened := text.find("<!--", start)) >= 0:
        closed = text.find("-->", opened + 4)
        if closed < 0:
            break
        parts.append(text[start:opened])
        start = closed + 3
    return "".join([*parts, text[start:]])


def _tag(name: str, text: str, opening: re.Match[str], limit: int) -> Tag:
    attributes: dict[str, str] = {}
    place, is_empty = opening.end(), False
    while place < limit:
        character = text[place]
        if character == ">":
            break
        found = _NAME.match(text, place, limit)
        if found is None:
            is_empty = character == "/" and text[place + 1 : place + 2] == ">"
            place += 1
            continue
        place = found.end()
        value = ""
        if equals := _VALUE.match(text, place, limit):
            value, place = _value(text, equals.end(), limit)
        attributes.setdefault(found[0].lower(), value)
    return Tag(
        name=name,
        attributes=attributes,
        is_empty=is_empty,
        start=opening.start(),
        end=min(place + 1, limit),
    )


def _value(text: str, start: int, limit: int) -> tuple[str, int]:
    """A value and where it ends: a quote that no attribute and no end follows belongs to it."""
    quote = text[start : min(start + 1, limit)]
    if quote not in ('"', "'"):
        bare = _BARE.match(text, start, limit)
        return (html.unescape(bare[0]), bare.end()) if bare else ("", start)
    first = close = text.find(quote, start + 1, limit)
    for _ in range(_MOST_QUOTES):
        if close < 0:
            break
        if _AFTER_VALUE.match(text, close + 1, limit):
            return html.unescape(text[start + 1 : close]), close + 1
        close = text.find(quote, close + 1, limit)
    if first < 0:
        return "", start + 1
    return html.unescape(text[start + 1 : first]), first + 1
