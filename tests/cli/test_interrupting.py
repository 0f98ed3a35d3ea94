"""Ctrl-C while a regular expression is tried on every text."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

ENDLESS = "/(a+)+$/"
COMMANDS = (("items", ENDLESS), ("star", "--query", ENDLESS))
_LONGEST_SECONDS = 30.0
_GLANCE_SECONDS = 0.02


def children(pid: int) -> list[int]:
    """The processes that a process began."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lives(pid: int) -> bool:
    """Whether a process is there and not only waits for its end to be noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for children")
@pytest.mark.parametrize("command", COMMANDS, ids=[words[0] for words in COMMANDS])
def test_a_search_that_is_interrupted_ends_in_a_sentence_and_leaves_nothing_behind(
    library: Callable[..., Library], command: tuple[str, ...]
) -> None:
    with library(writing=True) as filled:
        filled.items.absorb([make_entry(1, abstract="a" * 40 + "!")], feed_id=None, at=NOW)
        assert filled.wait_for_index(10)
    process = subprocess.Popen(
        [sys.executable, "-m", "hauler_tui", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    begun: list[int] = []
    while not begun and process.poll() is None:
        select.select([process.stdout], [], [], _GLANCE_SECONDS)
        begun = children(process.pid) if process.poll() is None else []
    assert begun
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=_LONGEST_SECONDS)
    assert process.returncode == 130
    assert out == b""
    assert b"error: interrupted" in err
    assert b"Traceback" not in err
    # One that was only just begun ends by itself when nobody is there to ask it.
    end = time.monotonic() + _LONGEST_SECONDS
    while any(map(lives, begun)) and time.monotonic() < end:
        select.select([], [], [], _GLANCE_SECONDS)
    assert not any(map(lives, begun))
    with library(writing=True) as again:
        assert again.items.get(1).starred_at is None
