"""A reader on a small library, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from textual.pilot import Pilot
from textual.strip import Strip

from hauler_tui.config import Config, RefreshConfig
from hauler_tui.library.library import Library
from hauler_tui.ui.app import HaulerApp
from hauler_tui.ui.markdown import load_markdown
from hauler_tui.ui.screens.reader import ReaderScreen
from tests.factories import NOW, make_entry
from tests.lookups import answering


@dataclass
class Reader:
    """The running reader, in the words of the tests."""

    pilot: Pilot[int]
    library: Library

    @property
    def screen(self) -> ReaderScreen:
        """The reader's own screen."""
        app = self.pilot.app
        assert isinstance(app, HaulerApp)
        return app.screen_of_reader

    async def press(self, *keys: str) -> None:
        """Press keys and let everything they started come to rest."""
        for key in keys:
            await self.pilot.press(key)
        await self.rest()

    async def type(self, text: str) -> None:
        """Type a text into the field that has the keys."""
        names = {" ": "space", "\n": "enter"}
        await self.press(*(names.get(letter, letter) for letter in text))

    async def rest(self) -> None:
        """Wait for searches and repaints."""
        await self.pilot.pause()
        # An empty list would wait for every worker, a dialog's too.
        if running := [w for w in self.pilot.app.workers if w.group in ("view", "write")]:
            await self.pilot.app.workers.wait_for_complete(running)
        await self.pilot.pause()

    async def until(self, is_there: Callable[[], bool]) -> None:
        """Give the reader turns until something is so."""
        for _ in range(400):
            if is_there():
                return
            await self.pilot.pause(0.01)
        raise AssertionError("it did not come")

    def strips(self) -> list[Strip]:
        """The lines of the screen."""
        app = self.pilot.app
        return app.screen._compositor.render_strips(app.size)

    def shown(self) -> str:
        """The whole screen as text."""
        return "\n".join(strip.text for strip in self.strips())

    @property
    def titles(self) -> list[str]:
        """The titles that Incoming lists."""
        ids = self.screen.incoming.list.ids
        return [row.title for row in self.library.items.rows(ids)]

    @property
    def current(self) -> str:
        """The title under the cursor."""
        current = self.screen.current_id
        return self.library.items.row(current).title if current is not None else ""

    @property
    def message(self) -> str:
        """What the foot of the screen tells."""
        return self.screen.status.message


# Otherwise it would depend on the machine's load whether a note is drawn as typed or as Markdown.
load_markdown()

OpenReader: TypeAlias = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked what a link is."""
    answering(monkeypatch)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Six papers of one feed, “Paper 1” the newest."""
    with Library.open(tmp_path / "library") as opened:
        feed = opened.feeds.add("https://example.org/feed.xml", title="A feed", at=NOW)
        opened.items.absorb(
            [make_entry(n, published=NOW - timedelta(hours=n)) for n in range(1, 7)],
            feed_id=feed.id,
            at=NOW,
        )
        yield opened


@pytest.fixture(autouse=True)
def _no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is put into the clipboard of the machine."""
    monkeypatch.setattr("hauler_tui.ui.clipboard.clipboard_command", lambda environment: None)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The defaults, without fetching by itself."""
    return Config(path=tmp_path / "config.toml", refresh=RefreshConfig(every=0))


@pytest.fixture
def open_reader(library: Library, config: Config, tmp_path: Path) -> OpenReader:
    """Opens the reader: ``async with open_reader() as reader``."""

    @asynccontextmanager
    async def opened(
        *, size: tuple[int, int] = (120, 40), keys: dict[str, str] | None = None, theme: str = ""
    ) -> AsyncIterator[Reader]:
        changed = replace(config, keys=keys or {}, theme=replace(config.theme, name=theme or None))
        app = HaulerApp(
            library,
            changed,
            clock=lambda: NOW,
            theme_folders=(tmp_path / "themes",),
            state_path=tmp_path / "state.json",
        )
        async with app.run_test(size=size) as pilot:
            reader = Reader(pilot, library)
            await reader.rest()
            yield reader

    return opened
