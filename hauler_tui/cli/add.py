"""``hauler add``: capture links."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.arguments import decoded, read_stdin
from hauler_tui.cli.commands import Command
from hauler_tui.cli.lookups import look_up_now
from hauler_tui.cli.output import count, say, say_json
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import items_shape
from hauler_tui.domain.tex import to_unicode
from hauler_tui.errors import HaulerError, UsageError

if TYPE_CHECKING:
    from hauler_tui.domain.pasted import Pasted


@click.command(cls=Command)
@click.argument("links", metavar="[LINK]...|-", nargs=-1)
@click.option("--no-fetch", is_flag=True, help="Ask no server what the links are.")
@pass_session
def add(session: Session, links: tuple[str, ...], no_fetch: bool) -> None:
    """Capture links, arXiv ids and DOIs, then ask what they are.

    “-” takes every one in the text on stdin.
    """
    from hauler_tui.workflows.capture import capture, named_in

    if not links:
        raise UsageError("nothing to add", "give links, arXiv ids or DOIs, or “-” to read text")
    found: list[Pasted] = []
    without: list[str] = []
    for given in links:
        text = _document(read_stdin()) if given == "-" else given
        here = named_in(text)
        found.extend(here)
        if not here:
            without.append("stdin" if given == "-" else given)
    now = session.now()
    if found:
        with session.open(writing=True) as library:
            captured = capture(library, found, at=now)
            library.flush()
            if not no_fetch:
                look_up_now(session, library, captured.ids)
            if session.as_json:
                say_json(
                    {
                        "added": len(captured.added),
                        "known": len(captured.known),
                        "items": items_shape(library, captured.ids),
                    }
                )
            else:
                for item_id in captured.ids:
                    item = library.items.get(item_id)
                    word = "added" if item_id in captured.added else "known"
                    title = to_unicode(item.entry.title) or item.entry.link
                    say(f"{word}  {item.key}  {title}")
    if without:
        shown = ", ".join(f"“{text[:80]}”" for text in without)
        raise HaulerError(
            f"no link, arXiv id or DOI in {shown}",
            f"{count(len({one.link for one in found}), 'link')} captured"
            if found
            else "a link starts with http",
        )


def _document(data: bytes) -> str:
    """A pasted document, whose links are ASCII in nearly every encoding; raises HaulerError.

    Bytes with a NUL in them are no text, unless they begin as UTF-16 does.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(data, "stdin") if b"\0" in data else data.decode("cp1252", "replace")
