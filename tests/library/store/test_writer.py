from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.store.writer import AppendFile, Writer
from tests.library.disks import Disk


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def file(disk: Disk, tmp_path: Path) -> Iterator[AppendFile]:
    file = disk.file(tmp_path / "log")
    yield file
    file.close()


def nothing() -> None:
    return None


def adding(order: list[int], number: int) -> Callable[[], None]:
    return lambda: order.append(number)


def test_appends_are_durable_in_order_after_flush(file: AppendFile, writer: Writer) -> None:
    done: list[int] = []
    for number in range(100):
        writer.append(file, b"%d\n" % number, adding(done, number))
    writer.flush()
    assert file.path.read_bytes() == b"".join(b"%d\n" % number for number in range(100))
    assert done == list(range(100))
    assert writer.pending == 0
    assert writer.error is None


def test_appends_that_wait_for_the_disk_share_one_sync(
    disk: Disk, file: AppendFile, writer: Writer
) -> None:
    disk.write_error = errno.EIO
    for _ in range(50):
        writer.append(file, b"line\n", nothing)
    with pytest.raises(LibraryError):
        writer.flush()
    disk.write_error = None
    writer.flush()
    assert disk.syncs == 1


@pytest.mark.parametrize("trouble", ["write", "sync"])
def test_what_the_disk_refuses_stays_queued_and_arrives_in_order_later(
    disk: Disk, file: AppendFile, writer: Writer, trouble: str
) -> None:
    writer.append(file, b"one\n", nothing)
    writer.flush()
    setattr(disk, f"{trouble}_error", errno.ENOSPC)
    writer.append(file, b"two\n", nothing)
    writer.append(file, b"three\n", nothing)
    with pytest.raises(LibraryError, match="2 changes are not saved") as refusal:
        writer.flush()
    assert "free some space" in refusal.value.hint
    assert "a command has to be given again" in refusal.value.hint
    assert writer.error is not None
    assert writer.pending == 2
    assert file.path.read_bytes() == b"one\n"
    setattr(disk, f"{trouble}_error", None)
    writer.append(file, b"four\n", nothing)
    writer.flush()
    assert file.path.read_bytes() == b"one\ntwo\nthree\nfour\n"
    assert writer.pending == 0
    assert writer.error is None


def test_short_writes_are_continued(disk: Disk, file: AppendFile, writer: Writer) -> None:
    disk.short_writes = True
    writer.append(file, b"x" * 1000, nothing)
    writer.flush()
    assert file.path.read_bytes() == b"x" * 1000


def test_the_disk_is_tried_again_without_being_asked(
    disk: Disk, file: AppendFile, tmp_path: Path
) -> None:
    writer = Writer(retry_seconds=0.01)
    told = threading.Event()
    written = threading.Event()
    writer.listener = told.set
    disk.write_error = errno.EIO
    writer.append(file, b"kept\n", written.set)
    assert told.wait(5)
    assert not written.is_set()
    disk.write_error = None
    assert written.wait(5)
    writer.close()


def test_order_holds_between_files(disk: Disk, tmp_path: Path, writer: Writer) -> None:
    order: list[int] = []
    files = [disk.file(tmp_path / name) for name in ("a", "b")]
    for number in range(20):
        writer.append(files[number % 2], b"x", adding(order, number))
    writer.flush()
    assert order == list(range(20))
    for file in files:
        file.close()


def test_a_call_runs_between_what_was_queued_before_and_after_it(
    disk: Disk, file: AppendFile, writer: Writer
) -> None:
    seen: list[bytes] = []
    disk.write_error = errno.ENOSPC
    writer.append(file, b"one\n", nothing)
    writer.call(lambda: seen.append(file.path.read_bytes()))
    writer.append(file, b"two\n", nothing)
    with pytest.raises(LibraryError, match="2 changes are not saved"):
        writer.flush()
    assert writer.pending == 2
    assert seen == []
    disk.write_error = None
    writer.flush()
    assert seen == [b"one\n"]
    assert writer.pending == 0
    assert file.path.read_bytes() == b"one\ntwo\n"


def test_a_removed_file_is_an_error_and_nothing_is_called_saved(
    file: AppendFile, writer: Writer
) -> None:
    file.path.unlink()
    writer.append(file, b"kept\n", nothing)
    with pytest.raises(LibraryError, match="no longer in its folder"):
        writer.flush()
    assert writer.pending == 1


def test_a_listener_that_fails_is_reported_and_the_thread_lives(
    file: AppendFile, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[object] = []
    monkeypatch.setattr(threading, "excepthook", reported.append)

    def listener() -> None:
        raise ValueError("the screen is gone")

    writer.listener = listener
    for _ in range(2):
        writer.append(file, b"x", nothing)
        writer.flush()
    assert file.path.read_bytes() == b"xx"
    assert reported


def test_flush_gives_up_after_its_timeout(tmp_path: Path, writer: Writer) -> None:
    free = threading.Event()

    class SlowFile(AppendFile):
        def sync(self) -> None:
            free.wait(5)

    file = SlowFile(tmp_path / "slow")
    writer.append(file, b"x", nothing)
    with pytest.raises(LibraryError, match="not on the disk yet"):
        writer.flush(timeout=0.01)
    free.set()
    writer.flush()
    file.close()
    assert (tmp_path / "slow").read_bytes() == b"x"


def test_a_closed_writer_takes_nothing_more(file: AppendFile) -> None:
    writer = Writer()
    writer.close()
    with pytest.raises(RuntimeError):
        writer.append(file, b"x", nothing)


def test_a_mistake_while_writing_is_an_error_and_not_a_dead_thread(
    tmp_path: Path, writer: Writer
) -> None:
    class OddFile(AppendFile):
        mistakes = 1

        def sync(self) -> None:
            if self.mistakes:
                self.mistakes = 0
                raise TypeError("odd")

    file = OddFile(tmp_path / "odd")
    writer.append(file, b"kept", nothing)
    with suppress(LibraryError):
        writer.flush()
    writer.flush()
    file.close()
    assert (tmp_path / "odd").read_bytes() == b"kept"
