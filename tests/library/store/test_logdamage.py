from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Any

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.log import LogBook, LogTable
from hauler_tui.library.store.loglines import header
from hauler_tui.library.store.writer import Writer
from tests.library.disks import Disk

pytestmark = pytest.mark.usefixtures("quick_disk")


def contents(table: LogTable) -> dict[int, Any]:
    return {doc_id: table.document(doc_id) for doc_id in table.ids()}


def written(directory: Path, writer: Writer, *batches: dict[int, Any], base: bytes = b"") -> bytes:
    """The bytes of a log of these batches, which continue ``base``."""
    directory.mkdir(exist_ok=True)
    path = directory / "items.log"
    if base:
        path.write_bytes(base)
    with LogBook.open(directory, ("items",), writer) as book:
        for batch in batches:
            book.table("items").put_many(batch)
            for doc_id in [doc_id for doc_id, document in batch.items() if not document]:
                book.table("items").drop(doc_id)
    data = path.read_bytes()
    shutil.rmtree(directory)
    return data


def read(directory: Path, writer: Writer | None, data: bytes | None = None) -> LogBook:
    directory.mkdir(exist_ok=True)
    if data is not None:
        (directory / "items.log").write_bytes(data)
    return LogBook.open(directory, ("items",), writer)


SHARED = ({1: {"n": "one"}, 2: {"n": "two"}}, {1: {"n": "new"}})
OLD, ALL = {1: {"n": "new"}, 2: {"n": "two"}}, "items.log"


def test_a_copy_behind_itself_says_the_same_once(tmp_path: Path, writer: Writer) -> None:
    log = written(tmp_path / "one", writer, *SHARED)
    for with_writer in (None, writer):
        with read(tmp_path / "two", with_writer, log + log) as book:
            table = book.table("items")
            assert contents(table) == OLD
            assert list(table.rivals()) == []
            assert len(book.rescued) == 1
            assert "another copy of a log begins at byte" in book.rescued[0]
            assert table.is_wasteful
    with read(tmp_path / "two", writer) as book:
        book.table("items").compact()
        assert not book.table("items").is_wasteful
    with read(tmp_path / "two", writer) as book:
        assert contents(book.table("items")) == OLD
        assert book.rescued == ()


def test_an_older_copy_behind_a_log_takes_nothing_back(tmp_path: Path, writer: Writer) -> None:
    older = written(tmp_path / "one", writer, *SHARED)
    log = written(tmp_path / "one", writer, {2: {"n": "newer"}, 3: {"n": "three"}}, base=older)
    for merged in (log + older, older + log):
        with read(tmp_path / "two", writer, merged) as book:
            assert contents(book.table("items")) == {
                1: {"n": "new"},
                2: {"n": "newer"},
                3: {"n": "three"},
            }
            assert list(book.table("items").rivals()) == []


def merged(way: str, log: bytes, ours: bytes, theirs: bytes) -> bytes:
    if way == "one after the other":
        return ours + theirs
    if way == "a union":
        return ours + theirs[len(log) :]
    return b"%b<<<<<<< HEAD\n%b=======\n%b>>>>>>> other\n" % (
        log,
        ours[len(log) :],
        theirs[len(log) :],
    )


@pytest.mark.parametrize("way", ["one after the other", "a union", "marks of a conflict"])
def test_two_logs_that_went_different_ways_are_both_read(
    tmp_path: Path, writer: Writer, way: str
) -> None:
    log = written(tmp_path / "one", writer, *SHARED)
    ours = written(tmp_path / "one", writer, {1: {"n": "ours"}, 3: {"n": "three"}}, base=log)
    theirs = written(tmp_path / "one", writer, {1: {"n": "theirs"}, 4: {"n": "4"}}, base=log)
    both = {1: {"n": "theirs"}, 2: {"n": "two"}, 3: {"n": "three"}, 4: {"n": "4"}}
    for with_writer in (None, writer):
        with read(tmp_path / "two", with_writer, merged(way, log, ours, theirs)) as book:
            table = book.table("items")
            assert contents(table) == both
            rivals = list(table.rivals())
            assert rivals == [(1, {"n": "ours"}, {"n": "theirs"})] * (way != "a union")
            assert len(book.rescued) == (way != "a union")
            assert book._logs.log("items").parts or way == "a union"
    with read(tmp_path / "two", writer) as book:
        book.table("items").put(1, {"n": "decided"})
        book.table("items").compact()
        assert list(book.table("items").rivals()) == []
    with read(tmp_path / "two", writer) as book:
        assert contents(book.table("items")) == {**both, 1: {"n": "decided"}}
        assert book.rescued == ()


def test_a_log_of_another_name_behind_a_log_counts_as_later(tmp_path: Path, writer: Writer) -> None:
    one = written(tmp_path / "one", writer, {1: {"n": "one"}, 2: {"n": "two"}})
    other = written(tmp_path / "one", writer, {2: {"n": "other"}, 3: {"n": "three"}})
    with read(tmp_path / "two", writer, one + other) as book:
        assert contents(book.table("items")) == {
            1: {"n": "one"},
            2: {"n": "other"},
            3: {"n": "three"},
        }
        assert list(book.table("items").rivals()) == [(2, {"n": "two"}, {"n": "other"})]


def test_only_whole_records_of_a_second_part_count(tmp_path: Path, writer: Writer) -> None:
    log = written(tmp_path / "one", writer, *SHARED)
    other = written(tmp_path / "one", writer, {2: {"n": "other"}, 3: {"n": "three"}})
    second = log + other.replace(b"other", b"0ther")
    for torn in (0, 9):
        with read(tmp_path / "two", writer, second[: len(second) - torn]) as book:
            found = contents(book.table("items"))
            assert found == OLD | ({} if torn else {3: {"n": "three"}})
            assert book.rescued


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_part_torn_before_a_second_one_loses_only_what_was_torn(
    tmp_path: Path, writer: Writer, cut: int
) -> None:
    log = written(tmp_path / "one", writer, *SHARED, {5: {"n": "five"}})
    with read(tmp_path / "two", writer, log[:-cut] + log) as book:
        assert contents(book.table("items")) == {**OLD, 5: {"n": "five"}}
        assert book.rescued


def test_damaged_bytes_are_put_aside_when_opening_and_told_once(
    tmp_path: Path, writer: Writer
) -> None:
    log = written(tmp_path / "one", writer, *SHARED)
    damaged = log.replace(b'"two"', b'"tvo"')
    with read(tmp_path / "two", writer, damaged) as book:
        assert contents(book.table("items")) == {1: {"n": "new"}}
        assert [line.split(":")[1].split(";")[0].split(" after")[0] for line in book.rescued] == [
            " one damaged record",
            " one damaged record was kept as items.log.damaged-1",
        ]
    kept = tmp_path / "two" / "items.log.damaged-1"
    assert kept.read_bytes().startswith(b"P 2 ")
    assert (tmp_path / "two" / "items.log.old").read_bytes() == damaged
    with read(tmp_path / "two", writer) as book:
        assert book.rescued == ()
        assert contents(book.table("items")) == {1: {"n": "new"}}


def test_a_damaged_log_on_a_full_disk_is_read_all_the_same(tmp_path: Path, writer: Writer) -> None:
    log = written(tmp_path / "one", writer, *SHARED, {3: {"n": "x" * 99_999}})
    for damaged in (log.replace(b'"two"', b'"tvo"'), b"x" + log):
        disk = Disk()
        disk.write_error = errno.ENOSPC
        (tmp_path / "items.log").write_bytes(damaged)
        with LogBook.open(tmp_path, ("items",), writer, append_file=disk.file) as book:
            assert contents(book.table("items"))[1] == {"n": "new"}
            assert book.rescued
            disk.write_error = None
        assert (tmp_path / "items.log").read_bytes() == damaged
        with LogBook.open(tmp_path, ("items",), None) as book:
            assert book.rescued


@pytest.mark.parametrize("left", [("old",), ("new",), ("old", "new"), ("link", "old")])
@pytest.mark.parametrize("is_empty", [False, True])
def test_a_missing_log_is_put_together_from_what_was_left(
    tmp_path: Path, writer: Writer, left: tuple[str, ...], is_empty: bool
) -> None:
    logs = {
        "old": written(tmp_path / "one", writer, *SHARED),
        "new": written(tmp_path / "one", writer, {2: {"n": "newer"}, 3: {"n": "three"}})[:-5],
        "link": written(tmp_path / "one", writer, *SHARED),
    }
    logs["new"] = written(tmp_path / "one", writer, {2: {"n": "newer"}}) + b"P 3 "
    for kind in left:
        (tmp_path / f"items.log.{kind}").write_bytes(logs[kind])
    if is_empty:
        (tmp_path / "items.log").touch()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with read(tmp_path, None) as book:
        assert "is missing or empty" in book.rescued[0]
        assert contents(book.table("items"))[2]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    expected = (OLD if {"old", "link"} & set(left) else {}) | (
        {2: {"n": "newer"}} if "new" in left else {}
    )
    with read(tmp_path, writer) as book:
        assert contents(book.table("items")) == expected
        assert "was put together again from " in book.rescued[0]
    with read(tmp_path, writer) as book:
        assert contents(book.table("items")) == expected


def test_what_an_interrupted_compaction_left_is_cleared(tmp_path: Path, writer: Writer) -> None:
    log = written(tmp_path / "one", writer, *SHARED)
    (tmp_path / "items.log").write_bytes(log)
    (tmp_path / "items.log.link").hardlink_to(tmp_path / "items.log")
    (tmp_path / "items.log.new").write_bytes(header("half"))
    (tmp_path / "items.offsets.new").write_bytes(b"half")
    for killed in ("log", "log.new", "offsets", "offsets.new"):
        (tmp_path / f".items.{killed}.0123abcd.tmp").touch()
    with read(tmp_path, writer) as book:
        assert contents(book.table("items")) == OLD
        assert book.rescued == ()
    assert {path.name for path in tmp_path.iterdir()} == {"items.log"}
    (tmp_path / "items.log.link").write_bytes(log)
    with read(tmp_path, writer) as book:
        assert contents(book.table("items")) == OLD
    assert {path.name for path in tmp_path.glob("items.*")} == {"items.log", "items.log.old"}


def test_a_disk_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    with LogBook.open(tmp_path, ("items",), writer, append_file=disk.file) as book:
        book.table("items").put(1, {"n": 1})
        writer.flush()

        def refuse(file: object, position: int, length: int) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

        with monkeypatch.context() as broken:
            broken.setattr(disk.file, "read", refuse)
            for reading in (lambda: book.table("items").raw(1), book.table("items").all):
                with pytest.raises(LibraryError, match=r"items\.log cannot be read: Input/output"):
                    reading()
        assert contents(book.table("items")) == {1: {"n": 1}}


def test_a_damaged_record_does_not_end_the_parts_of_a_merged_log(
    tmp_path: Path, writer: Writer
) -> None:
    one = written(tmp_path / "one", writer, {1: {"n": "one"}, 2: {"n": "two"}})
    other = written(tmp_path / "one", writer, {2: {"n": "other"}, 3: {"n": "three"}})
    merged = one + other.replace(b"three", b"thr3e")
    for _ in range(2):
        with read(tmp_path / "two", writer, merged) as book:
            assert list(book.table("items").rivals()) == [(2, {"n": "two"}, {"n": "other"})]
            merged = (tmp_path / "two" / ALL).read_bytes()
    with read(tmp_path / "two", writer) as book:
        book.table("items").compact()
    assert (tmp_path / "two" / "items.log.damaged-1").read_bytes().startswith(b"P 3 ")
