"""What the person's own data speaks of and the logs no longer hold."""

from __future__ import annotations

from hauler_tui.domain.haul import Haul
from hauler_tui.library.issues import Issues
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Documents, Works

_NAMED = 3


def losses(
    journal: Journal, works: Works, issues: Issues, frozen: Documents[Haul]
) -> tuple[str, ...]:
    """Sentences on items and texts of issues that were kept once and are not in the logs."""
    return (*_lost_items(journal, works, issues), *_lost_texts(journal, issues, frozen))


def _lost_items(journal: Journal, works: Works, issues: Issues) -> list[str]:
    given, highest = journal.counted("items"), works.highest()
    if len(works.table) == highest >= given:
        return []  # every id that was ever given is there, which need not be looked up
    known = {
        *journal.table("marks").rows(),
        *journal.table("notes").rows(),
        *issues.covered_ids(),
        *issues.placed_ids(),
    }
    lost = len(works.table.missing(known))
    told = []
    if given > highest:
        kept = f"it ends with item {highest:,}" if highest else "it holds no item"
        told.append(f"{kept} of {given:,} taken in")
    if lost:
        items = "one item" if lost == 1 else f"{lost:,} items"
        told.append(f"it lacks {items} with a star, tag, note or card")
    if not told:
        return []
    return [f"{works.table.name}.log lost items: {' and '.join(told)}; put it back from a backup"]


def _lost_texts(journal: Journal, issues: Issues, frozen: Documents[Haul]) -> list[str]:
    if len(frozen) == frozen.highest() >= journal.counted("frozen"):
        return []
    lost = [slug for slug, text in issues.frozen() if text not in frozen]
    if not lost:
        return []
    named = ", ".join(lost[:_NAMED]) + (" and others" if len(lost) > _NAMED else "")
    name = f"{frozen.table.name}.log"
    return [f"{name} lacks the text of {named}: put it back from a backup, or import the file"]
