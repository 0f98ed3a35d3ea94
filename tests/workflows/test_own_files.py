"""A file that hauler wrote is known as its issue's, whatever it is called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hauler_tui.library.library import Library
from hauler_tui.workflows.check import check_files
from hauler_tui.workflows.publish import import_files, publish_issue
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW
from tests.workflows.conftest import issue_text, star, write


def _published(library: Library, path: Path) -> Path:
    """The first issue, written before it was published a little after a full second."""
    for number in (1, 2):
        star(library, number, "Words.")
    write_issue(library, "haul-1", NOW, path=path)
    publish_issue(library, "haul-1", NOW + timedelta(microseconds=345_678))
    return path


def _codes(library: Library, path: Path) -> list[str]:
    (checked,) = check_files(library, [path])
    return [one.code for one in checked.findings if one.code != "missing-key"]


def test_its_number_and_papers_are_no_repeats(library: Library, tmp_path: Path) -> None:
    path = _published(library, tmp_path / "2026-11-22-first.md")
    assert _codes(library, path) == []
    write_issue(library, "haul-1", NOW, path=path)
    assert _codes(library, path) == []
    copy = write(tmp_path, "elsewhere.md", path.read_text("utf-8"))
    assert _codes(library, copy) == []


def test_importing_it_makes_no_second_issue(library: Library, tmp_path: Path) -> None:
    path = _published(library, tmp_path / "2026-11-22-first.md")
    write_issue(library, "haul-1", NOW, path=path)
    (report,) = import_files(library, [path], NOW)
    assert (report.slug, report.refusal) == ("haul-1", None)
    assert [issue.slug for issue in library.hauls.all()] == ["haul-1"]
    assert library.hauls.covered(library.items.find("2605.00001")) == ("haul-1",)


def test_a_file_that_became_another_issue_is_its_own(library: Library, tmp_path: Path) -> None:
    path = _published(library, tmp_path / "2026-11-22-first.md")
    path.write_text(issue_text(4).replace("2605.", "2604."), encoding="utf-8")
    (report,) = import_files(library, [path], NOW)
    assert report.slug == "2026-11-22-first"
    assert len(library.hauls.all()) == 2


def test_a_slug_that_its_front_matter_names_counts(library: Library, tmp_path: Path) -> None:
    path = _published(library, tmp_path / "2026-11-22-first.md")
    path.write_text(path.read_text("utf-8").replace("---\n", "---\nslug: mine\n", 1), "utf-8")
    (report,) = import_files(library, [path], NOW)
    assert report.slug == "mine"
