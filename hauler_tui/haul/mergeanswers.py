"""What is settled by itself in a merge, what by an answer, and what is left as a conflict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from hauler_tui.haul.mergeresult import Answer, Conflict, ConflictKind, Decision, Side
from hauler_tui.haul.mergetext import ClashError, merge_text, merge_value
from hauler_tui.haul.model import Block, Document, line_numbers

T = TypeVar("T")

Three = tuple[T, T, T]
"""Something as it was, as it is here, and as it is in the file."""


class Answers:
    """The blocks of one merge: what the file changed, and the conflicts that are left."""

    def __init__(
        self,
        theirs: Document,
        decided: Mapping[str, Decision],
        prefer: Side | None,
    ) -> None:
        self.decided = decided
        self.prefer = prefer
        self._lines = line_numbers(theirs)
        self.conflicts: list[Conflict] = []
        self.from_file: set[str] = set()

    def text(
        self, key: str, label: str, texts: Three[str], block: Block | None, *, joins: bool = False
    ) -> str:
        """A text of which each side may have changed paragraphs."""
        try:
            merged = merge_text(*texts, joins=joins)
        except ClashError:
            decision = self._decision(key, label, "text", texts, block)
            if decision.answer == "edit":
                merged = decision.text.strip("\n")
            else:
                merged = merge_text(*texts, joins=joins, clash=decision.answer)
        return self.told(key, merged, texts)

    def value(self, key: str, label: str, values: Three[str], block: Block | None) -> str:
        """A text that is one thing."""
        try:
            merged = merge_value(*values)
        except ClashError:
            merged = self.written(key, label, values, block)
        return self.told(key, merged, values)

    def written(self, key: str, label: str, values: Three[str], block: Block | None) -> str:
        """What the answer makes of a value that both changed."""
        decision = self._decision(key, label, "value", values, block)
        if decision.answer == "edit":
            return decision.text.strip("\n")
        return values[1] if decision.answer == "ours" else values[2]

    def chosen(
        self,
        key: str,
        label: str,
        kind: ConflictKind,
        sides: Three[T],
        show: Callable[[T], str],
        block: Block | None = None,
    ) -> T:
        """The side that the answer takes of something that both changed."""
        shown = show(sides[0]), show(sides[1]), show(sides[2])
        answer: Answer = self._decision(key, label, kind, shown, block).answer
        return sides[1] if answer == "ours" else sides[2]

    def told(self, key: str, merged: T, sides: Sequence[T]) -> T:
        """Note where an edit of the file stands."""
        before, here, there = sides
        if there not in (before, here) and merged != here:
            self.from_file.add(key)
        return merged

    def _decision(
        self, key: str, label: str, kind: ConflictKind, shown: Three[str], block: Block | None
    ) -> Decision:
        if key in self.decided:
            return self.decided[key]
        if self.prefer is not None:
            return Decision(answer=self.prefer)
        before, here, there = shown
        line = self._lines.get(id(block), 0) if block is not None else 0
        self.conflicts.append(
            Conflict(
                key=key, label=label, kind=kind, base=before, ours=here, theirs=there, line=line
            )
        )
        return Decision(answer="theirs")
