"""What a list row shows of a work, from the work itself or from the index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain.entry import Announce
from hauler_tui.domain.item import Item, Work
from hauler_tui.domain.merge import strongest
from hauler_tui.domain.query import dated, is_withdrawn
from hauler_tui.domain.standing import published_in, renewed_at
from hauler_tui.domain.tex import to_unicode
from hauler_tui.library.search.prepared import EPOCH, PUBLISHED, TICK, WITHDRAWN

COLUMNS = "id, date, title, authors, feeds, announce, version, standing, renewed"
"""What ``Listed.read`` takes, of the index's table ``rows``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a list row shows of a work."""

    id: int
    date: datetime
    """When the work appeared or was first seen, the earlier."""
    title: str
    """On one line, TeX turned into Unicode; the link or key of a work without a title."""
    authors: str
    feed_ids: tuple[int, ...]
    announce: Announce | None
    """The strongest announce type any feed gave it."""
    version: int | None
    is_withdrawn: bool = False
    is_published: bool = False
    """Whether it is a preprint that a journal has published."""
    renewed: datetime | None = None
    """When the newest version was first heard of; None where only one is known."""

    @staticmethod
    def of(item_id: int, work: Work) -> Listed:
        """What a list row shows of ``work``."""
        entry = work.entry
        return Listed(
            id=item_id,
            date=dated(Item(id=item_id, work=work)),
            title=to_unicode(entry.title) or entry.link or work.key,
            authors=", ".join(entry.authors),
            feed_ids=tuple(s.feed_id for s in work.sightings if s.feed_id is not None),
            announce=strongest(sighting.announce for sighting in work.sightings),
            version=entry.version,
            is_withdrawn=is_withdrawn(entry),
            is_published=bool(published_in(work.aliases, entry.journal)),
            renewed=renewed_at(work.versions),
        )

    @staticmethod
    def read(
        item_id: int,
        date: int,
        title: str,
        authors: str,
        feeds: str,
        announce: Announce | None,
        version: int | None,
        standing: int,
        renewed: int | None,
    ) -> Listed:
        """What the index says in `COLUMNS`."""
        return Listed(
            id=item_id,
            date=EPOCH + date * TICK,
            title=title,
            authors=authors,
            feed_ids=tuple(map(int, feeds.split())),
            announce=announce,
            version=version,
            is_withdrawn=bool(standing & WITHDRAWN),
            is_published=bool(standing & PUBLISHED),
            renewed=None if renewed is None else EPOCH + renewed * TICK,
        )
