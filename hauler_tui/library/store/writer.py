"""Durable appends off the caller's thread: one write and one fdatasync for all that is queued."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from hauler_tui.errors import LibraryError
from hauler_tui.files import sync_directory

_RETRY_SECONDS = 5.0
_BATCH_BYTES = 64 << 20

_LAST_BYTES = 64
_LOST = frozenset({errno.ESTALE, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOTCONN})

_AGAIN = "an open reader then saves by itself, a command has to be given again"
_HINTS = {
    errno.ENOSPC: f"free some space on that disk: {_AGAIN}",
    errno.EDQUOT: f"your disk quota is used up, free some space: {_AGAIN}",
    errno.EROFS: f"the disk is read-only, mount it for writing: {_AGAIN}",
    errno.ESTALE: "the file was removed or replaced while hauler was open: copy what you wrote"
    " before you leave a reader, and give a command again",
}


class Target(Protocol):
    """Where appends go: a file, or what knows at any moment which file it is."""

    @property
    def path(self) -> Path:
        """What a person is told the trouble is with."""

    def append(self, data: bytes) -> None:
        """Make ``data`` durable, all of it or nothing; called in the writer's thread.

        Raises OSError, and is called again later.
        """


class AppendFile:
    """A file that only grows, and always ends at the last append that succeeded."""

    def __init__(
        self, path: Path, end: int | None = None, *, flags: int = os.O_RDWR | os.O_CREAT
    ) -> None:
        """Open ``path`` for appending after byte ``end`` (its size by default). Raises OSError."""
        self.path = path
        self._descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
        self.end = os.fstat(self._descriptor).st_size if end is None else end
        """Bytes that are durable; whatever may lie behind them was never acknowledged."""
        self._is_torn = False
        self._is_lost = False
        self._has_new_name = False
        self._last = self.read(max(0, self.end - _LAST_BYTES), min(_LAST_BYTES, self.end))

    def __del__(self) -> None:
        """Let go of a file that was replaced, once the last thread has read from it."""
        if hasattr(self, "_descriptor"):
            self.close()

    def append(self, data: bytes, *, sync: bool = True) -> None:
        """Write ``data`` and wait until the disk has it; on OSError nothing of it remains.

        After a failed sync the kernel may call lost pages clean, so a retry starts over from the
        last good end and writes every byte again. Without ``sync`` nothing is waited for.
        """
        if self._is_lost:
            self._find_again()
        if self._is_torn:
            os.ftruncate(self._descriptor, self.end)
            self._is_torn = False
        self._is_torn = True
        try:
            position = self.end
            view = memoryview(data)
            while view:
                written = self.write(view, position)
                if not written:
                    raise OSError(errno.EIO, "the disk takes nothing")
                view = view[written:]
                position += written
            if sync:
                self.sync()
                self.settle()
                if os.fstat(self._descriptor).st_nlink == 0:
                    raise OSError(errno.ESTALE, "the file is no longer in its folder")
        except OSError as error:
            self._is_lost = error.errno in _LOST
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.end)
            raise
        self.end += len(data)
        self._last = (self._last + data[-_LAST_BYTES:])[-_LAST_BYTES:]
        self._is_torn = False

    def _find_again(self) -> None:
        """Go on with the file that has this name now, if it is the same to the last good end.

        So a disk that was unplugged, or a file that was moved away, may come back.
        """
        with contextlib.suppress(OSError):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
            try:
                size = os.fstat(descriptor).st_size
                begin = self.end - len(self._last)
                if size == self.end and os.pread(descriptor, len(self._last), begin) == self._last:
                    # Threads may be reading: they have the number, which leads elsewhere at once.
                    os.dup2(descriptor, self._descriptor, inheritable=False)
                    self._is_lost = self._is_torn = False
            finally:
                os.close(descriptor)

    def cut(self) -> None:
        """Remove what lies behind ``end``. Raises OSError."""
        if os.fstat(self._descriptor).st_size > self.end:
            os.ftruncate(self._descriptor, self.end)
            self.sync()

    def rename(self, path: Path) -> None:
        """Put the file in the place of ``path``; ``settle`` makes that durable. Raises OSError."""
        self.path.replace(path)
        self.path = path
        self._has_new_name = True

    def settle(self) -> None:
        """Make a new name durable, as every append does before it counts. Raises OSError."""
        if self._has_new_name:
            sync_directory(self.path.parent)
            self._has_new_name = False

    def write(self, data: memoryview, position: int) -> int:
        """Write some of ``data`` at ``position`` and say how much. Raises OSError."""
        return os.pwrite(self._descriptor, data, position)

    def sync(self) -> None:
        """Wait until the disk has what was written. Raises OSError."""
        os.fdatasync(self._descriptor)

    def read(self, position: int, length: int) -> bytes:
        """At most ``length`` bytes from ``position``. Raises OSError."""
        return os.pread(self._descriptor, length, position)

    @property
    def inode(self) -> int:
        """The number of the file on its disk, which a rename keeps and a copy does not."""
        return os.fstat(self._descriptor).st_ino

    def close(self) -> None:
        """Let go of the file; what was not appended is not waited for."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


_Entry: TypeAlias = tuple[Target | None, bytes, Callable[[], None]]


class Writer:
    """One thread that makes appends durable in the order they were handed in.

    What the disk refuses stays queued, is tried again at the next append, at ``flush`` and every
    few seconds, and is never dropped.
    """

    def __init__(self, *, retry_seconds: float = _RETRY_SECONDS) -> None:
        self.error: OSError | None = None
        """Why the oldest queued append is not durable yet, when the disk refused it."""
        self.listener: Callable[[], None] | None = None
        """Called from the writer's thread whenever ``pending`` or ``error`` changed."""
        self._retry_seconds = retry_seconds
        self._queue: deque[_Entry] = deque()
        self._calls = 0
        self._changed = threading.Condition()
        self._attempts_begun = 0
        self._attempt_failed = 0
        self._retry_now = False
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="hauler-writer", daemon=True)
        self._thread.start()

    @property
    def pending(self) -> int:
        """How many appends are not durable yet."""
        return len(self._queue) - self._calls

    def append(self, file: Target, data: bytes, done: Callable[[], None]) -> None:
        """Queue ``data`` for ``file``; ``done`` is called from the thread once it is durable."""
        self._add((file, data, done))

    def call(self, function: Callable[[], None]) -> None:
        """Run ``function`` once in the thread: all queued before it is durable, nothing after it.

        It tells its own failures: whatever it raises is only reported.
        """
        self._add((None, b"", function))

    def hand_over(self, old: AppendFile, new: AppendFile) -> None:
        """Let what is queued for ``old`` go to ``new``; only for a function that ``call`` runs."""
        with self._changed:
            for place, (file, data, done) in enumerate(self._queue):
                if file is old:
                    self._queue[place] = (new, data, done)

    def _add(self, entry: _Entry) -> None:
        with self._changed:
            if self._is_stopping:
                raise RuntimeError("the writer is closed")
            self._queue.append(entry)
            self._calls += entry[0] is None
            self._retry_now = True
            self._changed.notify_all()

    def flush(self, timeout: float | None = None) -> None:
        """Wait until everything queued is durable.

        Raises LibraryError when the disk refuses now, or ``timeout`` seconds have passed; the
        changes stay queued either way.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            attempt = self._attempts_begun + 1
            self._retry_now = True
            self._changed.notify_all()
            while self._queue:
                if self.error is not None and self._attempt_failed >= attempt:
                    raise _refused(self._queue[0], self.error, self.pending)
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise LibraryError(
                        f"{self.pending} changes are not on the disk yet",
                        "the disk is slow; wait, or look whether it still answers",
                    )
                self._changed.wait(left)

    def close(self, timeout: float | None = None) -> None:
        """Wait until everything is durable and end the thread.

        Raises LibraryError, with the thread and the queue alive, when that is not possible.
        """
        self.flush(timeout)
        self.abandon()

    def abandon(self) -> None:
        """End the thread and drop what is still queued."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._thread.join()
        self._queue.clear()
        self._calls = 0

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._is_stopping and (not self._queue or not self._retry_now):
                    if not self._changed.wait(self._retry_seconds if self._queue else None):
                        break
                if self._is_stopping:
                    return
                if not self._queue:
                    continue
                self._retry_now = False
                self._attempts_begun += 1
                batch = self._next_batch()
            self._write(batch)

    def _next_batch(self) -> list[_Entry]:
        """The oldest appends as far as they go to one file, so order holds between files too."""
        file = self._queue[0][0]
        batch: list[_Entry] = []
        size = 0
        for entry in self._queue:
            if entry[0] is not file or (batch and size + len(entry[1]) > _BATCH_BYTES):
                break
            batch.append(entry)
            size += len(entry[1])
        return batch

    def _write(self, batch: list[_Entry]) -> None:
        error: OSError | None = None
        file = batch[0][0]
        try:
            if file is not None:
                file.append(
                    batch[0][1] if len(batch) == 1 else b"".join(data for _, data, _ in batch)
                )
        except OSError as refusal:
            error = refusal
        except Exception as mistake:
            # Whatever it was, this thread must live: it holds the changes.
            error = OSError(errno.EIO, f"{type(mistake).__name__}: {mistake}")
        else:
            for _, _, done in batch:
                self._call(done)
        with self._changed:
            self.error = error
            if error is None:
                for _ in batch:
                    self._queue.popleft()
                if file is None:
                    self._calls -= len(batch)
                self._retry_now = bool(self._queue)
            else:
                self._attempt_failed = self._attempts_begun
            self._changed.notify_all()
        if self.listener is not None:
            self._call(self.listener)

    def _call(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception as mistake:
            threading.excepthook(
                threading.ExceptHookArgs(
                    (type(mistake), mistake, mistake.__traceback__, self._thread)
                )
            )


def _refused(entry: _Entry, error: OSError, count: int) -> LibraryError:
    path = "" if entry[0] is None else f"{entry[0].path}: "
    changes = "One change is" if count == 1 else f"{count} changes are"
    return LibraryError(
        f"{changes} not saved: {path}{error.strerror or error}",
        _HINTS.get(error.errno or 0, f"look after that disk: {_AGAIN}"),
    )
