"""Old batches under a new date, in feeds that the library never fetched before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.announcements import eastern
from hauler_tui.domain.entry import Entry
from hauler_tui.library.library import Library
from hauler_tui.workflows.ledger import gaps, notices
from hauler_tui.workflows.repeats import was_announced
from tests.factories import make_entry
from tests.sources.arxivserver import ArXiv, playing
from tests.workflows.test_ledger import Days

MONDAY = date(2026, 5, 4)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    """An arXiv of two days and two categories."""
    played = ArXiv()
    for day in (MONDAY, TUESDAY):
        for category in ("cs.CL", "cs.LG"):
            played.announce(category, day, 6)
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(played))
    with Library.open(tmp_path / "library") as library:
        yield Days(library, played)


def show_all_of_cs(days: Days, batch_of: date, today: date) -> None:
    """Let the feed of the archive hold a day's papers of cs.CL under the date of another."""
    days.arxiv.today = today
    days.arxiv.shown["cs.CL"] = batch_of
    page = days.arxiv.answer("/rss/cs.CL")
    assert page is not None
    days.arxiv.broken["/rss/cs"] = page
    days.arxiv.shown.clear()


async def test_a_stale_batch_on_the_first_day_of_a_feed_is_not_complete(days: Days) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    feed_id = days.subscribe("/rss/cs", TUESDAY)
    show_all_of_cs(days, MONDAY, TUESDAY)
    await days.refresh(TUESDAY)
    now = days.now(TUESDAY)
    assert [(gap.subject, gap.state) for gap in gaps(days.library, now=now)] == [("cs", "stale")]
    (told,) = notices(days.library, now=now)
    assert told.startswith("No new batch of cs today; arXiv is asked again at ")
    due = days.library.feeds.state(feed_id).due_at
    assert due is not None
    assert due <= days.now(TUESDAY, 16)
    show_all_of_cs(days, TUESDAY, TUESDAY)
    await days.refresh(TUESDAY, 16)
    assert gaps(days.library, now=days.now(TUESDAY, 16)) == ()


async def test_a_first_batch_that_nobody_announced_before_is_complete(days: Days) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    days.subscribe("/rss/cs", TUESDAY)
    show_all_of_cs(days, TUESDAY, TUESDAY)
    await days.refresh(TUESDAY)
    assert gaps(days.library, now=days.now(TUESDAY)) == ()


BEFORE, AFTER = eastern(MONDAY, 12), eastern(TUESDAY, 12)


@pytest.mark.parametrize(
    ("known", "at", "batch", "is_old"),
    [
        ("new new", BEFORE, "new new new new new", True),
        ("cross cross", BEFORE, "new new new new new", True),
        ("new new", AFTER, "new new new new new", False),
        ("new", BEFORE, "new new new new new", False),  # filled in a day too early, perhaps
        ("- -", BEFORE, "new new new new new", False),  # by a search, when it was submitted
        ("- - - - -", BEFORE, "new new new new new", True),
        ("new new", BEFORE, "cross cross", False),
        ("", BEFORE, "", False),
    ],
)
def test_what_was_announced_before_is_told_by_how_and_when_it_came(
    tmp_path: Path, known: str, at: datetime, batch: str, is_old: bool
) -> None:
    def entries(kinds: str) -> list[Entry]:
        return [
            make_entry(number, announce=None if kind == "-" else kind)
            for number, kind in enumerate(kinds.split())
        ]

    with Library.open(tmp_path / "library") as library:
        library.items.absorb(entries(known), feed_id=1, at=at)
        library.items.absorb(entries(batch), feed_id=2, at=AFTER)
        assert was_announced(library, entries(batch), TUESDAY) is is_old


def test_a_new_version_of_a_paper_that_came_before_is_news(tmp_path: Path) -> None:
    first = [make_entry(number, version=1) for number in range(3)]
    second = [make_entry(number, version=2, announce="replace") for number in range(3)]
    with Library.open(tmp_path / "library") as library:
        library.items.absorb(first, feed_id=1, at=BEFORE)
        library.items.absorb(second, feed_id=1, at=AFTER)
        assert not was_announced(library, second, TUESDAY)
        assert was_announced(library, second, TUESDAY + timedelta(days=1))


def test_a_batch_of_links_captured_by_hand_is_news(tmp_path: Path) -> None:
    papers = [make_entry(number) for number in range(3)]
    with Library.open(tmp_path / "library") as library:
        library.items.absorb(papers, feed_id=None, at=BEFORE)
        library.items.absorb(papers, feed_id=1, at=AFTER)
        assert not was_announced(library, papers, TUESDAY)
