from __future__ import annotations

import errno
import json
import math
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tinydb import where

from hauler_tui.errors import LibraryError, NewerLibraryError
from hauler_tui.library.store.log import LogBook, LogTable
from hauler_tui.library.store.loglines import header
from hauler_tui.library.store.writer import Writer
from tests.library.disks import Disk, Power

pytestmark = pytest.mark.usefixtures("quick_disk")


def opened(directory: Path, writer: Writer | None, **options: Any) -> LogBook:
    return LogBook.open(directory, ("items",), writer, **options)


def contents(table: LogTable) -> dict[int, Any]:
    return {doc_id: table.document(doc_id) for doc_id in table.ids()}


def test_a_batch_is_readable_at_once_and_durable_after_flush(
    tmp_path: Path, writer: Writer
) -> None:
    disk = Disk()
    with opened(tmp_path, writer, append_file=disk.file) as book:
        table = book.table("items")
        disk.write_error = errno.ENOSPC
        table.put_many({number: {"n": number} for number in range(100)})
        table.put(5, {"n": "five"})
        table.drop(6)
        with pytest.raises(LibraryError, match="not saved"):
            writer.flush()
        assert table.document(5) == {"n": "five"}
        assert table.document(6) is None
        assert len(table.search(where("n") != 1)) == 98
        disk.write_error = None
    with opened(tmp_path, writer) as book:
        assert len(book.table("items")) == 99
        assert book.table("items").document(5) == {"n": "five"}
        assert book.rescued == ()


def test_a_document_is_read_as_it_was_put_last_while_older_versions_become_durable(
    tmp_path: Path, writer: Writer
) -> None:
    is_first_durable, free = threading.Event(), threading.Event()

    def wait() -> None:
        is_first_durable.set()
        free.wait(10)

    with opened(tmp_path, writer) as book:
        table = book.table("items")
        table.put(1, {"n": "first"})
        writer.call(wait)
        table.put(1, {"n": "second"})
        assert is_first_durable.wait(10)
        assert table.document(1) == {"n": "second"}
        assert dict(table.scan()) == {1: b'{"n":"second"}'}
        free.set()


def test_the_log_is_text_that_can_be_read_by_eye(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book:
        book.table("items").put_many({1: {"title": "naïve"}, 2: {"title": "\ud800"}})
        book.table("items").drop(1)
    lines = (tmp_path / "items.log").read_bytes().split(b"\n")
    assert [line[:4] for line in lines] == [
        b"G 1 ",
        b"P 1 ",
        b"P 2 ",
        b"C 2 ",
        b"D 1 ",
        b"C 1 ",
        b"",
    ]
    assert "naïve".encode() in lines[1]
    assert rb"\ud800" in lines[2]


def test_the_same_document_again_writes_nothing(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        table.put_many({1: {"n": 1}, 2: {"n": 1}})
        position = table.position
        table.put_many({1: {"n": 1}})
        table.update({"n": 1})
        assert table.position == position
        table.put_many({1: {"n": True}})
        assert table.position > position


def test_values_stock_tinydb_keeps_come_back_exactly(tmp_path: Path, writer: Writer) -> None:
    odd = {"1": "\ud83d", "007": "\0\n", "": "x" * 10_000_000, "nan": float("nan"), "t": (1, 2.0)}
    for _ in range(2):
        with opened(tmp_path, writer) as book:
            book.table("items").put(1, odd)
            found = book.table("items").document(1) or {}
            assert math.isnan(found["nan"])
            assert json.dumps(found) == json.dumps(odd)


def test_ids_may_be_far_apart_and_are_not_used_again(tmp_path: Path, writer: Writer) -> None:
    far = {-5: {"n": 1}, 0: {"n": 2}, 10**15: {"n": 3}}
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        table.put_many(far)
        table.drop(10**15)
        table.compact()
        with pytest.raises(ValueError, match="62 bits"):
            table.put(1 << 63, {})
    with opened(tmp_path, writer) as book:
        assert list(book.table("items").ids()) == [-5, 0]
        assert book.table("items").insert({}) == 10**15 + 1


def test_what_ids_since_a_position_is_told_once_each(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        table.put_many({1: {"n": 1}, 2: {"n": 2}})
        position = table.position
        assert list(table.ids_since(position) or "x") == []
        table.put(1, {"n": 3})
        writer.flush()
        table.put(1, {"n": 4})
        table.drop(2)
        assert sorted(table.ids_since(position) or ()) == [1, 2]
        ahead = (position[0], table.position[1] + 1)
        assert table.ids_since(ahead) is None
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        assert sorted(table.ids_since(position) or ()) == [1, 2]
        table.compact()
        assert table.ids_since(position) is None


@pytest.mark.parametrize("side_car", ["kept", "lost", "cut", "flipped", "of another log"])
def test_the_side_car_is_disposable(tmp_path: Path, writer: Writer, side_car: str) -> None:
    with opened(tmp_path, writer) as book:
        book.table("items").put_many({number: {"n": number} for number in range(3000)})
        book.table("items").remove(where("n") < 10)
        expected = contents(book.table("items"))
    path = tmp_path / "items.offsets"
    data = path.read_bytes()
    if side_car == "lost":
        path.unlink()
    elif side_car == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif side_car == "flipped":
        path.write_bytes(data[:2000] + bytes([data[2000] ^ 1]) + data[2001:])
    elif side_car == "of another log":
        copy = (tmp_path / "items.log").read_bytes()
        (tmp_path / "items.log").rename(tmp_path / "other.log")
        (tmp_path / "items.log").write_bytes(copy)
    with opened(tmp_path, writer) as book:
        assert contents(book.table("items")) == expected
        assert len(book.table("items")) == 2990
        assert book.table("items").highest == 2999


@pytest.fixture
def log(tmp_path: Path, writer: Writer) -> bytes:
    """A log of three batches: two documents, one of them changed, then two more."""
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        table.put_many({1: {"n": "one"}, 2: {"n": "two"}})
        table.put(1, {"n": "new"})
        table.put_many({3: {"n": "three"}, 4: {"n": "four"}})
    return (tmp_path / "items.log").read_bytes()


ALL = {1: {"n": "new"}, 2: {"n": "two"}, 3: {"n": "three"}, 4: {"n": "four"}}


def test_a_log_torn_at_any_byte_opens_as_before_its_last_batch(
    tmp_path: Path, writer: Writer, log: bytes
) -> None:
    last = log.index(b"P 3 ")
    for cut in range(last, len(log)):
        (tmp_path / "items.log").write_bytes(log[:cut])
        for with_writer in (None, writer):
            with opened(tmp_path, with_writer) as book:
                assert contents(book.table("items")) == {1: ALL[1], 2: ALL[2]}
                if with_writer:
                    assert bool(book.rescued) == (cut > last)
                    book.table("items").put(5, {"n": "five"})
        with opened(tmp_path, writer) as book:
            assert set(contents(book.table("items"))) == {1, 2, 5}
        kept = list(tmp_path.glob("items.log.torn-*"))
        assert [path.read_bytes() for path in kept] == [log[last:cut]] * (cut > last)
        for path in kept:
            path.unlink()


def test_a_flipped_bit_anywhere_loses_at_most_its_own_record(
    tmp_path: Path, writer: Writer, log: bytes
) -> None:
    end = 0
    for line in log.splitlines(keepends=True):
        begin, end = end, end + len(line)
        for place in range(begin, end - 1):
            damaged = bytearray(log)
            damaged[place] ^= 1 << (place % 7)
            if damaged[place] == ord("\n"):
                continue
            for path in tmp_path.glob("items.*"):
                path.unlink()
            (tmp_path / "items.log").write_bytes(damaged)
            with opened(tmp_path, writer) as book:
                found = contents(book.table("items"))
                assert book.rescued
                book.table("items").put(5, {"n": "five"})
            lost = {int(line.split(b" ")[1])} if line[:1] == b"P" else set()
            assert set(ALL) - lost <= set(found), line
            assert all(found[each] == ALL[each] for each in set(ALL) - lost)
            with opened(tmp_path, writer) as book:
                assert contents(book.table("items")) == {**found, 5: {"n": "five"}}


def test_a_record_damaged_later_is_found_when_it_is_read(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book:
        book.table("items").put_many({1: {"n": "one"}, 2: {"n": "two"}, 3: {"n": "x" * 99_999}})
    path = tmp_path / "items.log"
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(path.read_bytes().index(b"one"))
        file.write(b"ONE")
    assert path.stat().st_ino == status.st_ino
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        assert table.document(2) == {"n": "two"}
        with pytest.raises(LibraryError, match=r"items\.log: the record of document 1 is damaged"):
            table.document(1)
        with pytest.raises(LibraryError, match="document 1"):
            table.all()
        assert table.damaged() == [1]
        assert [doc_id for doc_id, _ in table.scan(damaged=lambda doc_id: None)] == [2, 3]
        table.compact()
        assert list(table.ids()) == [2, 3]
        assert book.rescued == ("items.log: one damaged record was kept as items.log.damaged-1",)
    kept = (tmp_path / "items.log.damaged-1").read_bytes()
    assert kept.startswith(b"P 1 ")
    assert kept.endswith(b'{"n":"ONE"}\n')


def test_compaction_keeps_the_documents_and_the_old_file(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book:
        table = book.table("items")
        for round_ in range(5):
            table.put_many({number: {"n": number, "round": round_} for number in range(50)})
        expected = contents(table)
        before = table.position
        writer.flush()
        data = (tmp_path / "items.log").read_bytes()
        table.compact()
        assert contents(table) == expected
        assert table.position[0] != before[0]
        assert table.position[1] < before[1] / 4
        assert (tmp_path / "items.log.old").read_bytes() == data
        table.put(99, {"n": 99})
    with opened(tmp_path, writer) as book:
        assert contents(book.table("items")) == {**expected, 99: {"n": 99}}


def test_power_lost_at_any_operation_of_a_compaction_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer
) -> None:
    def survive(power: Power) -> None:
        for path in tmp_path.glob("*"):
            path.unlink()
        mine = Writer(retry_seconds=60)
        book = opened(tmp_path, mine)
        book.table("items").put_many({1: {"n": 1}, 2: {"n": 2}})
        book.table("items").put(1, {"n": "new"})
        mine.flush()
        with monkeypatch.context() as patched:
            power.cut_in(patched)
            with suppress(LibraryError):
                book.table("items").compact()
            if power.once:
                book.table("items").put(3, {"n": 3})
        if power.once:
            mine.flush()
        mine.abandon()
        book.close()

    power = Power(None)
    survive(power)
    for limit in range(1, power.count + 1):
        for once in (False, True):
            survive(Power(limit, once=once))
            with opened(tmp_path, writer) as book:
                expected = {1: {"n": "new"}, 2: {"n": 2}} | ({3: {"n": 3}} if once else {})
                assert contents(book.table("items")) == expected, (limit, once)


def test_reading_needs_no_write_permission_and_touches_nothing(
    tmp_path: Path, writer: Writer
) -> None:
    with opened(tmp_path, None) as book:
        assert book.table("items").all() == []
        assert list(tmp_path.iterdir()) == []
    with opened(tmp_path, writer) as book:
        book.table("items").put(1, {"n": 1})
        writer.flush()
        with opened(tmp_path, None) as reading:
            assert reading.table("items").all() == [{"n": 1}]
            with pytest.raises(LibraryError, match="reading only"):
                reading.table("items").put(2, {})
        assert not (tmp_path / "items.offsets").exists()


def test_a_newer_log_is_refused(tmp_path: Path, writer: Writer, monkeypatch: Any) -> None:
    monkeypatch.setattr("hauler_tui.library.store.loglines.FORMAT", 2)
    newer = header("0123456789abcdef")
    monkeypatch.undo()
    (tmp_path / "items.log").write_bytes(newer)
    with pytest.raises(NewerLibraryError):
        opened(tmp_path, writer)


def test_a_table_cannot_leave_its_folder(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book, pytest.raises(ValueError, match="cannot be called"):
        book.table("../items").insert({})


def test_a_dropped_table_is_empty_and_its_file_is_kept(tmp_path: Path, writer: Writer) -> None:
    with opened(tmp_path, writer) as book:
        book.table("items").put(1, {"n": 1})
        book.table("items").compact()
        book.drop_tables()
        assert book.tables() == set()
        assert book.table("items").all() == []
    dropped = sorted(tmp_path.glob("items.log.dropped-*"))
    assert [path.suffix == ".old" for path in dropped] == [False, True]
