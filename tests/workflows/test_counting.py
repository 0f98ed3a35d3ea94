"""The snippet's number follows the cards, whoever puts them in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import import_files
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW
from tests.workflows.conftest import star

SLUG = "haul-1"
CARD = (
    '<hr/>\n\n<blockquote>\n    <a href="https://example.org/moss">\n    <h4>Zz moss</h4>\n'
    "    </a>\n</blockquote>\n\nBy hand.\n\n"
)


def snippet_in(path: Path) -> str:
    return next(line for line in path.read_text("utf-8").splitlines() if "snippet" in line)


def with_two(library: Library) -> Path:
    star(library, 1, "Note 1.")
    star(library, 2, "Note 2.")
    return write_issue(library, SLUG, NOW).path


def put_in(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("<br/>\n<br/>\n") == 1
    path.write_text(text.replace("<br/>", CARD + "<br/>", 1), encoding="utf-8")


def written(library: Library, path: Path) -> tuple[str, ...]:
    return write_issue(library, SLUG, NOW).told


def read_again(library: Library, path: Path) -> tuple[str, ...]:
    (report,) = import_files(library, [path], NOW)
    assert report.refusal is None
    assert "snippet: 2 new papers" in path.read_text("utf-8")
    return write_issue(library, SLUG, NOW).told


@pytest.mark.parametrize("take_back", [written, read_again])
def test_the_count_follows_a_card_that_a_hand_put_into_the_file(
    library: Library, take_back: Callable[[Library, Path], tuple[str, ...]]
) -> None:
    path = with_two(library)
    put_in(path)
    assert not any("snippet" in told for told in take_back(library, path))
    assert snippet_in(path) == "snippet: 3 new papers"
    assert library.hauls.get(SLUG).snippet is None
    star(library, 3, "Note 3.")
    assert write_issue(library, SLUG, NOW).told == ()
    assert snippet_in(path) == "snippet: 4 new papers"


def test_a_snippet_that_a_hand_wrote_beside_a_new_card_is_the_authors(library: Library) -> None:
    path = with_two(library)
    put_in(path)
    text = path.read_text("utf-8").replace("2 new papers", "2 papers and some moss")
    path.write_text(text, encoding="utf-8")
    written(library, path)
    assert path.read_text("utf-8") == text
    assert library.hauls.get(SLUG).snippet == "2 papers and some moss"
