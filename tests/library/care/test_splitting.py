"""A library that git left in a conflict."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.care.conftest import act, take_in
from tests.library.conftest import fill

IGNORED = "lock\nindex.sqlite*\n*.offsets\n*.old\n*.new\n"


def git(folder: Path, *words: str, check: bool = True) -> None:
    quiet = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }
    command = ["git", "-C", str(folder), *words]
    subprocess.run(command, check=check, capture_output=True, env={**os.environ, **quiet})


@pytest.fixture
def clones(tmp_path: Path) -> tuple[Path, Path]:
    """Two clones of one library of five papers, the first noted, the second starred."""
    origin = tmp_path / "origin"
    with Library.open(origin) as library:
        fill(library, 5)
        library.notes.write(1, "Read.", NOW)
        library.triage.star(2, NOW)
    (origin / ".gitignore").write_text(IGNORED)
    git(origin, "init", "-q")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "begin")
    for name in ("one", "two"):
        git(tmp_path, "clone", "-q", str(origin), name)
    return tmp_path / "one", tmp_path / "two"


def bring(number: int, library: Library) -> None:
    item_id = library.items.absorb([make_entry(number)], feed_id=1, at=NOW).new[0]
    library.notes.write(item_id, f"On {number}.", NOW)


def pull(here: Path, there: Path) -> None:
    for folder in (here, there):
        git(folder, "commit", "-qam", "work")
    git(here, "pull", "-q", "--no-rebase", "--no-edit", str(there), "HEAD", check=False)


@pytest.mark.parametrize("has_old", [True, False])
def test_what_two_clones_closed_cleanly_is_all_there_after_a_conflict(
    clones: tuple[Path, Path], has_old: bool
) -> None:
    here, there = clones
    act(here, lambda library: library.notes.write(1, "Read. Good.", NOW))
    act(here, lambda library: library.triage.star(3, NOW))
    act(here, lambda library: bring(6, library))
    act(there, lambda library: library.notes.write(5, "Five.", NOW))
    act(there, lambda library: library.triage.star(4, NOW))
    act(there, lambda library: bring(7, library))
    pull(here, there)
    if not has_old:
        for path in here.glob("*.old"):
            path.unlink()
    assert b"<<<<<<< " in (here / "library.json").read_bytes()
    for _ in range(2):
        with take_in(here) as library:
            assert sorted(library.items.view(parse("is:starred", NOW))) == [2, 3, 4]
            assert library.notes.text(1) == "Read. Good."
            assert library.notes.text(5) == "Five."
            assert library.items.count() == 7
            for number in (6, 7):
                item_id = library.items.find(make_entry(number).aliases[0])
                assert library.items.get(item_id).entry.title == make_entry(number).title
                assert library.notes.text(item_id) == f"On {number}."
            assert not any("damaged" in sentence for sentence in library.rescued)
    assert (here / "library.json.merged-1").exists()


def test_the_history_after_a_conflict_is_our_own(clones: tuple[Path, Path]) -> None:
    here, there = clones
    act(here, lambda library: library.notes.write(1, "Ours.", NOW))
    act(there, lambda library: library.notes.write(5, "Theirs.", NOW))
    pull(here, there)
    with take_in(here) as library:
        library.history.undo(NOW)
        assert library.notes.text(5) == ""
        library.history.undo(NOW)
        assert library.notes.text(1) == "Read."


def test_items_that_a_union_of_lines_put_under_one_number_are_two_with_the_right_notes(
    clones: tuple[Path, Path],
) -> None:
    here, there = clones
    for folder in (here, there):
        (folder / ".gitattributes").write_text("* merge=union\n")
        git(folder, "add", ".gitattributes")
    act(here, lambda library: bring(6, library))
    act(there, lambda library: bring(7, library))
    pull(here, there)
    assert b"<<<<<<< " not in (here / "items.log").read_bytes()
    for turn in range(2):
        with take_in(here) as library:
            assert library.items.count() == 7
            ours, theirs = (library.items.find(make_entry(n).aliases[0]) for n in (6, 7))
            assert library.items.get(theirs).entry.title == make_entry(7).title
            assert library.notes.text(ours) == "On 6."
            assert library.notes.text(theirs) in ("", "On 7.")
            assert library.rescued or turn
