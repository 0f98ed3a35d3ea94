"""A library in one file: a zip archive with a manifest, written while the reader runs.

hauler-backup.json    format, date, what it holds, and each file's size and SHA-256
library/…             the files of the library, which hauler opens as they are
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import msgspec

from hauler_tui.errors import LibraryError, NewerLibraryError
from hauler_tui.files import sync_directory
from hauler_tui.library.care.cut import (
    ISSUES,
    LOGS,
    REMEMBERED,
    ROWS_ASIDE,
    LogCut,
    Pair,
    read_pair,
    refuse_newer,
)
from hauler_tui.library.care.takeover import refuse_unfinished
from hauler_tui.library.store import loglines
from hauler_tui.library.works import TOMBSTONE

FORMAT = 1
"""The version of the archives this hauler writes."""
MANIFEST = "hauler-backup.json"
FOLDER = "library"

_PAIR = ("library.json", "library.journal")
_MEMBERS = frozenset(
    {*LOGS, REMEMBERED, ROWS_ASIDE, *(name + end for name in _PAIR for end in ("", ".old", ".new"))}
)
"""The files a backup may hold beside issues; a pair prepared as .new may hold the last changes."""
_LEVEL = 1
"""The quickest: a third of the time of zlib's default, for a fifth more bytes."""
_BLOCK = 1 << 20
_MOST_BYTES = 1 << 40
_MOST_FILES = 100_000
_MOST_MANIFEST_BYTES = 64 << 20
_SURELY_SMALL = 64 << 20
_MOST_PACKED = 250
"""Bytes that one byte of an archive may stand for in a large file; a library's have some ten."""
_SYMLINK = 0o120000

Progress = Callable[[int, int], None]
"""Told how many bytes are done, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in a backup."""

    name: str
    """Its path in the library, with slashes."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    hauler_backup: int
    made_at: datetime
    items: int
    notes: int | None
    """None where the files do not say; so for the issues."""
    issues: int | None
    files: tuple[Member, ...]
    warnings: tuple[str, ...] = ()
    """What was wrong with the library when the backup was made."""


class _Format(msgspec.Struct):
    hauler_backup: int


def write_backup(
    directory: Path,
    file: Path,
    *,
    at: datetime,
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> tuple[Manifest, int]:
    """Write the library in ``directory`` to an archive, read it again, and return its size too.

    Needs no lock: another hauler may be writing. Raises LibraryError, also where ``file`` exists
    without ``replace``, and NewerLibraryError, and then leaves nothing behind.
    """
    directory, file = directory.absolute(), file.absolute()
    refuse_unfinished(directory)
    refuse_newer(directory)
    _refuse_place(directory, file, replace=replace)
    temporary = file.with_name(f".{file.name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as archive:
                manifest = _write(directory, archive, at, progress)
                archive.flush()
                os.fsync(archive.fileno())
                verify(archive, manifest)
                size = archive.seek(0, 2)
            _put_in_place(temporary, file, replace=replace)
        finally:
            temporary.unlink(missing_ok=True)
        sync_directory(file.parent)
    except OSError as error:
        raise LibraryError(
            f"the backup {file} cannot be written: {error.strerror or error}",
            "the library is as it was; name another place",
        ) from error
    return manifest, size


def read_manifest(archive: BinaryIO) -> Manifest:
    """What an archive says it holds, once its names and sizes agree with that.

    Raises LibraryError, NewerLibraryError.
    """
    try:
        with zipfile.ZipFile(archive) as zipped:
            told = {info.filename: info for info in zipped.infolist() if not info.is_dir()}
            if len(told) > _MOST_FILES or len(zipped.namelist()) > _MOST_FILES:
                raise _strange("it holds too many files")
            own = told.pop(MANIFEST, None)
            if own is None or own.file_size > _MOST_MANIFEST_BYTES:
                raise _strange(f"it has no {MANIFEST}")
            with zipped.open(own) as stream:
                raw = stream.read(own.file_size)
            if len(zipped.namelist()) != len(set(zipped.namelist())):
                raise _strange("it holds a name twice")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise _strange("it is no zip archive, or a damaged one") from error
    manifest = _decoded(raw)
    if {f"{FOLDER}/{member.name}" for member in manifest.files} != told.keys():
        raise _strange("its files are not those it lists")
    for member in manifest.files:
        info = told[f"{FOLDER}/{member.name}"]
        if not _is_kept(member.name) or (info.external_attr >> 16) & 0o170000 == _SYMLINK:
            raise _strange(f"{member.name[:80]!r} has no place in a library")
        if info.file_size != member.size:
            raise _strange(f"{member.name} is not as long as it should be")
        if member.size > _SURELY_SMALL + _MOST_PACKED * info.compress_size:
            raise _strange(
                f"{member.name} would be {member.size:,} bytes, of {info.compress_size:,} in it"
            )
    if sum(info.compress_size for info in told.values()) > archive.seek(0, os.SEEK_END):
        raise _strange("its files would be larger than itself")
    if sum(member.size for member in manifest.files) > _MOST_BYTES:
        raise _strange("it is larger than any library")
    return manifest


def verify(
    archive: BinaryIO, manifest: Manifest, progress: Progress = lambda done, total: None
) -> None:
    """Read every file of an archive and compare it with the manifest. Raises LibraryError."""
    total = sum(member.size for member in manifest.files)
    done = 0
    for member in manifest.files:
        for block in contents(archive, member):
            done += len(block)
            progress(done, total)


def contents(archive: BinaryIO, member: Member) -> Iterator[bytes]:
    """The bytes of one file of an archive in blocks; LibraryError where they are not as listed.

    Never gives more than the listed size.
    """
    digest = hashlib.sha256()
    left = member.size
    try:
        with (
            zipfile.ZipFile(archive) as zipped,
            zipped.open(f"{FOLDER}/{member.name}") as stream,
        ):
            while left and (block := stream.read(min(_BLOCK, left))):
                left -= len(block)
                digest.update(block)
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise _strange(f"{member.name} is damaged") from error
    if left or digest.hexdigest() != member.sha256:
        raise _strange(f"{member.name} is damaged: its checksum is wrong")


def _write(directory: Path, archive: BinaryIO, at: datetime, progress: Progress) -> Manifest:
    pair = read_pair(directory)
    warnings = [pair.trouble] if pair.trouble else []
    members: list[Member] = []
    # The pair before the logs: what it speaks of was in them before.
    with ExitStack() as held, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        logs: list[LogCut] = []
        for name in LOGS:
            try:
                logs.append(held.enter_context(LogCut(directory / name)))
            except FileNotFoundError:
                if name != "history.log":
                    warnings.append(f"{name} is missing")
        written = {path: path.stat().st_size for path in _written_files(directory)}
        total = sum(map(len, pair.files.values())) + sum(log.end for log in logs)
        total += sum(written.values())
        done = 0

        def add(name: str, size: int, blocks: Iterable[bytes]) -> None:
            nonlocal done
            info = zipfile.ZipInfo(f"{FOLDER}/{name}", _zip_time(at))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100600 << 16
            info._compresslevel = _LEVEL  # type: ignore[attr-defined]
            info.file_size = size
            digest, length = hashlib.sha256(), 0
            with zipped.open(info, "w") as stream:
                for block in blocks:
                    stream.write(block)
                    digest.update(block)
                    length += len(block)
                    done += len(block)
                    progress(min(done, total), total)
            members.append(Member(name=name, size=length, sha256=digest.hexdigest()))

        for name, data in pair.files.items():
            add(name, len(data), [data])
        items = _Live()
        for log in logs:
            counted = items.watch(log.blocks()) if log.path.name == LOGS[0] else log.blocks()
            add(log.path.name, log.end, counted)
        for path, size in written.items():
            with contextlib.suppress(FileNotFoundError):
                data = path.read_bytes()
                add(path.relative_to(directory).as_posix(), max(size, len(data)), [data])
        manifest = Manifest(
            hauler_backup=FORMAT,
            made_at=at.astimezone(UTC).replace(microsecond=0),
            items=len(items.ids),
            notes=_count(pair, "notes"),
            issues=_count(pair, "hauls"),
            files=tuple(members),
            warnings=tuple(warnings),
        )
        info = zipfile.ZipInfo(MANIFEST, _zip_time(at))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o100600 << 16
        zipped.writestr(info, msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return manifest


class _Live:
    """The documents of a log, counted as its bytes go by."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    def watch(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks."""
        rest = b""
        for block in blocks:
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            for line in lines:
                parsed = loglines.parse(line)
                if parsed is None:
                    continue
                is_there = line[:1] == b"P" and not line.startswith(
                    TOMBSTONE, line.find(b" ", 2) + 10
                )
                (self.ids.add if is_there else self.ids.discard)(parsed[0])
            yield block


def _count(pair: Pair, table: str) -> int | None:
    return None if pair.ids is None else len(pair.ids.get(table, ()))


def _written_files(directory: Path) -> list[Path]:
    """The issues that were written into the library's folder, and what is remembered of them."""
    found = [
        path
        for path in sorted((directory / ISSUES).rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]
    singles = (directory / REMEMBERED, directory / ROWS_ASIDE)
    found += [path for path in singles if path.is_file()]
    return [path for path in found if _is_kept(path.relative_to(directory).as_posix())]


def _is_kept(name: str) -> bool:
    """Whether a path is one that a backup may hold: plain, inside, and of a library."""
    parts = name.split("/")
    if any(part in ("", "..") or part.startswith(".") for part in parts):
        return False
    if "\\" in name or PurePosixPath(name).is_absolute():
        return False
    if any(unicodedata.category(letter) == "Cc" for letter in name):
        return False
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return len(parts) > 1 if parts[0] == ISSUES else name in _MEMBERS


def _decoded(raw: bytes) -> Manifest:
    try:
        if msgspec.json.decode(raw, type=_Format).hauler_backup > FORMAT:
            raise NewerLibraryError(
                "this backup was written by a newer hauler", "update hauler, then restore it"
            )
        return msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise _strange(f"its {MANIFEST} makes no sense") from error


def _refuse_place(directory: Path, file: Path, *, replace: bool) -> None:
    if file.is_dir():
        raise LibraryError(f"{file} is a folder", "name a file in it")
    if file.resolve().is_relative_to(directory.resolve()):
        raise LibraryError(
            f"{file} is inside the library", "name a place outside, best on another disk"
        )
    if not replace and os.path.lexists(file):
        raise LibraryError(
            f"{file} exists already", "name another file, or give --force to replace it"
        )


def _put_in_place(temporary: Path, file: Path, *, replace: bool) -> None:
    if not replace:
        try:
            os.link(temporary, file)  # unlike a rename it replaces nothing
        except FileExistsError as error:
            raise LibraryError(f"{file} exists already", "name another file") from error
        except OSError:  # a file system without hard links
            temporary.rename(file)
        return
    temporary.replace(file)


def _zip_time(at: datetime) -> tuple[int, int, int, int, int, int]:
    local = at.astimezone(UTC)
    return max(local.year, 1980), local.month, local.day, local.hour, local.minute, local.second


def _strange(reason: str) -> LibraryError:
    return LibraryError(
        f"this is no backup that can be restored: {reason}",
        "nothing was changed; try an earlier backup",
    )
