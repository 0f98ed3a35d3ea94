from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError, LibraryLockedError, NewerLibraryError
from hauler_tui.library.care import backup, restore, takeover
from hauler_tui.library.care.backup import MANIFEST, write_backup
from hauler_tui.library.care.cut import LogCut
from hauler_tui.library.care.restore import Restored
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.conftest import everything
from tests.library.disks import Power

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def used(filled: Library) -> Library:
    filled.triage.star(1, NOW)
    filled.notes.write(2, "what I think", NOW)
    filled.compact(NOW)
    filled.notes.write(3, "more", NOW)
    filled.flush()
    return filled


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a backup.zip"


def put_back(file: Path, folder: Path, *, replace: bool = False) -> Restored:
    return restore.restore(file, folder, at=NOW, replace=replace)


def test_a_backup_of_an_open_library_is_an_archive_with_its_files_and_a_manifest(
    used: Library, folder: Path, file: Path
) -> None:
    (folder / "hauls").mkdir()
    (folder / "hauls" / "haul-1.md").write_text("written")
    manifest, size = write_backup(folder, file, at=NOW)
    assert (manifest.items, manifest.notes, manifest.issues, manifest.warnings) == (5, 2, 1, ())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == size
    with zipfile.ZipFile(file) as zipped:
        told = json.loads(zipped.read(MANIFEST))
        names = {member["name"] for member in told["files"]}
        assert names == {
            *("library.json", "library.journal", "items.log", "hauls.log", "history.log"),
            "hauls/haul-1.md",
        }
        assert {f"library/{name}" for name in names} | {MANIFEST} == set(zipped.namelist())
        zipped.extractall(file.parent / "by hand")
    with Library.open(file.parent / "by hand" / "library") as again:
        assert everything(again) == everything(used)
        assert again.rescued == ()
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_what_is_restored_is_what_was_backed_up_with_its_history(
    used: Library, folder: Path, file: Path, tmp_path: Path
) -> None:
    write_backup(folder, file, at=NOW)
    before = everything(used)
    done = put_back(file, tmp_path / "new")
    assert done.kept is None
    with Library.open(tmp_path / "new") as again:
        assert again.rescued == ()
        assert everything(again) == before
        assert [again.history.undo(NOW) is not None for _ in range(4)] == [True] * 3 + [True]
        assert again.notes.get(2) is None
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "new").iterdir()} == {0o600}


def test_a_backup_made_at_any_moment_of_a_writer_holds_what_was_acknowledged_before(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    acknowledged = 0
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        nonlocal acknowledged
        try:
            number = 0
            while not stop.is_set():
                number += 1
                library.items.absorb([make_entry(number)], feed_id=None, at=NOW)
                library.notes.write(number, f"note {number}", NOW)
                library.flush()
                acknowledged = number
                if number % 5 == 0:
                    library.compact(NOW)
                if number % 7 == 0:
                    library._book.table("items").compact()
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(25):
            known = acknowledged
            file = tmp_path / f"{number}.zip"
            manifest, _ = write_backup(folder, file, at=NOW)
            assert manifest.warnings == ()
            put_back(file, tmp_path / f"copy {number}")
            with Library.open(tmp_path / f"copy {number}") as again:
                assert again.rescued == ()
                assert again.items.count() == manifest.items
                assert again.notes.count() == manifest.notes
                for item_id in range(1, known + 1):
                    note = again.notes.get(item_id)
                    assert note is not None
                    assert note.text == f"note {item_id}"
                    assert again.items.get(item_id).entry.title == f"Paper {item_id}"
    finally:
        stop.set()
        thread.join()
    assert failures == []


def test_a_backup_replaces_a_file_only_when_told(used: Library, folder: Path, file: Path) -> None:
    file.write_text("precious")
    with pytest.raises(LibraryError, match="exists already"):
        write_backup(folder, file, at=NOW)
    assert file.read_text() == "precious"
    write_backup(folder, file, at=NOW, replace=True)
    assert zipfile.is_zipfile(file)


@pytest.mark.parametrize("place", ["library", "library/inside.zip", "nowhere/x.zip"])
def test_a_backup_into_a_folder_the_library_or_nowhere_is_refused(
    used: Library, folder: Path, tmp_path: Path, place: str
) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(LibraryError):
        write_backup(folder, tmp_path / place, at=NOW)
    assert sorted(folder.iterdir()) == before


def test_a_backup_that_the_disk_refuses_leaves_nothing(
    used: Library, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as off:
        Power(2).cut_in(off)
        with pytest.raises(LibraryError, match="cannot be written"):
            write_backup(folder, file, at=NOW)
    assert sorted(path.name for path in file.parent.iterdir()) == ["library"]


def test_a_backup_of_what_is_no_library_says_so(tmp_path: Path, file: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LibraryError, match="there is no library"):
        write_backup(tmp_path / "empty", file, at=NOW)
    assert not file.exists()


def test_a_library_that_does_not_fit_together_is_backed_up_as_it_is_and_told(
    used: Library, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.close()
    (folder / "library.json").unlink()
    (folder / "hauls.log").unlink()
    monkeypatch.setattr("hauler_tui.library.care.cut._TRIES", 1)
    manifest, _ = write_backup(folder, file, at=NOW)
    assert len(manifest.warnings) == 2
    assert "library.json.old" in {member.name for member in manifest.files}
    put_back(file, folder.with_name("copy"))
    with Library.open(folder.with_name("copy")) as again:
        assert again.notes.count() == 2


@pytest.mark.parametrize(
    ("tail", "cut"),
    [(b"P 9 0000", 8), (b"P 9 00000000 {}", 15), (b"C 1 0000", 8), (b"", 0)],
)
def test_a_log_is_cut_where_its_last_batch_ends(
    used: Library, folder: Path, tail: bytes, cut: int
) -> None:
    log = folder / "items.log"
    whole = log.stat().st_size
    with log.open("ab") as stream:
        stream.write(tail)
    with LogCut(log) as found:
        assert found.end == whole + len(tail) - cut
        assert b"".join(found.blocks()) == log.read_bytes()[: found.end]
    os.truncate(log, whole)


def test_an_append_under_way_is_no_part_of_a_backup(
    used: Library, folder: Path, file: Path, tmp_path: Path
) -> None:
    used.flush()
    for name in ("library.journal", "items.log", "hauls.log"):
        with (folder / name).open("ab") as stream:
            stream.write(b'P 9 {"half')
    write_backup(folder, file, at=NOW)
    put_back(file, tmp_path / "new")
    with Library.open(tmp_path / "new") as again:
        assert again.rescued == ()


def test_a_log_whose_last_commit_is_damaged_is_kept_whole(used: Library, folder: Path) -> None:
    used.items.absorb([make_entry(6)], feed_id=1, at=NOW)
    used.close()
    log = folder / "items.log"
    log.write_bytes(log.read_bytes()[:-3] + b"x\n")
    with LogCut(log) as found:
        assert found.end == log.stat().st_size


def test_restoring_where_a_library_is_needs_to_be_told_and_keeps_that_one(
    used: Library, folder: Path, file: Path
) -> None:
    write_backup(folder, file, at=NOW)
    before = everything(used)
    used.notes.write(4, "after the backup", NOW)
    with pytest.raises(LibraryLockedError):
        put_back(file, folder, replace=True)
    used.close()
    (folder / "mine.txt").write_text("not hauler's")
    held = {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "lock"}
    with pytest.raises(LibraryError, match="already"):
        put_back(file, folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "lock"} == held
    done = put_back(file, folder, replace=True)
    assert done.kept is not None
    assert done.kept.name == f"library.before-restore-{NOW:%Y-%m-%d}"
    assert {p.name: p.read_bytes() for p in done.kept.iterdir()} == {
        name: data for name, data in held.items() if name != "mine.txt"
    }
    assert (folder / "mine.txt").exists()
    with Library.open(folder) as again:
        assert everything(again) == before
        assert again.rescued == ()
    with Library.open(done.kept) as again:
        assert again.notes.get(4) is not None
    again_kept = put_back(file, folder, replace=True).kept
    assert again_kept is not None
    assert again_kept.name.endswith("-2")


def unless_cut(power: Power, function: Callable[..., None]) -> Callable[..., None]:
    """What a process does until the power fails."""

    def call(path: Path) -> None:
        if power.limit is None or power.count < power.limit:
            function(path)

    return call


def test_a_restore_that_is_cut_off_anywhere_leaves_the_old_or_the_new_library_whole(
    used: Library, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_backup(folder, file, at=NOW)
    new = everything(used)
    used.notes.write(4, "after the backup", NOW)
    old = everything(used)
    used.close()
    seen = set()
    limit = 0
    while True:
        limit += 1
        power = Power(limit)
        with monkeypatch.context() as off:
            power.cut_in(off)
            off.setattr(shutil, "rmtree", unless_cut(power, shutil.rmtree))
            try:
                put_back(file, folder, replace=True)
            except LibraryError:
                is_cut = True
            else:
                is_cut = False
        with Library.open(folder) as again:
            found = everything(again)
            assert found in (old, new)
            seen.add(found == new)
            assert again.rescued == () or "restore" in again.rescued[0]
            if found == new:
                again.notes.write(4, "after the backup", NOW)
        if not is_cut:
            break
    assert seen == {True, False}
    assert limit > 10


def test_who_only_reads_is_told_of_an_unfinished_restore(used: Library, folder: Path) -> None:
    used.close()
    (folder / takeover.READY).mkdir()
    with pytest.raises(LibraryError, match="not finished"):
        Library.open(folder, writing=False)
    with Library.open(folder) as again:
        assert "finished" in again.rescued[0]
    assert not (folder / takeover.READY).exists()


def rewritten(file: Path, name: str, data: bytes, manifest: bytes | None = None) -> Path:
    """The same archive with one more or another member."""
    changed = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            if info.filename == MANIFEST and manifest is not None:
                new.writestr(MANIFEST, manifest)
            elif info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, data)
    return changed


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/tmp/evil",
        "a/../../evil",
        "evil\\x",
        "lock",
        ".hidden",
        "hauls/../x",
        "hauls",
        "index.sqlite",
        "items.log.new",
        "items.offsets",
        "items.log.before-1",
        "hauls/a\x1b[2Jb.md",
    ],
)
def test_an_archive_with_what_is_no_part_of_a_backup_is_refused(
    used: Library, folder: Path, file: Path, tmp_path: Path, name: str
) -> None:
    write_backup(folder, file, at=NOW)
    with zipfile.ZipFile(file) as zipped:
        manifest = json.loads(zipped.read(MANIFEST))
    sha = hashlib.sha256(b"evil").hexdigest()
    manifest["files"].append({"name": name, "size": 4, "sha256": sha})
    changed = rewritten(file, f"library/{name}", b"evil", json.dumps(manifest).encode())
    with pytest.raises(LibraryError, match="has no place"):
        put_back(changed, tmp_path / "deep" / "new")
    assert not (tmp_path / "deep" / "new").exists()


def test_an_archive_with_a_file_it_does_not_list_is_refused(
    used: Library, folder: Path, file: Path, tmp_path: Path
) -> None:
    write_backup(folder, file, at=NOW)
    with pytest.raises(LibraryError, match="those it lists"):
        put_back(rewritten(file, "library/items.log.old", b"more"), tmp_path / "new")


def test_an_archive_with_another_content_than_it_lists_is_refused(
    used: Library, folder: Path, file: Path, tmp_path: Path
) -> None:
    write_backup(folder, file, at=NOW)
    with zipfile.ZipFile(file) as zipped:
        data = zipped.read("library/items.log").replace(b"Paper 2", b"Piper 2")
    with pytest.raises(LibraryError, match="checksum"):
        put_back(rewritten(file, "library/items.log", data), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_every_damaged_byte_of_a_backup_is_found_before_anything_is_changed(
    used: Library, folder: Path, file: Path, tmp_path: Path
) -> None:
    write_backup(folder, file, at=NOW)
    data = file.read_bytes()
    with zipfile.ZipFile(file) as zipped:
        (info,) = (i for i in zipped.infolist() if i.filename.endswith("items.log"))
        begin = info.header_offset + 40
    for place in range(begin, begin + info.compress_size, 37):
        file.write_bytes(data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :])
        with pytest.raises(LibraryError):
            put_back(file, tmp_path / "new")
    for end in range(0, len(data), 311):
        file.write_bytes(data[:end])
        with pytest.raises(LibraryError):
            put_back(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_backup_of_a_newer_hauler_is_refused_in_a_sentence(
    used: Library, folder: Path, file: Path, tmp_path: Path
) -> None:
    write_backup(folder, file, at=NOW)
    changed = rewritten(file, "library/x", b"", b'{"hauler_backup": 2, "unheard": "of"}')
    with pytest.raises(NewerLibraryError, match="newer hauler"):
        put_back(changed, tmp_path / "new")


def test_a_backup_larger_than_the_disk_is_refused(
    used: Library, folder: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_backup(folder, file, at=NOW)

    class Full:
        free = 5

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Full)
    with pytest.raises(LibraryError, match="not free"):
        put_back(file, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_old_dates_are_no_hindrance(used: Library, folder: Path, file: Path) -> None:
    manifest, _ = write_backup(folder, file, at=NOW - timedelta(days=365 * 60))
    assert manifest.made_at.year < 1980
    with file.open("rb") as archive:
        assert backup.read_manifest(archive) == manifest
