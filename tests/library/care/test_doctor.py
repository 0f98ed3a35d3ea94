from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hauler_tui.domain.haul import Card, Haul
from hauler_tui.errors import LibraryError, LibraryLockedError
from hauler_tui.library.care import doctor
from hauler_tui.library.care.backup import write_backup
from hauler_tui.library.care.findings import Finding
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.conftest import everything


@pytest.fixture(autouse=True)
def impatient(quick_disk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that do not fit together are not asked again for a swap that may be under way."""
    monkeypatch.setattr("hauler_tui.library.care.cut._TRIES", 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.zip"


@pytest.fixture
def used(filled: Library) -> Library:
    """A library with a star, notes and a published issue, compacted since."""
    filled.triage.star(1, NOW)
    filled.notes.write(2, "what I think", NOW)
    card = Card(item_id=3, lane="Papers", link="https://arxiv.org/abs/2605.00003", title="Old")
    issue = Haul(
        id=0,
        slug="old-1",
        series_id=None,
        number=1,
        title="Old",
        cards=(card,),
        state="published",
        text="file",
    )
    filled.hauls.import_issues([issue], NOW)
    filled.compact(NOW)
    filled._book.table("items").compact()
    filled._book.table("hauls").compact()
    filled._items_changed(frozenset())
    filled.notes.write(4, "more", NOW)
    assert filled.wait_for_index(10)
    return filled


def found(folder: Path) -> dict[str, Finding]:
    return {finding.code: finding for finding in doctor.examine(folder).findings}


def mend(folder: Path, code: str, source: Path | None = None) -> None:
    """See one finding, have it mended, and see it gone."""
    finding = found(folder)[code]
    assert finding.message
    assert finding.remedy is not None
    doctor.mend(folder, [finding.remedy], at=NOW, source=source)
    assert code not in found(folder)


def change(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def test_a_sound_library_has_no_findings_and_nothing_is_changed(
    used: Library, folder: Path
) -> None:
    used.close()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    diagnosis = doctor.examine(folder)
    assert diagnosis.findings == ()
    assert diagnosis.is_ok
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after | {"lock": b""} == before | {"lock": b""}


def test_beside_an_open_reader_it_only_looks(used: Library, folder: Path) -> None:
    used.flush()
    diagnosis = doctor.examine(folder)
    assert (diagnosis.findings, diagnosis.is_beside) == ((), True)
    with pytest.raises(LibraryLockedError):
        doctor.mend(folder, ["open"], at=NOW)


def test_where_there_is_no_library_it_says_so(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(LibraryError, match="there is no library"):
            doctor.examine(folder)
    assert not (tmp_path / "nowhere").exists()


def torn_journal(folder: Path) -> None:
    with (folder / "library.journal").open("ab") as stream:
        stream.write(b'{"seq": 99')


def torn_log(folder: Path) -> None:
    with (folder / "items.log").open("ab") as stream:
        stream.write(b"P 6 00000000 {")


def lost_snapshot(folder: Path) -> None:
    (folder / "library.json").unlink()


def garbled_snapshot(folder: Path) -> None:
    change(folder / "library.json", b"{", b"[")


def lost_index(folder: Path) -> None:
    (folder / "index.sqlite").unlink()


def garbled_index(folder: Path) -> None:
    (folder / "index.sqlite").write_bytes(b"x" * 5000)


def open_rights(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "items.log").chmod(0o644)


def left_over(folder: Path) -> None:
    (folder / ".library.json.0123abcd.tmp").write_text("half")
    (folder / "items.log.new").write_text("half")


def interrupted_restore(folder: Path) -> None:
    (folder / "restored").mkdir()


def damaged_commit(folder: Path) -> None:
    change(folder / "items.log", b"\nC 5 ", b"\nC 6 ")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (torn_journal, "torn"),
        (torn_log, "torn"),
        (lost_snapshot, "snapshot"),
        (garbled_snapshot, "snapshot"),
        (lost_index, "index"),
        (garbled_index, "index"),
        (open_rights, "permissions"),
        (left_over, "stray-file"),
        (interrupted_restore, "restore-interrupted"),
        (damaged_commit, "log-scarred"),
    ],
)
def test_damage_of_files_is_found_and_mended_without_a_loss(
    used: Library, folder: Path, damage: Callable[[Path], None], code: str
) -> None:
    before = everything(used)
    used.close()
    damage(folder)
    mend(folder, code)
    assert doctor.examine(folder).is_ok
    with Library.open(folder) as again:
        assert everything(again) == before
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_damaged_line_of_the_journal_is_found_and_the_others_are_kept(
    used: Library, folder: Path
) -> None:
    used.notes.write(5, "later", NOW)
    used.flush()
    data = (folder / "library.journal").read_bytes()
    used._closing.close()
    (folder / "library.journal").write_bytes(data.replace(b'"more"', b'"mare"', 1))
    mend(folder, "journal-damaged")
    with Library.open(folder) as again:
        assert again.notes.get(5) is not None
        assert again.notes.get(2) is not None


def test_lines_of_another_journal_are_found(used: Library, folder: Path) -> None:
    used.flush()
    data = (folder / "library.journal").read_bytes()
    used._closing.close()
    (folder / "library.journal").write_bytes(data + data)
    mend(folder, "journal-strange")


@pytest.mark.parametrize("keeps_side_car", [True, False])
def test_a_damaged_record_is_rescued_from_the_log_before(
    used: Library, folder: Path, keeps_side_car: bool
) -> None:
    before = everything(used)
    used.close()
    change(folder / "items.log", b"Paper 2", b"Piper 2")
    if not keeps_side_car:
        (folder / "items.offsets").unlink()
    mend(folder, "record-damaged")
    assert {finding.code for finding in doctor.examine(folder).findings} == {"kept-aside"}
    with Library.open(folder) as again:
        assert everything(again) == before


def test_a_record_left_out_by_an_opening_is_found_and_rescued(used: Library, folder: Path) -> None:
    before = everything(used)
    used.close()
    change(folder / "items.log", b"Paper 5", b"Piper 5")
    for _ in range(2):
        with Library.open(folder) as hurt:
            assert hurt.items.count() == 4
            hurt._book.table("items").compact()
    mend(folder, "record-lost")
    assert doctor.examine(folder).is_ok
    with Library.open(folder) as again:
        assert everything(again) == before


def test_a_record_whose_id_is_damaged_is_rescued(used: Library, folder: Path) -> None:
    before = everything(used)
    used.close()
    change(folder / "items.log", b"\nP 5 ", b"\nP 4 ")
    doctor.mend(folder, ["open", "rescue"], at=NOW)
    with Library.open(folder) as again:
        assert everything(again) == before


def test_a_damaged_record_is_rescued_from_a_backup(used: Library, folder: Path, file: Path) -> None:
    write_backup(folder, file, at=NOW)
    before = everything(used)
    used.close()
    (folder / "items.log.old").unlink()
    change(folder / "items.log", b"Paper 2", b"Piper 2")
    doctor.mend(folder, ["rescue"], at=NOW)
    assert not doctor.examine(folder).is_ok
    mend(folder, "record-lost", file)
    with Library.open(folder) as again:
        assert everything(again) == before


def test_a_line_that_does_not_tell_its_id_is_rescued_too(used: Library, folder: Path) -> None:
    before = everything(used)
    used.close()
    change(folder / "items.log", b"\nP 2 ", b"\nP z ")
    mend(folder, "record-damaged")
    with Library.open(folder) as again:
        assert everything(again) == before


@pytest.mark.parametrize("name", ["items.log", "hauls.log"])
@pytest.mark.parametrize("has_old", [True, False])
def test_a_lost_log_is_rescued(
    used: Library, folder: Path, file: Path, name: str, has_old: bool
) -> None:
    write_backup(folder, file, at=NOW)
    before = everything(used)
    used.close()
    (folder / name).unlink()
    if not has_old:
        (folder / f"{name}.old").unlink()
    mend(folder, "log-missing", None if has_old else file)
    doctor.mend(folder, ["index"], at=NOW)
    assert doctor.examine(folder).findings == ()
    with Library.open(folder) as again:
        assert everything(again) == before


def test_what_the_person_wrote_about_lost_items_hangs_on_stand_ins(
    used: Library, folder: Path
) -> None:
    used.triage.tag([5], ["good"], [], NOW)
    used.close()
    (folder / "items.log").unlink()
    (folder / "items.log.old").unlink()
    Library.open(folder).close()
    assert found(folder)["items-lost"].severity == "error"
    finding = found(folder)["item-missing"]
    assert finding.message == "5 items with 2 notes, 1 star, 2 cards are not in items.log"
    mend(folder, "item-missing")
    with Library.open(folder) as again:
        notes = [again.notes.get(item_id) for item_id in (2, 4)]
        assert [note and note.text for note in notes] == ["what I think", "more"]
        assert again.items.get(1).is_starred
        assert again.items.get(5).tags == ("good",)
        assert again.items.get(1).entry.title == "Lost item 1"
        assert again.items.get(3).key == "arxiv:2605.00003"
        assert again.items.get(3).covered == ("old-1",)
        assert again.items.find("lost:2") == 2
        assert again.hauls.open_issue() is not None
        again.items.absorb([make_entry(3)], feed_id=1, at=NOW)
        assert again.items.get(3).entry.title == "Paper 3"
    assert doctor.examine(folder).is_ok


def test_items_that_are_lost_are_taken_from_a_backup_first(
    used: Library, folder: Path, file: Path
) -> None:
    write_backup(folder, file, at=NOW)
    used.close()
    (folder / "items.log").unlink()
    (folder / "items.log.old").unlink()
    Library.open(folder).close()
    mend(folder, "item-missing", file)
    with Library.open(folder) as again:
        assert again.items.get(2).entry.title == "Paper 2"


@pytest.mark.parametrize("has_old", [True, False])
def test_the_text_of_an_issue_is_rescued(
    used: Library, folder: Path, file: Path, has_old: bool
) -> None:
    write_backup(folder, file, at=NOW)
    used.close()
    (folder / "hauls.log").unlink()
    if not has_old:
        (folder / "hauls.log.old").unlink()
    Library.open(folder).close()
    if has_old:
        assert "text-missing" not in found(folder)  # opening put the log together again
    else:
        mend(folder, "text-missing", file)
    with Library.open(folder) as again:
        assert again.hauls.get("old-1").text == "file"


def test_wrong_coverage_is_written_again_in_a_step_that_can_be_undone(
    used: Library, folder: Path
) -> None:
    with used.step("break", "break it", at=NOW):
        used._journal.table("coverage").drop(3)
        used._journal.table("coverage").put(1, {"slugs": ["nowhere"]})
    used.close()
    mend(folder, "coverage")
    with Library.open(folder) as again:
        assert again.items.get(3).covered == ("old-1",)
        assert again.items.get(1).covered == ()
        step = again.history.undo(NOW)
        assert step is not None
        assert step.about == "mend what covers 2 items"


def test_items_that_share_a_name_are_told(used: Library, folder: Path) -> None:
    work = used._works.require(2)
    used._works.put({6: work})
    used._journal.next_id("items")
    used.close()
    finding = found(folder)["duplicates"]
    assert (finding.severity, finding.remedy) == ("warning", None)
    assert "2 and 6 by arxiv:2605.00002" in finding.message


def test_an_index_that_is_wrong_is_found(used: Library, folder: Path) -> None:
    used.close()
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        connection.execute("UPDATE rows SET title = 'other' WHERE id = 2")
        connection.commit()
    mend(folder, "index")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("library.sync-conflict-20260504-093000-ABCDEFG.journal", "conflict-copy"),
        ("library (conflicted copy 2026-05-04).json", "conflict-copy"),
        ("library.sync-conflict-20260504-093000-ABCDEFG.log", "conflict-copy"),
        ("library.journal.torn-1", "kept-aside"),
        ("library.json.format-1", "kept-aside"),
        ("items.log.damaged-1", "kept-aside"),
        ("items.log.before-1", "kept-aside"),
        ("items.sync-conflict-20260504-093000-ABCDEFG.log.taken-in", "kept-aside"),
    ],
)
def test_files_that_are_not_hauler_s_to_mend_are_told(
    used: Library, folder: Path, name: str, code: str
) -> None:
    used.close()
    (folder / name).touch(mode=0o600)
    finding = found(folder)[code]
    assert name in finding.message
    assert finding.hint
    assert finding.remedy is None


@pytest.mark.parametrize(
    ("name", "occasion"),
    [
        ("library.json.format-1", "brought to a newer format"),
        ("items (conflicted copy 1).log.taken-in", "done in another copy was taken in"),
        ("items.log.damaged-1", "damaged or changed elsewhere"),
    ],
)
def test_of_a_file_that_was_kept_it_is_told_why(
    used: Library, folder: Path, name: str, occasion: str
) -> None:
    used.close()
    (folder / name).touch(mode=0o600)
    assert occasion in found(folder)["kept-aside"].message


def test_sweeping_does_not_take_a_file_whose_rename_is_due(used: Library, folder: Path) -> None:
    used.notes.write(5, "later", NOW)
    before = everything(used)
    used.close()
    (folder / "library.journal").rename(folder / "library.journal.new")
    shutil.copy(folder / "library.journal.old", folder / "library.journal")
    mend(folder, "stray-file")
    with Library.open(folder) as again:
        assert everything(again) == before


def test_a_disk_without_room_is_told(
    used: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.close()

    class Full:
        free = 1 << 20

    monkeypatch.setattr("shutil.disk_usage", lambda path: Full)
    assert "1 MB free" in found(folder)["disk-space"].message


def test_every_flipped_bit_of_a_log_is_found(used: Library, folder: Path) -> None:
    used.close()
    log = folder / "items.log"
    data = log.read_bytes()
    for place in range(0, len(data), 61):
        log.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        (folder / "items.offsets").unlink(missing_ok=True)
        assert {"record-damaged", "log-scarred", "torn"}.intersection(found(folder)), place


def test_a_newer_library_is_found_and_left_alone(used: Library, folder: Path) -> None:
    used.close()
    change(folder / "library.json", b'"format":2', b'"format":3')
    finding = found(folder)["cannot-open"]
    assert "newer hauler" in finding.message
    assert finding.hint.startswith("update hauler")
    assert finding.remedy is None


def test_both_versions_of_a_library_changed_by_two_are_left_to_the_person(
    used: Library, folder: Path
) -> None:
    used.flush()
    used._closing.close()
    change(folder / "library.json", b"what I think", b"what we think")
    diagnosis = doctor.examine(folder)
    assert "changed-elsewhere" in {finding.code for finding in diagnosis.findings}


def test_progress_is_told(used: Library, folder: Path) -> None:
    used.close()
    told: list[Any] = []
    doctor.examine(folder, lambda what, done, total: told.append((what, done <= total)))
    assert {what for what, _ in told} >= {"items.log", "items"}
    assert all(is_within for _, is_within in told)


def test_a_history_that_is_gone_is_named_and_nothing_is_wrong_with_the_rest(
    used: Library, folder: Path
) -> None:
    used.compact(NOW)
    used.close()
    assert found(folder) == {}
    (folder / "history.log").write_bytes(b"")
    assert set(found(folder)) == {"history-lost"}
    (folder / "history.log").unlink()
    assert set(found(folder)) == {"history-lost"}
