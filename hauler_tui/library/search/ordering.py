"""The order in which a view shows the items that a query found."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

from hauler_tui.domain.item import Work
from hauler_tui.domain.query import Facts, Query, tokens
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import sort_key
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Contents
from hauler_tui.library.search.listed import Listed
from hauler_tui.library.search.masks import Mask
from hauler_tui.library.search.order import AT_ONCE, Order
from hauler_tui.library.search.prepared import ticks

_FEW = 2000
"""Items that SQLite orders quicker than all of them are gone through."""
_SORTED_HERE = 20_000
"""Items of which the titles are fetched to sort them; for more all titles are sorted, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unindexed:
    """How to ask the log about items the index has not seen."""

    facts: Callable[[int], Facts | None]
    """Everything about an item; None where the log has none."""
    said: Callable[[int], Facts | None]
    """The texts of an item and nothing else; None where the log has none."""
    dates: Callable[[Iterable[int]], dict[int, datetime]]
    """When items appeared; those the log does not have are left out."""
    tried: Callable[
        [Sequence[str], Sequence[int], Iterable[Facts], Callable[[], bool]], list[set[int]] | None
    ]
    """The items regular expressions are found in, of some ids and some facts; None: stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a query found."""

    indexed: Mask
    """Items as the index knows them."""
    waiting: tuple[int, ...] = ()
    """Items the index has not seen as they are."""


def in_order(
    query: Query | None,
    index: Index,
    contents: Contents,
    scored: Callable[[], Iterable[Mask]],
    found: Found,
    works: Unindexed,
) -> Iterator[array[int]]:
    """What was found in the order a query asks for, in pieces.

    ``scored`` gives, for each word that counts, the indexed items whose title holds it.
    """
    sort = "date" if query is None or query.sort is None else query.sort
    if sort == "date" and not found.waiting and len(found.indexed) <= _FEW:
        yield index.by_date(list(found.indexed))
        return
    below = max(contents.order.below, max(found.waiting, default=0) + 1)
    order = contents.order
    members = (found.indexed | Mask.of(found.waiting, below=below)).to_bytes(below=below)
    if found.waiting:
        dated = [(ticks(date), each) for each, date in works.dates(found.waiting).items()]
        order = order.restricted(found.indexed.to_bytes(below=below)).merged((), dated)
    if query is None or sort == "date":
        yield from order.selected(members)
    elif sort == "title":
        yield from _by_title(index, contents, order, members, found, works)
    else:
        scores = bytearray(sum(mask.number for mask in scored()).to_bytes(below, "little"))
        for item_id in found.waiting:
            known = works.facts(item_id)
            scores[item_id] = 0 if known is None else _title_score(query, known.item.work)
        for score in range(len(scored_words(query)), -1, -1):
            level = bytes(value == score for value in range(256))
            held = Mask.from_bytes(scores.translate(level)) & Mask.from_bytes(members)
            yield from order.selected(held.to_bytes(below=below))


def _by_title(
    index: Index,
    contents: Contents,
    order: Order,
    members: bytes,
    found: Found,
    works: Unindexed,
) -> Iterator[array[int]]:
    if not found.waiting and len(found.indexed) > _SORTED_HERE:
        for start in range(0, len(ids := index.by_title(contents)), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            yield array("Q", compress(part, map(members.__getitem__, part)))
        return
    ids = array("Q")
    for part in order.selected(members):
        ids += part
    titles = dict(
        index.read(
            "SELECT id, sort_title FROM rows WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
    )
    for item_id in found.waiting:
        known = works.facts(item_id)
        if known is not None:
            titles[item_id] = sort_key(Listed.of(item_id, known.item.work).title)
    yield array("Q", sorted(ids, key=lambda item_id: titles.get(item_id, "")))


def scored_words(query: Query) -> tuple[tuple[str, bool], ...]:
    """The words that count for ``sort:score``, as many as a byte can count."""
    return query.words()[:255]


def _title_score(query: Query, work: Work) -> int:
    """How many words of a query stand in a title, which is what ``sort:score`` goes by."""
    words = tokens(to_unicode(work.entry.title))
    return sum(
        any(held.startswith(word) if is_prefix else held == word for held in words)
        for word, is_prefix in scored_words(query)
    )
