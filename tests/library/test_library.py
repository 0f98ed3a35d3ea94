"""The library as a whole: what is seen after reopening, beside another process, after damage."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from hauler_tui.domain.query import parse
from hauler_tui.errors import ChangedElsewhereError, LibraryError, LibraryLockedError
from hauler_tui.library.changes import Changes
from hauler_tui.library.library import Library
from hauler_tui.library.store.writer import AppendFile
from tests.factories import NOW, make_entry
from tests.library.conftest import everything, fill
from tests.library.test_hauls import frozen, imported

CHANGES: dict[str, Callable[[Library], object]] = {
    "read": lambda lib: lib.triage.mark_read([1, 3], True, NOW),
    "skip": lambda lib: lib.triage.skip([2], True, NOW),
    "star": lambda lib: lib.triage.star(4, NOW),
    "unstar": lambda lib: lib.triage.unstar(1, NOW),
    "unstar many": lambda lib: lib.triage.unstar_all([1, 2], NOW),
    "tag": lambda lib: lib.triage.tag([1, 2], ["good", "read later"], [], NOW),
    "note": lambda lib: lib.notes.write(2, "any\x00 text \udcff, ‮ even\r\nthis", NOW),
    "note removed": lambda lib: lib.notes.write(1, " \n", NOW),
    "feed added": lambda lib: lib.feeds.add("https://example.org/2.xml", tags=("a",), at=NOW),
    "feed edited": lambda lib: lib.feeds.edit(1, title="Other", tags=["x"], at=NOW),
    "feed removed": lambda lib: lib.feeds.remove(1, NOW),
    "series added": lambda lib: lib.hauls.add_series(title="B {n}", slug="b-{n}", at=NOW),
    "series edited": lambda lib: lib.hauls.edit_series(1, NOW, lanes=("One", "Two")),
    "lane": lambda lib: lib.hauls.write_lane("haul-1", "Comments", "prose", NOW),
    "card added": lambda lib: lib.hauls.add_card("haul-1", 5, "Else", NOW),
    "card removed": lambda lib: lib.hauls.remove_card("haul-1", 1, NOW),
    "issue edited": lambda lib: lib.hauls.edit("haul-1", NOW, title="T", snippet="s"),
    "published": lambda lib: lib.hauls.publish("haul-1", frozen(lib, "haul-1"), NOW),
    "imported": lambda lib: lib.hauls.import_issues([imported("old-1", 2, 3, 3)], NOW)[0],
    "issue removed": lambda lib: lib.hauls.remove("haul-1", NOW),
}


@pytest.fixture
def used(filled: Library) -> Library:
    """A library with a star, its card in an open issue, and a note."""
    filled.triage.star(1, NOW)
    filled.notes.write(1, "what I think", NOW)
    return filled


@pytest.mark.parametrize("verb", CHANGES)
def test_after_reopening_everything_is_as_it_was(used: Library, verb: str, folder: Path) -> None:
    CHANGES[verb](used)
    before = everything(used)
    used.close()
    with Library.open(folder) as again:
        assert everything(again) == before


@pytest.mark.parametrize("verb", CHANGES)
def test_undo_takes_each_verb_back_and_redo_brings_it_again(used: Library, verb: str) -> None:
    before = everything(used)
    CHANGES[verb](used)
    after = everything(used)
    assert after != before
    step = used.history.undo(NOW)
    assert step is not None
    assert step.about
    assert everything(used) == before
    used.history.redo(NOW)
    assert everything(used) == after


@pytest.mark.parametrize("verb", CHANGES)
def test_undo_works_after_reopening(used: Library, verb: str, folder: Path) -> None:
    before = everything(used)
    CHANGES[verb](used)
    used.close()
    with Library.open(folder) as again:
        again.history.undo(NOW)
        assert everything(again) == before


def test_everything_of_a_closed_library_can_be_undone_down_to_the_feed(
    used: Library, folder: Path
) -> None:
    for change in list(CHANGES.values())[:10]:
        change(used)
    used.close()
    with Library.open(folder) as again:
        while again.history.undo(NOW):
            pass
        assert again.feeds.all() == ()
        assert again.hauls.all() == ()
        assert not any(again.items.is_read(item_id) for item_id in range(1, 6))
        assert again.items.count() == 0
        again.history.redo(NOW)
        assert again.items.count() == 5


def test_a_step_names_the_thing(used: Library) -> None:
    used.triage.mark_read([1, 2], True, NOW)
    used.triage.tag([1], ["a"], [], NOW)
    assert [step.about for step in used.history.history(4)] == [
        "tag “Paper 1” +a",
        "mark 2 items read",
        "note on “Paper 1”",
        "star “Paper 1”",
    ]


def test_plain_tinydb_shows_stars_and_notes_of_a_closed_library(
    used: Library, folder: Path
) -> None:
    used.close()
    with TinyDB(folder / "library.json", access_mode="r") as plain:
        assert plain.table("notes").get(doc_id=1)["text"] == "what I think"
        assert plain.table("marks").get(doc_id=1)["starred_at"] == "2026-05-04T09:30:00Z"
        assert [haul["slug"] for haul in plain.table("hauls")] == ["haul-1"]


def test_what_a_killed_process_wrote_is_there(used: Library, folder: Path, tmp_path: Path) -> None:
    """A copy of the files as they lie while the library is open is a whole library."""
    used.flush()
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    with Library.open(copy) as again:
        assert everything(again) == everything(used)


def test_an_item_the_disk_never_got_leaves_no_trace_in_the_index(
    used: Library, folder: Path, tmp_path: Path
) -> None:
    """The index may be ahead of the log after a crash; ids and aliases in it are not believed."""
    used.flush()
    log = (folder / "items.log").read_bytes()
    journal = (folder / "library.journal").read_bytes()
    used.items.absorb([make_entry(9)], feed_id=None, at=NOW)
    assert used.wait_for_index(10)
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "items.log").write_bytes(log)
    (copy / "library.journal").write_bytes(journal)
    with Library.open(copy) as again:
        assert again.items.lookup(["arxiv:2605.00009"]) is None
        new = again.items.absorb([make_entry(8)], feed_id=None, at=NOW).new
        assert again.items.get(new[0]).entry.title == "Paper 8"
        assert again.wait_for_index(10)
        assert again.items.lookup(["arxiv:2605.00009"]) is None
        assert list(again.items.view()) == [6, 5, 4, 3, 2, 1]


def garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[1000 : len(data) - 1000] = b"\xa5" * (len(data) - 2000)
    path.write_bytes(data)


def other_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        garble,
        other_version,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all, " * 200),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
    ],
)
@pytest.mark.parametrize("writing", [True, False])
def test_a_lost_or_garbled_index_changes_no_answer(
    used: Library, folder: Path, damage: Callable[[Path], object], writing: bool
) -> None:
    used.triage.star(2, NOW)
    before = everything(used)
    query = parse("paper is:starred", NOW)
    used.close()
    damage(folder / "index.sqlite")
    with Library.open(folder, writing=writing) as again:
        assert everything(again) == before
        assert list(again.items.view(query)) == [2, 1]
        assert again.items.find("arxiv:2605.00003") == 3
        if writing:
            assert again.wait_for_index(10)
            assert everything(again) == before
            assert list(again.items.view(query)) == [2, 1]
    if writing:
        with Library.open(folder) as again:
            assert again.index_ready


def test_an_index_garbled_while_it_is_open_is_built_again(used: Library, folder: Path) -> None:
    before = everything(used)
    assert used.wait_for_index(10)
    used.close()
    with Library.open(folder) as again:
        garble(folder / "index.sqlite")
        again.notes.write(1, "more", NOW)
        again.notes.write(1, "what I think", NOW)
        assert [list(again.items.view(parse(t, NOW))) for t in ("paper", "think")] == [
            [5, 4, 3, 2, 1],
            [1],
        ]
        assert again.wait_for_index(10)
        seen = everything(again)
        assert seen["items"] == before["items"]
        assert list(again.items.view(parse("paper", NOW))) == [5, 4, 3, 2, 1]


def test_the_index_of_a_closed_library_is_not_built_again(used: Library, folder: Path) -> None:
    assert used.wait_for_index(10)
    used.close()
    with Library.open(folder) as again:
        assert again.index_ready
    with Library.open(folder, writing=False) as reading:
        assert reading.index_ready


def test_tidying_compacts_a_wasteful_log_in_the_background(used: Library, folder: Path) -> None:
    for number in range(2000):
        entry = make_entry(1, title=f"Paper 1, {number}", abstract="x" * 1000, version=number + 2)
        used.items.absorb([entry], feed_id=None, at=NOW)
    assert used.wait_for_index(10)
    used.flush()
    size = (folder / "items.log").stat().st_size
    used.tidy(NOW)
    used.items.absorb([make_entry(6)], feed_id=None, at=NOW)
    used._upkeep._compaction.wait()  # type: ignore[union-attr]
    used.tidy(NOW)
    before = everything(used)
    assert (folder / "items.log").stat().st_size < size / 100
    used.close()
    with Library.open(folder) as again:
        assert again.index_ready
        assert everything(again) == before
        assert again.items.get(1).entry.title == "Paper 1, 1999"


def test_compacting_does_not_cost_the_index(used: Library, folder: Path) -> None:
    abstract = "x " * 200_000
    for version in (2, 3, 4, 5, 6):
        entry = make_entry(1, version=version, abstract=f"{version} {abstract}")
        used.items.absorb([entry], feed_id=1, at=NOW)
    size = (folder / "items.log").stat().st_size
    used.compact(NOW)
    assert (folder / "items.log").stat().st_size < size / 2
    before = everything(used)
    used.close()
    with Library.open(folder) as again:
        assert again.index_ready
        assert everything(again) == before


def test_a_second_writer_is_refused_and_a_reader_is_not(used: Library, folder: Path) -> None:
    with pytest.raises(LibraryLockedError):
        Library.open(folder)
    used.flush()
    with Library.open(folder, writing=False) as reading:
        assert everything(reading) == everything(used)
        with pytest.raises(LibraryError):
            reading.triage.mark_read([1], True, NOW)
        assert not reading.items.is_read(1)
        with pytest.raises(LibraryError):
            reading.items.absorb([make_entry(7)], feed_id=None, at=NOW)
        with pytest.raises(LibraryError):
            reading.history.undo(NOW)
        reading.flush()
        assert (reading.pending, reading.error) == (0, None)


def test_a_reader_writes_nothing(used: Library, folder: Path) -> None:
    used.close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with Library.open(folder, writing=False) as reading:
        everything(reading)
        reading.items.view(parse("paper note:think", NOW))
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_reader_shows_only_what_it_opened(used: Library, folder: Path) -> None:
    used.flush()
    with Library.open(folder, writing=False) as reading:
        used.items.absorb([make_entry(9)], feed_id=None, at=NOW)
        assert used.wait_for_index(10)
        assert list(reading.items.view()) == [5, 4, 3, 2, 1]


def test_reading_a_library_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library"):
        Library.open(tmp_path / "nowhere", writing=False)
    assert not (tmp_path / "nowhere").exists()


def test_a_failed_opening_lets_go_of_the_lock(used: Library, folder: Path) -> None:
    used.close()
    (folder / "library.json").rename(folder / "kept.json")
    (folder / "library.json").mkdir()
    with pytest.raises(LibraryError):
        Library.open(folder)
    (folder / "library.json").rmdir()
    (folder / "kept.json").rename(folder / "library.json")
    with Library.open(folder) as again:
        assert again.items.count() == 5


def test_items_that_the_log_lost_are_told_when_opening(used: Library, folder: Path) -> None:
    used.triage.tag([4], ["good"], [], NOW)
    used.close()
    with Library.open(folder) as again:
        assert again.rescued == ()
    log = (folder / "items.log").read_bytes()
    (folder / "items.log").unlink()
    for writing in (False, True):
        with Library.open(folder, writing=writing) as again:
            (told,) = again.rescued
            assert "holds no item of 5 taken in" in told
            assert "lacks 2 items with a star" in told
            assert list(again.items.view()) == []
    (folder / "items.log").write_bytes(log)
    with Library.open(folder) as again:
        assert again.rescued == ()
        assert len(again.items.view()) == 5


def test_texts_of_issues_that_the_log_lost_are_told_and_imported_again(
    used: Library, folder: Path
) -> None:
    issue = imported("old-1", 2, 3, text="the file")
    used.hauls.import_issues([issue], NOW)
    used.close()
    (folder / "hauls.log").unlink()
    with Library.open(folder) as again:
        assert "lacks the text of old-1" in again.rescued[0]
        with pytest.raises(LibraryError, match="missing from"):
            again.hauls.get("old-1")
        again.hauls.import_issues([issue], NOW)
        assert again.hauls.get("old-1").text == "the file"
        assert again.items.get(2).covered == ("old-1",)
    with Library.open(folder) as again:
        assert again.rescued == ()


def test_a_library_that_was_changed_by_two_goes_on_as_told(used: Library, folder: Path) -> None:
    used.compact(NOW)
    used.notes.write(1, "ours", NOW)
    used.flush()
    used._closing.close()
    with TinyDB(folder / "library.json") as plain:
        plain.table("notes").update({"text": "theirs"})
    with pytest.raises(ChangedElsewhereError):
        Library.open(folder)
    with Library.open(folder, writing=False, accept="ours") as reading:
        assert [note.text for note in map(reading.notes.get, [1]) if note] == ["ours"]
    with Library.open(folder, accept="theirs") as again:
        assert [note.text for note in map(again.notes.get, [1]) if note] == ["theirs"]
        assert list(again.items.view(parse("note:theirs", NOW))) == [1]


@pytest.mark.parametrize("refusal", [sqlite3.OperationalError("disk is full"), OSError(28, "full")])
@pytest.mark.parametrize("lost", [False, True])
def test_a_disk_that_refuses_the_index_refuses_no_answer(
    used: Library,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    refusal: Exception,
    lost: bool,
) -> None:
    before = everything(used)
    used.close()
    if lost:
        (folder / "index.sqlite").unlink()

    def refuse(*_: object) -> None:
        raise refusal

    with monkeypatch.context() as full:
        full.setattr("hauler_tui.library.search.index.open_writer", refuse)
        with Library.open(folder) as again:
            assert everything(again) == before
            assert list(again.items.view(parse("paper is:starred", NOW))) == [1]
            again.notes.write(3, "giraffes", NOW)
            assert list(again.items.view(parse("giraffes", NOW))) == [3]
    assert lost or (folder / "index.sqlite").exists()
    with Library.open(folder) as again:
        assert again.wait_for_index(10)
        assert list(again.items.view(parse("giraffes", NOW))) == [3]


def test_an_index_that_is_a_folder_stops_nothing(used: Library, folder: Path) -> None:
    before = everything(used)
    used.close()
    (folder / "index.sqlite").unlink()
    (folder / "index.sqlite").mkdir()
    with Library.open(folder) as again:
        assert everything(again) == before


def test_subscribers_hear_which_items_changed(filled: Library) -> None:
    heard: list[Changes] = []
    filled.subscribe(heard.append)
    filled.triage.mark_read([1, 2], True, NOW)
    assert heard.pop() == Changes(items=frozenset({1, 2}))
    filled.triage.mark_read([1, 2, 3], True, NOW)
    assert heard.pop() == Changes(items=frozenset({3}))
    filled.triage.star(4, NOW)
    assert heard.pop() == Changes(items=frozenset({4}), hauls=True)
    filled.notes.write(5, "text", NOW)
    assert heard.pop() == Changes(items=frozenset({5}))
    filled.feeds.edit(1, title="New", at=NOW)
    assert heard.pop() == Changes(feeds=True)
    filled.items.absorb([make_entry(6)], feed_id=None, at=NOW)
    assert heard.pop() == Changes(items=frozenset({6}))
    filled.history.undo(NOW)
    assert heard.pop() == Changes(feeds=True)


def test_a_change_is_pending_until_the_disk_has_it(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.flush()

    def refuse(self: AppendFile, data: memoryview, position: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(AppendFile, "write", refuse)
        filled.triage.star(1, NOW)
        assert filled.items.get(1).is_starred
        with pytest.raises(LibraryError, match="not saved"):
            filled.close()
        assert filled.pending
        assert isinstance(filled.error, OSError)
    filled.flush()
    assert [filled.pending, filled.error] == [0, None]


def test_several_changes_can_be_one_step(filled: Library) -> None:
    with filled.step("import", "import two files", at=NOW):
        filled.triage.star(1, NOW)
        filled.notes.write(1, "text", NOW + timedelta(seconds=1))
    step = filled.history.undo(NOW)
    assert step is not None
    assert step.about == "import two files"
    assert filled.notes.get(1) is None
    assert not filled.items.get(1).is_starred


def test_a_change_that_fails_in_the_middle_leaves_memory_as_it_was(used: Library) -> None:
    before = everything(used)

    def fail_after_nine_changes() -> None:
        with used.step("try", "try", at=NOW):
            for change in list(CHANGES.values())[:9]:
                change(used)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_nine_changes()
    assert everything(used) == before
    assert list(used.items.view(parse("is:read or is:skipped or tag:good", NOW))) == []


def test_an_empty_library_answers_everything(library: Library) -> None:
    assert list(library.items.view()) == []
    assert list(library.items.view(parse("is:unread or word", NOW))) == []
    assert library.items.count() == library.notes.count() == 0
    assert (library.hauls.current(), library.hauls.open_issue()) == (None, None)
    assert library.history.undo(NOW) is None
    assert library.rescued == ()
    assert fill(library, 1).new == (1,)
