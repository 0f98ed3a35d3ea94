"""Undo and redo of imports, and the works they brought."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text, import_files
from tests.factories import NOW, make_entry
from tests.workflows.conftest import issue_text, write


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [write(tmp_path, f"field-notes-{n}.md", issue_text(n, cards=n)) for n in (3, 6)]


def shown(library: Library) -> list[str]:
    return sorted(library.items.get(each).key for each in library.items.view())


def test_undo_of_an_import_takes_the_works_it_brought_and_redo_brings_them(
    tmp_path: Path, files: list[Path]
) -> None:
    with Library.open(tmp_path / "library") as library:
        import_files(library, files, NOW)
        assert len(shown(library)) == 6
        library.history.undo(NOW)
        assert (shown(library), library.items.count()) == ([], 0)
        assert library.hauls.all() == ()
    with Library.open(tmp_path / "library") as again:
        assert shown(again) == []
        again.history.redo(NOW)
        assert len(shown(again)) == 6
        assert all(again.items.is_read(each) for each in again.items.view())
        assert compile_text(again, "field-notes-6") == issue_text(6, cards=6)
        again.history.undo(NOW)
        import_files(again, files[:1], NOW)
        assert len(shown(again)) == 3
        again.history.undo(NOW)
        assert shown(again) == []


def test_undo_leaves_the_works_that_were_there_before(library: Library, files: list[Path]) -> None:
    before = shown(library)
    assert before == [f"arxiv:2605.0000{n}" for n in (1, 2, 3)]
    import_files(library, files, NOW)
    library.history.undo(NOW)
    assert shown(library) == before
    assert not any(library.items.is_read(each) for each in library.items.view())


def test_what_a_feed_carries_stays_when_the_import_is_undone(
    tmp_path: Path, files: list[Path]
) -> None:
    with Library.open(tmp_path / "library") as library:
        feed = library.feeds.add("https://example.org/feed.xml", at=NOW)
        import_files(library, files, NOW)
        library.items.absorb([make_entry(5)], feed_id=feed.id, at=NOW)
        library.history.undo(NOW)
        assert shown(library) == ["arxiv:2605.00005"]
        library.history.redo(NOW)
        assert len(shown(library)) == 6
