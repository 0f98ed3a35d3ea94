"""Feeds that moved for good: the new address taken over once it is certain."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.addresses import shown
from hauler_tui.domain.feed import MOVE_IS_CERTAIN_AFTER, Feed, Outcome, Unchanged, Updated

if TYPE_CHECKING:
    from hauler_tui.library.library import Library


def follow_move(
    library: Library, feed: Feed, outcome: Outcome, *, now: datetime
) -> tuple[str, ...]:
    """Give a feed the address it moved to, and say so; nothing, as long as that is not certain.

    An address that another feed has is only told. Both happen once, at the answer that makes the
    move certain, so that a person who takes it back is not overruled.
    """
    state = outcome.state
    if not isinstance(outcome, Updated | Unchanged) or state.moved_to is None:
        return ()
    if state.moved_polls != MOVE_IS_CERTAIN_AFTER:
        return ()
    other = library.feeds.at_address(state.moved_to)
    if other is not None and other.id != feed.id:
        return (
            f"It moved for good to {shown(state.moved_to)}, which is feed {other.id}: "
            "remove one of the two.",
        )
    library.feeds.move(feed.id, state.moved_to, now)
    return (f"It moved for good to {shown(state.moved_to)} and is fetched from there now.",)
