from __future__ import annotations

import os
from pathlib import Path

import pytest

from hauler_tui.errors import HaulError, UnknownKeyError
from hauler_tui.files import write_atomically
from hauler_tui.haul.mergeresult import Decision
from hauler_tui.haul.parse import parse
from hauler_tui.library.library import Library
from hauler_tui.workflows import publish
from hauler_tui.workflows.writing import Writing, write_issue
from tests.factories import NOW
from tests.workflows.conftest import issue_text, star, write

SLUG = "haul-1"


def written(library: Library, **options: object) -> Path:
    """Write the issue to its own place."""
    writing = write_issue(library, SLUG, NOW, **options)  # type: ignore[arg-type]
    assert writing.conflicts == ()
    return writing.path


def change(path: Path, before: str, after: str) -> None:
    """Edit a file by hand."""
    text = path.read_bytes().decode()
    assert before in text
    path.write_bytes(text.replace(before, after).encode())


def text_of(path: Path) -> str:
    return path.read_bytes().decode()


def note(library: Library, number: int) -> str:
    return library.notes.text(library.items.find(f"2605.{number:05}"))


def test_an_issue_is_written_beside_the_library_or_into_the_folder_of_its_series(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    path = written(library)
    assert path == (library.directory / "hauls" / "haul-1.md").resolve()
    assert path.read_bytes() == publish.compile_text(library, SLUG).encode()
    series = library.hauls.current()
    assert series is not None
    library.hauls.edit_series(series.id, NOW, folder=str(tmp_path / "posts"))
    assert written(library).parent == (tmp_path / "posts").resolve()
    assert written(library, path=tmp_path / "other" / "a.md").parent.name == "other"


def test_a_file_that_nobody_touched_follows_the_library(library: Library) -> None:
    star(library, 1, "A note.")
    path = written(library)
    star(library, 2)
    star(library, 1, "Another.")
    written(library)
    assert text_of(path) == publish.compile_text(library, SLUG)


def test_edits_by_hand_come_back_and_changes_here_go_in(library: Library) -> None:
    star(library, 1, "Note 1.\n\nMore.")
    star(library, 2, "Note 2.")
    library.hauls.write_lane(SLUG, "Comments", "One.", NOW)
    path = written(library)
    change(path, "Note 1.", "Note 1, corrected.")
    change(path, "One.", "One.\n\nBy hand.")
    change(path, "title: Haul ~1", 'title: "Haul ~1: moss"')
    star(library, 2, "Note 2, newer.")
    star(library, 3, "Note 3.")
    writing = write_issue(library, SLUG, NOW)
    assert writing.told == ("took back what was edited by hand: 1 note, 1 text, the title",)
    assert note(library, 1) == "Note 1, corrected.\n\nMore."
    assert note(library, 2) == "Note 2, newer."
    issue = library.hauls.get(SLUG)
    assert issue.title == "Haul ~1: moss"
    assert issue.lanes[0].text == "One.\n\nBy hand."
    assert text_of(path) == publish.compile_text(library, SLUG)
    assert [card.text for card in parse(text_of(path)).cards] == [
        "Note 1, corrected.\n\nMore.",
        "Note 2, newer.",
        "Note 3.",
    ]


def test_what_came_back_is_one_step_that_undo_takes_back(library: Library) -> None:
    star(library, 1, "Note 1.")
    star(library, 2, "Note 2.")
    path = written(library)
    change(path, "Note 1.", "First.")
    change(path, "Note 2.", "Second.")
    written(library)
    undone = library.history.undo(NOW)
    assert undone is not None
    assert (undone.verb, undone.about) == ("take back", "edits by hand in haul-1")
    assert (note(library, 1), note(library, 2)) == ("Note 1.", "Note 2.")
    written(library)
    assert "Note 1." in text_of(path)


def test_one_note_changed_on_both_sides_is_a_conflict_and_nothing_is_written(
    library: Library,
) -> None:
    star(library, 1, "Note 1.")
    star(library, 2, "Note 2.")
    path = written(library)
    change(path, "Note 1.", "By hand.")
    change(path, "Note 2.", "Second.")
    star(library, 1, "In the library.")
    before = path.read_bytes()
    writing = write_issue(library, SLUG, NOW)
    (conflict,) = writing.conflicts
    assert conflict.label == "the note of “Paper 1”"
    assert (conflict.base, conflict.ours, conflict.theirs) == (
        "Note 1.",
        "In the library.",
        "By hand.",
    )
    assert path.read_bytes() == before
    assert (note(library, 1), note(library, 2)) == ("In the library.", "Note 2.")
    decided = {conflict.key: Decision(answer="both")}
    written(library, decided=decided)
    assert note(library, 1) == "In the library.\n\nBy hand."
    assert note(library, 2) == "Second."
    assert text_of(path) == publish.compile_text(library, SLUG)


@pytest.mark.parametrize(("side", "kept"), [("ours", "In the library."), ("theirs", "By hand.")])
def test_a_side_that_is_preferred_decides_every_conflict(
    library: Library, side: str, kept: str
) -> None:
    star(library, 1, "Note 1.")
    path = written(library)
    change(path, "Note 1.", "By hand.")
    star(library, 1, "In the library.")
    written(library, prefer=side)
    assert note(library, 1) == kept
    assert parse(text_of(path)).cards[0].text == kept


def test_what_has_no_place_in_the_library_stays_in_the_file(library: Library) -> None:
    star(library, 1, "Note 1.")
    path = written(library)
    change(path, "<h4>Paper 1</h4>", "<h4>Paper One</h4>")
    change(path, "title: Haul ~1\n", "title: Haul ~1\nlayout: post # mine\n")
    for text in ("Note 1.", "Newer.", "Newest."):
        star(library, 1, text)
        assert write_issue(library, SLUG, NOW).told == ()
        assert "<h4>Paper One</h4>" in text_of(path)
        assert "layout: post # mine\n" in text_of(path)
        assert text in text_of(path)
    assert library.items.get(library.items.find("2605.00001")).entry.title == "Paper 1"


def test_cards_and_lanes_put_in_taken_out_and_moved_by_hand_come_back(library: Library) -> None:
    for number in (1, 2, 3):
        star(library, number, f"Note {number}.")
    path = written(library)
    text = text_of(path)
    first, second, third = parse(text).cards
    by_hand = second.quote.replace("2605.00002", "2605.00009").replace("Paper 2", "By hand")
    rule = "\n\n<hr/>\n\n"
    body = rule.join(
        (
            f"{third.quote}\n\n{third.text}",
            f"{by_hand}\n\nA new one.",
            f"{first.quote}\n\n{first.text}\n\n<hr/>\n\n**Aside** by hand.",
        )
    )
    start, end = text.index("<blockquote>"), text.rindex("\n\n<br/>\n<br/>")
    path.write_text(
        text[:start].replace("## Papers", "## Tools\n\nA hammer.\n\n## Papers") + body + text[end:],
        encoding="utf-8",
    )
    before = text_of(path)
    written(library)
    issue = library.hauls.get(SLUG)
    titles = [library.items.get(card.item_id).entry.title for card in issue.cards]
    assert titles == ["Paper 3", "By hand", "Paper 1"]
    assert issue.hand_ordered
    assert issue.cards[2].below == "<hr/>\n\n**Aside** by hand."
    assert note(library, 9) == "A new one."
    assert [lane.name for lane in issue.lanes] == ["Comments", "Tools", "Papers"]
    assert library.items.get(library.items.find("2605.00002")).is_starred
    assert text_of(path).replace("snippet: 3 new", "") == before.replace("snippet: 3 new", "")
    assert publish.compile_text(library, SLUG) == text_of(path)


def test_a_card_put_in_by_hand_never_replaces_the_note_that_is_here(library: Library) -> None:
    star(library, 1, "Note 1.")
    library.notes.write(library.items.find("2605.00002"), "Mine.", NOW)
    path = written(library)
    (card,) = parse(text_of(path)).cards
    other = card.quote.replace("2605.00001", "2605.00002").replace("Paper 1", "Paper 2")
    change(path, "Note 1.", f"Note 1.\n\n<hr/>\n\n{other}\n\nBy hand.")
    (conflict,) = write_issue(library, SLUG, NOW).conflicts
    assert (conflict.ours, conflict.theirs) == ("Mine.", "By hand.")
    written(library, prefer="ours")
    assert note(library, 2) == "Mine."
    assert [one.text for one in parse(text_of(path)).cards] == ["Note 1.", "Mine."]


def test_a_card_put_in_by_hand_without_a_note_shows_the_one_that_is_here(library: Library) -> None:
    star(library, 1, "Note 1.")
    library.notes.write(library.items.find("2605.00002"), "Mine.", NOW)
    path = written(library)
    (card,) = parse(text_of(path)).cards
    other = card.quote.replace("2605.00001", "2605.00002").replace("Paper 1", "Paper 2")
    change(path, "Note 1.", f"Note 1.\n\n<hr/>\n\n{other}")
    written(library)
    assert [one.text for one in parse(text_of(path)).cards] == ["Note 1.", "Mine."]


def test_a_note_that_is_not_read_back_is_never_cut_by_what_the_file_says(library: Library) -> None:
    star(library, 1, "Above.\n\n<hr/>\n\nBelow.")
    path = written(library)
    change(path, "Above.", "Above, by hand.")
    (told,) = write_issue(library, SLUG, NOW).told
    assert told == "the note of “Paper 1”, as it was edited by hand, stays in the file only"
    assert note(library, 1) == "Above.\n\n<hr/>\n\nBelow."
    assert "Above, by hand." in text_of(path)


def test_line_ends_and_the_missing_final_one_of_the_file_are_kept(library: Library) -> None:
    star(library, 1, "Note 1.")
    path = written(library)
    path.write_bytes(path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
    star(library, 1, "a\n\nb")
    assert write_issue(library, SLUG, NOW).told == ()
    data = path.read_bytes()
    assert b"a\r\n\r\nb" in data
    assert data.count(b"\n") == data.count(b"\r\n")
    assert data.endswith(b"<br/>")


def test_a_published_issue_takes_what_a_hand_did_to_its_file(
    library: Library, tmp_path: Path
) -> None:
    path = write(tmp_path, "field-notes-3.md", issue_text(3))
    publish.import_files(library, [path], NOW)
    assert write_issue(library, "field-notes-3", NOW, path=path).told == ()
    change(path, "Note 1 of issue 3.", "Corrected.")
    library.notes.write(library.items.find("2605.00001"), "My own.", NOW)
    writing = write_issue(library, "field-notes-3", NOW, path=path)
    assert writing.told == ("took back what was edited by hand: 1 note",)
    assert library.hauls.get("field-notes-3").cards[0].text == "Corrected."
    assert note(library, 1) == "My own."


def test_publishing_dates_a_file_that_was_edited_by_hand(library: Library) -> None:
    star(library, 1, "Note 1.")
    path = written(library)
    change(path, "Note 1.", "By hand.")
    publish.publish_issue(library, SLUG, NOW)
    written(library)
    assert "By hand." in text_of(path)
    assert "published_at: 2026-05-04T09:30:00.000Z\n" in text_of(path)
    assert library.hauls.get(SLUG).cards[0].text == "By hand."
    assert note(library, 1) == "Note 1."


def refused(library: Library, path: Path | None = None, slug: str = SLUG) -> HaulError:
    """Write, and see it refused with the file as it was."""
    target = path or library.directory / "hauls" / "haul-1.md"
    before = target.read_bytes() if target.is_file() else None
    with pytest.raises(HaulError) as caught:
        write_issue(library, slug, NOW, path=path, prefer="ours")
    assert (target.read_bytes() if target.is_file() else None) == before
    assert caught.value.hint
    return caught.value


def test_a_file_that_hauler_never_wrote_is_left_alone(library: Library, tmp_path: Path) -> None:
    star(library, 1)
    error = refused(library, write(tmp_path, "haul-1.md", "Mine."))
    assert "hauler never wrote or read it" in error.message
    assert "hauler import" in error.hint


def test_a_file_that_holds_the_very_text_already_becomes_hauler_s_own(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    path = write(tmp_path, "haul-1.md", publish.compile_text(library, SLUG))
    written(library, path=path)
    star(library, 2)
    written(library, path=path)
    assert "Paper 2" in text_of(path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"caf\xe9\n", ":1: it is not UTF-8 text: byte 0xe9 at offset 3 in line 1"),
        (b"a\n\0b", ":2: it is not text: a NUL byte in line 2"),
        (b" \n", "it is empty"),
        (b"x" * (20 * 1024**2 + 1), "it is larger than 20 MB"),
        (
            b"---\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n---\n",
            ":2: a git conflict was left",
        ),
    ],
    ids=["latin", "binary", "empty", "large", "conflict"],
)
def test_a_file_that_is_no_text_any_more_is_left_alone(
    library: Library, data: bytes, sentence: str
) -> None:
    star(library, 1)
    path = written(library)
    path.write_bytes(data)
    error = refused(library)
    assert str(path) in error.message
    assert sentence in error.message


def test_a_file_that_became_another_issue_is_left_alone(library: Library) -> None:
    star(library, 1)
    path = written(library)
    path.write_text(issue_text(4).replace("2605.", "2604."), encoding="utf-8")
    assert "holds something else now: “Field Notes ~4”" in refused(library).message
    path.write_text("Mine.", encoding="utf-8")
    assert "now: a text without title and cards" in refused(library).message


def test_front_matter_that_is_no_yaml_any_more_is_a_sentence_with_its_line(
    library: Library,
) -> None:
    star(library, 1)
    path = written(library)
    change(path, "title: Haul ~1", "title: Haul ~1: moss")
    message = refused(library).message
    assert message.startswith(f"{path}:2: the front matter cannot be read: it is not YAML")
    (report,) = publish.import_files(library, [path], NOW)
    assert "the front matter cannot be read: it is not YAML" in str(report.refusal)
    assert library.hauls.get(SLUG).title == "Haul ~1"


def test_two_issues_never_share_a_file(library: Library, tmp_path: Path) -> None:
    star(library, 1)
    path = written(library)
    publish.import_files(library, [write(tmp_path, "field-notes-3.md", issue_text(3))], NOW)
    assert f"{path} is the file of haul-1" in refused(library, path, "field-notes-3").message
    library.hauls.remove(SLUG, NOW)
    error = refused(library, path, "field-notes-3")
    assert "written for an issue that is no more" in error.message


def test_a_file_that_was_deleted_is_written_anew_and_told(library: Library) -> None:
    star(library, 1)
    path = written(library)
    path.unlink()
    assert write_issue(library, SLUG, NOW).told == (f"{path} was gone, and is written anew",)
    assert path.is_file()


def test_a_read_only_file_a_folder_and_a_loop_of_links_are_sentences(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    path = written(library)
    path.chmod(0o444)
    star(library, 2)
    assert "is read-only" in refused(library).message
    path.chmod(0o640)
    written(library)
    assert path.stat().st_mode & 0o777 == 0o640
    assert "Is a directory" in refused(library, tmp_path).message
    (tmp_path / "loop.md").symlink_to("loop.md")
    assert "cannot write" in refused(library, tmp_path / "loop.md").message


def test_a_link_to_a_file_elsewhere_is_followed_and_stays_a_link(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    target = tmp_path / "blog" / "haul-1.md"
    target.parent.mkdir()
    link = tmp_path / "posts.md"
    link.symlink_to(target)
    assert written(library, path=link) == target
    star(library, 2)
    written(library, path=link)
    assert link.is_symlink()
    assert text_of(target) == publish.compile_text(library, SLUG)


def test_an_unknown_issue_is_not_written(library: Library) -> None:
    with pytest.raises(UnknownKeyError):
        write_issue(library, "haul-9", NOW)


def test_a_disk_that_refuses_leaves_the_old_file_and_no_other(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    star(library, 1, "Note 1.")
    path = written(library)
    change(path, "Note 1.", "By hand.")
    star(library, 2)

    def refuse(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(HaulError, match="No space left") as caught:
        write_issue_without_library_sync(library, monkeypatch)
    monkeypatch.undo()
    assert ".tmp" not in caught.value.message
    assert str(path.parent) in caught.value.message
    assert [each.name for each in path.parent.rglob("*") if each.is_file()] == ["haul-1.md"]
    assert "Paper 2" not in text_of(path)
    written(library)
    assert "By hand." in text_of(path)
    assert "Paper 2" in text_of(path)


def write_issue_without_library_sync(library: Library, monkeypatch: pytest.MonkeyPatch) -> Writing:
    """Write while only the file's own disk is full."""
    monkeypatch.setattr(Library, "flush", lambda self, timeout=None: None)
    return write_issue(library, SLUG, NOW)


def test_a_crash_right_after_the_file_was_written_is_no_edit_by_hand(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    star(library, 1, "Note 1.")
    path = written(library)
    star(library, 1, "Newer.")

    def crash(path: Path, data: bytes) -> None:
        write_atomically(path, data)
        raise OSError(5, "the power is gone")

    monkeypatch.setattr("hauler_tui.workflows.filing.write_atomically", crash)
    with pytest.raises(HaulError, match="the power is gone"):
        write_issue(library, SLUG, NOW)
    monkeypatch.undo()
    assert "Newer." in text_of(path)
    star(library, 1, "Newest.")
    assert write_issue(library, SLUG, NOW) == Writing(path=path)
    assert "Newest." in text_of(path)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_card_put_twice_into_a_file_costs_no_note_whichever_side_is_preferred(
    library: Library, side: str
) -> None:
    star(library, 1, "Note 1.")
    star(library, 2, "Note 2.")
    star(library, 3, "Note 3.")
    path = written(library)
    second = (
        '<blockquote>\n    <a href="https://arxiv.org/abs/2605.00001">\n    <h4>Again</h4>\n'
        "    </a>\n</blockquote>\n\n"
    )
    change(path, "Note 2.", f"{second}Note 2.")
    change(path, "Note 3.", "By hand.")
    star(library, 3, "In the library.")
    told = write_issue(library, SLUG, NOW)
    assert [each.label for each in told.conflicts] == ["the note of “Paper 3”"]
    writing = write_issue(library, SLUG, NOW, prefer=side)  # type: ignore[arg-type]
    assert "the second card of “Again”, as it was edited by hand, stays in the file only" in (
        writing.told
    )
    assert "Note 2." in text_of(path)
    assert note(library, 1) == "Note 1."


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_words_that_a_hand_moved_into_a_conflict_are_kept_whichever_side_is_preferred(
    library: Library, side: str
) -> None:
    star(library, 1, "Note 1.\n\nMoved.")
    star(library, 2, "Note 2.")
    path = written(library)
    change(path, "Note 1.\n\nMoved.", "Note 1.")
    change(path, "Note 2.", "Moved.")
    star(library, 2, "Newer.")
    writing = write_issue(library, SLUG, NOW, prefer=side)  # type: ignore[arg-type]
    assert "Moved." in text_of(path)
    assert "Moved." in note(library, 2)
    is_kept = "the note of “Paper 2” keeps both texts: one holds words that nobody deleted"
    assert (is_kept in writing.told) == (side == "ours")
    assert ("Newer." in text_of(path)) == (side == "ours")
