"""Every indexed item newest first, as two arrays of numbers, so that no view sorts anything."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from operator import neg
from typing import TypeAlias

Dated: TypeAlias = tuple[int, int]
"""A date in microseconds since 1970, and the id of the item listed under it."""

AT_ONCE = 1 << 14
"""Items looked at between two chances for another thread: well below a millisecond."""


class Ages:
    """Numbers that are read when they are first asked for: most views need no date."""

    def __init__(self, read: Callable[[], array[int]]) -> None:
        self._read = read

    @cached_property
    def numbers(self) -> array[int]:
        """One for each item of an order."""
        return self._read()


@dataclass(frozen=True, slots=True)
class Order:
    """Items by date, those of one date by id, the newest first; never changed in place."""

    ids: array[int] = field(default_factory=lambda: array("Q"))
    dates: Ages = field(default_factory=lambda: Ages(lambda: array("q")))
    below: int = 1
    """A number above every id."""

    @property
    def ages(self) -> array[int]:
        """The dates with the sign turned, so that they ascend."""
        return self.dates.numbers

    @staticmethod
    def of(dated: Iterable[Dated]) -> Order:
        """The order of some items."""
        return Order().merged((), dated)

    def __len__(self) -> int:
        return len(self.ids)

    def merged(self, removed: Iterable[Dated], added: Iterable[Dated]) -> Order:
        """The order without some items, each given with its date, and with others."""
        edits = [(-date, -item_id, False) for date, item_id in removed]
        edits += [(-date, -item_id, True) for date, item_id in added]
        edits.sort()
        ids, ages = array("Q"), array("q")
        at, below = 0, self.below
        for age, negative, is_added in edits:
            place = self._place(age, -negative, at)
            if place > at:
                ids += self.ids[at:place]
                ages += self.ages[at:place]
                at = place
            if is_added:
                ids.append(-negative)
                ages.append(age)
                below = max(below, 1 - negative)
            elif at < len(self.ids) and self.ids[at] == -negative and self.ages[at] == age:
                at += 1
        ages += self.ages[at:]
        return Order(ids + self.ids[at:], Ages(lambda: ages), below)

    def between(self, start: int | None, end: int | None) -> Sequence[int]:
        """The items dated from ``start`` on and before ``end``; None is no bound."""
        first = 0 if end is None else bisect_right(self.ages, -end)
        last = len(self.ages) if start is None else bisect_right(self.ages, -start)
        return self.ids[first:last]

    def selected(self, members: bytes) -> Iterator[array[int]]:
        """In order and in pieces, the items whose byte in ``members`` is one."""
        for start in range(0, len(self.ids), AT_ONCE):
            part = self.ids[start : start + AT_ONCE]
            yield array("Q", compress(part, map(members.__getitem__, part)))

    def restricted(self, members: bytes) -> Order:
        """The order of the items alone whose byte in ``members`` is one."""
        ids, ages = array("Q"), array("q")
        for start in range(0, len(self.ids), AT_ONCE):
            part = self.ids[start : start + AT_ONCE]
            held = bytes(map(members.__getitem__, part))
            ids.extend(compress(part, held))
            ages.extend(compress(self.ages[start : start + AT_ONCE], held))
        return Order(ids, Ages(lambda: ages), self.below)

    def _place(self, age: int, item_id: int, low: int) -> int:
        """Where an item stands or would stand."""
        place = bisect_left(self.ages, age, low)
        if place == len(self.ages) or self.ages[place] != age:
            return place
        end = bisect_right(self.ages, age, place)
        return bisect_left(self.ids, -item_id, place, end, key=neg)
