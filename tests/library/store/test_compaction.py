from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.log import LogBook, LogTable
from hauler_tui.library.store.writer import AppendFile, Writer
from tests.library.disks import Disk

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def book(tmp_path: Path, writer: Writer, disk: Disk) -> Iterator[LogBook]:
    with LogBook.open(tmp_path, ("items",), writer, append_file=disk.file) as book:
        book.table("items").put_many({number: {"n": number} for number in range(3000)})
        book.table("items").put_many({number: {"n": -number} for number in range(0, 3000, 2)})
        writer.flush()
        yield book


EXPECTED = {number: {"n": number if number % 2 else -number} for number in range(3000)}


def contents(table: LogTable) -> dict[int, Any]:
    return {doc_id: table.document(doc_id) for doc_id in table.ids()}


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()} - {"items.offsets"}


def waiting_for(event: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        event.wait(10)

    return wait


changes = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.dictionaries(st.integers(0, 4000), st.one_of(st.none(), st.text()), max_size=5),
    ),
    max_size=5,
)


@given(changes=changes)
@settings(max_examples=20, deadline=None)
def test_what_is_changed_while_a_log_is_compacted_stays_changed(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, dict[int, str | None]]]
) -> None:
    directory = tmp_path_factory.mktemp("log")
    writer = Writer(retry_seconds=60)
    with LogBook.open(directory, ("items",), writer) as book:
        table = book.table("items")
        table.put_many({number: {"n": "x"} for number in range(0, 4000, 9)})
        expected = contents(table)
        calls = 0

        def meanwhile(part: float) -> None:
            nonlocal calls
            for when, texts in changes:
                if when == calls:
                    removed = [doc_id for doc_id, text in texts.items() if text is None]
                    put = {
                        doc_id: {"n": text} for doc_id, text in texts.items() if text is not None
                    }
                    table.put_many(put)
                    for doc_id in set(removed) & set(expected):
                        table.drop(doc_id)
                        del expected[doc_id]
                    expected.update(put)
                    assert contents(table) == expected
            calls += 1

        position = table.position
        table.compact(meanwhile)
        assert calls
        assert table.position[0] != position[0]
        assert contents(table) == expected
        highest = table.highest
    with LogBook.open(directory, ("items",), writer) as book:
        assert book.rescued == ()
        assert contents(book.table("items")) == expected
        assert book.table("items").highest == highest
    writer.close()


def test_a_log_is_read_and_changed_from_other_threads_while_it_is_swapped(
    tmp_path: Path, book: LogBook, writer: Writer
) -> None:
    table = book.table("items")
    failures: list[object] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                found = dict(table.scan())
                if len(found) != 3000 or table.document(7) != {"n": 7}:
                    failures.append(len(found))
            except LibraryError as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    told: list[LibraryError | None] = []
    for number in range(5):
        job = table.begin_compaction(told.append)
        table.put(8, {"n": f"round {number}"})
        job.wait()
        assert not job.is_running
        assert job.progress == 1.0
    is_over.set()
    reader.join()
    assert failures == []
    assert told == [None] * 5
    assert contents(table) == {**EXPECTED, 8: {"n": "round 4"}}


def test_changes_that_wait_for_the_disk_go_to_the_log_that_counts_then(
    tmp_path: Path, book: LogBook, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = book.table("items")
    free = threading.Event()
    call = writer.call

    def call_later(function: Callable[[], None]) -> None:
        call(waiting_for(free))
        table.put(1, {"n": "before the swap"})
        call(function)

    monkeypatch.setattr(writer, "call", call_later)
    job = table.begin_compaction()
    for thread in threading.enumerate():
        if thread.name == "hauler-compaction":
            thread.join()
    table.put_many({2: {"n": "after the swap"}, 5000: {"n": "new"}})
    table.drop(3)
    position = table.position
    free.set()
    job.wait()
    writer.flush()
    expected = {**EXPECTED, 1: {"n": "before the swap"}, 2: {"n": "after the swap"}}
    expected[5000] = {"n": "new"}
    del expected[3]
    assert contents(table) == expected
    assert (tmp_path / "items.log").stat().st_size == table.position[1] < position[1]
    with LogBook.open(tmp_path, ("items",), None) as reading:
        assert contents(reading.table("items")) == expected
        assert reading.table("items").highest == 5000


def test_one_who_reads_goes_on_with_the_log_there_was(tmp_path: Path, book: LogBook) -> None:
    book.close()
    writer = Writer(retry_seconds=60)
    with (
        LogBook.open(tmp_path, ("items",), writer) as writing,
        LogBook.open(tmp_path, ("items",), None) as reading,
    ):
        rows = iter(reading.table("items").scan())
        first = next(rows)
        for number in range(3):
            writing.table("items").put(1, {"n": number, "long": "x" * 99_999})
            writing.table("items").compact()
        assert len([first, *rows]) == 3000
        assert contents(reading.table("items")) == EXPECTED
        assert contents(writing.table("items"))[1]["n"] == 2
    writer.close()


def test_a_disk_that_is_full_leaves_the_log_going_on(
    tmp_path: Path, book: LogBook, writer: Writer, disk: Disk
) -> None:
    table = book.table("items")
    told: list[LibraryError | None] = []
    disk.write_error = errno.ENOSPC
    with pytest.raises(LibraryError, match=r"items\.log cannot be compacted: No space left"):
        table.compact()
    with pytest.raises(LibraryError, match="cannot be compacted"):
        table.begin_compaction(told.append).wait()
    assert [str(error)[-23:] for error in told] == ["No space left on device"]
    assert names(tmp_path) == {"items.log"}
    disk.write_error = None
    table.put(1, {"n": "on"})
    writer.flush()
    table.compact()
    assert contents(table) == {**EXPECTED, 1: {"n": "on"}}
    assert names(tmp_path) == {"items.log", "items.log.old"}


def test_a_disk_that_refuses_a_change_does_not_let_a_compaction_wait_for_ever(
    tmp_path: Path, book: LogBook, writer: Writer, disk: Disk
) -> None:
    table = book.table("items")
    disk.write_error = errno.EIO
    table.put(1, {"n": "kept"})
    with pytest.raises(LibraryError, match="One change is not saved"):
        table.compact()
    disk.write_error = None
    writer.flush()
    assert names(tmp_path) == {"items.log"}
    assert contents(table) == {**EXPECTED, 1: {"n": "kept"}}


def test_what_progress_raises_calls_a_compaction_off(tmp_path: Path, book: LogBook) -> None:
    table = book.table("items")
    parts: list[float] = []

    def interrupt(part: float) -> None:
        parts.append(part)
        raise KeyboardInterrupt

    position = table.position
    with pytest.raises(KeyboardInterrupt):
        table.compact(interrupt)
    assert 0 < parts[0] < 1
    assert table.position == position
    assert contents(table) == EXPECTED
    assert names(tmp_path) == {"items.log"}


def test_two_compactions_of_one_log_are_refused_in_a_sentence(book: LogBook) -> None:
    table = book.table("items")

    def again(part: float) -> None:
        with pytest.raises(LibraryError, match="is being compacted already"):
            table.begin_compaction()

    table.compact(again)
    assert contents(table) == EXPECTED


def test_a_compacted_log_is_opened_by_its_new_side_car_even_after_a_crash(
    tmp_path: Path, book: LogBook, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = book.table("items")
    table.begin_compaction().wait()
    table.put(1, {"n": "later"})
    writer.flush()
    counted = 0
    read = AppendFile.read

    def counting(file: AppendFile, position: int, length: int) -> bytes:
        nonlocal counted
        counted += length
        return read(file, position, length)

    monkeypatch.setattr(AppendFile, "read", counting)
    with LogBook.open(tmp_path, ("items",), None) as reading:
        assert len(reading.table("items")) == 3000
        assert reading.table("items").document(1) == {"n": "later"}
    assert counted < table.position[1] // 2
    assert names(tmp_path) == {"items.log", "items.log.old"}


def test_closing_calls_a_compaction_off_and_leaves_no_half_file(
    tmp_path: Path, book: LogBook, writer: Writer
) -> None:
    free = threading.Event()
    writer.call(waiting_for(free))
    book.table("items").begin_compaction()
    free.set()
    book.close()
    assert "items.log.new" not in names(tmp_path)
    with LogBook.open(tmp_path, ("items",), writer) as again:
        assert contents(again.table("items")) == EXPECTED


def test_a_place_stays_the_same_through_a_compaction_and_differs_between_versions(
    book: LogBook,
) -> None:
    table = book.table("items")
    before = [table.place(number) for number in range(3001)]
    table.compact()
    assert [table.place(number) for number in range(3001)] == before
    table.put(1, {"n": 9})
    assert table.place(1) not in (0, before[1])
    assert before[3000] == 0
    assert all(0 < place < 1 << 63 for place in before[:3000])


def test_a_log_that_took_its_name_meanwhile_is_not_replaced(tmp_path: Path, writer: Writer) -> None:
    folder, away = tmp_path / "library", tmp_path / "away"
    with LogBook.open(folder, ("items",), writer) as book:
        book.table("items").put(1, {"n": 1})
        writer.flush()
        folder.rename(away)
        with pytest.raises(LibraryError, match="cannot be compacted"):
            book.table("items").compact()
        folder.mkdir()
        (folder / "items.log").write_text("another")
        with pytest.raises(LibraryError, match="the folder was moved"):
            book.table("items").compact()
        assert names(folder) == {"items.log"}
        assert (folder / "items.log").read_text() == "another"
        assert contents(book.table("items")) == {1: {"n": 1}}
