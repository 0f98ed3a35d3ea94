"""Refreshes against a server on this machine under any names, in the process of the test."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

import pytest

from hauler_tui.domain.feed import Outcome, Waiting
from hauler_tui.library.library import Library
from hauler_tui.sources import downloading, fetching, worker
from hauler_tui.sources.messages import Decoder, Order
from hauler_tui.sources.pacing import Pacer
from hauler_tui.sources.schedule import may_ask
from hauler_tui.sources.settings import FetchSettings, Job
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import FillReport
from hauler_tui.workflows.ledger import Gap
from hauler_tui.workflows.refresh import FeedResult, RefreshReport, refresh
from tests.sources.server import Asked, Server

SETTINGS = FetchSettings(allow_private_networks=True)


@dataclass
class Polls:
    """A library whose feeds are fetched from one server, whatever their host is called."""

    server: Server
    monkeypatch: pytest.MonkeyPatch
    pauses: list[float] = field(default_factory=list)
    """Seconds that were waited before requests."""

    def url(self, path: str, host: str = "blog.example") -> str:
        """An address of the server under another name."""
        return f"http://{host}:{self.server.server_port}{path}"

    def __call__(
        self, library: Library, at: datetime, *feed_ids: int, force: bool = False
    ) -> RefreshReport:
        """One refresh; the server remembers what it was asked."""
        self.server.asked.clear()
        self.monkeypatch.setattr(fetching, "fetch_all", self._fetch_all)
        self.monkeypatch.setattr(downloading, "Pacer", self._pacer)
        asked = refresh(library, feed_ids or None, now=at, force=force, settings=SETTINGS)
        return asyncio.run(asked)

    def one(self, library: Library, at: datetime, *, force: bool = False) -> FeedResult:
        """One refresh of the only feed."""
        (result,) = self(library, at, force=force).feeds
        return result

    def fill(self, library: Library, gap: Gap, at: datetime) -> FillReport:
        """One filling; arXiv's query API and its records are those of the server."""
        self.server.asked.clear()
        self.pauses.clear()
        self.monkeypatch.setattr(fetching, "fetch_all", self._fetch_all)
        settings = replace(
            SETTINGS,
            arxiv_api=self.url("/api/query", "export.arxiv.org"),
            arxiv_oai=self.url("/oai", "oaipmh.arxiv.org"),
        )

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        def pacer(clock: object, rested: Mapping[str, float]) -> Pacer:
            return Pacer(clock=lambda: 0.0, sleep=self._wait_for_nothing, rested=rested)

        self.monkeypatch.setattr(downloading, "Pacer", pacer)
        return asyncio.run(fill(library, [gap], now=at, settings=settings, sleep=sleep))

    async def _wait_for_nothing(self, seconds: float) -> None:
        """Redirects within a fill wait their turn, too."""

    @property
    def asked(self) -> list[Asked]:
        """What the last refresh asked the server."""
        return self.server.asked

    async def _fetch_all(
        self,
        jobs: Sequence[Job],
        settings: FetchSettings,
        now: datetime,
        rested: Mapping[str, float] = MappingProxyType({}),
    ) -> AsyncGenerator[Outcome, None]:
        due = tuple(job for job in jobs if may_ask(job.state, forced=job.forced, now=now))
        for job in jobs:
            if job not in due:
                yield Waiting(feed_id=job.feed_id, state=job.state)
        output = io.BytesIO()

        async def here(host: str, port: int) -> tuple[str, ...]:
            return ("127.0.0.1",)

        order = Order(jobs=due, settings=settings, now=now, rested=rested)
        worker.work(order, output, resolve=here)
        decoder = Decoder()
        for line in output.getvalue().splitlines():
            if outcome := decoder.add(line):
                yield outcome

    def _pacer(self, clock: object, rested: Mapping[str, float]) -> Pacer:
        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        return Pacer(clock=lambda: 0.0, sleep=sleep, rested=rested)


def feed_of(*titles: str, channel: str = "") -> bytes:
    """An RSS feed of so many entries."""
    items = "".join(
        f"<item><title>{title}</title><link>https://example.org/{title}</link></item>"
        for title in titles
    )
    return f"<rss version='2.0'><channel><title>t</title>{channel}{items}</channel></rss>".encode()
