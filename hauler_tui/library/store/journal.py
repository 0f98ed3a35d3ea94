"""TinyDB whose tables are in memory and whose every change is one durable line of a journal.

step ──> tables in memory ──> one line ──> Writer ──> library.journal
                                                          │ snapshot()
                           history.log <── steps ─────────┴──> library.json (stock TinyDB)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from tinydb import TinyDB
from tinydb.table import Table

from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library.store import generations
from hauler_tui.library.store.counters import Counters
from hauler_tui.library.store.folder import opening
from hauler_tui.library.store.generations import Accept, Files, Generation
from hauler_tui.library.store.history import (
    MAX_AGE,
    MAX_BYTES,
    Ends,
    History,
    Step,
    TableChanges,
    table_patches,
)
from hauler_tui.library.store.historylog import HistoryLog
from hauler_tui.library.store.journalfile import JournalFile
from hauler_tui.library.store.journaltext import FORMAT, META, new_meta, patches_of
from hauler_tui.library.store.lines import Document, seal
from hauler_tui.library.store.misfits import keep_misfits, told_misfits
from hauler_tui.library.store.resident import Draft, JournalTable, Outcome, ResidentStorage
from hauler_tui.library.store.snapshots import Snapshots
from hauler_tui.library.store.strange import Fits, anything_fits, leave_out
from hauler_tui.library.store.succession import State
from hauler_tui.library.store.writer import AppendFile, Writer

Subscriber = Callable[[Mapping[str, frozenset[int]]], None]


class Journal(TinyDB):
    """The person's own data: stock TinyDB calls, steps, undo, and a journal on the disk.

    To be changed from one thread.
    """

    table_class: type[Table] = JournalTable

    def __init__(
        self,
        files: Files,
        generation: Generation,
        writer: Writer | None,
        append_file: type[AppendFile] = AppendFile,
    ) -> None:
        """Use ``Journal.open``."""
        super().__init__(storage=lambda: ResidentStorage(generation))
        self.rescued: tuple[str, ...] = ()
        """Sentences on what was found damaged, when opening or closing, and what was done."""
        self._files = files
        self._writer = writer
        self._identity = generation.identity if generation.is_sound else ""
        self._snapshot = generation.file
        self._seq: int = generation.meta["seq"]
        self._counters = Counters(generation.meta["counters"])
        self._subscribers: list[Subscriber] = []
        self._history_log = HistoryLog(files.directory, writer, append_file)
        self._history = History(
            self._history_log.table, seq=self._seq, tops=generation.meta["tops"]
        )
        self._snapshots: Snapshots | None = None
        if writer is not None:
            file = JournalFile(files, writer, append_file, generation.identity)
            self._snapshots = Snapshots(file, self._history, self._state)
        self._resident.implicit_step = self._implicit_step
        self._misfits: list[str] = []
        for line in generation.lines:
            self._replay(line)

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        writer: Writer | None,
        accept: Accept | None = None,
        append_file: type[AppendFile] = AppendFile,
        fits: Fits = anything_fits,
    ) -> Self:
        """Open the journal in ``directory``; with a writer, make it when there is none.

        Without a writer nothing on the disk is touched, and another process may be writing. When
        hauler and another program both changed ``library.json``, ``accept`` says whose version
        counts, else ChangedElsewhereError is raised. Rows of its are left out where they do not
        fit. Raises LibraryError.
        """
        files = Files(directory=directory)
        with opening(directory):
            if writer is None:
                read = leave_out(files, generations.load_shared(files, accept), fits)
                return cls._open_to_read(files, read)
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            loaded = generations.load(files, accept, writing=True) or generations.nothing()
            return cls._open_to_write(files, leave_out(files, loaded, fits), writer, append_file)

    @classmethod
    def _open_to_read(cls, files: Files, generation: Generation) -> Self:
        journal = cls(files, generation, None)
        # An unfinished last line is another process's append under way, not damage.
        journal.rescued = () if generation.is_sound else tuple(generation.rescued)
        journal.rescued += told_misfits(files, journal._misfits)
        return journal

    @classmethod
    def _open_to_write(
        cls, files: Files, generation: Generation, writer: Writer, append_file: type[AppendFile]
    ) -> Self:
        if generation.ours is not None:
            ours = cls(files, generation.ours, None)._state().text()
            generation.keep.append((files.snapshot, "ours", ours))
        generations.mend(files, generation)
        journal = cls(files, generation, writer, append_file)
        keep_misfits(files, generation, journal._misfits)
        if generation.is_sound and generation.format == FORMAT:
            journal._writing().file.continue_at(generation.end)
        else:
            journal._writing().take(keep_old=generation.is_sound)
        journal.rescued = tuple(generation.rescued)
        return journal

    @property
    def _resident(self) -> ResidentStorage:
        storage = self.storage
        assert isinstance(storage, ResidentStorage)
        return storage

    @property
    def size(self) -> int:
        """Bytes of journal since the last snapshot: when they are many, take another."""
        return 0 if self._snapshots is None else self._snapshots.file.size

    @property
    def position(self) -> tuple[str, int]:
        """The generation and its last change's number; unsound files have no generation's name."""
        snapshots = self._snapshots
        return self._identity if snapshots is None else snapshots.file.identity, self._seq

    def table(self, name: str, **options: Any) -> JournalTable:
        """The table called ``name``, which need not exist yet."""
        if name == META:
            raise ValueError(f"the table {name!r} is the journal's own")
        table = super().table(name, **options)
        assert isinstance(table, JournalTable)
        return table

    def drop_table(self, name: str) -> None:
        """Remove a table and its documents."""
        self._tables.pop(name, None)
        self._resident.drop(name)

    def drop_tables(self) -> None:
        """Remove every table."""
        self._tables.clear()
        for name in self.tables():
            self._resident.drop(name)

    def counted(self, counter: str) -> int:
        """The highest number that ``counter`` ever gave, or 0."""
        return self._counters[counter]

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call ``subscriber`` after each change with the ids it touched, by table."""
        self._subscribers.append(subscriber)

    def next_id(self, counter: str, *, above: int = 0) -> int:
        """A number that ``counter`` never gave before, and higher than ``above``."""
        # Plain TinyDB gives out ids too, and tells no counter.
        count = self._counters.next(counter, max(above, self._resident.highest(counter)))
        if self._resident.draft is None:
            with self._implicit_step():
                pass
        return count

    @contextmanager
    def step(
        self,
        verb: str,
        about: str,
        *,
        at: datetime,
        burst: str | None = None,
        undoable: bool = True,
    ) -> Iterator[None]:
        """Make every change inside one line of the journal and one step of the history.

        A step inside another joins it. An exception takes everything back, except numbers given
        by ``next_id``. A step that changes nothing leaves no trace.
        """
        facts = {"at": at.isoformat(), "verb": verb, "about": about, "burst": burst}
        with self._drafted(facts, undoable=undoable):
            yield

    def undo(self, at: datetime) -> Step | None:
        """Take back the newest step, or burst of steps; None when there is none."""
        self._refuse_inside_step()
        records = self._history.to_undo()
        if not records:
            return None
        newest = records[0]
        left_out: list[str] = []
        facts = {
            "at": at.isoformat(),
            "verb": "undo",
            "about": f"{newest.verb} {newest.about}",
            "undone": [record.seq for record in records],
        }
        with self._drafted(facts, tops=(records[-1].previous, self._seq + 1)):
            for record in records:
                self._resident.patch(record.change.back, left_out)
        return newest.shown(is_undone=True, left_out=tuple(left_out))

    def redo(self, at: datetime) -> Step | None:
        """Bring back the step undone last; None when there is none."""
        self._refuse_inside_step()
        found = self._history.to_redo()
        if found is None or not found[1]:
            return None
        undone, records = found
        left_out: list[str] = []
        facts = {
            "at": at.isoformat(),
            "verb": "redo",
            "about": f"{records[0].verb} {records[0].about}",
        }
        with self._drafted(facts, tops=(records[0].seq, undone.previous)):
            for record in reversed(records):
                self._resident.patch(record.change.forward, left_out)
        return records[0].shown(is_undone=False, left_out=tuple(left_out))

    def history(self, limit: int = 100) -> tuple[Step, ...]:
        """The newest ``limit`` steps, newest first, with those that are undone at present."""
        return self._history.steps(limit)

    def snapshot(
        self,
        *,
        now: datetime | None = None,
        max_age: timedelta = MAX_AGE,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        """Write ``library.json`` anew and begin a fresh journal; keep the pair before as ``.old``.

        With ``now``, history older than ``max_age`` or beyond ``max_bytes`` is forgotten.
        Raises LibraryError, with the journal going on as it was.
        """
        self._refuse_inside_step()
        self._writing().take(keep_old=True)
        if now is not None:
            self._history.prune(now=now, max_age=max_age, max_bytes=max_bytes)

    def begin_snapshot(self, now: datetime) -> None:
        """Begin what ``snapshot`` does in a thread of its own, unless that is under way.

        Steps go on meanwhile; those after this moment are in the fresh journal. Raises
        LibraryError when the one before failed; nothing is lost then.
        """
        self._refuse_inside_step()
        self._writing().begin(now)

    @property
    def is_taking_snapshot(self) -> bool:
        """Whether a snapshot begun in the background is not finished yet.

        Raises LibraryError, once, when it failed; nothing is lost then.
        """
        return self._snapshots is not None and self._snapshots.is_under_way

    def write_copy(self, path: Path) -> None:
        """Write everything as it is now to a TinyDB file elsewhere. Raises LibraryError."""
        try:
            write_atomically(path, self._state().text(), mode=0o600)
        except OSError as error:
            raise LibraryError(
                f"{path} cannot be written: {error.strerror or error}", "choose another place"
            ) from error

    def close(self) -> None:
        """Let go of the files once every change is durable. Raises LibraryError when not."""
        if self._writer is not None and self._opened:
            self._writer.flush()
            self._writing().end()
            self.rescued += self._writing().file.noticed
        super().close()
        self._history_log.close()
        if self._snapshot is not None:
            self.rescued += self._snapshot.close()
        if self._snapshots is not None:
            self._snapshots.file.close()

    def _refuse_inside_step(self) -> None:
        if self._resident.draft is not None:
            raise RuntimeError("undo, redo and snapshot are not part of a step")

    def _writing(self) -> Snapshots:
        if self._snapshots is None:
            raise LibraryError(
                "the library is open for reading only", "close the other hauler and try again"
            )
        return self._snapshots

    def _implicit_step(self) -> Any:
        return self._drafted({"at": None, "verb": "", "about": ""}, undoable=False)

    @contextmanager
    def _drafted(
        self, facts: Document, *, undoable: bool = False, tops: tuple[int, int] | None = None
    ) -> Iterator[None]:
        resident = self._resident
        if resident.draft is not None:
            yield
            return
        self._writing()
        draft = resident.draft = Draft()
        try:
            yield
            outcome = resident.outcome(draft)
            line = self._line(outcome, facts, undoable=undoable, tops=tops)
            data = b"" if line is None else seal(line)
        except BaseException:
            resident.roll_back(draft)
            resident.draft = None
            self._tell(draft.before)
            raise
        resident.draft = None
        if line is not None:
            self._append(line, data, outcome.change)
            self._tell(draft.before)

    def _line(
        self, outcome: Outcome, facts: Document, *, undoable: bool, tops: tuple[int, int] | None
    ) -> Document | None:
        counters = self._counters.untold()
        if not (outcome or counters or tops):
            return None
        history = self._history
        line: Document = {"seq": self._seq + 1, **facts}
        if undoable and outcome.is_undoable:
            line["undoable"] = True
            tops = (line["seq"], 0)
        line["tops"] = list(tops or (history.undo_top, history.redo_top))
        if outcome.dropped:
            line["dropped"] = outcome.dropped
        if counters:
            line["counters"] = counters
        line["patches"] = table_patches(outcome.change.before, outcome.change.after)
        return line

    def _append(self, line: Document, data: bytes, change: Ends) -> None:
        self._seq = line["seq"]
        self._counters.told(line.get("counters", {}))
        self._history.add(line, change)
        self._writing().file.hand_in(data)

    def _replay(self, line: Document) -> None:
        if line["seq"] <= self._seq:
            return
        resident = self._resident
        change = resident.patched(patches_of(line), self._misfits)
        for name, documents in change.after.items():
            resident.existing.add(name)
            resident.apply(name, documents)
        resident.existing.difference_update(line.get("dropped", ()))
        self._seq = line["seq"]
        self._counters.told(line.get("counters", {}))
        self._history.add(line, change)

    def _tell(self, touched: TableChanges) -> None:
        ids = {name: frozenset(documents) for name, documents in touched.items() if documents}
        if ids:
            for subscriber in tuple(self._subscribers):
                subscriber(MappingProxyType(ids))

    def _state(self) -> State:
        meta = {
            **new_meta(),
            "seq": self._seq,
            "tops": [self._history.undo_top, self._history.redo_top],
            "counters": self._counters.all(),
            "highest": self._resident.unseen_highest(),
        }
        tables = {name: dict(rows) for name, rows in self._resident.existing_tables().items()}
        return State(tables=tables, meta=meta)
