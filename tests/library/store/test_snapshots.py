"""Snapshots in the background: steps go on, and nothing acknowledged is lost at any point."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tinydb import TinyDB

from hauler_tui.errors import LibraryError
from hauler_tui.library import upkeep
from hauler_tui.library.library import Library
from hauler_tui.library.store import generations
from hauler_tui.library.store.generations import Files
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.writer import Writer
from tests.factories import NOW as MONDAY
from tests.library.conftest import fill
from tests.library.disks import Power

pytestmark = pytest.mark.usefixtures("quick_disk")

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Halt:
    """Holds the thread of a snapshot once its files are prepared, before the swap is queued."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self.go_on = threading.Event()
        begin = generations.begin

        def halting(files: Files, snapshot: bytes, header: bytes) -> None:
            try:
                begin(files, snapshot, header)
            finally:
                self.reached.set()
                assert self.go_on.wait(20)

        monkeypatch.setattr(generations, "begin", halting)


def put(journal: Journal, doc_id: int) -> None:
    with journal.step("note", f"paper {doc_id}", at=NOW):
        journal.table("notes").put(doc_id, {"text": "text"})


def ids(journal: Journal) -> set[int]:
    return set(journal.table("notes").rows())


def worker(journal: Journal) -> threading.Thread:
    thread = journal._writing()._worker
    assert thread is not None
    return thread


def wait(journal: Journal) -> None:
    journal._writing().end()


def test_steps_taken_meanwhile_are_in_the_fresh_journal(
    directory: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        halt = Halt(monkeypatch)
        for number in range(40):
            put(journal, number)
        size = journal.size
        journal.begin_snapshot(NOW)
        assert halt.reached.wait(20)
        assert journal.is_taking_snapshot
        journal.begin_snapshot(NOW)
        put(journal, 40)
        assert journal.undo(NOW) is not None
        put(journal, 41)
        writer.flush()
        assert journal.size > size
        halt.go_on.set()
        wait(journal)
        assert not journal.is_taking_snapshot
        put(journal, 42)
        writer.flush()
        data = (directory / "library.journal").read_bytes()
        assert journal.size == len(data)
        assert data.count(b"\n") == 5
        with TinyDB(directory / "library.json") as plain:
            assert len(plain.table("notes")) == 40
        expected = {*range(40), 41, 42}
        assert ids(journal) == expected
        with Journal.open(directory, writer=None) as beside:
            assert ids(beside) == expected
        journal.begin_snapshot(NOW)
        wait(journal)
        assert journal.size < 200
        assert len(journal.history()) == 42
    with Journal.open(directory, writer=writer) as journal:
        assert ids(journal) == expected
        assert journal.rescued == ()
        for _ in expected:
            assert journal.undo(NOW) is not None
        assert ids(journal) == set()


def test_steps_taken_during_the_swap_follow_those_before_it(
    directory: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    swapping, go_on, renaming, renamed = (threading.Event() for _ in range(4))
    take, rename = generations.take_snapshot, generations.take_journal

    def slowly(files: Files) -> None:
        swapping.set()
        assert go_on.wait(20)
        take(files)

    def renaming_slowly(files: Files) -> None:
        renaming.set()
        assert renamed.wait(20)
        rename(files)

    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        monkeypatch.setattr(generations, "take_snapshot", slowly)
        monkeypatch.setattr(generations, "take_journal", renaming_slowly)
        journal.begin_snapshot(NOW)
        assert swapping.wait(20)
        put(journal, 2)
        put(journal, 3)
        go_on.set()
        assert renaming.wait(20)
        assert journal.is_taking_snapshot
        journal.begin_snapshot(NOW)
        renamed.set()
        wait(journal)
        assert journal.size == (directory / "library.journal").stat().st_size
        put(journal, 4)
        journal.begin_snapshot(NOW)
        put(journal, 5)
    with Journal.open(directory, writer=writer) as journal:
        assert ids(journal) == {1, 2, 3, 4, 5}
        assert journal.rescued == ()


def test_a_snapshot_under_way_is_waited_for_when_closing(directory: Path, writer: Writer) -> None:
    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        journal.begin_snapshot(NOW)
    assert b'"text"' in (directory / "library.json").read_bytes()
    with Journal.open(directory, writer=writer) as journal:
        assert ids(journal) == {1}
        assert journal.rescued == ()


def test_a_snapshot_that_fails_is_told_once_and_the_journal_goes_on(
    directory: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with Journal.open(directory, writer=writer) as journal:
        put(journal, 1)
        with monkeypatch.context() as patched:
            patched.setattr(generations, "begin", full)
            journal.begin_snapshot(NOW)
            worker(journal).join()
        put(journal, 2)
        with pytest.raises(LibraryError, match="No space left") as told:
            assert not journal.is_taking_snapshot
        assert "nothing is lost" in told.value.hint
        assert not journal.is_taking_snapshot
        assert ids(journal) == {1, 2}
        journal.begin_snapshot(NOW)
    with Journal.open(directory, writer=writer) as journal:
        assert ids(journal) == {1, 2}


def attempt(
    directory: Path, monkeypatch: pytest.MonkeyPatch, power: Power, act: Callable[[Journal], None]
) -> set[int]:
    """Take a snapshot of two generations in the background; what was acknowledged meanwhile."""
    for path in directory.glob("*"):
        path.unlink()
    writer = Writer(retry_seconds=60)
    journal = Journal.open(directory, writer=writer)
    put(journal, 1)
    journal.snapshot()
    put(journal, 2)
    writer.flush()
    acknowledged = {1, 2}

    def acknowledge(doc_id: int) -> None:
        put(journal, doc_id)
        with suppress(LibraryError):
            writer.flush()
            acknowledged.add(doc_id)

    with monkeypatch.context() as patched:
        halt = Halt(patched)
        power.cut_in(patched)
        journal.begin_snapshot(NOW)
        while not halt.reached.wait(0.005) and worker(journal).is_alive():
            pass  # A power cut may end it before it comes so far.
        acknowledge(3)
        halt.go_on.set()
        with suppress(LibraryError):
            wait(journal)
        acknowledge(4)
        with suppress(LibraryError):
            act(journal)
        acknowledge(5)
    writer.abandon()
    with suppress(OSError, LibraryError):
        journal._writing().file.close()
        journal._history_log.close()
    return acknowledged


def nothing(journal: Journal) -> None:
    return None


def test_power_lost_at_any_operation_loses_nothing_acknowledged(
    directory: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer
) -> None:
    power = Power(None)
    assert attempt(directory, monkeypatch, power, nothing) == {1, 2, 3, 4, 5}
    assert power.count > 25
    for limit in range(1, power.count + 1):
        acknowledged = attempt(directory, monkeypatch, Power(limit), nothing)
        for _ in range(2):
            with Journal.open(directory, writer=writer) as journal:
                assert ids(journal) >= acknowledged, limit
                assert ids(journal) == set(range(1, len(ids(journal)) + 1)), limit
                assert len(journal.history()) == len(ids(journal)), limit
                assert journal.rescued == () or "never finished" in journal.rescued[0], limit
                journal.snapshot()


@pytest.mark.parametrize("act", [nothing, Journal.snapshot])
def test_a_failure_at_any_operation_leaves_the_journal_going_on(
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    writer: Writer,
    act: Callable[[Journal], None],
) -> None:
    power = Power(None)
    attempt(directory, monkeypatch, power, act)
    for limit in range(1, power.count + 1):
        acknowledged = attempt(directory, monkeypatch, Power(limit, once=True), act)
        # A step that fails is tried again with the next one; the last has none after it.
        assert len(acknowledged) >= 4
        with Journal.open(directory, writer=writer) as journal:
            assert ids(journal) >= acknowledged | {3, 4}, limit
            assert len(journal.history()) == len(ids(journal)), limit
            assert all("never finished" in told or "kept" in told for told in journal.rescued)


def test_a_large_journal_is_tidied_while_the_library_is_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LARGE_JOURNAL", 3000)
    with Library.open(folder) as opened:
        fill(opened, 3)
        opened.flush()
        opened.tidy(MONDAY)
        opened.flush()
        journal = folder / "library.journal"
        small = journal.stat().st_size
        opened.notes.write(1, "x" * 4000, MONDAY)
        opened.flush()
        assert journal.stat().st_size > small
        opened.tidy(MONDAY)
        wait(opened._journal)
        opened.tidy(MONDAY)
        assert journal.stat().st_size < 300
        assert b"xxxx" in (folder / "library.json").read_bytes()
        assert opened.history.undo(MONDAY) is not None
