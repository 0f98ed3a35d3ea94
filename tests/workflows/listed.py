"""A library over some days of an arXiv whose records can be asked for too."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import Filling, FillReport
from tests.sources.arxivserver import ArXiv, playing
from tests.sources.server import Reply
from tests.workflows.test_ledger import Days

MONDAY = date(2026, 5, 4)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
ONE_DAY = timedelta(days=1)
BUSY = Reply(b"Rate exceeded.", 429)


@dataclass
class Listed(Days):
    """The same, where records can be asked for too."""

    pauses: list[float] = field(default_factory=list)
    heard: list[Filling] = field(default_factory=list)

    @property
    def settings(self) -> FetchSettings:
        return FetchSettings(
            allow_private_networks=True,
            arxiv_api=self.arxiv.api,
            arxiv_oai=self.arxiv.oai,
            interval_minutes=1,
        )

    async def fill(self, day: date, hour: int = 13, *, force: bool = False) -> FillReport:
        self.arxiv.today = day

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        return await fill(
            self.library, now=self.now(day, hour), settings=self.settings, force=force,
            progress=self.heard.append, sleep=sleep,
        )  # fmt: skip

    async def lack_tuesday(self, name: str = "cs.CL") -> int:
        """Subscribe, and miss a day."""
        feed_id = self.subscribe(f"/rss/{name}", MONDAY)
        await self.refresh(MONDAY)
        await self.refresh(WEDNESDAY)
        return feed_id

    def known(self) -> int:
        return len(self.library.items.view())


def lived(arxiv: ArXiv, live: Callable[[Listed], Coroutine[Any, Any, None]]) -> None:
    """Let some days pass in a library of their own."""
    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
        patched.setattr("hauler_tui.sources.fetching.fetch_all", playing(arxiv))
        with Library.open(Path(folder)) as library:
            asyncio.run(live(Listed(library, arxiv)))
