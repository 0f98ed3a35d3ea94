"""A file that hauler wrote is known as its issue's, whatever it is called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hauler_tui.library.library import Library
from hauler_tui.workflows.check import check_files
from hauler_tui.workflows.publish import compile_text, import_files, publish_issue
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


def test_a_file_renamed_and_then_edited_is_still_the_issue_s(
    library: Library, tmp_path: Path
) -> None:
    item_id = star(library, 1, "First words.")
    path = tmp_path / "draft.md"
    write_issue(library, "haul-1", NOW, path=path)
    path = path.rename(tmp_path / "haul-final.md")
    text = path.read_text("utf-8").replace("First words.", "Better words.")
    path.write_text(text, encoding="utf-8")
    (report,) = import_files(library, [path], NOW)
    assert (report.slug, report.refusal) == ("haul-1", None)
    assert [issue.state for issue in library.hauls.all()] == ["open"]
    assert library.notes.text(item_id) == "Better words."
    write_issue(library, "haul-1", NOW, path=path)
    assert path.read_text("utf-8") == text


def test_a_published_file_that_was_moved_makes_no_second_issue(
    library: Library, tmp_path: Path
) -> None:
    path = write(tmp_path, "field-notes-3.md", issue_text(3))
    import_files(library, [path], NOW)
    path = path.rename(tmp_path / "2026-03-01-field-notes-3.md")
    (report,) = import_files(library, [path], NOW)
    assert (report.slug, report.warnings) == ("field-notes-3", ())
    assert compile_text(library, "field-notes-3") == issue_text(3)
    assert len(library.hauls.all()) == 1


def test_a_second_file_of_an_open_issue_is_refused(library: Library, tmp_path: Path) -> None:
    star(library, 1, "First words.")
    path = tmp_path / "draft.md"
    write_issue(library, "haul-1", NOW, path=path)
    copy = write(tmp_path, "copy.md", path.read_text("utf-8"))
    (report,) = import_files(library, [copy], NOW)
    assert "title and papers of the open issue haul-1" in (report.refusal or "")
    assert len(library.hauls.all()) == 1


def test_a_moved_file_of_other_papers_or_with_a_slug_is_an_issue_of_its_own(
    library: Library, tmp_path: Path
) -> None:
    path = write(tmp_path, "field-notes-3.md", issue_text(3))
    import_files(library, [path], NOW)
    path.unlink()
    other = write(tmp_path, "other.md", issue_text(3).replace("2605.", "2604."))
    named = write(tmp_path, "n.md", issue_text(3).replace("---\n", "---\nslug: mine\n", 1))
    reports = import_files(library, [other, named], NOW)
    assert [report.slug for report in reports] == ["other", "mine"]
