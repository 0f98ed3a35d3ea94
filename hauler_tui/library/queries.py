"""Which items a query finds: sets from the index and from memory, the query itself as the judge.

Each part of a query becomes a set of items that certainly holds every match; where the set is
known to be exact nothing else is asked. What is left is decided by ``Query.matches``, which reads
the work from the log. Items the index has not seen are always decided that way.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce

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
    Query,
    Word,
    tokens,
)
from hauler_tui.library.index import Index, placeholders, ticks
from hauler_tui.library.issues import Issues
from hauler_tui.library.notes import Notes
from hauler_tui.library.ordering import Unindexed, in_order
from hauler_tui.library.read_marks import Marks, ReadMarks

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = Item(
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What the person did, from memory."""

    marks: Marks
    read_marks: ReadMarks
    notes: Notes
    issues: Issues
    feed_titles: Callable[[Iterable[int]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Bound:
    """A set that holds every indexed item a part of a query matches; None is all of them."""

    ids: frozenset[int] | None
    is_exact: bool = True
    """Whether it holds nothing else."""


_ANYTHING = Bound(None, is_exact=False)


class Bounds:
    """The bound of each part of one query."""

    def __init__(
        self, index: Index, personal: Personal, waiting: frozenset[int] = frozenset()
    ) -> None:
        self._index = index
        self._personal = personal
        self._waiting = waiting
        self._everything: frozenset[int] | None = None

    def everything(self) -> frozenset[int]:
        """Every indexed item, with those that wait where they count."""
        if self._everything is None:
            self._everything = self._ask("SELECT id FROM rows") | self._waiting
        return self._everything

    def of(self, node: Node) -> Bound:
        """The bound of a part."""
        match node:
            case And(nodes=nodes):
                return self._all_of([self.of(part) for part in nodes])
            case Or(nodes=nodes):
                parts = [self.of(part) for part in nodes]
                is_exact = all(bound.is_exact for bound in parts)
                if any(bound.ids is None for bound in parts):
                    return Bound(None, is_exact)
                return Bound(frozenset().union(*map(self._ids, parts)), is_exact)
            case Not(node=part):
                bound = self.of(part)
                if not bound.is_exact:
                    return _ANYTHING
                return Bound(self.everything() - self._ids(bound))
            case Word(text=text):
                return self._holding(tokens(text), is_prefix=True)
            case Phrase(text=text):
                return self._holding(tokens(text), is_prefix=False)
            case Dated():
                return self._dated(node)
            case Flag():
                return self._flagged(node)
            case Field():
                return self._in_field(node)
            case _:
                return _ANYTHING

    def words_in_titles(self, words: Iterable[tuple[str, bool]]) -> Iterator[frozenset[int]]:
        """For each word, the indexed items whose title holds it."""
        for word, is_prefix in words:
            yield self._in_column("title", _term(word, is_prefix=is_prefix))

    def _ids(self, bound: Bound) -> frozenset[int]:
        return self.everything() if bound.ids is None else bound.ids

    def _all_of(self, parts: list[Bound]) -> Bound:
        is_exact = all(part.is_exact for part in parts)
        sets = sorted((part.ids for part in parts if part.ids is not None), key=len)
        if not sets:
            return Bound(None, is_exact)
        return Bound(reduce(frozenset.intersection, sets), is_exact)

    def _holding(self, words: tuple[str, ...], *, is_prefix: bool) -> Bound:
        """Items that hold every one of the words somewhere, only the last as a beginning."""
        if not words:
            return _ANYTHING
        bounds = []
        for place, word in enumerate(words, 1):
            term = _term(word, is_prefix=is_prefix and place == len(words))
            said = self._ask(
                "SELECT id FROM rows WHERE text_id IN"
                " (SELECT rowid FROM words WHERE words MATCH ?)",
                term,
            )
            bounds.append(Bound(said | self._in_column("{tags note}", term)))
        return Bound(self._all_of(bounds).ids, is_exact=_is_one_short(words))

    def _dated(self, node: Dated) -> Bound:
        start = None if node.start is None else ticks(node.start)
        end = None if node.end is None else ticks(node.end)
        return Bound(
            self._ask(
                "SELECT id FROM rows"
                " WHERE (?1 IS NULL OR date >= ?1) AND (?2 IS NULL OR date < ?2)",
                start,
                end,
            )
        )

    def _flagged(self, node: Flag) -> Bound:
        mine = self._personal
        match node.name:
            case "starred":
                return Bound(frozenset(mine.marks.starred.copy()))
            case "skipped":
                return Bound(frozenset(mine.marks.skipped.copy()))
            case "noted":
                return Bound(frozenset(i for i in mine.notes.ids() if mine.notes.has_words(i)))
            case "covered":
                return Bound(
                    frozenset(i for i in mine.issues.covered_ids() if mine.issues.covered(i))
                )
            case "read":
                return Bound(frozenset(i for i in self.everything() if i in mine.read_marks))
            case "unread":
                return Bound(frozenset(i for i in self.everything() if i not in mine.read_marks))
            case "new" | "cross":
                return Bound(self._ask("SELECT id FROM rows WHERE announce = ?", node.name))
            case "replaced":
                return Bound(
                    self._ask(
                        "SELECT id FROM rows WHERE versions > 1"
                        " OR announce IN ('replace', 'replace-cross')"
                    )
                )
            case "withdrawn":
                return Bound(self._ask("SELECT id FROM rows WHERE is_withdrawn"))

    def _in_field(self, node: Field) -> Bound:
        mine = self._personal
        match node.name:
            case "title" | "author" | "note":
                words = tokens(node.text)
                if not words:
                    return _ANYTHING
                terms = _terms(words, is_prefix=not node.is_phrase)
                found = [self._in_column(_COLUMNS[node.name], term) for term in terms]
                return Bound(reduce(frozenset.intersection, found), _is_one_short(words))
            case "abstract":
                bound = self._holding(tokens(node.text), is_prefix=not node.is_phrase)
                return Bound(bound.ids, is_exact=False)
            case "tag":
                tagged = mine.marks.tags.copy().items()
                return self._asking(node, ((i, Facts(item=_tagged(tags))) for i, tags in tagged))
            case "haul":
                covered = ((i, mine.issues.covered(i)) for i in mine.issues.covered_ids())
                return self._asking(
                    node, ((i, Facts(item=_covered(slugs))) for i, slugs in covered)
                )
            case "lane":
                placed = mine.issues.placed_ids()
                return self._asking(
                    node, ((i, Facts(item=_BLANK, lanes=mine.issues.lanes(i))) for i in placed)
                )
            case "feed":
                return self._through_feed(node)
            case "cat":
                wanted = node.text.lower()
                return Bound(
                    self._ask(
                        "SELECT id FROM rows WHERE instr(categories, char(10) || ?1 || char(10))"
                        " OR instr(categories, char(10) || ?1 || '.')",
                        wanted,
                    ),
                    is_exact="\n" not in wanted,
                )
            case "link":
                named = resolve(node.text)
                return Bound(
                    self._ask(
                        "SELECT id FROM rows WHERE instr(link, ?) UNION"
                        f" SELECT item_id FROM aliases WHERE alias IN ({placeholders(named)})",
                        node.text.lower(),
                        *named,
                    )
                )

    def _through_feed(self, node: Field) -> Bound:
        feeds = {
            int(number)
            for (row,) in self._index.read("SELECT DISTINCT feeds FROM rows")
            for number in row.split()
        }
        if node.text.isdecimal() and not node.is_phrase:
            wanted = feeds & {int(node.text)}
        else:
            titles = ((i, self._personal.feed_titles((i,))) for i in feeds)
            wanted = {
                i for i, title in titles if node.matches(Facts(item=_BLANK, feed_titles=title))
            }
        found: frozenset[int] = frozenset()
        for feed_id in wanted:
            found |= self._ask(
                "SELECT id FROM rows WHERE instr(' ' || feeds || ' ', ?)", f" {feed_id} "
            )
        return Bound(found)

    def _asking(self, node: Field, candidates: Iterable[tuple[int, Facts]]) -> Bound:
        """The items about which the part itself says yes, told only what it asks for."""
        return Bound(frozenset(item_id for item_id, facts in candidates if node.matches(facts)))

    def _in_column(self, column: str, term: str) -> frozenset[int]:
        return self._ask("SELECT rowid FROM names WHERE names MATCH ?", f"{column} : {term}")

    def _ask(self, sql: str, *values: object) -> frozenset[int]:
        return frozenset(item_id for (item_id,) in self._index.read(sql, *values))


def select(
    query: Query | None,
    index: Index,
    waiting: frozenset[int],
    personal: Personal,
    works: Unindexed,
    stop: Callable[[], bool],
) -> array[int]:
    """The items a query finds in the order it asks for, newest first by default.

    ``waiting`` are the items the index has not seen as they are. None finds everything that was
    not skipped. Ends early with what it has when ``stop`` says so.
    """
    skipped = personal.marks.skipped.copy()
    if query is None and not waiting:
        ordered = index.read("SELECT id FROM rows ORDER BY date DESC, id DESC")
        return array("Q", (i for (i,) in ordered if i not in skipped))
    if query is None or _is_personal(query.node):
        bounds = Bounds(index, personal, waiting)
        bound = Bound(None) if query is None else bounds.of(query.node)
        found = set(bounds.everything() if bound.ids is None else bound.ids)
        if query is None:
            found -= skipped
    else:
        bounds = Bounds(index, personal)
        bound = bounds.of(query.node)
        found = set((bounds.everything() if bound.ids is None else bound.ids) - waiting)
        doubtful = waiting if bound.is_exact else waiting | found
        if not bound.is_exact:
            found = set()
        for count, item_id in enumerate(doubtful):
            if count % 64 == 0 and stop():
                break
            known = works.facts(item_id)
            if known is not None and query.matches(known):
                found.add(item_id)
    return in_order(query, index, bounds.words_in_titles, found, waiting & found, works)


def _is_personal(node: Node) -> bool:
    """Whether a part asks only for what the person did, which is in memory for every item."""
    match node:
        case Flag(name=name):
            return name in _PERSONAL
        case Not(node=part):
            return _is_personal(part)
        case And(nodes=nodes) | Or(nodes=nodes):
            return all(map(_is_personal, nodes))
        case _:
            return False


def _terms(words: tuple[str, ...], *, is_prefix: bool) -> list[str]:
    return [
        _term(word, is_prefix=is_prefix and place == len(words))
        for place, word in enumerate(words, 1)
    ]


def _term(word: str, *, is_prefix: bool) -> str:
    """One word as FTS5 is asked for it: https://www.sqlite.org/fts5.html#full_text_query_syntax."""
    return f'"{word[:_LONGEST_TOKEN]}"' + ("*" if is_prefix or len(word) > _LONGEST_TOKEN else "")


def _tagged(tags: tuple[str, ...]) -> Item:
    return replace(_BLANK, tags=tags)


def _covered(slugs: tuple[str, ...]) -> Item:
    return replace(_BLANK, covered=slugs)


def _is_one_short(words: tuple[str, ...]) -> bool:
    """Whether finding the word is the whole question: no order to check, and it was not cut."""
    return len(words) == 1 and len(words[0]) <= _LONGEST_TOKEN
