"""TinyDB tables in memory, and the steps that change them as a whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, ItemsView, Iterator, Mapping, ValuesView
from types import MappingProxyType
from typing import Any

from tinydb.storages import Storage

from hauler_tui.library.store.generations import Generation
from hauler_tui.library.store.history import Ends, TableChanges, TablePatches
from hauler_tui.library.store.journaltext import Tables, Unread
from hauler_tui.library.store.lines import Document, same
from hauler_tui.library.store.overlay import Changes, StoredTable
from hauler_tui.library.store.patches import applied
from hauler_tui.library.store.places import Placed


class Draft:
    """What a step changed so far: how each document was before, to take it back or to undo it."""

    def __init__(self) -> None:
        self.before: TableChanges = {}
        self.order: dict[str, list[int]] = {}
        """The ids of the tables that lost a document, as they stood before."""
        self.existing: set[str] | None = None
        """The names of the tables, when one was made or dropped."""


class Outcome:
    """What a step comes to: documents by table and id, before and after, and tables dropped."""

    def __init__(self) -> None:
        self.change = Ends(before={}, after={})
        self.dropped: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.change.after or self.dropped)

    @property
    def is_undoable(self) -> bool:
        """Whether there is more to take back than an empty table."""
        return any(self.change.after.values()) or bool(self.dropped)


class ResidentStorage(Storage):
    """The tables in memory. Documents are replaced, never changed in place."""

    def __init__(self, generation: Generation) -> None:
        self.existing: set[str] = set(generation.tables)
        self._stored = generation.tables
        self._rows: dict[str, dict[int, Document]] = {}
        self._reading = threading.Lock()
        """Held while a table is read, which two threads may ask for at once."""
        self._highest: dict[str, int] = dict(generation.meta["highest"])
        self.draft: Draft | None = None
        self.implicit_step: Callable[[], Any] = Draft

    def read(self) -> dict[str, dict[str, Any]] | None:
        """The tables by name, as TinyDB's storages return them."""
        tables: dict[str, Any] = {name: self.table(name) for name in sorted(self.existing)}
        return tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Refused: tables are changed one document at a time."""
        raise NotImplementedError("a journal is written by its tables")

    def table(self, name: str) -> dict[int, Document]:
        """The documents of a table, alive and always the same object; read when first asked for."""
        rows = self._rows.get(name)
        if rows is not None:
            return rows
        with self._reading:
            if name not in self._rows:
                stored = self._stored.get(name, {})
                rows = stored.read() if isinstance(stored, Unread) else stored
                self._raise_highest(name, rows)
                self._rows[name] = rows
                self._stored.pop(name, None)
            return self._rows[name]

    def row(self, name: str, doc_id: int) -> Document | None:
        """One document, for reading only; the others of its table stay unread where they can."""
        stored = None if name in self._rows else self._stored.get(name)
        return stored.get(doc_id) if isinstance(stored, Placed) else self.table(name).get(doc_id)

    def glance(self, name: str) -> Mapping[int, Document]:
        """The documents of a small table as ``row`` gives each of them."""
        stored = None if name in self._rows else self._stored.get(name)
        return stored.glance() if isinstance(stored, Placed) else self.table(name)

    def is_unread(self, name: str) -> bool:
        """Whether nobody asked for more than single documents of a table."""
        return name not in self._rows

    def ids(self, name: str) -> Collection[int]:
        """The ids of a table's documents, none of which is read for it."""
        stored = None if name in self._rows else self._stored.get(name)
        return stored.ids if isinstance(stored, Unread) else self.table(name).keys()

    def highest(self, name: str) -> int:
        """The highest id that a table ever had, or 0."""
        self.table(name)
        return self._highest.get(name, 0)

    def change(self, name: str, changes: Changes) -> None:
        """Apply ``changes`` as part of the open step, or as a step of their own."""
        if self.draft is None:
            with self.implicit_step():
                self.change(name, changes)
            return
        rows = self.table(name)
        if name not in self.existing:
            self._tables_change()
            self.existing.add(name)
        before = self.draft.before.setdefault(name, {})
        if None in changes.values() and name not in self.draft.order:
            self.draft.order[name] = list(rows)
        for doc_id in changes:
            before.setdefault(doc_id, rows.get(doc_id))
        self.apply(name, changes)

    def drop(self, name: str) -> None:
        """Remove a table with its documents, as part of the open step or as one of its own."""
        if name not in self.existing:
            return
        if self.draft is None:
            with self.implicit_step():
                self.drop(name)
            return
        self.change(name, dict.fromkeys(self.table(name)))
        self._tables_change()
        self.existing.discard(name)

    def apply(self, name: str, changes: Changes) -> None:
        """Make ``changes`` true in memory alone."""
        rows = self.table(name)
        for doc_id, document in changes.items():
            if document is None:
                rows.pop(doc_id, None)
            else:
                rows[doc_id] = document
        self._raise_highest(name, changes)

    def roll_back(self, draft: Draft) -> None:
        """Make everything as it was before the step."""
        for name, before in draft.before.items():
            rows = self.table(name)
            self.apply(name, before)
            if name in draft.order:
                ordered = {each: rows[each] for each in draft.order[name] if each in rows}
                rows.clear()
                rows.update(ordered)
        if draft.existing is not None:
            self.existing.clear()
            self.existing.update(draft.existing)

    def outcome(self, draft: Draft) -> Outcome:
        """What the step changed after all: documents that are as they were before are left out."""
        outcome = Outcome()
        for name, documents in draft.before.items():
            for doc_id, old in documents.items():
                new = self.table(name).get(doc_id)
                if old is None and new is None:
                    continue
                if old is None or new is None or not same(old, new):
                    outcome.change.before.setdefault(name, {})[doc_id] = old
                    outcome.change.after.setdefault(name, {})[doc_id] = new
        if draft.existing is not None:
            for name in sorted(self.existing - draft.existing):
                outcome.change.after.setdefault(name, {})
            outcome.dropped = sorted(draft.existing - self.existing)
        return outcome

    def patch(self, patches: TablePatches, misfits: list[str]) -> None:
        """Apply ``patches`` as part of the open step.

        Where something else changed the same fields since, they may not fit: those places are
        added to ``misfits``.
        """
        for name, after in self.patched(patches, misfits).after.items():
            rows = self.table(name)
            self.change(
                name,
                {
                    doc_id: document
                    for doc_id, document in after.items()
                    if document is not None or doc_id in rows
                },
            )

    def patched(self, patches: TablePatches, misfits: list[str]) -> Ends:
        """The documents that ``patches`` change, as they are and as they would be."""
        change = Ends(before={}, after={})
        for name, by_id in patches.items():
            rows = self.table(name)
            before = change.before[name] = {doc_id: rows.get(doc_id) for doc_id in by_id}
            after = change.after[name] = {}
            for doc_id, patch in by_id.items():
                places: list[str] = []
                after[doc_id] = applied(before[doc_id], patch, places)
                misfits += (f"{name} {doc_id} {place}".rstrip() for place in places)
        return change

    def unseen_highest(self) -> dict[str, int]:
        """The highest ids that were ever used, where no document has them any more."""
        return {
            name: highest
            for name, highest in [*self._highest.items()]
            if highest > max(self.table(name), default=0)
        }

    def existing_tables(self) -> Tables:
        """The tables by name, without those that were dropped."""
        return {name: self.table(name) for name in sorted(self.existing)}

    def _tables_change(self) -> None:
        if self.draft is not None and self.draft.existing is None:
            self.draft.existing = set(self.existing)

    def _raise_highest(self, name: str, ids: Mapping[int, Any]) -> None:
        self._highest[name] = max(self._highest.get(name, 0), max(ids, default=0))


class _LiveRows(Mapping[int, Document]):
    """The documents of a table that is read when more than single ones are asked for."""

    def __init__(self, storage: ResidentStorage, name: str) -> None:
        self._storage = storage
        self._name = name

    def __getitem__(self, doc_id: int) -> Document:
        row = self._storage.row(self._name, doc_id)
        if row is None:
            raise KeyError(doc_id)
        return row

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, int) and doc_id in self._storage.ids(self._name)

    def __iter__(self) -> Iterator[int]:
        return iter(self._storage.table(self._name))

    def __len__(self) -> int:
        return len(self._storage.table(self._name))

    def items(self) -> ItemsView[int, Document]:
        return self._storage.table(self._name).items()

    def values(self) -> ValuesView[Document]:
        return self._storage.table(self._name).values()


class JournalTable(StoredTable):
    """A TinyDB table in memory."""

    _storage: ResidentStorage

    def rows(self) -> Mapping[int, Mapping[str, Any]]:
        """The documents by id: a live view, to be read only."""
        if self._storage.is_unread(self.name):
            return _LiveRows(self._storage, self.name)
        return MappingProxyType(self._storage.table(self.name))

    def holds(self, doc_id: int) -> bool:
        """Whether there is a document with this id, without reading any."""
        return doc_id in self._storage.ids(self.name)

    def glance(self) -> Mapping[int, Document]:
        """The documents of a small table as they are now, before all of the file was looked at."""
        return self._storage.glance(self.name)

    def _rows(self) -> Mapping[int, Document]:
        return self._storage.table(self.name)

    def _store(self, changes: Changes) -> None:
        self._storage.change(self.name, changes)

    def _highest(self) -> int:
        return self._storage.highest(self.name)
