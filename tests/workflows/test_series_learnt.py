"""Series learnt from titles whose number stands anywhere, with words of their own behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.check import check_files, check_issue
from hauler_tui.workflows.publish import compile_text, import_files
from tests.factories import NOW
from tests.workflows.conftest import issue_text, star, write


def _issue(number: int, title: str) -> str:
    return issue_text(number).replace(f"Field Notes ~{number}", f"'{title}'")


@pytest.mark.parametrize(
    ("titles", "title", "slug"),
    [
        (
            {"a-4": "Arxiv Haul ~4", "a-5": "Arxiv Haul ~5", "a-6": "Arxiv Haul ~6: The Mamba"},
            "Arxiv Haul ~7",
            "a-7",
        ),
        ({"no-7-rain": "No. 7 – Rain", "no-8-x": "No. 8 – X"}, "No. 9", "no-9"),
        ({"haul-7": "~7 arXiv Haul", "haul-8": "~8 arXiv Haul"}, "~9 arXiv Haul", "haul-9"),
        ({"ml-30": "ML Haul ~30: The Summer"}, "ML Haul ~31", "ml-31"),
        ({"haul-6-mamba": "Haul ~6: The Mamba"}, "Haul ~7", "haul-7"),
        ({"papers-8": "Papers ~8 ✨"}, "Papers ~9 ✨", "papers-9"),
        ({"p-8": "#8 Plants and more", "p-9": "#9 Plants and more"}, "#10 Plants and more", "p-10"),
    ],
)
def test_the_next_issue_goes_on_with_what_titles_have_in_common(
    library: Library, tmp_path: Path, titles: dict[str, str], title: str, slug: str
) -> None:
    files = [
        write(tmp_path, f"{name}.md", _issue(int(next(filter(str.isdigit, said))), said))
        for name, said in titles.items()
    ]
    import_files(library, files, NOW)
    (series,) = library.hauls.series()
    assert {issue.series_id for issue in library.hauls.all()} == {series.id}
    issue = library.hauls.new_issue(None, NOW)
    assert (issue.title, issue.slug) == (title, slug)
    for path in files:
        assert compile_text(library, path.stem) == path.read_text(encoding="utf-8")


def test_issues_taken_in_one_by_one_become_a_series_and_undo_parts_them(
    library: Library, tmp_path: Path
) -> None:
    texts = {n: _issue(n, f"No. {n} – Plants of {n}") for n in (7, 8)}
    import_files(library, [write(tmp_path, "no-7.md", texts[7])], NOW)
    assert library.hauls.series() == ()
    import_files(library, [write(tmp_path, "no-8.md", texts[8])], NOW)
    (series,) = library.hauls.series()
    first = library.hauls.get("no-7")
    assert (first.series_id, first.number, first.text) == (series.id, 7, texts[7])
    library.history.undo(NOW)
    assert library.hauls.get("no-7").series_id is None
    assert library.hauls.series() == ()


def test_a_number_that_repeats_is_found_behind_a_title_of_its_own_too(
    library: Library, tmp_path: Path
) -> None:
    texts = {
        "a-4": "Arxiv Haul ~4",
        "a-5": "Arxiv Haul ~5",
        "a-6": "Arxiv Haul ~6: The Mamba Edition",
        "b-6": "Arxiv Haul ~6",
    }
    files = {
        name: write(tmp_path, f"{name}.md", _issue(int(name[2:]), title))
        for name, title in texts.items()
    }
    for known in (None, library):
        checked = check_files(known, [files["a-6"], files["b-6"]])
        assert [
            one.code for each in checked for one in each.findings if one.code == "same-number"
        ] == ["same-number"] * 2
    import_files(library, [files["a-4"], files["a-5"], files["a-6"]], NOW)
    (alone,) = check_files(library, [files["a-6"]])
    assert "same-number" not in {one.code for one in alone.findings}
    gap = write(tmp_path, "a-8.md", _issue(8, "Arxiv Haul ~8: Late"))
    (late,) = check_files(library, [gap])
    (told,) = [one.message for one in late.findings if one.code == "number-gap"]
    assert "Arxiv Haul ~7 is missing" in told


def test_an_issue_of_words_alone_keeps_its_number_from_being_missed(
    library: Library, tmp_path: Path
) -> None:
    files = [write(tmp_path, f"n-{n}.md", issue_text(n)) for n in (5, 6)]
    prose = issue_text(7, cards=0).replace("## Papers\n\n", "Only words.\n")
    files.append(write(tmp_path, "n-7.md", prose))
    import_files(library, files, NOW)
    assert library.hauls.get("n-7").number == 7
    (checked,) = check_files(library, [write(tmp_path, "n-8.md", issue_text(8))])
    assert "number-gap" not in {one.code for one in checked.findings}
    star(library, 3)
    draft = library.hauls.open_issue()
    assert draft is not None
    assert (draft.number, len(draft.cards)) == (8, 1)
    assert "number-gap" not in {one.code for one in check_issue(library, draft.slug).findings}


@pytest.mark.parametrize(
    ("numbers", "name", "title", "slug"),
    [
        ((3, 4), "haul-00{}", "Haul 005", "haul-005"),
        ((8, 9), "2026-01-0{0}-haul-00{0}", "Haul 010", "haul-010"),
        ((8, 9), "haul-{}", "Haul 010", "haul-10"),
        ((8, 9), "{}", "Haul 010", "10"),
    ],
)
def test_numbers_led_by_zeros_go_on_so(
    library: Library, tmp_path: Path, numbers: tuple[int, ...], name: str, title: str, slug: str
) -> None:
    files = [write(tmp_path, f"{name.format(n)}.md", _issue(n, f"Haul {n:03}")) for n in numbers]
    import_files(library, files, NOW)
    issue = library.hauls.new_issue(None, NOW)
    assert (issue.title, issue.slug, issue.number) == (title, slug, numbers[-1] + 1)


def test_a_series_beside_a_known_one_is_told_apart_by_its_numbers(
    library: Library, tmp_path: Path
) -> None:
    import_files(library, [write(tmp_path, f"h-{n}.md", issue_text(n)) for n in (1, 2, 3)], NOW)
    beside = [
        write(tmp_path, f"b-{n}.md", _issue(n, f"Field Notes ~{n} for beginners")) for n in (1, 2)
    ]
    own = write(tmp_path, "h-4.md", _issue(4, "Field Notes ~4: moss"))
    import_files(library, [*beside, own], NOW)
    titles = {series.id: series.title for series in library.hauls.series()}
    named = {issue.slug: titles[issue.series_id or 0] for issue in library.hauls.all()}
    assert named["h-4"] == named["h-1"] == "Field Notes ~{n}"
    assert named["b-1"] == named["b-2"] == "Field Notes ~{n} for beginners"
    # One that only has the number of another issue is of its series, and that is said.
    again = write(tmp_path, "again.md", _issue(3, "Field Notes ~3, corrected"))
    (report,) = import_files(library, [again], NOW)
    assert len(library.hauls.series()) == 2
    assert "h-3 has the number 3 too" in report.warnings
