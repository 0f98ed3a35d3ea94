"""One work in the library: what sources said of it and what the person did with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain.entry import Announce, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One way a work reached the library."""

    feed_id: int | None
    """The feed that carried it; None for a link added by hand or found in an imported issue."""
    announce: Announce | None = None
    """The strongest announce type this feed gave it (new, cross, replace, replace-cross)."""
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a preprint, and when the library first heard of it."""

    number: int
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the sources together know of one work, without anything the person did."""

    key: str
    """The best alias, such as ``arxiv:2406.13121``."""
    aliases: tuple[str, ...]
    """Every name it has gone by, best first; all keep resolving."""
    entry: Entry
    """The best description known."""
    sightings: tuple[Sighting, ...]
    """Every feed it came through, first seen first, one for each feed."""
    versions: tuple[Version, ...] = ()
    first_seen: datetime

    @property
    def date(self) -> datetime:
        """When it appeared or was first seen, the earlier."""
        published = self.entry.published
        return self.first_seen if published is None else min(published, self.first_seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A work and what the person did with it."""

    id: int
    """From a counter that only grows; never reused, never renumbered."""
    work: Work
    is_read: bool = False
    is_skipped: bool = False
    is_muted: bool = False
    """Whether it came only through feeds the person muted."""
    starred_at: datetime | None = None
    tags: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    """Slugs of the published issues that hold a card for it, oldest first."""

    @property
    def key(self) -> str:
        """The work's best alias."""
        return self.work.key

    @property
    def entry(self) -> Entry:
        """The best description known."""
        return self.work.entry

    @property
    def is_listed(self) -> bool:
        """Whether a list of everything shows it."""
        return not (self.is_skipped or self.is_muted)

    @property
    def is_starred(self) -> bool:
        """Whether the person starred it."""
        return self.starred_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The person's working text about an item."""

    item_id: int
    text: str
    """Markdown, exactly as typed."""
    changed_at: datetime
    started_from: str | None = None
    """The slug of the issue whose card this text began as, while nobody has edited it."""
