"""Refreshing through real worker processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hauler_tui.domain.feed import Failed, FeedState, Outcome, Unchanged, Updated, Waiting
from hauler_tui.sources.fetching import fetch_all, shares
from hauler_tui.sources.messages import Order
from hauler_tui.sources.settings import FetchSettings, Job
from tests.sources.server import Handler, Reply, Server

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
SETTINGS = FetchSettings(allow_private_networks=True, max_bytes=200_000, deadline_seconds=30.0)


def jobs_for(*urls: str) -> list[Job]:
    return [Job(feed_id=n, url=url, state=FeedState()) for n, url in enumerate(urls)]


async def fetched(
    jobs: Sequence[Job], settings: FetchSettings = SETTINGS, **options: Any
) -> dict[int, Outcome]:
    stream = fetch_all(jobs, settings, NOW, **options)
    return {outcome.feed_id: outcome async for outcome in stream}


async def test_one_bad_feed_never_stops_the_others(server: Server, feeds: Path) -> None:
    rss = {"Content-Type": "text/xml", "ETag": "bare-hex"}
    jobs = jobs_for(
        server.add("/arxiv", Reply((feeds / "arxiv.rss.xml").read_bytes(), headers=rss)),
        server.add("/page", Reply(b"<html><body>no feed</body></html>")),
        server.add("/blog", Reply((feeds / "blog.rss.xml").read_bytes())),
        server.add("/empty", Reply(b"")),
        server.add("/busy", Reply(b"Rate exceeded.", 429, {"Retry-After": "60"})),
        server.add("/loop", Reply(b"", 302, {"Location": "/loop"})),
        server.add("/big", Reply(b"x" * 20_000_000)),
        server.url("/missing"),
    )
    found = await fetched(jobs)
    kinds = [type(found[job.feed_id]) for job in jobs]
    assert kinds == [Updated, Failed, Updated, Failed, Waiting, Failed, Failed, Failed]
    first = found[0]
    assert isinstance(first, Updated)
    assert first.entries[0].aliases == ("arxiv:2604.21935",)
    assert first.entries[0].published == datetime(2026, 4, 23, 4, tzinfo=UTC)
    assert first.state.etag == "bare-hex"

    again = await fetched([Job(feed_id=0, url=jobs[0].url, state=first.state, forced=True)])
    assert isinstance(again[0], Unchanged)
    assert server.asked[-1].header("If-None-Match") == "bare-hex"


async def test_feeds_that_are_not_due_start_no_process() -> None:
    later = FeedState(due_at=NOW + timedelta(minutes=5))
    told = FeedState(wait_until=NOW + timedelta(minutes=5))
    jobs = [
        Job(feed_id=1, url="http://127.0.0.1:9/", state=later),
        Job(feed_id=2, url="http://127.0.0.1:9/", state=told, forced=True),
    ]
    found = await fetched(jobs, command=["/nonexistent"])
    assert found == {
        1: Waiting(feed_id=1, state=later),
        2: Waiting(feed_id=2, state=told),
    }


async def test_a_private_address_is_refused_unless_allowed(server: Server) -> None:
    url = server.add("/feed", Reply(b"<rss version='2.0'><channel/></rss>"))
    (refused,) = (
        await fetched(jobs_for(url), replace(SETTINGS, allow_private_networks=False))
    ).values()
    assert isinstance(refused, Failed)
    assert "local network" in (refused.state.error or "")
    assert "allow_private_networks" in refused.hint
    assert server.asked == []
    assert isinstance((await fetched(jobs_for(url)))[0], Updated)


async def test_a_killed_worker_fails_what_it_owes_and_keeps_what_it_said(
    server: Server, feeds: Path, tmp_path: Path
) -> None:
    good = server.add("/good", Reply((feeds / "blog.rss.xml").read_bytes()))

    def hold(handler: Handler) -> None:
        handler.server.stopped.wait()

    jobs = jobs_for(good, server.add("/held", hold))
    found: dict[int, Outcome] = {}
    async for outcome in fetch_all(jobs, SETTINGS, NOW, command=telling_its_id(tmp_path)):
        if not found:
            os.kill(worker_id(tmp_path), signal.SIGKILL)
        found[outcome.feed_id] = outcome
    assert isinstance(found[0], Updated)
    assert isinstance(found[1], Failed)
    assert found[1].state.error == "the fetching process ended early (killed by signal 9)"
    assert found[1].hint


async def test_leaving_early_ends_the_workers(server: Server, feeds: Path, tmp_path: Path) -> None:
    good = server.add("/good", Reply((feeds / "blog.rss.xml").read_bytes()))
    held = server.add("/held", lambda handler: handler.server.stopped.wait())
    jobs, command = jobs_for(good, held), telling_its_id(tmp_path)
    async with contextlib.aclosing(fetch_all(jobs, SETTINGS, NOW, command=command)) as stream:
        await anext(stream)
        os.kill(worker_id(tmp_path), 0)
    with pytest.raises(ProcessLookupError):
        os.kill(worker_id(tmp_path), 0)


def test_a_worker_whose_reader_is_gone_ends_at_once(server: Server, tmp_path: Path) -> None:
    asked = threading.Event()

    def hold(handler: Handler) -> None:
        asked.set()
        handler.server.stopped.wait()

    jobs = tuple(jobs_for(server.add("/held", hold)))
    order = msgspec.json.encode(Order(jobs=jobs, settings=SETTINGS, now=NOW))
    pipe = subprocess.PIPE
    with subprocess.Popen(telling_its_id(tmp_path), stdin=pipe, stdout=pipe) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(order)
        worker.stdin.close()
        assert asked.wait(20)
        worker.stdout.close()
        try:
            assert worker.wait(timeout=2) == 1
        finally:
            worker.kill()


async def test_a_worker_that_cannot_start_dies_or_babbles_fails_its_feeds() -> None:
    python = sys.executable
    for command, said in (
        (["/nonexistent/python"], "could not be started"),
        ([python, "-c", "raise SystemExit('out of luck')"], "ended early (out of luck)"),
        ([python, "-c", "import sys; sys.exit(3)"], "ended early (exit code 3)"),
        ([python, "-c", "print('hello', flush=True); input()"], "answered nonsense"),
        ([python, "-c", "import sys; sys.stdin.read(); input()"], "ended early"),
    ):
        found = await fetched(jobs_for("http://127.0.0.1:9/"), command=command)
        assert isinstance(found[0], Failed)
        assert said in (found[0].state.error or "")


async def test_a_worker_that_falls_silent_is_stopped() -> None:
    command = [sys.executable, "-c", "import threading; threading.Event().wait()"]
    settings = replace(SETTINGS, silence_seconds=0.05, parse_seconds=0.0)
    found = await fetched(jobs_for("http://127.0.0.1:9/"), settings, command=command)
    assert "said nothing for too long" in (found[0].state.error or "")


def test_the_feeds_of_a_host_belong_to_one_worker_and_this_machines_to_any() -> None:
    public = [f"https://{host}.example/{n}" for n in range(4) for host in "abc"]
    first, second = shares(jobs_for(*public))
    hosts = [{job.url.split("/")[2] for job in share} for share in (first, second)]
    assert not hosts[0] & hosts[1]
    assert sorted(job.feed_id for job in first + second) == list(range(12))
    assert [len(share) for share in shares(jobs_for(*["http://127.0.0.1/"] * 10))] == [5, 5]
    assert len(shares(jobs_for("https://a.example/", "https://b.example/"))) == 1
    assert shares([]) == ()


def test_the_reading_process_does_not_import_what_only_workers_need() -> None:
    code = (
        "import sys, hauler_tui.sources.fetching;"
        "print({'httpx', 'httpcore', 'feedparser', 'markdownify', 'bs4'} & set(sys.modules))"
    )
    home = Path(__file__).parent.parent.parent
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "set()"


def telling_its_id(folder: Path) -> list[str]:
    """The command of a worker that first writes its process id to a file."""
    code = (
        "import os, pathlib, sys\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "from hauler_tui.sources.worker import main\n"
        "main()"
    )
    return [sys.executable, "-P", "-c", code, str(folder / "id")]


def worker_id(folder: Path) -> int:
    return int((folder / "id").read_text())
