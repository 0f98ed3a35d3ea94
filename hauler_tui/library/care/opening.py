"""Copies of a library, opened for reading in a folder of their own for the moment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.item import Work
from hauler_tui.errors import LibraryError
from hauler_tui.library.care.copies import Found
from hauler_tui.library.care.joining import Copy
from hauler_tui.library.read_marks import Bitmaps
from hauler_tui.library.rows import fits
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.journaltext import Tables
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.works import Documents, Works

_COUNTERS = ("items", "feeds", "series", "hauls", "frozen")


@contextmanager
def opened(
    found: Found, parted: Mapping[int, Work], texts: Mapping[int, Haul], ours: Works
) -> Iterator[Copy]:
    """The copy, readable for as long as the context lasts.

    ``ours`` are the works here; ``parted`` and ``texts`` are works and issues of logs that were
    merged with ours, see ``mixed``. Raises LibraryError, OSError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        base: Tables = {}
        counters: dict[str, int] = {}
        if found.base is not None:
            with _journal(Path(scratch) / "base", *found.base) as journal:
                base = _tables(journal)
                counters = {name: journal.counted(name) for name in _COUNTERS}
        folder = Path(scratch) / "copy"
        with (
            _journal(folder, found.snapshot, found.journal) as journal,
            _book(folder, found.items, found.hauls) as book,
        ):
            theirs = _tables(journal)
            strange = [
                (name, doc_id)
                for name, rows in theirs.items()
                for doc_id, row in rows.items()
                if not fits(name, doc_id, row)
            ]
            for name, doc_id in strange:
                del theirs[name][doc_id]
            works = Works(book.table("items"), Bitmaps(journal, "gone"))
            frozen = Documents(book.table("hauls"), Haul)
            yield Copy(
                name=found.name,
                digest=sha256(found.snapshot + found.journal).hexdigest(),
                base=base,
                theirs=theirs,
                left_out=tuple(f"row {doc_id} of {name}" for name, doc_id in strange),
                counters=counters,
                item_ids=sorted({*parted, *_differing(works, ours)}),
                work=lambda item_id: parted.get(item_id) or works.get(item_id),
                names=works.aliases,
                issue=lambda text_id: texts.get(text_id) or frozen.get(text_id),
                is_based=found.base is not None,
            )


def _differing(theirs: Works, ours: Works) -> Iterator[int]:
    """The items that the other log has and ours has not, or has otherwise."""
    for item_id in theirs.ids():
        if theirs.table.place(item_id) != ours.table.place(item_id):
            yield item_id


@contextmanager
def _journal(folder: Path, snapshot: bytes, journal: bytes) -> Iterator[Journal]:
    folder.mkdir(mode=0o700)
    (folder / "library.json").write_bytes(snapshot)
    (folder / "library.journal").write_bytes(journal)
    with Journal.open(folder, writer=None, fits=fits) as opened:
        yield opened


@contextmanager
def works_of(log: Path, ours: Works) -> Iterator[Copy]:
    """The works of a copied log that ours has not or has otherwise. Raises LibraryError."""
    with tempfile.TemporaryDirectory() as scratch, _book(Path(scratch), log, None) as book:
        works = Works(book.table("items"))
        yield Copy.of_works(log.name, tuple(_differing(works, ours)), works.get)


def texts_of(log: Path) -> dict[int, Haul]:
    """The issues in a copied log that can be read, by their documents. Raises LibraryError."""
    with tempfile.TemporaryDirectory() as scratch, _book(Path(scratch), None, log) as book:
        found: dict[int, Haul] = {}
        frozen = Documents(book.table("hauls"), Haul)
        for text_id in frozen.ids():
            with suppress(LibraryError):  # a damaged one is of no use here
                haul = frozen.get(text_id)
                found |= {} if haul is None else {text_id: haul}
        return found


@contextmanager
def _book(folder: Path, items: Path | None, hauls: Path | None) -> Iterator[LogBook]:
    for name, path in (("items.log", items), ("hauls.log", hauls)):
        if path is not None and path.exists():
            (folder / name).symlink_to(path.absolute())
    with LogBook.open(folder, ("items", "hauls"), None) as book:
        yield book


def _tables(journal: Journal) -> Tables:
    return {
        name: {doc_id: dict(row) for doc_id, row in journal.table(name).rows().items()}
        for name in journal.tables()
    }
