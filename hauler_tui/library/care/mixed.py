"""Records that a merge of two logs put under one number, taken apart again."""

from __future__ import annotations

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.item import Work
from hauler_tui.domain.merge import join
from hauler_tui.library.records import from_row
from hauler_tui.library.store.lines import Document, decode
from hauler_tui.library.works import TOMBSTONE, Documents, Works


def works_apart(works: Works) -> tuple[dict[int, Work], dict[int, Work]]:
    """Take apart what a merge of two logs put under one number; return ours and the other's.

    Ours, which stand first, get their numbers back; where both are one work, it knows what either
    knew. Raises LibraryError.
    """
    parted: dict[int, Work] = {}
    ours: dict[int, Work] = {}
    left: dict[int, Document] = {}
    for item_id, older, newest in works.table.rivals():
        newer = older if newest is None else newest
        mine, other = (None if "gone" in row else from_row(Work, row) for row in (older, newer))
        is_one = not set(older["aliases"]).isdisjoint(newer["aliases"])
        if mine is not None:
            ours[item_id] = join(mine, other) if is_one and other is not None else mine
        elif is_one and other is not None:
            ours[item_id] = other  # one that left here and not there is still wanted
        else:
            left[item_id] = older
        if other is not None and not is_one:
            parted[item_id] = other
    for item_id, (first, second) in _strangers(works).items():
        ours[item_id], parted[item_id] = first, second
    if ours or left:
        works.put(ours)
        works.table.put_many(left)
        works.table.compact()
    return ours, parted


def _strangers(works: Works) -> dict[int, tuple[Work, Work]]:
    """Works whose record was replaced by one of another work, with that one.

    So it is where a merge kept the lines of two logs one after the other, without marks.
    """
    found: dict[int, tuple[Work, Work]] = {}
    for item_id, older, newest in works.table.replaced():
        if item_id in found or older.startswith(TOMBSTONE) or newest.startswith(TOMBSTONE):
            continue
        first, second = decode(older), decode(newest)
        if set(first["aliases"]).isdisjoint(second["aliases"]):
            found[item_id] = from_row(Work, first), from_row(Work, second)
    return found


def texts_apart(frozen: Documents[Haul]) -> dict[int, Haul]:
    """Take apart the texts that a merge of two logs put under one number; return the other's.

    Ours, which stand first, get their numbers back. Raises LibraryError.
    """
    ours: dict[int, Haul] = {}
    theirs: dict[int, Haul] = {}
    rivals = ((each, older, newest) for each, older, newest in frozen.table.rivals() if newest)
    pairs = {each: (older, newest) for each, older, newest in rivals}
    for text_id, first, last in frozen.table.replaced():
        if text_id not in pairs and first != last:
            pairs[text_id] = decode(first), decode(last)
    for text_id, rows in pairs.items():
        older, newer = (from_row(Haul, row) for row in rows)
        # What was said last in a file has no slug; it is replaced again and again.
        if older.slug or newer.slug:
            ours[text_id] = older
        if newer.slug:
            theirs[text_id] = newer
    if ours:
        frozen.put(ours)
        frozen.table.compact()
    return theirs
