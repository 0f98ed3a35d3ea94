from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import PAPERS, Run


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
