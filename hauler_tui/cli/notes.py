"""``hauler note``."""

from __future__ import annotations

from pathlib import Path

import click

from hauler_tui.cli.arguments import given_text, text_options
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import iso, say, say_document, say_json
from hauler_tui.cli.session import Session, pass_session


@click.command(cls=Command)
@click.argument("key")
@text_options
@pass_session
def note(session: Session, key: str, dash: str | None, text: str | None, file: Path | None) -> None:
    """Print or set the note of an item.

    An empty text removes it.
    """
    new = given_text(dash, text, file)
    with session.open(writing=new is not None) as library:
        item_id = library.items.find(key)
        if new is not None:
            library.notes.write(item_id, new, session.now())
            library.flush()
        kept = library.notes.get(item_id)
        if session.as_json:
            say_json(
                {
                    "key": library.items.get(item_id).key,
                    "note": kept.text if kept else None,
                    "changed_at": iso(kept.changed_at) if kept else None,
                }
            )
        elif new is not None:
            say(f"note {'kept' if kept else 'removed'}: {library.items.get(item_id).key}")
        elif kept:
            say_document(kept.text)
