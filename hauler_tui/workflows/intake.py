"""What a feed brought, taken in a little at a time so that no key waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.feed import Feed, Outcome, Updated
from hauler_tui.domain.grouping import without_contested
from hauler_tui.errors import UnknownKeyError
from hauler_tui.workflows import ledger, preprintgaps

if TYPE_CHECKING:
    from hauler_tui.domain.entry import Entry
    from hauler_tui.library.library import Library

_AT_ONCE = 25
"""Entries taken in between two looks at the keys: some two milliseconds of work."""


async def take_in(
    library: Library, feed: Feed, outcome: Outcome, *, now: datetime
) -> tuple[int, int]:
    """Keep how a fetch ended and what it brought; how many items are new, and how many changed.

    The feed's validators are kept with the last entries: what a crash leaves out is fetched again.
    Raises LibraryError.
    """
    preprintgaps.open_hole(library, feed, outcome, now)
    new: set[int] = set()
    changed: set[int] = set()
    entries: Sequence[Entry] = outcome.entries if isinstance(outcome, Updated) else ()
    # Which names say nothing is seen only in the whole answer.
    entries = without_contested(entries, feed.id)
    await asyncio.sleep(0)
    while len(entries) > _AT_ONCE:
        some, entries = entries[:_AT_ONCE], entries[_AT_ONCE:]
        try:
            library.feeds.get(outcome.feed_id)
        except UnknownKeyError:
            return len(new), len(changed - new)  # it was removed meanwhile
        library.expect_more()
        absorbed = library.items.absorb(some, feed_id=outcome.feed_id, at=now)
        new.update(absorbed.new)
        changed.update(absorbed.changed)
        await asyncio.sleep(0)
    rest = replace(outcome, entries=tuple(entries)) if isinstance(outcome, Updated) else outcome
    library.expect_more()
    absorbed = ledger.take_in(
        library, feed, outcome, now, rest=rest, brought_news=bool(new or changed)
    )
    new.update(absorbed.new)
    changed.update(absorbed.changed)
    return len(new), len(changed - new)
