"""A number that a hand corrected in the title of a written file."""

from __future__ import annotations

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import publish_issue
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW
from tests.workflows.conftest import star


@pytest.mark.parametrize("title", ["Haul ~7", "'Haul ~7: moss'"])
def test_the_issue_takes_its_number_and_the_next_one_follows_it(
    library: Library, title: str
) -> None:
    star(library, 1)
    path = write_issue(library, "haul-1", NOW).path
    path.write_text(path.read_text("utf-8").replace("title: Haul ~1", f"title: {title}"), "utf-8")
    write_issue(library, "haul-1", NOW)
    issue = library.hauls.get("haul-1")
    assert (issue.number, issue.title) == (7, title.strip("'"))
    library.history.undo(NOW)
    assert (library.hauls.get("haul-1").number, library.hauls.get("haul-1").title) == (1, "Haul ~1")
    library.history.redo(NOW)
    publish_issue(library, "haul-1", NOW)
    assert library.hauls.new_issue(None, NOW).number == 8


def test_a_number_that_another_issue_has_is_not_taken_and_that_is_said(library: Library) -> None:
    star(library, 1)
    publish_issue(library, "haul-1", NOW)
    star(library, 2)
    path = write_issue(library, "haul-2", NOW).path
    text = path.read_text("utf-8").replace("title: Haul ~2", "title: 'Haul ~1: again'")
    path.write_text(text, "utf-8")
    told = " ".join(write_issue(library, "haul-2", NOW).told)
    assert "stays in the file only: haul-1 has the number 1" in told
    issue = library.hauls.get("haul-2")
    assert (issue.number, issue.title) == (2, "Haul ~2")


def test_a_title_without_the_series_pattern_leaves_the_number(library: Library) -> None:
    star(library, 1)
    path = write_issue(library, "haul-1", NOW).path
    path.write_text(path.read_text("utf-8").replace("title: Haul ~1", "title: Moss 5"), "utf-8")
    write_issue(library, "haul-1", NOW)
    issue = library.hauls.get("haul-1")
    assert (issue.number, issue.title) == (1, "Moss 5")
