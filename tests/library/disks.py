"""Disks that fail when told to."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

from hauler_tui.library.store.writer import AppendFile


class Disk:
    """A switch for every file made by its ``file`` class."""

    def __init__(self) -> None:
        self.write_error: int | None = None
        self.sync_error: int | None = None
        self.short_writes = False
        self.syncs = 0
        disk = self

        class File(AppendFile):
            def write(self, data: memoryview, position: int) -> int:
                error = disk.write_error
                if error is not None:
                    super().write(data[: len(data) // 2], position)
                    raise OSError(error, os.strerror(error))
                return super().write(data[:7] if disk.short_writes else data, position)

            def sync(self) -> None:
                error = disk.sync_error
                if error is not None:
                    raise OSError(error, os.strerror(error))
                disk.syncs += 1
                super().sync()

        self.file: type[AppendFile] = File


class Power:
    """Counts what changes the disk, and fails it from the ``limit``-th change on.

    With ``once`` only that one change fails, as on a disk that is full for a moment.
    """

    CHANGES = ("open", "write", "pwrite", "fsync", "fdatasync", "ftruncate", "replace", "link")

    def __init__(self, limit: int | None, *, once: bool = False) -> None:
        self.limit = limit
        self.once = once
        self.count = 0

    def cut_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in self.CHANGES:
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, function: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            if self.limit is not None and (
                self.count == self.limit if self.once else self.count >= self.limit
            ):
                raise OSError(errno.EIO, "the power is off")
            return function(*arguments, **options)

        return call


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let syncs return at once: what these tests look at is not what the disk does."""
    for name in ("fsync", "fdatasync"):
        monkeypatch.setattr(os, name, lambda descriptor: None)
