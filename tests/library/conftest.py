"""A library in a folder of the test's own, and the words to fill it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.domain.query import parse
from hauler_tui.library.items import Absorbed
from hauler_tui.library.library import Library
from hauler_tui.library.store import places
from hauler_tui.library.store.writer import Writer
from tests.factories import NOW, make_entry
from tests.library.disks import without_waiting


@pytest.fixture(autouse=True)
def as_in_a_large_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small libraries too are opened by the places of their documents, where those are known."""
    monkeypatch.setattr(places, "LARGE", 0)


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Syncs that return at once; a module that wants them marks itself with it."""
    without_waiting(monkeypatch)


@pytest.fixture
def writer() -> Iterator[Writer]:
    writer = Writer(retry_seconds=60)
    yield writer
    writer.abandon()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A folder that does not exist yet, with a name that is hard on scripts."""
    return tmp_path / "a library \U0001f4da\nhere"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    """An empty library that is open for writing."""
    opened = Library.open(folder)
    yield opened
    opened.close()


@pytest.fixture
def filled(library: Library) -> Library:
    """A library of one feed that brought papers 1 to 5, which are items 1 to 5."""
    fill(library, 5)
    return library


def fill(library: Library, count: int) -> Absorbed:
    """Subscribe to feed 1 and let it bring ``count`` papers."""
    feed = library.feeds.add("https://example.org/1.xml", title="Feed 1", at=NOW)
    entries = tuple(make_entry(number) for number in range(1, count + 1))
    return library.feeds.record(
        Updated(feed_id=feed.id, state=FeedState(fetched_at=NOW), title="", entries=entries), NOW
    )


def everything(library: Library) -> dict[str, object]:
    """All a person can see of a library."""
    ids = sorted(library.items.view(None) + library.items.view(parse("is:skipped", NOW)))
    return {
        "items": [library.items.get(item_id) for item_id in ids],
        "rows": library.items.rows(ids),
        "notes": [library.notes.get(item_id) for item_id in ids],
        "feeds": [(feed, library.feeds.state(feed.id)) for feed in library.feeds.all()],
        "series": (library.hauls.series(), library.hauls.current()),
        "hauls": [library.hauls.get(haul.slug) for haul in library.hauls.all()],
        "waiting": library.hauls.waiting(),
    }
