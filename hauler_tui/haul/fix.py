"""Mending what is mechanical, and not a character beside it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hauler_tui.domain.text import sort_key
from hauler_tui.haul import edit
from hauler_tui.haul.checkcards import has_alphabet, misplaced
from hauler_tui.haul.findings import Edit, Finding
from hauler_tui.haul.model import Document
from hauler_tui.haul.parse import parse
from hauler_tui.haul.render import render

_MOST_ROUNDS = 8
"""A mended place may show the next fault; more often than this it never does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A text after ``--fix``."""

    text: str
    fixed: tuple[Finding, ...]
    """What was mended, with the lines it stood on when it was."""
    left: tuple[Finding, ...]
    """What is still there to be found."""


def mend(text: str, check: Callable[[str], tuple[Finding, ...]]) -> Mended:
    """Mend what ``check`` finds and knows how to mend; never raises."""
    fixed: list[Finding] = []
    found = check(text)
    for _ in range(_MOST_ROUNDS):
        chosen = _apart(found)
        if chosen:
            changed = applied(text, (one for finding in chosen for one in finding.edits))
        else:
            chosen = [finding for finding in found if finding.code == "order"]
            changed = _sorted(text) if chosen else text
        if changed == text:
            break
        fixed += chosen
        text = changed
        found = check(text)
    return Mended(text=text, fixed=tuple(fixed), left=found)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made that do not overlap."""
    parts: list[str] = []
    at = 0
    for one in sorted(edits, key=lambda one: one.start):
        parts += [text[at : one.start], one.text]
        at = one.end
    return "".join([*parts, text[at:]])


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """The findings whose edits do not overlap those of one before them."""
    chosen: list[Finding] = []
    taken: list[tuple[int, int]] = []
    for finding in findings:
        wanted = [(one.start, one.end) for one in finding.edits]
        if wanted and all(_is_free(taken, *span) for span in wanted):
            chosen.append(finding)
            for span in wanted:
                insort(taken, span)
    return chosen


def _is_free(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a span overlaps none of the sorted, separate spans taken."""
    at = bisect_left(taken, (start, end))
    is_clear_before = at == 0 or taken[at - 1][1] <= start
    return is_clear_before and (at == len(taken) or end <= taken[at][0])


def _sorted(text: str) -> str:
    """The text with every misplaced card moved to where its title belongs, the others kept."""
    document = parse(text)
    held = _held(document)
    for _ in document.cards:
        move = _next_move(document)
        if move is None:
            break
        document = edit.move_card(document, *move)
    # A note that ends in something open may take the card below it in.
    return render(document) if _held(document) == held else text


def _held(document: Document) -> Counter[tuple[str, str]]:
    return Counter((card.quote, card.text) for card in document.cards)


def _next_move(document: Document) -> tuple[int, int] | None:
    """The place of a card that is out of order, and where it belongs."""
    base = 0
    for section in document.sections:
        keys = [sort_key(card.title) for card in section.cards]
        out = misplaced([card.title for card in section.cards])
        if out:
            place = out[0]
            kept = [
                each for each in range(len(keys)) if each not in out and has_alphabet(keys[each])
            ]
            later = [each for each in kept if keys[each] > keys[place]]
            to = later[0] if later else kept[-1] + 1
            return base + place, base + to - (place < to)
        base += len(keys)
    return None
