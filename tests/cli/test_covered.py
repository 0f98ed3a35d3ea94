"""What was covered, and covering it once more."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run
from tests.workflows.conftest import issue_text, write


def test_a_card_of_a_covered_paper_is_told_and_not_warned_of(run: Run, tmp_path: Path) -> None:
    run("import", str(write(tmp_path, "field-notes-3.md", issue_text(3))))
    (issue,) = run("hauls", "new", "--json").json
    told = run("card", "add", issue["slug"], "2605.00001").err
    assert "covered in field-notes-3: it is repeated" in told
    run("add", "2605.00003", "--no-fetch")
    assert "repeated" not in run("card", "add", issue["slug"], "2605.00003").err
    findings = run("check", issue["slug"], "--json", code=None).json
    assert "covered" not in {one["code"] for one in findings}


def test_any_name_of_a_work_tells_what_covered_it_and_none_is_empty(
    run: Run, tmp_path: Path
) -> None:
    text = issue_text(3).replace("https://arxiv.org/abs/2605.00001", "https://example.org/a?b=1")
    run("import", str(write(tmp_path, "field-notes-3.md", text)))
    first, second = (one["key"] for one in run("index", "--json").json)
    told = run("covered", first, second, "https://arxiv.org/pdf/2605.00002v3", "--json").json
    assert [one["key"] for one in told] == [first, second, second]
    assert {slug for one in told for slug in one["hauls"]} == {"field-notes-3"}
    assert run("covered", "https://example.org/other", "--json").json == []
