"""``hauler split``."""

from __future__ import annotations

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import say, say_json
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import item_shape


@click.command(cls=Command)
@click.argument("key")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@pass_session
def split(session: Session, key: str, names: tuple[str, ...]) -> None:
    """Undo a wrong merge: make two items of one.

    KEY is any key, link, arXiv id or DOI of it: what goes by that gets a row of its own again,
    with what you had done there. NAMEs say exactly which names go. The two are not merged again.
    """
    with session.open(writing=True) as library:
        parted = library.items.split(key, names, session.now())
        both = [library.items.get(item_id) for item_id in (parted.kept, parted.parted)]
        if session.as_json:
            shapes = [item_shape(library, item) for item in both]
            say_json({"kept": shapes[0], "parted": shapes[1]})
        else:
            say(f"{both[0].key} and {both[1].key} are two items now")
