"""Feeds, lookups and the filling of days keep one pace with a host, and one silence."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState
from hauler_tui.domain.lookup import Finding, Found, Held, Question
from hauler_tui.library.library import Library
from hauler_tui.workflows import patience
from hauler_tui.workflows.capture import capture
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.ledger import Gap
from hauler_tui.workflows.metadata import look_up
from tests.factories import NOW, make_entry
from tests.sources.server import Reply, serving
from tests.workflows.polling import SETTINGS, Polls, feed_of

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
PAPER = "https://arxiv.org/abs/2605.00001"
SEARCH = "/api/query?search_query=all:x"
API = "export.arxiv.org"


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Polls]:
    with serving() as server:
        server.add("/feed", Reply(feed_of("One")))
        server.add(SEARCH, Reply(feed_of("Two")))
        yield Polls(server, monkeypatch)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, dict[str, float]]]:
    """How many questions each queue of lookups put, and which hosts rested how long before."""
    told: list[tuple[int, dict[str, float]]] = []
    nothing: tuple[tuple[Finding, ...], ...] = ()

    async def look_up_all(
        questions: list[Question], *_: object, rested: dict[str, float]
    ) -> AsyncGenerator[tuple[Finding, ...], None]:
        told.append((len(questions), rested))
        for findings in nothing:
            yield findings

    monkeypatch.setattr("hauler_tui.sources.lookups.look_up_all", look_up_all)
    return told


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def refused(library: Library, seconds: float | None = None) -> None:
    """Somebody looked a paper up, and arXiv did not want to be asked."""
    (item_id,) = capture(library, [PAPER], at=NOW).ids
    held = Held(item_id=item_id, host="arxiv.org", reason="no", wait_seconds=seconds)
    library.lookups.record([held], NOW)


def test_a_refresh_keeps_the_pace_after_another_one(polls: Polls, library: Library) -> None:
    library.feeds.add(polls.url("/feed", "rss.arxiv.org"), at=NOW)
    polls(library, NOW)
    assert polls.pauses == []
    polls(library, NOW + SECOND, force=True)
    (pause,) = polls.pauses
    assert 1.9 < pause <= 3.0


def test_a_refresh_keeps_the_pace_after_lookups(polls: Polls, library: Library) -> None:
    (item_id,) = capture(library, [PAPER], at=NOW).ids
    entry = make_entry(aliases=("arxiv:2605.00001",))
    library.lookups.record([Found(item_id=item_id, host="arxiv.org", entry=entry)], NOW)
    library.feeds.add(polls.url("/feed", "rss.arxiv.org"), at=NOW)
    polls(library, NOW + SECOND)
    assert polls.pauses == [2.0]


async def test_lookups_keep_the_pace_after_feeds_and_fillings(
    library: Library, asked: list[tuple[int, dict[str, float]]]
) -> None:
    capture(library, [PAPER], at=NOW)
    remember = patience.remembering(library, NOW)
    for url in (f"https://{API}/api/query", "https://blog.example/feed", "http://127.0.0.1/feed"):
        remember(url)
    await look_up(library, clock=at(NOW + HOUR), settings=SETTINGS)
    ((count, rested),) = asked
    assert (count, list(rested)) == (1, ["arxiv.org"])
    assert 3_590 < rested["arxiv.org"] <= 3_600


def test_a_clock_that_was_put_back_makes_nobody_wait_for_long(library: Library) -> None:
    library.lookups.note_asked("arxiv.org", NOW + HOUR)
    assert patience.rested(library, NOW) == {"arxiv.org": 0.0}


def test_a_search_waits_with_the_lookups_that_its_host_refused_and_other_feeds_do_not(
    polls: Polls, library: Library
) -> None:
    refused(library, 3_600)
    search = library.feeds.add(polls.url(SEARCH, API), at=NOW)
    daily = library.feeds.add(polls.url("/feed", "rss.arxiv.org"), at=NOW)
    report = polls(library, NOW + SECOND)
    assert [one.outcome for one in report.feeds] == ["waiting", "updated"]
    assert [one.path for one in polls.asked] == ["/feed"]
    state = library.feeds.state(search.id)
    assert (state.due_at, state.asks_patience) == (NOW + HOUR, API)
    assert library.feeds.due(NOW + SECOND) == ()
    assert library.feeds.state(daily.id).error is None
    polls(library, NOW + SECOND, search.id, force=True)
    assert [one.path for one in polls.asked] == [SEARCH]


def test_our_own_pace_with_a_host_is_no_refusal(polls: Polls, library: Library) -> None:
    (item_id,) = capture(library, ["https://www.reddit.com/r/x/comments/1/y/"], at=NOW).ids
    held = Held(
        item_id=item_id, host="reddit.com", reason="later", wait_seconds=60.0, is_refusal=False
    )
    library.lookups.record([held], NOW)
    assert patience.closed(library, NOW, SETTINGS) == {}


async def test_a_filling_waits_with_the_lookups_unless_it_is_forced(library: Library) -> None:
    refused(library, 3_600)
    feed = library.feeds.add("https://rss.arxiv.org/rss/cs.CL", at=NOW)
    gap = Gap(subject="cs.CL", day=NOW.date(), state="missing", feed=feed, record=None)
    mirror = replace(SETTINGS, arxiv_oai="http://127.0.0.1:9/oai")
    library.ledger.harvests.keep_state(FeedState(due_at=NOW + HOUR), at=NOW)
    report = await fill(library, [gap], now=NOW + SECOND, settings=mirror)
    assert (report.left, (report.error or "")[:34]) == (
        (gap,),
        "arXiv asked to be left alone until",
    )
    assert patience.until(patience.closed(library, NOW, SETTINGS)[API]) == NOW + HOUR


@pytest.mark.parametrize("is_filling", [True, False])
async def test_lookups_wait_with_a_filling_or_a_search_that_was_refused(
    library: Library, asked: list[tuple[int, dict[str, float]]], is_filling: bool
) -> None:
    (item_id,) = capture(library, [PAPER], at=NOW).ids
    state = FeedState(due_at=NOW + HOUR, wait_until=NOW + HOUR, asks_patience=API)
    if is_filling:
        library.ledger.keep_api_state(state, at=NOW)
    else:
        feed = library.feeds.add(f"https://{API}{SEARCH}", at=NOW)
        patience.put_off(library, feed, FeedState(), state, NOW)
    report = await look_up(library, clock=at(NOW + SECOND), settings=SETTINGS)
    assert (report.asked, report.waiting) == (1, 1)
    lookup = library.lookups.get(item_id)
    assert lookup is not None
    assert lookup.due_at == NOW + HOUR
    assert library.lookups.pauses()["arxiv.org"].failures == 0
    await look_up(library, clock=at(NOW + HOUR), settings=SETTINGS)
    assert [count for count, _ in asked] == [0, 1]


async def test_pages_wait_with_the_feeds_of_their_host_and_no_other_pages_do(
    library: Library, asked: list[tuple[int, dict[str, float]]]
) -> None:
    capture(library, ["https://blog.example/post", "https://other.example/post"], at=NOW)
    feed = library.feeds.add("https://blog.example/feed", at=NOW)
    patience.put_off(library, feed, FeedState(), FeedState(due_at=NOW + HOUR), NOW)
    daily = library.feeds.add("https://rss.arxiv.org/rss/cs.CL", at=NOW)
    patience.put_off(library, daily, FeedState(), FeedState(due_at=NOW + HOUR), NOW)
    capture(library, [PAPER], at=NOW)
    report = await look_up(library, clock=at(NOW + SECOND), settings=SETTINGS)
    again = f"again from {(NOW + HOUR).astimezone():%Y-%m-%d %H:%M}"
    assert report.reasons == (("blog.example asked to be left alone", again),)
    assert [count for count, _ in asked] == [2]


def test_what_told_of_the_longest_pause_counts(library: Library) -> None:
    refused(library, 60)
    library.ledger.keep_api_state(FeedState(due_at=NOW + HOUR), at=NOW)
    state = patience.closed(library, NOW, SETTINGS)[API]
    assert (state.due_at, state.wait_until) == (NOW + HOUR, None)
    assert patience.closed(library, NOW + HOUR, SETTINGS) == {}
