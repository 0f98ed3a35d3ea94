"""Archives that would unpack to more than a library can hold."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.care import backup
from hauler_tui.library.care.backup import MANIFEST, write_backup
from hauler_tui.library.care.restore import restore
from hauler_tui.library.library import Library
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("quick_disk")
ZEROS = bytes(1 << 20)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_SURELY_SMALL", 1 << 16)


def blown_up(filled: Library, folder: Path, file: Path, packed: int | None = None) -> Path:
    """A backup whose items.log is a megabyte of zeros, and is said to be ``packed`` bytes long."""
    write_backup(folder, file, at=NOW)
    changed = file.with_name("changed.zip")
    name = "library/items.log"
    with (
        zipfile.ZipFile(file) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        manifest = json.loads(old.read(MANIFEST))
        for member in manifest["files"]:
            if member["name"] == "items.log":
                member["size"] = len(ZEROS)
                member["sha256"] = hashlib.sha256(ZEROS).hexdigest()
        new.writestr(name, ZEROS)
        for info in old.infolist():
            if info.filename not in (name, MANIFEST):
                new.writestr(info, old.read(info))
        new.writestr(MANIFEST, json.dumps(manifest))
        if packed is not None:
            new.getinfo(name).compress_size = packed
    return changed


@pytest.mark.parametrize("packed", [None, 1 << 19])
def test_a_file_that_a_few_bytes_of_the_archive_would_blow_up_is_refused_before_anything_is_written(
    filled: Library, folder: Path, tmp_path: Path, small: None, packed: int | None
) -> None:
    changed = blown_up(filled, folder, tmp_path / "backup.zip", packed)
    with pytest.raises(LibraryError, match="would be"):
        restore(changed, tmp_path / "new", at=NOW)
    assert not (tmp_path / "new").exists()


def test_a_small_file_may_be_packed_as_well_as_it_can(
    filled: Library, folder: Path, tmp_path: Path
) -> None:
    changed = blown_up(filled, folder, tmp_path / "backup.zip")
    with changed.open("rb") as archive:
        assert backup.read_manifest(archive).files
