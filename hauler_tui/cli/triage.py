"""``hauler read``, ``unread``, ``star``, ``unstar``, ``skip``, ``unskip`` and ``tag``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, TypeAlias

import click

from hauler_tui.cli.arguments import chosen_items
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import count, say, say_json, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import items_shape
from hauler_tui.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from hauler_tui.library.library import Library

    _Act: TypeAlias = Callable[[Library, list[int], datetime], None]


def _verb(name: str, sentence: str, done: str, act: _Act) -> click.Command:
    @click.command(name, cls=Command, help=sentence)
    @click.argument("keys", metavar="KEY...", nargs=-1)
    @click.option("--query", metavar="Q", help="Every item that the query finds, instead of KEYs.")
    @pass_session
    def command(session: Session, keys: tuple[str, ...], query: str | None) -> None:
        _run(session, keys, query, done, act)

    return command


def _run(session: Session, keys: tuple[str, ...], query: str | None, done: str, act: _Act) -> None:
    now = session.now()
    with session.open(writing=True) as library:
        ids = chosen_items(library, keys, query, now)
        if ids:
            act(library, ids, now)
            library.flush()
        if session.as_json:
            say_json(items_shape(library, ids))
        else:
            say(f"{count(len(ids), 'item')} {done}")


def _star(library: Library, ids: list[int], at: datetime) -> None:
    whole = library.step("star", f"star {count(len(ids), 'item')}", at=at)
    with whole if len(ids) > 1 else nullcontext():
        for item_id in ids:
            item = library.items.get(item_id)
            # Who stars again what has a star means the card that the first star did not add.
            starred = library.triage.star(item_id, at, again=item.is_starred)
            if starred.opened_issue and starred.issue:
                tell(f"opened {starred.issue.title} ({starred.issue.slug})")
            if starred.covered and not starred.card_added:
                tell(
                    f"{item.key} is covered in {', '.join(starred.covered)}: no card was added; "
                    "star it again to add one"
                )


read = _verb(
    "read",
    "Mark items read.",
    "read",
    lambda library, ids, at: library.triage.mark_read(ids, True, at),
)
unread = _verb(
    "unread",
    "Mark items unread.",
    "unread",
    lambda library, ids, at: library.triage.mark_read(ids, False, at),
)
star = _verb(
    "star",
    "Star items, and give each a card in the open issue.",
    "starred",
    _star,
)
unstar = _verb(
    "unstar",
    "Take stars back, and the cards out of the open issue.",
    "no longer starred",
    lambda library, ids, at: library.triage.unstar_all(ids, at),
)
skip = _verb(
    "skip",
    "Hide items from the list.",
    "skipped",
    lambda library, ids, at: library.triage.skip(ids, True, at),
)
unskip = _verb(
    "unskip",
    "Show skipped items again.",
    "no longer skipped",
    lambda library, ids, at: library.triage.skip(ids, False, at),
)


@click.command(
    cls=Command,
    # “-y” takes a tag away.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("words", metavar="KEY... +TAG -TAG", nargs=-1)
@click.option("--query", metavar="Q", help="Every item that the query finds, instead of KEYs.")
@pass_session
def tag(session: Session, words: tuple[str, ...], query: str | None) -> None:
    """Add tags (+x) and take tags away (-y)."""
    add = tuple(word[1:].strip() for word in words if word.startswith("+"))
    remove = tuple(word[1:].strip() for word in words if word.startswith("-"))
    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(word, ctx=click.get_current_context())
    if (not add and not remove) or not all((*add, *remove)):
        raise UsageError("no tag was named", "+x adds the tag x, -x takes it away")
    keys = tuple(word for word in words if word[0] not in "+-")
    _run(
        session,
        keys,
        query,
        "tagged",
        lambda library, ids, at: library.triage.tag(ids, add, remove, at),
    )
