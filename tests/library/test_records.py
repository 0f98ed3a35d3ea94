"""Everything the library keeps becomes JSON and comes back the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.feed import Feed, FeedState
from hauler_tui.domain.haul import Haul, Series
from hauler_tui.domain.item import Note, Work
from hauler_tui.errors import LibraryError
from hauler_tui.library.records import Coverage, HaulRow, Mark, from_row, to_row
from hauler_tui.library.works import quoted
from tests.factories import NOW, make_feed, make_work

TIME = st.datetimes(
    min_value=datetime(1900, 1, 1),
    timezones=st.sampled_from([NOW.tzinfo, timezone(timedelta(hours=-7, minutes=30))]),
)
TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    "kind", [Work, Haul, HaulRow, Mark, Note, Coverage, Series, Feed, FeedState]
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_object_comes_back_from_json(kind: type[Any], data: st.DataObject) -> None:
    st.register_type_strategy(datetime, TIME)
    st.register_type_strategy(str, TEXT)
    value = data.draw(st.from_type(kind))
    assert from_row(kind, json.loads(json.dumps(to_row(value)))) == value


def test_a_row_leaves_out_what_is_default() -> None:
    assert to_row(Mark(skipped=True)) == {"skipped": True}
    assert "doi" not in to_row(make_work(1))["entry"]
    assert to_row(make_work(1, feed_ids=(None,)))["sightings"][0]["feed_id"] is None


def test_a_field_that_a_newer_hauler_added_is_no_harm() -> None:
    row = to_row(make_feed(), without=frozenset({"id"})) | {"colour": "red"}
    assert from_row(Feed, row, id=1) == make_feed()


def test_a_row_that_makes_no_sense_is_said() -> None:
    with pytest.raises(LibraryError, match="Mark that makes no sense"):
        from_row(Mark, {"tags": 3})


def test_a_published_row_is_light() -> None:
    haul = Haul(id=4, slug="a", series_id=1, number=2, title="A", state="published", text="file")
    row = HaulRow.light(haul, 9)
    assert row.haul(4) == replace(haul, text=None)
    assert to_row(row) == {
        "slug": "a", "series_id": 1, "number": 2, "title": "A", "state": "published", "frozen": 9,
    }  # fmt: skip


def test_a_step_names_a_long_title_shortly() -> None:
    assert quoted(r"$\alpha$") == "“α”"
    assert len(quoted("word " * 300)) <= 62
