"""``import`` of what people have elsewhere; issues and posts are in ``test_exchange``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

RIS = "TY  - JOUR\nTI  - A title\nDO  - 10.1000/ris\nN1  - Mine.\nER  -\nTY  - GEN\nER  -\n"


@pytest.fixture
def ris_file(tmp_path: Path) -> Path:
    path = tmp_path / "refs.ris"
    path.write_text(RIS, encoding="utf-8")
    return path


def test_a_file_of_references_is_reported_beside_an_issue(
    run: Run, ris_file: Path, haul_file: Path
) -> None:
    haul, refs = run("import", str(haul_file), str(ris_file), "--json").json
    assert haul["kind"] == "haul"
    assert refs == {
        "file": str(ris_file),
        "kind": "ris",
        "slug": None,
        "title": None,
        "number": None,
        "cards": 0,
        "lanes": 0,
        "warnings": [],
        "added": 1,
        "known": 0,
        "notes": 1,
        "left_out": [{"line": 6, "title": "GEN", "reason": "it has neither a title nor a link"}],
    }
    assert run("note", "10.1000/ris").out == "Mine."
    assert "import 2 files" in run("undo").out
    assert "doi:10.1000/ris" not in [item["key"] for item in run("items", "--json").json]
    assert run("hauls", "--json").json == []


def test_what_was_left_out_is_told_with_its_line(run: Run, ris_file: Path) -> None:
    ran = run("import", str(ris_file))
    assert " ".join(ran.out.split()) == "refs.ris ris 1 added 0 known 1 note, 1 left out"
    assert f"left out: {ris_file}: line 6: “GEN”: it has neither" in ran.err


def test_a_dry_run_says_the_same_and_writes_nothing(
    run: Run, ris_file: Path, haul_file: Path, directory: Path
) -> None:
    foreseen = run("import", "--dry-run", str(ris_file), str(haul_file))
    assert not directory.exists()
    assert "does not read issues" in foreseen.err
    assert run("import", str(ris_file)).out == foreseen.out


def test_a_folder_of_notes_needs_its_option(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text("- https://e.org/1 one\n", encoding="utf-8")
    assert (
        "it is a folder; notes in it are read with: hauler import --notes"
        in run("import", str(folder), code=1).err
    )
    (report,) = run("import", "--notes", str(folder), "--json").json
    assert (report["kind"], report["added"], report["notes"]) == ("notes", 1, 1)
    assert run("note", "https://e.org/1").out == "one"


def test_a_refused_file_stops_no_other_and_changes_nothing(
    run: Run, ris_file: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.bib"
    bad.write_bytes(b"\x00\x01" * 100)
    ran = run("import", str(bad), str(ris_file), "--json", code=1)
    assert [report["kind"] for report in ran.json] == ["ris"]
    assert f"error: {bad}: it is no text" in ran.err
    assert "1 other file kept" in ran.err
    assert "nothing was changed" in run("import", str(bad), code=1).err


def test_many_left_out_are_told_in_part(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.ris"
    path.write_text("TY  - GEN\nER  -\n" * 30, encoding="utf-8")
    ran = run("import", str(path))
    assert ran.err.count("neither") == 20
    assert "10 more; --json names them all" in ran.err


def test_nothing_named_is_misuse(run: Run) -> None:
    assert "--notes DIR" in run("import", code=2).err


def test_a_file_of_another_kind_is_told_where_it_belongs(run: Run, tmp_path: Path) -> None:
    feeds, backup = tmp_path / "feeds.opml", tmp_path / "bookmarks.json"
    feeds.write_text('<opml version="2.0"><body/></opml>', encoding="utf-8")
    backup.write_text('{"guid": "root________", "children": []}', encoding="utf-8")
    ran = run("import", str(feeds), str(backup), code=1)
    assert f"error: {feeds}: it is a list of feeds; “hauler feeds import FILE” takes it" in ran.err
    assert f"error: {backup}: it is JSON, and no bibliography; export" in ran.err
