"""Files of a library that git left with the marks of a conflict, made two copies again.

The side before ``=======`` goes on here; the other one is put beside it under the name of a copy.
"""

from __future__ import annotations

import secrets
from itertools import count
from pathlib import Path

from hauler_tui.files import sync_directory
from hauler_tui.library.store import loglines

_NAMES = ("items.log", "hauls.log", "history.log", "library.json", "library.journal")
"""The journal is last: as long as it holds the marks, what a crash left undone is done again."""
_OURS, _BASE, _MIDDLE, _THEIRS = b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> "


def sides(line: bytes, present: tuple[int, ...]) -> tuple[int, ...] | None:
    """The sides that the lines after a mark belong to; None when the line is no mark."""
    if line.startswith(_OURS):
        return (0,)
    if line.startswith(_BASE) and present == (0,):
        return ()
    if line.rstrip() == _MIDDLE:
        return (1,)
    return (0, 1) if line.startswith(_THEIRS) else None


def split(directory: Path) -> tuple[str, ...]:
    """Take the files apart when the journal holds marks; return sentences on it. Raises OSError."""
    journal = directory / "library.journal"
    if not journal.exists() or not _is_marked(journal):
        return ()
    number = next(each for each in count(1) if not list(directory.glob(f"*merge-{each})*")))
    marked = [path for name in _NAMES if _is_marked(path := directory / name)]
    for path in marked:
        _write_sides(path, directory / f"{path.stem} (conflicted copy merge-{number}){path.suffix}")
    kept = []
    for path in marked:
        aside = path.with_name(f"{path.name}.merged-{number}")
        path.replace(aside)
        _ours(path).replace(path)
        kept.append(aside.name)
    sync_directory(directory)
    return (
        f"git's marks of a conflict stood in {', '.join(path.name for path in marked)};"
        f" the files as they were are kept as {', '.join(kept)}",
    )


def _is_marked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as lines:
        return any(line.startswith(_OURS) for line in lines)


def _write_sides(path: Path, copy: Path) -> None:
    """Write our side to a file that is to take the place of ``path``, and the other to ``copy``."""
    present: tuple[int, ...] = (0, 1)
    with path.open("rb") as lines, _ours(path).open("wb") as ours, copy.open("wb") as theirs:
        for line in lines:
            marked = sides(line, present)
            if marked is not None:
                present = marked
                continue
            if 0 in present:
                # Under another name what an index or a side-car knows of the log is compared.
                is_named = loglines.read_header(line.rstrip(b"\n")) is not None
                name = secrets.token_hex(8)
                ours.write(loglines.header(name) if is_named else line)
            if 1 in present:
                theirs.write(line)
    for written in (_ours(path), copy):
        written.chmod(0o600)


def _ours(path: Path) -> Path:
    return path.with_name(f"{path.name}.ours.tmp")
