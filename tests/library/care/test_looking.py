from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.errors import LibraryError, LibraryLockedError
from hauler_tui.library.care import doctor
from hauler_tui.library.library import Library
from hauler_tui.library.store.lock import Lock
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def closed(filled: Library, folder: Path) -> Path:
    assert filled.wait_for_index(10)
    filled.close()
    return folder


def test_looking_opens_no_file_for_writing(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (closed / "lock").unlink()
    opened: list[tuple[str, int]] = []
    real = os.open

    def watched(path: Any, flags: int, *arguments: Any, **options: Any) -> int:
        opened.append((os.fspath(path), flags))
        return real(path, flags, *arguments, **options)

    monkeypatch.setattr(os, "open", watched)
    before = {path.name: path.stat().st_mtime_ns for path in closed.iterdir()}
    assert doctor.examine(closed).findings == ()
    assert opened
    assert not [path for path, flags in opened if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)]
    assert {path.name: path.stat().st_mtime_ns for path in closed.iterdir()} == before


def test_nobody_writes_while_somebody_looks_and_two_may_look(closed: Path) -> None:
    first, second = Lock.watch(closed), Lock.watch(closed)
    with pytest.raises(LibraryLockedError):
        Library.open(closed)
    first.release()
    second.release()
    Library.open(closed).close()


def test_who_looks_is_told_of_a_writer_also_where_the_lock_file_is_gone(
    closed: Path,
) -> None:
    with Library.open(closed):
        for _ in range(2):
            with pytest.raises(LibraryLockedError):
                Lock.watch(closed)
            (closed / "lock").unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["items.log", "history.log", "library.json", "index.sqlite"])
def test_a_file_that_cannot_be_read_is_a_finding_with_its_name(
    closed: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(closed / name, monkeypatch)
    findings = [each for each in doctor.examine(closed).findings if each.code == "unreadable"]
    assert [each.message for each in findings] == [f"{name} cannot be read: Permission denied"]
    assert findings[0].severity == "error"


def test_a_mend_that_is_refused_is_told_in_a_sentence(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "chmod", refused)
    with pytest.raises(LibraryError, match="cannot be mended: Operation not permitted"):
        doctor.mend(closed, ["rights"], at=NOW)


def refuse(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file be unreadable to who may read everything, too."""
    import io

    real = io.open

    def guarded(file: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(file, int) and Path(os.fsdecode(file)) == path:
            raise PermissionError(13, "Permission denied", str(path))
        return real(file, *arguments, **options)

    monkeypatch.setattr(io, "open", guarded)
    monkeypatch.setattr("builtins.open", guarded)


def test_what_plain_tinydb_changed_alone_is_no_error(closed: Path) -> None:
    with TinyDB(closed / "library.json") as plain:
        plain.table("notes").insert({"text": "By hand.", "changed_at": "2026-11-22T10:00:00Z"})
    diagnosis = doctor.examine(closed)
    assert diagnosis.is_ok
    (finding,) = (each for each in diagnosis.findings if each.code == "snapshot")
    assert "changed by another program" in finding.message
    doctor.mend(closed, ["open"], at=NOW)
    with Library.open(closed, writing=False) as library:
        assert library.notes.text(1) == "By hand."


def test_a_changed_letter_of_the_snapshot_is_an_error_though_it_is_still_json(
    filled: Library, folder: Path
) -> None:
    filled.notes.write(1, "Read.", NOW)
    filled.compact(NOW)
    filled.close()
    path = folder / "library.json"
    path.write_bytes(path.read_bytes().replace(b"Read.", b"Reed."))
    diagnosis = doctor.examine(folder)
    assert not diagnosis.is_ok
    assert any("failing disk" in finding.message for finding in diagnosis.findings)


def test_a_torn_history_is_cut_when_the_doctor_mends(closed: Path) -> None:
    with Library.open(closed) as library:
        library.triage.star(1, NOW)
    with (closed / "history.log").open("ab") as log:
        log.write(b"P 7 half a rec")
    assert "torn" in {finding.code for finding in doctor.examine(closed).findings}
    doctor.mend(closed, ["open"], at=NOW)
    assert "torn" not in {finding.code for finding in doctor.examine(closed).findings}
    with Library.open(closed) as library:
        assert library.history.undo(NOW) is not None
