from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.reference import References
from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.workflows import references
from hauler_tui.workflows.references import ReferencesReport
from tests.factories import NOW
from tests.workflows.conftest import star, write

BIB = """@article{one, title={One}, eprint={2605.00001}, note={What I think.}, keywords={a b, c}}
@article{new, title={New}, doi={10.1000/new}, author={Doe, Jane}, note={Also this.}, year=2001}
@article{again, title={New, again}, doi={10.1000/new}, note={And that.}, keywords={c}}
"""


def read(tmp_path: Path, text: str = BIB) -> References:
    found = references.read_references(write(tmp_path, "refs.bib", text), NOW)
    assert found
    return found


def imported(library: Library, found: References, *, unread: bool = False) -> ReferencesReport:
    taken = references.take_in(library, "refs.bib", found, NOW)
    with library.step("import", "import refs.bib", at=NOW):
        return references.keep(library, taken, NOW, unread=unread)


def keys(library: Library) -> set[str]:
    return {library.items.get(item_id).key for item_id in library.items.view()}


def test_works_come_with_tags_and_notes_and_count_as_read(library: Library, tmp_path: Path) -> None:
    report = imported(library, read(tmp_path))
    assert (report.kind, report.added, report.known, report.notes) == ("bibtex", 1, 1, 2)
    new = library.items.get(library.items.find("10.1000/new"))
    assert (new.is_read, new.is_starred, new.tags) == (True, False, ("c",))
    assert library.notes.text(new.id) == "Also this.\n\nAnd that."
    known = library.items.get(library.items.find("2605.00001"))
    assert (known.is_read, known.tags) == (False, ("a-b", "c"))
    assert known.entry.title == "Paper 1"


def test_a_poorer_entry_of_the_same_file_replaces_no_word_of_the_fuller(
    library: Library, tmp_path: Path
) -> None:
    full = "title={One}, author={Doe, Jane}, eprint={1706.03762}, journal={Journal}"
    poor = "title={One (dup)}, author={J. D.}, url={https://arxiv.org/abs/1706.03762v5}"
    more = "title={Whole}, eprint={1706.03763}, abstract={Much of it.}"
    less = "title={Less}, eprint={1706.03763}"
    text = "\n".join(f"@article{{k{n}, {one}}}" for n, one in enumerate((full, poor, less, more)))
    report = imported(library, read(tmp_path, text))
    assert (report.added, report.known) == (2, 0)
    assert report.warnings == ("2 entries name a work that another of the file names too",)
    one = library.items.get(library.items.find("1706.03762")).entry
    assert (one.title, one.authors, one.journal) == ("One", ("Jane Doe",), "Journal")
    assert library.items.get(library.items.find("1706.03763")).entry.title == "Whole"


def test_bare_links_wait_to_be_looked_up_until_the_import_is_undone(
    library: Library, tmp_path: Path
) -> None:
    bookmarks = (
        "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>\n"
        '<DT><A HREF="https://example.org/a">A title</A>\n</DL><p>\n'
    )
    found = references.read_references(write(tmp_path, "bookmarks.html", bookmarks), NOW)
    assert found
    imported(library, found)
    (item_id,) = library.lookups.ids()
    assert library.items.get(item_id).entry.link == "https://example.org/a"
    library.history.undo(NOW)
    assert library.lookups.ids() == ()


def test_new_works_may_stay_unread(library: Library, tmp_path: Path) -> None:
    imported(library, read(tmp_path), unread=True)
    assert not library.items.is_read(library.items.find("10.1000/new"))


def test_a_note_of_the_person_stays_and_the_other_follows_it_once(
    library: Library, tmp_path: Path
) -> None:
    item_id = star(library, 1, "Mine.\n")
    for _ in range(2):
        imported(library, read(tmp_path))
        assert library.notes.text(item_id) == "Mine.\n\nWhat I think."


@given(note=st.text(max_size=30), remark=st.text(max_size=30))
def test_a_remark_never_takes_a_word_from_a_note_and_is_added_once(note: str, remark: str) -> None:
    once = references.with_remark(note, remark)
    assert once.startswith(note.rstrip())
    assert references.with_remark(once, remark) == once


def test_one_undo_takes_everything_back_and_redo_brings_it_again(
    library: Library, tmp_path: Path
) -> None:
    before = keys(library)
    imported(library, read(tmp_path))
    assert keys(library) == before | {"doi:10.1000/new"}
    library.history.undo(NOW)
    assert keys(library) == before
    assert library.items.count() == len(before)
    known = library.items.find("2605.00001")
    assert (library.notes.text(known), library.items.get(known).tags) == ("", ())
    library.history.redo(NOW)
    assert keys(library) == before | {"doi:10.1000/new"}
    assert library.notes.text(known) == "What I think."


def test_what_was_undone_and_is_imported_again_is_new_again(
    library: Library, tmp_path: Path
) -> None:
    before = keys(library)
    imported(library, read(tmp_path))
    library.history.undo(NOW)
    assert imported(library, read(tmp_path)).added == 1
    assert "doi:10.1000/new" in keys(library)
    library.history.undo(NOW)
    assert keys(library) == before


def test_nothing_is_seen_before_everything_is_there(library: Library, tmp_path: Path) -> None:
    before = keys(library)
    text = "".join(f"@misc{{k{n}, title={{T {n}}}, year={1500 + n}}}\n" for n in range(1_200))
    told: list[tuple[int, int]] = []
    taken = references.take_in(
        library, "x.bib", read(tmp_path, text), NOW, lambda *now: told.append(now)
    )
    assert keys(library) == before
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    with library.step("import", "import x.bib", at=NOW):
        assert references.keep(library, taken, NOW, unread=False).added == 1_200
    assert len(keys(library)) == 1_200 + len(before)
    oldest = library.items.find(read(tmp_path, text).found[0].entry.aliases[0])
    assert library.items.row(oldest).date.year == 1500


def test_what_would_be_taken_is_foreseen_without_a_change(library: Library, tmp_path: Path) -> None:
    found = read(tmp_path)
    foreseen = references.foresee(library, "refs.bib", found)
    assert library.items.count() == 3
    assert foreseen == imported(library, found)
    library.history.undo(NOW)
    assert references.foresee(library, "refs.bib", found) == foreseen


def test_a_folder_of_notes_is_read_file_by_file(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "deep" / ".obsidian").mkdir(parents=True)
    write(folder, "a.md", "# A\n\nhttps://arxiv.org/abs/2605.00001\n\nMine.\n")
    write(folder / "deep", "b.markdown", "- https://e.org/1 one\n- https://e.org/2 two\n")
    write(folder / "deep" / ".obsidian", "c.md", "https://e.org/3\n")
    write(folder, "d.md", "no link")
    write(folder, "e.txt", "https://e.org/4")
    (folder / "f.md").write_bytes(b"caf\xe9 https://e.org/5")
    found = references.read_notes(folder)
    assert [(one.title, one.reason[:16]) for one in found.left_out] == [
        ("d.md", "it has no link"),
        ("f.md", "it is not UTF-8 "),
    ]
    assert imported(library, found).added == 2
    assert library.notes.text(library.items.find("2605.00001")) == "Mine."
    assert library.notes.text(library.items.find("https://e.org/2")) == "two"


def test_a_folder_without_markdown_is_refused(tmp_path: Path) -> None:
    for place, told in ((tmp_path, "no Markdown"), (tmp_path / "none", "is no folder")):
        with pytest.raises(HaulerError, match=told):
            references.read_notes(place)


def test_markdown_and_files_that_are_not_there_are_left_to_the_reader_of_posts(
    tmp_path: Path,
) -> None:
    post = write(tmp_path, "post.md", BIB)
    assert references.read_references(post, NOW) is None
    assert references.read_references(tmp_path / "none.bib", NOW) is None
    assert references.read_references(tmp_path, NOW) is None


def test_a_file_of_no_end_is_refused_by_its_size(tmp_path: Path) -> None:
    large = tmp_path / "large.bib"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    with pytest.raises(HaulerError, match="larger than 64 MB"):
        references.read_references(large, NOW)
