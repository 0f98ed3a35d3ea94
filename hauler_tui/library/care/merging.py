"""Taking in every copy that lies beside a library, or stands in its merged files."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.item import Work
from hauler_tui.library.care import opening
from hauler_tui.library.care.copies import Gathered
from hauler_tui.library.care.joining import Copy, Joining
from hauler_tui.library.care.mixed import texts_apart, works_apart
from hauler_tui.library.care.texts import Texts
from hauler_tui.library.works import Documents, Works


def take_in(
    gathered: Gathered,
    joining: Joining,
    lone: Texts,
    works: Works,
    frozen: Documents[Haul],
    at: datetime,
) -> tuple[list[str], dict[int, Work]]:
    """Take in what was gathered, each copy as one step of history.

    ``lone`` takes in texts that go with no journal. Returns sentences on it, and the works that
    were written. Raises LibraryError.
    """
    told = list(gathered.told)
    written, parted = works_apart(works)
    parted_texts = texts_apart(frozen)
    is_merged = any(each.is_merged for each in gathered.found)
    with ExitStack() as opened:
        found = [
            opened.enter_context(
                opening.opened(each, parted, parted_texts, works)
                if each.is_merged
                else opening.opened(each, {}, {}, works)
            )
            for each in gathered.found
        ]
        if parted and not is_merged:
            found.append(Copy.of_works("items.log", tuple(parted), parted.get))
        found += [opened.enter_context(opening.works_of(log, works)) for log in gathered.items]
        for copy in found:
            if joining.knows(copy):
                continue
            joined, of_copy = joining.take_in(copy, at)
            written |= of_copy
            told += joined.sentences
    logs = [(path.name, opening.texts_of(path)) for path in gathered.hauls]
    if parted_texts and not is_merged:
        logs.append(("hauls.log", parted_texts))
    for name, held in logs:
        sentences, of_cards = lone.take_in(name, held, written, at)
        written |= of_cards
        told += sentences or [f"{name}: it holds no issue that is not here"]
    told += map(_history_sentence, gathered.history)
    told += (
        f"{name} looks like a copy of this library and continues none of its files;"
        " it was left as it is"
        for name in gathered.unknown
    )
    return told, written


def _history_sentence(path: Path) -> str:
    return (
        f"{path.name}: the steps of another copy cannot be undone here;"
        f" they are kept as {path.name}.taken-in"
    )
