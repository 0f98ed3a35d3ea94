"""How long items stay that nobody touched, where some feeds want it otherwise than the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Days by feed; 0 days are for ever."""

    usual: int
    by_feed: Mapping[int, int] = field(default_factory=dict)

    @staticmethod
    def of(usual: int, feeds: Mapping[int, Mapping[str, Any]]) -> Keeping:
        """What the rows of the feeds say, and ``usual`` for those that say nothing."""
        rows = tuple(feeds.items())
        days = {feed_id: row.get("keep_days") for feed_id, row in rows}
        return Keeping(
            usual=max(0, usual),
            by_feed={feed_id: max(0, kept) for feed_id, kept in days.items() if kept is not None},
        )

    @property
    def shortest(self) -> int:
        """The fewest days that anything stays; 0 when everything stays for ever."""
        return min((days for days in (self.usual, *self.by_feed.values()) if days), default=0)

    def days(self, feed_ids: Iterable[int | None]) -> int:
        """How long an item stays that came through these feeds: as the most patient one says."""
        wanted = [self.by_feed.get(each or 0, self.usual) for each in feed_ids] or [self.usual]
        return 0 if 0 in wanted else max(wanted)
