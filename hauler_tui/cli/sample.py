"""``hauler sample``: the reader on a bundled library."""

from __future__ import annotations

import gc
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import say, say_json, tell
from hauler_tui.cli.reader import require_terminal
from hauler_tui.cli.session import Session, pass_session


@click.command(cls=Command)
@click.option(
    "--to",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Only write the library, into this new folder.",
)
@pass_session
def sample(session: Session, directory: Path | None) -> int | None:
    """Open the reader on a bundled library, offline.

    The library is temporary and gone when you leave, unless --to keeps it.
    """
    from hauler_tui.workflows.sample import build

    if directory is not None:
        summary = build(directory, session.now())
        if session.as_json:
            say_json({"library": str(summary.directory), "items": summary.items})
        else:
            say(f"Wrote a sample library to {summary.directory}: {summary.text}")
            tell(f"open it with “hauler --library {directory}”")
        return None
    require_terminal()
    with tempfile.TemporaryDirectory(prefix="hauler-sample-") as folder:
        # What the program remembers about itself goes there too: a sample leaves nothing behind.
        os.environ["XDG_STATE_HOME"] = str(Path(folder, "state"))
        return _read(session, Path(folder, "library"))


def _read(session: Session, directory: Path) -> int:
    from hauler_tui.library.library import Library
    from hauler_tui.ui.app import run_reader
    from hauler_tui.workflows.sample import build

    config = session.config()
    offline = replace(config, refresh=replace(config.refresh, every=0))
    build(directory, session.now())
    gc.disable()
    with Library.open(directory) as library:
        return run_reader(
            library,
            offline,
            notice=f"A sample in {directory.parent}, gone when you leave; --to DIR keeps it",
        )
