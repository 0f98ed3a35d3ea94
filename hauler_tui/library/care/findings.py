"""What looking after a library can find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]

Remedy: TypeAlias = Literal[
    "open", "rescue", "replace", "cover", "index", "rights", "rows", "rows-back", "sweep"
]
"""How a finding is mended: see ``mending``."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is looked at, how much of it is done, and of how much."""

Check: TypeAlias = Callable[[], "list[Finding]"]

UNMENDED = "put it back from a backup: `hauler restore FILE`, or name one here with --from FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about a library that a person may want to know."""

    code: str
    """A name for scripts, such as ``log-torn``; several findings may share it."""
    severity: Severity
    message: str
    hint: str = ""
    remedy: Remedy | None = None
    """How the doctor can mend it; None when it cannot."""


def guarded(check: Check) -> list[Finding]:
    """What a check finds; a file that it cannot read is a finding itself."""
    try:
        return check()
    except OSError as error:
        name = Path(str(error.filename)).name if error.filename else "a file"
        return [
            Finding(
                code="unreadable",
                severity="error",
                message=f"{name} cannot be read: {error.strerror or error}",
                hint="make it readable, or put it back from a backup",
                remedy="rights" if isinstance(error, PermissionError) else None,
            )
        ]


def check_readable(paths: Iterable[Path]) -> list[Finding]:
    """A finding for each file that is there and cannot be opened."""
    found: list[Finding] = []
    for path in paths:
        found += guarded(partial(_opened, path))
    return found


def _opened(path: Path) -> list[Finding]:
    with suppress(FileNotFoundError), path.open("rb"):  # a writer may have renamed it just now
        pass
    return []
