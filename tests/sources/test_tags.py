"""Tags of text that is XML or HTML in name only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources.tags import tags, without_comments


def attributes(text: str) -> dict[str, str]:
    (tag,) = tags(f"<x {text}", "x")
    return dict(tag.attributes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=\"1\" b='2' c=3>", {"a": "1", "b": "2", "c": "3"}),
        ('A = "1"\n B\t=\n"2"/>', {"a": "1", "b": "2"}),
        ('a="1" a="2">', {"a": "1"}),
        ('a="x > y" b="1 < 2">', {"a": "x > y", "b": "1 < 2"}),
        ('a="&lt;&amp;&eacute;&nope;">', {"a": "<&é&nope;"}),
        ('a="He said "no" twice" b="1">', {"a": 'He said "no" twice', "b": "1"}),
        ('a="1"b="2"c>', {"a": "1", "b": "2", "c": ""}),
        ('a="1" async b="2">', {"a": "1", "async": "", "b": "2"}),
        ('a="never closed', {"a": "", "never": "", "closed": ""}),
        ('a=">', {"a": ""}),
        ("=1 a=2>", {"1": "", "a": "2"}),
        ("/>", {}),
    ],
)
def test_attributes_are_read_as_a_browser_would(text: str, expected: dict[str, str]) -> None:
    assert attributes(text) == expected


def test_only_the_named_tags_are_found_in_their_order() -> None:
    text = '<p><A href="1">x</a><!-- <a href="2"> --><link/><abbr>'
    found = [(tag.name, tag.is_end, tag.is_empty) for tag in tags(text, "a|link")]
    assert found == [("a", False, False), ("a", True, False), ("link", False, True)]


def test_a_comment_that_is_never_closed_is_text() -> None:
    assert without_comments("a<!-- b -->c<!-- d") == "ac<!-- d"


@given(st.text("<x a=\"'>/!-&", max_size=60))
def test_any_text_has_tags_or_none(text: str) -> None:
    for tag in tags(text, "x"):
        assert tag.name == "x"
