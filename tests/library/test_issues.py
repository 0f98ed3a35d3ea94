"""An issue's document is made of the one before, at the cost of what changed in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.haul import Card, Lane
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.library import Library
from hauler_tui.library.records import HaulRow, row_of, to_row
from hauler_tui.library.store.lines import plain, same
from tests.factories import NOW

TEXT = st.text(st.characters(exclude_categories=()), max_size=4)
CARDS = [Card(item_id=number, lane="Papers", text=text) for number, text in enumerate("abc\ud800")]
LANES = [Lane(name=name, text=f"{name} \ud83d\ude00") for name in "xyz"]
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXT,
    "snippet": st.none() | TEXT,
    "number": st.none() | st.integers(0, 9),
    "published_at": st.sampled_from([None, NOW, NOW + timedelta(days=1)]),
    "hand_ordered": st.booleans(),
    "cards": st.lists(st.sampled_from(CARDS), max_size=5).map(tuple),
    "lanes": st.lists(st.sampled_from(LANES), max_size=3).map(tuple),
}
CHANGES = st.fixed_dictionaries({}, optional=FIELDS)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from([0.0, 1.0, "", "a", "\ud800"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from("ab"), parts),
    max_leaves=6,
)


@settings(max_examples=200)
@given(CHANGES, CHANGES)
def test_a_row_made_of_the_one_before_is_the_one_made_from_nothing(
    first: dict[str, Any], then: dict[str, Any]
) -> None:
    known = HaulRow(slug="haul-1", **first)
    row = replace(known, **then)
    made = row_of(row, known, plain(to_row(known)))
    assert json.dumps(made) == json.dumps(plain(to_row(row)))


@given(JSON, JSON)
def test_values_that_share_parts_are_the_same_where_their_json_is(one: Any, other: Any) -> None:
    for a, b in (
        (one, other),
        ({"n": one, "m": other}, {"n": one, "m": one}),
        ([one, 1], [one, other]),
    ):
        assert same(a, b) is (json.dumps(a) == json.dumps(b))
    assert not same({"a": one, "b": 1}, {"b": 1, "a": one})
    assert not same({"a": one}, {"b": one})


def test_a_star_encodes_its_own_card_alone(filled: Library) -> None:
    filled.triage.star(1, NOW)
    table = filled._journal.table("hauls")
    (before,) = table.rows().values()
    filled.triage.star(2, NOW)
    (after,) = table.rows().values()
    assert after["lanes"] is before["lanes"]
    assert after["cards"][0] is before["cards"][0]
    assert before["cards"] == [{"item_id": 1, "lane": "Papers"}]


@pytest.mark.parametrize("steps", [1, 2])
def test_an_issue_is_as_its_document_says_through_undo_and_redo(
    filled: Library, steps: int
) -> None:
    for item_id in (1, 2):
        filled.triage.star(item_id, NOW)
    whole = filled.hauls.all()
    for _ in range(steps):
        filled.history.undo(NOW)
    fewer = tuple(card.item_id for haul in filled.hauls.all() for card in haul.cards)
    assert fewer == (1, 2)[: 2 - steps]
    for _ in range(steps):
        filled.history.redo(NOW)
    assert filled.hauls.all() == whole
    with pytest.raises(UnknownKeyError), filled.step("test", "test", at=NOW):
        star(filled, 3, 9999)
    assert filled.hauls.all() == whole


def star(library: Library, *item_ids: int) -> None:
    """Star items, one step each."""
    for item_id in item_ids:
        library.triage.star(item_id, NOW)
