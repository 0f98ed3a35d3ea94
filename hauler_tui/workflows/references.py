"""What people already have elsewhere, into the library: works, tags and notes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.reference import LeftOut, Reference, ReferenceKind, References
from hauler_tui.errors import HaulerError
from hauler_tui.workflows.posts import read_text

if TYPE_CHECKING:
    from hauler_tui.library.library import Library

_AT_ONCE = 500
"""Works that are taken in together; none is seen before all are there."""
_POSTS = (".md", ".markdown", ".mdx")
_NOTES = (".md", ".markdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencesReport:
    """What became of one file of references, or of one folder of notes."""

    file: str
    kind: ReferenceKind
    added: int = 0
    """Works that are new to the person."""
    known: int = 0
    """Works that were there; they may have more tags and a longer note now."""
    notes: int = 0
    """Works whose note began or grew."""
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()


def read_references(path: Path, now: datetime) -> References | None:
    """The references in a file; None for Markdown and whatever else is no such file.

    Raises HaulerError with the reason, without the path.
    """
    from hauler_tui.sources.references.reading import MOST_BYTES, read

    if path.suffix.lower() in _POSTS or not path.is_file():
        return None
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise HaulerError(f"it is larger than {MOST_BYTES // 1024**2} MB ({size:,} bytes)")
        return read(path.read_bytes(), suffix=path.suffix, now=now)
    except OSError as error:
        raise HaulerError(error.strerror or str(error)) from error


def read_notes(folder: Path) -> References:
    """The works that the Markdown files of a folder and of those in it are about.

    Folders whose names begin with a dot are passed over. Raises HaulerError where there is no
    such folder, or no Markdown in it.
    """
    from hauler_tui.haul.notefile import read

    if not folder.is_dir():
        raise HaulerError(
            f"{folder} is no folder", "--notes takes a folder with Markdown files in it"
        )
    found: list[Reference] = []
    left_out: list[LeftOut] = []
    warnings: list[str] = []
    is_empty = True
    for path in _markdown_files(folder):
        is_empty = False
        name = str(path.relative_to(folder))
        try:
            text = read_text(path)
        except HaulerError as error:
            left_out.append(LeftOut(title=name, reason=error.message))
            continue
        one = read(text, name=path.stem)
        found += one.found
        left_out += [replace(left, title=name) for left in one.left_out]
        warnings += [f"{name}: {warning}" for warning in one.warnings]
    if is_empty:
        raise HaulerError(f"there is no Markdown file in {folder}", "they end in .md")
    return References(
        kind="notes", found=tuple(found), left_out=tuple(left_out), warnings=tuple(warnings)
    )


@dataclass(frozen=True, slots=True)
class TakenIn:
    """References whose works are in the library, not yet shown where they are new."""

    file: str
    references: References
    item_ids: tuple[int, ...]
    """The item of each reference."""
    unseen: frozenset[int]


def take_in(
    library: Library,
    file: str,
    references: References,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> TakenIn:
    """Make items of references without showing the new ones; ``keep`` does, in its step.

    Raises LibraryError.
    """
    entries = _without_poorer(one.entry for one in references.found)
    unseen: set[int] = set()
    for start in range(0, len(entries), _AT_ONCE):
        unseen |= library.retention.take_in_hidden(entries[start : start + _AT_ONCE], at)
        progress(min(start + _AT_ONCE, len(entries)), len(entries))
    found = (library.items.lookup(entry.aliases) for entry in entries)
    ids = tuple(item_id for item_id in found if item_id is not None)
    assert len(ids) == len(entries), "what was taken in is found by its names"
    return TakenIn(file, references, ids, frozenset(unseen))


def _without_poorer(entries: Iterable[Entry]) -> list[Entry]:
    """Entries without the words that the file has better in an earlier one of the same work.

    Of a file nothing tells which words are newer: the later entry would take the place of the
    fuller one, or a copy of it by another title.
    """
    told: dict[str, Entry] = {}
    found: list[Entry] = []
    for entry in entries:
        before = told.setdefault(entry.aliases[0], entry)
        is_same = {*entry.aliases} <= {*before.aliases} or {*before.aliases} <= {*entry.aliases}
        if before is not entry and is_same:
            if len(entry.abstract) > len(before.abstract):
                told[entry.aliases[0]] = entry
            else:
                entry = replace(
                    entry,
                    title="" if before.title else entry.title,
                    link="" if before.link else entry.link,
                    abstract="",
                    authors=() if before.authors else entry.authors,
                    doi=None if before.doi else entry.doi,
                    comment=None if before.comment else entry.comment,
                    journal=None if before.journal else entry.journal,
                )
        found.append(entry)
    return found


def keep(library: Library, taken: TakenIn, at: datetime, *, unread: bool) -> ReferencesReport:
    """Show what was taken in, with its tags and notes, inside the caller's step.

    What is new counts as read unless ``unread``. A note that is there stays; what was said
    elsewhere follows it, once.
    """
    library.retention.show(taken.unseen)
    if not unread:
        library.triage.mark_read(sorted(taken.unseen), True, at)
    noted: set[int] = set()
    for item_id, one in zip(taken.item_ids, taken.references.found, strict=True):
        if one.tags:
            library.triage.tag([item_id], one.tags, (), at)
        text = with_remark(library.notes.text(item_id), one.note)
        if text != library.notes.text(item_id):
            library.notes.write(item_id, text, at)
            noted.add(item_id)
    ids = frozenset(taken.item_ids)
    library.lookups.queue(ids)
    return _report(taken.file, taken.references, len(ids & taken.unseen), len(ids), len(noted))


def foresee(library: Library, file: str, references: References) -> ReferencesReport:
    """What ``take_in`` and ``keep`` would say, from a library that nothing is written to."""
    known: dict[int, str] = {}
    new: dict[str, str] = {}
    noted: set[int | str] = set()
    for one in references.found:
        item_id = library.items.lookup(one.entry.aliases)
        if item_id is not None:
            before = known.get(item_id, library.notes.text(item_id))
            known[item_id] = with_remark(before, one.note)
            noted |= {item_id} if known[item_id] != before else set()
            continue
        name = next((n for n in one.entry.aliases if n in new), one.entry.aliases[0])
        new.update(dict.fromkeys(one.entry.aliases, name))
        noted |= {new[name]} if one.note else set()
    added = len(set(new.values()))
    shown = sum(map(library.retention.is_hidden, known))
    return _report(file, references, added + shown, added + len(known), len(noted))


def with_remark(note: str, remark: str) -> str:
    """A note with a remark after it, unless it says that already."""
    if not remark.strip() or " ".join(remark.split()) in " ".join(note.split()):
        return note
    return f"{note.rstrip()}\n\n{remark}" if note.strip() else remark


def _report(
    file: str, references: References, added: int, all_works: int, notes: int
) -> ReferencesReport:
    more = len(references.found) - all_works
    warnings = references.warnings
    if more and references.kind in ("bibtex", "ris", "csl"):
        subject = "entry names" if more == 1 else "entries name"
        warnings = (*warnings, f"{more} {subject} a work that another of the file names too")
    return ReferencesReport(
        file=file,
        kind=references.kind,
        added=added,
        known=all_works - added,
        notes=notes,
        left_out=references.left_out,
        warnings=warnings,
    )


def _markdown_files(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(_NOTES) and not name.startswith("."):
                yield Path(place) / name


def label(files: Sequence[str]) -> str:
    """What an import is called in the history: its one file, or how many there are."""
    return Path(files[0]).name if len(files) == 1 else f"{len(files)} files"
