"""A whole back catalogue at once: several series, several years, and files that are none."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hauler_tui.library.changes import Changes
from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text, import_files
from tests.factories import NOW
from tests.workflows.conftest import issue_text, write

_CARD = (
    '<blockquote>\n<a href="https://example.org/{paper}">\n<h4>Work {paper}</h4>\n</a>\n'
    "</blockquote>\n\nWords on {paper}.\n"
)
_FRONTS = (
    "title: {title}\npublished_at: {year}-03-01T08:00:00.000Z\nsnippet: 2 papers\ntags: a,b\n",
    "layout: post\ntitle: '{title}'\ndate: {year}-03-01 08:00:00 +0100\ncategories: [a, b]\n",
    'title: "{title}"\ndate: {year}-03-01\ntags:\n  - a\n  - b\ndraft: false\n',
    "published: {year}-03-01\ntitle: {title}\nauthor: {{name: A}}\n",
)
_BODIES = (
    "## Papers\n\n{cards}\n<br/>\n<br/>\n<br/>\n",
    "Hello.\n\n## Talk\n\n### Inside\n\n- a remark\n\n## Papers\n\n### Also inside\n\n{cards}",
    "{cards}",
    "## Comments\n\nWords.\n\n## Links\n\n- [a](https://example.org/a)\n\n{cards}",
)


def _text(title: str, year: int, front: int, body: int, papers: tuple[int, ...]) -> str:
    cards = "\n<hr/>\n\n".join(_CARD.format(paper=paper) for paper in papers)
    head = _FRONTS[front].format(title=title, year=year)
    return f"---\n{head}---\n\n{_BODIES[body].format(cards=cards)}"


_TITLES = ("River Log ~{}", "Moth Digest, issue {}", "Reading List No. {}", "Old Letters {}")


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    posts=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(1, 40),
            st.integers(0, 3),
            st.integers(0, 3),
            st.lists(st.integers(1, 20), min_size=1, max_size=4),
        ),
        min_size=1,
        max_size=12,
        unique_by=lambda post: post[:2],
    )
)
def test_series_are_told_apart_by_their_titles_whatever_else_varies(
    posts: list[tuple[int, int, int, int, list[int]]],
) -> None:
    with tempfile.TemporaryDirectory() as name, Library.open(Path(name) / "library") as library:
        files = [
            write(
                Path(name),
                f"{place}-of-many.md",
                _text(_TITLES[series].format(number), 2000 + number, front, body, tuple(papers)),
            )
            for place, (series, number, front, body, papers) in enumerate(posts)
        ]
        reports = import_files(library, files, NOW)
        assert [one.refusal for one in reports] == [None] * len(posts)
        titles = {series.id: series.title for series in library.hauls.series()}
        issues = {issue.slug: issue for issue in library.hauls.all()}
        for path, (series, number, _, _, papers) in zip(files, posts, strict=True):
            issue = issues[path.stem]
            assert issue.series_id is not None
            assert titles[issue.series_id] == _TITLES[series].format("{n}")
            assert (issue.number, len(issue.cards)) == (number, len(papers))
            assert issue.published_at is not None
            assert issue.published_at.year == 2000 + number
            assert compile_text(library, path.stem) == path.read_text(encoding="utf-8")
            for card in issue.cards:
                assert path.stem in library.hauls.covered(card.item_id)
        library.history.undo(NOW)
        assert not library.hauls.all()
        assert not library.hauls.series()


def test_titles_that_differ_in_case_and_spaces_are_one_series_after_its_newest_issue(
    library: Library, tmp_path: Path
) -> None:
    files = [
        write(tmp_path, "a.md", issue_text(2, title="Field notes")),
        write(tmp_path, "b.md", issue_text(4, title="Field  Notes")),
        write(tmp_path, "c.md", issue_text(3, title="FIELD NOTES")),
    ]
    import_files(library, files, NOW)
    (series,) = library.hauls.series()
    assert series.title == "Field Notes ~{n}"
    assert {issue.series_id for issue in library.hauls.all()} == {series.id}


def test_files_that_are_refused_leave_nothing_and_the_others_are_kept(
    library: Library, tmp_path: Path
) -> None:
    items = library.items.count()
    binary = tmp_path / "picture.md"
    binary.write_bytes(b"line\nline\x00")
    files = [
        write(tmp_path, "field-notes-3.md", issue_text(3)),
        binary,
        write(tmp_path, "again.md", _slugged(issue_text(4, cards=5))),
        write(tmp_path, "about.md", "---\ntitle: About\n---\n\nMe.\n"),
    ]
    kept, dull, twin, post = import_files(library, files, NOW)
    assert (kept.kind, post.kind) == ("haul", "post")
    assert "line 2" in str(dull.refusal)
    assert str(files[0]) in str(twin.refusal)
    assert "field-notes-3" in str(twin.refusal)
    assert [issue.slug for issue in library.hauls.all()] == ["about", "field-notes-3"]
    assert library.items.count() == items


def _slugged(text: str) -> str:
    return text.replace("---\n", "---\nslug: field-notes-3\n", 1)


def test_more_files_are_not_more_changes_and_all_are_one_step(tmp_path: Path) -> None:
    def changes(count: int) -> int:
        folder = tmp_path / f"{count}"
        folder.mkdir()
        seen: list[Changes] = []
        with Library.open(folder / "library") as library:
            library.subscribe(seen.append)
            files = [
                write(folder, f"field-notes-{n}.md", issue_text(n, cards=n))
                for n in range(1, count + 1)
            ]
            import_files(library, files, NOW)
            (step,) = library.history.history()
            assert step.verb == "import"
        return len(seen)

    assert changes(2) == changes(9)


def test_progress_is_told_file_by_file(library: Library, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    files = [write(tmp_path, f"{n}.md", issue_text(n)) for n in (1, 2, 3)]
    import_files(library, files, NOW, lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3)]


def test_one_work_in_many_issues_is_one_item_covered_oldest_first(
    library: Library, tmp_path: Path
) -> None:
    files = [write(tmp_path, f"field-notes-{n}.md", issue_text(n)) for n in (5, 2, 8)]
    import_files(library, files, NOW)
    item_id = library.items.find("2605.00001")
    assert library.hauls.covered(item_id) == ("field-notes-2", "field-notes-5", "field-notes-8")
    texts = [card.text for _, card in library.hauls.covered_cards(item_id)]
    assert texts == [f"Note 1 of issue {n}." for n in (2, 5, 8)]
