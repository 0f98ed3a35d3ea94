"""Writing files so that a crash leaves either the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none. Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644, sync: bool = True) -> None:
    """Replace ``path`` by ``data``: temporary file beside it, sync, rename, sync the folder.

    An existing file keeps its permissions; a new one gets ``mode``. Without ``sync`` a power cut
    may leave anything under that name. Raises OSError naming ``path``, and leaves no temporary
    file behind.
    """
    with contextlib.suppress(FileNotFoundError):
        mode = path.stat().st_mode & 0o777
    temporary = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            os.fchmod(descriptor, mode)
            write_fully(descriptor, data)
            if sync:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
    if sync:
        sync_directory(path.parent)


def remove_unfinished(directory: Path, *names: str) -> None:
    """Remove what ``write_atomically`` left of files when the process was killed in it.

    Raises OSError.
    """
    begins = tuple(f".{name[:200]}." for name in names)
    for found in directory.iterdir():
        if found.name.startswith(begins) and found.name.endswith(".tmp"):
            found.unlink(missing_ok=True)


def write_fully(descriptor: int, data: bytes) -> None:
    """Write every byte of ``data``, however short the kernel's writes are. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_directory(directory: Path) -> None:
    """Make a rename or a creation inside ``directory`` durable. Raises OSError."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
