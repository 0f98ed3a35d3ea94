"""``hauler items`` and ``hauler show``."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.arguments import matching
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import count, day, moment, say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import full_item_shape, items_shape
from hauler_tui.domain.addresses import shown
from hauler_tui.domain.lookup import told
from hauler_tui.domain.query import dated, is_withdrawn
from hauler_tui.domain.standing import published_in, renewal
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hauler_tui.domain.item import Item
    from hauler_tui.library.library import Library


@click.command(
    cls=Command,
    # A word of the query may start with a minus: it is a negation, not an option.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("words", metavar="[QUERY]", nargs=-1)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="At most so many; 0 shows all.",
)
@pass_session
def items(session: Session, words: tuple[str, ...], limit: int) -> None:
    """List items, newest first.

    Marks: * starred, N not read, n with a note, c covered by an issue, x skipped.
    """
    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(word, ctx=click.get_current_context())
    with session.open() as library:
        ids = matching(library, " ".join(words), session.now())
        shown = ids[:limit] if limit else ids
        if session.as_json:
            say_json(items_shape(library, shown))
            return
        print_items(library, shown)
        if len(shown) < len(ids):
            tell(f"{len(shown)} of {count(len(ids), 'item')}; --limit shows more")
        elif not ids:
            tell("no items")


def print_items(library: Library, ids: Iterable[int]) -> None:
    """A line for each item: date, what was done with it, key, title."""
    found = [library.items.get(item_id) for item_id in ids]
    rows = [
        (
            day(dated(item)),
            _marks(item, is_noted=library.notes.get(item.id) is not None),
            item.key,
            to_unicode(item.entry.title) or item.entry.link,
        )
        for item in found
    ]
    if sys.stdout.isatty() and rows:
        width = shutil.get_terminal_size().columns - 18 - max(len(row[2]) for row in rows)
        rows = [(*row[:3], clean_line(row[3], max(width, 20))) for row in rows]
    say_table(rows)


def _marks(item: Item, *, is_noted: bool) -> str:
    return "".join(
        (
            "*" if item.is_starred else " ",
            " " if item.is_read else "N",
            "n" if is_noted else " ",
            "x" if item.is_skipped else "c" if item.covered else " ",
        )
    )


@click.command(cls=Command)
@click.argument("key")
@pass_session
def show(session: Session, key: str) -> None:
    """Show one item in full.

    KEY is any key, link, arXiv id or DOI of it.
    """
    with session.open() as library:
        item = library.items.get(library.items.find(key))
        if session.as_json:
            say_json(full_item_shape(library, item))
            return
        _print_in_full(library, item)


def _print_in_full(library: Library, item: Item) -> None:
    entry = item.entry
    note = library.notes.get(item.id)
    say(to_unicode(entry.title) or "(no title yet)")
    facts = (
        ("authors", ", ".join(entry.authors)),
        ("key", item.key),
        ("link", entry.link),
        ("date", day(dated(item))),
        ("sources", _sources(library, item)),
        ("categories", ", ".join(entry.categories)),
        ("version", str(entry.version or "")),
        ("doi", entry.doi or ""),
        ("journal", entry.journal or ""),
        ("comment", entry.comment or ""),
        ("lookup", told(library.lookups.get(item.id)) if entry.origin == "link" else ""),
        ("published", published_in(item.work.aliases, entry.journal)),
        ("withdrawn", "as its comment or abstract says" if is_withdrawn(entry) else ""),
        ("new version", renewal(item, note)),
        ("state", _state(item)),
        ("tags", ", ".join(item.tags)),
        ("covered", ", ".join(item.covered)),
    )
    say_table([(name, value) for name, value in facts if value])
    if entry.abstract:
        say(f"\n{to_unicode(entry.abstract)}")
    if note:
        say(f"\nnote of {moment(note.changed_at)}\n{note.text.rstrip()}")
    for slug, card in library.hauls.covered_cards(item.id):
        if card.text and not (note and card.text.strip() == note.text.strip()):
            say(f"\nin {slug}\n{card.text.strip()}")


def _sources(library: Library, item: Item) -> str:
    """Every way it came; a feed that called it something else than new says so."""
    names = {feed.id: feed.title or shown(feed.url) for feed in library.feeds.all()}
    ways = []
    for one in item.work.sightings:
        if one.feed_id is None:
            ways.append("an issue" if item.entry.origin == "card" else "added by hand")
        else:
            name = names.get(one.feed_id, "a removed feed")
            ways.append(name if one.announce in (None, "new") else f"{name} ({one.announce})")
    return ", ".join(dict.fromkeys(ways))


def _state(item: Item) -> str:
    words = ["read" if item.is_read else "unread"]
    if item.is_starred:
        words.append("starred")
    if item.is_skipped:
        words.append("skipped")
    return ", ".join(words)
