"""The query language of the filter box, saved views, bulk verbs and the command line."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal, NoReturn, TypeAlias, cast, get_args

from hauler_tui.domain.query_dates import span_of
from hauler_tui.domain.query_terms import (
    And,
    Dated,
    DateSide,
    Facts,
    Field,
    FieldName,
    Flag,
    FlagName,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Word,
    dated,
    is_withdrawn,
    tokens,
)
from hauler_tui.domain.text import clean_line, visible
from hauler_tui.errors import UsageError

__all__ = [
    "And",
    "Dated",
    "Facts",
    "Field",
    "Flag",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Query",
    "QueryError",
    "Regex",
    "Sort",
    "Word",
    "dated",
    "is_withdrawn",
    "parse",
    "tokens",
]

Sort: TypeAlias = Literal["date", "score", "title"]

_FIELDS: tuple[str, ...] = get_args(FieldName)
_FLAGS: tuple[str, ...] = get_args(FlagName)
_SIDES: tuple[str, ...] = get_args(DateSide)
_SORTS: tuple[str, ...] = get_args(Sort)
_ORDERS = " ".join(f"sort:{order}" for order in _SORTS)
_NAMES = (*_FIELDS, "is", *_SIDES, "sort")
_ALIAS_KINDS = ("arxiv", "doi", "pmid", "openreview", "url", "http", "https")
_DEEPEST = 50
_LONGEST = 10_000
_SHOWN = 72
"""Characters of a long query shown above the caret."""

_QUOTES = {'"': '"', "“": "”", "„": "“"}
_NAMED = re.compile(r"([A-Za-z-]{1,20}):")


class QueryError(UsageError):
    """A query was not understood; the message shows where, with a caret."""

    def __init__(self, reason: str, text: str, position: int, hint: str = "") -> None:
        # The words of the query stand in the reason, with whatever they hold.
        reason = clean_line(reason)
        shown, column = _window(text, position)
        super().__init__(f"{reason}\n  {shown}\n  {' ' * column}^", hint)
        self.reason = reason
        """What is wrong, without the picture."""
        self.position = position
        """The index of the character in the query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query that was understood."""

    text: str
    """As typed."""
    node: Node
    sort: Sort | None = None
    """The order asked for, if any."""

    def matches(self, facts: Facts) -> bool:
        """Whether an item is one of those asked for."""
        return self.node.matches(facts)

    def words(self) -> tuple[tuple[str, bool], ...]:
        """Return words that every match holds, each with whether it is only a beginning.

        They are folded as `tokens` folds; empty when none is certain.
        """
        return tuple(dict.fromkeys(_certain(self.node)))


def parse(text: str, now: datetime) -> Query:
    """Return what a query means; `now` is what ``today`` and ``7d`` count from, in its zone.

    Raises QueryError, whose message shows the character at fault.
    """
    if len(text) > _LONGEST:
        reason = f"a query may be {_LONGEST} characters long"
        raise QueryError(reason, text, _LONGEST, "ask for less")
    return _Parser(text, now).query()


class _Parser:
    """One reading of one query, from left to right."""

    def __init__(self, text: str, now: datetime) -> None:
        self._text = text
        self._now = now
        self._at = 0
        self._depth = 0
        self._sort: Sort | None = None

    def query(self) -> Query:
        """Read the whole text."""
        node = self._any_of()
        if self._at < len(self._text):
            self._fail("this ) closes nothing", hint="take it out, or put ( where it begins")
        return Query(text=self._text, node=node, sort=self._sort)

    def _any_of(self) -> Node:
        """Read parts with ``or`` between them, as far as the end or a closing parenthesis."""
        parts: list[Node] = []
        while True:
            start = self._at
            part, is_empty = self._all_of()
            ended_by_or = self._operator("or")
            if is_empty and (ended_by_or is not None or parts):
                at = start if ended_by_or is None else ended_by_or
                hint = 'write it like beetles or zebras; the word itself is "or"'
                self._fail("or needs something on both sides", self._or_position(at), hint)
            parts.append(part)
            if ended_by_or is None:
                return parts[0] if len(parts) == 1 else Or(nodes=tuple(parts))
            self._at = ended_by_or + 2

    def _or_position(self, at: int) -> int:
        """Return where the ``or`` stands that something is missing beside."""
        found = self._text.lower().rfind("or", 0, at + 2)
        return max(found, 0)

    def _all_of(self) -> tuple[Node, bool]:
        """Read parts that must all match; also say whether there was nothing at all."""
        parts: list[Node] = []
        start = self._at
        while True:
            self._skip_space()
            if self._at >= len(self._text) or self._text[self._at] == ")":
                break
            if self._operator("or") is not None:
                break
            both = self._operator("and")
            if both is not None:
                self._at = both + 3
                continue
            part = self._part()
            if part is not None:
                parts.append(part)
        is_empty = not self._text[start : self._at].strip()
        return (parts[0] if len(parts) == 1 else And(nodes=tuple(parts))), is_empty

    def _operator(self, name: str) -> int | None:
        """Return where the operator stands if it comes next."""
        end = self._at + len(name)
        if self._text[self._at : end].lower() != name:
            return None
        after = self._text[end : end + 1]
        return self._at if not after or after.isspace() or after in "()" else None

    def _skip_space(self) -> None:
        """Go to the next character that is not white space."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _part(self) -> Node | None:
        """Read one part; None for one that says only how to sort."""
        start = self._at
        negations = 0
        while self._text[self._at] == "-" and self._text[self._at + 1 : self._at + 2].strip():
            if self._text[self._at + 1] == ")":
                break
            negations += 1
            self._at += 1
        sort_before = self._sort
        part = self._atom()
        if part is None and negations:
            self._sort = sort_before
            self._fail("sort: cannot be negated", start, f"there are {_ORDERS}")
        if part is None or negations % 2 == 0:
            return part
        return Not(node=part)

    def _atom(self) -> Node | None:
        """Read a part without its minus signs."""
        start = self._at
        character = self._text[start]
        if character == "(":
            return self._group()
        if character in _QUOTES:
            return Phrase(text=self._quoted())
        if character == "/" and self._regex_end(start) is not None:
            return self._regex()
        named = _NAMED.match(self._text, start)
        if named:
            name = named.group(1).lower()
            if name in _ALIAS_KINDS and self._text[named.end() : named.end() + 1].strip():
                return Field(name="link", text=self._bare())
            if name in _NAMES:
                self._at = named.end()
                return self._named(name, start)
            if self._text[named.end() : named.end() + 1].strip():
                self._unknown("field", named.group(1), _NAMES, start, suffix=":")
        return Word(text=self._bare())

    def _group(self) -> Node:
        """Read a part in parentheses."""
        start = self._at
        self._depth += 1
        if self._depth > _DEEPEST:
            self._fail(f"parentheses may be {_DEEPEST} deep", hint="ask for less at once")
        self._at += 1
        node = self._any_of()
        if self._at >= len(self._text):
            self._fail("this ( is never closed", start, "put ) where it ends, or take it out")
        self._at += 1
        self._depth -= 1
        return node

    def _quoted(self) -> str:
        """Read a text in quotes."""
        start = self._at
        closing = _QUOTES[self._text[start]]
        ends = [at for at in (self._text.find(q, start + 1) for q in {closing, '"'}) if at > 0]
        if not ends:
            self._fail("this quote is never closed", start, f"put {closing} where it ends")
        self._at = min(ends) + 1
        return self._text[start + 1 : self._at - 1]

    def _bare(self) -> str:
        """Read to the next white space or to a parenthesis that closes a group."""
        start = self._at
        opened = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if character.isspace() or (character == ")" and opened == 0):
                break
            opened += (character == "(") - (character == ")")
            self._at += 1
        return self._text[start : self._at]

    def _regex_end(self, start: int) -> int | None:
        """Return where the closing slash of a regular expression stands."""
        at = start + 1
        while at < len(self._text):
            if self._text[at] == "\\":
                at += 1
            elif self._text[at] == "/":
                after = self._text[at + 1 : at + 2]
                if at > start + 1 and (not after or after.isspace() or after == ")"):
                    return at
            at += 1
        return None

    def _regex(self) -> Node:
        """Read a regular expression between slashes."""
        start = self._at
        end = self._regex_end(start)
        assert end is not None
        pattern = self._text[start + 1 : end].replace("\\/", "/")
        self._at = end + 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return Regex(pattern=re.compile(pattern, re.IGNORECASE))
        except re.error as error:
            at = start + 1 + (error.pos or 0)
            hint = "put \\ before a sign that means itself"
            self._fail(f"not a regular expression: {error.msg}", at, hint)
        except (RecursionError, OverflowError, ValueError):
            self._fail("this regular expression is too large", start, "ask for less at once")

    def _named(self, name: str, start: int) -> Node | None:
        """Read what follows ``name:``."""
        value_at = self._at
        is_phrase = self._text[self._at : self._at + 1] in _QUOTES and self._at < len(self._text)
        value = self._quoted() if is_phrase else self._bare()
        if not value.strip():
            example = {"is": "unread", "sort": "date"}.get(name, "7d" if name in _SIDES else "word")
            hint = f"write it like {name}:{example}"
            self._fail(f"{name}: needs a word right after it", value_at, hint)
        if name == "is":
            if value.lower() not in _FLAGS:
                self._unknown("state", value, _FLAGS, value_at)
            return Flag(name=cast(FlagName, value.lower()))
        if name == "sort":
            if value.lower() not in _SORTS:
                self._unknown("order", value, _SORTS, value_at)
            if self._sort is not None:
                self._fail("sort: may stand once", start, "take one of them out")
            self._sort = cast(Sort, value.lower())
            return None
        if name in _SIDES:
            return self._dated(cast(DateSide, name), value, value_at)
        return Field(name=cast(FieldName, name), text=value, is_phrase=is_phrase)

    def _dated(self, side: DateSide, value: str, value_at: int) -> Node:
        """Return what a date after ``since:``, ``before:`` or ``on:`` means."""
        span = span_of(value, self._now)
        if span is None:
            self._fail(
                f"not a date: {visible(value)}",
                value_at,
                hint="a date is like 2026-11-01, 2026-11, today, yesterday, 7d, 2w, 3m or 1y",
            )
        start, end = span
        if side == "since":
            return Dated(side=side, start=start, end=None)
        if side == "before":
            return Dated(side=side, start=None, end=start)
        return Dated(side=side, start=start, end=end)

    def _unknown(
        self, what: str, name: str, known: tuple[str, ...], at: int, suffix: str = ""
    ) -> NoReturn:
        """Say that there is no such name, and which there are."""
        near = get_close_matches(name.lower(), known, n=1)
        hint = f"did you mean {near[0]}{suffix}?" if near else ""
        hint = hint or "there are " + " ".join(each + suffix for each in known)
        self._fail(f"no such {what}: {visible(name)}", at, hint)

    def _fail(self, reason: str, at: int | None = None, hint: str = "") -> NoReturn:
        """Raise QueryError for the character at `at`, else for the one read next."""
        raise QueryError(reason, self._text, self._at if at is None else at, hint)


def _certain(node: Node) -> Iterator[tuple[str, bool]]:
    """Yield words that must occur wherever a node matches."""
    match node:
        case And(nodes=nodes):
            for part in nodes:
                yield from _certain(part)
        case Word(text=text):
            yield from _with_prefix(tokens(text), is_prefix=True)
        case Phrase(text=text):
            yield from _with_prefix(tokens(text), is_prefix=False)
        case Field(name="title" | "author" | "abstract" | "note", text=text, is_phrase=whole):
            yield from _with_prefix(tokens(text), is_prefix=not whole)
        case _:
            return


def _with_prefix(words: tuple[str, ...], *, is_prefix: bool) -> Iterator[tuple[str, bool]]:
    """Yield words, of which only the last may be a beginning."""
    for place, word in enumerate(words, 1):
        yield word, is_prefix and place == len(words)


def _window(text: str, position: int) -> tuple[str, int]:
    """Return the part of a query around a character, and the column the character is drawn in."""
    position = min(position, len(text))
    first = 0 if len(text) <= _SHOWN else max(0, position - _SHOWN // 2)
    lead = _drawn(text[first:position])
    shown = lead + _drawn(text[position : first + _SHOWN])
    if first:
        shown, lead = "…" + shown, "…" + lead
    if first + _SHOWN < len(text):
        shown += "…"
    return shown, sum(map(_cells, lead))


def _drawn(text: str) -> str:
    """Return a piece of a query on one line."""
    return visible(text).replace("\n", " ").replace("\t", " ")


def _cells(character: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
