"""Read, star, skip, tag."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hauler_tui.domain.haul import Card
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.conftest import everything, fill
from tests.library.test_hauls import frozen, imported


def test_the_first_star_opens_an_issue_and_says_so(filled: Library) -> None:
    starred = filled.triage.star(1, NOW)
    assert (starred.card_added, starred.opened_issue, starred.covered) == (True, True, ())
    assert starred.issue == filled.hauls.open_issue()
    assert starred.issue is not None
    assert starred.issue.cards == (Card(item_id=1, lane="Papers"),)
    assert filled.items.get(1).starred_at == NOW


def test_the_next_star_adds_its_card_to_the_open_issue(filled: Library) -> None:
    filled.triage.star(1, NOW)
    starred = filled.triage.star(2, NOW)
    assert (starred.card_added, starred.opened_issue) == (True, False)
    assert starred.issue is not None
    assert [card.item_id for card in starred.issue.cards] == [1, 2]


def test_a_star_is_one_step_with_its_series_issue_and_card(filled: Library) -> None:
    before = everything(filled)
    steps = len(filled.history.history())
    filled.triage.star(1, NOW)
    assert len(filled.history.history()) == steps + 1
    filled.history.undo(NOW)
    assert everything(filled) == before


def test_starring_again_changes_nothing(filled: Library) -> None:
    filled.triage.star(1, NOW)
    before = everything(filled)
    again = filled.triage.star(1, NOW + timedelta(days=1))
    assert (again.card_added, again.opened_issue) == (False, False)
    assert everything(filled) == before


def test_a_covered_item_gets_a_star_and_no_card_until_asked_again(filled: Library) -> None:
    filled.hauls.import_issues([imported("old-1", 1)], NOW)
    starred = filled.triage.star(1, NOW)
    assert (starred.issue, starred.card_added, starred.covered) == (None, False, ("old-1",))
    assert filled.items.get(1).is_starred
    again = filled.triage.star(1, NOW, again=True)
    assert (again.card_added, again.opened_issue, again.covered) == (True, True, ("old-1",))
    assert [step.verb for step in filled.history.history()][:2] == ["add card", "star"]


def test_unstar_takes_the_card_out_and_keeps_the_note(filled: Library) -> None:
    filled.triage.star(1, NOW)
    filled.triage.star(2, NOW)
    filled.notes.write(1, "text", NOW)
    filled.triage.unstar(1, NOW)
    issue = filled.hauls.open_issue()
    assert issue is not None
    assert [card.item_id for card in issue.cards] == [2]
    assert not filled.items.get(1).is_starred
    assert filled.notes.get(1) is not None


def test_unstar_leaves_published_issues_alone(filled: Library) -> None:
    filled.triage.star(1, NOW)
    issue = filled.hauls.publish("haul-1", frozen(filled, "haul-1"), NOW)
    filled.triage.unstar(1, NOW)
    assert filled.hauls.get("haul-1") == issue
    assert filled.hauls.covered(1) == ("haul-1",)


def test_taking_a_card_out_keeps_the_star(filled: Library) -> None:
    filled.triage.star(1, NOW)
    filled.hauls.remove_card("haul-1", 1, NOW)
    assert filled.items.get(1).is_starred
    assert filled.hauls.waiting() == (1,)


def test_many_stars_are_one_step_there_and_back(filled: Library) -> None:
    before = everything(filled)
    with filled.step("star", "star 3 items", at=NOW):
        for item_id in (1, 2, 3):
            filled.triage.star(item_id, NOW)
    issue = filled.hauls.open_issue()
    assert issue is not None
    assert len(issue.cards) == 3
    filled.triage.unstar_all([1, 2, 3, 4, 1], NOW)
    assert filled.hauls.open_with(1) == ()
    assert [step.about for step in filled.history.history(2)] == ["unstar 3 items", "star 3 items"]
    filled.history.undo(NOW)
    filled.history.undo(NOW)
    assert everything(filled) == before


def test_marking_thousands_read_is_one_small_write(library: Library) -> None:
    """``PERFORMANCE.md`` 3.3: a bitmap for each block of 4,096 ids."""
    fill(library, 4200)
    ids = list(library.items.view())
    library.flush()
    journal = library.directory / "library.journal"
    before = journal.stat().st_size
    library.triage.mark_read(ids, True, NOW)
    library.flush()
    assert library.items.count_unread(ids) == 0
    assert journal.stat().st_size - before < 3000
    library.history.undo(NOW)
    assert library.items.count_unread(ids) == 4200


def test_what_changes_nothing_leaves_no_step(filled: Library) -> None:
    filled.triage.mark_read([1], True, NOW)
    filled.triage.skip([1], True, NOW)
    filled.triage.tag([1], ["a"], [], NOW)
    steps = filled.history.history()
    filled.triage.mark_read([1], True, NOW)
    filled.triage.skip([1], True, NOW)
    filled.triage.tag([1], ["a"], ["b"], NOW)
    filled.triage.unstar(1, NOW)
    filled.triage.mark_read([], True, NOW)
    filled.triage.unstar_all([], NOW)
    assert filled.history.history() == steps


def test_tags_are_single_words_without_hostile_characters(filled: Library) -> None:
    filled.triage.tag([1], [" read  later ", "a\x1b[31m\u202eb", "", "\n", "a"], [], NOW)
    filled.triage.tag([1], ["b"], ["a"], NOW)
    assert filled.items.get(1).tags == ("read-later", "ab", "b")


def test_star_skip_and_tags_of_one_item_do_not_disturb_each_other(filled: Library) -> None:
    filled.triage.star(1, NOW)
    filled.triage.tag([1], ["a"], [], NOW)
    filled.triage.skip([1], True, NOW)
    filled.triage.unstar(1, NOW)
    item = filled.items.get(1)
    assert (item.is_starred, item.is_skipped, item.tags) == (False, True, ("a",))


def test_an_unknown_item_is_said_and_nothing_changes(filled: Library) -> None:
    before = everything(filled)
    for change in (
        lambda: filled.triage.mark_read([1, 99], True, NOW),
        lambda: filled.triage.skip([1, 0], True, NOW),
        lambda: filled.triage.tag([1, -1], ["a"], [], NOW),
        lambda: filled.triage.star(99, NOW),
        lambda: filled.triage.unstar(99, NOW),
        lambda: filled.triage.unstar_all([1, 10**30], NOW),
    ):
        with pytest.raises(UnknownKeyError) as unknown:
            change()
        assert unknown.value.hint
    assert everything(filled) == before


def test_a_new_version_does_not_change_what_the_person_did(filled: Library) -> None:
    filled.triage.mark_read([1], True, NOW)
    filled.triage.star(1, NOW)
    told = filled.items.absorb(
        [make_entry(1, version=2, announce="replace", title="Better")], feed_id=1, at=NOW
    )
    assert told.changed == (1,)
    item = filled.items.get(1)
    assert (item.entry.title, item.entry.version) == ("Better", 2)
    assert item.is_read
    assert item.is_starred
