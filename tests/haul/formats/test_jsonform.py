"""The JSON form."""

from __future__ import annotations

import json
from collections.abc import Callable

from hauler_tui.haul.formats.issue import Issue
from hauler_tui.haul.formats.jsonform import as_json
from tests.haul.formats.conftest import PAPER, TEXT

MakeIssue = Callable[..., Issue]


def test_lanes_cards_notes_and_papers_are_told_apart(make_issue: MakeIssue) -> None:
    shape = json.loads(as_json(make_issue()))
    assert (shape["slug"], shape["number"], shape["state"]) == ("field-notes-7", 7, "published")
    assert shape["markdown"] == TEXT
    intro, comments, papers = shape["lanes"]
    assert (intro["name"], comments["name"], papers["name"]) == ("", "Comments", "Papers")
    assert comments["text"].startswith("- first")
    first, second = papers["cards"]
    assert first["title"] == "GPT & the α-helix: a <new> way"
    assert first["paper"]["title"] == PAPER.title
    assert first["paper"]["authors"][0] == "Łukasz Müller"
    assert first["note"].startswith("A note with `code`")
    assert (second["key"], second["paper"], second["note"]) == (None, None, "")
