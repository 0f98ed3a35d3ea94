"""What the next issue of an imported series takes from those before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from hauler_tui.domain.haul import Series
from hauler_tui.library.library import Library
from hauler_tui.workflows import publish
from hauler_tui.workflows.check import check_issue
from tests.factories import NOW
from tests.workflows.conftest import write

SENTENCE = "Moss grows where the light is low and the stone is wet. "


def issue(
    titles: Sequence[str], abstract: str = "", lanes: str = "## Papers", end: str = ""
) -> str:
    paragraph = f"    <p>\n{abstract}\n    </p>\n" if abstract else ""
    cards = "\n\n<hr/>\n\n".join(
        f'<blockquote>\n    <a href="https://arxiv.org/abs/2605.{n:05}">\n    <h4>{title}</h4>\n'
        f"{paragraph}    </a>\n</blockquote>\n\nNote on {title}."
        for n, title in enumerate(titles, start=1)
    )
    return f"---\ntitle: Moss ~1\ntags: bio\n---\n\n{lanes}\n\n{cards}\n{end}"


def learnt(library: Library, folder: Path, text: str) -> Series:
    publish.import_files(library, [write(folder, "moss-1.md", text)], NOW)
    (series,) = library.hauls.series()
    return series


@pytest.mark.parametrize(
    ("titles", "order"),
    [
        (("Zeta", "Mid", "Omega", "Alpha", "Kappa", "Beta"), "added"),
        (("Alpha", "Beta", "Mid", "Zeta"), "title"),
        (("Alpha", "Zeta", "Beta", "Mid"), "title"),
        (("Zeta", "Alpha"), "title"),
    ],
)
def test_cards_stand_in_the_order_that_the_author_keeps(
    library: Library, tmp_path: Path, titles: Sequence[str], order: str
) -> None:
    assert learnt(library, tmp_path, issue(titles)).order == order


@pytest.mark.parametrize(
    ("abstract", "length"),
    [
        (SENTENCE * 9, 1_000_000),
        ("Short.", 120),
        ((SENTENCE * 2)[:111] + "…", 120),
        (SENTENCE * 4 + "…", 225),
        (SENTENCE[:39] + "…", 40),
        ("", 0),
    ],
)
def test_abstracts_are_cut_as_the_author_cuts_them(
    library: Library, tmp_path: Path, abstract: str, length: int
) -> None:
    text = issue(("Alpha", "Beta", "Gamma"), abstract)
    assert learnt(library, tmp_path, text).abstract_length == length


def test_lanes_below_the_cards_stay_below_them(library: Library, tmp_path: Path) -> None:
    lanes, end = "## Talk\n\nHm.\n\n## Papers", "\n## Links\n\nOne.\n\n## Bye\n\nSee you.\n"
    series = learnt(library, tmp_path, issue(("Alpha",), lanes=lanes, end=end))
    assert (series.lanes, series.cards_lane) == (("Talk", "Papers", "Links", "Bye"), "Papers")
    fresh = library.hauls.new_issue(None, NOW)
    assert [lane.name for lane in fresh.lanes if lane.holds_cards] == ["Papers"]
    library.hauls.add_card(fresh.slug, library.items.find("2605.00001"), None, NOW)
    for name in ("Bye", "Links", "Talk"):
        library.hauls.write_lane(fresh.slug, name, f"About {name}.", NOW)
    text = publish.compile_text(library, fresh.slug)
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [
        "Talk", "Papers", "Links", "Bye",
    ]  # fmt: skip


def test_the_next_issue_after_one_with_windows_line_ends_has_one_kind_of_them(
    library: Library, tmp_path: Path
) -> None:
    text = issue(("Alpha",), end="\n<br/>\n<br/>\n<br/>\n").replace("\n", "\r\n")
    learnt(library, tmp_path, text)
    fresh = library.hauls.new_issue(None, NOW)
    library.hauls.add_card(fresh.slug, library.items.find("2605.00001"), None, NOW)
    written = publish.compile_text(library, fresh.slug)
    assert written.endswith("\n\n<br/>\n<br/>\n<br/>\n")
    assert "\r" not in written


def test_a_series_without_abstracts_gets_none(library: Library, tmp_path: Path) -> None:
    library.hauls.use(learnt(library, tmp_path, issue(("Alpha", "Beta", "Gamma"))).id, NOW)
    fresh = library.hauls.new_issue(None, NOW)
    library.hauls.add_card(fresh.slug, library.items.find("2605.00001"), None, NOW)
    text = publish.compile_text(library, fresh.slug)
    assert "<h4>Paper 1</h4>\n    </a>" in text
    assert "<p>" not in text
    codes = [one.code for one in check_issue(library, fresh.slug).findings]
    assert "long-abstract" not in codes


def test_two_cards_without_abstracts_tell_nothing(library: Library, tmp_path: Path) -> None:
    assert learnt(library, tmp_path, issue(("Alpha", "Beta"))).abstract_length == 120
