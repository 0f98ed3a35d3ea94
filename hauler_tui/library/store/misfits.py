"""What did not fit when the lines of the journal were applied in order: told, and kept."""

from __future__ import annotations

from hauler_tui.library.store.generations import Files, Generation
from hauler_tui.library.store.rescue import put_aside


def told_misfits(files: Files, misfits: list[str]) -> tuple[str, ...]:
    """A sentence on what did not fit."""
    if not misfits:
        return ()
    parts = "one part of a change" if len(misfits) == 1 else f"{len(misfits)} parts of changes"
    first = f"{misfits[0]}{', …' if len(misfits) > 1 else ''}"
    return (f"{files.journal.name}: {parts} did not fit what was there: {first}",)


def keep_misfits(files: Files, generation: Generation, misfits: list[str]) -> None:
    """Say what did not fit, put the journal aside and have a new one begun. Raises OSError."""
    generation.rescued += told_misfits(files, misfits)
    if misfits and generation.is_sound:
        kept = put_aside(files.journal, "before", files.journal.read_bytes())
        generation.rescued.append(f"kept: {kept.name}")
        generation.is_sound = False
