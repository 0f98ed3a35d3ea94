"""Taking in every copy that lies beside a library, or stands in its merged files."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

from hauler_tui.domain.item import Work
from hauler_tui.library.care import copies
from hauler_tui.library.care.copies import Gathered
from hauler_tui.library.care.joining import Copy, Joining, part
from hauler_tui.library.records import Works


def take_in(
    gathered: Gathered, joining: Joining, works: Works, at: datetime
) -> tuple[list[str], dict[int, Work]]:
    """Take in what was gathered, each copy as one step of history.

    Returns sentences on it, and the works that were written. Raises LibraryError.
    """
    told = list(gathered.told)
    written, parted = part(works)
    with ExitStack() as opened:
        found = [
            opened.enter_context(copies.opened(each, parted if each.is_merged else {}, works))
            for each in gathered.found
        ]
        if parted and not any(each.is_merged for each in gathered.found):
            found.append(Copy.of_works("items.log", tuple(parted), parted.get))
        found += [opened.enter_context(copies.works_of(log, works)) for log in gathered.items]
        for copy in found:
            if joining.knows(copy):
                continue
            joined, of_copy = joining.take_in(copy, at)
            written |= of_copy
            told += joined.sentences
    told += (
        f"{name} looks like a copy of this library and continues none of its files;"
        " it was left as it is"
        for name in gathered.unknown
    )
    return told, written
