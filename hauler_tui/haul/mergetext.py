"""Three versions of a text, a value or an order made one, where that can be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

T = TypeVar("T")

_LINE_END = re.compile(r"\r\n?")
_PARAGRAPHS = re.compile(r"(?:(?![ \t]*\n)[^\n]*(?:\n|\Z))+(?:[ \t]*\n)*", re.ASCII)
_MOST_PARAGRAPHS = 4_000
"""Above which a text is one paragraph: matching takes quadratic time."""


class ClashError(Exception):
    """Both sides changed one thing differently."""


def line_feeds(text: str) -> str:
    """The text with line feeds only."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


def merge_value(base: T, ours: T, theirs: T) -> T:
    """The value of the side that changed it. Raises ClashError when both did, differently."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    raise ClashError


def merge_text(
    base: str,
    ours: str,
    theirs: str,
    *,
    joins: bool = False,
    clash: Literal["ours", "theirs", "both"] | None = None,
) -> str:
    """The text with the paragraphs that either side changed, added or took out.

    With ``joins`` what both added to one place of a text stands below each other, the file's
    first. Where both changed one paragraph differently, ``clash`` says whose version stands there;
    without it ClashError is raised. Line feeds only.
    """
    try:
        return merge_value(base, ours, theirs)
    except ClashError:
        before, here, there = (_paragraphs(text) for text in (base, ours, theirs))
    merged: list[str] = []
    at = 0
    for region in _regions(_hunks(before, here), _hunks(before, there)):
        merged += before[at : region.start]
        mine, other = region.read(before)
        if region.is_joint and _words(mine) != _words(other):
            added = region.start == region.end and joins and base.strip()
            if not added and clash is None:
                raise ClashError
            match "theirs first" if added and clash is None else clash:
                case "theirs first":
                    merged += [*other, *mine]
                case "both":
                    merged += [*mine, *other]
                case side:
                    merged += mine if side == "ours" else other
        else:
            merged += mine if region.mine else other
        at = region.end
    merged += before[at:]
    spaced = [part if part.endswith("\n\n") else part.rstrip("\n") + "\n\n" for part in merged]
    return "".join([*spaced[:-1], *merged[-1:]]).rstrip("\n")


def merge_order(base: Sequence[T], ours: Sequence[T], theirs: Sequence[T]) -> tuple[T, ...]:
    """Everything of either side in the order of the side that moved something.

    What only one side has stands behind what it stands behind there. Raises ClashError when both
    moved what the other has too, to different places.
    """
    if _moved(base, ours) and _moved(base, theirs) and _moved(ours, theirs):
        raise ClashError
    if _moved(base, ours) and not _moved(base, theirs):
        return woven(ours, theirs)
    return woven(theirs, ours)


def woven(first: Sequence[T], second: Sequence[T]) -> tuple[T, ...]:
    """The first order with what only the second has, each behind what it stands behind there."""
    order = list(first)
    known = set(order)
    for place, each in enumerate(second):
        if each in known:
            continue
        above = next((one for one in reversed(second[:place]) if one in known), None)
        below = next((one for one in second[place + 1 :] if one in known), None)
        if above is not None:
            order.insert(order.index(above) + 1, each)
        elif below is not None:
            order.insert(order.index(below), each)
        else:
            order.append(each)
        known.add(each)
    return tuple(order)


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Paragraphs ``start`` to ``end`` of the base become ``new``."""

    start: int
    end: int
    new: tuple[str, ...]


def _paragraphs(text: str) -> list[str]:
    """The paragraphs, each with the blank lines below it."""
    found = [match.group() for match in _PARAGRAPHS.finditer(text)]
    return found if len(found) <= _MOST_PARAGRAPHS else [text]


def _hunks(before: Sequence[str], after: Sequence[str]) -> list[_Hunk]:
    old, new = ([part.strip("\n") for part in parts] for parts in (before, after))
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    hunks = []
    for kind, start, end, here, there in found:
        if kind == "equal":
            continue
        if end - start == there - here:
            pairs = zip(range(start, end), after[here:there], strict=True)
            hunks += [_Hunk(at, at + 1, (part,)) for at, part in pairs]
        else:
            hunks.append(_Hunk(start, end, tuple(after[here:there])))
    return hunks


@dataclass(slots=True)
class _Region:
    """Paragraphs of the base that one side changed, or both in ways that touch each other."""

    start: int
    end: int
    mine: list[_Hunk]
    other: list[_Hunk]

    @property
    def is_joint(self) -> bool:
        """Whether both sides changed something here."""
        return bool(self.mine and self.other)

    def read(self, before: Sequence[str]) -> tuple[list[str], list[str]]:
        """What stands here on either side."""
        return self._read(before, self.mine), self._read(before, self.other)

    def _read(self, before: Sequence[str], hunks: Sequence[_Hunk]) -> list[str]:
        read: list[str] = []
        at = self.start
        for hunk in hunks:
            read += [*before[at : hunk.start], *hunk.new]
            at = hunk.end
        return [*read, *before[at : self.end]]


def _regions(mine: Sequence[_Hunk], other: Sequence[_Hunk]) -> list[_Region]:
    """The changes of both sides from top to bottom, those together that touch each other."""
    regions: list[_Region] = []
    ordered = sorted(
        [(hunk.start, hunk.end, 0, hunk) for hunk in mine]
        + [(hunk.start, hunk.end, 1, hunk) for hunk in other],
        key=lambda each: each[:3],
    )
    for start, end, side, hunk in ordered:
        last = regions[-1] if regions else None
        is_same_place = last is not None and start == end == last.start == last.end
        if last is None or not (start < last.end or is_same_place):
            last = _Region(start, end, [], [])
            regions.append(last)
        last.end = max(last.end, end)
        (last.other if side else last.mine).append(hunk)
    return regions


def _words(parts: Sequence[str]) -> list[str]:
    return [part.strip("\n") for part in parts]


def _moved(before: Sequence[T], after: Sequence[T]) -> bool:
    """Whether what both have stands in another order."""
    old, new = set(before), set(after)
    return [each for each in before if each in new] != [each for each in after if each in old]
