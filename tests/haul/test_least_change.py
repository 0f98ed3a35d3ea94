"""The second law: one edit changes the file there and nowhere else."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul import edit
from hauler_tui.haul.merge import merge
from hauler_tui.haul.mergetext import line_feeds
from hauler_tui.haul.parse import parse
from hauler_tui.haul.render import render
from tests.haul.issues import EDITS, Issue, Style, edited, issues, styles
from tests.haul.posts import patient


def differences(before: str, after: str) -> tuple[set[str], set[str]]:
    """The lines that are gone and those that are new, without white space and rules."""
    old, new = (line_feeds(text).split("\n") for text in (before, after))
    gone: set[str] = set()
    come: set[str] = set()
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            gone |= set(old[a:b])
            come |= set(new[c:d])
    layout = {"", "<hr/>", "<hr>", "<hr />"}
    return (
        {line.strip() for line in gone} - layout,
        {line.strip() for line in come} - layout,
    )


def lines_of(issue: Issue, touched: frozenset[str], style: Style) -> set[str]:
    """The lines of the blocks that were touched."""
    lines: set[str] = set()
    for key in touched:
        kind, _, name = key.partition(" ")
        if kind == "card":
            papers = (p.text(style) for p in issue.papers if str(p.number) == name)
            lines |= {line for text in papers for line in text.split("\n")}
        elif kind == "lane" and name in issue.lanes:
            lines |= {f"## {name}", *issue.lanes[name].split("\n")}
        elif kind == "front":
            lines.add(f"{name}: {issue.front[name]}")
        elif kind == "intro":
            lines |= set(issue.intro.split("\n"))
    return {line.strip() for line in (*lines, f"snippet: {issue.front['snippet']}")}


@patient
@given(issues(), styles, st.data(), st.sampled_from(EDITS))
def test_one_edit_here_changes_a_file_by_hand_there_and_nowhere_else(
    base: Issue, style: Style, data: st.DataObject, kind: str
) -> None:
    ours, touched = data.draw(edited(base, "ours", only=kind))
    theirs, _ = data.draw(edited(base, "theirs", touched))
    before = theirs.text(style)
    after = merge(base.text(), ours.text(), before).text
    gone, come = differences(before, after)
    count = len(parse(after).cards)
    snippet = {f"snippet: {n} new papers" for n in (count, len(theirs.papers))}
    assert gone <= lines_of(theirs, touched, style) | lines_of(base, touched, style) | snippet
    assert come <= lines_of(ours, touched, Style()) | snippet


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_edit_takes_on_the_line_breaks_of_the_file(ending: str) -> None:
    text = '---\ntitle: T\n---\n\n<blockquote>\n<a href="l"><h4>t</h4></a>\n</blockquote>\n\nx\n'
    document = edit.replace_note(parse(text.replace("\n", ending)), 0, "a\n\nb\r\nc")
    assert render(document) == text.replace("x", "a\n\nb\nc").replace("\n", ending)
