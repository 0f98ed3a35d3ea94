"""What an index that is opened has not seen, found by where it and the log stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Position
from hauler_tui.library.store.log import LogTable
from hauler_tui.library.works import Works


def find_backlog(
    index: Index,
    backlog: Backlog,
    works: Works,
    personal: Position,
    sums: Callable[[], Mapping[int, int]],
    joined: Callable[[], Collection[int]] = tuple,
) -> None:
    """Let wait what the index has not seen, or has seen and the log has not.

    ``personal`` is the state of the person's own data, ``sums`` what ``personal_sum`` gives for
    each item that has any, ``joined`` the items that may have become parts of others, or were.
    """
    log = works.table
    if not index.holds_anything():
        backlog.add_everything()
        return
    covered, reach = index.position("covered"), index.position("reach")
    if covered is None or covered != reach or reach[:2] != log.position or not _is_of(log, reach):
        # A log that was compacted or put back has other positions, and says the same.
        is_known = covered is not None and _is_of(log, covered) and _is_of(log, reach)
        changed = log.ids_since(covered[:2]) if is_known and covered is not None else None
        if changed is not None:
            doubtful = list({each: None for one in changed for each in (one, works.survivor(one))})
            places = index.places(doubtful)
        else:
            # Only when all of it was looked at and taken in, a place in the log says so again.
            index.forget_position("covered")
            places = index.places()
            doubtful = sorted({*places, *log.ids()})
        # What a batch of an unfinished catching up has taken in is not read again.
        backlog.add(each for each in doubtful if places.get(each, 0) != works.place(each))
    if index.position("personal") != personal:
        known, mine = index.personal_sums(), sums()
        backlog.add(each for each in {*known, *mine} if known.get(each) != mine.get(each))
        parts = list(joined())
        places = index.places(parts) if parts else {}
        backlog.add(each for each in parts if places.get(each, 0) != works.place(each))
        backlog.touch()


def _is_of(log: LogTable, position: Position | None) -> bool:
    """Whether the log still holds what it held when the position was noted."""
    return position is not None and log.checked(position[:2]) == position
