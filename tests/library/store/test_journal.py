from __future__ import annotations

import errno
import json
import math
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.journaltext import Unread
from hauler_tui.library.store.writer import Writer
from tests.library.disks import Disk

NOW = datetime(2026, 11, 22, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("quick_disk")


def put(journal: Journal, doc_id: int, text: str = "text") -> None:
    with journal.step("note", f"paper {doc_id}", at=NOW):
        journal.table("notes").put(doc_id, {"text": text})


def texts(journal: Journal) -> dict[int, str]:
    return {note.doc_id: note["text"] for note in journal.table("notes")}


def beside(directory: Path, kind: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(directory.glob(f"*.{kind}-*"))]


def test_a_step_is_one_line_and_survives_reopening(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        with journal.step("star", "a paper", at=NOW):
            journal.table("stars").put(3, {"at": "now"})
            with journal.step("card", "joins the step outside", at=NOW):
                journal.table("cards").insert({"item": 3})
        writer.flush()
        assert len((directory / "library.journal").read_bytes().splitlines()) == 2
    with Journal.open(directory, writer=writer) as journal:
        assert journal.table("stars").rows() == {3: {"at": "now"}}
        assert journal.table("cards").rows() == {1: {"item": 3}}
        assert [step.verb for step in journal.history()] == ["star"]
        assert journal.rescued == ()


def test_a_snapshot_is_a_stock_tinydb_file_with_a_document_a_line(
    directory: Path, writer: Writer
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 7, "naïve \ud800 \0 ∞")
        put(journal, 2)
        journal.snapshot()
        text = (directory / "library.json").read_bytes()
        assert text.isascii()
        assert text.endswith(b"\n}\n")
        assert b'\n"2": {"text":"text"}\n' in text
        with TinyDB(directory / "library.json") as plain:
            assert plain.table("notes").all() == journal.table("notes").all()
            assert [note.doc_id for note in plain.table("notes")] == [7, 2]
        put(journal, 3)
    with Journal.open(directory, writer=writer) as journal:
        assert list(texts(journal)) == [7, 2, 3]


def test_a_step_that_raises_is_taken_back_and_told(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1, "first")
        size = journal.size
        told: list[Any] = []
        journal.subscribe(lambda ids: told.append((dict(ids), texts(journal))))
        with suppress(ZeroDivisionError), journal.step("note", "x", at=NOW):
            journal.table("notes").put(1, {"text": "second"})
            journal.table("notes").put(2, {"text": "new"})
            raise ZeroDivisionError
        assert texts(journal) == {1: "first"}
        assert journal.size == size
        assert told == [({"notes": frozenset({1, 2})}, {1: "first"})]


def test_a_document_that_is_not_json_changes_nothing(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        with pytest.raises(TypeError):
            journal.table("notes").put(1, {"text": object()})
        assert journal.table("notes").all() == []


def test_a_step_that_changes_nothing_leaves_no_line_and_no_history(
    directory: Path, writer: Writer
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        size = journal.size
        put(journal, 1)
        with journal.step("note", "there and back", at=NOW):
            journal.table("notes").put(1, {"text": "other"})
            journal.table("notes").put(1, {"text": "text"})
        assert journal.size == size
        assert len(journal.history()) == 1


def test_values_stock_tinydb_keeps_come_back_exactly(directory: Path, writer: Writer) -> None:
    odd = {"1": "\ud83d", "007": "\0", "": "x" * 1_000_000, "nan": float("nan"), "t": (1, 2.0)}
    with Journal.open(directory, writer=writer) as journal:
        journal.table("notes").put(1, odd)
    for compact in (True, False):
        with Journal.open(directory, writer=writer) as journal:
            found = journal.table("notes").get(doc_id=1)
            assert math.isnan(found["nan"])
            assert json.dumps(found) == json.dumps(odd)
            if compact:
                journal.snapshot()


def test_what_was_returned_can_be_changed_without_changing_the_library(
    directory: Path, writer: Writer
) -> None:
    given = {"tags": ["a"]}
    with Journal.open(directory, writer=writer) as journal:
        table = journal.table("notes")
        table.put(1, given)
        given["tags"].append("b")
        table.get(doc_id=1)["tags"].append("c")
        table.all()[0]["tags"].append("d")
        assert table.rows()[1] == {"tags": ["a"]}


def test_numbers_are_never_given_twice(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        assert journal.next_id("item") == 1
        with suppress(ZeroDivisionError), journal.step("add", "x", at=NOW):
            assert journal.next_id("item") == 2
            raise ZeroDivisionError
        assert journal.next_id("item") == 3
        assert journal.next_id("item", above=10) == 11
        table = journal.table("notes")
        assert table.insert({}) == 1
        table.truncate()
    for _ in range(2):
        with Journal.open(directory, writer=writer) as journal:
            journal.snapshot()
    with Journal.open(directory, writer=writer) as journal:
        assert journal.next_id("item") == 12
        assert journal.table("notes").insert({}) == 2


def test_files_are_for_their_owner_alone(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}


def test_reading_works_while_another_writes_and_touches_nothing(
    directory: Path, writer: Writer
) -> None:
    with pytest.raises(LibraryError, match="no library"):
        Journal.open(directory, writer=None)
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        writer.flush()
        with (directory / "library.journal").open("ab") as half:
            half.write(b'{"seq":2,"half')
        before = {path: path.read_bytes() for path in directory.iterdir()}
        with Journal.open(directory, writer=None) as reading:
            assert texts(reading) == {1: "text"}
            assert reading.rescued == ()
            assert len(reading.history()) == 1
            with pytest.raises(LibraryError, match="reading only"):
                put(reading, 2)
            with pytest.raises(LibraryError, match="reading only"):
                reading.undo(NOW)
            assert texts(reading) == {1: "text"}
        assert before == {path: path.read_bytes() for path in directory.iterdir()}


def test_a_full_disk_loses_nothing_and_keeps_the_order(directory: Path, writer: Writer) -> None:
    disk = Disk()
    with Journal.open(directory, writer=writer, append_file=disk.file) as journal:
        put(journal, 1)
        writer.flush()
        disk.write_error = errno.ENOSPC
        put(journal, 2)
        put(journal, 2, "newer")
        assert texts(journal) == {1: "text", 2: "newer"}
        with pytest.raises(LibraryError, match="not saved"):
            journal.snapshot()
        with pytest.raises(LibraryError, match="not saved"):
            journal.close()
        journal.undo(NOW)
        copy = directory / "elsewhere.json"
        journal.write_copy(copy)
        with TinyDB(copy) as plain:
            assert [note["text"] for note in plain.table("notes")] == ["text", "text"]
        disk.write_error = None
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "text", 2: "text"}
        assert journal.redo(NOW) is not None
        assert texts(journal) == {1: "text", 2: "newer"}


def test_a_reader_never_sees_half_a_change_while_another_process_compacts(
    directory: Path, writer: Writer
) -> None:
    seen: list[dict[int, str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with Journal.open(directory, writer=None) as journal:
                seen.append(texts(journal))

    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1, "0")
        put(journal, 2, "0")
        writer.flush()
        reader = threading.Thread(target=read)
        reader.start()
        for number in range(1, 60):
            with journal.step("note", "both", at=NOW):
                journal.table("notes").put(1, {"text": f"{number}"})
                journal.table("notes").put(2, {"text": f"{number}"})
            if number % 3 == 0:
                journal.snapshot()
        stop.set()
        reader.join()
    assert seen
    assert all(state[1] == state[2] for state in seen)


def test_two_threads_that_ask_for_a_table_at_once_get_the_same_documents(
    directory: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        journal.table("notes").put(1, {"text": "one"})
        journal.snapshot()
    begun, go_on = threading.Event(), threading.Event()
    read = Unread.read

    def slowly(table: Unread) -> dict[int, Any]:
        rows = read(table)
        begun.set()
        assert go_on.wait(10)
        return rows

    with Journal.open(directory, writer=writer) as journal:
        notes = journal.table("notes")
        monkeypatch.setattr(Unread, "read", slowly)
        found: list[Any] = []
        first = threading.Thread(target=lambda: found.append(dict(notes.rows())))
        first.start()
        assert begun.wait(10)
        second = threading.Thread(target=lambda: notes.put(2, {"text": "two"}))
        second.start()
        go_on.set()
        first.join()
        second.join()
        assert set(notes.rows()) == {1, 2}
        assert 1 in found[0]
