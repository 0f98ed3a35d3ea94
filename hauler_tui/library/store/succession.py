"""The next generation of the journal: prepared in any thread, put in place in the writer's.

    caller    tables as they are now ──┐             line ─┐     line ─┐
    worker                             └─> .new pair ──┐   │           │
    writer    line, line ─> library.journal            └───┴─> swap ───┴─> library.journal
                                     └── lines since then ───────┘

Lines that come while it is prepared go on to the present journal. The swap stands in the writer's
queue behind them: it copies them into the new journal before anything is renamed, and what was
queued after it goes there by itself. Until the new snapshot has its name the present generation
counts; from then on the new one does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hauler_tui.library.store import generations, places
from hauler_tui.library.store.journalfile import JournalFile
from hauler_tui.library.store.journaltext import Tables, header_bytes, snapshot_bytes
from hauler_tui.library.store.lines import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything a snapshot says, at one moment; its documents are never changed in place."""

    tables: Tables
    meta: Document

    def text(self, identity: str = "", pause: Callable[[], None] | None = None) -> bytes:
        """The snapshot of the generation called ``identity``, or one that no journal continues.

        ``pause`` is called again and again, so that other threads may go first.
        """
        return snapshot_bytes(self.tables, {**self.meta, "generation": identity}, pause)


class Succession:
    """One going over to the next generation."""

    def __init__(
        self,
        file: JournalFile,
        state: State,
        *,
        archive: Callable[[], None],
        pause: Callable[[], None] | None,
        keep_old: bool,
    ) -> None:
        """Begin with ``state``, which is what the lines handed in so far come to."""
        self.seq: int = state.meta["seq"]
        """The last line that is in the snapshot."""
        self.error: Exception | None = None
        """Why it failed; the journal goes on, the old one or the new."""
        self.took_over = False
        """Whether the new generation counts."""
        self.is_over = False
        """Whether it came to its end, well or not, so that another may begin."""
        self._file = file
        self._state = state
        self._archive = archive
        self._pause = pause
        self._keep_old = keep_old
        self._place = file.size
        self._identity = secrets.token_hex(8)
        self._places: tuple[Document, bytes] | None = None

    def prepare(self) -> None:
        """Write what the new generation begins with, and queue the swap."""
        try:
            self._file.folder.require()
            self._archive()
            self._file.finish_swap()
            snapshot = self._state.text(self._identity, self._pause)
            header = header_bytes(self._identity, snapshot, self._file.identity)
            generations.begin(self._file.files, snapshot, header)
            self._places = places.places(snapshot)
            self._file.writer.append(self, b"", self._forget)
        except Exception as error:
            # In a thread nobody else hears of it; whoever takes the result raises it.
            self.error = error
            self.is_over = True

    @property
    def path(self) -> Path:
        """The journal that is being prepared."""
        return generations.new_journal(self._file.files)

    def append(self, data: bytes) -> None:
        """Do the swap, in the writer's thread; a failure is kept and does not stop the writer."""
        try:
            self._swap()
        except Exception as error:
            self.error = error
        self.is_over = True

    def _swap(self) -> None:
        files = self._file.files
        self._file.folder.require()
        prepared = self._file.append_file(self.path)
        try:
            if lines := self._file.lines_after(self._place):
                prepared.append(lines)
            if self._keep_old:
                self._file.respect_what_others_wrote()
                generations.keep_old(files)
            generations.take_snapshot(files)
        except BaseException:
            prepared.close()
            raise
        self.took_over = True
        self._file.go_over_to(prepared, self._identity)
        with suppress(OSError):  # without it the whole snapshot is read
            places.write(files.snapshot, self._identity, self._places)

    def _forget(self) -> None:
        """Let go of the tables as they were."""
        self._state, self._places = State(tables={}, meta={}), None
