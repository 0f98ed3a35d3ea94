"""Putting a backup back: checked wholly first, the present library kept in a folder beside it.

The files are unpacked into ``restoring`` inside the library's folder; renaming that to
``restored`` is the moment from which they count. Whoever opens the library next finishes what a
crash left behind that moment, and what lies before it changed nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from hauler_tui.errors import ChangedElsewhereError, LibraryError, NewerLibraryError
from hauler_tui.files import sync_directory, write_atomically, write_fully
from hauler_tui.library.care.backup import Manifest, Progress, contents, read_manifest, verify
from hauler_tui.library.care.cut import ISSUES, is_own
from hauler_tui.library.care.takeover import PLAN, READY, finish, take_over
from hauler_tui.library.store.lock import Lock

UNPACKING = "restoring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore put where."""

    manifest: Manifest
    kept: Path | None
    """The folder with the library that was there before, if there was one."""


def restore(
    file: Path,
    directory: Path,
    *,
    at: datetime,
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> Restored:
    """Put the backup in ``file`` back as the library in ``directory``.

    With ``replace`` a library that is there is kept in a sibling folder. Raises LibraryError,
    NewerLibraryError and LibraryLockedError, with the library as it was.
    """
    directory = directory.absolute()
    try:
        with file.open("rb") as archive:
            manifest = read_manifest(archive)
            verify(archive, manifest)
            with _locked(directory):
                return _restore(archive, manifest, directory, at, replace, progress)
    except OSError as error:
        named = os.fsdecode(error.filename) if error.filename else str(file)
        raise LibraryError(
            f"the backup cannot be restored: {named}: {error.strerror or error}",
            "the library is as it was",
        ) from error


@contextlib.contextmanager
def _locked(directory: Path) -> Iterator[None]:
    was_there = directory.exists()
    lock = Lock.take(directory)
    try:
        finish(directory)
        yield
    except BaseException:
        if not was_there:
            with suppress(OSError):
                (directory / "lock").unlink()
                directory.rmdir()
        raise
    finally:
        lock.release()


def _restore(
    archive: BinaryIO,
    manifest: Manifest,
    directory: Path,
    at: datetime,
    replace: bool,
    progress: Progress,
) -> Restored:
    present = _present(directory)
    if present and not replace:
        raise LibraryError(
            f"there is a library in {directory} already",
            "--force puts the backup in its place and keeps the present one in a folder beside it",
        )
    need = sum(member.size for member in manifest.files)
    if need > shutil.disk_usage(directory).free:
        raise LibraryError(
            f"the backup needs {need:,} bytes, which the disk of {directory} has not free",
            "make room on that disk, or name another folder with --library",
        )
    unpacking = directory / UNPACKING
    if unpacking.is_dir():  # what a restore that was interrupted earlier had unpacked
        shutil.rmtree(unpacking)
    try:
        _unpack(archive, manifest, unpacking, progress)
        _try_to_open(unpacking)
        kept = _keep(directory, present, at) if present else None
        plan = {"files": [m.name for m in manifest.files], "kept": present}
        write_atomically(unpacking / PLAN, json.dumps(plan).encode(), mode=0o600)
        unpacking.rename(directory / READY)
    except BaseException:
        if unpacking.is_dir():
            shutil.rmtree(unpacking)
        raise
    sync_directory(directory)
    take_over(directory)
    return Restored(manifest=manifest, kept=kept)


def _unpack(archive: BinaryIO, manifest: Manifest, folder: Path, progress: Progress) -> None:
    folder.mkdir(mode=0o700)
    total = sum(member.size for member in manifest.files)
    done = 0
    for member in manifest.files:
        path = folder / member.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for block in contents(archive, member):
                write_fully(descriptor, block)
                done += len(block)
                progress(done, total)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for path in {folder, *((folder / member.name).parent for member in manifest.files)}:
        sync_directory(path)


def _try_to_open(folder: Path) -> None:
    """Raise LibraryError when what was unpacked is no library that this hauler can open."""
    from hauler_tui.library.library import Library

    try:
        Library.open(folder, writing=False).close()
    except (ChangedElsewhereError, NewerLibraryError) as error:
        if isinstance(error, NewerLibraryError):
            raise
    except LibraryError as error:
        raise LibraryError(
            f"the backup holds a library that cannot be opened: {error.message}",
            "the library is as it was; try an earlier backup",
        ) from error


def _present(directory: Path) -> list[str]:
    """The library's own files that are in a folder, by their path in it."""
    found = [path.name for path in directory.iterdir() if path.is_file() and is_own(path.name)]
    issues = (path for path in (directory / ISSUES).rglob("*") if path.is_file())
    found += [path.relative_to(directory).as_posix() for path in issues]
    return sorted(found)


def _keep(directory: Path, present: Iterable[str], at: datetime) -> Path:
    """Keep the present files in a new sibling folder, as other names of the same bytes."""
    home = directory.resolve()
    stamp = f"{at.astimezone(UTC):%Y-%m-%d}"
    number = 1
    while True:
        suffix = f"-{number}" if number > 1 else ""
        kept = home.with_name(f"{home.name}.before-restore-{stamp}{suffix}")
        try:
            kept.mkdir(mode=0o700)
            break
        except FileExistsError:
            number += 1
    for name in present:
        path = kept / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.link(directory / name, path)
        except OSError:  # a file system without hard links, or another one
            shutil.copy2(directory / name, path)
    for folder in {kept, *((kept / name).parent for name in present)}:
        sync_directory(folder)
    sync_directory(kept.parent)
    return kept
