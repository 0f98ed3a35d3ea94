"""Lists of records that arrive a page at a time, and how far the reading of one has come.

The protocol is OAI-PMH 2.0 (https://www.openarchives.org/OAI/openarchivesprotocol.html).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from hauler_tui.domain import announcements

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """What a page says of the list that it belongs to."""

    token: str = ""
    """What the next page is asked for by; empty on the last one."""
    names_rest: bool = False
    """Whether it says what follows, if only that nothing does: of a list of several pages the last
    one must, too (OAI-PMH 2.0, 3.5)."""
    records: int = 0
    """Records of the page, deleted ones too."""
    unread: int = 0
    """Records that do not say which paper they are about, or when it was submitted."""
    size: int | None = None
    """How many records the server counts in the whole list."""
    is_expired: bool = False
    """Whether the token was refused by which the page was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A day whose papers are looked for in a list."""

    day: date
    listed: int = 0
    """Papers of the day in the pages so far."""
    known: int = 0
    """How many of those the library knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """How far the list of one subject was read."""

    subject: str
    begun_at: datetime
    first: date
    """The first day on which a record of the list may have changed."""
    until: date
    """The last one."""
    days: tuple[Sought, ...]
    token: str = ""
    """What the next page is asked for by; empty before the first."""
    records: int = 0
    """Records of the pages so far."""
    unread: int = 0
    """Those of them that could not be read."""

    def of(self, day: date) -> Sought:
        """What was found of one of the days."""
        return next(one for one in self.days if one.day == day)


def may_go_on(harvest: Harvest, *, now: datetime) -> bool:
    """Whether the rest of a list still continues what was read of it.

    Not once arXiv's records have changed: they may have moved between the pages.
    """
    return bool(harvest.token) and last_renewal(now) <= harvest.begun_at <= now


def last_renewal(now: datetime) -> datetime:
    """When arXiv's records last changed, in UTC.

    They do at about 22:30 in the US East, on the eves of its announcements
    (https://info.arxiv.org/help/oa/index.html).
    """
    eve = announcements.eastern_day(now)
    while announcements.is_weekend(eve + _ONE_DAY) or _renewal(eve) > now:
        eve -= _ONE_DAY
    return _renewal(eve)


def counted(harvest: Harvest, day: date, *, listed: int, known: int) -> Harvest:
    """The harvest with more papers of a day."""
    days = tuple(
        replace(one, listed=one.listed + listed, known=one.known + known) if one.day == day else one
        for one in harvest.days
    )
    return replace(harvest, days=days)


def _renewal(eve: date) -> datetime:
    return announcements.eastern(eve, 22) + timedelta(minutes=30)
