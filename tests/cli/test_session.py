"""Opening the library for a command when another program changed it too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.cli import session
from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.library.triage import Triage
from tests.cli.conftest import Run
from tests.factories import NOW


@pytest.fixture
def torn(directory: Path, papers: tuple[str, ...], library: Callable[..., Library]) -> str:
    """A library whose only note hauler and then plain TinyDB changed; the key of its item."""
    with library(writing=True) as opened:
        opened.notes.write(1, "first", NOW)
    with library(writing=True) as opened:
        opened.notes.write(1, "ours", NOW)
        opened.flush()
        opened._was_changed = False  # as a process that was killed leaves it
    with TinyDB(directory / "library.json") as plain:
        plain.table("notes").update({"text": "theirs"})
    return papers[0]


def test_what_plain_tinydb_wrote_alone_is_taken_with_a_warning(
    run: Run, papers: tuple[str, ...], directory: Path
) -> None:
    run("note", papers[0], "--text", "ours")
    with TinyDB(directory / "library.json") as plain:
        plain.table("notes").update({"text": "theirs"})
    ran = run("note", papers[0])
    assert "theirs" in ran.out
    assert "warning: library.json was opened as another program wrote it" in ran.err
    run("star", papers[0])
    assert run("note", papers[0]).err == ""


def test_without_a_terminal_the_hint_names_the_variable(run: Run, torn: str) -> None:
    for arguments in (("items",), ("star", torn)):
        ran = run(*arguments, code=1)
        assert "was changed by another program" in ran.err
        assert "HAULER_ACCEPT=theirs" in ran.err
        assert "HAULER_ACCEPT=ours" in ran.err


@pytest.mark.parametrize("choice", ["theirs", "ours"])
def test_the_variable_decides_and_the_other_side_is_kept(
    run: Run, torn: str, directory: Path, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    monkeypatch.setenv("HAULER_ACCEPT", choice)
    assert choice in run("note", torn).out
    run("star", torn)
    monkeypatch.delenv("HAULER_ACCEPT")
    ran = run("note", torn)
    assert choice in ran.out
    assert ran.err == ""
    other = {"theirs": "ours", "ours": "theirs"}[choice]
    with TinyDB(next(directory.glob(f"library.json.{other}-*"))) as plain:
        assert [note["text"] for note in plain.table("notes")] == [other]


def test_a_variable_with_another_value_is_told(
    run: Run, torn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAULER_ACCEPT", "mine")
    assert "HAULER_ACCEPT is “mine”" in run("items", code=1).err


@pytest.mark.parametrize("choice", ["theirs", "ours"])
def test_on_a_terminal_the_person_is_asked_once(
    run: Run, torn: str, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    monkeypatch.setattr(session, "can_ask", lambda: True)
    ran = run("note", torn, stdin=f"neither\n{choice}\n")
    assert ran.out.strip() == choice
    assert "Nothing is deleted" in ran.err
    ran = run("note", torn)
    assert ran.out.strip() == choice
    assert ran.err == ""


def test_a_folder_moved_during_a_command_gets_no_second_one_in_its_place(
    run: Run, directory: Path, papers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    away = directory.with_name("away")
    star = Triage.star

    def moved_first(triage: Triage, *arguments: Any, **options: Any) -> Any:
        directory.rename(away)
        return star(triage, *arguments, **options)

    monkeypatch.setattr(Triage, "star", moved_first)
    told = run("star", papers[0]).err
    assert "warning: the folder" in told
    assert "was moved or removed while hauler was open" in told
    assert not directory.exists()
    assert papers[0] in run("--library", str(away), "items", "is:starred").out


def test_what_plain_tinydb_writes_during_a_command_is_told_and_then_asked_about(
    run: Run, directory: Path, papers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    star = Triage.star

    def written_first(triage: Triage, *arguments: Any, **options: Any) -> Any:
        with TinyDB(directory / "library.json") as plain:
            plain.table("series").insert({"title": "theirs"})
        return star(triage, *arguments, **options)

    monkeypatch.setattr(Triage, "star", written_first)
    told = run("star", papers[0]).err
    assert "warning: library.json was changed by another program while hauler was open" in told
    assert "HAULER_ACCEPT=theirs" in run("items", code=1).err
    monkeypatch.setenv("HAULER_ACCEPT", "ours")
    assert papers[0] in run("items", "is:starred").out


def test_what_another_library_wrote_in_its_place_stays_as_it_is(
    directory: Path, library: Callable[..., Library], papers: tuple[str, ...]
) -> None:
    away = directory.with_name("away")
    with library(writing=True) as opened:
        directory.rename(away)
        directory.mkdir()
        (directory / "library.json").write_text("another")
        opened.triage.star(1, NOW)
        with pytest.raises(LibraryError, match="moved or removed"):
            opened.compact(NOW)
    assert [path.name for path in directory.iterdir()] == ["library.json"]
    assert (directory / "library.json").read_text() == "another"
    with Library.open(away, writing=False) as found:
        assert found.items.get(1).is_starred


@pytest.mark.parametrize(
    "command",
    [("items",), ("star", "x"), ("doctor",), ("backup", "z.zip"), ("compact",), ("undo",)],
    ids=lambda words: words[0],
)
def test_a_file_where_the_library_should_be_is_told_in_a_sentence(
    run: Run, directory: Path, command: tuple[str, ...]
) -> None:
    directory.write_text("mine")
    ran = run(*command, code=1)
    assert "is a file, and a library is a folder" in ran.err
    assert directory.read_text() == "mine"


@pytest.mark.parametrize("name", ["items.log", "history.log", "library.json", "library.journal"])
def test_a_folder_where_a_file_of_the_library_should_be_is_told_in_a_sentence(
    run: Run, library: Callable[..., Library], directory: Path, name: str
) -> None:
    with library(writing=True):
        pass
    (directory / name).unlink(missing_ok=True)
    (directory / name).mkdir()
    ran = run("add", "--no-fetch", "https://example.org/x", code=1)
    assert "Is a directory" in ran.err
    assert "hint: " in ran.err
