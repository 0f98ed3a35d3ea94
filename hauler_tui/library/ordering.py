"""The order in which a view shows the items that a query found."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain.item import Work
from hauler_tui.domain.query import Facts, Query, tokens
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import sort_key
from hauler_tui.library.index import Index, Listed, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Unindexed:
    """How to ask the log about items the index has not seen."""

    facts: Callable[[int], Facts | None]
    """Everything about an item; None where the log has none."""
    dates: Callable[[Iterable[int]], dict[int, datetime]]
    """When items appeared; those the log does not have are left out."""


def in_order(
    query: Query | None,
    index: Index,
    words_in_titles: Callable[[Iterable[tuple[str, bool]]], Iterator[frozenset[int]]],
    found: set[int],
    waiting: frozenset[int],
    works: Unindexed,
) -> array[int]:
    """What was found in the order a query asks for; ``waiting`` of it are not in the index."""
    sort = "date" if query is None or query.sort is None else query.sort
    indexed = json.dumps(list(found - waiting))
    if query is None or sort == "date":
        return _newest_first(index, indexed, waiting, works)
    places: list[tuple[int, int, str]] = index.read(
        "SELECT id, date, sort_title FROM rows WHERE id IN (SELECT value FROM json_each(?))",
        indexed,
    )
    scores: dict[int, int] = {}
    if sort == "score":
        for holding in words_in_titles(query.words()):
            for item_id in holding:
                scores[item_id] = scores.get(item_id, 0) + 1
    for item_id in waiting:
        known = works.facts(item_id)
        if known is not None:
            listed = Listed.of(item_id, known.item.work)
            places.append((item_id, ticks(listed.date), sort_key(listed.title)))
            scores[item_id] = _title_score(query, known.item.work)
    places.sort(key=lambda place: (place[1], place[0]), reverse=True)
    if sort == "title":
        places.sort(key=lambda place: place[2])
    else:
        places.sort(key=lambda place: -scores.get(place[0], 0))
    return array("Q", (item_id for item_id, _, _ in places))


def _newest_first(
    index: Index, indexed: str, waiting: frozenset[int], works: Unindexed
) -> array[int]:
    ordered: list[tuple[int, int]] = index.read(
        "SELECT date, id FROM rows WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY date DESC, id DESC",
        indexed,
    )
    if waiting:
        ordered += [(ticks(date), item_id) for item_id, date in works.dates(waiting).items()]
        ordered.sort(reverse=True)
    return array("Q", (item_id for _, item_id in ordered))


def _title_score(query: Query, work: Work) -> int:
    """How many words of a query stand in a title, which is what ``sort:score`` goes by."""
    words = tokens(to_unicode(work.entry.title))
    return sum(
        any(held.startswith(word) if is_prefix else held == word for held in words)
        for word, is_prefix in query.words()
    )
