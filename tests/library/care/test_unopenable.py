from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest
from tinydb import TinyDB

from hauler_tui.errors import ChangedElsewhereError, NewerLibraryError
from hauler_tui.library.care import doctor
from hauler_tui.library.care.backup import write_backup
from hauler_tui.library.care.restore import restore
from hauler_tui.library.library import Library
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("quick_disk")


def newer_log(name: str) -> Callable[[Path], None]:
    def age(folder: Path) -> None:
        first, newline, rest = (folder / name).read_bytes().partition(b"\n")
        head = b"G 9 " + first.split(b" ")[2] + b" "
        (folder / name).write_bytes(head + b"%08x" % crc32(head) + newline + rest)

    return age


def newer_snapshot(folder: Path) -> None:
    with TinyDB(folder / "library.json") as plain:
        plain.table("meta").update({"format": 9})


NEWER = {
    "items": newer_log("items.log"),
    "issues": newer_log("hauls.log"),
    "history": newer_log("history.log"),
    "snapshot": newer_snapshot,
}


@pytest.fixture(params=list(NEWER.values()), ids=list(NEWER))
def newer(filled: Library, folder: Path, request: pytest.FixtureRequest) -> Path:
    """A library of which one file is of a format that is not known yet."""
    filled.compact(NOW)
    filled.close()
    request.param(folder)
    return folder


@pytest.fixture
def changed_by_both(filled: Library, folder: Path) -> Path:
    """A library that plain TinyDB changed, with a change of hauler's own after the snapshot."""
    filled.compact(NOW)
    filled.notes.write(2, "mine", NOW)
    filled.flush()
    journal = (folder / "library.journal").read_bytes()
    snapshot = (folder / "library.json").read_bytes()
    filled.close()
    (folder / "library.json").write_bytes(snapshot)
    (folder / "library.journal").write_bytes(journal)
    with TinyDB(folder / "library.json") as plain:
        plain.table("other").insert({"a": 1})
    with pytest.raises(ChangedElsewhereError):
        Library.open(folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}


def test_a_newer_library_is_not_backed_up(newer: Path, tmp_path: Path) -> None:
    with pytest.raises(NewerLibraryError, match="newer hauler"):
        write_backup(newer, tmp_path / "b.zip", at=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["library"]


def test_a_newer_library_is_opened_for_no_change_and_its_index_is_kept(newer: Path) -> None:
    before = contents(newer)
    with pytest.raises(NewerLibraryError):
        Library.open(newer)
    with pytest.raises(NewerLibraryError):
        doctor.rebuild(newer, at=NOW)
    assert contents(newer) == before


def test_rebuilding_keeps_the_index_of_a_library_that_two_changed(changed_by_both: Path) -> None:
    before = contents(changed_by_both)
    with pytest.raises(ChangedElsewhereError):
        doctor.rebuild(changed_by_both, at=NOW)
    assert contents(changed_by_both) == before


def test_a_library_that_two_changed_is_backed_up_as_it_is_without_a_count(
    changed_by_both: Path, tmp_path: Path
) -> None:
    manifest, _ = write_backup(changed_by_both, tmp_path / "b.zip", at=NOW)
    assert (manifest.items, manifest.notes, manifest.issues) == (5, None, None)
    assert "as they are" in manifest.warnings[0]
    with zipfile.ZipFile(tmp_path / "b.zip") as zipped:
        for name in ("library.json", "library.journal", "library.json.old"):
            assert zipped.read(f"library/{name}") == (changed_by_both / name).read_bytes()
    restored = restore(tmp_path / "b.zip", tmp_path / "other", at=NOW)
    assert restored.manifest == manifest
    with pytest.raises(ChangedElsewhereError):
        Library.open(tmp_path / "other")
