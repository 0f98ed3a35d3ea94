"""Texts of published issues that were copied without the journal that speaks of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text, publish_issue
from tests.factories import NOW, make_entry
from tests.library.care.conftest import MARK, act, conflict, everything_lies_beside, take_in


def publish(text: str, *numbers: int) -> Callable[[Library], object]:
    """Take in some papers, star them, write on each, and publish haul-1."""

    def acting(library: Library) -> None:
        library.notes.write(2, text, NOW)
        for number in numbers:
            (item_id,) = library.items.absorb([make_entry(number)], feed_id=1, at=NOW).new
            library.notes.write(item_id, f"On {number}.", NOW)
            library.triage.star(item_id, NOW)
        publish_issue(library, "haul-1", NOW)

    return acting


def test_an_issue_that_only_a_copied_log_of_issues_holds_is_taken_in(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, lambda library: library.items.absorb([make_entry(9)], feed_id=1, at=NOW))
    act(there, publish("Theirs.", 8))
    conflict(there, here, "hauls.log")
    with take_in(here) as library:
        issue = library.hauls.get("haul-1-2")
        assert "Theirs." in compile_text(library, "haul-1-2")
        cards = {library.items.get(card.item_id).entry.title: card.text for card in issue.cards}
        assert cards == {make_entry(2).title: "Theirs.", make_entry(8).title: "On 8."}
        assert library.hauls.get("haul-1").state == "open"
        assert library.hauls.covered(2) == ("haul-1-2",)
        assert issue.series_id == library.hauls.series()[0].id
        assert any("was taken in as haul-1-2" in sentence for sentence in library.rescued)
        assert not library.care.check(lambda what, done, total: None)
        undone = library.history.undo(NOW)
        assert undone is not None
        assert MARK in undone.about
        assert [haul.slug for haul in library.hauls.all()] == ["haul-1"]
    assert everything_lies_beside(here) == [f"hauls{MARK}.log.taken-in"]


def test_a_log_of_issues_that_are_all_here_changes_nothing_and_is_told(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, publish("The same."))
    act(there, publish("The same."))
    conflict(there, here, "hauls.log")
    with take_in(here) as library:
        assert [haul.slug for haul in library.hauls.all()] == ["haul-1"]
        assert any("no issue that is not here" in sentence for sentence in library.rescued)


def test_of_an_issue_that_was_imported_again_the_newest_text_comes_in(
    two: tuple[Path, Path],
) -> None:
    here, there = two

    def twice(library: Library) -> None:
        publish("Theirs.")(library)
        known = library.hauls.get("haul-1")
        library.hauls.import_issues([replace(known, title="Newer")], NOW)

    act(there, twice)
    conflict(there, here, "hauls.log")
    with take_in(here) as library:
        titles = [haul.title for haul in library.hauls.all() if haul.state == "published"]
        assert titles == ["Newer"]


def test_a_text_that_is_missing_here_is_taken_from_a_copied_log(two: tuple[Path, Path]) -> None:
    here, _ = two
    act(here, publish("Ours."))
    conflict(here, here, "hauls.log")
    (here / "hauls.log").unlink()
    with take_in(here) as library:
        assert "Ours." in compile_text(library, "haul-1")
        assert [haul.slug for haul in library.hauls.all()] == ["haul-1"]
        assert any("is back" in sentence for sentence in library.rescued)


def test_what_becomes_of_a_copied_history_is_said(two: tuple[Path, Path]) -> None:
    here, there = two
    act(there, lambda library: library.triage.star(3, NOW))
    conflict(there, here, "history.log")
    with take_in(here) as library:
        name = f"history{MARK}.log"
        assert any(
            name in sentence and f"kept as {name}.taken-in" in sentence
            for sentence in library.rescued
        )
        assert library.items.get(3).starred_at is None
    assert everything_lies_beside(here) == [f"{name}.taken-in"]


def test_what_was_said_last_in_a_file_is_no_issue_however_often_it_is_written_anew(
    two: tuple[Path, Path],
) -> None:
    here, _ = two

    def write(library: Library) -> None:
        haul = library.hauls.open_issue()
        assert haul is not None
        for text in ("One.", "Two.", "Three."):
            library.written.begin(haul.id, "/posts/a.md", text, "sum", NOW)
            library.written.finish("/posts/a.md", NOW)

    act(here, write)
    with take_in(here) as library:
        base = library.written.at("/posts/a.md", "")
        assert base is not None
        assert base.text == "Three."
        assert all(haul.slug for haul in library.hauls.all())
        assert not any("hauls.log" in told for told in library.rescued)
