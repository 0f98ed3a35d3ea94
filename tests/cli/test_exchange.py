"""``import``, ``compile``, ``covered`` and ``index``."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import HAUL, Run


def test_an_issue_is_read_back_with_its_counts(run: Run, haul_file: Path) -> None:
    assert run("import", str(haul_file), "--json").json == [
        {
            "file": str(haul_file),
            "kind": "haul",
            "slug": "field-notes-7",
            "title": "Field Notes ~7",
            "number": 7,
            "cards": 2,
            "lanes": 2,
            "warnings": [],
        }
    ]
    assert "2 cards" in run("import", str(haul_file)).out


def test_an_issue_compiles_to_the_bytes_it_was_read_from(
    run: Run, haul_file: Path, tmp_path: Path
) -> None:
    run("import", str(haul_file))
    assert run("compile", "field-notes-7").raw == HAUL.encode()
    out = tmp_path / "out" / "copy.md"
    run("compile", "field-notes-7", "-o", str(out))
    assert out.read_bytes() == HAUL.encode()
    assert run("compile", "field-notes-7", "--json").json["text"] == HAUL


def test_compile_writes_utf8_without_translation_in_any_locale(
    run: Run, tmp_path: Path, directory: Path
) -> None:
    path = tmp_path / "post.md"
    path.write_bytes("Ünïcode 🪲\r\nand lines\r\n".encode())
    run("import", str(path))
    for variables in (
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ):
        done = subprocess.run(
            [sys.executable, "-m", "hauler_tui", "compile", "post"],
            capture_output=True,
            check=False,
            env={**os.environ, **variables, "PYTHONCOERCECLOCALE": "0"},
        )
        assert done.stdout == path.read_bytes(), done.stderr


def test_refused_files_do_not_stop_the_others(run: Run, haul_file: Path, tmp_path: Path) -> None:
    latin, empty = tmp_path / "latin.md", tmp_path / "empty.md"
    latin.write_bytes(b"caf\xe9")
    empty.write_bytes(b"")
    files = [str(path) for path in (latin, haul_file, empty, tmp_path, tmp_path / "none.md")]
    ran = run("import", *files, "--json", code=1)
    assert [report["slug"] for report in ran.json] == ["field-notes-7"]
    for words in ("offset 3", "it is empty", "it is a folder", "No such file"):
        assert words in ran.err
    assert "1 other file kept" in ran.err


def test_covered_names_the_issues_and_nothing_is_no_failure(run: Run, haul_file: Path) -> None:
    run("import", str(haul_file))
    link = "https://arxiv.org/pdf/2605.00001v2"
    assert run("covered", link, "https://example.org/other", "--json").json == [
        {"link": link, "key": "arxiv:2605.00001", "hauls": ["field-notes-7"]}
    ]
    assert run("covered", "https://example.org/other", "--json").json == []
    assert run("covered", "https://example.org/other").out == ""


def test_the_index_lists_every_covered_link(run: Run, haul_file: Path) -> None:
    run("import", str(haul_file))
    first, second = run("index", "--json").json
    assert first == {
        "slug": "field-notes-7",
        "title": "Paper 1",
        "link": "https://arxiv.org/abs/2605.00001",
        "key": "arxiv:2605.00001",
        "published_at": "2026-04-01T08:00:00Z",
    }
    rows = list(csv.DictReader(run("index", "--csv").out.splitlines()))
    assert [row["title"] for row in rows] == ["Paper 1", "Zebras"]
    assert rows[1]["link"] == second["link"]
    assert "Zebras" in run("index").out


def edited(run: Run, papers: tuple[str, ...], out: Path) -> str:
    """Write an issue with a note, and edit that by hand; the file's text."""
    run("star", papers[0])
    run("note", papers[0], "--text", "A note.")
    run("compile", "-o", str(out))
    text = out.read_text(encoding="utf-8").replace("A note.", "By hand.")
    out.write_text(text, encoding="utf-8")
    return text


def test_what_a_hand_did_to_a_compiled_file_comes_back(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "haul-1.md"
    edited(run, papers, out)
    run("star", papers[1])
    ran = run("compile", "-o", str(out))
    assert "took back what was edited by hand: 1 note" in ran.err
    assert ran.out == f"wrote {out}\n"
    assert run("note", papers[0]).out == "By hand."
    assert out.read_bytes() == run("compile").raw
    assert "took back" not in run("compile", "-o", str(out)).err


def test_a_block_that_both_changed_is_named_and_decided_by_an_option(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "haul-1.md"
    text = edited(run, papers, out)
    run("note", papers[0], "--text", "Here.")
    line = text.splitlines().index("<blockquote>") + 1
    ran = run("compile", "-o", str(out), code=1)
    assert f"{out}:{line}: conflict: the note of “Paper 1”\n" in ran.err
    assert "error: 1 block changed" in ran.err
    assert "hint: nothing was written; --ours or --theirs decides" in ran.err
    assert out.read_text(encoding="utf-8") == text
    (conflict,) = run("compile", "-o", str(out), "--json", code=1).json["conflicts"]
    assert (conflict["base"], conflict["ours"], conflict["theirs"]) == (
        "A note.",
        "Here.",
        "By hand.",
    )
    assert "error: " in run("import", str(out), code=1).err
    run("compile", "-o", str(out), "--ours")
    assert "Here." in out.read_text(encoding="utf-8")
    out.write_text(text, encoding="utf-8")
    run("note", papers[0], "--text", "Once more.")
    run("compile", "-o", str(out), "--theirs")
    assert run("note", papers[0]).out == "By hand."
    run("undo")
    assert run("note", papers[0]).out == "Once more."
    assert "name it: -o FILE" in run("compile", "--ours", code=2).err


def test_an_open_issue_takes_its_file_back_by_import(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "haul-1.md"
    text = edited(run, papers, out)
    (report,) = run("import", str(out), "--json").json
    assert (report["kind"], report["slug"], report["cards"]) == ("haul", "haul-1", 1)
    assert run("note", papers[0]).out == "By hand."
    assert run("hauls", "--json").json[0]["state"] == "open"
    run("star", papers[1])
    run("note", papers[0], "--text", "Newer.")
    run("compile", "-o", str(out))
    assert out.read_bytes() == run("compile").raw
    assert out.read_text(encoding="utf-8") != text


def test_a_device_gets_the_text_and_a_full_one_is_told(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    run("star", papers[0])
    run("compile", "-o", "/dev/null")
    if Path("/dev/full").exists():
        assert "cannot write /dev/full: No space" in run("compile", "-o", "/dev/full", code=1).err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_is_a_sentence(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    run("star", papers[0])
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "cannot write" in run("compile", "-o", str(tmp_path / "locked" / "a.md"), code=1).err


def test_a_place_below_a_file_is_a_sentence(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    run("star", papers[0])
    (tmp_path / "file").write_text("here", encoding="utf-8")
    assert "cannot write" in run("compile", "-o", str(tmp_path / "file" / "a.md"), code=1).err


def test_the_real_issues_come_back_byte_for_byte(run: Run, shared: Path) -> None:
    files = [shared / "examples" / f"ml-arxiv-{number}.md" for number in (26, 29)]
    old, new = run("import", *map(str, files), "--json").json
    assert (old["cards"], old["lanes"], old["number"], old["kind"]) == (17, 3, 26, "haul")
    assert (new["cards"], new["lanes"], new["number"], new["kind"]) == (19, 3, 29, "haul")
    for file in files:
        assert run("compile", file.stem).raw == file.read_bytes()
    listed = run("index", "--json").json
    assert len({row["key"] for row in listed if row["slug"] == "ml-arxiv-29"}) == 18
    assert run("hauls", "new", "--json").json[0]["slug"] == "ml-arxiv-30"
    assert all(item["read"] and not item["starred"] for item in run("items", "--json").json)
