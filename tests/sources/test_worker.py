"""The work of one worker, run inside the test's own process."""

from __future__ import annotations

import contextlib
import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated, Waiting
from hauler_tui.sources import downloading, outcomes, worker
from hauler_tui.sources.http import Answer
from hauler_tui.sources.messages import Decoder, Order
from hauler_tui.sources.pacing import Pacer
from hauler_tui.sources.settings import FetchSettings, Job
from tests.sources.server import Reply, Server

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>t</title><item><title>x</title></item></channel></rss>"


def work(urls: list[str], settings: FetchSettings | None = None) -> dict[int, Outcome]:
    """The outcomes by position of the address; every name leads to this machine."""
    settings = settings or FetchSettings(allow_private_networks=True)
    jobs = tuple(Job(feed_id=n, url=url, state=FeedState()) for n, url in enumerate(urls))
    output = io.BytesIO()

    async def here(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.1",)

    worker.work(Order(jobs=jobs, settings=settings, now=NOW), output, resolve=here)
    decoder = Decoder()
    said = [decoder.add(line) for line in output.getvalue().splitlines()]
    return {outcome.feed_id: outcome for outcome in said if outcome}


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(seconds: float) -> None:
        """Pretend to have waited."""

    def hasty(clock: object, rested: object) -> Pacer:
        return Pacer(clock=lambda: 0.0, sleep=at_once)

    monkeypatch.setattr(downloading, "Pacer", hasty)


def test_every_job_gets_an_outcome_even_with_more_bodies_than_fit_in_memory(
    server: Server,
) -> None:
    urls = [server.add(f"/{number}", Reply(FEED)) for number in range(40)]
    assert all(isinstance(outcome, Updated) for outcome in work(urls).values())
    assert len(server.asked) == 40


def test_addresses_that_defy_everything_fail_alone(server: Server) -> None:
    good = server.add("/good", Reply(FEED))
    strange = [
        "",
        "nonsense",
        "http://",
        "http://[::1",
        "http://a b/",
        "ftp://x/",
        "http://x:99999/",
    ]
    outcomes_ = work([good, *strange, "http://" + "a" * 300 + "/", "http://\udc80.example/"])
    assert isinstance(outcomes_.pop(0), Updated)
    for outcome in outcomes_.values():
        assert isinstance(outcome, Failed)
        assert outcome.state.error


@pytest.mark.usefixtures("no_pause")
def test_a_host_that_asks_to_wait_is_not_asked_for_its_other_feeds(server: Server) -> None:
    headers = {"Retry-After": "3600"}
    for number in range(3):
        server.add(f"/{number}", Reply(b"", 429, headers))
    place = f"http://busy.example:{server.server_port}"
    found = work([f"{place}/{number}" for number in range(3)])
    assert len(server.asked) == 1
    for outcome in found.values():
        assert isinstance(outcome, Waiting)
        assert outcome.state.wait_until == NOW + timedelta(hours=1)


@pytest.mark.usefixtures("no_pause")
def test_feeds_that_redirect_to_each_others_hosts_do_not_block_each_other(
    server: Server,
) -> None:
    port = server.server_port
    for one, other in (("a", "b"), ("b", "a")):
        server.add(f"/{one}", Reply(b"", 302, {"Location": f"http://{other}.example:{port}/end"}))
    server.add("/end", Reply(FEED))
    found = work([f"http://{name}.example:{port}/{name}" for name in "ab" * 3])
    assert all(isinstance(outcome, Updated) for outcome in found.values())


def test_a_feed_that_takes_too_long_to_read_fails_and_the_others_go_on(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = outcomes.conclude

    def slow(job: Job, answer: Answer, *rest: Any, **options: Any) -> Outcome:
        while answer.body == b"slow":
            with contextlib.suppress(Exception):
                time.monotonic()
        return real(job, answer, *rest, **options)

    monkeypatch.setattr(worker, "conclude", slow)
    urls = [server.add("/slow", Reply(b"slow")), server.add("/good", Reply(FEED))]
    found = work(urls, FetchSettings(allow_private_networks=True, parse_seconds=0.05))
    assert "takes longer than 0.05 s to read" in (found[0].state.error or "")
    assert isinstance(found[1], Updated)


def test_text_that_is_no_unicode_fails_only_its_feed(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "shown", lambda url: "\udc80")
    urls = [
        server.add("/good", Reply(FEED)),
        server.add("/missing", Reply(b"", 404)),
    ]
    found = work(urls)
    assert isinstance(found[0], Updated)
    assert "cannot be kept" in (found[1].state.error or "")
