"""What is said of a file that a hand broke."""

from __future__ import annotations

from hauler_tui.library.library import Library
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW
from tests.workflows.conftest import star

SLUG = "haul-1"


def test_a_tag_that_a_hand_left_open_is_told_with_its_line(library: Library) -> None:
    star(library, 1, "Note <b>1.")
    star(library, 2, "Note 2.")
    path = write_issue(library, SLUG, NOW).path
    text = path.read_text("utf-8")
    path.write_text(text.replace("Note 2.", "Note 2, by hand."), encoding="utf-8")
    assert not any("line" in told for told in write_issue(library, SLUG, NOW).told)
    text = path.read_text("utf-8")
    path.write_text(text.replace("</blockquote>", "", 1), encoding="utf-8")
    line = text[: text.index("<blockquote>")].count("\n") + 1
    told = write_issue(library, SLUG, NOW).told
    assert any(each.startswith(f"{path}: line {line}: ") for each in told)
