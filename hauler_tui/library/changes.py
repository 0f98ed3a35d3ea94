"""What a change touched, told to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one change touched, for whoever shows it."""

    items: frozenset[int] = frozenset()
    """Items whose row, note or card may look different."""
    feeds: bool = False
    hauls: bool = False
    """Whether a series or an issue changed."""


def all_of(*sets: frozenset[int]) -> frozenset[int]:
    """The union; where one alone has anything, that very one."""
    some = [each for each in sets if each]
    return some[0] if len(some) == 1 else frozenset().union(*some)
