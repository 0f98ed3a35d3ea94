"""No word that a person wrote is lost by writing a file that a hand has edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.haul.mergeresult import Decision
from hauler_tui.library.library import Library
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW, make_entry
from tests.workflows.conftest import star

SLUG = "haul-1"
CARD = (
    '<blockquote>\n    <a href="https://arxiv.org/abs/2605.00010">\n    <h4>Moss</h4>\n'
    "    </a>\n</blockquote>"
)


@pytest.fixture
def edited(library: Library) -> Path:
    """A file in which the card that was a note got a note of its own above it.

    The item whose note holds that card was unstarred since.
    """
    star(library, 1)
    item_id = star(library, 2, CARD)
    star(library, 3, "Note 3.")
    path = write_issue(library, SLUG, NOW).path
    library.triage.unstar(item_id, NOW)
    text = path.read_text()
    assert f"\n\n{CARD}" in text
    path.write_text(text.replace(f"\n\n{CARD}", f"\n\nBy hand.\n\n{CARD}"))
    return path


def both(library: Library, path: Path) -> str:
    """What the library and the file say together."""
    return library.notes.text(library.items.find("2605.00002")) + path.read_text()


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_card_that_is_all_of_a_note_is_lost_on_neither_side_of_a_conflict(
    library: Library, edited: Path, side: str
) -> None:
    assert write_issue(library, SLUG, NOW).conflicts
    writing = write_issue(library, SLUG, NOW, prefer=side)  # type: ignore[arg-type]
    assert writing.conflicts == ()
    assert "<h4>Moss</h4>" in both(library, edited)
    is_kept = "the note of “Paper 2” keeps both texts: one holds words that nobody deleted"
    assert (is_kept in writing.told) == (side == "theirs")


def test_an_answer_to_each_conflict_loses_no_card_that_is_all_of_a_note(
    library: Library, edited: Path
) -> None:
    conflicts = write_issue(library, SLUG, NOW).conflicts
    decided = {each.key: Decision(answer="theirs") for each in conflicts}
    assert write_issue(library, SLUG, NOW, decided=decided).conflicts == ()
    assert "<h4>Moss</h4>" in both(library, edited)
    assert "By hand." in both(library, edited)


def test_a_note_that_a_card_was_put_above_stays_with_that_card_when_ours_is_preferred(
    library: Library,
) -> None:
    star(library, 1, "Note 1.")
    item_id = star(library, 2, "Note 2.")
    path = write_issue(library, SLUG, NOW).path
    library.triage.unstar(item_id, NOW)
    text = path.read_text()
    card = text[text.rindex("<blockquote>") : text.rindex("</blockquote>") + 13]
    moved = text.replace(f"\n\n<hr/>\n\n{card}\n\nNote 2.", "")
    path.write_text(moved.replace("Note 1.", f"{card}\n\nNote 1."))
    assert write_issue(library, SLUG, NOW).conflicts
    writing = write_issue(library, SLUG, NOW, prefer="ours")
    assert "the card “Paper 2” stays: words that nobody deleted stand below it" in writing.told
    assert "Note 1." in path.read_text()


def aside(library: Library) -> str:
    """The file as a hand left it last, as the library keeps it."""
    (path,) = (library.directory / "hauls" / "by-hand").iterdir()
    return path.read_text()


def test_a_file_whose_words_an_answer_drops_is_kept_in_the_library(library: Library) -> None:
    star(library, 1, "Note 1.")
    path = write_issue(library, SLUG, NOW).path
    path.write_text(path.read_text().replace("Note 1.", "By hand."))
    star(library, 1, "Here.")
    held = path.read_text()
    writing = write_issue(library, SLUG, NOW, prefer="ours")
    assert "By hand." not in path.read_text()
    assert aside(library) == held
    (told,) = writing.told
    assert told.endswith("hauls/by-hand/haul-1-1.md keeps the file as it was edited by hand")


def test_edits_taken_back_and_undone_leave_the_file_with_a_sentence(library: Library) -> None:
    star(library, 1, "Note 1.")
    path = write_issue(library, SLUG, NOW).path
    path.write_text(path.read_text().replace("Note 1.", "By hand."))
    write_issue(library, SLUG, NOW)
    library.history.undo(NOW)
    (told,) = write_issue(library, SLUG, NOW).told
    assert told.startswith("the file loses edits whose taking back was undone: redo brings them")
    assert "Note 1." in path.read_text()
    assert "By hand." in aside(library)


def test_edits_taken_back_are_kept_though_undo_and_a_new_note_leave_no_redo(
    library: Library,
) -> None:
    star(library, 1, "Note 1.")
    path = write_issue(library, SLUG, NOW).path
    path.write_text(path.read_text().replace("Note 1.", "By hand."))
    write_issue(library, SLUG, NOW)
    library.history.undo(NOW)
    star(library, 1, "New.")
    assert write_issue(library, SLUG, NOW).told == ()
    assert "New." in path.read_text()
    assert "By hand." in aside(library)


def test_a_file_edited_again_where_undo_took_its_edit_back_is_a_conflict(library: Library) -> None:
    star(library, 1, "Note 1.")
    path = write_issue(library, SLUG, NOW).path
    path.write_text(path.read_text().replace("Note 1.", "By hand."))
    write_issue(library, SLUG, NOW)
    library.history.undo(NOW)
    path.write_text(path.read_text().replace("By hand.", "By hand again."))
    held = path.read_text()
    (conflict,) = write_issue(library, SLUG, NOW).conflicts
    assert (conflict.ours, conflict.theirs) == ("Note 1.", "By hand again.")
    assert path.read_text() == held


def test_a_file_that_follows_the_library_leaves_nothing_aside(library: Library) -> None:
    star(library, 1, "Note 1.")
    write_issue(library, SLUG, NOW)
    star(library, 1, "Newer.")
    assert write_issue(library, SLUG, NOW).told == ()
    assert not (library.directory / "hauls" / "by-hand").exists()


def test_a_card_put_in_by_hand_gets_the_note_here_though_another_note_holds_its_card(
    library: Library,
) -> None:
    library.items.absorb([make_entry(10)], feed_id=None, at=NOW)
    item_id = library.items.find("2605.00010")
    library.notes.write(item_id, "What I think.", NOW)
    star(library, 1, CARD)
    star(library, 2, "Note 2.")
    path = write_issue(library, SLUG, NOW).path
    second = CARD.replace("Moss", "Moss, again")
    path.write_text(path.read_text().replace("Note 2.", f"Note 2.\n\n<hr/>\n\n{second}"))
    for _ in range(3):
        assert write_issue(library, SLUG, NOW).conflicts == ()
        path.write_text(path.read_text().replace("Note 2.", "Note 2, more."))
    assert library.notes.text(item_id) == "What I think."
    assert "What I think." in path.read_text()
