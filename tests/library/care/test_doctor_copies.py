"""What the doctor says and does where a sync program or a merge left copies of the library."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hauler_tui.library.care import doctor
from hauler_tui.library.care.backup import write_backup
from hauler_tui.library.care.findings import Finding, Remedy
from hauler_tui.library.care.restore import restore
from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.library.conftest import everything, fill

pytestmark = pytest.mark.usefixtures("quick_disk")
MARK = ".sync-conflict-20260504-093000-ABCDEFG"


@pytest.fixture
def closed(filled: Library, folder: Path) -> Path:
    """The folder of a closed library with a note."""
    filled.notes.write(1, "Read.", NOW)
    assert filled.wait_for_index(10)
    filled.close()
    return folder


def found(folder: Path) -> dict[str, Finding]:
    return {finding.code: finding for finding in doctor.examine(folder).findings}


def journal_elsewhere(folder: Path, number: int, text: str) -> bytes:
    """The journal of a copy of the library that got a note and was not closed since."""
    there = folder.with_name(f"with {text}")
    shutil.copytree(folder, there)
    with Library.open(there) as library:
        library.notes.write(number, text, NOW)
        library.flush()
        return (there / "library.journal").read_bytes()


@pytest.mark.parametrize("remedy", ["open", "index", "cover"])
def test_a_conflict_copy_is_taken_in_by_every_mending_that_opens(
    closed: Path, remedy: Remedy, tmp_path: Path
) -> None:
    name = f"library{MARK}.journal"
    (closed / name).write_bytes(journal_elsewhere(closed, 3, "there"))
    (closed / name).chmod(0o600)
    assert "takes in what was done there" in found(closed)["conflict-copy"].hint
    doctor.mend(closed, [remedy], at=NOW)
    assert found(closed).keys() == {"kept-aside"}
    write_backup(closed, tmp_path / "backup.zip", at=NOW)
    restored = restore(tmp_path / "backup.zip", closed, at=NOW, replace=True)
    assert restored.kept is not None
    assert (restored.kept / f"{name}.taken-in").exists()
    assert doctor.examine(closed).is_ok
    with Library.open(closed) as again:
        assert again.notes.text(3) == "there"


def test_a_copy_that_continues_nothing_here_is_to_be_looked_at(closed: Path) -> None:
    stranger = closed.with_name("stranger")
    with Library.open(stranger) as library:
        fill(library, 2)
    shutil.copy(stranger / "library.journal", closed / f"library{MARK}.journal")
    assert "look what it holds" in found(closed)["conflict-copy"].hint
    assert doctor.examine(closed).is_ok


def test_a_merged_journal_is_taken_in_and_is_no_damage(closed: Path) -> None:
    base = (closed / "library.journal").read_bytes()
    ours, theirs = (
        journal_elsewhere(closed, number, text)[len(base) :]
        for number, text in ((3, "ours"), (5, "theirs"))
    )
    merged = b"%b<<<<<<< HEAD\n%b=======\n%b>>>>>>> b\n" % (base, ours, theirs)
    (closed / "library.journal").write_bytes(merged)
    told = {"merged", "journal-damaged", "journal-strange", "snapshot", "torn"}
    assert found(closed).keys() & told == {"merged"}
    doctor.mend(closed, ["open"], at=NOW)
    assert "merged" not in found(closed)
    with Library.open(closed) as again:
        assert (again.notes.text(3), again.notes.text(5)) == ("ours", "theirs")


@pytest.mark.parametrize("is_hurt", [False, True])
def test_the_marks_of_a_merge_in_a_log_are_no_damage(closed: Path, is_hurt: bool) -> None:
    with Library.open(closed) as library:
        before = everything(library)
    log = closed / "items.log"
    data = log.read_bytes()
    log.write_bytes(b"%b<<<<<<< HEAD\n=======\n>>>>>>> b\n%b" % (data, data))
    (closed / "items.offsets").unlink(missing_ok=True)
    if is_hurt:
        log.write_bytes(log.read_bytes().replace(b"Paper 2", b"Piper 2"))
        (closed / "items.log.old").write_bytes(data)
        assert "record-damaged" in found(closed)
        doctor.mend(closed, ["rescue"], at=NOW)
        assert b"=======" not in log.read_bytes()
    assert not found(closed).keys() & {"record-damaged", "log-scarred", "torn", "record-lost"}
    with Library.open(closed) as again:
        assert everything(again) == before
