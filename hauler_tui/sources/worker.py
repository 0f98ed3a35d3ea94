"""A process of its own that fetches and parses, so that the reader's keys never wait for it.

Run as ``python -P -m hauler_tui.sources.worker``: an Order as JSON on standard input, one message a
line on standard output. A thread downloads; the main thread parses, one body at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import random
import resource
import select
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import BinaryIO

import msgspec

from hauler_tui.domain.feed import Outcome, Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources.downloading import Download, Downloading
from hauler_tui.sources.failures import failed
from hauler_tui.sources.messages import SIGN_OF_LIFE, Order, encode
from hauler_tui.sources.network import Resolver, system_resolver
from hauler_tui.sources.outcomes import conclude

_SIGN_OF_LIFE_SECONDS = 5.0
_NICENESS = 10


class ParsingTooLongError(BaseException):
    """Parsing ran out of its time; no ``except Exception`` of a parser may swallow it."""


def main() -> None:
    """Read an order, carry it out, and write what came of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    # Whatever a library prints must not get between the messages.
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    threading.Thread(target=_leave_with_reader, args=(output.fileno(),), daemon=True).start()
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    _limit_memory(order.settings.memory_bytes)
    with contextlib.suppress(BrokenPipeError), output:
        work(order, output)


def _leave_with_reader(output: int) -> None:
    """End this process as soon as nobody reads its output any more, whatever it is doing."""
    poll = select.poll()
    poll.register(output, 0)  # an error is told always, and that is what a lost reader is
    if any(event & select.POLLERR for _, event in poll.poll()):
        os._exit(1)


def work(order: Order, output: BinaryIO, *, resolve: Resolver = system_resolver) -> None:
    """Carry out an order and write an outcome for each of its jobs as soon as it is known.

    Raises OSError when nobody reads the output any more.
    """
    downloads: queue.SimpleQueue[Download | BaseException] = queue.SimpleQueue()
    downloading = Downloading(order, downloads.put, resolve=resolve)

    def download() -> None:
        try:
            asyncio.run(downloading.run())
        except BaseException as error:
            downloads.put(error)

    threading.Thread(target=download, daemon=True).start()
    unreported = len(order.jobs)
    while unreported:
        try:
            item = downloads.get(timeout=_SIGN_OF_LIFE_SECONDS)
        except queue.Empty:
            output.write(SIGN_OF_LIFE)
            continue
        if isinstance(item, BaseException):
            raise item
        lines = _lines(item, _outcome(item, order), order)
        item.parsed()
        for line in lines:
            _write(output, line)
        unreported -= 1


def _outcome(item: Download, order: Order) -> Outcome:
    job, result, now = item.job, item.result, order.now
    jitter = random.random()
    if isinstance(result, Waiting):
        return result
    if isinstance(result, SourceError):
        return failed(job, result, now=now, jitter=jitter)
    try:
        with _time_limit(order.settings.parse_seconds):
            return conclude(job, result, order.settings, now=now, jitter=jitter)
    except ParsingTooLongError:
        error = SourceError(
            f"the feed takes longer than {order.settings.parse_seconds:g} s to read",
            "look for a smaller feed of the site",
        )
        return failed(job, error, now=now, jitter=jitter, answered=True)


def _lines(item: Download, outcome: Outcome, order: Order) -> list[bytes]:
    try:
        return list(encode(outcome))
    except (UnicodeEncodeError, msgspec.MsgspecError, MemoryError) as error:
        broken = SourceError(
            f"the feed holds what cannot be kept ({type(error).__name__})", "tell hauler's authors"
        )
        return list(encode(failed(item.job, broken, now=order.now, answered=True)))


def _write(output: BinaryIO, line: bytes) -> None:
    view = memoryview(line)
    while view:
        view = view[output.write(view) :]


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
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


def _limit_memory(limit: int) -> None:
    """Let an allocation fail instead of the machine, where the system supports it."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
