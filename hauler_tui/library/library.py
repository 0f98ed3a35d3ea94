"""The library: the one object through which everything else reads and changes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import LibraryError
from hauler_tui.library.care import copies, merging
from hauler_tui.library.care.care import Care
from hauler_tui.library.care.copies import Gathered, prepare
from hauler_tui.library.care.cut import refuse_newer
from hauler_tui.library.care.joining import Joining
from hauler_tui.library.care.takeover import finish, refuse_unfinished
from hauler_tui.library.care.texts import Texts
from hauler_tui.library.changes import Changes, all_of
from hauler_tui.library.feeds import Feeds, feed_titles
from hauler_tui.library.hauls import Hauls
from hauler_tui.library.issues import Issues
from hauler_tui.library.items import Items
from hauler_tui.library.joined import Joined, JoinedWorks
from hauler_tui.library.ledger import Ledger
from hauler_tui.library.lookups import Lookups
from hauler_tui.library.losses import losses
from hauler_tui.library.muting import Muting
from hauler_tui.library.notes import Notes
from hauler_tui.library.radar import Radar
from hauler_tui.library.read_marks import Bitmaps, Marks, ReadMarks
from hauler_tui.library.retention import Retention
from hauler_tui.library.rows import fits
from hauler_tui.library.search.backlog import Backlog
from hauler_tui.library.search.finding import find_backlog
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Seen, personal_sum
from hauler_tui.library.search.indexing import Indexer
from hauler_tui.library.search.scanner import Scanner
from hauler_tui.library.series import SeriesTable
from hauler_tui.library.steps import Steps
from hauler_tui.library.store.generations import Accept
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lock import Lock
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.writer import Writer
from hauler_tui.library.triage import Triage
from hauler_tui.library.upkeep import Upkeep
from hauler_tui.library.works import Documents
from hauler_tui.library.written import Written


class Library:
    """A person's feeds, items, notes and issues. To be changed from one thread."""

    def __init__(
        self, directory: Path, journal: Journal, book: LogBook, index: Index, writer: Writer | None
    ) -> None:
        """Use ``Library.open``."""
        self.directory = directory
        self._journal = journal
        self._book = book
        self._index = index
        self._writer = writer
        self._closing = ExitStack()
        self._subscribers: list[Callable[[Changes], None]] = []
        self._was_changed = False
        self._upkeep = Upkeep(journal, book, self._log_was_compacted)
        self._gathered = Gathered()
        self._indexer: Indexer | None = None
        self._told: list[str] = []

        items_log = book.table("items")
        self._hidden = Bitmaps(journal, "hidden")
        self._gone = Bitmaps(journal, "gone")
        self._joined = Joined(journal, items_log)
        self._works = JoinedWorks(items_log, self._gone, self._joined)
        self._marks = Marks(journal)
        self._read_marks = ReadMarks(journal)
        self._issues = Issues(journal)
        self._backlog = Backlog(self._works)
        self._scanner = Scanner(directory)
        self._covered = items_log.position
        self._personal = journal.position

        frozen = self._frozen = Documents(book.table("hauls"), Haul)
        self._losses = losses(journal, self._works, self._issues, frozen)

        self.history = Steps(journal)
        self.notes = Notes(journal, self._works)
        self.care = Care(journal, self._works, index, self._marks, self.notes, self._issues, frozen)
        self.hauls = Hauls(
            journal,
            SeriesTable(journal),
            self._issues,
            frozen,
            self._works,
            self._marks,
            self._read_marks,
            self.notes,
        )
        self.written = Written(journal, self._issues, frozen)
        self.items = Items(
            journal,
            self._works,
            index,
            self._backlog,
            self._marks,
            self._read_marks,
            self.notes,
            self._issues,
            lambda: tuple(journal.table("feeds").rows()),
            feed_titles(journal),
            self._hidden,
            self._gone,
            self._items_changed,
            self._scanner,
        )
        self.joins = self.items.joins
        self.retention = Retention(
            journal,
            self._works,
            index,
            self._backlog,
            self.items,
            self._marks,
            self.notes,
            self._issues,
            self._hidden,
            self._gone,
            self._items_changed,
        )
        kept = self.retention.kept
        self._muting = Muting(journal, self._works, self.items, self._marks.muted, kept)
        self.feeds = Feeds(journal, self.items, self.retention.hide_feed, self._items_changed)
        self.lookups = Lookups(journal, self.items, self._items_changed)
        self.ledger = Ledger(journal)
        self.radar = Radar(journal, self._works, self._issues, index, self._backlog)
        self.triage = Triage(journal, self._works, self._marks, self._read_marks, self.hauls)
        journal.subscribe(self._journal_changed)

    @classmethod
    def open(cls, directory: Path, *, writing: bool = True, accept: Accept | None = None) -> Self:
        """Open the library in ``directory``, which is made when missing.

        With ``writing`` false nothing on the disk is touched, and another hauler may be writing;
        the library must exist. When another program and hauler both changed it, ``accept`` says
        whose version counts, and the other is kept in a file. Raises LibraryLockedError,
        NewerLibraryError, ChangedElsewhereError without ``accept``, LibraryError.
        """
        with ExitStack() as opened:
            writer = None
            gathered = Gathered()
            finished = None
            if writing:
                opened.callback(Lock.take(directory).release)
                refuse_newer(directory)
                finished = finish(directory)
                gathered = prepare(directory)
                writer = Writer()
                opened.callback(writer.abandon)
            else:
                refuse_unfinished(directory)
            with copies.explained(directory):
                journal = Journal.open(directory, writer=writer, accept=accept, fits=fits)
            opened.callback(journal.close)
            book = LogBook.open(directory, ("items", "hauls"), writer)
            opened.callback(book.close)
            index = Index(directory / "index.sqlite", writing=writing)
            opened.callback(index.close)
            library = cls(directory, journal, book, index, writer)
            library._gathered = gathered
            if finished is not None:
                library._losses = (finished, *library._losses)
            opened.callback(library._scanner.close)
            find_backlog(
                index,
                library._backlog,
                library._works,
                (*journal.position, 0),
                library._personal_sums,
                library._joined.doubtful,
            )
            if writing:
                indexer = Indexer(
                    index,
                    library._backlog,
                    library._works,
                    library._marks,
                    library.notes,
                    library._seen,
                )
                opened.callback(indexer.close)
                library._indexer = indexer
                library._muting.settle()
            library._closing = opened.pop_all()
        return library

    @property
    def rescued(self) -> tuple[str, ...]:
        """Sentences on what was found damaged or lost, opening or closing, and what was done."""
        return (*self._journal.rescued, *self._book.rescued, *self._losses, *self._told)

    @property
    def pending(self) -> int:
        """How many changes are not on the disk yet."""
        return 0 if self._writer is None else self._writer.pending

    @property
    def error(self) -> OSError | None:
        """Why the disk refuses the oldest pending change, if it does."""
        return None if self._writer is None else self._writer.error

    @property
    def index_ready(self) -> bool:
        """Whether the index has seen everything; until then answers are right, but slower."""
        return not len(self._backlog) and not self._index.is_broken

    @property
    def behind(self) -> int:
        """How many items the index has not seen as they are."""
        return len(self._backlog)

    @property
    def index_progress(self) -> tuple[int, int] | None:
        """How many items of how many the index has taken in; None when none waits."""
        return self._backlog.progress

    def expect_more(self, seconds: float = 0.5) -> None:
        """Let the index wait that long: what comes meanwhile is listed without it."""
        if self._indexer is not None:
            self._indexer.rest(seconds)

    def wait_for_index(self, timeout: float | None = None) -> bool:
        """Wait until the index has seen everything; False when ``timeout`` seconds pass first."""
        self._backlog.hurry()
        return self._backlog.wait(lambda: self.index_ready, timeout)

    def flush(self, timeout: float | None = None) -> None:
        """Wait until every change is on the disk. Raises LibraryError when it is not."""
        if self._writer is not None:
            self._writer.flush(timeout)

    def write_copy(self, path: Path) -> None:
        """Write what the person made, as it is now, to a TinyDB file elsewhere.

        For when the library's own disk refuses. Raises LibraryError.
        """
        self._journal.write_copy(path)

    def subscribe(self, subscriber: Callable[[Changes], None]) -> None:
        """Call ``subscriber`` after every change, in the thread that changed something."""
        self._subscribers.append(subscriber)

    def step(self, verb: str, about: str, *, at: datetime) -> AbstractContextManager[None]:
        """Make every change inside one step of history."""
        return self._journal.step(verb, about, at=at)

    def take_in_copies(self, at: datetime) -> None:
        """Make what was done in the copies beside this library part of it.

        Each is one step; their files get other names; ``rescued`` tells. Raises LibraryError.
        """
        joining = Joining(self._journal, self._works, self._frozen, self._issues, self.items.owners)
        lone = Texts(self._journal, self._works, self._frozen, self._issues, self.items.owners)
        told, written = merging.take_in(
            self._gathered, joining, lone, self._works, self._frozen, at
        )
        self._told += told
        if written:
            self._gone.change(written, False)
            self._backlog.add_works(written.items())
            self._items_changed(frozenset(written))
        if self._gathered.found:
            self.retention.notice(self.retention.kept())
        self.flush()
        copies.put_aside(self._gathered.used)
        self._gathered = Gathered()

    def compact(self, at: datetime) -> None:
        """Write ``library.json`` and the logs without what was replaced. Raises LibraryError."""
        self._upkeep.compact(at)
        self._was_changed = False
        self._personal = self._journal.position
        self._log_was_compacted()

    def tidy(self, at: datetime) -> None:
        """Write ``library.json`` or a log anew in the background where it has grown large.

        To be called when nothing else is to be done; what the person does goes on meanwhile.
        Raises LibraryError, once, when the one before failed; nothing is lost then.
        """
        self._upkeep.tidy(at)

    def close(self) -> None:
        """Wait until everything is on the disk and let go of the library.

        Raises LibraryError, with the library still open, when the disk refuses.
        """
        self.flush()
        if self._upkeep.cancel():
            self.flush()
        if self._covered[0] != self._book.table("items").position[0]:
            self._log_was_compacted()
        if self._was_changed:
            self._was_changed = False
            # The journal holds the same: without a snapshot only plain TinyDB sees less.
            with suppress(LibraryError):
                self._journal.snapshot()
            self._personal = self._journal.position
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _log_was_compacted(self) -> None:
        self._covered = self._book.table("items").position
        self._backlog.touch()

    def _personal_sums(self) -> dict[int, int]:
        return {
            item_id: personal_sum(self._marks.tags.get(item_id, ()), self.notes.text(item_id))
            for item_id in {*self._marks.tags, *self.notes.ids()}
        }

    def _seen(self) -> Seen:
        """What the index has taken in when its backlog is empty."""
        log = self._book.table("items")
        return Seen(
            covered=log.checked(self._covered),
            reach=log.checked(log.position),
            personal=(*self._personal, 0),
        )

    def _journal_changed(self, changes: Mapping[str, frozenset[int]]) -> None:
        nothing: frozenset[int] = frozenset()
        marked = changes.get("marks", nothing)
        noted = changes.get("notes", nothing)
        read = self._read_marks.notice(changes.get("read", nothing))
        if reworded := self._marks.notice(marked) | noted:
            self._backlog.add(reworded)
        moved = self._joined.concerned(changes)
        if moved or "met" in changes:
            moved |= self._joined.notice() | frozenset(map(self._joined.survivor, moved))
            self._backlog.add_renamed(moved)
        # Only now: what is told here waits before the index can say that it has seen it.
        self._personal = self._journal.position
        placed = self._issues.notice(changes.get("hauls", nothing))
        self._gone.notice(changes.get("gone", nothing))
        hidden = self._hidden.notice(changes.get("hidden", nothing))
        asked, covered = changes.get("lookups", nothing), changes.get("coverage", nothing)
        self.retention.notice(marked | noted | placed)
        self.retention.follow_feeds(changes)
        self.retention.keep_carried(changes, hidden)
        self._muting.notice(marked | noted | placed)
        self._muting.sort(moved)
        muted = self._marks.muted.notice(changes.get("muted", nothing))
        if "feeds" in changes:
            self._muting.settle()
        self._tell(
            Changes(
                items=all_of(marked, noted, read, hidden, moved, asked, muted, covered),
                feeds=not changes.keys().isdisjoint({"feeds", "feed_state"}),
                hauls=not changes.keys().isdisjoint({"hauls", "series"}),
            )
        )

    def _items_changed(self, item_ids: frozenset[int]) -> None:
        self._covered = self._book.table("items").position
        self._personal = self._journal.position
        self._muting.sort(item_ids)
        self._tell(Changes(items=item_ids))

    def _tell(self, changes: Changes) -> None:
        self._was_changed = True
        for subscriber in tuple(self._subscribers):
            subscriber(changes)
