"""What goes into the lanes of an open issue."""

from __future__ import annotations

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.workflows.lanes import append_to_lane, link_to_item, markdown_link
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
