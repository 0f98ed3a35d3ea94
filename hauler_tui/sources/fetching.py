"""Refreshing many feeds in worker processes, from the side of the process that shows them."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from hauler_tui.domain.feed import Outcome, Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources.child import converse
from hauler_tui.sources.failures import failed
from hauler_tui.sources.messages import Decoder, Order
from hauler_tui.sources.pacing import host_group
from hauler_tui.sources.schedule import may_ask
from hauler_tui.sources.settings import FetchSettings, Job

_MOST_WORKERS = 2
_JOBS_WORTH_A_WORKER = 4
_COMMAND = (sys.executable, "-P", "-m", "hauler_tui.sources.worker")


async def fetch_all(
    jobs: Sequence[Job],
    settings: FetchSettings,
    now: datetime,
    *,
    rested: Mapping[str, float] = MappingProxyType({}),
    command: Sequence[str] = _COMMAND,
) -> AsyncGenerator[Outcome, None]:
    """One outcome for each job, as they become known; never raises for what a source does.

    Feeds that may not be asked yet are Waiting at once. The others go to at most two worker
    processes, all feeds of a host to the same one; a worker that dies fails the feeds it still
    owes. ``rested`` are the seconds since groups of hosts were asked last, as far as is known.
    Closing the generator kills the workers: use ``contextlib.aclosing`` where it may be left early.
    """
    due = []
    for job in jobs:
        if may_ask(job.state, forced=job.forced, now=now):
            due.append(job)
        else:
            yield Waiting(feed_id=job.feed_id, state=job.state)
    outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
    orders = [
        Order(jobs=share, settings=settings, now=now, rested=dict(rested)) for share in shares(due)
    ]
    workers = [
        asyncio.create_task(_Worker(order, outcomes.put_nowait).run(command)) for order in orders
    ]
    try:
        for _ in due:
            yield await outcomes.get()
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def shares(jobs: Sequence[Job]) -> tuple[tuple[Job, ...], ...]:
    """The jobs for each worker: hosts stay together, this machine's own are dealt out singly."""
    groups: defaultdict[str, list[Job]] = defaultdict(list)
    for number, job in enumerate(jobs):
        groups[host_group(job.url) or f" {number}"].append(job)
    wanted = -(-len(jobs) // _JOBS_WORTH_A_WORKER)
    loads: list[list[Job]] = [[] for _ in range(min(_MOST_WORKERS, len(groups), wanted))]
    for group in sorted(groups.values(), key=len, reverse=True):
        min(loads, key=len).extend(group)
    return tuple(tuple(load) for load in loads)


class _Worker:
    """One worker process and the jobs it still owes an outcome."""

    def __init__(self, order: Order, report: Callable[[Outcome], None]) -> None:
        self._order = order
        self._report = report
        self._owed = list(order.jobs)

    async def run(self, command: Sequence[str]) -> None:
        """Start the process, report what it says, and fail what it leaves undone."""
        reason = await converse(command, msgspec.json.encode(self._order), self._listen)
        for job in self._owed:
            broken = SourceError(f"the fetching process {reason}", "refresh once more")
            self._report(failed(job, broken, now=self._order.now))

    async def _listen(self, stdout: asyncio.StreamReader) -> bool:
        decoder = Decoder()
        settings = self._order.settings
        while self._owed:
            async with asyncio.timeout(settings.parse_seconds + settings.silence_seconds):
                line = await stdout.readline()
            if not line:
                return False
            outcome = decoder.add(line)
            if outcome is not None:
                self._owed = [job for job in self._owed if job.feed_id != outcome.feed_id]
                self._report(outcome)
            await asyncio.sleep(0)
        return True
