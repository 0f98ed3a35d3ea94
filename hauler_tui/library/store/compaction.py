"""Writing a log anew without what was replaced, while it is read and appended to."""

from __future__ import annotations

import contextlib
import errno
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from zlib import crc32

from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library.store import loglines
from hauler_tui.library.store.logreading import records
from hauler_tui.library.store.names import upcoming
from hauler_tui.library.store.offsets import Offsets
from hauler_tui.library.store.replay import Replay
from hauler_tui.library.store.rescue import keep_link, keep_old, link_aside, put_aside
from hauler_tui.library.store.writer import AppendFile, Writer

_NEAR = 1 << 20
_CARRIED_BYTES = 4 << 20
_BREATH_RECORDS = 128
_BREATH_SECONDS = 0.0005
_TELL_SECONDS = 0.1


class Source(Protocol):
    """What a compaction needs of the log it writes anew."""

    path: Path
    rescued: list[str]

    @property
    def side_car(self) -> Path:
        """The file that spares an opening the reading of the whole log."""

    def standing_before(self, end: int) -> Iterator[tuple[float, list[tuple[int, int, int]]]]:
        """The newest records before byte ``end`` by ascending id, and what part is done."""

    def go_over(self, file: AppendFile, offsets: Offsets, generation: str) -> None:
        """Read from and append to ``file`` from now on."""


class Compaction:
    """One compaction: the copying in a thread of its own, the swap in the writer's."""

    def __init__(
        self,
        log: Source,
        file: AppendFile,
        highest: int,
        damaged: list[bytes],
        writer: Writer,
        done: Callable[[LibraryError | None], None] | None = None,
    ) -> None:
        """Use ``LogFile.begin_compaction``."""
        self.progress = 0.0
        """What part of the log is copied."""
        self._log = log
        self._old = file
        self._highest = highest
        self._writer = writer
        self._done = done
        self._generation = secrets.token_hex(8)
        self._offsets = Offsets()
        self._new: AppendFile | None = None
        self._copied = 0
        self._damaged = list(damaged)
        self._is_cancelled = False
        self._failure: BaseException | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether the log is still to be swapped."""
        return not self._ended.is_set()

    def start(self) -> None:
        """Copy in a thread that leaves most of the time to the others."""
        self._thread = threading.Thread(
            target=self._run, args=(_BREATH_SECONDS, None), name="hauler-compaction", daemon=True
        )
        self._thread.start()

    def run(self, progress: Callable[[float], None] | None = None) -> None:
        """Copy and swap here and now. Raises LibraryError, and what ``progress`` raises."""
        self._run(0.0, progress)
        self.wait()

    def wait(self, progress: Callable[[float], None] | None = None) -> None:
        """Wait for the end, telling ``progress`` what part is done ten times a second.

        Raises LibraryError when it failed, or the disk refuses what has to be written before.
        """
        if self._thread is not None:
            while self._thread.is_alive():
                self._thread.join(_TELL_SECONDS)
                if progress is not None:
                    progress(self.progress)
        if self.is_running:
            try:
                self._writer.flush()
            except LibraryError:
                self._is_cancelled = True
                raise
        if self._failure is not None:
            raise self._failure

    def cancel(self) -> None:
        """Give up, if the swap has not begun; the log then goes on as it was."""
        self._is_cancelled = True
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self, breath: float, progress: Callable[[float], None] | None) -> None:
        try:
            self._copy(breath, progress)
            self._writer.call(self._swap)
        except BaseException as error:
            self._give_up(error)

    def _copy(self, breath: float, progress: Callable[[float], None] | None) -> None:
        self._writer.flush()
        begun = self._old.end
        self._require_place()
        prepared = upcoming(self._log.path)
        write_atomically(prepared, loglines.header(self._generation), mode=0o600, sync=False)
        self._new = self._append_file(prepared)
        for part, rows in self._log.standing_before(begun):
            self._copy_records(rows, breath)
            self.progress = part
            if progress is not None:
                progress(part)
            if self._is_cancelled:
                raise _cancelled(self._log.path)
        if self._highest and self._offsets.get(self._highest) is None:
            # Its id must not be given out again, so its removal is what stays of it.
            self._add([(self._highest, 0, loglines.removal(self._highest))])
        self._offsets.dead = 0
        self._copied = begun
        while self._old.end - self._copied > _NEAR:
            self._carry_over()
        self._new.sync()
        self._put_damaged_aside()
        with contextlib.suppress(OSError):  # it is disposable: without it the log is read
            self._offsets.save(upcoming(self._log.side_car), self._new, self._generation)

    def _require_place(self) -> None:
        """Raises OSError where the log's name does not lead to it, but perhaps to another log."""
        if self._log.path.stat().st_ino != self._old.inode:
            raise OSError(errno.ESTALE, "the folder was moved while hauler was open")

    def _append_file(self, path: Path) -> AppendFile:
        return type(self._old)(path)

    def _copy_records(self, rows: list[tuple[int, int, int]], breath: float) -> None:
        found: dict[int, tuple[int, bytes]] = {}
        for number, (doc_id, stamp, line) in enumerate(records(self._old, rows)):
            if loglines.json_of(doc_id, stamp, line) is None:
                self._damaged.append(line)
            else:
                found[doc_id] = stamp, line + b"\n"
            if breath and number % _BREATH_RECORDS == 0:
                # Keys wait for this thread otherwise: it hardly ever lets go of the interpreter.
                time.sleep(breath)
        self._add([(doc_id, *found[doc_id]) for doc_id, _, _ in rows if doc_id in found])

    def _add(self, batch: list[tuple[int, int, bytes]]) -> None:
        """Append lines as one batch."""
        assert self._new is not None
        if not batch:
            return
        place = self._new.end
        for doc_id, stamp, line in batch:
            self._offsets.set(doc_id, place, stamp)
            place += len(line)
        lines = [line for _, _, line in batch]
        check = 0
        for line in lines:
            check = crc32(line, check)
        lines.append(loglines.commit(len(batch), check))
        self._new.append(b"".join(lines), sync=False)

    def _carry_over(self) -> None:
        """Append what is durable in the old log and was appended to it meanwhile."""
        assert self._new is not None
        begin, limit = self._new.end, self._old.end
        while self._copied < limit:
            data = self._old.read(self._copied, min(_CARRIED_BYTES, limit - self._copied))
            self._new.append(data, sync=False)
            self._copied += len(data)
        Replay(self._new, self._offsets, self._generation).run(begin, self._new.end)

    def _put_damaged_aside(self) -> None:
        if not self._damaged:
            return
        kept = put_aside(self._log.path, "damaged", b"\n".join(self._damaged) + b"\n")
        count = len(self._damaged)
        found = "one damaged record was" if count == 1 else f"{count} damaged records were"
        self._log.rescued.append(f"{self._log.path.name}: {found} kept as {kept.name}")

    def _swap(self) -> None:
        """Put the new log in place, between two appends of the writer."""
        try:
            if self._is_cancelled:
                raise _cancelled(self._log.path)
            assert self._new is not None
            self._carry_over()
            self._new.sync()
            self._require_place()
            if self._damaged:
                keep_old(self._log.path)  # it may hold what is damaged here
            link_aside(self._log.path)
            self._new.rename(self._log.path)
        except BaseException as error:
            self._give_up(error)
            return
        self._log.go_over(self._new, self._offsets, self._generation)
        with contextlib.suppress(OSError):  # the next opening and the next append do these again
            keep_link(self._log.path)
            self._new.settle()
            upcoming(self._log.side_car).replace(self._log.side_car)
        self._end(None)

    def _give_up(self, error: BaseException) -> None:
        if self._new is not None:
            self._new.close()
        with contextlib.suppress(OSError):
            upcoming(self._log.path).unlink(missing_ok=True)
            upcoming(self._log.side_car).unlink(missing_ok=True)
            self._log.path.with_name(f"{self._log.path.name}.link").unlink(missing_ok=True)
        if isinstance(error, Exception) and not isinstance(error, LibraryError):
            reason = (isinstance(error, OSError) and error.strerror) or repr(error)
            told = LibraryError(
                f"{self._log.path} cannot be compacted: {reason}",
                "nothing is lost, the log goes on; look after that disk",
            )
            told.__cause__ = error
            error = told
        self._end(error)

    def _end(self, failure: BaseException | None) -> None:
        self._failure = failure
        self._ended.set()
        if self._done is not None:
            self._done(failure if isinstance(failure, LibraryError) else None)


def _cancelled(path: Path) -> LibraryError:
    return LibraryError(f"{path} was not compacted: it was called off", "compact it another time")
