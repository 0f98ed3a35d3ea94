"""The order of all items as the index file keeps it: one row of all ids, and what moved since."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable
from typing import Any

from hauler_tui.library.search.indexfile import MOVED, Contents
from hauler_tui.library.search.order import Ages, Dated, Order


def contents(
    connection: sqlite3.Connection, ages_of: Callable[[array[int]], array[int]]
) -> Contents:
    """What a file holds; ``ages_of`` is to give what ``read_ages`` does, when it is wanted.

    Raises sqlite3.Error, and ValueError where it makes no sense.
    """
    connection.execute("BEGIN")
    try:
        again = dict(connection.execute("SELECT id, times FROM again"))
        base = connection.execute("SELECT removed FROM ordered WHERE seq = 0").fetchall()
        moves = connection.execute(
            "SELECT removed, added FROM ordered WHERE seq > 0 ORDER BY seq"
        ).fetchall()
        ((highest,),) = connection.execute("SELECT max(id) FROM rows").fetchall()
    finally:
        connection.rollback()
    order = Order()
    if base:
        ids = _numbers("Q", base[0][0])
        order = Order(ids, Ages(lambda: ages_of(ids)), (highest or 0) + 1)
    for removed, added in moves:
        order = order.merged(_pairs(removed), _pairs(added))
    return Contents(order, again)


def first_of_order(connection: sqlite3.Connection, count: int) -> list[int] | None:
    """The first items of the order, of which only the beginning is read.

    None when it was changed too often for that. Raises sqlite3.Error, ValueError.
    """
    connection.execute("BEGIN")
    try:
        moves = connection.execute(
            "SELECT removed, added FROM ordered WHERE seq > 0 ORDER BY seq"
        ).fetchall()
        removed = sum(len(each) // 16 for each, _ in moves)
        if removed + sum(len(each) // 16 for _, each in moves) > MOVED:
            return None
        if not connection.execute("SELECT 1 FROM ordered WHERE seq = 0").fetchall():
            return None
        # What was taken out may have stood among the first.
        wanted = 8 * (count + removed)
        columns = []
        # The dates stand behind all ids, and are only needed to put others between them.
        for name in ("removed", "added") if moves else ("removed",):
            with connection.blobopen("ordered", name, 0, readonly=True) as blob:
                columns.append(blob.read(wanted))
                is_all = len(blob) <= wanted
    finally:
        connection.rollback()
    ids: list[int] = list(_numbers("Q", columns[0]))
    if not moves:
        return ids
    dated = [(age, -item_id) for age, item_id in zip(_numbers("q", columns[1]), ids, strict=True)]
    last = None if is_all or not dated else dated[-1]
    first = set(dated)
    for gone, added in moves:
        first.difference_update((-date, -item_id) for date, item_id in _pairs(gone))
        first.update((-date, -item_id) for date, item_id in _pairs(added))
    return [-negative for age, negative in sorted(first) if last is None or (age, negative) <= last]


def read_ages(connection: sqlite3.Connection, ids: array[int]) -> array[int]:
    """The ages that belong to the ids of an order.

    They stand beside the ids, unless the order was written anew since. Raises sqlite3.Error.
    """
    for known, ages in connection.execute("SELECT removed, added FROM ordered WHERE seq = 0"):
        if known == ids.tobytes():
            return array("q", _numbers("q", ages))
    dates = dict(connection.execute("SELECT id, date FROM rows"))
    return array("q", [-dates.get(item_id, 0) for item_id in ids])


def _pairs(data: bytes) -> Iterable[Dated]:
    numbers = _numbers("q", data)
    return zip(numbers[::2], numbers[1::2], strict=True)


def _numbers(kind: str, data: bytes) -> Any:
    numbers: Any = array(kind)
    numbers.frombytes(data)
    return numbers
