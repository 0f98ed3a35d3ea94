"""Two copies of one library, and what a sync program or a merge makes of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.library.conftest import fill

MARK = ".sync-conflict-20261122-101010-ABCDEFG"


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders that hold the same library of five papers, the first of them noted."""
    here, there = tmp_path / "here", tmp_path / "there"
    with Library.open(here) as library:
        fill(library, 5)
        library.notes.write(1, "Read.", NOW)
        library.triage.star(2, NOW)
        library.wait_for_index()
    shutil.copytree(here, there)
    return here, there


def act(folder: Path, what: Callable[[Library], object]) -> None:
    """Do something in a library and close it, which begins a new generation."""
    with Library.open(folder) as library:
        what(library)


def act_and_die(folder: Path, what: Callable[[Library], object]) -> None:
    """Do something in a library whose process ends before it could close it."""
    kept = folder.with_name(f"{folder.name}-kept")
    with Library.open(folder) as library:
        what(library)
        library.flush()
        shutil.copytree(folder, kept)
    shutil.rmtree(folder)
    kept.rename(folder)


def conflict(there: Path, here: Path, *names: str) -> None:
    """Leave files of ``there`` in ``here`` as Syncthing names them."""
    for name in names:
        path = there / name
        shutil.copy(path, here / f"{path.stem}{MARK}{path.suffix}")


def take_in(folder: Path) -> Library:
    library = Library.open(folder)
    library.take_in_copies(NOW)
    return library


def everything_lies_beside(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if MARK in path.name]


def merge_by_marks(here: Path, there: Path, name: str) -> None:
    """Put into a file of ``here`` what git would, that of ``there`` being the other side."""
    ours, theirs = (
        (folder / name).read_bytes().splitlines(keepends=True) for folder in (here, there)
    )
    same = sum(1 for one, other in zip(ours, theirs, strict=False) if one == other)
    marked = (b"<<<<<<< HEAD\n", *ours[same:], b"=======\n", *theirs[same:], b">>>>>>> b\n")
    (here / name).write_bytes(b"".join((*ours[:same], *marked)))
