"""What looking after a library can find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]

Remedy: TypeAlias = Literal[
    "open", "rescue", "replace", "cover", "index", "rights", "rows", "sweep"
]
"""How a finding is mended: see ``mending``."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is looked at, how much of it is done, and of how much."""

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
