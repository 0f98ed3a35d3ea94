from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.writer import AppendFile, Writer

pytestmark = pytest.mark.usefixtures("quick_disk")

COUNT = 6000


@pytest.fixture
def folder(tmp_path: Path, writer: Writer) -> Path:
    """A log of 5,999 documents with its side-car."""
    with LogBook.open(tmp_path, ("items",), writer) as book:
        book.table("items").put_many({number: {"n": number} for number in range(COUNT)})
        book.table("items").drop(5)
    assert (tmp_path / "items.offsets").exists()
    return tmp_path


def reads(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The bytes read of each file from now on."""
    counted: dict[str, int] = {}
    read = AppendFile.read

    def counting(file: AppendFile, position: int, length: int) -> bytes:
        data = read(file, position, length)
        counted[file.path.name] = counted.get(file.path.name, 0) + len(data)
        return data

    monkeypatch.setattr(AppendFile, "read", counting)
    return counted


def test_opening_reads_neither_the_log_nor_the_pages_of_the_side_car(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = reads(monkeypatch)
    with LogBook.open(folder, ("items",), None) as book:
        table = book.table("items")
        assert len(table) == COUNT - 1
        assert table.highest == COUNT - 1
        assert list(table.ids_since(table.position) or ()) == []
        assert counted["items.log"] < 5000
        assert counted["items.offsets"] < 400
        assert table.document(3) == {"n": 3}
        assert counted["items.offsets"] < 400 + 16 * 1024 + 1


def test_closing_writes_no_side_car_for_a_few_changes(folder: Path, writer: Writer) -> None:
    before = (folder / "items.offsets").stat().st_ino
    with LogBook.open(folder, ("items",), writer) as book:
        book.table("items").put(3, {"n": "three"})
        position = book.table("items").position
        book.table("items").drop(4)
    assert (folder / "items.offsets").stat().st_ino == before
    with LogBook.open(folder, ("items",), writer) as book:
        assert len(book.table("items")) == COUNT - 2
        assert book.table("items").document(3) == {"n": "three"}
        assert list(book.table("items").ids_since(position) or ()) == [4]
        book.table("items").put_many({number: {"again": number} for number in range(COUNT)})
    assert (folder / "items.offsets").stat().st_ino != before


def test_a_flipped_bit_in_the_side_car_costs_time_alone(folder: Path) -> None:
    data = (folder / "items.offsets").read_bytes()
    for place in (*range(0, 260, 5), 300, *range(400, len(data), 9001), len(data) - 1):
        damaged = bytearray(data)
        damaged[place] ^= 4
        (folder / "items.offsets").write_bytes(damaged)
        with LogBook.open(folder, ("items",), None) as book:
            table = book.table("items")
            assert list(table.ids()) == [*range(5), *range(6, COUNT)]
            assert len(table) == COUNT - 1
            assert table.document(COUNT - 1) == {"n": COUNT - 1}


def test_a_damaged_page_is_mended_while_documents_wait_for_the_disk(
    folder: Path, writer: Writer
) -> None:
    data = bytearray((folder / "items.offsets").read_bytes())
    data[-9] ^= 1
    (folder / "items.offsets").write_bytes(data)
    with LogBook.open(folder, ("items",), writer) as book:
        table = book.table("items")
        table.put(1, {"n": "first"})
        table.put(COUNT - 1, {"n": "last"})
        assert table.document(1) == {"n": "first"}
        assert table.document(COUNT - 1) == {"n": "last"}
        assert len(list(table.ids())) == len(table) == COUNT - 1


def test_the_side_car_of_a_copy_that_went_another_way_is_not_believed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, writer: Writer
) -> None:
    other = tmp_path_factory.mktemp("other") / "library"
    shutil.copytree(folder, other)
    for directory, letter in ((folder, "a"), (other, "b")):
        with LogBook.open(directory, ("items",), writer) as book:
            book.table("items").put_many({number: {letter: number} for number in range(COUNT)})
            book.table("items").drop(9 if letter == "a" else 8)
    (other / "items.log").replace(folder / "items.log")
    with LogBook.open(folder, ("items",), None) as book:
        assert len(book.table("items")) == COUNT - 1
        assert book.table("items").document(9) == {"b": 9}
        assert book.table("items").document(8) is None


def test_a_copied_library_keeps_its_side_car(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path_factory.mktemp("copy") / "library"
    shutil.copytree(folder, copy)
    counted = reads(monkeypatch)
    with LogBook.open(copy, ("items",), None) as book:
        assert len(book.table("items")) == COUNT - 1
    assert counted["items.log"] < 5000


def test_missing_documents_are_found_among_many(folder: Path) -> None:
    with LogBook.open(folder, ("items",), None) as book:
        assert book.table("items").missing([COUNT, 0, 5, -7, 10**9, 2000]) == [-7, 5, COUNT, 10**9]
        assert book.table("items").missing([]) == []


def test_chosen_documents_come_in_the_order_of_the_file_with_few_reads(
    folder: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LogBook.open(folder, ("items",), writer) as book:
        table = book.table("items")
        table.put(100, {"n": "moved to the end"})
        writer.flush()
        assert [doc_id for doc_id, _ in table.scan([5, 300, 100, 7, 300, 99_999])] == [7, 300, 100]
        calls = 0
        read = AppendFile.read

        def counting(file: AppendFile, position: int, length: int) -> bytes:
            nonlocal calls
            calls += file.path.suffix == ".log"
            return read(file, position, length)

        monkeypatch.setattr(AppendFile, "read", counting)
        assert len(list(table.scan(range(0, 5000, 3)))) == 1667
        assert calls <= 4
        calls = 0
        assert [doc_id for doc_id, _ in table.scan()] == list(table.ids())
        assert calls <= 12
        table.put_many({number: {"n": -number} for number in range(0, COUNT, 2)})
        writer.flush()
        calls = 0
        assert [doc_id for doc_id, _ in table.scan()] == list(table.ids())
        assert calls <= 24
        assert table.damaged() == []
