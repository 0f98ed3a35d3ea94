"""The preflight with what the library knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.errors import HaulError
from hauler_tui.library.library import Library
from hauler_tui.workflows.check import check_files, check_issue
from hauler_tui.workflows.draft_check import draft_findings, open_draft
from hauler_tui.workflows.drafts import not_read_back
from hauler_tui.workflows.publish import import_files, publish_issue
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW, make_entry


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Three papers of one feed."""
    with Library.open(tmp_path / "library") as opened:
        feed = opened.feeds.add("https://example.org/feed.xml", title="A feed", at=NOW)
        entries = [make_entry(number) for number in (1, 2, 3)]
        opened.items.absorb(entries, feed_id=feed.id, at=NOW)
        yield opened


def post(number: int, *papers: int, note: str = "Why.", title: str = "Paper {}") -> str:
    cards = "\n\n<hr/>\n\n".join(
        f'<blockquote>\n    <a href="https://arxiv.org/abs/2605.{paper:05}">\n'
        f"    <h4>{title.format(paper)}</h4>\n    </a>\n</blockquote>\n\n{note}"
        for paper in papers
    )
    return (
        f"---\ntitle: Log ~{number}\npublished_at: 2026-01-{number:02}T08:00:00.000Z\n---\n\n"
        f"{cards}\n"
    )


def written(folder: Path, number: int, text: str) -> Path:
    path = folder / f"log-{number}.md"
    path.write_text(text, encoding="utf-8")
    return path


def codes(library: Library | None, *paths: Path) -> list[list[str]]:
    return [[one.code for one in checked.findings] for checked in check_files(library, paths)]


def test_files_named_together_know_each_other(tmp_path: Path) -> None:
    first = written(tmp_path, 6, post(6, 1, 2))
    second = written(tmp_path, 7, post(7, 2, 3))
    assert codes(None, second, first) == [["covered"], []]
    (told,) = check_files(None, [first, second])[1].findings
    assert (told.file, told.line) == (str(second), 6)
    assert told.message.startswith("log-6 covered it already")
    assert codes(None, second) == codes(None, second, second) == [[]]
    meant = written(tmp_path, 7, post(7, 2, note="More of [that](/log-6)."))
    assert codes(None, first, meant) == [[], []]


def test_a_number_may_not_repeat_among_files_or_in_the_library(
    tmp_path: Path, library: Library
) -> None:
    first = written(tmp_path, 6, post(6, 1))
    again = tmp_path / "other.md"
    again.write_text(post(6, 2).replace("01-06", "01-07"), encoding="utf-8")
    assert codes(None, first, again) == [["same-number"], ["same-number"]]
    import_files(library, [first], NOW)
    assert codes(library, again) == [["same-number"]]
    assert codes(library, first) == [[]]


def test_a_file_is_never_its_own_earlier_issue(tmp_path: Path, library: Library) -> None:
    path = written(tmp_path, 6, post(6, 1, 2))
    import_files(library, [path], NOW)
    copy = tmp_path / "copy.md"
    copy.write_bytes(path.read_bytes())
    assert codes(library, path) == codes(library, copy) == [[]]
    assert check_issue(library, "log-6").findings == ()


def test_the_library_tells_what_earlier_issues_covered_and_later_ones_do_not(
    tmp_path: Path, library: Library
) -> None:
    import_files(library, [written(tmp_path, 6, post(6, 1))], NOW)
    assert codes(library, written(tmp_path, 7, post(7, 1))) == [["covered"]]
    assert codes(library, written(tmp_path, 5, post(5, 1))) == [[]]


def test_a_title_that_no_feed_gave_is_told(tmp_path: Path, library: Library) -> None:
    wrong = written(tmp_path, 6, post(6, 1, title="Another {}"))
    assert codes(library, wrong) == [["other-title"]]
    assert codes(None, wrong) == [[]]
    unknown = written(tmp_path, 7, post(7, 9, title="Another {}"))
    import_files(library, [unknown], NOW)
    assert codes(library, written(tmp_path, 8, post(8, 9, note="[7](/log-7)"))) == [[]]


def test_two_issues_that_call_one_link_quite_differently_are_told_at_the_later(
    tmp_path: Path, library: Library
) -> None:
    first = written(tmp_path, 6, post(6, 9, title="Attention is all you need"))
    other = written(tmp_path, 7, post(7, 9, title="Moss is a plant", note="[6](/log-6)"))
    same = written(tmp_path, 10, post(10, 9, title="Attention, again", note="[6](/log-6)"))
    assert codes(None, first, other) == [[], ["other-title"]]
    assert codes(None, first, same) == [[], []]
    import_files(library, [first], NOW)
    (told,) = check_files(library, [other])[0].findings
    assert told.message.startswith("log-6 calls this link “Attention is all you need”")
    assert codes(library, first, same) == [[], []]


def test_what_happened_to_a_preprint_since_is_told(tmp_path: Path, library: Library) -> None:
    path = written(tmp_path, 6, post(6, 1, 2, 3))
    later = NOW + timedelta(days=3)
    entries = [
        make_entry(1, comment="This paper has been withdrawn", version=2),
        make_entry(2, version=2),
        make_entry(3, journal="Journal of Beetles 3, 14 (2026)"),
    ]
    library.items.absorb(entries, feed_id=None, at=later)
    assert codes(library, path) == [["withdrawn", "replaced", "published"]]
    told = written(tmp_path, 6, post(6, 3, note="Now in the Journal of Beetles."))
    assert codes(library, told) == [[]]


def test_keys_of_the_librarys_newest_issues_are_missed(tmp_path: Path, library: Library) -> None:
    tagged = [
        written(tmp_path, n, post(n, n).replace("title", "tags: x\ntitle", 1)) for n in (1, 2)
    ]
    import_files(library, tagged, NOW)
    assert codes(library, written(tmp_path, 3, post(3, 3))) == [["missing-key"]]


def test_files_that_cannot_be_read_are_findings_with_a_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    for data, line, words in (
        (b"a\r\nb\n\xff", 3, "not UTF-8"),
        (b"a\n\0", 2, "NUL"),
        (b"", 1, "empty"),
    ):
        bad.write_bytes(data)
        (checked,) = check_files(None, [bad])
        (finding,) = checked.findings
        assert (finding.code, finding.line, finding.file) == ("unreadable", line, str(bad))
        assert words in finding.message
    (missing,) = check_files(None, [tmp_path / "none.md"])
    assert missing.findings[0].severity == "error"


def test_fixing_writes_the_file_and_tells_what_was_mended(tmp_path: Path) -> None:
    path = written(tmp_path, 6, post(6, 1, title="A & {}"))
    path.chmod(0o640)
    link = tmp_path / "link.md"
    link.symlink_to(path)
    (checked,) = check_files(None, [link], is_fixing=True)
    assert [one.code for one in checked.fixed] == ["bare-sign"]
    assert checked.findings == ()
    assert path.read_text(encoding="utf-8") == post(6, 1, title="A &amp; {}")
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    before = path.stat().st_ino
    assert check_files(None, [path], is_fixing=True)[0].fixed == ()
    assert path.stat().st_ino == before


def test_a_file_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hauler_tui.workflows.check.write_atomically", refuse)
    path = written(tmp_path, 6, post(6, 1, title="A & {}"))
    with pytest.raises(HaulError, match=r"cannot write .*log-6\.md: No space"):
        check_files(None, [path], is_fixing=True)


def test_the_open_issue_is_checked_as_it_would_be_written(tmp_path: Path, library: Library) -> None:
    first, second = sorted(library.items.view())[:2]
    library.triage.star(first, NOW)
    library.triage.star(second, NOW)
    issue = library.hauls.open_issue()
    assert issue is not None
    checked = check_issue(library, issue.slug)
    assert [(one.code, one.file) for one in checked.findings] == [
        ("no-note", "haul-1"), ("no-note", "haul-1"), ("empty-lane", "haul-1"),
    ]  # fmt: skip
    library.notes.write(first, "TODO", NOW)
    library.notes.write(second, "Words.\n\n## Heading", NOW)
    library.hauls.write_lane(issue.slug, issue.lanes[0].name, "A remark.", NOW)
    checked = check_issue(library, issue.slug)
    assert [one.code for one in checked.findings] == ["placeholder", "read-back"]
    path = write_issue(library, issue.slug, NOW, path=tmp_path / f"{issue.slug}.md").path
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[checked.findings[0].line - 1] == "TODO"
    # The file of an open issue has no date yet.
    assert "missing-key" not in codes(library, path)[0]


def test_a_break_at_the_end_of_a_note_is_found_below_the_last_card_only(library: Library) -> None:
    for number in (1, 2):
        item_id = library.items.find(f"2605.{number:05}")
        library.triage.star(item_id, NOW)
        library.notes.write(item_id, "Why.", NOW)
    library.hauls.write_lane("haul-1", "Comments", "A remark.\n\n<br/>", NOW)
    library.notes.write(library.items.find("2605.00001"), "Why.\n\n<br/>", NOW)
    issue = library.hauls.get("haul-1")
    assert check_issue(library, "haul-1").findings == ()
    assert not_read_back(library, issue) == ()
    library.notes.write(library.items.find("2605.00002"), "Why.\n\n<br/>", NOW)
    (finding,) = check_issue(library, "haul-1").findings
    assert finding.code == "read-back"
    (told,) = not_read_back(library, issue)
    assert told.startswith("the note of “Paper 2”: line 3 is a closing break")


def test_findings_of_a_draft_know_the_item_of_their_card(library: Library) -> None:
    ids = sorted(library.items.view())
    for item_id in ids:
        library.triage.star(item_id, NOW)
    issue = library.hauls.open_issue()
    assert issue is not None
    for item_id in ids[:2]:
        library.notes.write(item_id, "Why.", NOW)
    issue = library.hauls.move_card(issue.slug, ids[2], -2, NOW)
    found = draft_findings(open_draft(library, issue))
    assert [(one.item_id, one.finding.code) for one in found if one.item_id] == [
        (ids[2], "no-note")
    ]


def test_a_draft_that_repeats_an_issue_says_so_until_the_note_links_to_it(
    library: Library,
) -> None:
    (item_id, *_) = library.items.view()
    library.triage.star(item_id, NOW)
    library.notes.write(item_id, "First.", NOW)
    publish_issue(library, "haul-1", NOW)
    issue = library.hauls.new_issue(None, NOW)
    library.hauls.add_card(issue.slug, item_id, None, NOW)

    def found() -> list[str]:
        return [one.code for one in check_issue(library, issue.slug).findings]

    assert found() == ["covered", "empty-lane"]
    library.notes.write(item_id, "Again, see [the first](/haul-1).", NOW)
    assert found() == ["empty-lane"]


def test_a_word_of_the_works_own_title_is_no_placeholder_in_a_draft(library: Library) -> None:
    title = "What is XXX? On $\\alpha$ and TODO lists & more"
    entry = make_entry(77, title=title, abstract=f"{title}. {title}.")
    (item_id,) = library.items.absorb([entry], feed_id=None, at=NOW).new
    library.triage.star(item_id, NOW)
    library.notes.write(item_id, "Why.", NOW)
    issue = library.hauls.open_issue()
    assert issue is not None

    def found() -> list[str]:
        issue = library.hauls.get("haul-1")
        return [
            one.finding.code for one in draft_findings(open_draft(library, issue)) if one.item_id
        ]

    assert found() == []
    library.notes.write(item_id, "TODO", NOW)
    assert found() == ["placeholder"]


def test_a_draft_misses_the_keys_that_the_issues_before_it_have(
    library: Library, tmp_path: Path
) -> None:
    ids = sorted(library.items.view())
    for number in (1, 2):
        text = post(number, number)
        path = tmp_path / f"log-{number}.md"
        path.write_text(text.replace("title:", "layout: post\ntitle:", 1))
        import_files(library, [path], NOW)
    (series,) = library.hauls.series()
    library.hauls.edit_series(series.id, NOW, front=("title", "published_at"))
    issue = library.hauls.new_issue(series.id, NOW)
    library.hauls.add_card(issue.slug, ids[0], None, NOW)
    issue = library.hauls.get(issue.slug)
    found = [one.finding for one in draft_findings(open_draft(library, issue))]
    assert [one.message for one in found if one.code == "missing-key"] == [
        "the front matter has no layout, as every other issue of the series has"
    ]
