"""Looking links up through a real process."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import aclosing

import pytest

from hauler_tui.domain.lookup import Broken, Finding, Question
from hauler_tui.sources.lookups import host_of_question, look_up_all
from hauler_tui.sources.settings import FetchSettings, Services
from tests.sources.knowers import NOW, SETTINGS, Knowers, entry_of, papers, question
from tests.sources.server import Server


@pytest.fixture
def local(server: Server) -> Knowers:
    return Knowers(server, papers={"2605.00001": "One"}, is_local=True)


async def looked_up(
    questions: Sequence[Question],
    services: Services,
    settings: FetchSettings = SETTINGS,
    **options: Sequence[str],
) -> dict[int, Finding]:
    stream = look_up_all(questions, settings, services, NOW, rested={}, **options)
    return {one.item_id: one async for findings in stream for one in findings}


async def test_every_question_is_answered_once(local: Knowers) -> None:
    url = local.page("/post", "<title>A post</title>")
    questions = [*papers("2605.00001", "2605.00002"), question(9, f"url:{url}", link=url)]
    told = await looked_up(questions, local.services)
    assert sorted(told) == [1, 2, 9]
    assert entry_of(told[1]).title == "One"
    assert entry_of(told[9]).title == "A post"


async def test_nothing_to_ask_starts_no_process() -> None:
    assert await looked_up([], Services(), command=["/nonexistent"]) == {}


async def test_a_process_that_ends_early_leaves_its_links_for_later(local: Knowers) -> None:
    dying = [sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit('out of luck')"]
    told = await looked_up(papers("2605.00001"), local.services, command=dying)
    finding = told[1]
    assert isinstance(finding, Broken)
    assert not finding.was_reached
    assert finding.reason == "the process that looks links up ended early (out of luck)"
    told = await looked_up(papers("2605.00001"), local.services, command=["/nonexistent"])
    assert isinstance(told[1], Broken)
    assert "could not be started" in told[1].reason


async def test_leaving_early_leaves_no_process_behind(local: Knowers) -> None:
    local.server.routes["/post"] = lambda handler: local.server.stopped.wait(30)
    url = local.at("", "/post")
    questions = [*papers("2605.00001"), question(9, f"url:{url}", link=url)]
    stream = look_up_all(questions, SETTINGS, local.services, NOW, rested={})
    async with aclosing(stream) as answers:
        async for findings in answers:
            assert entry_of(findings[0]).title == "One"
            break
    local.server.stopped.set()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_links_of_one_site_share_a_queue() -> None:
    services = Services()
    hosts = [
        host_of_question(one, services)
        for one in (
            question(1, "arxiv:2605.00001"),
            question(2, "doi:10.1000/x"),
            question(3, "doi:10.64898/2026.01.01.123456"),
            question(4, "doi:10.1101/gad.123"),
            question(5, "pmid:3"),
            question(6, "url:https://old.reddit.com/r/a", link="https://old.reddit.com/r/a"),
            question(7, "url:https://arxiv.org/list/cs", link="https://arxiv.org/list/cs"),
            question(8, "url:https://twitter.com/a", link="https://mobile.twitter.com/a"),
            question(9, "openreview:abc", link="https://openreview.net/forum?id=abc"),
        )
    ]
    assert hosts == [
        "arxiv.org",
        "doi.org",
        "api.biorxiv.org",
        "doi.org",
        "eutils.ncbi.nlm.nih.gov",
        "reddit.com",
        "arxiv.org",
        "",
        "openreview.net",
    ]
