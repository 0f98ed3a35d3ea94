"""The index agrees with the log, and is up to date without being built again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Described, Position
from hauler_tui.library.works import Works
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
    before = library._index.contents().again
    library.items.absorb([make_entry(1)], feed_id=2, at=NOW)
    library.notes.write(1, "note", NOW)
    assert library.wait_for_index(10)
    assert library._index.contents().again == before == {}
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


def test_what_was_indexed_before_a_quick_quit_is_not_indexed_again(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Index._put
    indexed: list[int] = []
    full = 5

    def put_some(self: Index, batch: Sequence[Described], reach: Position) -> None:
        ids = [item.item_id for item in batch]
        if max(ids) >= full:
            refuse()
        indexed.extend(ids)
        put(self, batch, reach)

    monkeypatch.setattr("hauler_tui.library.search.index._BATCH", 2)
    monkeypatch.setattr(Index, "_put", put_some)
    fill(library, 8)
    library.items.absorb([make_entry(7, title="Other")], feed_id=1, at=NOW)
    library.close()
    assert indexed == [1, 2, 3, 4]
    full = 99
    with Library.open(folder) as again:
        assert again.wait_for_index(10)
        assert list(again.items.view(parse("title:other", NOW))) == [7]
    assert sorted(indexed) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("compacting", [False, True])
def test_a_row_of_an_older_record_is_not_believed_after_a_quick_quit(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, compacting: bool
) -> None:
    put = Index._put

    def put_first(self: Index, batch: Sequence[Described], reach: Position) -> None:
        if batch[0].item_id > 1:
            refuse()
        put(self, batch, reach)

    fill(library, 3)
    assert library.wait_for_index(10)
    if compacting:
        library._book.table("items").compact()
    with monkeypatch.context() as full:
        full.setattr("hauler_tui.library.search.index._BATCH", 1)
        full.setattr(Index, "_put", put_first)
        changed = [make_entry(number, title=f"Other {number}") for number in (1, 2)]
        library.items.absorb(changed, feed_id=1, at=NOW)
        library.close()
    with Library.open(folder) as again:
        for _ in range(2):
            assert list(again.items.view(parse("title:other", NOW))) == [2, 1]
            assert again.wait_for_index(10)


def test_what_the_person_did_is_answered_without_the_works_while_the_index_is_behind(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled.wait_for_index(10)
    filled.triage.mark_read([2], True, NOW)
    filled.triage.star(3, NOW)
    filled.triage.skip([5], True, NOW)
    monkeypatch.setattr(Index, "_put", refuse)
    new = [make_entry(number, published=NOW - timedelta(number)) for number in (6, 7, 8)]
    filled.items.absorb(new, feed_id=1, at=NOW)
    filled.triage.mark_read([7], True, NOW)
    filled.triage.skip([8], True, NOW)
    read: list[int] = []
    date = Works.date

    def counted(self: Works, item_id: int) -> datetime | None:
        read.append(item_id)
        return date(self, item_id)

    monkeypatch.setattr(Works, "date", counted)
    monkeypatch.setattr(Works, "require", lambda *_: pytest.fail("a whole work was read"))
    for _ in range(2):
        assert list(filled.items.view()) == [4, 3, 2, 1, 6, 7]
        for text, found in {
            "is:unread": [5, 4, 3, 1, 6, 8],
            "is:read": [2, 7],
            "-is:read is:skipped": [5, 8],
            "is:starred or (is:read -is:noted)": [3, 2, 7],
        }.items():
            assert list(filled.items.view(parse(text, NOW))) == found
    assert read == []


@pytest.mark.parametrize("is_written_anew", [False, True])
def test_the_dates_of_an_order_are_read_when_they_are_asked_for(
    filled: Library, folder: Path, is_written_anew: bool
) -> None:
    assert filled.wait_for_index(10)
    filled.close()
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        dates = dict(connection.execute("SELECT id, date FROM rows"))
    index = Index(folder / "index.sqlite", writing=False)
    order = index.contents().order
    if is_written_anew:
        with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
            connection.execute("UPDATE ordered SET removed = x'', added = x''")
            connection.commit()
    assert list(order.ids) == [5, 4, 3, 2, 1]
    assert list(order.ages) == [-dates[item_id] for item_id in order.ids]
    index.close()
