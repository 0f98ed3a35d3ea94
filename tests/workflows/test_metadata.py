"""From captured links to titles: the queue through real processes against a loopback server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.lookup import Finding
from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings, Services
from hauler_tui.workflows.capture import capture
from hauler_tui.workflows.metadata import LookupProgress, LookupReport, look_up
from tests.factories import NOW
from tests.sources.knowers import Knowers, reply
from tests.sources.server import Handler, Reply, serving

SETTINGS = FetchSettings(allow_private_networks=True)


@pytest.fixture
def arxiv() -> Iterator[Knowers]:
    with serving() as server:
        yield Knowers(server, is_local=True)


@pytest.fixture
def pages() -> Iterator[Knowers]:
    with serving() as server:
        yield Knowers(server, is_local=True)


def paper_link(number: int) -> str:
    return f"https://arxiv.org/abs/2605.{number:05}"


async def looked_up(
    library: Library,
    services: Services,
    *,
    at: datetime = NOW,
    settings: FetchSettings = SETTINGS,
    progress: list[LookupProgress] | None = None,
    only: tuple[int, ...] | None = None,
) -> LookupReport:
    told = progress if progress is not None else []
    return await look_up(
        library, only, clock=lambda: at, settings=settings, services=services, progress=told.append
    )


async def test_links_become_works_with_titles_and_the_rest_stays_marked(
    tmp_path: Path, arxiv: Knowers, pages: Knowers
) -> None:
    arxiv.papers = {f"2605.{number:05}": f"Paper {number}" for number in range(1, 151)}
    post = pages.page("/post", "<title>A post</title>")
    login = pages.page("/login", "<title>Log in</title>")
    told: list[LookupProgress] = []
    with Library.open(tmp_path) as library:
        ids = capture(library, [*map(paper_link, range(1, 152)), post, login], at=NOW).ids
        report = await looked_up(library, arxiv.services, progress=told)
        assert report.sentence() == "151 of 153 links looked up, 2 not to be resolved"
        assert ("arXiv has no paper 2605.00151", "check its number") in report.reasons
        assert library.items.get(ids[0]).entry.title == "Paper 1"
        assert library.items.get(ids[151]).entry.title == "A post"
        lookup = library.lookups.get(ids[152])
        assert lookup is not None
        assert lookup.reason == "127.0.0.1 shows a login page instead of the page"
        assert library.items.get(ids[152]).entry.title == ""
    assert sorted(len(batch) for batch in arxiv.batches) == [51, 100]
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert (told[-1].done, told[-1].total, told[-1].found) == (153, 153, 151)
    assert ids[0] in {each for one in told for each in one.changed}


async def test_papers_are_asked_for_where_the_configuration_has_arxivs_api(
    tmp_path: Path, arxiv: Knowers
) -> None:
    arxiv.papers = {"2605.00001": "Paper 1"}
    settings = replace(SETTINGS, arxiv_api=arxiv.services.arxiv)
    with Library.open(tmp_path) as library:
        capture(library, [paper_link(1)], at=NOW)
        report = await look_up(library, clock=lambda: NOW, settings=settings)
        assert report.sentence() == "1 of 1 link looked up"
    assert arxiv.batches == [["2605.00001"]]


async def test_a_restart_asks_for_nothing_again(tmp_path: Path, arxiv: Knowers) -> None:
    arxiv.papers = {"2605.00001": "Paper 1"}
    with Library.open(tmp_path) as library:
        capture(library, map(paper_link, (1, 2)), at=NOW)
        await looked_up(library, arxiv.services)
    for hours in (0, 1, 23):
        with Library.open(tmp_path) as library:
            report = await looked_up(library, arxiv.services, at=NOW + timedelta(hours=hours))
            assert report == LookupReport()
    assert len(arxiv.batches) == 1
    with Library.open(tmp_path) as library:
        await looked_up(library, arxiv.services, at=NOW + timedelta(days=1))
    assert arxiv.batches[1:] == [["2605.00002"]]


async def test_rate_exceeded_for_hours_holds_arxiv_only_and_the_queue_goes_on_later(
    tmp_path: Path, arxiv: Knowers, pages: Knowers
) -> None:
    arxiv.papers = {"2605.00001": "Paper 1", "2605.00002": "Paper 2"}
    knows = arxiv.server.routes["/api/query"]
    arxiv.server.routes["/api/query"] = Reply(b"Rate exceeded.", 429)
    post = pages.page("/post", "<title>A post</title>")
    at = NOW
    with Library.open(tmp_path) as library:
        ids = capture(library, [paper_link(1), post], at=NOW).ids
        report = await looked_up(library, arxiv.services)
        assert report.sentence() == "1 of 2 links looked up, 1 later"
        assert library.items.get(ids[1]).entry.title == "A post"
        # What is captured meanwhile waits with the others.
        (later,) = capture(library, [paper_link(2)], at=NOW).ids
        report = await looked_up(library, arxiv.services, at=NOW + timedelta(minutes=1))
        assert (report.asked, report.waiting) == (1, 1)
        lookup = library.lookups.get(later)
        assert lookup is not None
        assert re.match(r"127\.0\.0\.1\S* asked to be left alone$", lookup.reason)
        assert lookup.due_at is not None
        again = f"again from {lookup.due_at.astimezone():%Y-%m-%d %H:%M}"
        assert report.reasons == ((lookup.reason, again),)
        for hours in (0.5, 1, 2, 4):
            at += timedelta(hours=hours) * 1.25
            report = await looked_up(library, arxiv.services, at=at)
            assert report.waiting == 2
    assert len(arxiv.server.asked) == 5
    arxiv.server.routes["/api/query"] = knows
    with Library.open(tmp_path) as library:
        report = await looked_up(library, arxiv.services, at=at + timedelta(hours=10))
        assert report.found == 2
        assert library.lookups.count() == 0


async def test_without_a_network_everything_stays_and_goes_on_later(
    tmp_path: Path, arxiv: Knowers
) -> None:
    nowhere = Services(arxiv="http://127.0.0.1:9/api/query", doi="http://127.0.0.1:9")
    arxiv.papers = {"2605.00001": "Paper 1"}
    with Library.open(tmp_path) as library:
        links = [paper_link(1), "https://doi.org/10.1000/x"]
        ids = capture(library, links, at=NOW).ids
        report = await looked_up(library, nowhere)
        assert report.is_offline
        assert report.sentence() == "no network: 2 links stay to be looked up later"
        for item_id in ids:
            lookup = library.lookups.get(item_id)
            assert lookup is not None
            assert lookup.tries == 0
            assert lookup.reason.startswith("the connection to 127.0.0.1 failed")
        assert await looked_up(library, arxiv.services) == LookupReport()
        soon = NOW + timedelta(minutes=10)
        report = await looked_up(library, arxiv.services, at=soon)
        assert report.found == 1
        assert library.items.get(ids[0]).entry.title == "Paper 1"


async def test_what_is_left_in_the_middle_goes_on_where_it_was(
    tmp_path: Path, arxiv: Knowers, pages: Knowers
) -> None:
    arxiv.papers = {"2605.00001": "Paper 1"}
    pages.page("/quick", "<title>Quick</title>")
    reached = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stuck(handler: Handler) -> None:
        loop.call_soon_threadsafe(reached.set)
        pages.server.stopped.wait(30)
        reply(handler, Reply(b""))

    pages.server.routes["/slow"] = stuck
    urls = [pages.at("", path) for path in ("/slow", "/quick")]
    arrived = asyncio.Event()
    with Library.open(tmp_path) as library:
        ids = capture(library, [paper_link(1), *urls], at=NOW).ids

        def tell(progress: LookupProgress) -> None:
            if progress.found == 2:
                arrived.set()

        task = asyncio.create_task(
            look_up(
                library,
                clock=lambda: NOW,
                settings=SETTINGS,
                services=arxiv.services,
                progress=tell,
            )
        )
        await arrived.wait()
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    pages.server.stopped.set()
    asked = len(pages.server.asked)
    pages.page("/slow", "<title>Slow</title>")
    with Library.open(tmp_path) as library:
        assert [library.items.get(item_id).entry.title for item_id in ids] == [
            "Paper 1",
            "",
            "Quick",
        ]
        report = await looked_up(library, arxiv.services)
        assert (report.asked, report.found) == (1, 1)
        assert library.items.get(ids[1]).entry.title == "Slow"
    assert len(pages.server.asked) == asked + 1
    assert len(arxiv.batches) == 1


async def test_only_the_named_items_are_looked_up(tmp_path: Path, arxiv: Knowers) -> None:
    arxiv.papers = {"2605.00001": "Paper 1", "2605.00002": "Paper 2"}
    with Library.open(tmp_path) as library:
        ids = capture(library, map(paper_link, (1, 2)), at=NOW).ids
        report = await looked_up(library, arxiv.services, only=ids[:1])
        assert report.sentence() == "1 of 1 link looked up"
        assert arxiv.batches == [["2605.00001"]]


async def test_after_feeds_their_hosts_rest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, float]] = []

    nothing: tuple[tuple[Finding, ...], ...] = ()

    async def look_up_all(
        *_: object, rested: dict[str, float]
    ) -> AsyncGenerator[tuple[Finding, ...], None]:
        seen.append(rested)
        for findings in nothing:
            yield findings

    monkeypatch.setattr("hauler_tui.sources.lookups.look_up_all", look_up_all)
    with Library.open(tmp_path) as library:
        capture(library, [paper_link(1)], at=NOW)
        for after_feeds in (False, True):
            await look_up(library, clock=lambda: NOW, settings=SETTINGS, after_feeds=after_feeds)
    assert seen == [{}, dict.fromkeys(("arxiv.org", "reddit.com", "api.biorxiv.org"), 0.0)]


async def test_a_host_that_was_asked_before_is_remembered(tmp_path: Path, arxiv: Knowers) -> None:
    with Library.open(tmp_path) as library:
        capture(library, [paper_link(1)], at=NOW)
        await looked_up(library, arxiv.services)
    with Library.open(tmp_path) as library:
        (pause,) = library.lookups.pauses().values()
        assert pause.asked_at == NOW


def test_nothing_to_look_up_says_nothing() -> None:
    assert LookupReport().sentence() == ""
