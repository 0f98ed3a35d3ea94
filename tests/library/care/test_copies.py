"""Copies of a library that a sync program or a merge left beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.care.conftest import (
    MARK,
    act,
    act_and_die,
    conflict,
    everything_lies_beside,
    merge_by_marks,
    take_in,
)
from tests.library.conftest import fill

WAYS = pytest.mark.parametrize("do", [act, act_and_die], ids=["closed", "not closed"])


@WAYS
def test_what_was_done_in_a_conflict_copy_is_taken_in(
    two: tuple[Path, Path], do: Callable[[Path, Callable[[Library], object]], None]
) -> None:
    here, there = two

    def ours(library: Library) -> None:
        library.triage.star(3, NOW)
        library.notes.write(1, "Read. Good.", NOW)

    def theirs(library: Library) -> None:
        library.triage.star(4, NOW)
        library.triage.unstar(2, NOW)
        library.triage.mark_read([5], True, NOW)
        library.notes.write(1, "Read. Bad.", NOW)
        library.notes.write(5, "Five.", NOW)

    do(here, ours)
    do(there, theirs)
    conflict(there, here, "library.journal", "library.json")
    with take_in(here) as library:
        starred = sorted(library.items.view(parse("is:starred", NOW)))
        assert starred == [3, 4]
        assert library.items.get(5).is_read
        note = library.notes.get(1)
        assert note is not None
        assert "Good." in note.text
        assert "Bad." in note.text
        assert any("taken in" in sentence for sentence in library.rescued)
        assert all(name.endswith(".taken-in") for name in everything_lies_beside(here))
        issue = library.hauls.open_issue()
        assert issue is not None
        assert [card.item_id for card in issue.cards] == [3, 4]
    with take_in(here) as library:
        assert not library.rescued
        assert sorted(library.items.view(parse("is:starred", NOW))) == starred


def test_what_a_copy_did_with_an_item_that_is_part_of_another_here_is_done_with_that(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, lambda library: library.joins.join([(1, 3), (2, 5)], NOW))

    def theirs(library: Library) -> None:
        library.triage.star(3, NOW)
        library.triage.mark_read([5], True, NOW)
        library.notes.write(3, "Three.", NOW)
        library.joins.join([(1, 2)], NOW)

    act(there, theirs)
    conflict(there, here, "library.journal", "library.json")
    with take_in(here) as library:
        item = library.items.get(1)
        assert item.is_starred
        assert {"Read.", "Three."} <= set(library.notes.text(1).split("\n\n"))
        assert library.items.get(2).is_read
        assert list(library.items.view(parse("is:noted", NOW))) == [1]
        assert library.items.count() == 3
        assert {card.item_id for haul in library.hauls.all() for card in haul.cards} <= {1, 2}


def test_taking_a_copy_in_is_one_step_that_can_be_undone(two: tuple[Path, Path]) -> None:
    here, there = two
    act_and_die(there, lambda library: library.notes.write(3, "Three.", NOW))
    conflict(there, here, "library.journal")
    with take_in(here) as library:
        assert library.notes.get(3) is not None
        undone = library.history.undo(NOW)
        assert undone is not None
        assert MARK in undone.about
        assert library.notes.get(3) is None
        assert library.notes.get(1) is not None


@WAYS
def test_new_items_of_a_copy_get_numbers_of_their_own(
    two: tuple[Path, Path], do: Callable[[Path, Callable[[Library], object]], None]
) -> None:
    here, there = two

    def bring(*numbers: int) -> Callable[[Library], object]:
        def act(library: Library) -> None:
            entries = [make_entry(number) for number in numbers]
            for item_id in library.items.absorb(entries, feed_id=1, at=NOW).new:
                title = library.items.get(item_id).entry.title
                library.notes.write(item_id, f"On {title}.", NOW)

        return act

    do(here, bring(6, 7))
    do(there, bring(7, 8, 9))
    conflict(there, here, "library.journal", "library.json", "items.log")
    with take_in(here) as library:
        assert library.items.count() == 9
        for number in (6, 7, 8, 9):
            item_id = library.items.find(make_entry(number).aliases[0])
            note = library.notes.get(item_id)
            assert note is not None
            assert note.text == f"On {library.items.get(item_id).entry.title}."


def test_a_journal_that_a_merge_put_together_is_taken_apart(two: tuple[Path, Path]) -> None:
    here, there = two
    act_and_die(here, lambda library: library.notes.write(3, "Ours.", NOW))
    act_and_die(there, lambda library: library.notes.write(4, "Theirs.", NOW))
    ours, theirs = ((folder / "library.journal").read_bytes() for folder in (here, there))
    pairs = zip(ours.splitlines(), theirs.splitlines(), strict=False)
    shared = sum(1 for one, other in pairs if one == other)
    theirs_alone = b"".join(theirs.splitlines(keepends=True)[shared:])
    (here / "library.journal").write_bytes(ours + theirs_alone)
    with take_in(here) as library:
        texts = [note.text for i in (3, 4) if (note := library.notes.get(i)) is not None]
        assert texts == ["Ours.", "Theirs."]


def test_a_journal_with_conflict_markers_is_taken_apart(two: tuple[Path, Path]) -> None:
    here, there = two
    act_and_die(here, lambda library: library.notes.write(3, "Ours.", NOW))
    act_and_die(there, lambda library: library.notes.write(4, "Theirs.", NOW))
    ours, theirs = (
        (folder / "library.journal").read_bytes().splitlines(keepends=True)
        for folder in (here, there)
    )
    text = [ours[0], b"<<<<<<< HEAD\n", *ours[1:], b"=======\n", *theirs[1:], b">>>>>>> other\n"]
    (here / "library.journal").write_bytes(b"".join(text))
    with take_in(here) as library:
        texts = [note.text for i in (3, 4) if (note := library.notes.get(i)) is not None]
        assert texts == ["Ours.", "Theirs."]


@pytest.mark.parametrize("with_journal", [True, False])
def test_items_that_a_merge_put_under_one_number_are_two_again(
    two: tuple[Path, Path], with_journal: bool
) -> None:
    here, there = two

    def bring(number: int) -> Callable[[Library], object]:
        def bringing(library: Library) -> None:
            absorbed = library.items.absorb([make_entry(number)], feed_id=1, at=NOW)
            if with_journal:
                library.notes.write(absorbed.new[0], f"On {number}.", NOW)

        return bringing

    act_and_die(here, bring(6))
    act_and_die(there, bring(7))
    for name in ("items.log", "library.journal"):
        merge_by_marks(here, there, name)
    for _ in range(2):
        with take_in(here) as library:
            assert library.items.count() == 7
            for number in (6, 7):
                item_id = library.items.find(make_entry(number).aliases[0])
                assert (library.items.get(item_id).entry.title) == make_entry(number).title
                if with_journal:
                    note = library.notes.get(item_id)
                    assert note is not None
                    assert note.text == f"On {number}."


def test_the_works_of_a_log_that_is_copied_alone_come_in(two: tuple[Path, Path]) -> None:
    here, there = two
    act(here, lambda library: library.items.absorb([make_entry(6)], feed_id=1, at=NOW))
    act(there, lambda library: library.items.absorb([make_entry(7)], feed_id=1, at=NOW))
    conflict(there, here, "items.log")
    with take_in(here) as library:
        assert library.items.count() == 7
        for number in (6, 7):
            item_id = library.items.find(make_entry(number).aliases[0])
            assert library.items.get(item_id).entry.title == make_entry(number).title


@pytest.mark.parametrize("is_seen_there", [False, True])
def test_an_item_that_left_in_both_parts_of_a_log_stays_away_unless_one_still_has_it(
    two: tuple[Path, Path], is_seen_there: bool
) -> None:
    here, there = two
    later = NOW + timedelta(days=400)
    act_and_die(here, lambda library: library.retention.expire(30, later))
    if is_seen_there:
        seen = [replace(make_entry(5), title="A new version")]
        act_and_die(there, lambda library: library.items.absorb(seen, feed_id=1, at=later))
    else:
        late = later + timedelta(hours=1)
        act_and_die(there, lambda library: library.retention.expire(30, late))
    merge_by_marks(here, there, "items.log")
    for _ in range(2):
        with take_in(here) as library:
            assert library.items.count() == (3 if is_seen_there else 2)
            if is_seen_there:
                assert library.items.get(5).entry.title == "A new version"


def test_a_copy_that_continues_nothing_here_is_told_and_left(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    here, _ = two
    with Library.open(tmp_path / "stranger") as library:
        fill(library, 2)
    act_and_die(tmp_path / "stranger", lambda library: library.notes.write(1, "Other.", NOW))
    conflict(tmp_path / "stranger", here, "library.journal")
    with take_in(here) as library:
        note = library.notes.get(1)
        assert note is not None
        assert note.text == "Read."
        assert any("left as it is" in sentence for sentence in library.rescued)
    assert f"library{MARK}.journal" in everything_lies_beside(here)


def test_a_copy_is_put_aside_and_not_taken_in_again_though_another_file_fits_nothing(
    two: tuple[Path, Path], tmp_path: Path
) -> None:
    here, there = two
    with Library.open(tmp_path / "stranger") as library:
        fill(library, 2)
    strange = here / "library.sync-conflict-20261123-101010-ABCDEFG.journal"
    shutil.copy(tmp_path / "stranger" / "library.journal", strange)
    act_and_die(there, lambda library: library.triage.star(4, NOW))
    conflict(there, here, "library.journal", "library.json")
    for _ in range(2):
        with take_in(here) as library:
            assert library.items.get(2).starred_at is not None
            library.triage.unstar(4, NOW)
    with take_in(here) as library:
        assert library.items.get(4).starred_at is None
    assert all(name.endswith(".taken-in") for name in everything_lies_beside(here))
    assert strange.exists()


def test_a_copy_whose_files_could_not_be_put_aside_is_not_taken_in_again(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = two
    act_and_die(here, lambda library: library.notes.write(1, "Read. Good.", NOW))
    act_and_die(there, lambda library: library.notes.write(1, "Read. Bad.", NOW))
    conflict(there, here, "library.journal", "library.json")
    monkeypatch.setattr("hauler_tui.library.care.copies.put_aside", lambda paths: None)
    texts = set()
    for _ in range(3):
        with take_in(here) as library:
            texts.add(library.notes.text(1))
    assert len(texts) == 1


def test_a_damaged_line_of_a_copy_is_not_believed(two: tuple[Path, Path]) -> None:
    here, there = two

    def theirs(library: Library) -> None:
        library.notes.write(3, "Three.", NOW)
        library.notes.write(4, "Four.", NOW)

    act_and_die(there, theirs)
    path = there / "library.journal"
    path.write_bytes(path.read_bytes().replace(b"Three.", b"Threw."))
    conflict(there, here, "library.journal")
    with take_in(here) as library:
        assert library.notes.get(3) is None
        assert library.notes.get(4) is not None


def test_who_only_reads_leaves_copies_alone(two: tuple[Path, Path]) -> None:
    here, there = two
    act_and_die(there, lambda library: library.notes.write(3, "Three.", NOW))
    conflict(there, here, "library.journal")
    with Library.open(here, writing=False) as library:
        assert library.notes.get(3) is None
    assert everything_lies_beside(here) == [f"library{MARK}.journal"]


def test_what_was_starred_here_stays_though_its_feed_was_removed_there(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act_and_die(here, lambda library: library.triage.star(5, NOW))
    act_and_die(there, lambda library: library.feeds.remove(1, NOW))
    conflict(there, here, "library.journal", "library.json")
    with take_in(here) as library:
        assert sorted(library.items.view(parse("is:starred", NOW))) == [2, 5]


def test_what_left_here_and_was_starred_there_comes_back_whole(two: tuple[Path, Path]) -> None:
    here, there = two
    later = NOW + timedelta(days=400)
    act_and_die(here, lambda library: library.retention.expire(30, later))
    act_and_die(there, lambda library: library.triage.star(5, NOW))
    conflict(there, here, "library.journal", "library.json", "items.log")
    with take_in(here) as library:
        item = library.items.get(5)
        assert item.starred_at is not None
        assert item.entry.abstract == make_entry(5).abstract
        assert library.items.count() == 3


def test_marks_of_an_item_that_left_there_again_are_not_put_on_another_here(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    later = NOW + timedelta(days=400)
    act_and_die(here, lambda library: library.items.absorb([make_entry(8)], feed_id=1, at=later))

    def theirs(library: Library) -> None:
        library.items.absorb([make_entry(9)], feed_id=1, at=NOW)
        library.triage.mark_read([6], True, NOW)
        library.retention.expire(30, later)

    act_and_die(there, theirs)
    conflict(there, here, "library.journal", "library.json", "items.log")
    with take_in(here) as library:
        assert not library.items.get(6).is_read


def test_where_nothing_is_left_of_the_common_beginning_that_is_said(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, lambda library: library.triage.unstar(2, NOW))
    for _ in range(2):
        act(there, lambda library: library.triage.star(3, NOW))
        act(there, lambda library: library.triage.star(4, NOW))
    conflict(there, here, "library.journal", "library.json")
    with take_in(here) as library:
        assert library.items.get(2).starred_at is not None
        assert any("is there again" in sentence for sentence in library.rescued)


def test_what_another_copy_learnt_of_an_item_is_known_here_and_what_is_known_stays(
    two: tuple[Path, Path],
) -> None:
    here, there = two

    ours, theirs = replace(make_entry(5), comment="Ours"), replace(make_entry(5), journal="Theirs")
    act(here, lambda library: library.items.absorb([ours], feed_id=2, at=NOW))
    act(there, lambda library: library.items.absorb([theirs], feed_id=2, at=NOW))
    conflict(there, here, "library.journal", "library.json", "items.log")
    with take_in(here) as library:
        entry = library.items.get(5).entry
        assert (entry.comment, entry.journal) == ("Ours", "Theirs")
        assert library.items.count() == 5


def test_a_row_of_a_copy_that_makes_no_sense_is_left_out_and_told(two: tuple[Path, Path]) -> None:
    here, there = two

    def strange(library: Library) -> None:
        library.triage.star(4, NOW)
        library._journal.table("feeds").insert({"title": "no address"})

    act_and_die(there, strange)
    conflict(there, here, "library.journal", "library.json")
    with take_in(here) as library:
        assert library.items.get(4).starred_at is not None
        assert [feed.id for feed in library.feeds.all()] == [1]
        assert any("row 2 of feeds" in sentence for sentence in library.rescued)
