"""A process of its own that fetches and parses, so that the reader's keys never wait for it.

Run as ``python -P -m hauler_tui.sources.worker``: an Order as JSON on standard input, one message a
line on standard output. A thread downloads; the main thread parses, one body at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import random
import threading
from typing import BinaryIO

import msgspec

from hauler_tui.domain.feed import Outcome, Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources.downloading import Download, Downloading
from hauler_tui.sources.failures import failed
from hauler_tui.sources.messages import SIGN_OF_LIFE, Order, encode
from hauler_tui.sources.network import Resolver, system_resolver
from hauler_tui.sources.outcomes import conclude
from hauler_tui.sources.process import (
    ParsingTooLongError,
    begin,
    limit_memory,
    time_limit,
    write,
)

_SIGN_OF_LIFE_SECONDS = 5.0


def main() -> None:
    """Read an order, carry it out, and write what came of it."""
    ordered, output = begin()
    order = msgspec.json.decode(ordered, type=Order)
    limit_memory(order.settings.memory_bytes)
    with contextlib.suppress(BrokenPipeError), output:
        work(order, output)


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
            write(output, line)
        unreported -= 1


def _outcome(item: Download, order: Order) -> Outcome:
    job, result, now = item.job, item.result, order.now
    jitter = random.random()
    if isinstance(result, Waiting):
        return result
    if isinstance(result, SourceError):
        return failed(job, result, now=now, jitter=jitter)
    try:
        with time_limit(order.settings.parse_seconds):
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


if __name__ == "__main__":
    main()
