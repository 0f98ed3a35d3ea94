"""Asking the process that tries regular expressions, and ending it when nobody waits for it."""

from __future__ import annotations

import json
import os
import select
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hauler_tui.errors import LibraryError

if TYPE_CHECKING:
    import subprocess

Stored: TypeAlias = tuple[int, int, Sequence[str], str]
"""An item that is on the disk: its id, its place in the log, its tags, its note."""
Told: TypeAlias = tuple[int, Sequence[str]]
"""An item with all its texts."""

_LOOK_AGAIN_SECONDS = 0.02
_PIECE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of trying expressions."""

    found: list[set[int]]
    """For each of them the items it is found in."""
    lacking: list[int]
    """Items whose texts are not on the disk as they are."""


class Scanner:
    """One process, begun when it is first asked; safe from any thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(
        self,
        patterns: Sequence[str],
        position: tuple[str, int],
        items: Sequence[Stored],
        texts: Sequence[Told],
        stop: Callable[[], bool],
    ) -> Tried | None:
        """Try expressions on some items; None when ``stop`` says so. Raises LibraryError."""
        question = {"patterns": patterns, "position": position, "items": items, "texts": texts}
        line = json.dumps(question).encode() + b"\n"
        with self._lock:
            try:
                answer = self._exchange(line, stop)
            except OSError:
                answer = b""
            except BaseException:
                self._end()
                raise
            if not answer:
                self._end()
        if answer is None:
            return None
        if not answer:
            raise LibraryError(
                "the regular expression could not be tried on every text",
                "it may take too long on one of them: look for a simpler one",
            )
        told = json.loads(answer)
        return Tried(found=[set(ids) for ids in told["found"]], lacking=told["lacking"])

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _exchange(self, line: bytes, stop: Callable[[], bool]) -> bytes | None:
        """One line for another; None when it was stopped, nothing when the process ended."""
        import subprocess

        process = self._process
        if process is None:
            process = self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "hauler_tui.library.search.scanworker",
                    self._directory,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(line)
        process.stdin.flush()
        pieces: list[bytes] = []
        output = process.stdout.fileno()
        while not pieces or not pieces[-1].endswith(b"\n"):
            if stop():
                return None
            if select.select([output], [], [], _LOOK_AGAIN_SECONDS)[0]:
                piece = os.read(output, _PIECE_BYTES)
                if not piece:
                    return b""
                pieces.append(piece)
        return b"".join(pieces)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was not written is for a process that is gone
                    continue
        process.wait()
