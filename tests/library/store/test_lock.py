from __future__ import annotations

import errno
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError, LibraryLockedError
from hauler_tui.library.store.lock import Lock


def test_a_second_writer_is_told_which_process_has_the_library(tmp_path: Path) -> None:
    lock = Lock.take(tmp_path)
    with pytest.raises(LibraryLockedError, match=f"process {os.getpid()}") as locked:
        Lock.take(tmp_path)
    assert "only read" in locked.value.hint
    lock.release()
    Lock.take(tmp_path).release()


def test_a_library_whose_writer_was_killed_can_be_locked_again(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path;"
        "from hauler_tui.library.store.lock import Lock;"
        "lock = Lock.take(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LibraryLockedError, match=f"process {other.pid}"):
            Lock.take(tmp_path)
        other.kill()
    Lock.take(tmp_path).release()


def test_a_lock_file_removed_by_hand_lets_no_second_writer_in(tmp_path: Path) -> None:
    lock = Lock.take(tmp_path)
    (tmp_path / "lock").unlink()
    with pytest.raises(LibraryLockedError, match=r"is open in another hauler$"):
        Lock.take(tmp_path)
    lock.release()
    Lock.take(tmp_path).release()


@pytest.mark.parametrize("name", ["with spaces", "emoji 📚", "new\nline", "ü" * 120])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    lock = Lock.take(tmp_path / name)
    with pytest.raises(LibraryLockedError, match=f"process {os.getpid()}"):
        Lock.take(tmp_path / name)
    lock.release()


def test_a_disk_that_locks_no_folders_has_the_lock_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flock = fcntl.flock

    def of_a_network(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, "Bad file descriptor")
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", of_a_network)
    lock = Lock.take(tmp_path)
    with pytest.raises(LibraryLockedError, match=f"process {os.getpid()}"):
        Lock.take(tmp_path)
    lock.release()


def test_a_library_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="cannot be written") as refusal:
        Lock.take(tmp_path / "file")
    assert refusal.value.hint


def test_the_folder_and_the_lock_are_for_their_owner_alone(tmp_path: Path) -> None:
    Lock.take(tmp_path / "new").release()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "lock").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_does_not_refuse_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("hauler_tui.library.store.lock.write_fully", full)
    lock = Lock.take(tmp_path)
    with pytest.raises(LibraryLockedError, match="is open in another hauler"):
        Lock.take(tmp_path)
    lock.release()
