"""What is asked before leaving when not everything is where it should be."""

from __future__ import annotations

import errno

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.ui.screens.dialogs import Choice

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def question(
    library: Library, failure: LibraryError | None
) -> tuple[str, tuple[Choice, ...]] | None:
    """What to ask, and the answers; None when everything is saved and its folder is there.

    ``failure`` is why the disk did not take what is left to save.
    """
    if not (library.directory / "library.journal").exists():
        saved = "everything you did had been saved in it" if failure is None else _unsaved(library)
        told = (
            f"{library.directory} is not there any more: it was moved or removed, or its disk was"
            f" unmounted; {saved}."
        )
        return told, _choices("and put the folder back", is_saved=failure is None)
    if failure is None:
        return None
    has_room = library.error is None or library.error.errno not in _NO_ROOM
    stay = "and look after that disk" if has_room else "and make room on the disk"
    return failure.message, _choices(stay, is_saved=False)


def _unsaved(library: Library) -> str:
    count = library.pending
    return "one change is not saved" if count == 1 else f"{count:,} changes are not saved"


def _choices(stay: str, *, is_saved: bool) -> tuple[Choice, ...]:
    return (
        Choice("stay", "Stay", stay),
        Choice("again", "Try again"),
        Choice("copy", "Save a copy elsewhere", "and leave"),
        Choice("leave", "Leave" if is_saved else "Leave without saving it"),
    )
