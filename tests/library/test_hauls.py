"""Series and issues: opening, cards and lanes, publishing, reading back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from hauler_tui.domain.haul import Card, Haul, Lane
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

DAY = timedelta(days=1)


def frozen(library: Library, slug: str) -> Haul:
    """An open issue with its file and its cards' texts, as the publishing workflow gives it."""
    issue = library.hauls.get(slug)
    cards = tuple(
        replace(
            card,
            link=f"https://arxiv.org/abs/{card.item_id}",
            title=f"Title {card.item_id}",
            abstract="abstract",
            text=f"text {card.item_id}",
        )
        for card in issue.cards
    )
    return replace(issue, cards=cards, text=f"---\n{slug}\n")


def imported(slug: str, *item_ids: int, days: int = -30, **changes: object) -> Haul:
    """A published issue that was read from a file, one card for each item id."""
    cards = tuple(
        Card(
            item_id=item_id,
            lane="Papers",
            link=f"https://arxiv.org/abs/{item_id}",
            title=f"Title {item_id}",
            abstract=None,
            text=f"{slug} on {item_id}, card {place}",
        )
        for place, item_id in enumerate(item_ids, 1)
    )
    haul = Haul(
        id=0,
        slug=slug,
        series_id=None,
        number=None,
        title=slug.title(),
        state="published",
        published_at=NOW + days * DAY,
        lanes=(Lane(name="Comments", text="prose"), Lane(name="Papers", holds_cards=True)),
        cards=cards,
        text=f"the file of {slug}",
    )
    return replace(haul, **changes)  # type: ignore[arg-type]


def test_the_first_issue_makes_the_first_series(library: Library) -> None:
    issue = library.hauls.new_issue(None, NOW)
    assert (issue.title, issue.slug, issue.number) == ("Haul ~1", "haul-1", 1)
    assert issue.lanes == (Lane(name="Comments"), Lane(name="Papers", holds_cards=True))
    (series,) = library.hauls.series()
    assert (series.title, series.slug) == ("Haul ~{n}", "haul-{n}")
    assert library.hauls.current() == series


def test_the_next_number_is_the_highest_known_plus_one(filled: Library) -> None:
    series = filled.hauls.add_series(title="ML ~{n}", slug="ml-{n}", at=NOW)
    for number in (3, 29, 26):
        filled.hauls.import_issues(
            [imported(f"ml-{number}", 1, series_id=series.id, number=number)], NOW
        )
    issue = filled.hauls.new_issue(series.id, NOW)
    assert (issue.number, issue.slug, issue.title) == (30, "ml-30", "ML ~30")


def test_a_slug_that_is_taken_is_not_given_twice(filled: Library) -> None:
    filled.hauls.import_issues([imported("haul-1", 1)], NOW)
    assert filled.hauls.new_issue(None, NOW).slug == "haul-1-2"


def test_a_series_has_one_open_issue(library: Library) -> None:
    issue = library.hauls.new_issue(None, NOW)
    with pytest.raises(LibraryError, match="still open"):
        library.hauls.new_issue(None, NOW)
    assert library.hauls.all() == (issue,)


def test_the_current_series_is_the_one_last_used(library: Library) -> None:
    one = library.hauls.add_series(title="One {n}", slug="one-{n}", at=NOW)
    two = library.hauls.add_series(title="Two {n}", slug="two-{n}", at=NOW)
    assert library.hauls.current() == one
    library.hauls.new_issue(two.id, NOW)
    assert library.hauls.current() == two
    library.hauls.use(one.id, NOW)
    assert library.hauls.current() == one
    assert library.hauls.open_issue() is None
    assert library.hauls.open_issue(two.id) is not None


def test_using_a_series_is_no_step_of_history(library: Library) -> None:
    library.hauls.add_series(title="One {n}", slug="one-{n}", at=NOW)
    two = library.hauls.add_series(title="Two {n}", slug="two-{n}", at=NOW)
    library.hauls.use(two.id, NOW)
    assert [step.verb for step in library.history.history()] == ["add series", "add series"]


def test_a_series_with_an_open_issue_is_not_forgotten(library: Library) -> None:
    issue = library.hauls.new_issue(None, NOW)
    assert issue.series_id is not None
    with pytest.raises(LibraryError, match="still open"):
        library.hauls.remove_series(issue.series_id, NOW)
    library.hauls.publish(issue.slug, frozen(library, issue.slug), NOW)
    library.hauls.remove_series(issue.series_id, NOW)
    assert library.hauls.series() == ()
    assert library.hauls.get(issue.slug).state == "published"


def test_numbers_of_things_are_never_given_twice(filled: Library) -> None:
    filled.triage.star(1, NOW)
    filled.history.undo(NOW)
    starred = filled.triage.star(1, NOW)
    assert starred.issue is not None
    assert starred.issue.id == 2
    assert starred.issue.number == 1


def test_a_card_goes_to_the_last_cards_lane_or_to_the_one_named(filled: Library) -> None:
    slug = filled.hauls.new_issue(None, NOW).slug
    filled.hauls.add_card(slug, 1, None, NOW)
    filled.hauls.add_card(slug, 1, None, NOW)
    filled.hauls.add_card(slug, 2, "Chat", NOW)
    issue = filled.hauls.add_card(slug, 1, "Comments", NOW)
    assert issue.cards == (Card(item_id=1, lane="Comments"), Card(item_id=2, lane="Chat"))
    assert [(lane.name, lane.holds_cards) for lane in issue.lanes] == [
        ("Comments", True),
        ("Papers", True),
        ("Chat", True),
    ]
    assert filled.hauls.get(slug) == issue


def test_the_step_of_a_card_names_its_lane_and_the_issue_where_the_lane_has_no_name(
    filled: Library,
) -> None:
    slug = filled.hauls.new_issue(None, NOW).slug
    filled.hauls.add_card(slug, 1, "Odd", NOW)
    assert filled.history.history()[0].about.endswith(" to Odd")
    filled.hauls.add_card(slug, 1, "", NOW)
    assert filled.history.history()[0].about.endswith(f" to {slug}")


def test_a_card_moved_by_hand_starts_from_the_order_of_titles(library: Library) -> None:
    titles = ("Zebra", "“Apple”", "mango")
    library.items.absorb(
        [make_entry(number, title=title) for number, title in enumerate(titles, 1)],
        feed_id=None,
        at=NOW,
    )
    slug = library.hauls.new_issue(None, NOW).slug
    for item_id in (1, 2, 3):
        library.hauls.add_card(slug, item_id, None, NOW)
    issue = library.hauls.move_card(slug, 1, -1, NOW)
    assert [card.item_id for card in issue.cards] == [2, 1, 3]
    assert issue.hand_ordered
    assert library.hauls.move_card(slug, 2, -5, NOW) == issue
    assert [c.item_id for c in library.hauls.move_card(slug, 2, 99, NOW).cards] == [1, 3, 2]


def test_a_card_moves_within_its_lane(filled: Library) -> None:
    slug = filled.hauls.new_issue(None, NOW).slug
    for item_id, lane in ((1, "A"), (2, "B"), (3, "A"), (4, "B")):
        filled.hauls.add_card(slug, item_id, lane, NOW)
    issue = filled.hauls.move_card(slug, 1, 1, NOW)
    assert [card.item_id for card in issue.cards] == [3, 2, 1, 4]


def test_a_new_lane_stands_above_the_cards_and_the_introduction_above_all(
    library: Library,
) -> None:
    slug = library.hauls.new_issue(None, NOW).slug
    library.hauls.write_lane(slug, "Chat", "words", NOW)
    library.hauls.write_lane(slug, "", "intro", NOW)
    issue = library.hauls.write_lane(slug, "Comments", "mine", NOW)
    assert [(lane.name, lane.text) for lane in issue.lanes] == [
        ("", "intro"),
        ("Comments", "mine"),
        ("Chat", "words"),
        ("Papers", ""),
    ]


def test_typing_in_a_lane_is_one_step(library: Library) -> None:
    slug = library.hauls.new_issue(None, NOW).slug
    for text in ("w", "wo", "word"):
        library.hauls.write_lane(slug, "Comments", text, NOW, burst="lane:1")
    library.history.undo(NOW)
    assert library.hauls.get(slug).lanes[0].text == ""


def test_publishing_freezes_what_later_notes_do_not_change(filled: Library) -> None:
    filled.triage.star(1, NOW)
    issue = filled.hauls.publish("haul-1", frozen(filled, "haul-1"), NOW + DAY)
    filled.notes.write(1, "another thought", NOW)
    assert filled.hauls.get("haul-1") == issue
    assert issue.text == "---\nhaul-1\n"
    assert (issue.state, issue.published_at) == ("published", NOW + DAY)
    assert filled.items.get(1).covered == filled.items.row(1).covered == ("haul-1",)
    assert filled.hauls.open_issue() is None
    (light,) = filled.hauls.all()
    assert light.text is None
    assert light.cards == (Card(item_id=1, lane="Papers"),)


def test_a_date_set_by_hand_is_the_date_of_publishing(library: Library) -> None:
    slug = library.hauls.new_issue(None, NOW).slug
    library.hauls.edit(slug, NOW, published_at=NOW - DAY)
    assert library.hauls.publish(slug, frozen(library, slug), NOW).published_at == NOW - DAY


def test_publishing_undone_opens_the_issue_again_and_can_differ_next_time(
    filled: Library,
) -> None:
    filled.triage.star(1, NOW)
    before = filled.hauls.get("haul-1")
    filled.hauls.publish("haul-1", frozen(filled, "haul-1"), NOW)
    filled.history.undo(NOW)
    assert filled.hauls.get("haul-1") == before
    assert filled.hauls.covered(1) == ()
    filled.hauls.add_card("haul-1", 2, None, NOW)
    second = filled.hauls.publish("haul-1", frozen(filled, "haul-1"), NOW)
    assert [card.item_id for card in filled.hauls.get("haul-1").cards] == [1, 2]
    filled.history.undo(NOW)
    filled.history.redo(NOW)
    assert filled.hauls.get("haul-1") == second


def test_a_published_issue_does_not_change(filled: Library) -> None:
    filled.triage.star(1, NOW)
    issue = filled.hauls.publish("haul-1", frozen(filled, "haul-1"), NOW)
    changes: list[Callable[[], object]] = [
        lambda: filled.hauls.add_card("haul-1", 2, None, NOW),
        lambda: filled.hauls.remove_card("haul-1", 1, NOW),
        lambda: filled.hauls.move_card("haul-1", 1, 1, NOW),
        lambda: filled.hauls.write_lane("haul-1", "Comments", "x", NOW),
        lambda: filled.hauls.edit("haul-1", NOW, title="x"),
        lambda: filled.hauls.publish("haul-1", issue, NOW),
    ]
    for change in changes:
        with pytest.raises(LibraryError, match="is published"):
            change()
    assert filled.hauls.get("haul-1") == issue


def test_an_import_marks_read_and_covered_and_stars_nothing(filled: Library) -> None:
    haul = filled.hauls.import_issues([imported("old-1", 1, 2, 2)], NOW)[0]
    for item_id in (1, 2):
        item = filled.items.get(item_id)
        assert item.is_read
        assert item.covered == ("old-1",)
        assert not item.is_starred
    assert filled.hauls.waiting() == ()
    assert filled.hauls.get("old-1") == haul
    assert [card.text for _, card in filled.hauls.covered_cards(2)] == [
        "old-1 on 2, card 2",
        "old-1 on 2, card 3",
    ]
    assert filled.hauls.covered_cards(3) == ()


def test_an_import_never_overwrites_what_the_person_wrote(filled: Library) -> None:
    filled.notes.write(1, "mine", NOW)
    filled.hauls.import_issues([imported("old-1", 1, 2)], NOW)
    note = filled.notes.get(1)
    assert note is not None
    assert note.text == "mine"
    begun = filled.notes.get(2)
    assert begun is not None
    assert (begun.text, begun.started_from) == ("old-1 on 2, card 2", "old-1")
    filled.notes.write(2, "edited", NOW)
    filled.hauls.import_issues([imported("old-2", 2, days=-1)], NOW)
    edited = filled.notes.get(2)
    assert edited is not None
    assert (edited.text, edited.started_from) == ("edited", None)


@pytest.mark.parametrize("order", [("older", "newer"), ("newer", "older")])
def test_an_untouched_note_is_that_of_the_newest_card(
    filled: Library, order: tuple[str, str]
) -> None:
    days = {"older": -60, "newer": -30}
    for slug in order:
        filled.hauls.import_issues([imported(slug, 1, days=days[slug])], NOW)
    note = filled.notes.get(1)
    assert note is not None
    assert note.started_from == "newer"
    assert filled.hauls.covered(1) == ("older", "newer")


def test_importing_a_slug_again_replaces_it(filled: Library) -> None:
    first = filled.hauls.import_issues([imported("old-1", 1, 2)], NOW)[0]
    second = filled.hauls.import_issues([imported("old-1", 2, 3)], NOW)[0]
    assert second.id == first.id
    assert [haul.slug for haul in filled.hauls.all()] == ["old-1"]
    assert [filled.hauls.covered(item_id) for item_id in (1, 2, 3)] == [
        (),
        ("old-1",),
        ("old-1",),
    ]
    filled.history.undo(NOW)
    assert filled.hauls.get("old-1") == first
    assert filled.hauls.covered(1) == ("old-1",)


def test_importing_the_same_file_again_is_no_step(filled: Library) -> None:
    filled.hauls.import_issues([imported("old-1", 1)], NOW)
    steps = filled.history.history()
    filled.hauls.import_issues([imported("old-1", 1)], NOW)
    assert filled.history.history() == steps


def test_a_post_has_no_cards_and_no_series(library: Library) -> None:
    post = library.hauls.import_issues([imported("about", lanes=())], NOW)[0]
    assert library.hauls.get("about") == post
    assert post.text == "the file of about"
    assert library.hauls.open_issue() is None


def test_an_issue_removed_covers_nothing_and_keeps_the_notes(filled: Library) -> None:
    filled.hauls.import_issues([imported("old-1", 1)], NOW)
    filled.hauls.remove("old-1", NOW)
    assert filled.hauls.covered(1) == ()
    assert filled.notes.get(1) is not None
    assert filled.items.is_read(1)
    with pytest.raises(UnknownKeyError) as unknown:
        filled.hauls.get("old-1")
    assert unknown.value.hint


def test_issues_are_listed_oldest_first_and_the_open_one_last(filled: Library) -> None:
    filled.hauls.new_issue(None, NOW)
    filled.hauls.import_issues([imported("b", 1, days=-1)], NOW)
    filled.hauls.import_issues([imported("a", 1, days=-9)], NOW)
    filled.hauls.import_issues([imported("undated", 1, published_at=None)], NOW)
    assert [haul.slug for haul in filled.hauls.all()] == ["undated", "a", "b", "haul-1"]


def test_starred_items_in_no_issue_wait_in_the_order_they_were_starred(filled: Library) -> None:
    for number, item_id in enumerate((3, 1, 2)):
        filled.triage.star(item_id, NOW + number * DAY)
    filled.hauls.remove("haul-1", NOW)
    assert filled.hauls.waiting() == (3, 1, 2)
    filled.hauls.new_issue(None, NOW)
    assert filled.hauls.waiting() == (3, 1, 2)
    filled.hauls.add_card("haul-1", 1, None, NOW)
    assert filled.hauls.waiting() == (3, 2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda hauls: hauls.get("none"),
        lambda hauls: hauls.add_card("none", 1, None, NOW),
        lambda hauls: hauls.add_card("haul-1", 99, None, NOW),
        lambda hauls: hauls.remove_card("haul-1", 1, NOW),
        lambda hauls: hauls.move_card("haul-1", 1, 1, NOW),
        lambda hauls: hauls.write_lane("none", "a", "b", NOW),
        lambda hauls: hauls.remove("none", NOW),
        lambda hauls: hauls.new_issue(9, NOW),
        lambda hauls: hauls.use(9, NOW),
        lambda hauls: hauls.edit_series(9, NOW, title="x"),
        lambda hauls: hauls.remove_series(9, NOW),
        lambda hauls: hauls.import_issues([imported("x", 99)], NOW),
        lambda hauls: hauls.import_issues([imported("x", 1, series_id=9)], NOW),
    ],
)
def test_a_name_nobody_knows_is_said_and_changes_nothing(filled: Library, ask: object) -> None:
    filled.hauls.new_issue(None, NOW)
    steps = filled.history.history()
    with pytest.raises(UnknownKeyError):
        ask(filled.hauls)  # type: ignore[operator]
    assert filled.history.history() == steps
