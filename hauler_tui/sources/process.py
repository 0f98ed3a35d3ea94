"""What a process of its own needs that works for the reader: to be quiet, bounded, and to leave."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import BinaryIO

_NICENESS = 10


class ParsingTooLongError(BaseException):
    """Parsing ran out of its time; no ``except Exception`` of a parser may swallow it."""


def begin() -> tuple[bytes, BinaryIO]:
    """Step back behind the reader's process; what it ordered, and where the messages go.

    Nothing but messages gets there, whatever a library prints. The process ends as soon as nobody
    reads them any more.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    threading.Thread(target=_leave_with_reader, args=(output.fileno(),), daemon=True).start()
    return sys.stdin.buffer.read(), output


def write(output: BinaryIO, line: bytes) -> None:
    """Write a whole line. Raises OSError when nobody reads it any more."""
    view = memoryview(line)
    while view:
        view = view[output.write(view) :]


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ParsingTooLongError in the block when it runs for longer; main thread only."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise ParsingTooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def limit_memory(limit: int) -> None:
    """Let an allocation fail instead of the machine, where the system supports it."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _leave_with_reader(output: int) -> None:
    """End this process as soon as nobody reads its output any more, whatever it is doing."""
    poll = select.poll()
    poll.register(output, 0)  # an error is told always, and that is what a lost reader is
    if any(event & select.POLLERR for _, event in poll.poll()):
        os._exit(1)
