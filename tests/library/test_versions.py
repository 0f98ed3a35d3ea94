"""New versions, withdrawals and journals, as rows and queries tell of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

pytestmark = pytest.mark.usefixtures("quick_disk")

LATER = NOW + timedelta(days=2)
SETTLED = pytest.mark.parametrize("settled", [True, False])


def found(library: Library, query: str) -> list[int]:
    return sorted(library.items.view(parse(query, NOW)))


@SETTLED
def test_a_new_version_is_the_same_row_unread_as_before_and_marked_after_the_note(
    filled: Library, settled: bool
) -> None:
    filled.notes.write(1, "mine", NOW)
    filled.triage.star(2, NOW)
    filled.triage.mark_read([1, 2, 3], True, NOW)
    filled.notes.write(4, "after it", LATER + timedelta(1))
    again = [make_entry(n, version=2, announce="replace") for n in (1, 2, 3, 4)]
    assert filled.items.absorb(again, feed_id=1, at=LATER).new == ()
    assert not settled or filled.wait_for_index(10)
    rows = {row.id: row for row in filled.items.rows(range(1, 6))}
    assert [rows[each].is_renewed for each in range(1, 6)] == [True, True, False, False, False]
    assert [rows[each].is_read for each in range(1, 6)] == [True, True, True, False, False]
    assert [rows[each].version for each in range(1, 6)] == [2, 2, 2, 2, 1]
    assert found(filled, "is:replaced") == [1, 2, 3, 4]
    filled.notes.write(1, "mine, of version 2", LATER + timedelta(1))
    assert not filled.items.row(1).is_renewed


@SETTLED
def test_a_withdrawal_and_a_journal_are_told_and_hide_nothing(
    filled: Library, settled: bool
) -> None:
    told = [
        make_entry(1, version=2, comment="This version withdrawn by the authors"),
        make_entry(2, version=2, abstract="This paper has been withdrawn by arXiv."),
        make_entry(3, journal="Nature 5 (2026)"),
        make_entry(4, aliases=("arxiv:2605.00004", "doi:10.1038/x")),
    ]
    filled.items.absorb(told, feed_id=1, at=LATER)
    assert not settled or filled.wait_for_index(10)
    rows = filled.items.rows(range(1, 6))
    assert [row.is_withdrawn for row in rows] == [True, True, False, False, False]
    assert [row.is_published for row in rows] == [False, False, True, True, False]
    assert found(filled, "is:withdrawn") == [1, 2]
    assert len(filled.items.view()) == 5
