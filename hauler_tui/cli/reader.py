"""``hauler`` without a command: the reader."""

from __future__ import annotations

import sys

from hauler_tui.cli.session import Session
from hauler_tui.errors import UsageError


def require_terminal() -> None:
    """Raise UsageError where nobody could see the reader or press a key."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise UsageError(
            "the reader needs a terminal, and this is none",
            "every command works without one: see “hauler --help”",
        )


def open_reader(session: Session) -> int:
    """Open the reader on the library, and give its exit code. Raises HaulerError."""
    require_terminal()
    config = session.config()
    with session.open(writing=True) as library:
        from hauler_tui.ui.app import run_reader

        return run_reader(library, config)
