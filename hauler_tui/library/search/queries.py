"""The answers to a query: its beginning at once, all of it as soon as it is known.

What the index has seen is a set of its parts' sets (``bounds``); where those are not exact, the
texts of the items are read, the newest first. Items the index has not seen are asked one by one,
the latest first, and join the answer where their dates put them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from hauler_tui.domain.query import And, Facts, Node, Query, Word, tokens
from hauler_tui.library.search.bounds import (
    Bound,
    Bounds,
    Personal,
    expressions,
    is_one_short,
    is_personal,
    matches,
    term,
)
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Contents
from hauler_tui.library.search.masks import Mask
from hauler_tui.library.search.ordering import Found, Unindexed, in_order, scored_words

Stop = Callable[[], bool]

_FIRST = 200
"""Items of the first answer: several screens."""
_LOOKED_AT = 20_000
"""Items with the right words that are looked at for the first answer."""
_READ_AT_ONCE = 128
"""Texts read between two looks at whether the answer is still wanted."""
_FEW = 256
"""Waiting items that are looked at before the first answer."""


def answers(
    query: Query | None,
    index: Index,
    waiting: Iterable[int],
    personal: Personal,
    works: Unindexed,
    stop: Stop,
) -> Iterator[array[int]]:
    """Beginnings of what a query finds, each longer and in its order, the last one complete.

    ``waiting`` are the items the index has not seen as they are. None finds everything that was
    neither skipped nor muted. When ``stop`` says so the last one holds what was found so far.
    """
    # What waits was asked before: an item that leaves it meanwhile is in the contents already.
    latest = sorted(waiting, reverse=True)
    first = None if query is not None or latest else _first_of_all(index, personal)
    if first is not None:
        yield first
    contents = index.contents()
    below = max(contents.order.below, max(latest, default=0) + 1)
    search = _Search(query, index, contents, personal, works, stop, below)
    search.shown = 0 if first is None else len(first)
    yield from search.answers(latest)


def _first_of_all(index: Index, personal: Personal) -> array[int] | None:
    """The first of everything that was not skipped, at the cost of what is looked at."""
    newest = index.newest_of_all(2 * _FIRST)
    if newest is None:
        return None
    hidden, is_skipped = personal.hidden or (), personal.marks.is_skipped
    found = (each for each in newest if each not in hidden and not is_skipped(each))
    first = array("Q", islice(found, _FIRST))
    return first if len(first) == _FIRST else None


class _Search:
    """One search in one state of the library."""

    def __init__(
        self,
        query: Query | None,
        index: Index,
        contents: Contents,
        personal: Personal,
        works: Unindexed,
        stop: Stop,
        below: int,
    ) -> None:
        self._query = query
        self._index = index
        self._contents = contents
        self._works = works
        self._stop = stop
        self._below = below
        self._bounds = Bounds(index, contents, personal, below)
        self._hidden = self._bounds.hidden()
        if query is None:
            self._hidden |= self._bounds.skipped() | self._bounds.muted()
        self._expressions = () if query is None else tuple(dict.fromkeys(expressions(query.node)))
        self._tried: dict[str, set[int]] = {pattern: set() for pattern in self._expressions}
        self._is_by_date = query is None or query.sort in (None, "date")
        self.shown = 0
        """How many items the longest answer so far has."""

    def answers(self, latest: list[int]) -> Iterator[array[int]]:
        """The answers; ``latest`` waits for the index, the newest first."""
        waiting = Mask.of(latest, below=self._below)
        unwanted = self._hidden | waiting
        if self._is_by_date and self._query is not None:
            yield from self._first(self._query.node, unwanted)
        bound = self._bound()
        mask = bound.mask - unwanted
        found = Found(indexed=mask)
        if not bound.is_exact:
            found = Found(indexed=Mask())
            if not self.shown:
                yield array("Q")  # what is to come takes reading
            for found in self._read(bound, mask):
                yield from self._grown(found)
        elif len(latest) > _FEW:
            yield from self._grown(found)
        if latest:
            indexed = found.indexed
            for found in self._asked(latest, indexed, bound):
                yield from self._grown(found)
        yield from self._in_order(found)

    def _bound(self) -> Bound:
        if self._query is None:
            return Bound(And(nodes=()), self._bounds.everything)
        return self._bounds.of(self._query.node)

    def _first(self, node: Node, unwanted: Mask) -> Iterator[array[int]]:
        """The items that came last, where one question to the full-text table finds them."""
        parts = node.nodes if isinstance(node, And) else (node,)
        terms = [each for part in parts if (each := _only_term(part)) is not None]
        others = tuple(part for part in parts if _only_term(part) is None)
        if not terms or not all(map(_is_quick, others)):
            return
        wanted = self._bounds.of(And(nodes=others)).mask - unwanted
        members = wanted.to_bytes(below=self._below)
        newest: list[int] = []
        looked_at = 0
        for found in self._index.newest(" AND ".join(terms), self._contents):
            newest += [each for each in found if each < self._below and members[each]]
            looked_at += len(found)
            if len(newest) >= _FIRST or looked_at > _LOOKED_AT or self._stop():
                break
        if newest:
            yield self._index.by_date(newest[:_FIRST])

    def _read(self, bound: Bound, mask: Mask) -> Iterator[Found]:
        """What of a bound is found by reading its texts, newest first, more and more."""
        members = bytearray(self._below)
        matches = bound.judge(self._below, self._tried)
        count = due = 0
        for part in self._contents.order.selected(mask.to_bytes(below=self._below)):
            for start in range(0, len(part), _READ_AT_ONCE):
                ids = part[start : start + _READ_AT_ONCE]
                if self._stop() or not self._try(ids, ()):
                    yield Found(indexed=Mask.from_bytes(members))
                    return
                for item_id in ids:
                    facts = self._works.said(item_id)
                    if facts is not None and matches(item_id, facts):
                        members[item_id] = 1
                        count += 1
                if count > due:
                    due = 2 * count
                    yield Found(indexed=Mask.from_bytes(members))
        yield Found(indexed=Mask.from_bytes(members))

    def _asked(self, latest: list[int], indexed: Mask, bound: Bound) -> Iterator[Found]:
        """The same with what matches of the waiting items, more and more of them."""
        query = self._query
        is_known = query is None or is_personal(query.node)
        known = bound.mask.to_bytes(below=self._below) if is_known else b""
        hidden = self._hidden.to_bytes(below=self._below)
        matching: list[int] = []
        due = _FEW
        for start in range(0, len(latest), _READ_AT_ONCE):
            if start and self._stop():
                break
            if start >= due:
                due *= 4
                yield Found(indexed=indexed, waiting=tuple(matching))
            some = [each for each in latest[start : start + _READ_AT_ONCE] if not hidden[each]]
            if query is None or is_known:
                matching += [each for each in some if known[each]]
                continue
            facts = [told for each in some if (told := self._works.facts(each)) is not None]
            if not self._try((), facts):
                break
            matching += [told.item.id for told in facts if matches(query.node, told, self._tried)]
        yield Found(indexed=indexed, waiting=tuple(matching))

    def _try(self, item_ids: Sequence[int], whole: Sequence[Facts]) -> bool:
        """Try the regular expressions of the query on some texts; False when that was stopped."""
        if self._expressions and (item_ids or whole):
            found = self._works.tried(self._expressions, item_ids, whole, self._stop)
            if found is None:
                return False
            self._tried.update(zip(self._expressions, found, strict=True))
        return True

    def _grown(self, found: Found) -> Iterator[array[int]]:
        """An answer that is not the last, where it is longer and in the order asked for."""
        count = len(found.indexed) + len(found.waiting)
        if self._is_by_date and count > self.shown:
            self.shown = count
            yield self._whole(found)

    def _in_order(self, found: Found) -> Iterator[array[int]]:
        """The last answer; its beginning before it, where the rest takes a while."""
        ids = array("Q")
        for piece in self._pieces(found):
            if len(ids) < _FIRST <= len(ids) + len(piece) and not self.shown:
                yield (ids + piece)[:_FIRST]
            ids += piece
        yield ids

    def _whole(self, found: Found) -> array[int]:
        ids = array("Q")
        for piece in self._pieces(found):
            ids += piece
        return ids

    def _pieces(self, found: Found) -> Iterator[array[int]]:
        query = self._query

        def scored() -> Iterator[Mask]:
            return self._bounds.words_in_titles(() if query is None else scored_words(query))

        return in_order(query, self._index, self._contents, scored, found, self._works)


def _only_term(node: Node) -> str | None:
    """A bare word as the full-text table is asked for it, where the table alone knows."""
    if not isinstance(node, Word):
        return None
    words = tokens(node.text)
    return term(words[0], is_prefix=True) if is_one_short(words) else None


def _is_quick(node: Node) -> bool:
    """Whether a part takes no full-text table and no texts."""
    return is_personal(node)
