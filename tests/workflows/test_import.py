from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows import publish
from hauler_tui.workflows.writing import Writing, write_issue
from tests.factories import NOW
from tests.workflows.conftest import issue_text, star, write


def test_an_imported_issue_marks_its_items_and_stars_nothing(
    library: Library, tmp_path: Path
) -> None:
    known = library.items.find("2605.00001")
    library.notes.write(known, "Mine.", NOW)
    (report,) = publish.import_files(
        library, [write(tmp_path, "field-notes-3.md", issue_text(3))], NOW
    )
    assert (report.kind, report.number, report.cards, report.lanes) == ("haul", 3, 2, 1)
    item = library.items.get(known)
    assert (item.is_read, item.is_starred, item.covered) == (True, False, ("field-notes-3",))
    mine, started = (library.notes.get(library.items.find(f"2605.0000{n}")) for n in (1, 2))
    assert mine is not None
    assert mine.text == "Mine."
    assert started is not None
    assert started.text == "Note 2 of issue 3."
    assert item.entry.authors == ("Ada Byron", "Grace Murray")


def test_imported_works_are_listed_under_their_issues_date(
    library: Library, tmp_path: Path
) -> None:
    publish.import_files(
        library, [write(tmp_path, "field-notes-3.md", issue_text(3, cards=4))], NOW
    )
    item_id = library.items.find("2605.00004")
    assert library.items.row(item_id).date == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_an_imported_issue_compiles_to_the_very_bytes(library: Library, tmp_path: Path) -> None:
    text = "\ufeff" + issue_text(3).replace("\n", "\r\n") + "\n\n  "
    publish.import_files(library, [write(tmp_path, "field-notes-3.md", text)], NOW)
    assert publish.compile_text(library, "field-notes-3") == text


@pytest.mark.parametrize("order", [(3, 4), (4, 3)])
def test_a_note_starts_from_the_newest_card_in_any_order(
    library: Library, tmp_path: Path, order: tuple[int, int]
) -> None:
    files = [write(tmp_path, f"field-notes-{n}.md", issue_text(n)) for n in order]
    publish.import_files(library, files, NOW)
    note = library.notes.get(library.items.find("2605.00001"))
    assert note is not None
    assert note.text == "Note 1 of issue 4."


def test_an_unknown_series_is_made_after_its_newest_issue(library: Library, tmp_path: Path) -> None:
    old = issue_text(3, lanes="## Commentary\n\nHm.\n\n")
    new = issue_text(4, lanes="## Comments\n\nHm.\n\n## Gossip\n\nOh.\n\n", cards=3).replace(
        "3 papers on beetles", "Another edition"
    )
    files = [write(tmp_path, "field-notes-4.md", new), write(tmp_path, "field-notes-3.md", old)]
    publish.import_files(library, files, NOW)
    (series,) = library.hauls.series()
    assert (series.title, series.slug) == ("Field Notes ~{n}", "field-notes-{n}")
    assert series.lanes == ("Comments", "Gossip", "Papers")
    assert (series.tags, series.snippet) == ("bio,beetles", "{count} papers on beetles")
    assert series.closing == "<br/>\n<br/>\n<br/>\n"
    assert library.hauls.new_issue(None, NOW).slug == "field-notes-5"


def test_an_issue_of_one_card_does_not_tell_the_phrase_of_its_series(
    library: Library, tmp_path: Path
) -> None:
    old = issue_text(3)
    new = issue_text(4, cards=1).replace("1 papers", "1 paper")
    files = [write(tmp_path, f"field-notes-{n}.md", text) for n, text in ((3, old), (4, new))]
    publish.import_files(library, files, NOW)
    assert library.hauls.series()[0].snippet == "{count} papers on beetles"


def test_a_known_series_is_recognised_by_its_title_whatever_the_file_is_called(
    library: Library, tmp_path: Path
) -> None:
    series = library.hauls.add_series(title="Field Notes ~{n}", slug="notes-{n}", at=NOW)
    text = issue_text(3).replace("Field Notes ~3", "field  NOTES ~3")
    (report,) = publish.import_files(library, [write(tmp_path, "elsewhere.md", text)], NOW)
    assert report.number == 3
    assert library.hauls.get("elsewhere").series_id == series.id
    assert library.hauls.series() == (series,)


def test_issues_with_titles_of_their_own_behind_the_number_begin_no_series(
    library: Library, tmp_path: Path
) -> None:
    text = issue_text(3).replace("Field Notes ~3", "Field Notes ~3, the moths")
    (report,) = publish.import_files(library, [write(tmp_path, "moths.md", text)], NOW)
    assert (report.kind, report.number) == ("haul", 3)
    assert library.hauls.series() == ()


def test_a_year_in_a_title_is_no_number(library: Library, tmp_path: Path) -> None:
    text = issue_text(3).replace("Field Notes ~3", "Papers of 2024")
    (report,) = publish.import_files(library, [write(tmp_path, "papers.md", text)], NOW)
    assert report.number is None
    assert library.hauls.series() == ()


def test_importing_another_series_leaves_the_current_one(library: Library, tmp_path: Path) -> None:
    star(library, 3)
    current = library.hauls.current()
    publish.import_files(library, [write(tmp_path, "field-notes-3.md", issue_text(3))], NOW)
    assert library.hauls.current() == current
    assert len(library.hauls.series()) == 2


def test_without_a_current_series_the_newest_imported_one_becomes_it(
    library: Library, tmp_path: Path
) -> None:
    files = [
        write(tmp_path, "moths-2.md", issue_text(2, title="Moths")),
        write(tmp_path, "field-notes-4.md", issue_text(4)),
    ]
    publish.import_files(library, files, NOW)
    current = library.hauls.current()
    assert current is not None
    assert current.title == "Field Notes ~{n}"


def test_a_file_without_cards_or_a_known_title_is_a_post(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "about-me.md", "# About ~7\n\nI like [beetles](https://example.org).\n")
    (report,) = publish.import_files(library, [path], NOW)
    assert (report.kind, report.slug, report.title, report.cards) == (
        "post",
        "about-me",
        "About ~7",
        0,
    )
    assert report.number is None
    assert library.hauls.series() == ()
    assert publish.compile_text(library, "about-me") == path.read_text(encoding="utf-8")
    assert library.items.count() == 3


def test_an_import_is_one_step_that_undo_takes_back(library: Library, tmp_path: Path) -> None:
    files = [write(tmp_path, f"field-notes-{n}.md", issue_text(n)) for n in (3, 4)]
    publish.import_files(library, files, NOW)
    library.history.undo(NOW)
    assert library.hauls.all() == ()
    assert not library.items.get(library.items.find("2605.00001")).is_read


def test_the_same_file_again_replaces_and_does_not_double(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "field-notes-3.md", issue_text(3))
    publish.import_files(library, [path], NOW)
    path.write_text(issue_text(3).replace("Note 1", "Corrected 1"), encoding="utf-8")
    publish.import_files(library, [path], NOW)
    (issue,) = library.hauls.all()
    assert "Corrected 1" in publish.compile_text(library, issue.slug)


def test_a_file_never_replaces_an_open_issue_or_another_file(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1, "A draft.")
    (tmp_path / "other").mkdir()
    files = [
        write(tmp_path, "haul-1.md", issue_text(1)),
        write(tmp_path, "field-notes-3.md", issue_text(3)),
        write(tmp_path / "other", "field-notes-3.md", issue_text(3)),
    ]
    reports = publish.import_files(library, files, NOW)
    assert [report.refusal is None for report in reports] == [False, True, False]
    assert "open issue" in str(reports[0].refusal)
    assert "A draft." in publish.compile_text(library, "haul-1")


def test_what_cannot_be_read_is_refused_with_its_reason(library: Library, tmp_path: Path) -> None:
    large = tmp_path / "large.md"
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    blank = write(tmp_path, "blank.md", " \n\n")
    latin = tmp_path / "latin.md"
    latin.write_bytes(b"caf\xe9")
    torn = write(tmp_path, "torn.md", "One.\n<<<<<<< a\nTwo.\n=======\nThree.\n>>>>>>> b\n")
    reports = publish.import_files(library, [large, blank, latin, tmp_path, torn], NOW)
    told = [report.refusal or "" for report in reports]
    words_told = "larger than 20 MB", "empty", "offset 3", "folder", "conflict was left in line 2"
    for reason, words in zip(told, words_told, strict=True):
        assert words in reason
    assert library.hauls.all() == ()


def test_what_is_odd_in_a_file_is_a_warning(library: Library, tmp_path: Path) -> None:
    twice = issue_text(3).replace("2605.00002", "2605.00001").replace("2026-03-01", "the first")
    unclosed = issue_text(4, title="Moths").replace("published_at: ", "published_at: [")
    files = [write(tmp_path, "a.md", twice), write(tmp_path, "b.md", unclosed)]
    files.append(write(tmp_path, "c.md", issue_text(3)))
    first, second, third = publish.import_files(library, files, NOW)
    assert any("2 cards have the link" in warning for warning in first.warnings)
    assert any("is not a date" in warning for warning in first.warnings)
    assert any("front matter" in warning for warning in second.warnings)
    assert any("has the number 3 too" in warning for warning in third.warnings)


def test_a_card_that_is_not_read_is_a_warning(library: Library, tmp_path: Path) -> None:
    text = issue_text(3).replace("<blockquote>", "<div>\n<blockquote>")
    text = text.replace("</blockquote>", "</blockquote>\n</div>")
    (report,) = publish.import_files(library, [write(tmp_path, "wrapped.md", text)], NOW)
    assert sum("a card inside <div> is read as a text" in one for one in report.warnings) == 2


def test_two_cards_with_one_link_are_two_cards_of_one_item(
    library: Library, tmp_path: Path
) -> None:
    text = issue_text(3).replace("2605.00002", "2605.00001v2")
    publish.import_files(library, [write(tmp_path, "field-notes-3.md", text)], NOW)
    first, second = library.hauls.get("field-notes-3").cards
    assert first.item_id == second.item_id
    assert (first.text, second.text) == ("Note 1 of issue 3.", "Note 2 of issue 3.")


def test_the_real_issues_give_cards_items_and_bytes(library: Library, shared: Path) -> None:
    files = [shared / "examples" / f"ml-arxiv-{number}.md" for number in (26, 29)]
    old, new = publish.import_files(library, files, NOW)
    assert (old.cards, new.cards) == (17, 19)
    assert len({card.item_id for card in library.hauls.get("ml-arxiv-29").cards}) == 18
    for file in files:
        assert publish.compile_text(library, file.stem).encode() == file.read_bytes()
    assert library.hauls.new_issue(None, NOW).title == "ML Arxiv Haul ~30"


def test_a_file_of_an_open_issue_that_hauler_never_wrote_is_refused(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1, "A draft.")
    (report,) = publish.import_files(library, [write(tmp_path, "haul-1.md", issue_text(1))], NOW)
    assert report.refusal == (
        "an open issue has the slug haul-1, and this file was not written from it"
    )


def test_an_open_issue_takes_back_what_a_hand_did_to_its_file(
    library: Library, tmp_path: Path
) -> None:
    item_id = star(library, 1, "Note 1.")
    path = write_issue(library, "haul-1", NOW, path=tmp_path / "haul-1.md").path
    text = path.read_text(encoding="utf-8").replace("<h4>Paper 1", "<h4>Our paper 1")
    path.write_text(text.replace("Note 1.", "By hand."), encoding="utf-8")
    star(library, 2, "Note 2.")
    (report,) = publish.import_files(library, [path], NOW)
    assert report.refusal is None
    assert library.notes.text(item_id) == "By hand."
    assert library.hauls.get("haul-1").state == "open"
    library.notes.write(item_id, "Newer.", NOW)
    assert write_issue(library, "haul-1", NOW, path=path) == Writing(path=path)
    text = path.read_text(encoding="utf-8")
    assert "<h4>Our paper 1" in text
    assert "Newer." in text
    library.history.undo(NOW)
    library.history.undo(NOW)
    assert library.notes.text(item_id) == "Note 1."


def test_an_old_draft_read_again_does_not_take_the_date_from_a_published_issue(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1, "Note 1.")
    path = write_issue(library, "haul-1", NOW, path=tmp_path / "haul-1.md").path
    publish.publish_issue(library, "haul-1", NOW)
    published = publish.compile_text(library, "haul-1")
    path.write_text(
        path.read_text(encoding="utf-8").replace("Note 1.", "By hand."), encoding="utf-8"
    )
    publish.import_files(library, [path], NOW)
    assert publish.compile_text(library, "haul-1") == published.replace("Note 1.", "By hand.")
    publish.import_files(library, [path], NOW)
    assert "published_at: 2026" in publish.compile_text(library, "haul-1")


def test_an_issue_changed_here_and_in_its_file_is_refused_and_both_stay(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1, "Note 1.")
    path = write_issue(library, "haul-1", NOW, path=tmp_path / "haul-1.md").path
    text = path.read_text(encoding="utf-8").replace("Note 1.", "By hand.")
    path.write_text(text, encoding="utf-8")
    star(library, 1, "Here.")
    (report,) = publish.import_files(library, [path], NOW)
    assert str(report.refusal).startswith("the note of “Paper 1” changed in the file and in")
    assert library.notes.text(library.items.find("2605.00001")) == "Here."
    assert path.read_text(encoding="utf-8") == text


def test_another_post_with_a_slug_that_is_taken_is_refused(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    first = write(tmp_path, "notes.md", issue_text(3))
    for text in (issue_text(4).replace("2605.", "2604."), "# Another\n\nWords.\n"):
        publish.import_files(library, [first], NOW)
        second = write(tmp_path / "other", "notes.md", text)
        (report,) = publish.import_files(library, [second], NOW)
        assert "the slug notes is that of “Field Notes ~3”, and this is" in str(report.refusal)
        assert publish.compile_text(library, "notes") == issue_text(3)


def test_a_title_that_a_hand_changed_leaves_an_issue_in_its_series(
    library: Library, tmp_path: Path
) -> None:
    path = write(tmp_path, "field-notes-3.md", issue_text(3))
    publish.import_files(library, [path], NOW)
    path.write_text(issue_text(3).replace("Field Notes ~3", "Notes on moss"), encoding="utf-8")
    publish.import_files(library, [path], NOW)
    issue = library.hauls.get("field-notes-3")
    assert (issue.title, issue.number) == ("Notes on moss", 3)
    assert issue.series_id == library.hauls.series()[0].id


def test_a_published_card_never_overwrites_a_note(library: Library, tmp_path: Path) -> None:
    path = write(tmp_path, "field-notes-3.md", issue_text(3))
    publish.import_files(library, [path], NOW)
    item_id = library.items.find("2605.00001")
    library.notes.write(item_id, "My own by now.", NOW)
    path.write_text(issue_text(3).replace("Note 1", "Corrected 1"), encoding="utf-8")
    publish.import_files(library, [path], NOW)
    assert library.notes.text(item_id) == "My own by now."
    assert library.hauls.get("field-notes-3").cards[0].text == "Corrected 1 of issue 3."


def test_a_card_cut_in_half_is_told_with_its_line_and_the_file_is_kept_as_it_is(
    library: Library, tmp_path: Path
) -> None:
    whole = issue_text(3)
    cut = whole[: whole.index("2605.00002") + 4]
    path = write(tmp_path, "field-notes-3.md", cut)
    (report,) = publish.import_files(library, [path], NOW)
    assert report.cards == 1
    line = cut[: cut.rindex("<blockquote>")].count("\n") + 1
    assert [warning.partition(" is never closed")[0] for warning in report.warnings] == [
        f"line {line}: <blockquote>"
    ]
    assert library.hauls.get("field-notes-3").text == cut
    whole_path = write(tmp_path, "field-notes-4.md", issue_text(4))
    (unharmed,) = publish.import_files(library, [whole_path], NOW)
    assert unharmed.warnings == ()
