"""The names that a file of the library has before it takes its place, and after another took it."""

from __future__ import annotations

from pathlib import Path


def upcoming(path: Path) -> Path:
    """Where what is to take the place of ``path`` is prepared."""
    return path.with_name(f"{path.name}.new")


def former(path: Path) -> Path:
    """Where what was ``path`` before is kept."""
    return path.with_name(f"{path.name}.old")
