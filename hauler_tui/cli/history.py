"""``hauler undo``, ``redo`` and ``history``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import iso, moment, say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session

if TYPE_CHECKING:
    from hauler_tui.library.store.history import Step


@click.command(cls=Command)
@pass_session
def undo(session: Session) -> None:
    """Take the last change back."""
    with session.open(writing=True) as library:
        step = library.history.undo(session.now())
    _print_one(session, step, "undone", "nothing to undo")


@click.command(cls=Command)
@pass_session
def redo(session: Session) -> None:
    """Make the change that was undone last again."""
    with session.open(writing=True) as library:
        step = library.history.redo(session.now())
    _print_one(session, step, "done again", "nothing to redo")


@click.command(cls=Command)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    metavar="N",
    help="At most so many.",
)
@pass_session
def history(session: Session, limit: int) -> None:
    """List what was done, newest first."""
    with session.open() as library:
        steps = library.history.history(limit)
    if session.as_json:
        say_json([_shape(step) for step in steps])
        return
    say_table([(moment(step.at), "undone" if step.is_undone else "", step.about) for step in steps])
    if not steps:
        tell("nothing was done yet")


def _print_one(session: Session, step: Step | None, done: str, nothing: str) -> None:
    if session.as_json:
        say_json(_shape(step) if step else None)
    elif step:
        say(f"{done}: {step.about}")
        if step.left_out:
            tell(f"left as it is, for it changed since: {', '.join(step.left_out)}")
    else:
        tell(nothing)


def _shape(step: Step) -> dict[str, Any]:
    return {
        "seq": step.seq,
        "verb": step.verb,
        "about": step.about,
        "at": iso(step.at),
        "undone": step.is_undone,
    }
