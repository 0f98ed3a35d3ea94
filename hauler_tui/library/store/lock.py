"""One writer for one library, held by the operating system and gone with the process."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path
from typing import Self

from hauler_tui.errors import LibraryError, LibraryLockedError
from hauler_tui.files import write_fully


class Lock:
    """The right to write to a library, for as long as it is open."""

    def __init__(self, *descriptors: int) -> None:
        """Use ``Lock.take``."""
        self._descriptors = [*descriptors]

    @classmethod
    def take(cls, directory: Path) -> Self:
        """Take the lock of the library in ``directory``, which is made when missing.

        Raises LibraryLockedError naming the process that has it, LibraryError.
        """
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LibraryError(
                f"the library {directory} cannot be written: {error.strerror or error}",
                "choose another folder with --library, or make this one writable",
            ) from error
        folder = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _lock_folder(folder)
        except OSError as error:
            holder = _holder(descriptor)
            os.close(descriptor)
            os.close(folder)
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise LibraryError(
                    f"the library {directory} cannot be locked: {error.strerror or error}",
                    "keep it on a disk that knows locks",
                ) from error
            raise LibraryLockedError(
                f"the library {directory} is open in another hauler{holder}",
                "close it, or only read: listing, showing and exporting work meanwhile",
            ) from error
        # The lock holds without it: on a full disk another process is told less, and that is all.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            write_fully(descriptor, b"%d\n" % os.getpid())
        return cls(descriptor, folder)

    @classmethod
    def watch(cls, directory: Path) -> Self:
        """Keep others from writing while the library is looked at; writes nothing itself.

        Others may watch too. Raises LibraryLockedError when another process writes, OSError.
        """
        lock = cls(os.open(directory, os.O_RDONLY | os.O_CLOEXEC))
        try:
            # Who may not read the lock file, or finds none, still has the folder's own lock.
            with contextlib.suppress(FileNotFoundError, PermissionError):
                lock._descriptors.append(os.open(directory / "lock", os.O_RDONLY | os.O_CLOEXEC))
            for descriptor in lock._descriptors:
                _share(descriptor, directory)
        except BaseException:
            lock.release()
            raise
        return lock

    def release(self) -> None:
        """Let another process write."""
        while self._descriptors:
            os.close(self._descriptors.pop())


def _lock_folder(descriptor: int) -> None:
    """Lock the folder itself too, so that a lock file removed by hand does not let a second in."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno == errno.EWOULDBLOCK:
            raise
        # A network file system that locks no folders: the lock file alone has to do.


def _share(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            raise LibraryLockedError(
                f"the library {directory} is open in another hauler", "close it"
            ) from error
        # A disk that knows no locks can be looked at all the same.


def _holder(descriptor: int) -> str:
    text = os.pread(descriptor, 32, 0).strip()
    return f" (process {int(text)})" if text.isdigit() else ""
