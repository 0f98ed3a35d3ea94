"""A program in a real pseudo terminal, and what its screen shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

_POLL_SECONDS = 0.05


class Terminal:
    """Runs a program in a pseudo terminal and reads its screen through a terminal emulator."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 120,
        lines: int = 40,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._code: int | None = None
        self._pid, self.descriptor = pty.fork()
        if self._pid == 0:
            os.execve(command[0], list(command), dict(environment))
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, size)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._code is None:
            self.kill()
        os.close(self.descriptor)

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self._pid, number)

    def kill(self) -> None:
        """End the program without giving it a chance to do anything (SIGKILL)."""
        os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        self._code = os.waitstatus_to_exitcode(status)

    def type(self, text: str) -> None:
        """Send keys as a terminal would."""
        os.write(self.descriptor, text.encode())

    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(self.screen.display)

    def wait_for(self, *needles: str, seconds: float = 30) -> str:
        """Read until every needle is on the screen, and give the screen.

        Raises AssertionError with the screen when they do not come in time.
        """
        return self.wait_until(lambda text: all(n in text for n in needles), repr(needles), seconds)

    def wait_until(self, is_there: Callable[[str], bool], what: str, seconds: float = 30) -> str:
        """Read until the screen satisfies a condition, and give the screen."""
        end = time.monotonic() + seconds
        while not is_there(self.text()):
            if time.monotonic() > end or not self._pump():
                raise AssertionError(f"{what} did not come:\n{self.text()}")
        return self.text()

    def wait_for_exit(self, seconds: float = 30) -> int:
        """Read until the program ends, and give its exit code."""
        end = time.monotonic() + seconds
        while self._pump():
            if time.monotonic() > end:
                raise AssertionError(f"it did not end:\n{self.text()}")
        _, status = os.waitpid(self._pid, 0)
        self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def _pump(self) -> bool:
        """Feed what the program wrote into the emulator; whether the program still runs."""
        ready, _, _ = select.select([self.descriptor], [], [], _POLL_SECONDS)
        if not ready:
            return True
        try:
            data = os.read(self.descriptor, 1 << 16)
        except OSError:
            return False
        if data:
            self._stream.feed(data)
        return bool(data)
