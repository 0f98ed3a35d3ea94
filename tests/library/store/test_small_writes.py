"""What a key of the reader writes, however much there is already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.library.conftest import fill

KEYS: dict[str, Callable[[Library], object]] = {
    "star": lambda lib: lib.triage.star(70, NOW),
    "unstar": lambda lib: lib.triage.unstar(30, NOW),
    "read": lambda lib: lib.triage.mark_read([70], True, NOW),
    "skip": lambda lib: lib.triage.skip([70], True, NOW),
    "tag": lambda lib: lib.triage.tag([70], ["read later"], [], NOW),
    "a word in a lane": lambda lib: lib.hauls.write_lane("haul-1", "Comments", "x " * 9999, NOW),
    "a word in a note": lambda lib: lib.notes.write(1, "ö " * 5000 + "one" + "ö " * 5000, NOW),
}


@pytest.fixture
def long(library: Library, quick_disk: None) -> Library:
    """A library with a long issue of 60 cards, long prose in it, and a long note."""
    fill(library, 70)
    for item_id in range(1, 61):
        library.triage.star(item_id, NOW)
    library.hauls.write_lane("haul-1", "Comments", "x " * 10_000, NOW)
    library.notes.write(1, "ö " * 10_000, NOW)
    library.compact(NOW)
    return library


@pytest.mark.parametrize("key", KEYS)
def test_a_key_writes_little_whatever_the_size_of_what_it_is_in(
    long: Library, folder: Path, key: str
) -> None:
    journal, history = folder / "library.journal", folder / "history.log"
    long.flush()
    before = journal.stat().st_size
    KEYS[key](long)
    long.flush()
    assert 0 < journal.stat().st_size - before < 1000
    before = history.stat().st_size
    long.compact(NOW)
    long.flush()
    assert 0 < history.stat().st_size - before < 1000
    assert long.history.undo(NOW) is not None
    assert long.history.redo(NOW) is not None


def test_typing_a_long_note_writes_each_letter_about_once(library: Library, folder: Path) -> None:
    fill(library, 1)
    text = "Some prose that gets longer and longer. " * 100
    library.flush()
    before = (folder / "library.journal").stat().st_size
    for end in range(20, len(text) + 1, 20):
        library.notes.write(1, text[:end], NOW, burst="typing")
    library.flush()
    assert (folder / "library.journal").stat().st_size - before < 600 * len(text) // 20
    library.compact(NOW)
    assert (folder / "history.log").stat().st_size < 2 * len(text)
    assert len(library.history.history()) == 2
    library.history.undo(NOW)
    assert library.notes.get(1) is None
