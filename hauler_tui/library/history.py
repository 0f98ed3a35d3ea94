"""Undo and redo across restarts: steps that know the step below them.

Two chains hang from two tops. Each step names the undoable step below it (``previous``); each
undo names the steps it took back and the undo below it. The tops travel with every journal line
and with the snapshot, so opening never walks a chain. Records live in memory while their lines
are in the journal, and in ``history.log`` afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

from hauler_tui.library.lines import Document, same
from hauler_tui.library.overlay import Changes

TableChanges: TypeAlias = dict[str, Changes]
"""What became of documents, by table and id; None is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the person did, as the history shows it."""

    seq: int
    """The number of its journal line; of a burst, that of the last line."""
    verb: str
    """What was done, in a word."""
    about: str
    """What it was done to."""
    at: datetime
    """When; of a burst, the last of it."""
    burst: str | None
    is_undone: bool
    """Whether it is taken back at present, and redo would bring it again."""


@dataclass(slots=True, kw_only=True)
class Record:
    """A step with what it takes to undo and redo it."""

    seq: int
    previous: int
    verb: str
    about: str
    at: str
    burst: str | None
    changes: TableChanges
    before: TableChanges

    def shown(self, *, is_undone: bool) -> Step:
        """The step as the history shows it."""
        return Step(
            seq=self.seq,
            verb=self.verb,
            about=self.about,
            at=datetime.fromisoformat(self.at),
            burst=self.burst,
            is_undone=is_undone,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """An undo that redo can take back."""

    seq: int
    previous: int
    """The undo below it, or 0."""
    steps: tuple[int, ...]
    """The records it took back, newest first."""
    at: str


class Archive(Protocol):
    """Where records go when their journal lines do: a table keyed by sequence number."""

    def document(self, doc_id: int) -> Document | None:
        """The record of a step, if it is here."""

    def put_many(self, documents: Mapping[int, Mapping[str, Any]]) -> None:
        """Store records; the same again changes nothing."""

    def remove(self, *, doc_ids: list[int]) -> list[int]:
        """Forget records."""

    def ids(self) -> Iterator[int]:
        """The sequence numbers that are here, ascending."""

    def size(self, doc_id: int) -> int:
        """Bytes a record takes."""

    def compact_if_wasteful(self) -> None:
        """Give back the space of forgotten records when it is worth it."""


class History:
    """The order in which steps are undone and redone."""

    def __init__(self, archive: Callable[[], Archive | None], undo_top: int, redo_top: int) -> None:
        self.undo_top = undo_top
        """The newest step that undo would take back, or 0."""
        self.redo_top = redo_top
        """The newest undo that redo would take back, or 0."""
        self._archive = archive
        self._recent: dict[int, Record | Undone] = {}

    def joins(self, burst: str | None) -> Record | None:
        """The record a step of this burst continues, while its lines are in the journal."""
        top = self._recent.get(self.undo_top)
        if burst is not None and isinstance(top, Record) and top.burst == burst:
            return top
        return None

    def unknown_before(self, burst: str | None, before: TableChanges) -> TableChanges:
        """``before`` without what the burst's record already holds from an earlier line."""
        joined = self.joins(burst)
        if joined is None:
            return before
        return {
            name: {
                doc_id: document
                for doc_id, document in documents.items()
                if doc_id not in joined.before.get(name, {})
            }
            for name, documents in before.items()
        }

    def add(self, line: Document) -> None:
        """Take in one journal line, made now or read back."""
        changes = table_changes(line.get("changes", {}))
        if "undone" in line:
            self._recent[line["seq"]] = Undone(
                seq=line["seq"],
                previous=line["previous"],
                steps=tuple(line["undone"]),
                at=line["at"],
            )
        elif line.get("undoable"):
            self._add_step(line, changes)
        self.undo_top, self.redo_top = line["tops"]

    def _add_step(self, line: Document, changes: TableChanges) -> None:
        record = Record(
            seq=line["seq"],
            previous=line["previous"],
            verb=line["verb"],
            about=line["about"],
            at=line["at"],
            burst=line.get("burst"),
            changes=changes,
            before=table_changes(line["before"]),
        )
        joined = self.joins(record.burst)
        if joined is not None and joined.seq == record.previous:
            del self._recent[joined.seq]
            record.previous = joined.previous
            record.before = _merged(record.before, joined.before)
            record.changes = _merged(joined.changes, record.changes)
        self._recent[record.seq] = record

    def to_undo(self) -> tuple[Record, ...]:
        """The records the next undo takes back, newest first; a burst goes as one."""
        records: list[Record] = []
        for record in self._chain(self.undo_top):
            if records and (record.burst is None or record.burst != records[0].burst):
                break
            records.append(record)
            if record.burst is None:
                break
        return tuple(records)

    def to_redo(self) -> tuple[Undone, tuple[Record, ...]] | None:
        """The undo the next redo takes back, with its records, newest first."""
        undone = self._load(self.redo_top)
        if not isinstance(undone, Undone):
            return None
        records = tuple(self._load(seq) for seq in undone.steps)
        return undone, tuple(each for each in records if isinstance(each, Record))

    def steps(self, limit: int) -> tuple[Step, ...]:
        """The newest ``limit`` steps, those undone at present first; a burst is one step."""
        undone: list[Step] = []
        seq = self.redo_top
        while isinstance(entry := self._load(seq), Undone):
            newest = self._load(entry.steps[0])
            if isinstance(newest, Record):
                undone.append(newest.shown(is_undone=True))
            seq = entry.previous
        steps = undone[::-1][:limit]
        burst: str | None = None
        for record in self._chain(self.undo_top):
            if burst is not None and record.burst == burst:
                continue
            if len(steps) >= limit:
                break
            burst = record.burst
            steps.append(record.shown(is_undone=False))
        return tuple(steps)

    def archive(self) -> None:
        """Copy every record that can still be reached into the archive; doing it twice is once."""
        archive = self._archive() if self._recent else None
        if archive is None:
            return
        documents: dict[int, Document] = {}
        seq = self.redo_top
        while isinstance(undone := self._recent.get(seq), Undone):
            documents[seq] = _undone_document(undone)
            for each in undone.steps:
                if isinstance(record := self._recent.get(each), Record):
                    documents[each] = _record_document(record)
            seq = undone.previous
        seq = self.undo_top
        while isinstance(record := self._recent.get(seq), Record):
            documents[seq] = _record_document(record)
            seq = record.previous
        archive.put_many(dict(sorted(documents.items())))

    def forget_recent(self) -> None:
        """Let go of the records in memory, once the archive has them."""
        self._recent.clear()

    def prune(self, *, now: datetime, max_age: timedelta, max_bytes: int) -> None:
        """Remove from the archive what is older than ``max_age`` or beyond ``max_bytes``."""
        archive = self._archive()
        if archive is None:
            return
        ids = list(archive.ids())
        excess = sum(map(archive.size, ids)) - max_bytes
        stale: list[int] = []
        for seq in ids:
            if excess <= 0:
                document = archive.document(seq)
                if document is not None and now - datetime.fromisoformat(document["at"]) <= max_age:
                    break
            excess -= archive.size(seq)
            stale.append(seq)
        if stale:
            archive.remove(doc_ids=stale)
        archive.compact_if_wasteful()

    def _chain(self, seq: int) -> Iterator[Record]:
        while isinstance(record := self._load(seq), Record):
            yield record
            seq = record.previous

    def _load(self, seq: int) -> Record | Undone | None:
        if not seq:
            return None
        if seq in self._recent:
            return self._recent[seq]
        archive = self._archive()
        document = None if archive is None else archive.document(seq)
        if document is None:
            return None
        if "undone" in document:
            return Undone(
                seq=seq,
                previous=document["previous"],
                steps=tuple(document["undone"]),
                at=document["at"],
            )
        return Record(
            seq=seq,
            previous=document["previous"],
            verb=document["verb"],
            about=document["about"],
            at=document["at"],
            burst=document["burst"],
            changes=table_changes(document["changes"]),
            before=table_changes(document["before"]),
        )


def reverted(current: Document | None, after: Document | None, before: Document | None) -> Any:
    """``current`` with the change from ``before`` to ``after`` taken back.

    Where something else changed other fields of the document since, those stay.
    """
    if before is None or after is None or current is None or same(current, after):
        return before
    document = dict(current)
    for field in {**before, **after}:
        if field in before and field in after and same(before[field], after[field]):
            continue
        if field in before:
            document[field] = before[field]
        else:
            document.pop(field, None)
    return document


def table_changes(stored: Mapping[str, Mapping[Any, Document | None]]) -> TableChanges:
    """Changes as JSON keeps them, with ids as numbers again."""
    return {
        table: {int(doc_id): document for doc_id, document in documents.items()}
        for table, documents in stored.items()
    }


def _merged(first: TableChanges, then: TableChanges) -> TableChanges:
    return {name: {**first.get(name, {}), **then.get(name, {})} for name in {**first, **then}}


def _record_document(record: Record) -> Document:
    return {
        "at": record.at,
        "verb": record.verb,
        "about": record.about,
        "burst": record.burst,
        "previous": record.previous,
        "changes": record.changes,
        "before": record.before,
    }


def _undone_document(undone: Undone) -> Document:
    return {"at": undone.at, "previous": undone.previous, "undone": list(undone.steps)}
