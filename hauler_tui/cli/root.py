"""``hauler`` itself: the table of commands, and the one place where failures are told."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from hauler_tui import __version__, paths
from hauler_tui.cli.commands import LateGroup
from hauler_tui.errors import HaulerError

_PLACES = {
    "sample": "sample:sample",
    "feeds": "feeds:feeds",
    "refresh": "refresh:refresh",
    "ledger": "ledger:ledger",
    "add": "add:add",
    "items": "items:items",
    "show": "items:show",
    "split": "split:split",
    "read": "triage:read",
    "unread": "triage:unread",
    "star": "triage:star",
    "unstar": "triage:unstar",
    "skip": "triage:skip",
    "unskip": "triage:unskip",
    "tag": "triage:tag",
    "note": "notes:note",
    "series": "series:series",
    "hauls": "hauls:hauls",
    "card": "parts:card",
    "lane": "parts:lane",
    "import": "imports:import_",
    "compile": "exchange:compile_",
    "check": "check:check",
    "export": "export:export",
    "covered": "exchange:covered",
    "index": "exchange:index",
    "radar": "radar:radar",
    "undo": "history:undo",
    "redo": "history:redo",
    "history": "history:history",
    "doctor": "care:doctor",
    "backup": "care:backup",
    "restore": "care:restore",
    "compact": "care:compact",
    "keys": "setup:keys",
    "themes": "setup:themes",
    "config": "setup:config",
    "completion": "setup:completion",
}


_SYSTEM_HINTS = {
    errno.ENOENT: "look whether the name is right",
    errno.EISDIR: "name a file in it",
    errno.ENOTDIR: "look whether the name is right",
    errno.EACCES: "ask for the right to it, or name another place",
    errno.EPERM: "ask for the right to it, or name another place",
    errno.EROFS: "name another place",
    errno.ENOSPC: "make room on that disk, then try again",
    errno.EDQUOT: "make room on that disk, then try again",
}


class Root(LateGroup):
    """The program: runs a command and turns whatever happens into messages and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, and exit: 0 done, 1 it failed, 2 misuse, 130 interrupted.

        Where nobody reads the output any more, click itself exits with 1 and in silence.
        """
        _fill_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            code = result if isinstance(result, int) else 0
        except (Exception, KeyboardInterrupt) as error:
            code = _report(error)
        sys.exit(code)


def _fill_closed_streams() -> None:
    """Put the null device where a standard stream is closed, and let what is printed go there.

    Else the first file of the library to be opened would take the number of that stream.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def _report(error: BaseException) -> int:
    """Say what went wrong on stderr, and choose the exit code."""
    match error:
        case HaulerError():
            _say(error.message, error.hint)
            return error.exit_code
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else "hauler"
            _say(_sentence(error.format_message()), f"see “{path} --help”")
            return 2
        case click.ClickException():
            _say(_sentence(error.format_message()), "")
            return 1
        case click.Abort() | KeyboardInterrupt():
            _say("interrupted", "what was done before is kept")
            return 130
        case OSError():
            place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            _say(f"{place}{error.strerror or error}", _SYSTEM_HINTS.get(error.errno or 0, ""))
            return 1
        case UnicodeDecodeError():
            _say(f"not UTF-8 text: the byte at offset {error.start} is not part of any", "")
            return 1
        case _:
            _say(f"hauler met a mistake of its own ({type(error).__name__})", _keep(error))
            return 1


def _sentence(text: str) -> str:
    return (text[:1].lower() + text[1:]).rstrip(".")


def _say(message: str, hint: str) -> None:
    from hauler_tui.cli.output import tell

    with contextlib.suppress(OSError, ValueError):
        tell(f"error: {message}")
        if hint:
            tell(f"hint: {hint}")


def _keep(error: BaseException) -> str:
    """Append the full text of a failure to the log, and say where it is."""
    text = "".join(traceback.format_exception(error))
    entry = f"{datetime.now(UTC).isoformat()} hauler {__version__}\n{text}\n"
    for place in (paths.default_log(), Path(tempfile.gettempdir()) / "hauler.log"):
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(entry)
            return f"the full text is in {place}, please send it along"
    return "and no place could be found to keep the full text"


@click.group(
    cls=Root,
    places=_PLACES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="hauler", message="%(prog)s %(version)s")
@click.pass_context
def root(context: click.Context) -> int | None:
    """Read research feeds, keep notes, and write an issue of a newsletter.

    Without a command, open the reader.
    """
    if context.invoked_subcommand is not None:
        return None
    from hauler_tui.cli.reader import open_reader
    from hauler_tui.cli.session import Session

    return open_reader(Session.of(context))
