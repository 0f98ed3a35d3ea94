from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.log import LogBook, LogTable
from hauler_tui.library.store.writer import AppendFile, Writer
from tests.library.disks import Disk

pytestmark = pytest.mark.usefixtures("quick_disk")


def contents(table: LogTable) -> dict[int, Any]:
    return {doc_id: table.document(doc_id) for doc_id in table.ids()}


@pytest.mark.parametrize("trouble", ["write", "sync"])
@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.ESTALE, errno.ENOENT]
)
def test_whatever_the_disk_refuses_arrives_whole_and_in_order_once_it_recovers(
    tmp_path: Path, writer: Writer, trouble: str, code: int
) -> None:
    disk = Disk()
    told: list[int] = []
    writer.listener = lambda: told.append(writer.pending)
    with LogBook.open(tmp_path, ("items",), writer, append_file=disk.file) as book:
        table = book.table("items")
        table.put(1, {"n": 0})
        writer.flush()
        before = (tmp_path / "items.log").read_bytes()
        setattr(disk, f"{trouble}_error", code)
        for number in range(1, 4):
            table.put_many({1: {"n": number}, number + 10: {"n": number}})
            with pytest.raises(LibraryError, match=os.strerror(code)) as refusal:
                writer.flush()
            assert refusal.value.hint
            assert writer.pending == number
            assert table.document(1) == {"n": number}
        assert (tmp_path / "items.log").read_bytes() == before
        assert told[-1] == 3
        setattr(disk, f"{trouble}_error", None)
        disk.short_writes = True
        writer.flush()
        assert told[-1] == 0
    lines = (tmp_path / "items.log").read_bytes()[len(before) :].split(b"\n")
    assert [line[:4] for line in lines] == [
        *(b"P 1 ", b"P 11", b"C 2 ", b"P 1 ", b"P 12", b"C 2 ", b"P 1 ", b"P 13", b"C 2 "),
        b"",
    ]


def test_a_folder_that_is_moved_away_and_comes_back_has_everything(
    tmp_path: Path, writer: Writer
) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    with LogBook.open(home, ("items",), writer) as book:
        table = book.table("items")
        table.put(1, {"n": "at home"})
        writer.flush()
        home.rename(away)
        table.put(2, {"n": "away"})
        writer.flush()
        away.rename(home)
        table.put(3, {"n": "back"})
        writer.flush()
        with LogBook.open(home, ("items",), None) as reading:
            assert list(reading.table("items").ids()) == [1, 2, 3]


def test_a_file_that_vanished_and_was_put_back_gets_what_waited_for_it(
    tmp_path: Path, writer: Writer
) -> None:
    path = tmp_path / "items.log"
    with LogBook.open(tmp_path, ("items",), writer) as book:
        table = book.table("items")
        table.put(1, {"n": "before"})
        writer.flush()
        shutil.copy(path, tmp_path / "copy")
        path.unlink()
        for number in (2, 3):
            table.put(number, {"n": "meanwhile"})
            with pytest.raises(LibraryError, match="no longer in its folder"):
                writer.flush()
            assert writer.pending == number - 1
        (tmp_path / "other").write_bytes(b"another file" * 99)
        (tmp_path / "other").replace(path)
        with pytest.raises(LibraryError, match="no longer in its folder"):
            writer.flush()
        assert path.read_bytes() == b"another file" * 99
        (tmp_path / "copy").replace(path)
        writer.flush()
        table.put(4, {"n": "after"})
        writer.flush()
        assert contents(table)[1] == {"n": "before"}
        with LogBook.open(tmp_path, ("items",), None) as reading:
            assert list(reading.table("items").ids()) == [1, 2, 3, 4]


def test_a_write_that_writes_nothing_is_an_error(tmp_path: Path, writer: Writer) -> None:
    class Stuck(AppendFile):
        def write(self, data: memoryview, position: int) -> int:
            return 0

    file = Stuck(tmp_path / "stuck")
    writer.append(file, b"x", lambda: None)
    with pytest.raises(LibraryError, match="not saved"):
        writer.flush()
    file.close()


def test_a_log_that_is_swapped_while_it_is_opened_is_opened_as_it_is_then(
    tmp_path: Path, writer: Writer
) -> None:
    with LogBook.open(tmp_path, ("items",), writer) as book:
        table = book.table("items")
        table.put_many({number: {"n": number} for number in range(3000)})
        writer.flush()
        opened = 0

        class Late(AppendFile):
            def __init__(self, path: Path, end: int | None = None, *, flags: int = 0) -> None:
                nonlocal opened
                super().__init__(path, end, flags=flags)
                opened += 1
                if opened == 1:
                    table.put(1, {"n": "new"})
                    table.compact()

        with LogBook.open(tmp_path, ("items",), None, append_file=Late) as reading:
            assert reading.table("items").position == table.position
            assert reading.table("items").document(1) == {"n": "new"}
        assert opened == 2


def test_opening_beside_a_writer_that_compacts_never_fails_and_writes_nothing(
    tmp_path: Path, writer: Writer
) -> None:
    with LogBook.open(tmp_path, ("items",), writer) as book:
        table = book.table("items")
        table.put_many({number: {"n": number} for number in range(2000)})
        writer.flush()
        for number in range(12):
            job = table.begin_compaction()
            while job.is_running:
                table.put(1, {"n": number})
                with LogBook.open(tmp_path, ("items",), None) as reading:
                    assert len(dict(reading.table("items").scan())) == 2000
                    assert reading.rescued == ()
            job.wait()
    assert {path.name for path in tmp_path.iterdir()} <= {
        "items.log",
        "items.log.old",
        "items.offsets",
    }


@pytest.mark.parametrize("name", ["with spaces", "emoji 📚", "new\nline"])
def test_a_log_may_be_in_a_folder_of_any_name(tmp_path: Path, writer: Writer, name: str) -> None:
    with LogBook.open(tmp_path / name, ("items",), writer) as book:
        book.table("items").put_many({number: {"n": number} for number in range(3000)})
        book.table("items").compact()
    with LogBook.open(tmp_path / name, ("items",), None) as book:
        assert len(book.table("items")) == 3000


@pytest.mark.parametrize("is_writing", [False, True])
def test_a_folder_that_is_a_file_is_refused_in_a_sentence(
    tmp_path: Path, writer: Writer, is_writing: bool
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="cannot be opened") as refusal:
        LogBook.open(tmp_path / "file", ("items",), writer if is_writing else None)
    assert refusal.value.hint
