"""Opening after any kind of damage, crash or change from elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from tinydb import TinyDB

from hauler_tui.errors import ChangedElsewhereError, LibraryError, NewerLibraryError
from hauler_tui.library.store.generations import Accept
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lines import seal, unseal
from hauler_tui.library.store.writer import Writer
from tests.library.disks import Power

NOW = datetime(2026, 11, 22, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("quick_disk")


def put(journal: Journal, doc_id: int, text: str = "text") -> None:
    with journal.step("note", f"paper {doc_id}", at=NOW):
        journal.table("notes").put(doc_id, {"text": text})


def texts(journal: Journal) -> dict[int, str]:
    return {note.doc_id: note["text"] for note in journal.table("notes")}


def beside(directory: Path, kind: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(directory.glob(f"*.{kind}-*"))]


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
    with TinyDB(next(directory.glob("library.json.ours-*"))) as plain:
        assert [note["text"] for note in plain.table("notes")] == ["ours", "ours"]
    library()
    with Journal.open(directory, writer=writer, accept="ours") as journal:
        assert texts(journal) == {1: "ours", 2: "ours"}
        assert any(b'"theirs"' in kept for kept in beside(directory, "theirs"))
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "ours", 2: "ours"}
        assert journal.rescued == ()


def test_what_plain_tinydb_alone_changed_is_taken_and_said(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1, "ours")
        assert journal.next_id("item") == 1
        put(journal, 2, "ours")
        journal.snapshot()
    with TinyDB(directory / "library.json") as plain:
        plain.drop_table("meta")
        plain.table("notes").update({"text": "theirs"})
    before = {path: path.read_bytes() for path in directory.iterdir()}
    with Journal.open(directory, writer=None) as reading:
        assert texts(reading) == {1: "theirs", 2: "theirs"}
        assert "another program" in reading.rescued[0]
    assert before == {path: path.read_bytes() for path in directory.iterdir()}
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "theirs", 2: "theirs"}
        assert "another program" in journal.rescued[0]
        assert journal.next_id("item") == 2
        put(journal, 3, "ours again")
        assert journal.undo(NOW) is not None
        assert texts(journal) == {1: "theirs", 2: "theirs"}
    with TinyDB(next(directory.glob("library.json.ours-*"))) as plain:
        assert [note["text"] for note in plain.table("notes")] == ["ours", "ours"]
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "theirs", 2: "theirs"}
        assert journal.rescued == ()


@pytest.mark.parametrize("name", ["library.json", "library.journal"])
def test_a_newer_library_is_refused_and_left_alone(
    directory: Path, writer: Writer, name: str
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
    snapshot = (directory / "library.json").read_bytes()
    newer = snapshot.replace(b'"format":2', b'"format":3')
    header = unseal((directory / "library.journal").read_bytes()) or {}
    if name == "library.json":
        (directory / "library.json").write_bytes(newer)
        header["snapshot"] = sha256(newer).hexdigest()
    else:
        header["hauler"] = 3
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


def test_power_lost_after_a_snapshot_that_failed_halfway_loses_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer
) -> None:
    whole = Power(None)
    survive(directory, monkeypatch, whole, Journal.snapshot)
    for failing in range(whole.count - 4, whole.count + 1):
        for later in range(0, whole.count + 8, 2):
            power = Power(failing, once=True)

            def act(journal: Journal, power: Power = power, later: int = later) -> None:
                with suppress(LibraryError):
                    journal.snapshot()
                power.limit = None
                put(journal, 3)
                writer_of(journal).flush()
                power.once, power.limit = False, power.count + later + 1
                journal.snapshot()

            survive(directory, monkeypatch, power, act)
            with Journal.open(directory, writer=writer) as journal:
                assert set(texts(journal)) == {1, 2, 3}, (failing, later)


def writer_of(journal: Journal) -> Writer:
    writer = journal._writer
    assert writer is not None
    return writer


def add_elsewhere(directory: Path, text: str) -> None:
    with TinyDB(directory / "library.json") as plain:
        plain.table("notes").insert({"text": text})


@pytest.mark.parametrize("accept", ["theirs", "ours"])
def test_what_plain_tinydb_wrote_while_the_library_was_open_is_left_to_the_next_start(
    directory: Path, writer: Writer, accept: Accept
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
        add_elsewhere(directory, "from elsewhere")
        put(journal, 2)
        for _ in range(2):
            with pytest.raises(LibraryError, match="changed by another program while"):
                journal.snapshot()
        assert texts(journal) == {1: "text", 2: "text"}
    (told,) = journal.rescued
    assert "changed by another program while hauler was open" in told
    assert beside(directory, "theirs") == []
    with pytest.raises(ChangedElsewhereError):
        Journal.open(directory, writer=writer)
    with Journal.open(directory, writer=writer, accept=accept) as journal:
        theirs = {1: "text", 2: "from elsewhere"}
        assert texts(journal) == (theirs if accept == "theirs" else {1: "text", 2: "text"})


def test_what_plain_tinydb_wrote_is_put_aside_where_ours_could_not_be_put_together(
    directory: Path, writer: Writer
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
    add_elsewhere(directory, "taken")
    with Journal.open(directory, writer=writer) as journal:
        add_elsewhere(directory, "put aside")
        put(journal, 3)
        journal.snapshot()
    (theirs,) = beside(directory, "theirs")
    assert b"put aside" in theirs
    assert "kept what that program wrote as library.json.theirs-1" in journal.rescued[-1]
    with Journal.open(directory, writer=writer) as journal:
        assert texts(journal) == {1: "text", 2: "taken", 3: "text"}
        assert journal.rescued == ()


def test_a_snapshot_that_was_only_touched_is_no_change(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.snapshot()
        os.utime(directory / "library.json", (1, 1))
        journal.snapshot()
    assert journal.rescued == ()


@pytest.mark.parametrize(("left", "told"), [(None, "is missing"), (b"", "is empty")])
def test_a_history_that_is_gone_is_told_once_and_undo_begins_anew(
    directory: Path, writer: Writer, written: bytes, left: bytes | None, told: str
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        journal.snapshot(now=NOW)
        assert len(journal.history()) == 3
    with Journal.open(directory, writer=writer) as journal:
        assert journal.rescued == ()
    (directory / "history.log").unlink()
    if left is not None:
        (directory / "history.log").write_bytes(left)
    with Journal.open(directory, writer=writer) as journal:
        (sentence,) = journal.rescued
        assert told in sentence
        assert texts(journal) == {1: "text", 2: "text", 3: "text"}
        put(journal, 4)
        journal.undo(NOW)
        assert journal.undo(NOW) is None
        journal.snapshot(now=NOW)
    with Journal.open(directory, writer=writer) as journal:
        assert journal.rescued == ()
