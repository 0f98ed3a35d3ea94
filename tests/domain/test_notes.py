"""Two texts as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.notes import both_texts, followed


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("a", "a", "a"),
        ("a", "b", "a\n\nb"),
        ("a\n", "b", "a\n\nb"),
        ("a\n\n\n", "b\n", "a\n\n\nb\n"),
        ("", "b", "b"),
        ("a", " ", "a"),
    ],
)
def test_both_texts_stand_with_a_blank_line_between(first: str, second: str, both: str) -> None:
    assert both_texts(first, second) == both


TEXT = st.text("ab \n", max_size=8)


@given(st.text("ab", min_size=1, max_size=5), TEXT, TEXT)
def test_what_was_added_while_a_text_was_written_stays(before: str, text: str, other: str) -> None:
    assert followed(before, text, before) == text
    joined = both_texts(before, other)
    kept = followed(before, text, joined)
    assert kept.startswith(text)
    assert kept.endswith(other) or not other.strip() or other == before
    assert followed(text, text + "!", kept) == kept.replace(text, text + "!", 1) or not text


def test_what_was_put_before_a_text_being_written_stays() -> None:
    assert followed("mine", "mine too", "other\n\nmine") == "other\n\nmine too"
    assert followed("", "typed", "other") == "typed\n\nother"
    assert followed("mine", "mine too", "undone") == "mine too"
