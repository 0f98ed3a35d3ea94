from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.errors import HaulError
from hauler_tui.library.library import Library
from hauler_tui.workflows import drafts, publish
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW, make_entry
from tests.workflows.conftest import star


def test_an_open_issue_shows_its_items_and_notes_as_they_are_now(library: Library) -> None:
    item_id = star(library, 2, "Before.")
    library.notes.write(item_id, "After & <b>bold</b>.", NOW)
    text = publish.compile_text(library, "haul-1")
    assert "After & <b>bold</b>." in text
    assert "Before." not in text
    assert '<a href="https://arxiv.org/abs/2605.00002">' in text


def test_titles_are_written_in_unicode_and_links_without_a_version(library: Library) -> None:
    entry = make_entry(
        4, title="Schr\\\"odinger's $\\alpha$ & co", link="http://arxiv.org/pdf/2605.00004v3"
    )
    library.items.absorb([entry], feed_id=None, at=NOW)
    star(library, 4)
    text = publish.compile_text(library, "haul-1")
    assert "Schrödinger's α &amp; co" in text or "Schrödinger's $α$ &amp; co" in text
    assert '"https://arxiv.org/abs/2605.00004"' in text


def test_cards_stand_by_title_until_a_hand_moves_them(library: Library) -> None:
    ids = [star(library, number) for number in (3, 1, 2)]
    issue = library.hauls.get("haul-1")
    assert [card.item_id for card in drafts.ordered_cards(library, issue)] == [
        ids[1],
        ids[2],
        ids[0],
    ]
    library.hauls.move_card("haul-1", ids[0], -2, NOW)
    issue = library.hauls.get("haul-1")
    assert [card.item_id for card in drafts.ordered_cards(library, issue)] == [
        ids[0],
        ids[1],
        ids[2],
    ]
    text = publish.compile_text(library, "haul-1")
    assert text.index("Paper 3") < text.index("Paper 1") < text.index("Paper 2")


def test_publishing_freezes_link_title_abstract_and_text(library: Library) -> None:
    item_id = star(library, 1, "My note.")
    draft = publish.compile_text(library, "haul-1")
    published = publish.publish_issue(library, "haul-1", NOW)
    (card,) = published.cards
    assert (card.link, card.title) == ("https://arxiv.org/abs/2605.00001", "Paper 1")
    assert (card.abstract, card.text) == ("What paper 1 is about.", "My note.")
    assert published.published_at == NOW
    library.notes.write(item_id, "Another.", NOW)
    text = publish.compile_text(library, "haul-1")
    assert "My note." in text
    assert "2026-05-04T09:30:00.000Z" in text
    assert text.count("\n") == draft.count("\n") or "published_at" not in draft
    assert library.items.get(item_id).covered == ("haul-1",)
    with pytest.raises(HaulError, match="published already"):
        publish.publish_issue(library, "haul-1", NOW)


def test_cards_of_several_lanes_keep_their_own_texts(library: Library) -> None:
    for number in (1, 2, 3):
        star(library, number, f"Note {number}.")
    library.hauls.add_card("haul-1", library.items.find("2605.00001"), "Runners-up", NOW)
    issue = publish.publish_issue(library, "haul-1", NOW)
    assert [(card.title, card.lane, card.text) for card in issue.cards] == [
        ("Paper 2", "Papers", "Note 2."),
        ("Paper 3", "Papers", "Note 3."),
        ("Paper 1", "Runners-up", "Note 1."),
    ]
    for card in issue.cards:
        assert library.items.get(card.item_id).entry.title == card.title


def test_what_was_published_here_reads_back_as_the_same_cards(
    library: Library, tmp_path: Path
) -> None:
    for number in (1, 2):
        star(library, number, f"Note & <b>{number}</b>.")
    mine = publish.publish_issue(library, "haul-1", NOW)
    path = write_issue(library, "haul-1", NOW, path=tmp_path / "haul-1.md").path
    publish.import_files(library, [path], NOW)
    assert library.hauls.get("haul-1").cards == mine.cards


def test_a_note_that_holds_a_card_freezes_as_it_was_meant(library: Library) -> None:
    note = (
        '<blockquote>\n<a href="https://example.org/x">\n<h4>X</h4>\n</a>\n</blockquote>\n\nMore.'
    )
    star(library, 1, note)
    (card,) = publish.publish_issue(library, "haul-1", NOW).cards
    assert card.text == note
    assert card.title == "Paper 1"


def test_starred_items_are_added_to_a_new_issue_in_one_step(library: Library) -> None:
    series = drafts.start_series(library, "Beetle  Mail ~{n}", NOW)
    assert (series.title, series.slug) == ("Beetle Mail ~{n}", "beetle-mail-{n}")
    issue = library.hauls.new_issue(series.id, NOW)
    ids = [library.items.find(f"2605.0000{number}") for number in (1, 2)]
    drafts.add_cards(library, issue.slug, ids, NOW)
    assert len(library.hauls.get(issue.slug).cards) == 2
    library.history.undo(NOW)
    assert library.hauls.get(issue.slug).cards == ()


@pytest.mark.parametrize("slug", ["no-number", "a/{n}", "..{n}", "{n} {n}", "a b-{n}"])
def test_a_slug_pattern_that_names_no_file_is_refused(library: Library, slug: str) -> None:
    with pytest.raises(HaulError):
        drafts.start_series(library, "Beetles ~{n}", NOW, slug=slug)
