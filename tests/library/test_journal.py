from __future__ import annotations

import errno
import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.errors import LibraryError, NewerLibraryError
from hauler_tui.library.generations import ChangedElsewhereError
from hauler_tui.library.journal import Journal
from hauler_tui.library.lines import seal, unseal
from hauler_tui.library.writer import Writer
from tests.library.disks import Disk, Power, without_waiting

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer(retry_seconds=60)
    yield writer
    writer.abandon()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "a library \U0001f4da\nhere"


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


@pytest.fixture
def written(directory: Path, writer: Writer) -> bytes:
    """A journal of three steps, and nothing in the snapshot."""
    with Journal.open(directory, writer=writer) as journal:
        for number in (1, 2, 3):
            put(journal, number)
    return (directory / "library.journal").read_bytes()


def test_a_journal_torn_at_any_byte_opens_as_before_its_last_step(
    directory: Path, writer: Writer, written: bytes
) -> None:
    last = written.rstrip(b"\n").rfind(b"\n") + 1
    for cut in range(last, len(written)):
        (directory / "library.journal").write_bytes(written[:cut])
        with Journal.open(directory, writer=writer) as journal:
            assert texts(journal) == {1: "text", 2: "text"}
            assert bool(journal.rescued) == (cut > last)
        assert (directory / "library.journal").read_bytes() == written[:last]
        assert beside(directory, "torn") == [written[last:cut]] * (cut > last)
        for kept in directory.glob("*.torn-*"):
            kept.unlink()


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_flipped_bit_loses_that_line_alone_and_no_byte(
    directory: Path, writer: Writer, written: bytes, line: int
) -> None:
    start = sum(len(each) for each in written.splitlines(keepends=True)[:line])
    length = len(written.splitlines()[line])
    for place in (0, length // 3, length - 5, length - 1):
        damaged = bytearray(written)
        damaged[start + place] ^= 4
        for path in directory.iterdir():
            if path.name != "library.json":
                path.unlink()
        snapshot = (directory / "library.json").read_bytes()
        (directory / "library.journal").write_bytes(damaged)
        with Journal.open(directory, writer=writer) as journal:
            assert texts(journal) == {each: "text" for each in (1, 2, 3) if each != line}
            assert journal.rescued
            put(journal, 9)
        kept = b"".join(beside(directory, "before") + beside(directory, "torn"))
        assert bytes(damaged[start : start + length]) in kept
        with Journal.open(directory, writer=writer) as journal:
            assert 9 in texts(journal)
            assert journal.rescued == ()
        (directory / "library.json").write_bytes(snapshot)


def test_a_damaged_first_line_is_read_past(directory: Path, writer: Writer, written: bytes) -> None:
    (directory / "library.journal").write_bytes(b"X" + written[1:])
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "text", 2: "text", 3: "text"}
        assert "first line is damaged" in journal.rescued[0]


def test_a_second_journal_after_the_first_is_put_aside(
    directory: Path, writer: Writer, written: bytes
) -> None:
    (directory / "library.journal").write_bytes(written + written)
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "text", 2: "text", 3: "text"}
        assert "another journal" in journal.rescued[0]
    assert beside(directory, "before") == [written + written]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", None])
@pytest.mark.parametrize("snapshots", [0, 1, 2])
def test_a_damaged_snapshot_is_put_together_again(
    directory: Path, writer: Writer, damage: bytes | None, snapshots: int
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        for number in range(snapshots):
            put(journal, number)
            journal.snapshot()
        put(journal, 8)
    if damage is None:
        (directory / "library.json").unlink()
    else:
        (directory / "library.json").write_bytes(damage)
    with Journal.open(directory, writer=writer) as journal:
        assert set(texts(journal)) == {*range(snapshots), 8}
        assert "put together again" in journal.rescued[0]
        assert journal.undo(NOW) is not None
        assert beside(directory, "damaged") == ([damage] if damage else [])


def test_a_library_that_cannot_be_put_together_is_refused_and_left_alone(
    directory: Path, writer: Writer
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
    for name in ("library.json", "library.json.old", "library.journal.old"):
        (directory / name).unlink()
    before = {path: path.read_bytes() for path in directory.iterdir()}
    with pytest.raises(LibraryError, match="missing or damaged") as refusal:
        Journal.open(directory, writer=writer)
    assert "backup" in refusal.value.hint
    assert before == {path: path.read_bytes() for path in directory.iterdir()}


def test_a_snapshot_without_its_journal_is_opened_and_said(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
    (directory / "library.journal").unlink()
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "text"}
        assert journal.rescued
        assert journal.undo(NOW) is not None


def test_what_plain_tinydb_wrote_is_never_overwritten_unasked(
    directory: Path, writer: Writer
) -> None:
    def library() -> None:
        for path in directory.glob("*"):
            path.unlink()
        with Journal.open(directory, writer=writer) as journal:
            put(journal, 1, "ours")
            assert journal.next_id("item") == 1
            journal.snapshot()
            put(journal, 2, "ours")
            assert journal.next_id("item") == 2
        with TinyDB(directory / "library.json") as plain:
            plain.table("notes").update({"text": "theirs"})

    library()
    before = {path: path.read_bytes() for path in directory.iterdir()}
    for with_writer in (writer, None):
        with pytest.raises(ChangedElsewhereError, match="another program") as asked:
            Journal.open(directory, writer=with_writer)
        assert "'theirs'" in asked.value.hint
        assert "'ours'" in asked.value.hint
    assert before == {path: path.read_bytes() for path in directory.iterdir()}
    with Journal.open(directory, writer=writer, accept="theirs") as journal:
        assert texts(journal) == {1: "theirs"}
        assert journal.next_id("item") == 3
        assert any(b'"ours"' in kept for kept in beside(directory, "before"))
    library()
    with Journal.open(directory, writer=writer, accept="ours") as journal:
        assert texts(journal) == {1: "ours", 2: "ours"}
        assert any(b'"theirs"' in kept for kept in beside(directory, "theirs"))
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "ours", 2: "ours"}
        assert journal.rescued == ()


@pytest.mark.parametrize("name", ["library.json", "library.journal"])
def test_a_newer_library_is_refused_and_left_alone(
    directory: Path, writer: Writer, name: str
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
    snapshot = (directory / "library.json").read_bytes()
    newer = snapshot.replace(b'"format":1', b'"format":2')
    header = unseal((directory / "library.journal").read_bytes()) or {}
    if name == "library.json":
        (directory / "library.json").write_bytes(newer)
        header["snapshot"] = sha256(newer).hexdigest()
    else:
        header["hauler"] = 2
    (directory / "library.journal").write_bytes(seal(header))
    with pytest.raises(NewerLibraryError, match="newer hauler"):
        Journal.open(directory, writer=writer)


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path, writer: Writer) -> None:
    (tmp_path / "file").write_text("")
    for with_writer in (writer, None):
        with pytest.raises(LibraryError, match="cannot be opened"):
            Journal.open(tmp_path / "file", writer=with_writer)


def survive(
    directory: Path, monkeypatch: pytest.MonkeyPatch, power: Power, act: Callable[[Journal], None]
) -> bool:
    """Do ``act`` on a fresh library until the power goes; whether it was finished."""
    for path in directory.glob("*"):
        path.unlink()
    writer = Writer(retry_seconds=60)
    journal = Journal.open(directory, writer=writer)
    put(journal, 1)
    journal.snapshot()
    put(journal, 2)
    writer.flush()
    with monkeypatch.context() as patched:
        power.cut_in(patched)
        try:
            act(journal)
            finished = True
        except LibraryError:
            finished = False
    writer.abandon()
    with suppress(OSError):
        journal.close()
    return finished


def test_power_lost_at_any_operation_of_a_snapshot_loses_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer
) -> None:
    power = Power(None)
    assert survive(directory, monkeypatch, power, Journal.snapshot)
    assert power.count > 20
    for limit in range(1, power.count + 1):
        survive(directory, monkeypatch, Power(limit), Journal.snapshot)
        for _ in range(2):
            with Journal.open(directory, writer=writer) as journal:
                assert texts(journal) == {1: "text", 2: "text"}, limit
                assert [step.about for step in journal.history()] == ["paper 2", "paper 1"]
                assert journal.rescued == ()
                journal.snapshot()


def test_a_snapshot_that_fails_at_any_operation_goes_on_and_loses_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer
) -> None:
    def act(journal: Journal) -> None:
        with suppress(LibraryError):
            journal.snapshot()
        put(journal, 3)
        with suppress(LibraryError):
            journal.snapshot()
        put(journal, 4)
        journal.close()

    power = Power(None)
    survive(directory, monkeypatch, power, act)
    for limit in range(1, power.count + 1):
        if not survive(directory, monkeypatch, Power(limit, once=True), act):
            continue
        with Journal.open(directory, writer=writer) as journal:
            assert set(texts(journal)) == {1, 2, 3, 4}, limit
            assert len(journal.history()) == 4


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
