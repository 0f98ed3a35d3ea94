"""What each part of a query comes to as a set of items, from the index and from memory.

Where the set is known to be exact nothing else is asked. Else it holds every match, and the part
itself is asked about each, told only the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import resolve
from hauler_tui.domain.item import Item, Work
from hauler_tui.domain.query import (
    And,
    Dated,
    Facts,
    Field,
    Flag,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    Word,
    tokens,
)
from hauler_tui.library.issues import Issues
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Bitmaps, Marks, ReadMarks
from hauler_tui.library.search.index import Index, placeholders
from hauler_tui.library.search.indexfile import Contents
from hauler_tui.library.search.masks import NOTHING, Mask
from hauler_tui.library.search.prepared import category_facet, feed_facet, ticks

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BLANK = Item(
    id=0,
    work=Work(
        key="",
        aliases=(),
        entry=Entry(title="", link="", aliases=()),
        sightings=(),
        first_seen=_EPOCH,
    ),
)
_LONGEST_TOKEN = 200
"""Characters of a word the index is asked for; SQLite cuts words at some tens of thousands."""

_PERSONAL = ("read", "unread", "starred", "skipped", "noted", "covered")
_COLUMNS = {"title": "title", "author": "authors", "note": "note"}


def told_by(item_id: int, entry: Entry, tags: tuple[str, ...], note: str) -> Facts:
    """What the texts of an item tell, and nothing else."""
    seen = BLANK.work.first_seen
    work = Work(key="", aliases=(), entry=entry, sightings=(), first_seen=seen)
    return Facts(item=Item(id=item_id, work=work, tags=tags), note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What the person did, from memory."""

    marks: Marks
    read_marks: ReadMarks
    notes: Notes
    issues: Issues
    feed_ids: Callable[[], Iterable[int]]
    feed_titles: Callable[[Iterable[int]], tuple[str, ...]]
    hidden: Bitmaps | None = None
    """Items that no view shows."""


Judge: TypeAlias = Callable[[int, Facts], bool]


@dataclass(frozen=True, slots=True)
class Bound:
    """A set that holds every indexed item a part of a query matches.

    The parts that are sure come first, for a work is read only where they say yes.
    """

    node: Node
    mask: Mask
    is_exact: bool = True
    """Whether it holds nothing else."""
    parts: tuple[Bound, ...] = ()

    def judge(self, below: int, tried: Mapping[str, Container[int]]) -> Judge:
        """What says of an item in the set whether it matches, told the item's texts.

        ``tried`` names, for each regular expression, the items it is found in.
        """
        node, parts = self.node, [part.judge(below, tried) for part in self.parts]
        if self.is_exact:
            members = self.mask.to_bytes(below=below)
            return lambda item_id, facts: bool(members[item_id])
        match node:
            case And():
                return lambda item_id, facts: all(part(item_id, facts) for part in parts)
            case Or():
                return lambda item_id, facts: any(part(item_id, facts) for part in parts)
            case Not():
                return lambda item_id, facts: not parts[0](item_id, facts)
            case Regex(pattern=pattern):
                return lambda item_id, _: item_id in tried[pattern.pattern]
            case _:
                members = self.mask.to_bytes(below=below)
                return lambda item_id, facts: bool(members[item_id]) and node.matches(facts)


class Bounds:
    """The bound of each part of one query."""

    def __init__(self, index: Index, contents: Contents, personal: Personal, below: int) -> None:
        self._index = index
        self._contents = contents
        self._personal = personal
        self._below = below
        self.everything = Mask.from_bytes(bytes((1,)) * below)
        """Every id, whether there is such an item or not."""

    def of(self, node: Node) -> Bound:
        """The bound of a part."""
        match node:
            case And(nodes=nodes):
                parts = tuple(map(self.of, nodes))
                mask = reduce(and_, (part.mask for part in parts), self.everything)
                return Bound(node, mask, all(part.is_exact for part in parts), _sure_first(parts))
            case Or(nodes=nodes):
                parts = tuple(map(self.of, nodes))
                mask = reduce(or_, (part.mask for part in parts), NOTHING)
                return Bound(node, mask, all(part.is_exact for part in parts), _sure_first(parts))
            case Not(node=part):
                bound = self.of(part)
                mask = self.everything - bound.mask if bound.is_exact else self.everything
                return Bound(node, mask, bound.is_exact, (bound,))
            case Word(text=text):
                return self._holding(node, tokens(text), is_prefix=True)
            case Phrase(text=text):
                return self._holding(node, tokens(text), is_prefix=False)
            case Dated():
                start = None if node.start is None else ticks(node.start)
                end = None if node.end is None else ticks(node.end)
                return Bound(node, self._mask(self._contents.order.between(start, end)))
            case Flag():
                return Bound(node, self._flagged(node))
            case Field():
                return self._in_field(node)
            case _:
                return Bound(node, self.everything, is_exact=False)

    def words_in_titles(self, words: Iterable[tuple[str, bool]]) -> Iterator[Mask]:
        """For each word, the indexed items whose title holds it."""
        for word, is_prefix in words:
            yield self._named("title", term(word, is_prefix=is_prefix))

    def hidden(self) -> Mask:
        """The items that no view shows."""
        hidden = self._personal.hidden
        return NOTHING if hidden is None else hidden.mask(below=self._below)

    def skipped(self) -> Mask:
        """The items the person skipped."""
        return self._mask(self._personal.marks.skipped.copy())

    def muted(self) -> Mask:
        """The items that came only through muted feeds."""
        return self._personal.marks.muted.mask(below=self._below)

    def _holding(self, node: Node, words: tuple[str, ...], *, is_prefix: bool) -> Bound:
        """Items that hold every one of the words somewhere, only the last as a beginning."""
        if not words:
            return Bound(node, self.everything, is_exact=False)
        masks = (
            self._find("words", each) | self._named("{tags note}", each)
            for each in _terms(words, is_prefix=is_prefix)
        )
        return Bound(node, reduce(and_, masks), is_one_short(words))

    def _flagged(self, node: Flag) -> Mask:
        mine = self._personal
        match node.name:
            case "starred":
                return self._mask(mine.marks.starred.copy())
            case "skipped":
                return self.skipped()
            case "noted":
                return self._mask(i for i in mine.notes.ids() if mine.notes.has_words(i))
            case "covered":
                return self._mask(i for i in mine.issues.covered_ids() if mine.issues.covered(i))
            case "read":
                return mine.read_marks.mask(below=self._below)
            case "unread":
                return self.everything - mine.read_marks.mask(below=self._below) - self.muted()
            case "new" | "cross" | "replaced" | "withdrawn":
                return self._find("facets", f"is{node.name}")

    def _in_field(self, node: Field) -> Bound:
        mine = self._personal
        match node.name:
            case "title" | "author" | "note":
                words = tokens(node.text)
                if not words:
                    return Bound(node, self.everything, is_exact=False)
                masks = (
                    self._named(_COLUMNS[node.name], each)
                    for each in _terms(words, is_prefix=not node.is_phrase)
                )
                return Bound(node, reduce(and_, masks), is_one_short(words))
            case "abstract":
                bound = self._holding(node, tokens(node.text), is_prefix=not node.is_phrase)
                return replace(bound, is_exact=False)
            case "tag":
                tagged = mine.marks.tags.copy().items()
                return self._asking(
                    node, ((i, Facts(item=replace(BLANK, tags=tags))) for i, tags in tagged)
                )
            case "haul":
                covered = ((i, mine.issues.covered(i)) for i in mine.issues.covered_ids())
                return self._asking(
                    node, ((i, Facts(item=replace(BLANK, covered=slugs))) for i, slugs in covered)
                )
            case "lane":
                placed = mine.issues.placed_ids()
                return self._asking(
                    node, ((i, Facts(item=BLANK, lanes=mine.issues.lanes(i))) for i in placed)
                )
            case "feed":
                return Bound(node, self._through_feed(node))
            case "cat":
                return Bound(node, self._find("facets", category_facet(node.text.lower())))
            case "link":
                return Bound(node, self._linked(node))

    def _linked(self, node: Field) -> Mask:
        named = resolve(node.text)
        return self._mask(
            self._index.ids(
                "SELECT id FROM rows WHERE instr(link, ?) UNION"
                f" SELECT item_id FROM aliases WHERE alias IN ({placeholders(named)})",
                node.text.lower(),
                *named,
            )
        )

    def _through_feed(self, node: Field) -> Mask:
        if node.text.isdecimal() and not node.is_phrase:
            return self._find("facets", feed_facet(int(node.text)))
        titles = ((i, self._personal.feed_titles((i,))) for i in self._personal.feed_ids())
        wanted = [
            feed_facet(i)
            for i, title in titles
            if node.matches(Facts(item=BLANK, feed_titles=title))
        ]
        return self._find("facets", " OR ".join(wanted)) if wanted else NOTHING

    def _asking(self, node: Field, candidates: Iterable[tuple[int, Facts]]) -> Bound:
        """The items about which the part itself says yes, told only what it asks for."""
        return Bound(node, self._mask(i for i, facts in candidates if node.matches(facts)))

    def _named(self, column: str, match: str) -> Mask:
        return self._find("names", f"{column} : {match}")

    def _find(self, table: str, match: str) -> Mask:
        return self._index.holding(table, match, self._contents)

    def _mask(self, ids: Iterable[int]) -> Mask:
        return Mask.of(ids, below=self._below)


def expressions(node: Node) -> Iterator[str]:
    """The regular expressions in a part."""
    match node:
        case Regex(pattern=pattern):
            yield pattern.pattern
        case Not(node=part):
            yield from expressions(part)
        case And(nodes=nodes) | Or(nodes=nodes):
            for part in nodes:
                yield from expressions(part)


def matches(node: Node, facts: Facts, tried: Mapping[str, Container[int]]) -> bool:
    """Whether an item matches, where it is known which regular expressions are found in it."""
    match node:
        case Regex(pattern=pattern):
            return facts.item.id in tried[pattern.pattern]
        case Not(node=part):
            return not matches(part, facts, tried)
        case And(nodes=nodes):
            return all(matches(part, facts, tried) for part in nodes)
        case Or(nodes=nodes):
            return any(matches(part, facts, tried) for part in nodes)
        case _:
            return node.matches(facts)


def is_personal(node: Node) -> bool:
    """Whether a part asks only for what the person did, which is in memory for every item."""
    match node:
        case Flag(name=name):
            return name in _PERSONAL
        case Not(node=part):
            return is_personal(part)
        case And(nodes=nodes) | Or(nodes=nodes):
            return all(map(is_personal, nodes))
        case _:
            return False


def term(word: str, *, is_prefix: bool) -> str:
    """One word as FTS5 is asked for it: https://www.sqlite.org/fts5.html#full_text_query_syntax."""
    return f'"{word[:_LONGEST_TOKEN]}"' + ("*" if is_prefix or len(word) > _LONGEST_TOKEN else "")


def is_one_short(words: tuple[str, ...]) -> bool:
    """Whether finding the word is the whole question: no order to check, and it was not cut."""
    return len(words) == 1 and len(words[0]) <= _LONGEST_TOKEN


def _sure_first(parts: tuple[Bound, ...]) -> tuple[Bound, ...]:
    return tuple(sorted(parts, key=lambda part: not part.is_exact))


def _terms(words: tuple[str, ...], *, is_prefix: bool) -> Iterator[str]:
    for place, word in enumerate(words, 1):
        yield term(word, is_prefix=is_prefix and place == len(words))
