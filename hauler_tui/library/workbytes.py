"""A work as the JSON of ``items.log``: what ``encode(to_row(work))`` gives, in a fifth of the time.

A refresh writes thousands at once, and meanwhile the person types.
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, datetime
from operator import attrgetter
from sys import intern
from typing import Any

import msgspec

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.item import Sighting, Version, Work
from hauler_tui.library.records import to_row
from hauler_tui.library.store.lines import encode


class _Rows:
    """Makes of the objects of one class what msgspec leaves defaults out of."""

    def __init__(self, kind: type[Any]) -> None:
        self.names = tuple(field.name for field in fields(kind))
        self._values = attrgetter(*self.names)
        given = [
            (field.name, Any) if field.default is MISSING else (field.name, Any, field.default)
            for field in fields(kind)
        ]
        self._struct = msgspec.defstruct(
            kind.__name__, given, kw_only=True, omit_defaults=True, gc=False
        )

    def of(self, value: object, **instead: Any) -> Any:
        """The row of an object, some of its fields replaced."""
        return self._struct(
            **{**dict(zip(self.names, self._values(value), strict=True)), **instead}
        )


_WORKS, _ENTRIES, _SIGHTINGS, _VERSIONS = map(_Rows, (Work, Entry, Sighting, Version))
_encode = msgspec.json.Encoder().encode


def encoded(work: Work) -> bytes:
    """A work on one line of JSON. Raises TypeError or ValueError for what JSON cannot say."""
    entry = work.entry
    try:
        return _encode(
            _WORKS.of(
                work,
                entry=_ENTRIES.of(
                    entry,
                    published=None if entry.published is None else _utc(entry.published),
                    origin=intern(entry.origin),
                ),
                sightings=[_SIGHTINGS.of(s, seen_at=_utc(s.seen_at)) for s in work.sightings],
                versions=tuple(_VERSIONS.of(v, seen_at=_utc(v.seen_at)) for v in work.versions),
                first_seen=_utc(work.first_seen),
            )
        )
    except UnicodeEncodeError:
        return encode(to_row(work))  # a lone surrogate passes only Python's own encoder


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo is UTC else time.astimezone(UTC)
