"""What plain TinyDB may leave in ``library.json`` locks nobody out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB
from tinydb.table import Document

from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.library.conftest import everything

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
        assert any("sense and was put right" in told for told in library.rescued) == (
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


@pytest.mark.parametrize(
    ("table", "doc_id", "row"),
    [
        ("feeds", 1, {"url": 5}),
        ("feeds", 7, {"title": "without an address"}),
        ("feeds", 7, {"url": "https://example.org", "added_at": "2026-01-01T00:00:00"}),
        ("feed_state", 1, {"fetched_at": "yesterday"}),
        ("notes", 1, {"text": 5, "changed_at": NOW.isoformat()}),
        ("notes", 1, {"text": "without a time"}),
        ("marks", 1, {"tags": [1, 2]}),
        ("marks", 0, {"skipped": True}),
        ("read", 1, {"bits": 5}),
        ("hidden", 1, {"bits": "?"}),
        ("hauls", 1, {"slug": None}),
        ("hauls", 1, {"slug": "x", "frozen": "x"}),
        ("series", 1, {}),
        ("coverage", 1, {"slugs": "x"}),
        ("muting", 1, {"feeds": [{}]}),
        ("muting", 1, {"feeds": None}),
        ("retention", 1, {"on": 5}),
        ("joined", 1, {"at": NOW.isoformat()}),
        ("lookups", 1, {"due_at": "yesterday"}),
        ("written", 1, {"path": "/a.md"}),
        ("ledger", 1, {"subject": "cs.CL"}),
    ],
)
def test_a_row_that_makes_no_sense_is_left_out_kept_and_told_once(
    closed: Path, table: str, doc_id: int, row: dict[str, Any]
) -> None:
    with TinyDB(closed / "library.json") as plain:
        plain.table(table).upsert(Document(row, doc_id=doc_id))
        written = dict(plain.table(table).all()[-1 if doc_id == 7 else 0])
    named = f"library.json: row {doc_id} of {table} makes no sense and is left out"
    with Library.open(closed, writing=False) as library:
        assert named in library.rescued
        everything(library)
    with Library.open(closed) as library:
        assert named in library.rescued
        assert "kept: library.json.strange-1" in library.rescued
        feeds = [feed.id for feed in library.feeds.all()]
        assert feeds == ([2] if (table, doc_id) == ("feeds", 1) else [1, 2])
        everything(library)
        while library.history.undo(NOW) is not None:
            everything(library)
    with TinyDB(closed / "library.json.strange-1") as kept:
        assert kept.table(table).get(doc_id=doc_id) == written
    with Library.open(closed) as library:
        assert library.rescued == ()


def test_several_rows_that_make_no_sense_are_one_sentence(closed: Path) -> None:
    with TinyDB(closed / "library.json") as plain:
        plain.table("marks").insert_multiple({"tags": 5} for _ in range(9))
    with Library.open(closed, writing=False) as library:
        assert library.rescued[-1] == (
            "library.json: row 1 of marks, row 2 of marks, row 3 of marks and 6 more"
            " make no sense and are left out"
        )
