"""Notes are kept as typed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hauler_tui.domain.query import parse
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.library.test_hauls import frozen

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=ANY_TEXT)
def test_a_note_is_kept_character_for_character(filled: Library, text: str) -> None:
    filled.notes.write(1, text, NOW)
    note = filled.notes.get(1)
    assert (note.text if note else "") == (text if text.strip() else "")


@pytest.mark.parametrize("text", ["\x00", "\udcff\ud800", "a\r\nb\n", "a\u2028b", "‮", "[/b]"])
def test_any_bytes_survive_closing_and_publishing(filled: Library, folder: Path, text: str) -> None:
    filled.notes.write(1, text, NOW)
    filled.triage.star(1, NOW)
    published = filled.hauls.publish("haul-1", frozen(filled, "haul-1"), NOW)
    filled.close()
    with Library.open(folder) as again:
        note = again.notes.get(1)
        assert note is not None
        assert note.text == text
        assert again.wait_for_index(10)
        assert again.hauls.get("haul-1") == published


def test_a_published_text_with_half_a_character_is_read_back(filled: Library) -> None:
    """A lone surrogate, as a terminal may deliver it, is no UTF-8."""
    filled.triage.star(1, NOW)
    issue = frozen(filled, "haul-1")
    published = filled.hauls.publish("haul-1", replace(issue, text="\udc80"), NOW)
    assert filled.hauls.get("haul-1") == published


def test_a_note_of_white_space_is_none(filled: Library) -> None:
    filled.notes.write(1, " \n", NOW)
    assert filled.notes.get(1) is None
    filled.notes.write(1, "text", NOW)
    assert filled.notes.count() == 1
    filled.notes.write(1, " \n", NOW)
    assert filled.notes.count() == 0


def test_a_burst_of_typing_is_one_step(filled: Library) -> None:
    for text in ("w", "wo", "word"):
        filled.notes.write(1, text, NOW, burst="note:1:a")
    filled.notes.write(1, "words", NOW, burst="note:1:b")
    filled.history.undo(NOW)
    note = filled.notes.get(1)
    assert note is not None
    assert note.text == "word"
    filled.history.undo(NOW)
    assert filled.notes.get(1) is None
    filled.history.redo(NOW)
    assert filled.notes.get(1) == note


def test_the_same_text_again_is_no_change(filled: Library) -> None:
    filled.notes.write(1, "text", NOW)
    steps = filled.history.history()
    filled.notes.write(1, "text", NOW)
    assert filled.history.history() == steps


def test_a_note_is_found_at_once_and_its_old_words_are_not(filled: Library) -> None:
    filled.notes.write(1, "elephants", NOW)
    assert list(filled.items.view(parse("elephants", NOW))) == [1]
    assert filled.wait_for_index(10)
    filled.notes.write(1, "giraffes", NOW)
    assert list(filled.items.view(parse("elephants", NOW))) == []
    assert filled.wait_for_index(10)
    assert list(filled.items.view(parse("elephants", NOW))) == []
    assert list(filled.items.view(parse("note:giraffes", NOW))) == [1]


def test_a_note_needs_an_item(filled: Library) -> None:
    with pytest.raises(UnknownKeyError):
        filled.notes.write(99, "text", NOW)
