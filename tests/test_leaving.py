"""Leaving the reader in the middle of a refresh."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.factories import NOW
from tests.sources.server import Handler, Server, serving
from tests.terminal import Terminal
from tests.test_terminal import HAULER, environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")


@pytest.fixture
def silent() -> Iterator[Server]:
    """A server that never answers a question."""
    with serving() as server:

        def wait(handler: Handler) -> None:
            server.stopped.wait()

        server.add("/feed", wait)
        yield server


def processes(mark: str) -> list[str]:
    """The command lines of the processes whose environment holds a mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return [command for command in found if command]


def test_q_during_a_refresh_leaves_no_process(tmp_path: Path, silent: Server) -> None:
    with Library.open(tmp_path / "library") as library:
        library.feeds.add(silent.url("/feed"), title="Silent", at=NOW)
    mark = f"HAULER_TEST_OF={tmp_path}"
    told = environment() | dict([mark.split("=", 1)]) | {"HAULER_ALLOW_PRIVATE_NETWORKS": "1"}
    command = [str(HAULER), "--library", str(tmp_path / "library")]
    command += ["--config", str(tmp_path / "none.toml")]
    with Terminal(command, told) as terminal:
        terminal.wait_until(lambda text: bool(silent.asked), "the question for the feed")
        assert any("sources.worker" in each for each in processes(mark))
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
    ended = threading.Event()
    for _ in range(200):
        if not processes(mark):
            break
        ended.wait(0.05)
    assert processes(mark) == []
