"""A library that git left in a conflict."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library.care import doctor
from hauler_tui.library.care.copies import is_put_together
from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text, publish_issue
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


def by_union(*folders: Path) -> None:
    """Let git put the lines of both sides one after the other."""
    for folder in folders:
        (folder / ".gitattributes").write_text("* merge=union\n")
        git(folder, "add", ".gitattributes")


def test_rows_that_git_merged_without_a_conflict_are_no_other_programs(
    clones: tuple[Path, Path],
) -> None:
    here, there = clones
    act(here, lambda library: library.notes.write(1, "Read. Good.", NOW))
    act(there, lambda library: library.triage.tag([4], add=["theirs"], remove=[], at=NOW))
    pull(here, there)
    for path in here.glob("*.old"):
        path.unlink()
    with take_in(here) as library:
        assert library.notes.text(1) == "Read. Good."
        assert library.items.get(4).tags == ("theirs",)
        assert not any("another program" in sentence for sentence in library.rescued)


@pytest.mark.parametrize("has_old", [True, False])
def test_items_that_a_union_of_lines_put_under_one_number_are_two_with_the_right_notes(
    clones: tuple[Path, Path], has_old: bool
) -> None:
    here, there = clones
    by_union(here, there)
    act(here, lambda library: bring(6, library))
    act(there, lambda library: bring(7, library))
    pull(here, there)
    assert b"<<<<<<< " not in (here / "items.log").read_bytes()
    if not has_old:
        for path in here.glob("*.old"):
            path.unlink()
    for turn in range(2):
        with take_in(here) as library:
            assert library.items.count() == 7
            ours, theirs = (library.items.find(make_entry(n).aliases[0]) for n in (6, 7))
            assert library.items.get(theirs).entry.title == make_entry(7).title
            assert library.notes.text(ours) == "On 6."
            assert library.notes.text(theirs) == "On 7."
            assert library.rescued or turn


def test_what_two_clones_did_is_all_there_after_a_union_of_lines(
    clones: tuple[Path, Path],
) -> None:
    here, there = clones
    by_union(here, there)

    def ours(library: Library) -> None:
        library.notes.write(1, "Read. Good.", NOW)
        library.notes.write(3, "Three.", NOW)
        library.triage.star(3, NOW)

    def theirs(library: Library) -> None:
        library.notes.write(1, "Read. Bad.", NOW)
        library.notes.write(4, "Four.", NOW)
        library.triage.star(5, NOW)
        library.triage.mark_read([5], True, NOW)

    act(here, ours)
    act(there, theirs)
    pull(here, there)
    assert is_put_together(here)
    codes = {finding.code for finding in doctor.examine(here).findings}
    assert codes <= {"merged", "permissions"}
    for turn in range(2):
        with take_in(here) as library:
            text = library.notes.text(1)
            assert text is not None
            assert "Good." in text
            assert "Bad." in text
            assert library.notes.text(3) == "Three."
            assert library.notes.text(4) == "Four."
            assert sorted(library.items.view(parse("is:starred", NOW))) == [2, 3, 5]
            assert library.items.get(5).is_read
            assert library.rescued or turn
            if turn:
                library.history.undo(NOW)
                assert library.notes.text(1) == "Read. Good."
                assert library.notes.text(4) == ""


def test_issues_that_a_union_of_lines_put_under_one_number_are_two(
    clones: tuple[Path, Path],
) -> None:
    here, there = clones
    by_union(here, there)
    for folder, text in ((here, "Ours."), (there, "Theirs.")):

        def publish(library: Library, text: str = text) -> None:
            library.notes.write(2, text, NOW)
            publish_issue(library, "haul-1", NOW)

        act(folder, publish)
    pull(here, there)
    with take_in(here) as library:
        assert "Ours." in compile_text(library, "haul-1")
        assert "Theirs." in compile_text(library, "haul-1-2")


def test_who_only_reads_files_that_a_merge_put_together_is_told_what_makes_them_one(
    clones: tuple[Path, Path],
) -> None:
    here, there = clones
    by_union(here, there)
    act(here, lambda library: library.notes.write(1, "Ours.", NOW))
    act(there, lambda library: library.notes.write(1, "Theirs.", NOW))
    pull(here, there)
    for path in here.glob("*.old"):
        path.unlink()
    with pytest.raises(LibraryError) as raised:
        Library.open(here, writing=False)
    assert "a merge put the lines of two copies" in raised.value.message


def test_taking_a_union_apart_is_done_again_after_a_crash_before_its_end(
    clones: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = clones
    by_union(here, there)
    act(here, lambda library: library.notes.write(1, "Ours.", NOW))
    act(there, lambda library: library.notes.write(4, "Theirs.", NOW))
    pull(here, there)

    def write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
        if path.name == "library.json":
            raise LibraryError("the power is off", "")
        write_atomically(path, data, mode=mode)

    with monkeypatch.context() as patched:
        patched.setattr("hauler_tui.library.care.union.write_atomically", write)
        with pytest.raises(LibraryError):
            take_in(here)
    with take_in(here) as library:
        assert library.notes.text(1) == "Ours."
        assert library.notes.text(4) == "Theirs."


def test_rows_of_a_union_that_stand_under_a_later_table_are_of_their_own(
    clones: tuple[Path, Path],
) -> None:
    here, there = clones
    by_union(here, there)

    def ours(library: Library) -> None:
        library.triage.tag([1], ["ours"], [], NOW)
        library.notes.write(2, "Ours on 2.", NOW)
        library.notes.write(3, "Ours on 3.", NOW)

    def theirs(library: Library) -> None:
        publish_issue(library, "haul-1", NOW)
        library.triage.star(1, NOW)
        library.triage.tag([2], ["theirs"], [], NOW)
        library.notes.write(5, "Theirs on 5.", NOW)

    act(here, ours)
    act(there, theirs)
    pull(here, there)
    for path in here.glob("*.old"):
        path.unlink()
    merged = (here / "library.json").read_bytes()
    assert merged.count(b'"notes": {') == 2
    with take_in(here) as library:
        assert sorted(library.items.view(parse("is:starred", NOW))) == [1, 2]
        assert library.items.get(1).tags == ("ours",)
        assert library.items.get(2).tags == ("theirs",)
        assert [library.notes.text(i) for i in (2, 3, 5)] == [
            "Ours on 2.",
            "Ours on 3.",
            "Theirs on 5.",
        ]
        assert not library.care.check(lambda what, done, total: None)
