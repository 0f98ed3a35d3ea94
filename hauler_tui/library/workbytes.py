"""A work as the JSON of ``items.log``: what ``encode(to_row(work))`` gives, in a tenth of the time.

A refresh writes thousands at once, and meanwhile the person types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import msgspec

from hauler_tui.domain.entry import Entry, Origin
from hauler_tui.domain.item import Sighting, Version, Work
from hauler_tui.library.records import to_row
from hauler_tui.library.store.lines import encode


def _row(kind: type[Any], types: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """What msgspec makes of the objects of a class to leave their defaults out."""
    given = [
        (
            field.name,
            types.get(field.name, Any),
            *(() if field.default is MISSING else [field.default]),
        )
        for field in fields(kind)
    ]
    return msgspec.defstruct(kind.__name__, given, kw_only=True, omit_defaults=True, gc=False)


_WORK = _row(
    Work,
    {
        "entry": _row(Entry, {"origin": Origin}),
        "sightings": list[_row(Sighting)],  # type: ignore[misc]
        "versions": tuple[_row(Version), ...],  # type: ignore[misc]
    },
)
_encode = msgspec.json.Encoder().encode


def encoded(work: Work) -> bytes:
    """A work on one line of JSON. Raises TypeError or ValueError for what JSON cannot say."""
    if all(time is None or time.tzinfo is UTC for time in _times(work)):
        try:
            return _encode(msgspec.convert(work, _WORK, from_attributes=True))
        except UnicodeEncodeError:
            pass  # a lone surrogate passes only Python's own encoder
    return encode(to_row(work))


def _times(work: Work) -> tuple[datetime | None, ...]:
    seen = [sighting.seen_at for sighting in work.sightings]
    seen += [version.seen_at for version in work.versions]
    return work.first_seen, work.entry.published, *seen
