"""The second half of a restore: what is ready takes the place of what was there.

Kept apart from the rest so that opening a library imports nothing of archives.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hauler_tui.errors import LibraryError
from hauler_tui.files import sync_directory

READY = "restored"
"""The folder in a library with files that count already and are not in their place yet."""
PLAN = ".plan"
"""The file in it that lists them, and what they take the place of."""


def finish(directory: Path) -> str | None:
    """Finish a restore that a crash interrupted, and say so; the caller holds the lock.

    Raises LibraryError.
    """
    try:
        if not (directory / READY).is_dir():
            return None
        take_over(directory)
    except OSError as error:
        raise LibraryError(
            f"a restore of {directory} was interrupted and cannot be finished:"
            f" {error.strerror or error}",
            f"look after that disk; the files are in {READY} in that folder",
        ) from error
    return "a restore that was interrupted has been finished"


def refuse_unfinished(directory: Path) -> None:
    """Raise LibraryError where a restore is unfinished, to who may not write."""
    if (directory / READY).is_dir():
        raise LibraryError(
            f"a restore of {directory} is not finished",
            "wait for it; if it was interrupted, “hauler doctor” or the reader finishes it",
        )


def take_over(directory: Path) -> None:
    """Move what is ready into place; doing it again after a crash goes on where it stopped."""
    ready = directory / READY
    plan_file = ready / PLAN
    if plan_file.exists():
        plan = json.loads(plan_file.read_bytes())
        new = set(plan["files"])
        for name in plan["kept"]:
            if name not in new:
                (directory / name).unlink(missing_ok=True)
        for name in plan["files"]:
            target = directory / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if (ready / name).exists():
                (ready / name).replace(target)
            sync_directory(target.parent)
        plan_file.unlink()
    shutil.rmtree(ready)
    sync_directory(directory)
