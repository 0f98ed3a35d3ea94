"""A large snapshot is read as far as it is asked for, and never believed when it changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from hauler_tui.errors import ChangedElsewhereError, LibraryError
from hauler_tui.library.store import places
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.journaltext import new_meta, read_snapshot, snapshot_bytes
from hauler_tui.library.store.places import Placed
from hauler_tui.library.store.writer import Writer
from tests.library.disks import without_waiting

NOW = datetime(2026, 11, 22, tzinfo=UTC)
VALUES = st.none() | st.text(st.characters(exclude_categories=()), max_size=5) | st.floats()
ROWS = st.dictionaries(
    st.integers(0, 1 << 33),
    st.dictionaries(st.sampled_from(["title", '"1": {', "\n}"]), VALUES, max_size=2),
    max_size=6,
)


@pytest.fixture(autouse=True)
def disk(monkeypatch: pytest.MonkeyPatch) -> None:
    without_waiting(monkeypatch)


@pytest.fixture
def kept(directory: Path) -> Path:
    """A library that was closed with two notes, whose snapshot says where they stand."""
    for journal in opened(directory):
        put(journal, {2: "two", 1: "one"})
        journal.snapshot()
    return directory


def opened(directory: Path, **options: Any) -> Iterator[Journal]:
    """A journal that is open for writing until the loop's body has ended."""
    writer = Writer()
    try:
        journal = Journal.open(directory, writer=writer, **options)
        try:
            yield journal
        finally:
            journal.close()
    finally:
        writer.abandon()


def put(journal: Journal, texts: dict[int, str]) -> None:
    with journal.step("note", "note", at=NOW):
        for doc_id, text in texts.items():
            journal.table("notes").put(doc_id, {"text": text})


def is_placed(journal: Journal) -> bool:
    return isinstance(journal._resident._stored.get("notes"), Placed)


@settings(max_examples=60, deadline=None)
@given(
    tables=st.dictionaries(st.text(max_size=3), ROWS, max_size=3),
    at_once=st.sampled_from([1, 40, 1 << 18]),
)
def test_a_placed_table_says_what_the_whole_one_says(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, Any], at_once: int
) -> None:
    tables.pop("meta", None)
    folder = tmp_path_factory.mktemp("library")
    path = folder / "library.json"
    data = snapshot_bytes(tables, {**new_meta(), "seq": 7})
    path.write_bytes(data)
    found = places.places(data)
    if any(doc_id >= 1 << 32 for rows in tables.values() for doc_id in rows):
        assert found is None
        return
    places.write(path, "abc", found)
    header = {"hauler": 2, "generation": "abc", "snapshot": sha256(data).hexdigest()}
    loaded = places.load(path, header)
    assert loaded is not None
    placed, meta, snapshot = loaded
    assert meta == {**new_meta(), "seq": 7}
    assert set(placed) == set(tables)
    whole = read_snapshot(data, is_ours=False)
    assert whole is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "_AT_ONCE", at_once)
        for name, table in placed.items():
            assert isinstance(table, Placed)
            assert set(table.ids) == set(tables[name])
            for doc_id in range(-1, 9):
                assert (doc_id in table.ids) is (doc_id in tables[name])
            for doc_id in {*tables[name], 3}:
                assert json.dumps(table.get(doc_id)) == json.dumps(whole[0][name].get(doc_id))  # type: ignore[union-attr]
            assert json.dumps(table.read()) == json.dumps(whole[0][name])
            assert json.dumps(table.glance()) == json.dumps(whole[0][name])
    assert snapshot.close() == ()


def test_single_documents_are_read_without_the_others(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for journal in opened(kept):
        monkeypatch.delattr(Placed, "read")
        rows = journal.table("notes").rows()
        assert rows.get(1) == {"text": "one"}
        assert (rows.get(3), 2 in rows, 3 in rows) == (None, True, False)
        assert journal.table("notes").glance() == {2: {"text": "two"}, 1: {"text": "one"}}
        monkeypatch.undo()
        assert list(rows) == [2, 1]
        assert dict(rows.items()) == {2: {"text": "two"}, 1: {"text": "one"}}
        assert [row["text"] for row in rows.values()] == ["two", "one"]
        assert len(rows) == 2


def test_a_change_after_an_opening_by_places_is_kept_as_any_other(kept: Path) -> None:
    for journal in opened(kept):
        assert is_placed(journal)
        rows = journal.table("notes").rows()
        put(journal, {3: "three"})
        assert rows.get(3) == {"text": "three"}
    for journal in opened(kept):
        assert dict(journal.table("notes").rows()) == {
            number: {"text": text} for number, text in ((2, "two"), (1, "one"), (3, "three"))
        }
        assert journal.next_id("notes") == 4


def test_an_edit_that_keeps_size_and_time_is_seen(kept: Path) -> None:
    path = kept / "library.json"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b'"one"', b'"ONE"'))
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of a file system has ticks
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    for journal in opened(kept):
        assert journal.rescued[0] == "library.json was opened as another program wrote it"
        assert journal.table("notes").rows()[1] == {"text": "ONE"}


@pytest.fixture
def edited(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, edited by another program so that only the hash tells."""
    path = kept / "library.json"
    monkeypatch.setattr(places, "_stamp", lambda path: [path.stat().st_ino])
    data = path.read_bytes()
    generation = json.loads((kept / "library.journal").read_bytes().split(b"\n")[0])["generation"]
    places.write(path, generation, places.places(data))
    path.write_bytes(data.replace(b'"one"', b'"ONE"'))
    return kept


def test_an_edit_that_only_the_hash_tells_lets_nothing_be_changed(edited: Path) -> None:
    for journal in opened(edited):
        assert is_placed(journal)
        for _ in range(2):
            with pytest.raises(LibraryError, match="neither its size nor its times"):
                put(journal, {4: "four"})
    assert "neither its size nor its times" in journal.rescued[-1]
    for journal in opened(edited):
        assert journal.rescued[0] == "library.json was opened as another program wrote it"
        assert journal.table("notes").rows()[1] == {"text": "ONE"}


def test_an_edit_that_only_the_hash_tells_is_asked_about_where_changes_came_after(
    kept: Path, request: pytest.FixtureRequest
) -> None:
    for journal in opened(kept):
        put(journal, {3: "three"})
    request.getfixturevalue("edited")
    with pytest.raises(LibraryError, match="neither its size nor its times"):
        list(opened(kept))
    with pytest.raises(ChangedElsewhereError):
        list(opened(kept))


@pytest.mark.parametrize("place", range(0, 900, 13))
def test_a_damaged_side_file_is_not_believed(kept: Path, place: int) -> None:
    side_file = places.side_file(kept / "library.json")
    data = bytearray(side_file.read_bytes())
    data[place % len(data)] ^= 4
    side_file.write_bytes(data)
    for journal in opened(kept):
        assert not is_placed(journal)
        assert journal.rescued == ()
        assert journal.table("notes").rows()[1] == {"text": "one"}
    for journal in opened(kept):
        assert is_placed(journal)


def test_a_torn_side_file_is_not_believed(kept: Path) -> None:
    side_file = places.side_file(kept / "library.json")
    whole = side_file.read_bytes()
    for end in range(len(whole)):
        side_file.write_bytes(whole[:end])
        header = json.loads((kept / "library.journal").read_bytes().split(b"\n")[0])
        assert places.load(kept / "library.json", header) is None


def test_the_places_of_another_generation_or_copy_are_not_believed(
    kept: Path, tmp_path: Path
) -> None:
    side_file = places.side_file(kept / "library.json")
    older = side_file.read_bytes()
    for journal in opened(kept):
        put(journal, {1: "another"})
        journal.snapshot()
    side_file.write_bytes(older)
    for journal in opened(kept):
        assert not is_placed(journal)
        assert journal.table("notes").rows()[1] == {"text": "another"}
    places.write(
        kept / "library.json", "another", places.places((kept / "library.json").read_bytes())
    )
    for journal in opened(kept):
        assert not is_placed(journal)
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in kept.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    for journal in opened(copy):
        assert not is_placed(journal)
    for journal in opened(copy):
        assert is_placed(journal)


def test_a_small_snapshot_has_no_side_file(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for journal in opened(directory):
        put(journal, {1: "one"})
        journal.snapshot()
        assert places.side_file(directory / "library.json").exists()
        monkeypatch.setattr(places, "LARGE", 1 << 18)
        journal.snapshot()
        assert not places.side_file(directory / "library.json").exists()


def test_plain_tinydb_beside_a_side_file_is_noticed(kept: Path) -> None:
    with TinyDB(kept / "library.json") as plain:
        plain.table("notes").update({"text": "their"}, doc_ids=[1])
    for journal in opened(kept):
        assert journal.rescued[0] == "library.json was opened as another program wrote it"
        assert journal.table("notes").rows()[1] == {"text": "their"}
