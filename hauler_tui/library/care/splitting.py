"""Files of a library that git left with the marks of a conflict, made two copies again.

The side before ``=======`` goes on here; the other one is put beside it under the name of a copy.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from hauler_tui.files import sync_directory, write_atomically
from hauler_tui.library.store import loglines
from hauler_tui.library.store.journaltext import header_bytes, read_snapshot
from hauler_tui.library.store.lines import unseal

_NAMES = ("items.log", "hauls.log", "history.log", "library.journal", "library.json")
"""The snapshot is last: as long as it holds the marks, what a crash left undone is done again."""
HEADER = b'{"hauler":'
"""How the first line of a journal begins."""
_OURS, _BASE, _MIDDLE, _THEIRS = b"<<<<<<< ", b"||||||| ", b"=======", b">>>>>>> "


def sided(lines: Iterable[bytes]) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    """Each line of a file without the marks, and the sides it stands in: 0 ours, 1 the other."""
    present: tuple[int, ...] = (0, 1)
    for line in lines:
        if line.startswith(_OURS):
            present = (0,)
        elif line.startswith(_BASE) and present == (0,):
            present = ()
        elif line.rstrip() == _MIDDLE:
            present = (1,)
        elif line.startswith(_THEIRS):
            present = (0, 1)
        else:
            yield line, present


def split(directory: Path) -> tuple[str, ...]:
    """Take the files apart when the journal or what it continues holds marks.

    Returns sentences on it. Raises OSError.
    """
    if not has_marks(directory):
        return ()
    number = next(each for each in count(1) if not list(directory.glob(f"*merge-{each})*")))
    marked = [path for name in _NAMES if _is_marked(path := directory / name)]
    copies = [
        directory / f"{path.stem} (conflicted copy merge-{number}){path.suffix}" for path in marked
    ]
    for path, copy in zip(marked, copies, strict=True):
        _write_sides(path, copy)
    if marked[-1].name == "library.json":
        snapshots = [each.read_bytes() for each in (_ours(marked[-1]), copies[-1])]
        journal = directory / "library.journal"
        if journal not in marked:
            _rebind(journal, *snapshots)
        else:
            _rebind(_ours(journal), snapshots[0])
            _rebind(copies[-2], snapshots[1])
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


def has_marks(directory: Path) -> bool:
    """Whether git's marks stand in the journal, or in the snapshot of a merged one."""
    journal = directory / "library.journal"
    if not journal.exists():
        return False
    text = journal.read_bytes()
    if any(line.startswith(_OURS) for line in text.splitlines()):
        return True
    may_be = text.count(HEADER) > 1 or any(directory.glob("*(conflicted copy merge-*).json"))
    return may_be and _is_marked(directory / "library.json")


def rebound(journal: bytes, *snapshots: bytes) -> bytes:
    """A journal whose headers name these snapshots, the first one the first, and so on.

    A merge may leave each side of a snapshot with rows that only the other side had changed.
    """
    # One that is no TinyDB file is to be found damaged, not to be believed.
    rest = [each if read_snapshot(each, is_ours=False) else None for each in snapshots]
    lines = journal.splitlines(keepends=True)
    for place, line in enumerate(lines):
        said = unseal(line) if rest and line.startswith(HEADER) else None
        snapshot = rest.pop(0) if said is not None else None
        if said is not None and snapshot is not None:
            lines[place] = header_bytes(said["generation"], snapshot, said["previous"])
    return b"".join(lines)


def _rebind(path: Path, *snapshots: bytes) -> None:
    write_atomically(path, rebound(path.read_bytes(), *snapshots), mode=0o600)


def _is_marked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as lines:
        return any(line.startswith(_OURS) for line in lines)


def _write_sides(path: Path, copy: Path) -> None:
    """Write our side to a file that is to take the place of ``path``, and the other to ``copy``."""
    with path.open("rb") as lines, _ours(path).open("wb") as ours, copy.open("wb") as theirs:
        for line, present in sided(lines):
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
