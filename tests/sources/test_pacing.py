"""Turns: one request at a time to a host, with a pause in between."""

from __future__ import annotations

import asyncio

import pytest

from hauler_tui.sources.pacing import Pacer, host_group


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def starts(urls: list[str]) -> list[float]:
    clock = Clock()
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    times = []
    for url in urls:
        async with pacer.turn(url):
            times.append(clock.now - 100.0)
            clock.now += 0.5
    return times


@pytest.mark.parametrize(
    ("urls", "times"),
    [
        (["https://a.example/1", "https://a.example/2"], [0.0, 1.5]),
        (["https://a.example/1", "https://b.example/2"], [0.0, 0.5]),
        (["https://rss.arxiv.org/rss/cs", "https://export.arxiv.org/api/query"], [0.0, 3.5]),
        (["https://www.reddit.com/.rss", "https://old.reddit.com/.rss"], [0.0, 60.5]),
        (["http://127.0.0.1:1/a", "http://127.0.0.1:1/b"], [0.0, 0.5]),
    ],
)
async def test_hosts_get_the_pause_they_ask_for(urls: list[str], times: list[float]) -> None:
    assert await starts(urls) == times


async def test_two_requests_never_run_at_one_host_at_a_time() -> None:
    clock = Clock()
    pacer = Pacer(clock=clock, sleep=clock.sleep)
    running: list[int] = []

    async def request() -> None:
        async with pacer.turn("https://a.example/"):
            running.append(1)
            await asyncio.sleep(0)
            assert len(running) == 1
            running.pop()

    await asyncio.gather(*(request() for _ in range(5)))


def test_similar_names_are_other_hosts() -> None:
    assert host_group("https://notarxiv.org/") == "notarxiv.org"
    assert host_group("https://arxiv.org.evil.example/") == "arxiv.org.evil.example"
