"""Writing a log anew in the background, and what a failure or a quick quit leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.library.search.index import Index
from tests.factories import NOW, make_entry

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def wasteful(filled: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library whose log is mostly replaced records."""
    monkeypatch.setattr("hauler_tui.library.store.log._WASTE_BYTES", 1000)
    waste(filled)
    assert filled.wait_for_index(10)
    return filled


def waste(library: Library, first: int = 0) -> None:
    for number in range(first, first + 20):
        title = f"Paper 1, {number}"
        entry = make_entry(1, title=title, abstract="x" * 1000, version=number + 2)
        library.items.absorb([entry], feed_id=None, at=NOW)
    library.flush()


def test_a_compaction_that_failed_is_told_once_and_tried_again_when_the_log_grew(
    wasteful: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hauler_tui.library.upkeep.LARGE_JOURNAL", 10_000)
    obstacle = folder / "items.log.new"
    obstacle.mkdir()
    (obstacle / "file").touch()
    wasteful.tidy(NOW)
    ended = wasteful._upkeep._compaction
    assert ended is not None
    with pytest.raises(LibraryError):
        ended.wait()
    with pytest.raises(LibraryError, match="cannot be compacted"):
        wasteful.tidy(NOW)
    for _ in range(3):
        wasteful.tidy(NOW)
        assert wasteful._upkeep._compaction is None
    (obstacle / "file").unlink()
    obstacle.rmdir()
    waste(wasteful, 20)
    wasteful.tidy(NOW)
    assert wasteful._upkeep._compaction is not None
    wasteful._upkeep._compaction.wait()
    wasteful.tidy(NOW)
    assert not wasteful._book.table("items").is_wasteful


@pytest.mark.parametrize("is_ended", [False, True])
def test_a_compaction_that_nobody_looked_after_costs_the_next_opening_nothing(
    wasteful: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, is_ended: bool
) -> None:
    wasteful.tidy(NOW)
    assert wasteful._upkeep._compaction is not None
    if is_ended:
        wasteful._upkeep._compaction.wait()
    wasteful.close()
    places = Index.places
    asked: list[Sequence[int] | None] = []

    def counted(self: Index, item_ids: Sequence[int] | None = None) -> dict[int, int]:
        asked.append(item_ids)
        return places(self, item_ids)

    monkeypatch.setattr(Index, "places", counted)
    with Library.open(folder) as again:
        assert again.index_ready
        assert again.items.get(1).entry.title == "Paper 1, 19"
    assert asked == []
