"""What a feed tells once more is what it told before, however its words changed."""

from __future__ import annotations

from typing import Any

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import aliases
from hauler_tui.library.library import Library
from tests.factories import NOW

PAGE = "https://n.example/1"


def post(title: str, *, link: str = PAGE, guid: str = "", feed_id: int = 1, **more: Any) -> Entry:
    """An entry as a feed that gives few names would tell it."""
    names = aliases(link=link, guid=guid, feed_id=feed_id, title=title)
    return Entry(title=title, link=link, aliases=names, **more)


def told(library: Library, *entries: Entry, feed_id: int = 1) -> int:
    """How many new items entries make."""
    return len(library.items.absorb(entries, feed_id=feed_id, at=NOW).new)


@pytest.mark.parametrize("abstract", ["", "It is."])
def test_another_post_at_an_address_is_one_new_row_and_no_more(
    library: Library, abstract: str
) -> None:
    assert told(library, post("Council approves new stadium", abstract=abstract)) == 1
    other = post("Mayor resigns after vote", abstract=abstract)
    assert [told(library, other) for _ in range(4)] == [1, 0, 0, 0]
    assert library.items.count() == 2


def test_a_page_that_two_feeds_call_differently_stays_one_row_whoever_tells_it_again(
    library: Library,
) -> None:
    first = post("How to set up a podcast", guid="a")
    second = post("Post with image", feed_id=2)
    assert told(library, first) == 1
    for _ in range(3):
        assert told(library, second, feed_id=2) == 0
        assert told(library, first) == 0


def test_articles_at_the_doi_of_their_issue_are_as_many_as_the_feed_tells(
    library: Library,
) -> None:
    issue = "https://doi.org/10.1234/issue5"
    articles = [post(f"Article {x} in the issue", link=issue, guid=x * 3) for x in "abc"]
    assert told(library, *articles) == 3
    assert told(library, *articles) == 0
