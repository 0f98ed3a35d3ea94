"""``hauler check``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import HAUL, Run


def test_a_correct_file_is_said_to_be_so(run: Run, haul_file: Path) -> None:
    ran = run("check", str(haul_file))
    assert (ran.out, ran.err) == ("", "1 post: nothing to mend\n")
    assert run("check", str(haul_file), "--json").json == []


def test_findings_are_told_with_file_line_and_code(run: Run, haul_file: Path) -> None:
    haul_file.write_text(HAUL.replace("Stripes.", "TODO").replace("more</b>", "more"))
    ran = run("check", str(haul_file), code=1)
    assert ran.out.splitlines() == [
        f"{haul_file}:25: error: <b> is never closed: write </b>, or &lt; if it is no tag [tag]",
        f"{haul_file}:35: error: “TODO” was left in: write what belongs there [placeholder]",
    ]
    assert ran.err == "1 post: 2 errors\n"
    assert run("check", str(haul_file), "--json", code=1).json[1] == {
        "file": str(haul_file),
        "line": 35,
        "code": "placeholder",
        "severity": "error",
        "message": "“TODO” was left in: write what belongs there",
    }


def test_warnings_alone_are_no_failure_and_fix_mends_them(run: Run, haul_file: Path) -> None:
    haul_file.write_text(HAUL.replace("2 new", "3 new"))
    ran = run("check", str(haul_file))
    assert "hint: --fix mends 1 of them" in ran.err
    assert ": fixed: the snippet says 3" in run("check", str(haul_file), "--fix").out
    assert haul_file.read_text() == HAUL
    haul_file.write_text(HAUL.replace("2 new", "3 new"))
    ran = run("check", "--fix", "--json", str(haul_file))
    assert ran.json == []
    assert ": fixed: " in ran.err


def test_files_that_cannot_be_read_do_not_stop_the_others(
    run: Run, haul_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "latin.md").write_bytes(b"x\ncaf\xe9")
    files = [str(tmp_path / "latin.md"), str(haul_file), str(tmp_path / "none.md")]
    ran = run("check", *files, "--json", code=1)
    assert [(one["file"], one["line"]) for one in ran.json] == [(files[0], 2), (files[2], 1)]


def test_an_issue_is_checked_by_its_slug_and_the_open_one_without(
    run: Run, papers: tuple[str, ...], haul_file: Path
) -> None:
    run("import", str(haul_file))
    assert run("check", "field-notes-7", "--json").json == []
    run("hauls", "new")
    run("card", "add", "field-notes-8", papers[1])
    found = run("check", "--json").json
    assert {one["file"] for one in found} == {"field-notes-8"}
    assert [one["code"] for one in found] == ["no-note", "empty-lane"]
    assert run("check", "field-notes-8", "--json").json == found


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nothing",), 1, "neither an issue nothing nor such a file"),
        ((), 2, "no issue is open"),
        (("--fix",), 2, "no file was named"),
    ],
)
def test_a_name_that_is_neither_and_no_name_are_sentences(
    run: Run, arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert words in run("check", *arguments, code=code).err
    assert "hint: " in run("check", *arguments, code=code).err


def test_fix_mends_no_issue_of_the_library(run: Run, haul_file: Path) -> None:
    run("import", str(haul_file))
    assert "field-notes-7 is an issue" in run("check", "field-notes-7", "--fix", code=2).err


def test_no_library_is_made_for_files(run: Run, haul_file: Path, directory: Path) -> None:
    run("check", str(haul_file))
    assert not directory.exists()


def test_the_real_issues_hold_one_fault(run: Run, shared: Path) -> None:
    files = [str(shared / "examples" / f"ml-arxiv-{number}.md") for number in (26, 29)]
    (fault,) = run("check", *files, "--json", code=1).json
    assert (fault["file"], fault["line"], fault["code"]) == (files[1], 143, "same-link")
    run("import", *files)
    assert run("check", *files, "--json", code=1).json == [fault]
    run("check", "ml-arxiv-26")
