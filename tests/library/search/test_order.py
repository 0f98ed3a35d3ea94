"""An order is what sorting gives, however it came about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.library.search.order import Dated, Order

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
