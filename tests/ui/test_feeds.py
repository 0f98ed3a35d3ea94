"""The list of feeds, and every way to look after one."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hauler_tui.domain.feed import FeedState, Outcome, Unchanged, Updated
from hauler_tui.library.library import Library
from hauler_tui.sources import fetching
from hauler_tui.sources.settings import FetchSettings, Job
from hauler_tui.ui.screens.feeds import FeedsPage
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader, Reader

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What was fetched; every feed brings paper 40 more than its number."""
    jobs: list[Job] = []

    async def fetch_all(
        wanted: Sequence[Job], settings: FetchSettings, now: datetime, **_: object
    ) -> AsyncGenerator[Outcome, None]:
        for job in wanted:
            jobs.append(job)
            state = FeedState(fetched_at=now, due_at=now + HOUR)
            entries = (make_entry(40 + job.feed_id),)
            yield Updated(feed_id=job.feed_id, state=state, title="Its name", entries=entries)

    monkeypatch.setattr(fetching, "fetch_all", fetch_all)
    return jobs


def lines(reader: Reader) -> list[str]:
    """The lines of feeds that are shown."""
    return [line for line in reader.shown().splitlines() if "feed" in line.lower()]


async def choose(reader: Reader, place: int, text: str) -> None:
    """Edit the feed under the cursor: one of the choices, and what to type there."""
    await reader.press("e")
    await reader.press(*["j"] * place, "enter")
    await reader.press("end", "ctrl+u")
    await reader.type(text)
    await reader.press("enter")


async def test_feeds_are_listed_with_how_they_fare_and_what_is_unread(
    open_reader: OpenReader, library: Library
) -> None:
    bad = library.feeds.add("https://me:pw@example.org/bad.xml", at=NOW)
    next_year = NOW + timedelta(days=366)
    state = FeedState(error="there is no such feed (404)", due_at=next_year, failures=1)
    library.feeds.record(Unchanged(feed_id=bad.id, state=state), NOW)
    library.triage.mark_read([1], True, NOW)
    async with open_reader() as reader:
        await reader.press("L")
        assert isinstance(reader.pilot.app.screen, FeedsPage)
        await reader.until(lambda: "     5  A feed" in reader.shown())
        assert "2 · 1 due · 1 failed" in reader.shown()
        assert "pw" not in reader.shown()
        await reader.press("j")
        assert f"never fetched · due {next_year.astimezone():%-d %B %Y %H:%M}" in reader.shown()
        assert "there is no such feed (404)" in reader.shown()
        await reader.press("escape")
        assert "there is no such feed (404)" not in reader.shown()


async def test_a_long_name_takes_the_room_that_its_line_leaves(
    open_reader: OpenReader, library: Library
) -> None:
    name = "A feed whose name is longer than half of the line by some words"
    library.feeds.add("https://a.example/feed", title=name, at=NOW)
    library.feeds.add("https://b.example/feed", title=name, tags=("t" * 60,), at=NOW)
    async with open_reader() as reader:
        await reader.press("L")
        whole, short = [line for line in lines(reader) if "A feed whose" in line]
        assert name in whole
        assert name not in short


@pytest.mark.parametrize(
    ("key", "told"),
    [("L", ("enter space", "Refresh what is due")), ("C", ("Next gap", "Fill all gaps"))],
)
async def test_a_question_mark_tells_the_keys_of_a_page_and_closes_again(
    open_reader: OpenReader, library: Library, key: str, told: tuple[str, ...]
) -> None:
    library.feeds.add("https://rss.arxiv.org/rss/cs.CL", at=NOW)
    async with open_reader() as reader:
        await reader.press(key)
        page = reader.pilot.app.screen
        await reader.press("question_mark")
        for words in told:
            assert words in reader.shown()
        await reader.press("question_mark")
        assert reader.pilot.app.screen is page


async def test_without_a_network_a_adds_what_looks_like_a_feed_and_says_so(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*arguments: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("socket.getaddrinfo", lost)
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr(
        "hauler_tui.ui.screens.feeds.FeedActions.refresh_feeds",
        lambda self, ids=None, **options: asked.append(ids),
    )
    async with open_reader() as reader:
        await reader.press("L", "a", *"https://blog.example/feed.xml", "enter")
        await reader.until(lambda: "seems to be offline" in reader.shown())
        assert library.feeds.get(2).url == "https://blog.example/feed.xml"
        assert asked == [(2,)]


async def test_enter_shows_the_items_of_the_feed(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("L", "enter")
        assert reader.screen.incoming.filter_box.value == "feed:1"
        assert len(reader.titles) == 6


async def test_without_feeds_the_list_says_how_to_add_one(
    open_reader: OpenReader, library: Library
) -> None:
    library.feeds.remove(1, NOW)
    async with open_reader() as reader:
        await reader.press("L")
        assert "No feeds yet: a adds one." in reader.shown()
        await reader.press("enter", "e", "d", "m", "r", "j")
        assert isinstance(reader.pilot.app.screen, FeedsPage)


async def test_muting_takes_the_items_out_of_the_list_and_u_brings_them_back(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("L", "m")
        assert library.feeds.get(1).is_muted
        assert "muted" in reader.shown()
        await reader.until(lambda: reader.screen.incoming.list.ids.tolist() in ([], [1]))
        await reader.press("u")
        assert not library.feeds.get(1).is_muted
        await reader.press("ctrl+r", "u", "escape")
        await reader.until(lambda: len(reader.titles) == 6)


async def test_a_feed_is_removed_and_brought_back(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("L", "d")
        assert library.feeds.all() == ()
        assert "6 items hidden" in reader.shown()
        await reader.press("u", "escape")
        assert len(library.feeds.all()) == 1
        await reader.until(lambda: len(reader.titles) == 6)


async def test_one_feed_is_fetched_though_it_is_not_due(
    open_reader: OpenReader, library: Library, asked: list[Job]
) -> None:
    other = library.feeds.add("https://example.org/other.xml", title="Other", at=NOW)
    for feed_id in (1, other.id):
        later = FeedState(due_at=NOW + HOUR)
        library.feeds.record(Unchanged(feed_id=feed_id, state=later), NOW)
    async with open_reader() as reader:
        await reader.press("L", "j", "r")
        await reader.until(lambda: library.items.count() == 7)
        assert [(job.feed_id, job.forced) for job in asked] == [(other.id, True)]
        await reader.press("R", "escape")
        await reader.until(lambda: not reader.screen.is_refreshing)
        assert len(asked) == 1


async def test_name_tags_interval_days_and_address_are_edited(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("L")
        for place, text in enumerate(("Mine", "a, b,a", "2h", "30")):
            await choose(reader, place, text)
        await choose(reader, 5, "https://example.org/new.xml")
        feed = library.feeds.get(1)
        assert (feed.title, feed.tags, feed.interval_minutes, feed.keep_days, feed.url) == (
            "Mine", ("a", "b"), 120, 30, "https://example.org/new.xml",
        )  # fmt: skip
        await choose(reader, 2, "soon")
        assert "is no interval" in reader.shown()
        assert library.feeds.get(1) == feed
        await reader.press("e", "escape", "e", "enter", "escape")
        assert library.feeds.get(1) == feed


async def test_a_feed_that_is_gone_is_revived(open_reader: OpenReader, library: Library) -> None:
    gone = FeedState(gone_at=NOW, error="gone for good (410)")
    library.feeds.record(Unchanged(feed_id=1, state=gone), NOW)
    async with open_reader() as reader:
        await reader.press("L")
        assert " gone " in reader.shown()
        await reader.press("e", *["j"] * 6, "enter")
        assert library.feeds.state(1) == replace(gone, gone_at=None, error=None)


async def test_a_feed_is_added_and_fetched_at_once(
    open_reader: OpenReader, library: Library, asked: list[Job]
) -> None:
    async with open_reader() as reader:
        await reader.press("L", "a")
        await reader.type("arxiv:cs.CL")
        await reader.press("enter")
        await reader.until(lambda: [job.feed_id for job in asked] == [2])
        await reader.until(lambda: library.items.count() == 7)
        await reader.press("a")
        await reader.type("no address")
        await reader.press("enter")
        await reader.until(lambda: "is not an address" in reader.shown())
        await reader.press("a", "escape")
        assert len(library.feeds.all()) == 2


async def test_the_page_fits_a_small_terminal(open_reader: OpenReader) -> None:
    async with open_reader(size=(80, 24)) as reader:
        await reader.press("L")
        await reader.until(lambda: any("     6  A feed" in line for line in lines(reader)))
        assert all(len(line) <= 80 for line in reader.shown().splitlines())
