from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hauler_tui.domain.item import Sighting, Version
from hauler_tui.domain.news import Following, Paper, happened
from tests.factories import NOW, make_work

BEFORE, AFTER = NOW - timedelta(days=9), NOW + timedelta(days=9)


def versions(*seen: tuple[int, datetime]) -> tuple[Version, ...]:
    return tuple(Version(number=number, seen_at=at) for number, at in seen)


def kinds(text: str = "A note.", **changes: Any) -> list[str]:
    return [one.name for one in happened(make_work(**changes), NOW, text)]


def test_nothing_happened_to_most_works() -> None:
    assert kinds() == []
    assert kinds(versions=versions((1, BEFORE), (2, BEFORE))) == []


def test_a_withdrawal_is_told_alone_and_only_where_the_text_does_not() -> None:
    withdrawn = {"comment": "Withdrawn by the authors", "journal": "Nature 600 (2026)"}
    assert kinds(**withdrawn) == ["withdrawn"]
    assert kinds("It was withdrawn.", **withdrawn) == []


def test_each_newer_version_is_other_news() -> None:
    assert kinds(versions=versions((1, BEFORE), (2, AFTER))) == ["replaced:2"]
    assert kinds(versions=versions((1, BEFORE), (2, AFTER), (3, AFTER))) == ["replaced:3"]


def test_a_version_heard_of_when_an_old_preprint_is_looked_up_is_no_news() -> None:
    assert kinds(versions=versions((5, AFTER))) == []
    announced = (Sighting(feed_id=1, announce="replace", seen_at=AFTER),)
    assert kinds(versions=versions((5, AFTER)), sightings=announced) == ["replaced:5"]


@pytest.mark.parametrize(
    ("journal", "told"),
    [
        ("Nature 600, 12 (2026)", ["published"]),
        ("Nature", ["published"]),
        ("Nature 500, 7 (2019)", []),
    ],
)
def test_a_journal_of_an_earlier_year_was_known_then(journal: str, told: list[str]) -> None:
    assert kinds(journal=journal) == told
    assert kinds("In Nature now.", journal=journal) == []


def paper(number: int, title: str, *authors: str, date: datetime = NOW) -> Paper:
    return Paper(id=number, date=date, title=title, authors=authors)


COVERED = paper(1, "Beetle wings in flight", "Ada Byron", "Grace Murray", "Mary Fair")


@pytest.mark.parametrize(
    ("title", "authors", "date", "follows"),
    [
        ("More on beetle legs", ("New Person", "Ada Byron", "Mary Fair"), AFTER, True),
        ("More on beetle legs", ("Ada Byron", "New Person"), AFTER, False),
        ("More on beetle legs", ("Grace Murray", "Mary Fair"), AFTER, False),
        ("Something else at all", ("Ada Byron", "Mary Fair"), AFTER, False),
        ("More on beetle legs", ("Ada Byron", "Mary Fair"), BEFORE, False),
        ("Theory in it", ("Ada Byron", "Mary Fair"), AFTER, False),
    ],
)
def test_a_work_follows_by_first_author_another_one_a_word_and_time(
    title: str, authors: tuple[str, ...], date: datetime, follows: bool
) -> None:
    found = Following([COVERED]).followed_by(authors, title, date)
    assert [one.id for one in found] == ([1] if follows else [])


@pytest.mark.parametrize(
    ("authors", "date", "is_theirs"),
    [
        (("Mary Fair", "Ada Byron", "Grace Murray"), AFTER, True),
        (("New Person", "Ada Byron", "Grace Murray", "Mary Fair"), AFTER, True),
        (("A New", "B New", "Ada Byron", "Grace Murray", "Mary Fair"), AFTER, False),
        (("Ada Byron", "Grace Murray"), AFTER, False),
        (("Ada Byron", "Grace Murray", "Mary Fair"), BEFORE, False),
    ],
)
def test_the_same_people_are_all_of_them_and_few_others(
    authors: tuple[str, ...], date: datetime, is_theirs: bool
) -> None:
    assert (Following([COVERED]).by_same_people(authors, date) == [COVERED]) is is_theirs


def test_a_word_that_many_covered_titles_have_shows_nothing() -> None:
    others = [paper(n, f"Beetle number{n}", "Else Where", "No Body") for n in range(2, 9)]
    following = Following([COVERED, *others])
    assert following.followed_by(("Ada Byron", "Mary Fair"), "Beetle legs", AFTER) == []
    assert following.followed_by(("Ada Byron", "Mary Fair"), "Beetle wings", AFTER) == [COVERED]


def test_a_paper_of_one_author_or_of_a_hundred_is_not_followed() -> None:
    crowd = tuple(f"Author {n}" for n in range(100))
    following = Following([paper(1, "Beetle", "Ada Byron"), paper(2, "Beetle", *crowd)])
    assert following.since is None
    assert following.followed_by(crowd, "Beetle", AFTER) == []
