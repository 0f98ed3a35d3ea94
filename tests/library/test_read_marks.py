"""Read marks are bitmaps, and behave as a set of ids would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.library.read_marks import BLOCK, Marks, ReadMarks
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.writer import Writer
from tests.factories import NOW

ID = st.sampled_from([1, 2, 63, 64, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 250_000])
IDS = st.sets(ID) | st.builds(
    lambda first, count: set(range(first, first + count)), ID, st.integers(60, 5000)
)


@contextmanager
def journal() -> Iterator[Journal]:
    with tempfile.TemporaryDirectory() as place:
        writer = Writer()
        opened = Journal.open(Path(place), writer=writer)
        try:
            yield opened
        finally:
            opened.close()
            writer.close()


def void(_: object) -> None:
    """Nothing, which is what a subscriber returns."""


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(IDS, st.booleans()), max_size=6))
def test_the_bitmaps_are_a_set_of_ids(changes: list[tuple[set[int], bool]]) -> None:
    expected: set[int] = set()
    ever = {item_id for ids, _ in changes for item_id in ids}
    with journal() as opened:
        marks = ReadMarks(opened)
        told: list[frozenset[int]] = []
        opened.subscribe(lambda tables: told.append(marks.notice(tables["read"])))
        for ids, read in changes:
            after = expected | ids if read else expected - ids
            told.clear()
            with opened.step("read", "read", at=NOW):
                marks.change(ids, read)
            assert frozenset().union(*told) == expected ^ after
            expected = after
            assert {item_id for item_id in ever if item_id in marks} == expected
            assert set(marks.differing(ever, True).ids()) == ever - expected
            assert set(marks.mask(below=3 * BLOCK)) == {i for i in expected if i < 3 * BLOCK}
            assert marks.count([*ever, *ever]) == 2 * len(expected)
            assert marks.count(range(260_001)) == len(expected)
        again = ReadMarks(opened)
        assert {item_id for item_id in ever if item_id in again} == expected
        blocks = {item_id // BLOCK + 1 for item_id in expected}
        assert set(opened.table("read").rows()) == blocks


def test_two_changes_of_one_block_in_one_step_add_up() -> None:
    with journal() as opened:
        marks = ReadMarks(opened)
        opened.subscribe(lambda tables: void(marks.notice(tables["read"])))
        with opened.step("read", "read", at=NOW):
            marks.change([1], True)
            marks.change([2], True)
        assert (1 in marks, 2 in marks, 3 in marks) == (True, True, False)
        opened.undo(NOW)
        assert (1 in marks, 2 in marks) == (False, False)


@pytest.mark.parametrize("bits", ["", "not base64!", "AAAA", "é"])
def test_a_bitmap_that_is_none_counts_as_unread(bits: str) -> None:
    with journal() as opened:
        opened.table("read").put(1, {"bits": bits})
        assert 1 not in ReadMarks(opened)


def test_a_mark_that_says_nothing_has_no_row() -> None:
    with journal() as opened:
        marks = Marks(opened)
        opened.subscribe(lambda tables: void(marks.notice(tables["marks"])))
        marks.put(7, marks.get(7))
        assert not opened.table("marks").rows()
