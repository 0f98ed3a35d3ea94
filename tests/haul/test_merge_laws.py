from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from hypothesis import assume, given
from hypothesis import strategies as st

from hauler_tui.haul.markup import newline
from hauler_tui.haul.merge import merge
from hauler_tui.haul.mergeresult import Side
from hauler_tui.haul.mergetext import line_feeds
from hauler_tui.haul.model import CardBlock, Prose
from hauler_tui.haul.parse import parse
from tests.haul.issues import Issue, Style, edited, issues, styles
from tests.haul.posts import patient, posts, texts

K = TypeVar("K")
V = TypeVar("V")
files = st.one_of(posts(), texts)


@patient
@given(files, files)
def test_a_file_that_nobody_touched_becomes_ours(base: str, ours: str) -> None:
    merged = merge(base, ours, base)
    assert merged.conflicts == ()
    assert merged.from_file == frozenset()
    if newline(ours) == newline(base):
        assert merged.text == ours
    else:
        assert line_feeds(merged.text) == line_feeds(ours)


@patient
@given(files, files)
def test_where_we_changed_nothing_the_file_stays(base: str, theirs: str) -> None:
    merged = merge(base, base, theirs)
    assert merged.conflicts == ()
    assert merged.text == theirs


@patient
@given(files, files, files)
def test_any_three_texts_are_merged_or_named(base: str, ours: str, theirs: str) -> None:
    merged = merge(base, ours, theirs)
    if merged.conflicts:
        assert merge(base, ours, theirs, prefer="ours").conflicts == ()
        assert merge(base, ours, theirs, prefer="theirs").conflicts == ()
    else:
        kept = sentences(merged.text)
        assert sentences(theirs) - sentences(base) <= kept
        assert sentences(ours) - sentences(base) <= kept


def sentences(text: str) -> set[str]:
    """The lines of what a person wrote, in notes, prose and what is no card."""
    document = parse(text)
    written = [block.text for block in document.blocks if isinstance(block, Prose | CardBlock)]
    return {line.strip() for text in written for line in line_feeds(text).split("\n")} - {""}


def contents(text: str) -> object:
    """What a file says, whatever its layout."""
    document = parse(text)
    return (
        {key: re.sub(r"\d+ new papers", "", str(v)) for key, v in document.front.values.items()}
        if document.front
        else {},
        {part.name: line_feeds(part.text) for part in document.sections},
        {card.link: (card.title, card.abstract, line_feeds(card.text)) for card in document.cards},
        sorted(line_feeds(block.text) for part in document.sections for block in part.other),
    )


def both(base: Issue, ours: Issue, theirs: Issue) -> Issue:
    """What two people who touched different blocks must get."""
    old = {p.number: p for p in base.papers}
    mine, other = ({p.number: p for p in one.papers} for one in (ours, theirs))
    stay = [n for n in {**other, **mine} if n not in old or (n in mine and n in other)]
    papers = _newer(old, {n: p for n, p in mine.items() if n in stay}, other)
    lanes = _newer(base.lanes, ours.lanes, theirs.lanes)
    front = {
        key: theirs.front[key] if "theirs" in theirs.front[key] else ours.front[key]
        for key in base.front
    }
    intro = ours.intro if theirs.intro == base.intro else theirs.intro
    return Issue(front, intro, lanes, tuple(papers[n] for n in papers if n in stay), base.above)


def _newer(base: Mapping[K, V], ours: Mapping[K, V], theirs: Mapping[K, V]) -> dict[K, V]:
    """What either side has, as the one has it that changed it."""
    changed = {key: value for key, value in theirs.items() if base.get(key) != value}
    return {**theirs, **ours, **changed}


@patient
@given(issues(), styles, st.data())
def test_edits_of_different_blocks_both_stand(
    base: Issue, style: Style, data: st.DataObject
) -> None:
    ours, touched = data.draw(edited(base, "ours"))
    theirs, _ = data.draw(edited(base, "theirs", touched))
    merged = merge(base.text(), ours.text(), theirs.text(style))
    assert merged.conflicts == ()
    assert contents(merged.text) == contents(both(base, ours, theirs).text())
    count = len(parse(merged.text).cards)
    snippet = str(parse(merged.text).front.values["snippet"])  # type: ignore[union-attr]
    assert "new papers" not in snippet or snippet == f"{count} new papers"
    if newline(theirs.text(style)) == "\r\n":
        assert "\n" not in merged.text.replace("\r\n", "")


@patient
@given(issues(), styles, st.data())
def test_a_merge_done_again_changes_nothing(base: Issue, style: Style, data: st.DataObject) -> None:
    ours, touched = data.draw(edited(base, "ours"))
    theirs, _ = data.draw(edited(base, "theirs", touched))
    merged = merge(base.text(), ours.text(), theirs.text(style))
    for former in (base, ours):
        again = merge(former.text(), ours.text(), merged.text)
        assert (again.text, again.conflicts) == (merged.text, ())


@patient
@given(issues(), styles, st.data())
def test_one_block_changed_by_both_is_a_conflict_and_the_only_one(
    base: Issue, style: Style, data: st.DataObject
) -> None:
    ours, touched = data.draw(edited(base, "ours"))
    theirs, there = data.draw(edited(base, "theirs"))
    assume(not any(key.startswith(("card 5", "card 6")) for key in there & touched))
    merged = merge(base.text(), ours.text(), theirs.text(style))
    labels = {conflict.key for conflict in merged.conflicts}
    touched_by_both = touched & there
    assert len(labels) <= len(touched_by_both)
    assert not labels or touched_by_both
    sides: tuple[Side, ...] = "ours", "theirs"
    for side in sides:
        solved = merge(base.text(), ours.text(), theirs.text(style), prefer=side)
        assert solved.conflicts == ()
        for conflict in merged.conflicts:
            shown = conflict.ours if side == "ours" else conflict.theirs
            if conflict.kind in ("text", "value"):
                new = set(shown.split("\n")) - set(conflict.base.split("\n"))
                assert all(line in line_feeds(solved.text) for line in new)
