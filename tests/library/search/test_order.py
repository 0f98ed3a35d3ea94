"""An order is what sorting gives, however it came about."""

from __future__ import annotations

import sqlite3
from array import array
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import FileWriter
from hauler_tui.library.search.order import Dated, Order
from hauler_tui.library.search.orderfile import contents, first_of_order
from hauler_tui.library.store.places import Placed
from tests.factories import NOW
from tests.library.conftest import fill

DATE = st.integers(-50, 50)
ITEMS = st.dictionaries(st.integers(1, 60), DATE)


def dated(items: dict[int, int]) -> list[Dated]:
    return [(date, item_id) for item_id, date in items.items()]


def newest_first(items: dict[int, int]) -> list[int]:
    return [item_id for _, item_id in sorted(dated(items), reverse=True)]


@given(ITEMS, ITEMS)
def test_what_is_merged_stands_where_sorting_puts_it(
    before: dict[int, int], changes: dict[int, int]
) -> None:
    order = Order.of(dated(before))
    assert list(order.ids) == newest_first(before)
    replaced = {item_id: before[item_id] for item_id in before if item_id in changes}
    after = order.merged(dated(replaced), dated(changes))
    assert list(after.ids) == newest_first(before | changes)
    assert list(order.ids) == newest_first(before)
    gone = after.merged(dated(before | changes), ())
    assert (len(gone), gone.below) == (0, max([0, *before, *changes]) + 1)


@given(ITEMS, st.none() | DATE, st.none() | DATE)
def test_a_stretch_of_time_is_a_slice(
    items: dict[int, int], start: int | None, end: int | None
) -> None:
    expected = {
        item_id: date
        for item_id, date in items.items()
        if (start is None or start <= date) and (end is None or date < end)
    }
    assert list(Order.of(dated(items)).between(start, end)) == newest_first(expected)


@given(ITEMS, st.sets(st.integers(1, 60)))
def test_some_of_the_items_keep_their_order(items: dict[int, int], wanted: set[int]) -> None:
    order = Order.of(dated(items))
    members = bytes(item_id in wanted for item_id in range(61))
    expected = newest_first({each: date for each, date in items.items() if each in wanted})
    assert [item_id for part in order.selected(members) for item_id in part] == expected
    assert list(order.restricted(members).ids) == expected


@given(ITEMS, st.lists(ITEMS, max_size=3), st.integers(1, 9))
def test_the_first_of_an_order_are_those_of_all_of_it(
    before: dict[int, int], changes: list[dict[int, int]], count: int
) -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE TABLE ordered (seq INTEGER PRIMARY KEY, removed BLOB, added BLOB)")
        base.execute("CREATE TABLE again (id INTEGER, times INTEGER)")
        base.execute("CREATE TABLE rows (id INTEGER)")
        order = Order.of(dated(before))
        blobs = order.ids.tobytes(), order.ages.tobytes()
        base.execute("INSERT INTO ordered VALUES (0, ?, ?)", blobs)
        items = dict(before)
        for change in changes:
            gone = {item_id: items[item_id] for item_id in items if item_id in change}
            moves = tuple(
                array("q", [each for pair in dated(some) for each in pair]).tobytes()
                for some in (gone, change)
            )
            base.execute("INSERT INTO ordered (removed, added) VALUES (?, ?)", moves)
            items |= change
        base.commit()
        first = first_of_order(base, count)
        known = contents(base, lambda ids: order.ages)
    assert list(known.order.ids) == newest_first(items)
    assert first is not None
    assert first == newest_first(items)[: len(first)]
    assert len(first) >= min(count, len(items))


def test_an_order_that_was_never_written_has_no_first() -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("CREATE TABLE ordered (seq INTEGER PRIMARY KEY, removed BLOB, added BLOB)")
        assert first_of_order(base, 3) is None


def test_the_first_rows_read_no_table_and_not_the_whole_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(folder) as library:
        fill(library, 700)
        library.triage.skip(range(640, 700), True, NOW)
        library.triage.star(630, NOW)
        library.triage.mark_read([620], True, NOW)
        library.notes.write(610, "note", NOW)
        assert library.wait_for_index(20)
        whole = list(library.items.view())
        rows = library.items.rows(whole[:200])
    with Library.open(folder) as library:
        with monkeypatch.context() as patched:
            patched.delattr(Placed, "read")
            patched.delattr(Index, "contents")
            first = list(next(library.items.answers()))
            assert library.items.rows(first) == rows
        assert first == whole[:200]
        beginnings = [list(each) for each in library.items.answers()]
        assert beginnings == [first, whole]
        assert set(library.items.view(parse("is:skipped", NOW))) == set(range(640, 700))


def test_an_index_that_nothing_changed_is_not_written_when_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(folder) as library:
        fill(library, 5)
        assert library.wait_for_index(20)
    written: list[str] = []
    monkeypatch.setattr(FileWriter, "_write_position", lambda _, name, __: written.append(name))
    with Library.open(folder) as library:
        assert library.wait_for_index(20)
    assert written == []
    with Library.open(folder) as library:
        library.notes.write(1, "note", NOW)
    assert "personal" in written
