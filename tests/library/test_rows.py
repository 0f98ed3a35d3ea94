"""What plain TinyDB may leave in ``library.json`` locks nobody out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.library.library import Library
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def closed(folder: Path) -> Path:
    """A library with two feeds and two steps to undo."""
    with Library.open(folder) as library:
        for number in (1, 2):
            library.feeds.add(f"https://example.org/{number}.xml", at=NOW)
    return folder


@pytest.mark.parametrize(
    "wrong",
    [
        {"counters": 5},
        {"counters": {"feeds": "x"}},
        {"seq": "x"},
        {"seq": -1},
        {"tops": None},
        {"tops": [1]},
        {"tops": [99, 98]},
        {"highest": [1]},
        {"seq": True, "tops": "x", "counters": None, "highest": 1},
    ],
)
@pytest.mark.parametrize("is_alone", [False, True])
def test_what_plain_tinydb_wrote_over_haulers_own_knowledge_is_put_right(
    closed: Path, wrong: dict[str, Any], is_alone: bool
) -> None:
    with TinyDB(closed / "library.json") as plain:
        plain.table("meta").update(wrong)
    if is_alone:
        for path in closed.glob("library.*.old"):
            path.unlink()
    with Library.open(closed, writing=False) as library:
        assert len(library.feeds.all()) == 2
        library.history.history()
    with Library.open(closed) as library:
        assert any("made no sense" in told for told in library.rescued) == (
            wrong != {"tops": [99, 98]}
        )
        assert library.feeds.add("https://example.org/3.xml", at=NOW).id == 3
        library.history.undo(NOW)
        library.history.undo(NOW)
        assert {1, 2} >= {feed.id for feed in library.feeds.all()}
    with Library.open(closed) as library:
        assert library.rescued == ()


def test_a_feed_that_plain_tinydb_added_keeps_its_id(closed: Path) -> None:
    with TinyDB(closed / "library.json") as plain:
        plain.table("feeds").insert(
            {"url": "https://example.org/theirs.xml", "added_at": NOW.isoformat()}
        )
    with Library.open(closed) as library:
        assert library.feeds.add("https://example.org/new.xml", at=NOW).id == 4
        assert library.feeds.get(3).url == "https://example.org/theirs.xml"
