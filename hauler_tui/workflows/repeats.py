"""Whether a daily feed of arXiv's shows an old batch under a new date."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from hauler_tui.domain.announcements import eastern
from hauler_tui.errors import LibraryError

if TYPE_CHECKING:
    from hauler_tui.domain.entry import Entry
    from hauler_tui.domain.item import Work
    from hauler_tui.library.library import Library

_SAMPLE = 12
"""Papers of a batch that are looked up: some two milliseconds of work."""
_ENOUGH = 2
"""Papers announced before that prove it: one may have been filled in a day too early."""


def was_announced(library: Library, entries: Sequence[Entry], day: date) -> bool:
    """Whether what a batch of a day calls new or replaced came on an earlier day, by any feed.

    A paper is announced as new once, so two that were announced before are proof; so is a batch of
    which every paper was known. Cross-lists say nothing: they follow the announcement.
    """
    telling = [entry for entry in entries if entry.announce in (None, "new", "replace")]
    some = telling[:: len(telling) // _SAMPLE + 1]
    found = library.items.lookups([entry.aliases for entry in some])
    known = announced = 0
    for entry, item_id in zip(some, found, strict=True):
        if item_id is None:
            continue
        with contextlib.suppress(LibraryError):  # a damaged record proves nothing
            work = library.items.get(item_id).work
            known += _came_before(work, entry, day, is_announced=False)
            announced += _came_before(work, entry, day, is_announced=True)
    return announced >= _ENOUGH or 0 < len(some) == known


def _came_before(work: Work, entry: Entry, day: date, *, is_announced: bool) -> bool:
    begin = eastern(day)
    versions = [each for each in work.versions if each.number == entry.version]
    if entry.version is not None and not any(each.seen_at < begin for each in versions):
        return False
    return any(
        seen.feed_id is not None
        and seen.seen_at < begin
        and (seen.announce is not None or not is_announced)
        for seen in work.sightings
    )
