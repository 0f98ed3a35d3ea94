"""The words of a file and of the library that the answers to conflicts must not lose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul
from hauler_tui.files import write_atomically

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Conflict, Decision, Merged, Side
    from hauler_tui.library.library import Library

_BARE_TAG = re.compile(r"</?[a-zA-Z][\w-]*\s*/?>")
"""A tag without attributes."""
_NEWEST = 20
"""How many steps of history are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Another answer to a conflict than the one that was given."""

    decision: Decision
    told: str
    """What is kept and why, in a sentence."""


def lines_of(text: str) -> set[str]:
    """The lines that say something, without tags that only lay out."""
    lines = (_BARE_TAG.sub("", line).strip() for line in text.splitlines())
    return {line for line in lines if any(map(str.isalnum, line))}


def keeping(
    asked: Sequence[Conflict],
    decided: Mapping[str, Decision],
    prefer: Side | None,
    merged: Merged,
    ours: str,
    theirs: str,
) -> dict[str, Kept]:
    """Other answers to the conflicts whose answers lose words that nobody deleted, by key.

    A text that a hand moved into a block whose other side was chosen is in neither.
    """
    from hauler_tui.haul.mergeresult import Decision

    # The note of a card that is left out stays in the library as it is.
    standing = {f"note:{card.key}" for lane in merged.lanes for card in lane.cards}
    asked = [each for each in asked if each.key in standing or not each.key.startswith("note:")]
    here = lines_of(ours).union(*(lines_of(each.ours) for each in asked))
    gone = (here & lines_of(theirs)) - lines_of(merged.text)
    kept: dict[str, Kept] = {}
    for each in asked:
        answer = decided[each.key].answer if each.key in decided else prefer
        other = lines_of(each.theirs if answer == "ours" else each.ours)
        if answer in ("both", "edit") or not gone & other:
            continue
        if each.kind == "text":
            told = f"{each.label} keeps both texts: one holds words that nobody deleted"
            kept[each.key] = Kept(decision=Decision(answer="both"), told=told)
        elif each.key.startswith("card:"):
            called = each.label.rpartition(", which is ")[0]
            told = f"{called} stays: words that nobody deleted stand below it"
            side: Side = "theirs" if answer == "ours" else "ours"
            kept[each.key] = Kept(decision=Decision(answer=side), told=told)
    return kept


def keep_aside(library: Library, issue: Haul, path: Path, held: bytes) -> Path:
    """Keep what a file holds in the library, the newest of each issue; gives the place.

    Raises OSError.
    """
    kept = library.directory / "hauls" / "by-hand" / f"{path.stem}-{issue.id}{path.suffix}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(kept, held, mode=0o600)
    return kept


def taking_undone(library: Library, issue: Haul) -> bool:
    """Whether undo took back what came from the file of an issue, and redo would bring it."""
    return any(
        step.is_undone and step.verb == "take back" and step.about.endswith(f" {issue.slug}")
        for step in library.history.history(_NEWEST)
    )
