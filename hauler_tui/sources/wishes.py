"""When a feed asks not to be fetched, by what its own XML says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
"""Minutes (https://web.resource.org/rss/1.0/modules/syndication/)."""
_LONGEST_LIST = 4_000
_FIRST_ENTRY = re.compile(rb"<item[\s>]")
_ENTRY_END = b"</item"
_SKIPPED = {
    name: re.compile(rb"<" + name + rb"\s*>([^\x00]{0,%d}?)</" % _LONGEST_LIST + name + rb"\s*>")
    for name in (b"skipDays", b"skipHours")
}
_VALUES = re.compile(rb"<(?:day|hour)\s*>\s*([A-Za-z]{1,12}|\d{1,2})\s*</", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The pause, the weekdays and the hours a feed names (https://www.rssboard.org)."""

    ttl_minutes: int | None = None
    skip_days: tuple[int, ...] = ()
    """Monday is 0."""
    skip_hours: tuple[int, ...] = ()


NO_WISHES = Wishes()


def wishes_of(body: bytes, channel: Mapping[str, Any]) -> Wishes:
    """The wishes of a feed; ``channel`` is what feedparser made of it.

    The lists are read from the XML, since feedparser keeps the last of several days.
    """
    head = _without_entries(body) if b"<skip" in body else b""
    days = (_DAYS.index(day) for day in _listed(b"skipDays", head) if day in _DAYS)
    # RSS 0.91 counted hours from 1 to 24.
    hours = (int(hour) % 24 for hour in _listed(b"skipHours", head) if hour.isdigit())
    return Wishes(
        ttl_minutes=_ttl(channel),
        skip_days=tuple(sorted(set(days))),
        skip_hours=tuple(sorted(set(hours))),
    )


def _without_entries(body: bytes) -> bytes:
    first = _FIRST_ENTRY.search(body)
    if first is None:
        return body
    return body[: first.start()] + body[max(first.start(), body.rfind(_ENTRY_END)) :]


def _listed(name: bytes, head: bytes) -> list[str]:
    found = _SKIPPED[name].search(head)
    if found is None:
        return []
    return [value.decode("ascii").lower() for value in _VALUES.findall(found[1])]


def _ttl(channel: Mapping[str, Any]) -> int | None:
    """The pause in minutes by RSS ``ttl`` or the syndication module, whichever is longer."""
    pauses = []
    ttl = str(channel.get("ttl") or "").strip()
    if re.fullmatch(r"\d{1,6}", ttl):
        pauses.append(int(ttl))
    period = _PERIODS.get(str(channel.get("sy_updateperiod") or "").strip().lower())
    if period:
        frequency = str(channel.get("sy_updatefrequency") or "1").strip()
        times = int(frequency) if re.fullmatch(r"[1-9]\d{0,3}", frequency) else 1
        pauses.append(period // times)
    return max(pauses, default=None)
