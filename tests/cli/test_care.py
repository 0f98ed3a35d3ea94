from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB

from hauler_tui.library.library import Library
from tests.cli.conftest import PAPERS, Run
from tests.factories import NOW


def test_a_backup_tells_what_it_holds_and_restore_puts_it_back(
    run: Run, papers: tuple[str, ...], directory: Path, tmp_path: Path
) -> None:
    run("note", papers[0], "--text", "mine")
    file = tmp_path / "b.zip"
    told = run("backup", str(file)).out
    assert f"{PAPERS} items, 1 note, 0 issues, " in told
    assert "exists already" in run("backup", str(file), code=1).err
    shape = run("backup", str(file), "--force", "--json").json
    assert (shape["items"], shape["notes"], shape["issues"]) == (PAPERS, 1, 0)
    assert shape["size"] == file.stat().st_size
    run("note", papers[0], "--text", "later")
    assert "hint: --force" in run("restore", str(file), code=1).err
    out = run("restore", str(file), "--force").out
    assert f"{PAPERS} items, 1 note" in out
    assert "library.before-restore-" in out
    assert run("note", papers[0]).out == "mine"
    shape = run("restore", str(file), "--library", str(tmp_path / "other"), "--json").json
    assert shape["kept"] is None
    assert shape["directory"] == str(tmp_path / "other")
    assert len(run("items", "--library", str(tmp_path / "other"), "--json").json) == PAPERS


def test_what_cannot_be_restored_is_told_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("no archive")
    assert "no backup" in run("restore", str(tmp_path / "x.zip"), code=1).err
    assert "nowhere.zip" in run("restore", str(tmp_path / "nowhere.zip"), code=1).err
    assert "no library" in run("backup", str(tmp_path / "y.zip"), code=1).err


def test_the_doctor_tells_and_mends_only_when_told(
    run: Run, papers: tuple[str, ...], directory: Path
) -> None:
    assert run("doctor").out == "the library is sound\n"
    assert run("doctor", "--json").json == {"ok": True, "findings": []}
    (directory / "library.json").unlink()
    told = run("doctor", code=1)
    assert "error: library.json" in told.out
    assert "--yes" in told.err
    shape = run("doctor", "--json", code=1).json
    assert shape["ok"] is False
    assert {"code", "severity", "message", "hint", "mendable", "mended"} == set(
        shape["findings"][0]
    )
    assert "mended: library.json" in run("doctor", "--yes").out
    assert run("doctor").out.endswith("\nthe library is sound\n")
    assert len(run("items", "--json").json) == PAPERS


def test_the_doctor_asks_before_each_mend_on_a_terminal(
    run: Run, papers: tuple[str, ...], directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hauler_tui.cli.care.can_ask", lambda: True)
    (directory / "items.log").chmod(0o644)
    (directory / ".x.01234567.tmp").touch(mode=0o600)
    told = run("doctor", stdin="y\nn\n")
    assert told.err.count("Mend it?") == 2
    assert not (directory / ".x.01234567.tmp").exists()
    (left,) = run("doctor", "--json").json["findings"]
    assert left["code"] == "permissions"


def test_the_doctor_beside_an_open_reader_mends_nothing(
    run: Run, papers: tuple[str, ...], library: Callable[..., Library], directory: Path
) -> None:
    with library(writing=True):
        (directory / "items.log").chmod(0o644)
        told = run("doctor", "--yes")
        assert "mends nothing" in told.err
        assert "--yes" not in told.err + run("doctor").err
        assert (directory / "items.log").stat().st_mode & 0o044
    assert run("doctor", "--rebuild", "--yes").code == 0
    assert run("doctor", "--json").json["findings"] == []


def test_compact_tells_the_size_before_and_after_and_lets_go_of_what_is_old(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    assert " before, " in run("compact").out
    assert len(run("items", "--json").json) == PAPERS
    config = tmp_path / "config.toml"
    config.write_text("[library]\nkeep_days = 1\n")
    run("star", papers[0])
    told = run("compact", "--config", str(config))
    assert f"{PAPERS - 1} items older than 1 day left; starred, noted" in told.err
    assert [item["key"] for item in run("items", "--json").json] == [papers[0]]
    shape = run("compact", "--config", str(config), "--json").json
    assert shape["left"] == 0
    assert shape["after"] <= shape["before"]
    assert "left behind" in run("show", papers[1], code=1).err
    assert run("add", papers[1]).code == 0
    assert "Paper 2" in run("show", papers[1]).out


def test_removing_a_feed_tells_what_it_hides_and_undo_brings_it_back(
    run: Run, papers: tuple[str, ...]
) -> None:
    run("star", papers[0])
    run("feeds", "add", "https://example.org/2.xml", "--no-fetch")
    assert f"hidden: {PAPERS - 1} items" in run("feeds", "remove", "1", "2").err
    assert len(run("items", "--json").json) == 1
    assert run("undo").out == "undone: remove 2 feeds\n"
    assert len(run("items", "--json").json) == PAPERS
    assert len(run("feeds", "list", "--json").json) == 2


def test_a_backup_of_files_that_do_not_fit_tells_no_number_it_does_not_know(
    run: Run, papers: tuple[str, ...], directory: Path, tmp_path: Path
) -> None:
    (directory / "library.json").unlink()
    file = tmp_path / "b.zip"
    told = run("backup", str(file))
    assert "warning: library.json and library.journal" in told.err
    assert f"{PAPERS} items, an unknown number of notes, an unknown number of issues" in told.out
    shape = run("restore", str(file), "--library", str(tmp_path / "other"), "--json").json
    assert (shape["notes"], shape["issues"]) == (None, None)


def test_the_doctor_tells_its_findings_of_a_library_that_cannot_be_opened(
    run: Run, papers: tuple[str, ...], directory: Path
) -> None:
    text = (directory / "library.json").read_text()
    (directory / "library.json").write_text(text.replace('"format":2', '"format":3'))
    shape = run("doctor", "--json", code=1).json
    assert (shape["ok"], shape["findings"][0]["code"]) == (False, "cannot-open")
    assert "error: this library was written by a newer hauler" in run("doctor", code=1).out
    (directory / "library.json").write_text(text)
    with TinyDB(directory / "library.json") as plain:
        plain.table("marks").insert({"tags": [1]})
    told = run("doctor", "--yes")
    assert "mended: library.json: row 1 of the table" in told.out
    assert run("doctor", "--json").json["ok"] is True


@pytest.fixture
def changed_by_both(papers: tuple[str, ...], run: Run, directory: Path) -> Path:
    """A library that plain TinyDB changed, with a change of hauler's own after the snapshot."""
    with Library.open(directory) as library:
        library.notes.write(1, "mine", NOW)
        library.flush()
        kept = {path: path.read_bytes() for path in directory.glob("library.*")}
    for path, data in kept.items():
        path.write_bytes(data)
    with TinyDB(directory / "library.json") as plain:
        plain.table("other").insert({"a": 1})
    return directory


def test_the_doctor_names_the_variable_that_says_whose_version_counts(
    run: Run, changed_by_both: Path
) -> None:
    (changed_by_both / "items.log").chmod(0o644)
    told = run("doctor", "--yes", code=1)
    assert "HAULER_ACCEPT=theirs" in told.out
    assert "accept 'theirs'" not in told.out + told.err
    assert "--yes” mends" not in told.err
    shape = run("doctor", "--yes", "--json", code=1).json
    assert {one["code"] for one in shape["findings"]} >= {"changed-elsewhere", "permissions"}
    refused = run("doctor", "--rebuild", "--yes", code=1).err
    assert "HAULER_ACCEPT=theirs" in refused
    assert "accept 'theirs'" not in refused


@pytest.mark.parametrize(("whose", "note"), [("ours", "mine"), ("theirs", "")])
def test_the_doctor_goes_on_with_the_version_the_variable_names(
    run: Run, changed_by_both: Path, monkeypatch: pytest.MonkeyPatch, whose: str, note: str
) -> None:
    (changed_by_both / "items.log").chmod(0o644)
    monkeypatch.setenv("HAULER_ACCEPT", whose)
    told = run("doctor", "--yes").out
    assert "mended: " in told
    assert "was changed by another program" in told
    assert (changed_by_both / "items.log").stat().st_mode & 0o077 == 0
    with Library.open(changed_by_both, writing=False) as library:
        assert library.notes.text(1) == note
