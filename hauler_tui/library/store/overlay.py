"""TinyDB's table over rows that are not rewritten as a whole: copy on touch, store what changed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any, TypeAlias

from tinydb.queries import QueryLike
from tinydb.table import Document as StoredDocument
from tinydb.table import Table

from hauler_tui.library.store.lines import Document, plain, same

Changes: TypeAlias = dict[int, Document | None]
"""What became of the documents of one table, by id; None is removed."""


class Overlay(MutableMapping[int, Document]):
    """What a TinyDB updater is given: the rows of a table, of which it copies those it touches."""

    def __init__(self, rows: Mapping[int, Document]) -> None:
        self._rows = rows
        self._touched: Changes = {}

    def changes(self) -> Changes:
        """The documents that are not the same as before.

        Raises TypeError or ValueError when one of them is not JSON.
        """
        changes: Changes = {}
        for doc_id, document in self._touched.items():
            if document is None:
                if doc_id in self._rows:
                    changes[doc_id] = None
                continue
            document = plain(document)
            before = self._rows.get(doc_id)
            if before is None or not same(before, document):
                changes[doc_id] = document
        return changes

    def peek(self, doc_id: int, stored: Document) -> Document:
        """The document as it is now, for reading only; ``stored`` is what the rows say."""
        touched = self._touched.get(doc_id)
        return stored if touched is None else touched

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._touched:
            return self._touched[doc_id] is not None
        return doc_id in self._rows

    def __getitem__(self, doc_id: int) -> Document:
        if doc_id not in self._touched:
            self._touched[doc_id] = plain(self._rows[doc_id])
        document = self._touched[doc_id]
        if document is None:
            raise KeyError(doc_id)
        return document

    def __setitem__(self, doc_id: int, document: Document) -> None:
        self._touched[int(doc_id)] = document

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._touched[doc_id] = None

    def __iter__(self) -> Iterator[int]:
        for doc_id in self._rows:
            if doc_id not in self._touched or self._touched[doc_id] is not None:
                yield doc_id
        for doc_id, document in self._touched.items():
            if document is not None and doc_id not in self._rows:
                yield doc_id

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove every document without reading one."""
        self._touched = dict.fromkeys(self._rows)


class StoredTable(Table):
    """Every call of TinyDB's table, at the cost of what it touches.

    Differs from stock TinyDB in one thing: the id of a removed document is not given out again.
    """

    def __init__(self, storage: Any, name: str, **options: Any) -> None:
        # A query cache would pin results in memory and share documents between callers.
        self._next_free = 1
        super().__init__(storage, name, **{"cache_size": 0, **options})

    @abstractmethod
    def _rows(self) -> Mapping[int, Document]:
        """The documents by id, to be read only."""

    @abstractmethod
    def _store(self, changes: Changes) -> None:
        """Make ``changes`` true, all of them or none."""

    @abstractmethod
    def _highest(self) -> int:
        """The highest id that was ever used, or 0."""

    def put(self, doc_id: int, document: Mapping[str, Any]) -> None:
        """Store ``document`` under ``doc_id``, whether or not there was one.

        Raises TypeError or ValueError when it is not JSON.
        """
        self.put_many({doc_id: document})

    def put_many(self, documents: Mapping[int, Mapping[str, Any]]) -> None:
        """Store each document under its id, as one change.

        Raises TypeError or ValueError, with nothing stored, when one is not JSON.
        """

        def updater(table: MutableMapping[int, Document]) -> None:
            for doc_id, document in documents.items():
                table[doc_id] = dict(document)

        self._update_table(updater)

    def put_plain(self, doc_id: int, document: Document) -> None:
        """The same for a document that is as ``lines.plain`` gives it, and kept as it is.

        Parts of it may be those of the document stored before, which then cost nothing.
        """
        before = self._rows().get(doc_id)
        if before is None or not same(before, document):
            self._store({doc_id: document})

    def drop(self, doc_id: int) -> None:
        """Remove the document, if there is one."""
        self.remove(doc_ids=[doc_id])

    def search(self, cond: QueryLike) -> list[StoredDocument]:
        """Every document ``cond`` holds for, each a copy of its own."""
        return [
            StoredDocument(plain(document), doc_id)
            for doc_id, document in self._rows().items()
            if cond(document)
        ]

    def get(
        self,
        cond: QueryLike | None = None,
        doc_id: int | None = None,
        doc_ids: list[int] | None = None,
    ) -> Any:
        """The document of an id or the first one ``cond`` holds for, or those of ``doc_ids``."""
        rows = self._rows()
        if doc_id is not None:
            key = _key(doc_id)
            found = None if key is None else rows.get(key)
            return None if found is None else StoredDocument(plain(found), doc_id)
        if doc_ids is not None:
            wanted = {_key(each) for each in doc_ids} - {None}
            return [StoredDocument(plain(rows[each]), each) for each in rows if each in wanted]
        if cond is None:
            raise RuntimeError("You have to pass either cond or doc_id or doc_ids")
        for each, document in rows.items():
            if cond(document):
                return StoredDocument(plain(document), each)
        return None

    def update(
        self,
        fields: Mapping[Any, Any] | Callable[[Any], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        """Change the documents of ``doc_ids``, else those ``cond`` holds for, else all."""
        if doc_ids is None and cond is not None:
            doc_ids = self._ids_of(cond)
        return super().update(fields, None, doc_ids)

    def update_multiple(
        self,
        updates: Iterable[tuple[Mapping[Any, Any] | Callable[[Any], None], QueryLike]],
    ) -> list[int]:
        """Apply each change to the documents its condition holds for, one document at a time."""
        pairs = list(updates)
        updated: list[int] = []

        def updater(table: Overlay) -> None:
            for doc_id, document in self._rows().items():
                for fields, cond in pairs:
                    if not cond(table.peek(doc_id, document)):
                        continue
                    updated.append(doc_id)
                    if callable(fields):
                        fields(table[doc_id])
                    else:
                        table[doc_id].update(fields)

        self._update_table(updater)
        return updated

    def remove(
        self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None
    ) -> list[int]:
        """Remove the documents of ``doc_ids``, else those ``cond`` holds for."""
        if doc_ids is None and cond is not None:
            doc_ids = self._ids_of(cond)
        return super().remove(None, doc_ids)

    def _ids_of(self, cond: QueryLike) -> list[int]:
        return [doc_id for doc_id, document in self._rows().items() if cond(document)]

    def __iter__(self) -> Iterator[StoredDocument]:
        for doc_id, document in list(self._rows().items()):
            yield StoredDocument(plain(document), doc_id)

    def __len__(self) -> int:
        return len(self._rows())

    def _get_next_id(self) -> int:
        next_id = max(self._next_free, self._highest() + 1)
        self._next_free = next_id + 1
        return next_id

    def _read_table(self) -> Any:
        return self._rows()

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        overlay = Overlay(self._rows())
        updater(overlay)
        self._store(overlay.changes())
        self.clear_cache()


def _key(doc_id: object) -> int | None:
    """The id stock TinyDB finds for ``doc_id``: it compares ids as strings."""
    if type(doc_id) is int:
        return doc_id
    try:
        key = int(str(doc_id))
    except ValueError:
        return None
    return key if str(key) == str(doc_id) else None
