"""The index agrees with the log, and is up to date without being built again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.backlog import Backlog
from hauler_tui.library.index import Index
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.conftest import fill


def test_the_full_text_tables_are_as_designed(filled: Library) -> None:
    assert filled.wait_for_index(10)
    connection = sqlite3.connect(filled.directory / "index.sqlite")
    tables = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql LIKE '%fts5%'"))
    journal_mode = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    assert "content='', detail=none, prefix='1 2 3'" in tables["words"]
    assert "detail" not in tables["names"]
    assert journal_mode == ("wal",)


def test_words_of_a_replaced_text_find_nothing(library: Library) -> None:
    library.items.absorb([make_entry(1, abstract="elephants")], feed_id=1, at=NOW)
    assert library.wait_for_index(10)
    library.items.absorb([make_entry(1, abstract="giraffes", version=2)], feed_id=1, at=NOW)
    assert library.wait_for_index(10)
    assert list(library.items.view(parse("elephants", NOW))) == []
    assert list(library.items.view(parse("giraffes", NOW))) == [1]


def test_another_sighting_does_not_index_the_text_again(library: Library) -> None:
    library.items.absorb([make_entry(1)], feed_id=1, at=NOW)
    assert library.wait_for_index(10)
    before = library._index.read("SELECT text_id FROM rows")
    library.items.absorb([make_entry(1)], feed_id=2, at=NOW)
    library.notes.write(1, "note", NOW)
    assert library.wait_for_index(10)
    assert library._index.read("SELECT text_id FROM rows") == before
    assert library.items.row(1).feed_ids == (1, 2)


def test_answers_are_the_same_in_every_thread(library: Library) -> None:
    """Searches from several threads while the library takes in more and is indexed."""
    fill(library, 50)
    wrong: list[object] = []

    def search() -> None:
        for _ in range(12):
            found = library.items.view(parse("paper -is:skipped", NOW))
            if set(found) != set(library.items.view()) and len(found) < 50:
                wrong.append(found)
            rows = library.items.rows(found[:20])
            if len(rows) != 20:
                wrong.append(rows)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(51, 150):
        library.items.absorb([make_entry(number)], feed_id=1, at=NOW + timedelta(1))
        library.notes.write(number, "words", NOW)
        library.triage.mark_read([number], True, NOW)
    for thread in threads:
        thread.join()
    assert not wrong
    assert library.wait_for_index(10)
    assert len(library.items.view(parse("paper words", NOW))) == 99


def refuse(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def copied(library: Library, place: Path) -> Path:
    """The files as a process that was killed now would leave them."""
    library.flush()
    shutil.copytree(library.directory, place)
    return place


def test_a_full_disk_leaves_the_index_behind_and_the_answers_right(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.notes.write(2, "elephants", NOW)
    assert filled.wait_for_index(10)
    with monkeypatch.context() as full:
        full.setattr(Index, "_put", refuse)
        filled.items.absorb([make_entry(6), make_entry(1, title="Other")], feed_id=1, at=NOW)
        filled.notes.write(2, "giraffes", NOW)
        assert not filled.wait_for_index(0.05)
        assert list(filled.items.view(parse("paper", NOW))) == [6, 5, 4, 3, 2, 1]
        assert list(filled.items.view(parse("title:paper", NOW))) == [6, 5, 4, 3, 2]
        assert list(filled.items.view(parse("elephants", NOW))) == []
        assert list(filled.items.view(parse("giraffes", NOW))) == [2]
        assert [row.title for row in filled.items.rows([1, 6])] == ["Other", "Paper 6"]
    filled.notes.write(1, "words", NOW)
    assert filled.wait_for_index(10)
    assert list(filled.items.view(parse("paper", NOW))) == [6, 5, 4, 3, 2, 1]
    assert list(filled.items.view(parse("title:paper", NOW))) == [6, 5, 4, 3, 2]


def test_what_was_not_indexed_before_a_crash_is_found_after_it(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.notes.write(2, "elephants", NOW)
    assert filled.wait_for_index(10)
    with monkeypatch.context() as full:
        full.setattr(Index, "_put", refuse)
        filled.items.absorb([make_entry(6)], feed_id=1, at=NOW)
        filled.notes.write(2, "giraffes", NOW)
        filled.triage.tag([3], ["zebra"], [], NOW)
        copy = copied(filled, tmp_path / "copy")
    for writing in (False, True):
        with Library.open(copy, writing=writing) as again:
            for _ in range(2):
                found = [
                    list(again.items.view(parse(text, NOW)))
                    for text in ("elephants", "giraffes", "zebra", "title:6")
                ]
                assert found == [[], [2], [3], [6]]
                assert not writing or again.wait_for_index(10)


def test_rows_of_an_unfinished_batch_are_not_believed_when_the_log_lost_it(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after SQLite had the rows, before the log had the items or the index its mark."""
    assert filled.wait_for_index(10)
    filled.flush()
    log = (filled.directory / "items.log").read_bytes()
    with monkeypatch.context() as killed:
        killed.setattr(Index, "_mark", refuse)
        filled.items.absorb([make_entry(6)], feed_id=1, at=NOW)
        assert filled.wait_for_index(10)
        copy = copied(filled, tmp_path / "copy")
    (copy / "items.log").write_bytes(log)
    with Library.open(copy) as again:
        assert again.items.lookup(["arxiv:2605.00006"]) is None
        assert again.wait_for_index(10)
        assert list(again.items.view()) == [5, 4, 3, 2, 1]


def test_an_item_that_changes_while_it_is_indexed_waits_again(filled: Library) -> None:
    backlog = Backlog(filled._works)
    backlog.add([1, 2])
    taken = backlog.take(10)
    backlog.add([2])
    backlog.done(taken)
    assert backlog.ids() == {2}
    assert not backlog.settled(lambda: pytest.fail("something still waits"))
    backlog.done(backlog.take(10))
    assert backlog.settled(lambda: None)
