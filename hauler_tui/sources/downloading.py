"""The downloads of one worker: many hosts at a time, each at its own pace."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

from hauler_tui.domain.feed import Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources import schedule
from hauler_tui.sources.addresses import host_of, is_loopback
from hauler_tui.sources.failures import held_back
from hauler_tui.sources.http import Answer, Client
from hauler_tui.sources.messages import Order
from hauler_tui.sources.network import Resolver
from hauler_tui.sources.outcomes import asks_to_wait
from hauler_tui.sources.pacing import Pacer
from hauler_tui.sources.settings import Job

_MOST_UNPARSED = 8
"""Bodies that may lie in memory before no more requests are started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """What came of one job so far."""

    job: Job
    result: Answer | SourceError | Waiting
    parsed: Callable[[], None]
    """To be called, from any thread, when the body has been dealt with."""


class _HostIsClosedError(Exception):
    """The host has asked to be left alone since this job began to wait for its turn."""


class Downloading:
    """Fetches the jobs of an order and hands each result over; lives on one asyncio loop."""

    def __init__(
        self, order: Order, hand_over: Callable[[Download], None], *, resolve: Resolver
    ) -> None:
        self._order = order
        self._hand_over = hand_over
        self._resolve = resolve
        self._closed: dict[str, timedelta | None] = {}
        self._unparsed = 0

    async def run(self) -> None:
        """Fetch every job. Never raises for what a server does."""
        self._loop = asyncio.get_running_loop()
        self._pacer = Pacer(clock=self._loop.time, rested=self._order.rested)
        self._connections = asyncio.Semaphore(self._order.settings.connections)
        self._space = asyncio.Event()
        self._space.set()
        async with (
            Client(self._order.settings, resolve=self._resolve) as client,
            asyncio.TaskGroup() as tasks,
        ):
            for job in self._order.jobs:
                tasks.create_task(self._download(client, job))

    async def _download(self, client: Client, job: Job) -> None:
        result: Answer | SourceError | Waiting
        try:
            state = schedule.asked_with(job.state, url=job.url, now=self._order.now)
            result = await client.fetch(job.url, state, turn=self._turn)
            if asks_to_wait(result, now=self._order.now):
                self._close(result)
        except SourceError as error:
            result = error
        except _HostIsClosedError as closed:
            host = str(closed)
            result = held_back(job, host, now=self._order.now, wait=self._closed[host])
        except Exception as error:
            result = SourceError(
                f"fetching failed unexpectedly ({type(error).__name__})", "tell hauler's authors"
            )
        self._unparsed += 1
        if self._unparsed >= _MOST_UNPARSED:
            self._space.clear()
        self._hand_over(Download(job=job, result=result, parsed=self._parsed))

    @contextlib.asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        async with self._pacer.turn(url), self._connections:
            await self._space.wait()
            if host_of(url) in self._closed:
                raise _HostIsClosedError(host_of(url))
            yield

    def _close(self, answer: Answer) -> None:
        host = host_of(answer.url)
        if not is_loopback(host):
            self._closed[host] = schedule.retry_after(answer.headers, now=self._order.now)

    def _parsed(self) -> None:
        # The loop is closed when the last download is over; then nobody waits for space.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._make_space)

    def _make_space(self) -> None:
        self._unparsed -= 1
        if self._unparsed < _MOST_UNPARSED:
            self._space.set()
