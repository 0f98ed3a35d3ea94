from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.cli.conftest import PAPERS, Run


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("read", "--query", "paper"), f"mark {PAPERS} items read"),
        (("read", "2605.00001"), "mark “Paper 1” read"),
        (("star", "--query", "paper"), f"star {PAPERS} items"),
        (("star", "2605.00001"), "star “Paper 1”"),
        (("skip", "--query", "paper"), f"skip {PAPERS} items"),
        (("tag", "+a", "--query", "paper"), f"tag {PAPERS} items +a"),
        (("note", "2605.00001", "--text", "x"), "note on “Paper 1”"),
        (("feeds", "remove", "1"), "remove feed “Feed 1”"),
        (("feeds", "edit", "1", "--title", "Other"), "edit feed “Feed 1”"),
        (
            ("feeds", "add", "https://example.org/2.xml", "--no-fetch"),
            "add feed “https://example.org/2.xml”",
        ),
        (("series", "add", "S ~{n}", "--slug", "s-{n}"), "add series “S ~{n}”"),
        (("hauls", "new"), "new issue “Haul ~1”"),
    ],
)
def test_history_undo_and_redo_name_each_verb(
    run: Run, papers: tuple[str, ...], arguments: tuple[str, ...], about: str
) -> None:
    run(*arguments)
    assert run("history", "--json").json[0]["about"] == about
    assert run("undo").out == f"undone: {about}\n"
    assert run("history", "--json").json[0]["undone"] is True
    assert run("redo").out == f"done again: {about}\n"


def test_undo_names_a_mend_that_changed_what_the_person_has(
    run: Run, papers: tuple[str, ...], haul_file: Path, library: Callable[..., Library]
) -> None:
    run("import", str(haul_file))
    with library(writing=True) as opened:
        opened._journal.table("coverage").drop(1)
    run("doctor", "--yes")
    assert run("undo").out == "undone: mend what covers 1 item\n"
