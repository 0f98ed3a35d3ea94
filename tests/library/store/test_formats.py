"""A library of format 1, as the hauler of its time left it: nothing of it is lost on the way."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.writer import Writer
from tests.library.disks import Power

pytestmark = pytest.mark.usefixtures("quick_disk")

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIXTURE = Path(__file__).parents[2] / "fixtures" / "format-1"
EXPECTED: dict[str, Any] = json.loads((FIXTURE / "expected.json").read_text())
COPIED = ("history.log", "library.journal", "library.json")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURE, tmp_path / "library", ignore=shutil.ignore_patterns("expected.json"))
    return tmp_path / "library"


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def tables(journal: Journal) -> dict[str, Any]:
    names = sorted(journal.tables() - {"_default"})
    return {
        name: {str(doc_id): row for doc_id, row in journal.table(name).rows().items()}
        for name in names
    }


def check(journal: Journal) -> None:
    assert tables(journal) == EXPECTED["tables"]
    assert [[step.about, step.is_undone] for step in journal.history()] == EXPECTED["history"]


def test_a_library_of_format_1_is_brought_to_today_and_kept_as_it_was(
    directory: Path, writer: Writer
) -> None:
    before = files(directory)
    with Journal.open(directory, writer=writer) as journal:
        check(journal)
        (told,) = journal.rescued
        assert "from format 1 to 2" in told
        for name in COPIED:
            kept = directory / f"{name}.format-1"
            assert kept.name in told
            assert kept.read_bytes() == before[name]
            assert kept.stat().st_mode & 0o777 == 0o600
    for _ in range(2):
        with Journal.open(directory, writer=writer) as journal:
            assert journal.rescued == ()
            check(journal)
            journal.snapshot()
    assert len(list(directory.glob("*.format-1*"))) == 3


@pytest.mark.parametrize("reopen", [True, False])
def test_the_history_of_format_1_can_be_undone_and_redone(
    directory: Path, writer: Writer, reopen: bool
) -> None:
    journal = Journal.open(directory, writer=writer)
    for undone in EXPECTED["undone"]:
        if reopen:
            journal.close()
            journal = Journal.open(directory, writer=writer)
        step = journal.undo(NOW)
        assert step is not None
        assert (step.about, step.left_out) == (undone["about"], ())
        assert tables(journal) == undone["tables"]
    assert journal.undo(NOW) is None
    journal.snapshot()
    while step := journal.redo(NOW):
        assert step.left_out == ()
    assert tables(journal)["notes"] == EXPECTED["tables"]["notes"]
    journal.close()


def test_reading_a_library_of_format_1_writes_nothing(directory: Path) -> None:
    before = files(directory)
    with Journal.open(directory, writer=None) as journal:
        assert journal.rescued == ()
        check(journal)
    assert files(directory) == before


def test_the_whole_library_of_format_1_opens(directory: Path) -> None:
    with Library.open(directory) as library:
        note = library.notes.get(1)
        assert note is not None
        assert note.text == EXPECTED["tables"]["notes"]["1"]["text"]
        assert library.items.count() == 6
        assert any("from format 1 to 2" in told for told in library.rescued)


def test_power_lost_at_any_operation_on_the_way_to_today_loses_nothing(
    directory: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer
) -> None:
    before = files(directory)

    def attempt(power: Power) -> None:
        for path in directory.iterdir():
            path.unlink()
        for name, data in before.items():
            (directory / name).write_bytes(data)
        doomed = Writer(retry_seconds=60)
        with monkeypatch.context() as patched:
            power.cut_in(patched)
            with suppress(LibraryError, OSError):
                Journal.open(directory, writer=doomed)
        doomed.abandon()

    power = Power(None)
    attempt(power)
    for limit in range(1, power.count + 1):
        attempt(Power(limit))
        with Journal.open(directory, writer=writer) as journal:
            check(journal)
        for name in COPIED:
            kept = directory / f"{name}.format-1"
            assert kept.read_bytes()[: len(before[name])] == before[name], (name, limit)


def test_a_damaged_library_of_format_1_is_put_together_from_the_generation_before(
    directory: Path, writer: Writer
) -> None:
    (directory / "library.json").write_bytes(b"{")
    with Journal.open(directory, writer=writer) as journal:
        check(journal)
        assert "put together again" in journal.rescued[0]


def test_a_library_just_brought_to_today_is_put_together_from_format_1(
    directory: Path, writer: Writer
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        check(journal)
    (directory / "library.json").unlink()
    with Journal.open(directory, writer=writer) as journal:
        check(journal)
        assert "put together again" in journal.rescued[0]
