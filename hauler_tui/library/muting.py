"""Which items came only through feeds that the person muted.

They follow from the feeds and the sightings; the bits are kept so that the first frame needs no
search, and with them for which feeds they were found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from hauler_tui.domain.query import parse
from hauler_tui.library.items import Items
from hauler_tui.library.read_marks import Bitmaps
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Works

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Muting:
    """Keeps the bits of muted items true; what the person touched is never muted."""

    def __init__(
        self,
        journal: Journal,
        works: Works,
        items: Items,
        muted: Bitmaps,
        kept: Callable[[], frozenset[int]],
    ) -> None:
        self._table = journal.table("muting")
        self._feeds = journal.table("feeds")
        self._works = works
        self._items = items
        self._muted = muted
        self._kept = kept

    def sort(self, item_ids: Iterable[int]) -> None:
        """Mute those of the items that came only through muted feeds, and no other of them."""
        feeds = self._muted_feeds()
        if feeds or self._muted.total():
            self._sort(frozenset(item_ids), feeds)

    def settle(self) -> None:
        """Sort the items of the feeds that were muted, or not any more, since it was last done."""
        feeds, known = self._muted_feeds(), self._known()
        if feeds == known:
            return
        concerned = {
            item_id
            for feed_id in feeds ^ known
            for item_id in self._items.view(parse(f"feed:{feed_id}", _LONG_AGO))
        }
        self._sort(frozenset(concerned), feeds)
        self._table.put(1, {"feeds": sorted(feeds)})

    def notice(self, item_ids: Iterable[int]) -> None:
        """Bring back those of the items that the person has to do with now."""
        muted = [each for each in item_ids if each in self._muted]
        if muted:
            self._muted.change(self._kept().intersection(muted), False)

    def _sort(self, item_ids: frozenset[int], feeds: frozenset[int]) -> None:
        muted = {
            item_id
            for item_id in item_ids
            if item_id in self._works and feeds.issuperset(self._works.feed_ids(item_id))
        }
        if muted:
            muted -= self._kept()
        self._muted.change(muted, True)
        self._muted.change(item_ids - muted, False)

    def _muted_feeds(self) -> frozenset[int]:
        rows = self._feeds.rows().items()
        return frozenset(feed_id for feed_id, row in rows if row.get("is_muted"))

    def _known(self) -> frozenset[int]:
        return frozenset(self._table.rows().get(1, {}).get("feeds", ()))
