"""TinyDB whose tables are in memory and whose every change is one durable line of a journal.

step ──> tables in memory ──> one line ──> Writer ──> library.journal
                                                          │ snapshot()
                           history.log <── steps ─────────┴──> library.json (stock TinyDB)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from tinydb import TinyDB
from tinydb.table import Table

from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library import generations
from hauler_tui.library.generations import Accept, Files, Generation
from hauler_tui.library.history import (
    MAX_AGE,
    MAX_BYTES,
    Archive,
    Ends,
    History,
    Step,
    TableChanges,
    table_patches,
)
from hauler_tui.library.journalfile import JournalFile
from hauler_tui.library.journaltext import FORMAT, META, new_meta, patches_of, snapshot_bytes
from hauler_tui.library.lines import Document, seal
from hauler_tui.library.log import LogBook
from hauler_tui.library.rescue import put_aside
from hauler_tui.library.resident import Draft, JournalTable, Outcome, ResidentStorage
from hauler_tui.library.succession import State, Succession
from hauler_tui.library.writer import AppendFile, Writer

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
        """Sentences on what was found damaged when opening, and what was done."""
        self._files = files
        self._writer = writer
        self._append_file = append_file
        self._file: JournalFile | None = None
        if writer is not None:
            self._file = JournalFile(files, writer, append_file, generation.identity)
        self._seq: int = generation.meta["seq"]
        self._counters: dict[str, int] = dict(generation.meta["counters"])
        self._told_counters = dict(self._counters)
        self._subscribers: list[Subscriber] = []
        self._book: LogBook | None = None
        self._present: Succession | None = None
        self._worker: threading.Thread | None = None
        self._archive_lock = threading.Lock()
        self._history = History(self._archive, *generation.meta["tops"])
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
    ) -> Self:
        """Open the journal in ``directory``; with a writer, make it when there is none.

        Without a writer nothing on the disk is touched, and another process may be writing. When
        hauler and another program both changed ``library.json``, ``accept`` says whose version
        counts, else ChangedElsewhereError is raised. Raises LibraryError.
        """
        files = Files(directory=directory)
        try:
            if writer is None:
                return cls._open_to_read(files, accept)
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls._open_to_write(files, writer, accept, append_file)
        except OSError as error:
            raise LibraryError(
                f"the library {directory} cannot be opened: {error.strerror or error}",
                "choose another folder with --library, or make this one readable and writable",
            ) from error

    @classmethod
    def _open_to_read(cls, files: Files, accept: Accept | None) -> Self:
        generation = generations.load_shared(files, accept)
        if generation is None:
            raise LibraryError(
                f"there is no library in {files.directory}",
                "name its folder with --library, or start hauler once to make one",
            )
        journal = cls(files, generation, None)
        # An unfinished last line is another process's append under way, not damage.
        journal.rescued = () if generation.is_sound else tuple(generation.rescued)
        return journal

    @classmethod
    def _open_to_write(
        cls,
        files: Files,
        writer: Writer,
        accept: Accept | None,
        append_file: type[AppendFile],
    ) -> Self:
        generation = generations.load(files, accept)
        if generation is None:
            generation = Generation(identity="", tables={}, meta=new_meta(), is_sound=False)
        if generation.ours is not None:
            ours = cls(files, generation.ours, None)._text()
            generation.keep.append((files.snapshot, "ours", ours))
        generations.mend(files, generation)
        journal = cls(files, generation, writer, append_file)
        if journal._misfits and generation.is_sound:
            kept = put_aside(files.journal, "before", files.journal.read_bytes())
            generation.rescued += [*journal._told_misfits(), f"kept: {kept.name}"]
        if generation.is_sound and generation.format == FORMAT and not journal._misfits:
            journal._writing().continue_at(generation.end)
        else:
            journal._next_generation(keep_old=generation.is_sound)
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
        return 0 if self._file is None else self._file.size

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
        return self._counters.get(counter, 0)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call ``subscriber`` after each change with the ids it touched, by table."""
        self._subscribers.append(subscriber)

    def next_id(self, counter: str, *, above: int = 0) -> int:
        """A number that ``counter`` never gave before, and higher than ``above``."""
        count = max(self._counters.get(counter, 0), above) + 1
        self._counters[counter] = count
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
            "previous": self._history.redo_top,
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
        self._end_succession()
        self._writing().writer.flush()
        try:
            self._next_generation(keep_old=True)
        except OSError as error:
            raise self._refused(error) from error
        if now is not None:
            self._history.prune(now=now, max_age=max_age, max_bytes=max_bytes)

    def begin_snapshot(self, now: datetime) -> None:
        """Begin what ``snapshot`` does in a thread of its own, unless that is under way.

        Steps go on meanwhile; those after this moment are in the fresh journal. Raises
        LibraryError when the one before failed; nothing is lost then.
        """
        self._refuse_inside_step()
        if not self.is_taking_snapshot:
            succession = self._succession(
                archive=self._history.archiving(now), pause=_let_others_go_first, keep_old=True
            )
            self._worker = threading.Thread(target=succession.prepare, name="hauler-snapshot")
            self._worker.start()

    @property
    def is_taking_snapshot(self) -> bool:
        """Whether a snapshot begun in the background is not finished yet.

        Raises LibraryError, once, when it failed; nothing is lost then.
        """
        succession = self._present
        if succession is None:
            return False
        if not succession.is_over:
            return True
        try:
            self._settle()
        except OSError as error:
            raise self._refused(error) from error
        return False

    def write_copy(self, path: Path) -> None:
        """Write everything as it is now to a TinyDB file elsewhere. Raises LibraryError."""
        try:
            write_atomically(path, self._text(), mode=0o600)
        except OSError as error:
            raise LibraryError(
                f"{path} cannot be written: {error.strerror or error}", "choose another place"
            ) from error

    def close(self) -> None:
        """Let go of the files once every change is durable. Raises LibraryError when not."""
        if self._writer is not None and self._opened:
            self._writer.flush()
            self._end_succession()
        super().close()
        if self._book is not None:
            self._book.close()
        if self._file is not None:
            self._file.close()

    def _refuse_inside_step(self) -> None:
        if self._resident.draft is not None:
            raise RuntimeError("undo, redo and snapshot are not part of a step")

    def _refused(self, error: OSError) -> LibraryError:
        return LibraryError(
            f"{self._files.snapshot} cannot be written: {error.strerror or error}",
            "nothing is lost, the journal goes on; look after that disk",
        )

    def _writing(self) -> JournalFile:
        if self._file is None:
            raise LibraryError(
                "the library is open for reading only", "close the other hauler and try again"
            )
        return self._file

    def _implicit_step(self) -> Any:
        return self._drafted({"at": None, "verb": "", "about": ""}, undoable=False)

    @contextmanager
    def _drafted(
        self,
        facts: Document,
        *,
        undoable: bool = False,
        tops: tuple[int, int] | None = None,
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
        counters = {
            name: count
            for name, count in self._counters.items()
            if self._told_counters.get(name) != count
        }
        if not (outcome or counters or tops):
            return None
        history = self._history
        line: Document = {"seq": self._seq + 1, **facts}
        if undoable and outcome.is_undoable:
            line |= {"undoable": True, "previous": history.undo_top}
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
        self._told_counters.update(line.get("counters", {}))
        self._history.add(line, change)
        self._writing().hand_in(data)

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
        self._counters.update(line.get("counters", {}))
        self._told_counters = dict(self._counters)
        self._history.add(line, change)

    def _told_misfits(self) -> list[str]:
        if not self._misfits:
            return []
        count = len(self._misfits)
        parts = "one part of a change" if count == 1 else f"{count} parts of changes"
        return [
            f"{self._files.journal.name}: {parts} did not fit what was there and"
            f" {'was' if count == 1 else 'were'} left out ({self._misfits[0]})"
        ]

    def _tell(self, touched: TableChanges) -> None:
        ids = {name: frozenset(documents) for name, documents in touched.items() if documents}
        if ids:
            for subscriber in tuple(self._subscribers):
                subscriber(MappingProxyType(ids))

    def _archive(self) -> Archive | None:
        with self._archive_lock:
            if self._book is None:
                self._book = LogBook.open(
                    self._files.directory,
                    ("history",),
                    self._writer,
                    append_file=self._append_file,
                )
        return self._book.table("history")

    def _meta(self) -> Document:
        return {
            **new_meta(),
            "generation": "",
            "seq": self._seq,
            "tops": [self._history.undo_top, self._history.redo_top],
            "counters": dict(self._counters),
            "highest": self._resident.unseen_highest(),
        }

    def _text(self) -> bytes:
        """Everything as it is now, as a snapshot that no journal continues."""
        return snapshot_bytes(self._resident.existing_tables(), self._meta(), _nothing)

    def _next_generation(self, *, keep_old: bool) -> None:
        succession = self._succession(
            archive=self._history.archiving(), pause=_nothing, keep_old=keep_old
        )
        succession.prepare()
        if succession.error is None:
            self._writing().writer.flush()
        self._settle()

    def _succession(
        self, *, archive: Callable[[], None], pause: Callable[[], None], keep_old: bool
    ) -> Succession:
        tables = {name: dict(rows) for name, rows in self._resident.existing_tables().items()}
        state = State(tables=tables, meta=self._meta())
        self._present = Succession(
            self._writing(), state, archive=archive, pause=pause, keep_old=keep_old
        )
        return self._present

    def _end_succession(self) -> None:
        """Wait for the snapshot in the background; one that failed is tried again by the next."""
        if self._worker is not None:
            self._worker.join()
        if self._present is not None:
            self._writing().writer.flush()
        with suppress(LibraryError, OSError):
            self._settle()

    def _settle(self) -> None:
        """Take the result of the succession that is over, or raise its error."""
        succession, self._present, self._worker = self._present, None, None
        if succession is None:
            return
        if succession.took_over:
            self._history.forget_until(succession.seq)
        if succession.error is not None:
            raise succession.error


def _nothing() -> None:
    return None


def _let_others_go_first() -> None:
    time.sleep(0)
