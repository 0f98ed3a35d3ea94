"""Keeping bytes that cannot be used, instead of deleting them."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

from hauler_tui.files import sync_directory, write_atomically, write_fully
from hauler_tui.library.store.names import former


def put_aside(path: Path, kind: str, data: bytes) -> Path:
    """Keep ``data`` in a new file beside ``path``, named ``<path>.<kind>-<n>``, and name it.

    Raises OSError.
    """
    for number in itertools.count(1):
        kept = path.with_name(f"{path.name}.{kind}-{number}")
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        try:
            write_fully(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(path.parent)
        return kept
    raise AssertionError("itertools.count ends")


def keep_copy(path: Path, kind: str) -> Path:
    """Keep the present bytes of ``path`` as ``<path>.<kind>`` too, and name that file.

    Where there is one with other bytes, it stays and this one gets a number. Raises OSError.
    """
    data = path.read_bytes()
    kept = path.with_name(f"{path.name}.{kind}")
    if not kept.exists():
        write_atomically(kept, data, mode=0o600)
    elif kept.read_bytes() != data:
        return put_aside(path, kind, data)
    return kept


def link_old(path: Path) -> None:
    """Keep the present bytes of ``path`` under ``<path>.old`` too. Raises OSError."""
    link_aside(path)
    keep_link(path)


def link_aside(path: Path) -> None:
    """Give the present bytes of ``path`` a second name, ``<path>.link``. Raises OSError."""
    linked = _link(path)
    linked.unlink(missing_ok=True)
    try:
        os.link(path, linked)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, linked)


def keep_link(path: Path) -> None:
    """Let what ``link_aside`` named become ``<path>.old``. Raises OSError."""
    _link(path).replace(former(path))


def keep_old(path: Path) -> None:
    """Give ``<path>.old`` a number, so that nothing takes its place. Raises OSError."""
    old = former(path)
    if not old.exists():
        return
    for number in itertools.count(1):
        kept = path.with_name(f"{path.name}.before-{number}")
        if not kept.exists():
            old.rename(kept)
            return


def finish_link(path: Path) -> None:
    """Do what a crash after ``link_aside`` left undone. Raises OSError."""
    linked = _link(path)
    if not linked.exists():
        return
    if linked.samefile(path):
        linked.unlink()
    else:
        keep_link(path)


def _link(path: Path) -> Path:
    return path.with_name(f"{path.name}.link")


def lost_history(path: Path) -> str | None:
    """A sentence where the log of the steps from before the snapshot is gone or empty."""
    if path.is_file() and path.stat().st_size:
        return None
    how = "empty" if path.exists() else "missing"
    return (
        f"{path.name} is {how}: what was done stands, and what was done before cannot be taken"
        " back any more"
    )
