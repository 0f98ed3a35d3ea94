"""Finding a log that is missing or empty in what a crash or another program left of it."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from hauler_tui.files import remove_unfinished, sync_directory, write_atomically
from hauler_tui.library.store import loglines
from hauler_tui.library.store.names import upcoming
from hauler_tui.library.store.rescue import finish_link

_LEFT_BEHIND = ("link", "old", "new")
"""Newest last: a later part of a log counts before an earlier one."""


def prepared(path: Path, *, writing: bool) -> tuple[Path | None, list[str]]:
    """The file to open for the log at ``path``, and sentences on what was put together for it.

    None when there is nothing to read. A missing log is begun when ``writing``; else nothing on
    the disk is touched. Raises OSError.
    """
    left = [
        other
        for kind in _LEFT_BEHIND
        if _has_content(other := path.with_name(f"{path.name}.{kind}"))
    ]
    if _has_content(path):
        if writing:
            _clear(path)
        return path, []
    names = " and ".join(other.name for other in left)
    if not writing:
        told = [f"{path.name} is missing or empty; {left[0].name} was read"] if left else []
        return (left[0], told) if left else (path if path.exists() else None, told)
    if not left:
        write_atomically(path, loglines.header(secrets.token_hex(8)), mode=0o600)
        return path, []
    together = path.with_name(f"{path.name}.together")
    with together.open("wb") as target:
        together.chmod(0o600)
        for other in left:
            with other.open("rb") as source:
                shutil.copyfileobj(source, target)
    together.replace(path)
    sync_directory(path.parent)
    return path, [f"{path.name} was missing or empty; it was put together again from {names}"]


def drop_files(path: Path, name: str) -> None:
    """Put a log and what it would be put together from out of the way. Raises OSError."""
    dropped = path.with_name(f"{path.name}.dropped-{name}")
    for kind in _LEFT_BEHIND:
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}.{kind}").replace(
                dropped.with_name(f"{dropped.name}.{kind}")
            )
    path.replace(dropped)


def _clear(path: Path) -> None:
    """Finish what a compaction that was interrupted left undone: the log itself is whole."""
    new, side_car = upcoming(path), upcoming(path.with_suffix(".offsets"))
    with suppress(OSError):  # the next opening does it too
        finish_link(path)
        new.unlink(missing_ok=True)
        side_car.unlink(missing_ok=True)
        remove_unfinished(path.parent, path.name, path.with_suffix(".offsets").name)


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
