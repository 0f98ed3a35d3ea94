"""Numbers that are given once and never again."""

from __future__ import annotations

from collections.abc import Mapping


class Counters:
    """How far each counter has come, and what of it no line of the journal has told yet."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._told = dict(counts)

    def __getitem__(self, counter: str) -> int:
        """The highest number ``counter`` ever gave, or 0."""
        return self._counts.get(counter, 0)

    def next(self, counter: str, above: int) -> int:
        """A number that ``counter`` never gave before, and higher than ``above``."""
        count = self._counts[counter] = max(self[counter], above) + 1
        return count

    def untold(self) -> dict[str, int]:
        """The counters that went on since they were told last."""
        return {
            name: count for name, count in self._counts.items() if self._told.get(name) != count
        }

    def told(self, counts: Mapping[str, int]) -> None:
        """Take in what a line of the journal says, made now or read back."""
        self._counts.update(counts)
        self._told.update(counts)

    def all(self) -> dict[str, int]:
        """Every counter, in a dictionary of the caller's own."""
        return dict(self._counts)
