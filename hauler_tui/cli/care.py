"""``hauler backup``, ``restore``, ``doctor`` and ``compact``: care of the library."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import byte_count, count, iso, moment, say, say_json, tell
from hauler_tui.cli.progress import bar
from hauler_tui.cli.session import Session, pass_session

if TYPE_CHECKING:
    from hauler_tui.library.backup import Manifest

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@pass_session
def backup(session: Session, file: Path, force: bool) -> None:
    """Write the whole library to one zip file, and check it.

    The reader may be open meanwhile.
    """
    from hauler_tui.library.backup import write_backup

    directory = session.library_directory()
    with bar("backing up") as progress:
        manifest, size = write_backup(
            directory, file, at=session.now(), replace=force, progress=progress
        )
    for sentence in manifest.warnings:
        tell(f"warning: {sentence}")
    if session.as_json:
        say_json({"file": str(file.absolute()), "size": size} | _shape(manifest))
        return
    say(f"wrote {file}: {_holds(manifest)}, {byte_count(size)}")


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@click.option(
    "--force",
    is_flag=True,
    help="Also where there is a library; that one is kept in a folder beside it.",
)
@pass_session
def restore(session: Session, file: Path, force: bool) -> None:
    """Put a backup back as the library, once all of it was checked."""
    from hauler_tui.library.restore import restore as put_back

    directory = session.library_directory()
    with bar("restoring") as progress:
        done = put_back(file, directory, at=session.now(), replace=force, progress=progress)
    for sentence in done.manifest.warnings:
        tell(f"warning: when the backup was made, {sentence}")
    if session.as_json:
        kept = None if done.kept is None else str(done.kept)
        say_json({"directory": str(directory), "kept": kept} | _shape(done.manifest))
        return
    made = moment(done.manifest.made_at)
    say(f"restored {directory} as it was on {made}: {_holds(done.manifest)}")
    if done.kept is not None:
        say(f"the library that was there is kept in {done.kept}")


def _holds(manifest: Manifest) -> str:
    return ", ".join(
        (
            count(manifest.items, "item"),
            count(manifest.notes, "note"),
            count(manifest.issues, "issue"),
        )
    )


def _shape(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": iso(manifest.made_at),
        "items": manifest.items,
        "notes": manifest.notes,
        "issues": manifest.issues,
        "warnings": list(manifest.warnings),
    }
