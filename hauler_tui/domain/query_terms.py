"""What a query is made of, and whether an item matches it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import resolve
from hauler_tui.domain.item import Item
from hauler_tui.domain.merge import strongest
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.withdrawal import says_withdrawn

Tokens: TypeAlias = tuple[str, ...]

FieldName: TypeAlias = Literal[
    "title", "author", "abstract", "note", "tag", "feed", "cat", "lane", "haul", "link"
]
FlagName: TypeAlias = Literal[
    "unread", "read", "starred", "noted", "skipped", "covered",
    "new", "cross", "replaced", "withdrawn",
]  # fmt: skip
DateSide: TypeAlias = Literal["since", "before", "on"]

_TOKEN = re.compile(r"[^\W_]+")


def tokens(text: str) -> Tokens:
    """Return the words of a text as SQLite's unicode61 makes them: blind to case and accents.

    https://www.sqlite.org/fts5.html#unicode61_tokenizer
    """
    return tuple(_TOKEN.findall(fold(text)))


def fold(text: str) -> str:
    """Return a text in lower case without accents."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower())
    if apart.isascii():
        return apart
    bare = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare)


def is_withdrawn(entry: Entry) -> bool:
    """Whether the title, the comment or the abstract says that the preprint was withdrawn.

    arXiv has no flag for it (https://info.arxiv.org/help/withdraw.html), so this is a guess.
    """
    return says_withdrawn(entry.comment, entry.abstract, entry.title)


def dated(item: Item) -> datetime:
    """Return the time an item is listed under: when it appeared or was first seen, the earlier."""
    return item.work.date


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a query may ask about one item."""

    item: Item
    note: str | None = None
    feed_titles: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    """The names of the lanes its cards stand in."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What bare words search: title, each author, abstract, note and each tag."""
        entry = self.item.entry
        return (
            to_unicode(entry.title),
            *entry.authors,
            to_unicode(entry.abstract),
            self.note or "",
            *self.item.tags,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Words that follow each other in one text, the last of them perhaps only its beginning."""

    text: str
    """As typed."""

    def matches(self, facts: Facts) -> bool:
        """Whether any of the item's texts holds it."""
        wanted = tokens(self.text)
        if not wanted:
            return any(self.text in text for text in facts.texts)
        return any(_holds(text, wanted, is_prefix=True) for text in facts.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Whole words that follow each other in one text."""

    text: str
    """As typed, without the quotes."""

    def matches(self, facts: Facts) -> bool:
        """Whether any of the item's texts holds it."""
        wanted = tokens(self.text)
        if not wanted:
            return any(self.text in text for text in facts.texts)
        return any(_holds(text, wanted, is_prefix=False) for text in facts.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A word or phrase looked for in one place only."""

    name: FieldName
    text: str
    is_phrase: bool = False
    """Whether it was quoted: its last word is then whole."""

    def matches(self, facts: Facts) -> bool:
        """Whether that place holds it."""
        item, wanted = facts.item, self.text.lower()
        match self.name:
            case "tag":
                return any(wanted == tag.lower() for tag in item.tags)
            case "cat":
                return any(_is_or_is_under(c.lower(), wanted, ".") for c in item.entry.categories)
            case "haul":
                return any(_is_or_is_under(slug.lower(), wanted, "-") for slug in item.covered)
            case "link":
                named = resolve(self.text)
                return wanted in item.entry.link.lower() or any(
                    name in item.work.aliases for name in named
                )
            case "feed" if self.text.isdecimal() and not self.is_phrase:
                return any(seen.feed_id == int(self.text) for seen in item.work.sightings)
            case _:
                return any(self._is_in(text) for text in self._places(facts))

    def _places(self, facts: Facts) -> Iterable[str]:
        """Return the texts of the place that is looked in."""
        entry = facts.item.entry
        match self.name:
            case "title":
                return (to_unicode(entry.title),)
            case "author":
                return entry.authors
            case "abstract":
                return (to_unicode(entry.abstract),)
            case "note":
                return (facts.note or "",)
            case "feed":
                return facts.feed_titles
            case _:
                return facts.lanes

    def _is_in(self, text: str) -> bool:
        """Whether one text holds it."""
        wanted = tokens(self.text)
        if not wanted:
            return self.text in text
        return _holds(text, wanted, is_prefix=not self.is_phrase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A state an item is in or not."""

    name: FlagName

    def matches(self, facts: Facts) -> bool:
        """Whether the item is in it."""
        item = facts.item
        announce = strongest(seen.announce for seen in item.work.sightings)
        match self.name:
            case "unread":
                return not (item.is_read or item.is_muted)
            case "read":
                return item.is_read
            case "starred":
                return item.is_starred
            case "noted":
                return bool(facts.note and facts.note.strip())
            case "skipped":
                return item.is_skipped
            case "covered":
                return bool(item.covered)
            case "new":
                return announce == "new"
            case "cross":
                return announce == "cross"
            case "replaced":
                return announce in ("replace", "replace-cross") or len(item.work.versions) > 1
            case "withdrawn":
                return is_withdrawn(item.entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A stretch of time that the item's date falls into: ``since:``, ``before:`` or ``on:``."""

    side: DateSide
    start: datetime | None
    """The first moment inside; None for no beginning."""
    end: datetime | None
    """The first moment after; None for no end."""

    def matches(self, facts: Facts) -> bool:
        """Whether the item's date lies within."""
        date = dated(facts.item)
        return (self.start is None or self.start <= date) and (self.end is None or date < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regex:
    """A regular expression of Python's, blind to case."""

    pattern: re.Pattern[str]

    def matches(self, facts: Facts) -> bool:
        """Whether it is found in any of the item's texts."""
        return any(self.pattern.search(text) for text in facts.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """What must not match."""

    node: Node

    def matches(self, facts: Facts) -> bool:
        """Whether the part does not match."""
        return not self.node.matches(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """Parts that must all match; none of them matches everything."""

    nodes: tuple[Node, ...]

    def matches(self, facts: Facts) -> bool:
        """Whether every part matches."""
        return all(node.matches(facts) for node in self.nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Parts of which one must match."""

    nodes: tuple[Node, ...]

    def matches(self, facts: Facts) -> bool:
        """Whether any part matches."""
        return any(node.matches(facts) for node in self.nodes)


Node: TypeAlias = Word | Phrase | Field | Flag | Dated | Regex | Not | And | Or


def _holds(text: str, wanted: Tokens, *, is_prefix: bool) -> bool:
    """Whether `wanted` stands in a row in a text, its last perhaps as a beginning."""
    if not text.isascii():
        return _stand_in(tokens(text), wanted, is_prefix=is_prefix)
    lower = text.lower()
    if wanted[0] not in lower:
        return False
    row = _row(wanted, is_prefix)
    found = row.search(lower)
    while found is not None:
        start = found.start()
        if start == 0 or not lower[start - 1].isalnum():
            return True
        found = row.search(lower, start + 1)
    return False


@lru_cache(maxsize=64)
def _row(wanted: Tokens, is_prefix: bool) -> re.Pattern[str]:
    """What finds words in a row in an ASCII text in lower case, all but where the first begins.

    It begins with plain letters, which are found many times as fast as the beginning of a word.
    """
    row = "[^a-z0-9]+".join(map(re.escape, wanted))
    return re.compile(row if is_prefix else row + "(?![a-z0-9])")


def _stand_in(words: Tokens, wanted: Tokens, *, is_prefix: bool) -> bool:
    """Whether `wanted` stands in a row in `words`, its last perhaps as a beginning."""
    *head, last = wanted
    length = len(wanted)
    for at in range(len(words) - length + 1):
        end = words[at + length - 1]
        if (end.startswith(last) if is_prefix else end == last) and (
            not head or list(words[at : at + length - 1]) == head
        ):
            return True
    return False


def _is_or_is_under(name: str, wanted: str, separator: str) -> bool:
    """Whether a name is the one wanted or one below it: ``cs.CL`` is under ``cs``."""
    return name == wanted or name.startswith(wanted + separator)
