"""What is told while gaps of the day ledger are filled, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from hauler_tui.domain.ledger import DayRecord
from hauler_tui.workflows.ledger import Gap

Source: TypeAlias = Literal["query", "records", "details"]
"""Who fills a gap: arXiv's query API, its records by OAI-PMH, or what bioRxiv tells of its days."""

SOURCES: Final[Mapping[Source, str]] = {
    "query": "the query API",
    "records": "OAI-PMH",
    "details": "bioRxiv's API",
}
"""What they are called."""

LATER: Final = "what came is kept; try again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One more page came, or did not."""

    done: int
    """The gaps that are closed."""
    total: int
    """The gaps that are being filled."""
    gap: Gap
    new: int
    """Papers that the library did not know, of all gaps so far."""
    source: Source = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class FillReport:
    """What became of the gaps."""

    filled: tuple[DayRecord, ...] = ()
    """The days that are complete now."""
    left: tuple[Gap, ...] = ()
    new: int = 0
    error: str | None = None
    """Why some gaps stay."""
    hint: str = ""
    note: str = ""
    """What one source refused and the other gave, in a sentence; empty where none had to."""

    def sources(self) -> str:
        """From where the days came that are complete now, in words; empty where none is."""
        counts = Counter(source_of(record) for record in self.filled)
        if len(counts) == 1:
            return f"from {SOURCES[next(iter(counts))]}"
        return ", ".join(f"{counts[name]:,} from {SOURCES[name]}" for name in sorted(counts))


def source_of(record: DayRecord) -> Source:
    """Who filled a day."""
    if record.reason == "details":
        return "details"
    return "records" if record.reason == "records" else "query"


def side_by_side(one: FillReport, other: FillReport) -> FillReport:
    """What became of two lots of gaps that have nothing to do with each other, in one."""
    return FillReport(
        filled=one.filled + other.filled,
        left=one.left + other.left,
        new=one.new + other.new,
        error="; ".join(filter(None, (one.error, other.error))) or None,
        hint=one.hint or other.hint,
        note=one.note or other.note,
    )


def together(attempts: Sequence[FillReport], lacking: Sequence[Gap]) -> FillReport:
    """What several attempts at the same gaps brought, in one."""
    filled = {(day.subject, day.day): day for one in attempts for day in one.filled}
    left = tuple(gap for gap in lacking if (gap.subject, gap.day) not in filled)
    errors = list(dict.fromkeys(one.error for one in attempts if one.error))
    hints = [one.hint for one in attempts if one.error]
    made_up = any(one.error for one in attempts) and bool(attempts[-1].filled)
    return FillReport(
        filled=tuple(filled.values()),
        left=left,
        new=sum(one.new for one in attempts),
        error="; ".join(errors) or None if left else None,
        hint=hints[-1] if left and hints else "",
        note=f"{errors[0]}; the rest came {attempts[-1].sources()}" if made_up else "",
    )
