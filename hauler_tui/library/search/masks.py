"""Sets of item ids as one byte for each id, so that and, or and without cost microseconds.

The bytes stand in one large integer, lowest id first. A set of all of 250,000 items takes 250 KB
and no Python object for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import compress, count
from typing import Self

BITS_EXPANDED = tuple(bytes(value >> bit & 1 for bit in range(8)) for value in range(256))
"""The eight bytes that stand for the bits of each byte, lowest bit first."""
_MEMBER = re.compile(b"\1")
_FEW = 8
"""Ids among which one member is rare enough to look for, and not at each."""


class Mask:
    """An unchanging set of ids from 0 on."""

    __slots__ = ("number",)

    def __init__(self, number: int = 0) -> None:
        """Use ``of`` or ``from_bytes``."""
        self.number = number

    @classmethod
    def of(cls, ids: Iterable[int], *, below: int) -> Self:
        """The set of those of ``ids`` that are neither negative nor ``below`` or more."""
        members = bytearray(below)
        for item_id in ids:
            if 0 <= item_id < below:
                members[item_id] = 1
        return cls.from_bytes(members)

    @classmethod
    def from_bytes(cls, members: bytes | bytearray) -> Self:
        """The set of the indexes at which ``members`` holds a one, all else being zeros."""
        return cls(int.from_bytes(members, "little"))

    def to_bytes(self, *, below: int) -> bytes:
        """A one for each id of the set and a zero for each other id ``below`` a bound."""
        number = self.number
        if number.bit_length() > 8 * below:
            number &= (1 << 8 * below) - 1
        return number.to_bytes(below, "little")

    def __and__(self, other: Mask) -> Mask:
        return Mask(self.number & other.number)

    def __or__(self, other: Mask) -> Mask:
        return Mask(self.number | other.number)

    def __sub__(self, other: Mask) -> Mask:
        return Mask(self.number ^ (self.number & other.number))

    def __bool__(self) -> bool:
        return self.number != 0

    def __len__(self) -> int:
        return self.number.bit_count()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mask) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)

    def __contains__(self, item_id: int) -> bool:
        return item_id >= 0 and bool(self.number >> 8 * item_id & 1)

    def __iter__(self) -> Iterator[int]:
        """The ids in ascending order."""
        members = self.to_bytes(below=(self.number.bit_length() + 7) // 8)
        if len(self) * _FEW < len(members):
            return (found.start() for found in _MEMBER.finditer(members))
        return compress(count(), members)


NOTHING = Mask()
