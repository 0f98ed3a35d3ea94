from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul import front
from tests.haul.posts import example, patient

values = st.text(st.characters(codec="utf-8"), max_size=60)


@patient
@given(st.dictionaries(values.filter(lambda key: key.strip()), values, max_size=5))
def test_what_is_written_is_valid_yaml_and_reads_the_same(mapping: dict[str, str]) -> None:
    written = front.write(mapping)
    assert front.read(written) == mapping
    assert list(front.read(written)) == list(mapping)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ML Haul ~26", "ML Haul ~26"),
        ("Rivers: a log", '"Rivers: a log"'),
        ("yes", '"yes"'),
        ("1e3", '"1e3"'),
        ("12", '"12"'),
        ("2024-01-01", '"2024-01-01"'),
        ("2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z"),
        ("# no comment", '"# no comment"'),
        ("two\nlines", '"two\\nlines"'),
        ("arxiv,bio", "arxiv,bio"),
        (7, "7"),
        (True, "true"),
        (datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), "2024-01-01T00:00:00.000Z"),
        (datetime(2024, 1, 1, 2, 0, 0, 1500, tzinfo=UTC), "2024-01-01T02:00:00.001Z"),
        (["a", "b: c"], "[a, 'b: c']"),
    ],
)
def test_a_value_is_plain_where_that_is_safe(value: object, written: str) -> None:
    assert front.scalar(value) == written


def test_keys_stand_in_the_order_asked_for_and_unknown_ones_follow() -> None:
    written = front.write({"draft": "x", "tags": "a", "title": "T"}, ("title", "snippet", "tags"))
    assert written == "---\ntitle: T\ntags: a\ndraft: x\n---\n"


def test_scalars_are_read_as_they_are_written() -> None:
    read = front.read(
        "---\ntitle: No\nn: 007\npublished_at: 2024-01-01T00:00:00.000Z\nl: [a]\n---\n"
    )
    assert read == {
        "title": "No", "n": "007", "published_at": "2024-01-01T00:00:00.000Z", "l": ["a"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "inner",
    [
        "title: [",
        "title: a: b",
        "a: &x [1]\nb: *x",
        "a: " + "[" * 3_000,
        "a: \x00",
        "title: x\n" * 20_000,
        "t: ok\n- not a mapping",
    ],
    ids=["open", "colon", "alias", "deep", "NUL", "long", "list"],
)
def test_front_matter_that_cannot_be_read_is_kept_and_says_why(inner: str) -> None:
    text = f"---\n{inner}\n---\n"
    matter = front.split(text + "body")
    assert matter is not None
    assert matter.text == text
    assert matter.problem
    assert matter.values == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "---\na: 1\nsnippet: 5 old # why\nb: 2\n---\n",
            "---\na: 1\nsnippet: 6 new # why\nb: 2\n---\n",
        ),
        ('---\nsnippet: "5 old"\n---\n', "---\nsnippet: 6 new\n---\n"),
        ("---\nsnippet: >\n  5\n  old\nb: 2\n---\n", "---\nsnippet: 6 new\nb: 2\n---\n"),
        ("---\r\na: 1\r\n---\r\n", "---\r\na: 1\r\nsnippet: 6 new\r\n---\r\n"),
        ("---\nsnippet:\nb: 2\n---\n", "---\nsnippet: 6 new\nb: 2\n---\n"),
    ],
)
def test_one_value_changes_and_no_other_character(before: str, after: str) -> None:
    matter = front.split(before)
    assert matter is not None
    assert front.replace(matter, "snippet", "6 new").text == after


@pytest.mark.parametrize("name", ["ml-arxiv-26.md", "ml-arxiv-29.md"])
def test_the_published_examples_front_matter_is_written_the_same(name: str) -> None:
    matter = front.split(example(name))
    assert matter is not None
    assert front.write(matter.values) == matter.text
    assert set(yaml.safe_load(matter.text.strip("-\n"))) == set(matter.values)
