"""What hauler said last in each file it wrote or read: the base of a three-way merge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import LibraryError
from hauler_tui.library.issues import Issues
from hauler_tui.library.records import WrittenRow, from_row, to_row
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a file of an issue was written after."""

    haul_id: int
    text: str
    """What the library said then; the file may hold more, by hand."""


class Written:
    """The files of issues. Long texts are in ``hauls.log``, places in ``library.json``."""

    def __init__(self, journal: Journal, issues: Issues, texts: Documents[Haul]) -> None:
        self._journal = journal
        self._table = journal.table("written")
        self._issues = issues
        self._texts = texts

    def at(self, path: str, checksum: str) -> Base | None:
        """The base of the file at a path that now has this checksum; None where there is none."""
        found = self._find(path)
        if found is None:
            return None
        row = found[1]
        # A crash came between writing the file and telling so: the file itself says which it is.
        is_begun = row.begun is not None and row.begun_as == checksum
        if is_begun:
            return self._base(row.haul_id, row.begun, row.begun_sum)
        return self._base(row.haul_id, row.text, row.text_sum)

    def slug_at(self, path: str) -> str | None:
        """The slug of the issue whose file a path was when it was written or read last."""
        found = self._find(path)
        row = None if found is None else self._issues.row(found[1].haul_id)
        return None if row is None else row.slug

    def latest(self, haul_id: int) -> Base | None:
        """The base of the file of an issue that was written or read last."""
        rows = [from_row(WrittenRow, row) for row in self._table.rows().values()]
        own = [row for row in rows if row.haul_id == haul_id]
        newest = max(own, key=lambda row: row.at, default=None)
        return None if newest is None else self._base(haul_id, newest.text, newest.text_sum)

    def places(self, haul_id: int) -> tuple[str, ...]:
        """The paths of an issue's files, the one that was written or read last first."""
        rows = [from_row(WrittenRow, row) for row in self._table.rows().values()]
        own = sorted((row for row in rows if row.haul_id == haul_id), key=lambda row: row.at)
        return tuple(row.path for row in reversed(own))

    def begin(self, haul_id: int, path: str, text: str, checksum: str, at: datetime) -> None:
        """Note, durably, that a file with this checksum is about to be written after ``text``.

        Raises LibraryError when the disk refuses.
        """
        with self._journal.step("write", path, at=at, undoable=False):
            doc_id, row = self._row(haul_id, path, at)
            free = next((each for each in row.own if each not in (row.text, row.begun)), None)
            document = self._new_document() if free is None else free
            self._texts.put({document: _kept(haul_id, text)})
            own = row.own if free is not None else (*row.own, document)
            begun = replace(row, begun=document, begun_as=checksum, begun_sum=_sum(text))
            self._put(doc_id, replace(begun, own=own))

    def finish(self, path: str, at: datetime) -> None:
        """Note that what was begun is in the file."""
        found = self._find(path)
        if found is not None and found[1].begun is not None:
            doc_id, row = found
            with self._journal.step("write", path, at=at, undoable=False):
                told = replace(row, text=row.begun, text_sum=row.begun_sum, at=at)
                self._put(doc_id, replace(told, begun=None, begun_as="", begun_sum=""))

    def read_all(self, files: Iterable[tuple[int, str, str]], at: datetime) -> None:
        """``read`` of many files: issue, path and text of each."""
        known = {str(row.get("path")): doc_id for doc_id, row in self._table.rows().items()}
        for haul_id, path, text in files:
            doc_id = known.get(path)
            row = None if doc_id is None else from_row(WrittenRow, self._table.rows()[doc_id])
            found = None if doc_id is None or row is None else (doc_id, row)
            self._read(self._row_of(found, haul_id, path, at), text, at)

    def read(self, haul_id: int, path: str, text: str, at: datetime) -> None:
        """Note that the file at a path was read and holds ``text``, inside the caller's step."""
        self._read(self._row(haul_id, path, at), text, at)

    def _read(self, known: tuple[int, WrittenRow], text: str, at: datetime) -> None:
        doc_id, row = known
        haul_id = row.haul_id
        row = replace(row, begun=None, begun_as="", begun_sum="", text_sum=_sum(text), at=at)
        published = self._issues.frozen_of(haul_id)
        frozen = None if published is None else self._texts.get(published)
        if frozen is not None and frozen.text == text:
            self._put(doc_id, replace(row, text=published))
            return
        free = next((each for each in row.own if each != row.text), None)
        document = self._new_document() if free is None else free
        self._texts.put({document: _kept(haul_id, text)})
        own = row.own if free is not None else (*row.own, document)
        self._put(doc_id, replace(row, own=own, text=document))

    def _new_document(self) -> int:
        return self._journal.next_id("frozen", above=self._texts.highest())

    def _find(self, path: str) -> tuple[int, WrittenRow] | None:
        for doc_id, row in self._table.rows().items():
            if row.get("path") == path:
                return doc_id, from_row(WrittenRow, row)
        return None

    def _row(self, haul_id: int, path: str, at: datetime) -> tuple[int, WrittenRow]:
        return self._row_of(self._find(path), haul_id, path, at)

    def _row_of(
        self, found: tuple[int, WrittenRow] | None, haul_id: int, path: str, at: datetime
    ) -> tuple[int, WrittenRow]:
        if found is not None and found[1].haul_id == haul_id:
            return found
        doc_id = self._journal.next_id("written") if found is None else found[0]
        return doc_id, WrittenRow(path=path, haul_id=haul_id, at=at)

    def _put(self, doc_id: int, row: WrittenRow) -> None:
        self._table.put(doc_id, to_row(row))

    def _base(self, haul_id: int, document: int | None, checksum: str) -> Base | None:
        """None where the text is lost: nothing is known of such a file, and it is left alone.

        So it is where another text took its place, against which a file would seem to be edited.
        """
        if document is None:
            return None
        try:
            kept = self._texts.get(document)
        except LibraryError:
            return None
        if kept is None or kept.text is None or checksum not in ("", _sum(kept.text)):
            return None
        return Base(haul_id=haul_id, text=kept.text)


def _sum(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _kept(haul_id: int, text: str) -> Haul:
    return Haul(id=haul_id, slug="", series_id=None, number=None, title="", state="open", text=text)
