"""What became of a preprint."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hauler_tui.domain.item import Note, Version
from hauler_tui.domain.standing import is_newer, published_in, renewal, renewed_at
from tests.factories import NOW, make_item, make_work

DAY = timedelta(days=1)
ARXIV = "arxiv:2605.00001"


@pytest.mark.parametrize(
    ("aliases", "journal", "place"),
    [
        ((ARXIV,), None, ""),
        ((ARXIV,), "Nature 5 (2026) 1", "Nature 5 (2026) 1"),
        ((ARXIV, "doi:10.1038/x"), None, "10.1038/x"),
        (("doi:10.1101/2026.01.01.1", "doi:10.1038/x"), "bioRxiv", "10.1038/x"),
        (("doi:10.1101/2026.01.01.1",), "bioRxiv", ""),
        (("doi:10.64898/2026.01.01.1",), "medRxiv preprint", ""),
        (("doi:10.1038/x",), "Nature", ""),  # no preprint
        (("url:example.org/x",), None, ""),
    ],
)
def test_a_preprint_is_published_where_its_journal_or_a_publishers_doi_says(
    aliases: tuple[str, ...], journal: str | None, place: str
) -> None:
    assert published_in(aliases, journal) == place


def test_a_version_after_the_note_or_else_after_the_star_is_told_with_both_days() -> None:
    versions = (Version(number=1, seen_at=NOW), Version(number=2, seen_at=NOW + 5 * DAY))
    item = make_item(1, work=make_work(1, versions=versions), starred_at=NOW + DAY)
    note = Note(item_id=1, text="mine", changed_at=NOW + 2 * DAY)
    assert renewal(item, note) == "v1 → v2 on 9 May 2026, after your note of 6 May 2026"
    assert renewal(item, None) == "v1 → v2 on 9 May 2026, after your star of 5 May 2026"
    late = Note(item_id=1, text="mine", changed_at=NOW + 6 * DAY)
    assert renewal(item, late) == ""
    assert renewal(make_item(1, work=make_work(1, versions=versions)), None) == ""
    once = make_item(1, work=make_work(1, versions=versions[1:]), starred_at=NOW)
    assert renewal(once, None) == ""


def test_what_is_told_is_what_the_row_marks() -> None:
    versions = (Version(number=1, seen_at=NOW), Version(number=3, seen_at=NOW + DAY))
    for days in (0, 1, 2):
        at = NOW + days * DAY
        item = make_item(1, work=make_work(1, versions=versions), starred_at=at)
        assert is_newer(renewed_at(versions), None, at) is bool(renewal(item, None))
