"""Patches: exact on what they were made from, small, and careful on anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.library.store.lines import Document, decode, encode, plain, same
from hauler_tui.library.store.patches import Patch, applied, difference

names = st.sampled_from(["a", "b", "c", "1", "", "ünï", "\ud83d"])
texts = st.one_of(
    st.text(st.characters(), max_size=8),
    st.text("ab", max_size=200),
    st.sampled_from(["\ud83d", "\ude00", "\U0001f600" * 90, "x" * 150 + "\ud83d"]),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(names, inner, max_size=5),
    max_leaves=12,
).map(plain)
documents = st.dictionaries(names, values, max_size=6).map(plain)


@st.composite
def edited(draw: st.DrawFn, value: Any) -> Any:
    """``value`` with some change somewhere in it."""
    if draw(st.integers(0, 5)) == 0:
        return draw(values)
    if isinstance(value, str):
        begin = draw(st.integers(0, len(value)))
        end = draw(st.integers(begin, len(value)))
        return value[:begin] + draw(texts) + value[end:]
    if isinstance(value, list):
        begin = draw(st.integers(0, len(value)))
        end = draw(st.integers(begin, len(value)))
        inner = [draw(edited(part)) for part in value[begin:end]]
        return value[:begin] + inner + draw(st.lists(values, max_size=2)) + value[end:]
    if isinstance(value, dict):
        fields = draw(st.permutations(list(value)))
        kept = {field: value[field] for field in fields}
        if fields:
            kept[fields[0]] = draw(edited(kept[fields[0]]))
        return {**kept, **draw(st.dictionaries(names, values, max_size=2))}
    return value


def changed_to(document: Document) -> st.SearchStrategy[Document]:
    return edited(document).map(plain).filter(lambda value: isinstance(value, dict))


pairs = documents.flatmap(lambda one: st.tuples(st.just(one), changed_to(one) | documents))


def stored(patch: Patch) -> Patch:
    found: Patch = decode(encode(patch))
    return found


@given(pairs)
def test_a_patch_leads_exactly_from_one_document_to_the_other(pair: tuple[Any, Any]) -> None:
    before, after = pair
    text = json.dumps(before)
    misfits: list[str] = []
    found = applied(before, stored(difference(before, after)), misfits)
    assert json.dumps(found) == json.dumps(after)
    assert misfits == []
    assert json.dumps(before) == text


@given(pairs)
def test_a_patch_is_hardly_longer_than_the_whole_document(pair: tuple[Any, Any]) -> None:
    before, after = pair
    assert len(encode(difference(before, after))) <= len(encode(after)) + 64


@given(documents)
def test_documents_come_and_go(document: Document) -> None:
    assert same(applied(None, stored(difference(None, document))), document)
    assert applied(document, stored(difference(document, None))) is None
    assert difference(None, None) is None
    assert difference(document, document) == {}


@given(pairs, documents)
def test_a_patch_on_another_document_sets_what_it_can_and_says_what_it_left_out(
    pair: tuple[Any, Any], other: Document
) -> None:
    patch = difference(*pair)
    assert patch is not None
    misfits: list[str] = []
    found = applied(other, stored(patch), misfits)
    assert found is not None
    for field, value in patch.get("set", {}).items():
        assert same(found[field], value)
    for field in patch.get("in", {}):
        if field not in other or type(other[field]) is not type(pair[0][field]):
            assert field in misfits


def issue(cards: int, prose: int) -> Document:
    return {
        "slug": "haul-1",
        "lanes": [{"name": f"Lane {n}", "text": f"{n} prose " * prose} for n in range(5)],
        "cards": [{"item_id": n, "lane": f"Lane {n % 5}"} for n in range(cards)],
        "hand_ordered": True,
    }


@pytest.mark.parametrize("place", [0, 31, 60])
def test_a_card_more_in_a_long_issue_is_a_small_patch(place: int) -> None:
    before = issue(60, 1000)
    after = plain(before)
    after["cards"].insert(place, {"item_id": 99, "lane": "Lane 2"})
    for one, other in ((before, after), (after, before)):
        assert len(encode(difference(one, other))) < 150


def test_a_word_more_in_long_prose_or_a_long_note_is_a_small_patch() -> None:
    before = issue(60, 1000)
    after = plain(before)
    after["lanes"][3]["text"] = after["lanes"][3]["text"].replace("3 prose", "4 words", 1)
    assert len(encode(difference(before, after))) < 200
    note = "ö" * 10_000_000
    assert len(encode(difference({"text": note}, {"text": f"{note[:-5]}new{note[-5:]}"}))) < 250


def test_a_field_that_comes_before_others_costs_no_more_than_their_names() -> None:
    after = issue(0, 1000)
    before = {field: value for field, value in after.items() if field != "cards"}
    patch = difference(before, after)
    assert len(encode(patch)) < 100
    assert list(applied(before, patch) or ()) == list(after)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "y" * 100, "at": 1},
        {"text": "x" * 99, "at": 1},
        {"text": ["x"] * 100, "at": 1},
        {"text": None, "at": 1},
        {"at": 1},
    ],
)
def test_a_splice_that_does_not_fit_is_left_out_and_the_rest_is_done(other: Document) -> None:
    patch = difference({"text": "x" * 100, "at": 1}, {"text": "x" * 50 + "new" + "x" * 50, "at": 2})
    misfits: list[str] = []
    assert applied(other, patch, misfits) == {**other, "at": 2}
    assert misfits == ["text"]


def test_places_of_what_does_not_fit_are_told_in_full() -> None:
    before, after, other = issue(3, 50), issue(3, 50), issue(3, 50)
    text = before["lanes"][1]["text"]
    after["lanes"][1]["text"] = f"{text[:200]}more{text[200:]}"
    other["lanes"][1]["text"] = text[:200].upper() + text[200:]
    other["lanes"][1]["text"] = text[:8] + other["lanes"][1]["text"][8:]
    patch = difference(before, after)
    misfits: list[str] = []
    assert applied(other, patch, misfits) == other
    applied({**other, "lanes": []}, patch, misfits)
    applied(None, patch, misfits)
    assert misfits == ["lanes.1.text", "lanes", ""]
