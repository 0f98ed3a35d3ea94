"""How far something is, on the last line of a terminal; nothing where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WIDTH = 30


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function that is told how much is done and of how much, and draws it on stderr."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda done, total: None
        return
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = min(100, done * 100 // total) if total else 100
        if percent != shown:
            shown = percent
            filled = "█" * (percent * _WIDTH // 100)
            sys.stderr.write(f"\r{label}  {filled:·<{_WIDTH}} {percent:3}%")
            sys.stderr.flush()

    try:
        yield show
    finally:
        if shown >= 0:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
