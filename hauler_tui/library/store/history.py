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

from hauler_tui.library.store.lines import Document
from hauler_tui.library.store.overlay import Changes
from hauler_tui.library.store.patches import Patch, difference

TableChanges: TypeAlias = dict[str, Changes]
"""Documents as something left them, by table and id; None is not there."""
TablePatches: TypeAlias = dict[str, dict[int, Patch]]
"""What became of documents, by table and id."""

MAX_AGE = timedelta(days=365)
"""How long a step can be undone."""
MAX_BYTES = 64 << 20
"""How much history is kept."""


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
    left_out: tuple[str, ...] = ()
    """Places of documents that something else changed since, left as they are by undo or redo."""


@dataclass(slots=True, kw_only=True)
class Ends:
    """The documents a step changed, before and after it; it keeps what the tables let go."""

    before: TableChanges
    after: TableChanges

    @property
    def forward(self) -> TablePatches:
        """What the step did."""
        return table_patches(self.before, self.after)

    @property
    def back(self) -> TablePatches:
        """What takes the step back."""
        return table_patches(self.after, self.before)

    def then(self, later: Ends) -> Ends:
        """Both as one step."""
        return Ends(
            before=_merged(later.before, self.before), after=_merged(self.after, later.after)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Patches:
    """What a step did and what takes it back, as ``history.log`` has it."""

    forward: TablePatches
    back: TablePatches


@dataclass(slots=True, kw_only=True)
class Record:
    """A step with what it takes to undo and redo it."""

    seq: int
    previous: int
    verb: str
    about: str
    at: str
    burst: str | None
    change: Ends | Patches

    def shown(self, *, is_undone: bool, left_out: tuple[str, ...] = ()) -> Step:
        """The step as the history shows it."""
        return Step(
            seq=self.seq,
            verb=self.verb,
            about=self.about,
            at=datetime.fromisoformat(self.at),
            burst=self.burst,
            is_undone=is_undone,
            left_out=left_out,
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

    def __init__(
        self, archive: Callable[[], Archive | None], *, seq: int, tops: tuple[int, int]
    ) -> None:
        """Go on from the tops after step ``seq``; what came before it is in ``archive``."""
        undo_top, redo_top = tops
        self.undo_top = undo_top
        """The newest step that undo would take back, or 0."""
        self.redo_top = redo_top
        """The newest undo that redo would take back, or 0."""
        self._archive = archive
        self._archived = seq
        self._recent: dict[int, Record | Undone] = {}

    def joins(self, burst: str | None) -> Record | None:
        """The record a step of this burst continues, while its lines are in the journal."""
        top = self._recent.get(self.undo_top)
        if burst is not None and isinstance(top, Record) and top.burst == burst:
            return top
        return None

    def add(self, line: Document, change: Ends) -> None:
        """Take in one journal line, made now or read back, and what it changed.

        Where a line before it was lost, the chains go on with what was below that one.
        """
        undo_top = self.undo_top
        if "undone" in line:
            steps = tuple(line["undone"])
            lowest = self._recent.get(steps[-1])
            undo_top = undo_top if lowest is None else lowest.previous
            self._recent[line["seq"]] = Undone(
                seq=line["seq"], previous=self.redo_top, steps=steps, at=line["at"]
            )
        elif line.get("undoable"):
            self._add_step(line, change)
        told_undo, told_redo = line["tops"]
        self.undo_top = told_undo if self._is_known(told_undo) else undo_top
        self.redo_top = told_redo if self._is_known(told_redo) else 0

    def _is_known(self, seq: int) -> bool:
        return seq <= self._archived or seq in self._recent

    def _add_step(self, line: Document, change: Ends) -> None:
        previous = self.undo_top
        joined = self.joins(line.get("burst"))
        if joined is not None and isinstance(joined.change, Ends):
            del self._recent[joined.seq]
            previous = joined.previous
            change = joined.change.then(change)
        self._recent[line["seq"]] = Record(
            seq=line["seq"],
            previous=previous,
            verb=line["verb"],
            about=line["about"],
            at=line["at"],
            burst=line.get("burst"),
            change=change,
        )

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

    def archiving(self, now: datetime | None = None) -> Callable[[], None]:
        """What copies every record that can be reached now into the archive, in any thread.

        Doing it twice is once. With ``now`` it also removes what is too old or too much.
        """
        recent, undo_top, redo_top = dict(self._recent), self.undo_top, self.redo_top

        def archive() -> None:
            documents = _reachable(recent, undo_top, redo_top)
            archive = self._archive() if documents else None
            if archive is not None:
                archive.put_many(documents)
                if now is not None:
                    remove_old(archive, now=now, max_age=MAX_AGE, max_bytes=MAX_BYTES)

        return archive

    def forget_until(self, seq: int) -> None:
        """Let go of the records in memory up to ``seq``, once the archive has them."""
        self._archived = max(self._archived, seq)
        for known in [known for known in self._recent if known <= seq]:
            del self._recent[known]

    def prune(self, *, now: datetime, max_age: timedelta, max_bytes: int) -> None:
        """Remove from the archive what is older than ``max_age`` or beyond ``max_bytes``."""
        archive = self._archive()
        if archive is not None:
            remove_old(archive, now=now, max_age=max_age, max_bytes=max_bytes)
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
            change=_stored_change(document),
        )


def remove_old(archive: Archive, *, now: datetime, max_age: timedelta, max_bytes: int) -> None:
    """Remove the records older than ``max_age``, and the oldest until ``max_bytes`` are left."""
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


def table_patches(before: TableChanges, after: TableChanges) -> TablePatches:
    """What turns the documents of ``before`` into those of ``after``."""
    return {
        name: {
            doc_id: difference(before.get(name, {}).get(doc_id), document)
            for doc_id, document in documents.items()
        }
        for name, documents in after.items()
    }


def with_ids(stored: Mapping[str, Mapping[Any, Document | None]]) -> TableChanges:
    """Documents or patches as JSON keeps them, with ids as numbers again."""
    return {
        table: {int(doc_id): document for doc_id, document in documents.items()}
        for table, documents in stored.items()
    }


def _reachable(
    recent: Mapping[int, Record | Undone], undo_top: int, redo_top: int
) -> dict[int, Document]:
    documents: dict[int, Document] = {}
    seq = redo_top
    while isinstance(undone := recent.get(seq), Undone):
        documents[seq] = _undone_document(undone)
        for each in undone.steps:
            if isinstance(record := recent.get(each), Record):
                documents[each] = _record_document(record)
        seq = undone.previous
    seq = undo_top
    while isinstance(record := recent.get(seq), Record):
        documents[seq] = _record_document(record)
        seq = record.previous
    return dict(sorted(documents.items()))


def _stored_change(document: Document) -> Ends | Patches:
    if "patches" in document:
        return Patches(forward=with_ids(document["patches"]), back=with_ids(document["back"]))
    # Format 1 kept whole documents.
    return Ends(before=with_ids(document["before"]), after=with_ids(document["changes"]))


def _merged(first: TableChanges, then: TableChanges) -> TableChanges:
    return {name: {**first.get(name, {}), **then.get(name, {})} for name in {**first, **then}}


def _record_document(record: Record) -> Document:
    return {
        "at": record.at,
        "verb": record.verb,
        "about": record.about,
        "burst": record.burst,
        "previous": record.previous,
        "patches": record.change.forward,
        "back": record.change.back,
    }


def _undone_document(undone: Undone) -> Document:
    return {"at": undone.at, "previous": undone.previous, "undone": list(undone.steps)}
