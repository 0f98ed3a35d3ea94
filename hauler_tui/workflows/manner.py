"""How the cards of a series look, read off the issues it has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from hauler_tui.domain.text import sort_key

if TYPE_CHECKING:
    from hauler_tui.haul.intake import Intake

_FEWEST = 3
"""Fewer titles, or fewer abstracts, tell nothing."""
_UNCUT = 1_000_000
"""More characters than any abstract has."""
_NARROW = 0.8
"""A limit is another one where no cut abstract comes this near to it."""


def card_order(issues: Sequence[Intake]) -> Literal["title", "added"]:
    """Whether cards stand by their titles, or in an order that is plainly the author's own."""
    from hauler_tui.haul.checkcards import misplaced

    own = by_title = 0
    for issue in issues:
        for lane in issue.lanes:
            titles = [card.title for card in issue.cards if card.lane == lane.name and card.title]
            if len(titles) < _FEWEST:
                continue
            keys = list(map(sort_key, titles))
            if keys == sorted(keys) or misplaced(titles):
                by_title += 1
            else:
                own += 1
    return "added" if own > by_title else "title"


def abstract_length(issues: Sequence[Intake], usual: int) -> int:
    """Most characters of an abstract: ``usual`` where the issues do not tell another number.

    0 where their cards never have one.
    """
    cards = sum(len(issue.cards) for issue in issues)
    abstracts = [card.abstract for issue in issues for card in issue.cards if card.abstract]
    cut = [len(abstract) for abstract in abstracts if abstract.endswith(("…", "..."))]
    if len(abstracts) < _FEWEST:
        return 0 if not abstracts and cards >= _FEWEST else usual
    if len(cut) * 2 > len(abstracts):
        longest = max(cut)
        return usual if usual * _NARROW <= longest <= usual else longest
    long = [abstract for abstract in abstracts if len(abstract) > usual]
    return _UNCUT if len(long) * 2 > len(abstracts) else usual
