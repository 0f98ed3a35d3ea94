"""How figures are taken and told: one line each, beside a reference and a goal."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hauler_tui.library.library import Library
from tests.bench import libraries


def timed(call: Callable[..., object], *arguments: object) -> float:
    """Milliseconds of one call."""
    begin = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - begin) * 1e3


def percentile(times: Sequence[float], part: float) -> float:
    """The time below which ``part`` of the times lie, such as 0.99."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))]


def shown(
    name: str,
    ours: Sequence[float],
    reference: Sequence[float] = (),
    of: str = "",
    *,
    goal: float | None = None,
    goal_p99: float | None = None,
    unit: str = "ms",
) -> None:
    """One line: p50 and p99, those of the reference, the ratios, and whether the goals are met.

    With a reference the goals are for the ratios, without one for the times themselves.
    """
    p50, p99 = percentile(ours, 0.5), percentile(ours, 0.99)
    text = f"{name}: p50 {number(p50)} {unit}"
    if len(ours) > 1:
        text += f", p99 {number(p99)}"
    if reference:
        other50, other99 = percentile(reference, 0.5), percentile(reference, 0.99)
        text += f"; {of} {number(other50)}, {number(other99)}"
        p50, p99 = p50 / other50, p99 / other99
        text += f"; ratio {p50:.2f}, {p99:.2f}"
    print(text + _judged("p50", p50, goal) + _judged("p99", p99, goal_p99), flush=True)


def told(name: str, value: float, unit: str = "", *, goal: float | None = None) -> None:
    """One line: a single number, and whether the goal is met."""
    print(f"{name}: {number(value)} {unit}".rstrip() + _judged("", value, goal), flush=True)


def number(value: float) -> str:
    """A figure with three digits, or all of its whole part."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _judged(name: str, value: float, goal: float | None) -> str:
    if goal is None:
        return ""
    of = f" for {name}" if name else ""
    return f"; goal ≤ {goal:g}{of}: {'met' if value <= goal else 'MISSED'}"


@contextmanager
def copied(directory: Path) -> Iterator[Path]:
    """A copy of a library that may be written to, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hauler-bench-") as folder:
        copy = Path(folder) / "library"
        named = str(directory.resolve())
        subprocess.run(["cp", "-r", "--reflink=auto", named, str(copy)], check=True)
        # A copied log is read through once, since its side-car belongs to another inode.
        with Library.open(copy) as library:
            library.wait_for_index()  # which may be of another version than this hauler's
        yield copy


@contextmanager
def library_folder(arguments: Sequence[str], items: int = 20_000) -> Iterator[Path]:
    """A copy of the library named first on the command line, or one built for the occasion."""
    if arguments:
        with copied(Path(arguments[0])) as copy:
            yield copy
        return
    with tempfile.TemporaryDirectory(prefix="hauler-bench-") as folder:
        libraries.build(Path(folder) / "library", items)
        yield Path(folder) / "library"


def in_fresh_process(module: str, *arguments: object) -> Any:
    """What ``python -m module ARGUMENTS`` prints as its last line, read as JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def memory(kind: str) -> float:
    """MiB that this process holds: ``Rss``, ``Pss``, ``Private_Dirty``."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"Linux tells no {kind}")


class Ticker:
    """How late the event loop is, looked at every five milliseconds."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Ticker:
        self._task = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _tick(self) -> None:
        while True:
            begin = time.perf_counter()
            await asyncio.sleep(0.005)
            self.lags.append((time.perf_counter() - begin - 0.005) * 1e3)


def sizes(directory: Path) -> dict[str, int]:
    """Bytes of each file of a library."""
    return {path.name: path.stat().st_size for path in directory.iterdir() if path.is_file()}
