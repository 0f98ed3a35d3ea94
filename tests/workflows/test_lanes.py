"""What goes into the lanes of an open issue."""

from __future__ import annotations

import pytest

from hauler_tui.errors import HaulError, LibraryError, UnknownKeyError
from hauler_tui.library.library import Library
from hauler_tui.workflows.lanes import (
    add_lane,
    append_to_lane,
    link_to_item,
    markdown_link,
    move_lane,
    remove_lane,
    rename_lane,
)
from hauler_tui.workflows.publish import publish_issue
from tests.factories import NOW, make_entry
from tests.workflows.conftest import star


def _text(library: Library, lane: str) -> str:
    return next(one.text for one in library.hauls.get("haul-1").lanes if one.name == lane)


def test_each_remark_is_a_paragraph_and_a_step(library: Library) -> None:
    star(library, 1)
    append_to_lane(library, "haul-1", "Comments", "First.", NOW)
    append_to_lane(library, "haul-1", "Comments", "Second.", NOW)
    assert _text(library, "Comments") == "First.\n\nSecond."
    library.history.undo(NOW)
    assert _text(library, "Comments") == "First."


def test_a_lane_that_is_not_there_is_made_and_a_published_issue_stays(library: Library) -> None:
    star(library, 1, "Note.")
    append_to_lane(library, "haul-1", "Chat", "Words.", NOW)
    assert _text(library, "Chat") == "Words."
    publish_issue(library, "haul-1", NOW)
    with pytest.raises(LibraryError, match="published"):
        append_to_lane(library, "haul-1", "Chat", "More.", NOW)


@pytest.mark.parametrize(
    ("title", "link", "written"),
    [
        ("Plain", "https://a.org/b", "[Plain](https://a.org/b)"),
        ("A [great] *x*", "https://a.org/b", r"[A \[great\] \*x\*](https://a.org/b)"),
        ("Paren", "https://a.org/b_(c)", "[Paren](<https://a.org/b_(c)>)"),
        ("", "https://a.org/b", "https://a.org/b"),
        ("Schr\\\"odinger", "https://a.org/b", "[Schrödinger](https://a.org/b)"),
    ],
)  # fmt: skip
def test_a_link_says_its_title_and_stays_one(title: str, link: str, written: str) -> None:
    assert markdown_link(title, link) == written


def test_a_link_to_an_item_is_its_canonical_address(library: Library) -> None:
    library.items.absorb(
        [make_entry(7, title="T", link="http://arxiv.org/pdf/2605.00007v2")], feed_id=None, at=NOW
    )
    item_id = library.items.find("2605.00007")
    assert link_to_item(library, item_id) == "[T](https://arxiv.org/abs/2605.00007)"


def _lanes(library: Library) -> list[str]:
    return [one.name for one in library.hauls.get("haul-1").lanes]


def test_a_lane_is_renamed_with_its_cards_in_one_step(library: Library) -> None:
    star(library, 1)
    append_to_lane(library, "haul-1", "Papers", "Words.", NOW)
    assert rename_lane(library, "haul-1", "Papers", " Preprints\n", NOW) == "Preprints"
    (card,) = library.hauls.get("haul-1").cards
    assert (card.lane, _text(library, "Preprints")) == ("Preprints", "Words.")
    library.history.undo(NOW)
    (card,) = library.hauls.get("haul-1").cards
    assert (card.lane, _text(library, "Papers")) == ("Papers", "Words.")


def test_two_lanes_have_two_headings(library: Library) -> None:
    star(library, 1)
    append_to_lane(library, "haul-1", "Chat", "Words.", NOW)
    for new, said in (("Papers", "has a lane “Papers” already"), (" ", "needs a heading")):
        with pytest.raises(HaulError, match=said):
            rename_lane(library, "haul-1", "Chat", new, NOW)
    with pytest.raises(HaulError, match="already"):
        add_lane(library, "haul-1", "Chat", NOW)
    with pytest.raises(HaulError, match="heading"):
        add_lane(library, "haul-1", "", NOW)
    with pytest.raises(UnknownKeyError, match="no lane “Nowhere”"):
        rename_lane(library, "haul-1", "Nowhere", "There", NOW)


def test_a_lane_goes_with_its_text_which_undo_brings_back(library: Library) -> None:
    star(library, 1)
    append_to_lane(library, "haul-1", "Chat", "Words.", NOW)
    remove_lane(library, "haul-1", "Chat", NOW)
    assert "Chat" not in _lanes(library)
    library.history.undo(NOW)
    assert _text(library, "Chat") == "Words."


def test_the_cards_of_a_lane_that_goes_stand_in_another_one_or_keep_it(library: Library) -> None:
    star(library, 1)
    (card,) = library.hauls.get("haul-1").cards
    with pytest.raises(HaulError, match="holds 1 card, and no other lane does"):
        remove_lane(library, "haul-1", card.lane, NOW)
    library.hauls.add_card("haul-1", card.item_id, "Tools", NOW)
    remove_lane(library, "haul-1", "Tools", NOW)
    assert [one.lane for one in library.hauls.get("haul-1").cards] == [card.lane]


def test_lanes_move_and_what_stands_before_any_heading_stays(library: Library) -> None:
    star(library, 1)
    for name in ("", "Chat", "Tools"):
        append_to_lane(library, "haul-1", name, "Words.", NOW)
    named = [name for name in _lanes(library) if name]
    assert not move_lane(library, "haul-1", "", 1, NOW)
    assert not move_lane(library, "haul-1", named[0], -1, NOW)
    assert move_lane(library, "haul-1", named[0], 9, NOW)
    assert _lanes(library) == ["", *named[1:], named[0]]
    library.history.undo(NOW)
    assert [name for name in _lanes(library) if name] == named
