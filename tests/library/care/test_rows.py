from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.library.care import doctor
from hauler_tui.library.care.findings import Finding
from hauler_tui.library.library import Library
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture
def closed(filled: Library, folder: Path) -> Path:
    filled.notes.write(2, "mine", NOW)
    filled.triage.tag([3], ["kept"], (), NOW)
    filled.triage.star(1, NOW)
    assert filled.wait_for_index(10)
    filled.close()
    return folder


def rows(folder: Path) -> list[Finding]:
    return [each for each in doctor.examine(folder).findings if each.code == "row"]


def insert(folder: Path, table: str, row: dict[str, Any]) -> int:
    with TinyDB(folder / "library.json") as plain:
        return int(plain.table(table).insert(row))


NONSENSE = [
    ("feeds", {"url": 5}),
    ("feed_state", {"failures": "many"}),
    ("marks", {"tags": [1, 2]}),
    ("notes", {"text": 5}),
    ("series", {"title": None}),
    ("hauls", {"slug": 1}),
    ("coverage", {"slugs": "x"}),
    ("read", {"bits": []}),
]


@pytest.mark.parametrize(("table", "row"), NONSENSE, ids=[table for table, _ in NONSENSE])
def test_a_row_that_makes_no_sense_is_named_and_set_aside(
    closed: Path, table: str, row: dict[str, Any]
) -> None:
    doc_id = insert(closed, table, row)
    before = {path.name: path.read_bytes() for path in closed.iterdir() if path.name != "lock"}
    (finding,) = rows(closed)
    assert f"row {doc_id} of the table '{table}'" in finding.message
    assert (finding.severity, finding.remedy) == ("error", "rows")
    after = {path.name: path.read_bytes() for path in closed.iterdir() if path.name != "lock"}
    assert before == after
    doctor.mend(closed, ["rows"], at=NOW)
    diagnosis = doctor.examine(closed)
    assert diagnosis.is_ok
    (aside,) = (each for each in diagnosis.findings if each.code == "row-aside")
    assert f"rows-aside.json holds row {doc_id} of the table '{table}'" in aside.message
    assert (aside.severity, aside.remedy) == ("info", None)
    (kept,) = json.loads((closed / "rows-aside.json").read_bytes())
    assert (kept["table"], kept["id"], kept["row"]) == (table, doc_id, row)
    with Library.open(closed, writing=False) as library:
        assert library.notes.text(2) == "mine"
        assert library.history.history()[0].verb == "star"


def test_rows_are_set_aside_beside_those_of_before(closed: Path) -> None:
    insert(closed, "feeds", {"url": 5})
    doctor.mend(closed, ["rows"], at=NOW)
    with TinyDB(closed / "library.json") as plain:
        plain.table("notes").update({"text": 5})
        plain.table("marks").insert({"tags": [1, 2]})
    assert len(rows(closed)) == 2
    doctor.mend(closed, ["rows"], at=NOW)
    kept = json.loads((closed / "rows-aside.json").read_bytes())
    assert [each["table"] for each in kept] == ["feeds", "marks", "notes"]
    with Library.open(closed, writing=False) as library:
        assert [feed.id for feed in library.feeds.all()] == [1]


def test_a_file_of_rows_that_makes_no_sense_itself_is_not_replaced(closed: Path) -> None:
    from hauler_tui.errors import LibraryError

    insert(closed, "feeds", {"url": 5})
    (closed / "rows-aside.json").write_text("mine")
    with pytest.raises(LibraryError, match="rows-aside"):
        doctor.mend(closed, ["rows"], at=NOW)
    assert (closed / "rows-aside.json").read_text() == "mine"
    assert len(rows(closed)) == 1


def test_a_row_that_was_set_aside_and_mended_is_put_back_as_one_step(closed: Path) -> None:
    doc_id = insert(closed, "notes", {"text": 5, "changed_at": "2026-11-22T10:00:00Z"})
    insert(closed, "feeds", {"url": 5})
    doctor.mend(closed, ["rows"], at=NOW)
    path = closed / "rows-aside.json"
    kept = json.loads(path.read_bytes())
    for each in kept:
        if each["table"] == "notes":
            each["row"]["text"] = "five"
    path.write_text(json.dumps(kept))
    remedies = [each.remedy for each in doctor.examine(closed).findings if each.code == "row-aside"]
    assert sorted(map(str, remedies)) == ["None", "rows-back"]
    doctor.mend(closed, ["rows-back"], at=NOW)
    assert [each["table"] for each in json.loads(path.read_bytes())] == ["feeds"]
    with Library.open(closed) as library:
        assert library.notes.text(doc_id) == "five"
        undone = library.history.undo(NOW)
        assert undone is not None
        assert undone.verb == "put back"
        assert library.notes.text(doc_id) == ""
        assert library.notes.text(2) == "mine"


def test_a_row_is_not_put_back_over_another_that_has_its_number(closed: Path) -> None:
    from hauler_tui.errors import LibraryError

    row = {"text": "older", "changed_at": "2026-11-22T10:00:00Z"}
    path = closed / "rows-aside.json"
    path.write_text(json.dumps([{"table": "notes", "id": 2, "row": row}]))
    with pytest.raises(LibraryError, match="other rows by now"):
        doctor.mend(closed, ["rows-back"], at=NOW)
    assert json.loads(path.read_bytes())[0]["row"] == row
    with Library.open(closed, writing=False) as library:
        assert library.notes.text(2) == "mine"


@pytest.mark.parametrize("text", ["mine", "{}", "[3]"])
def test_a_file_of_rows_that_cannot_be_read_is_told(closed: Path, text: str) -> None:
    (closed / "rows-aside.json").write_text(text)
    (finding,) = (each for each in doctor.examine(closed).findings if each.code == "row-aside")
    assert "cannot be read" in finding.message
