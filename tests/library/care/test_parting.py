"""Issues that two copies of a library went on with, once they are joined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text, publish_issue
from tests.factories import NOW
from tests.library.care.conftest import act, conflict, take_in

FILES = ("library.json", "library.journal", "items.log", "hauls.log")


def publish(text: str, *more: int, at_day: int = 0) -> Callable[[Library], object]:
    """Write on item 2, which stands in haul-1, star some more, and publish the issue."""

    def acting(library: Library) -> None:
        library.notes.write(2, text, NOW)
        for item_id in more:
            library.triage.star(item_id, NOW)
        publish_issue(library, "haul-1", NOW + timedelta(days=at_day))

    return acting


def cards_of(library: Library, slug: str) -> list[int]:
    return [card.item_id for card in library.hauls.get(slug).cards]


def told(library: Library) -> str:
    return " ".join(library.rescued)


def test_an_issue_published_in_both_copies_is_two_and_every_text_can_be_read(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, publish("What we say of it.", 3))
    act(there, publish("What they say of it.", 4))
    conflict(there, here, *FILES)
    with take_in(here) as library:
        assert "What we say of it." in compile_text(library, "haul-1")
        assert "What they say of it." in compile_text(library, "haul-1-2")
        assert cards_of(library, "haul-1") == [2, 3]
        assert cards_of(library, "haul-1-2") == [2, 4]
        assert library.hauls.covered(2) == ("haul-1", "haul-1-2")
        assert library.hauls.covered(4) == ("haul-1-2",)
        assert "the other copy's is now haul-1-2" in told(library)
        assert not library.care.check(lambda what, done, total: None)
    with take_in(here) as library:
        assert not library.rescued
        assert library.hauls.get("haul-1-2").slug == "haul-1-2"


def test_an_issue_that_came_in_beside_ours_leaves_and_comes_back_by_one_undo_and_redo(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, publish("Ours."))
    act(there, publish("Theirs."))
    conflict(there, here, *FILES)
    with take_in(here) as library:
        library.history.undo(NOW)
        assert [haul.slug for haul in library.hauls.all()] == ["haul-1"]
        assert library.notes.text(2) == "Ours."
        assert library.hauls.covered(2) == ("haul-1",)
        library.history.redo(NOW)
        assert "Theirs." in compile_text(library, "haul-1-2")


@pytest.mark.parametrize("is_based", [True, False])
def test_an_issue_both_published_with_the_same_words_stays_one(
    two: tuple[Path, Path], is_based: bool
) -> None:
    here, there = two
    act(here, publish("The same."))
    act(there, publish("The same.", at_day=1))
    if not is_based:
        for name in ("library.json.old", "library.journal.old"):
            (here / name).unlink()
    conflict(there, here, *FILES)
    with take_in(here) as library:
        assert [haul.slug for haul in library.hauls.all()] == ["haul-1"]
        assert library.hauls.get("haul-1").published_at == NOW


def test_an_issue_imported_anew_in_both_copies_is_two(two: tuple[Path, Path]) -> None:
    here, there = two

    def bring(title: str) -> Callable[[Library], object]:
        def importing(library: Library) -> None:
            known = library.hauls.get("haul-1")
            library.hauls.import_issues(
                [
                    type(known)(
                        id=0,
                        slug="post",
                        series_id=None,
                        number=None,
                        title=title,
                        state="published",
                        text=f"{title}\n",
                    )
                ],
                NOW,
            )

        return importing

    act(here, bring("Ours"))
    act(there, bring("Theirs"))
    conflict(there, here, *FILES)
    with take_in(here) as library:
        assert compile_text(library, "post") == "Ours\n"
        assert compile_text(library, "post-2") == "Theirs\n"


def go_on(*cards: int, lane: str = "") -> Callable[[Library], object]:
    """Publish haul-1 and begin haul-2 with some cards, or with prose."""

    def acting(library: Library) -> None:
        publish_issue(library, "haul-1", NOW)
        library.hauls.new_issue(None, NOW)
        write(library, "haul-2", cards, lane)

    return acting


def write(library: Library, slug: str, cards: tuple[int, ...], lane: str) -> None:
    for item_id in cards:
        library.hauls.add_card(slug, item_id, None, NOW)
    if lane:
        library.hauls.write_lane(slug, "News", lane, NOW)
        library.hauls.edit(slug, NOW, snippet=lane)


def test_a_series_has_one_open_issue_after_two_copies_are_joined(two: tuple[Path, Path]) -> None:
    here, there = two
    act(here, go_on(3, 4, lane="Here."))
    act(there, lambda library: write(library, "haul-1", (5, 4), "There."))
    conflict(there, here, *FILES)
    with take_in(here) as library:
        assert [(haul.slug, haul.state) for haul in library.hauls.all()] == [
            ("haul-1", "published"),
            ("haul-2", "open"),
        ]
        assert cards_of(library, "haul-1") == [2]
        issue = library.hauls.get("haul-2")
        assert [card.item_id for card in issue.cards] == [3, 4, 5]
        (news,) = (lane for lane in issue.lanes if lane.name == "News")
        assert "Here." in news.text
        assert "There." in news.text
        assert issue.snippet is not None
        assert "Here." in issue.snippet
        assert "There." in issue.snippet
        assert "went into haul-2 with 1 card" in told(library)
        library.history.undo(NOW)
        assert cards_of(library, "haul-2") == [3, 4]


def test_what_we_wrote_goes_into_the_issue_that_was_begun_there(two: tuple[Path, Path]) -> None:
    here, there = two
    act(here, lambda library: write(library, "haul-1", (3,), "Here."))
    act(there, go_on(4, lane="There."))
    conflict(there, here, *FILES)
    with take_in(here) as library:
        issue = library.hauls.open_issue()
        assert issue is not None
        assert issue.slug == "haul-2"
        assert [card.item_id for card in issue.cards] == [4, 3]
        text = compile_text(library, "haul-2")
        assert "Here." in text
        assert "There." in text


def test_what_was_written_on_after_the_other_copy_published_is_the_next_open_issue(
    two: tuple[Path, Path],
) -> None:
    here, there = two
    act(here, lambda library: write(library, "haul-1", (3,), "Here."))
    act(there, publish("Published."))
    conflict(there, here, *FILES)
    with take_in(here) as library:
        assert library.hauls.get("haul-1").state == "published"
        issue = library.hauls.open_issue()
        assert issue is not None
        assert [card.item_id for card in issue.cards] == [2, 3]
        assert "what was written is now haul-1-2" in told(library)
