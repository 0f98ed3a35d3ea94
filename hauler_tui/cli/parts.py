"""``hauler card`` and ``hauler lane``: the parts of an open issue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.arguments import given_text, text_options
from hauler_tui.cli.commands import Command, Group
from hauler_tui.cli.output import say, say_document, say_json, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import cards_shape
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import UnknownKeyError, UsageError

if TYPE_CHECKING:
    from hauler_tui.domain.haul import Lane
    from hauler_tui.library.library import Library


@click.group(cls=Group)
def card() -> None:
    """The cards of an open issue: add, remove, move."""


@card.command("add", cls=Command)
@click.argument("slug")
@click.argument("key")
@click.option("--lane", metavar="NAME", help="Into this lane; else the one that holds the cards.")
@pass_session
def add_card(session: Session, slug: str, key: str, lane: str | None) -> None:
    """Give an item a place in an issue, also one that an earlier issue covered."""
    with session.open(writing=True) as library:
        item_id = library.items.find(key)
        library.hauls.add_card(slug, item_id, lane, session.now(), again=True)
        if covered := library.hauls.covered(item_id):
            tell(f"{key} is covered in {', '.join(covered)}: it is repeated")
        _done(session, library, slug, f"added {key}")


@card.command("remove", cls=Command)
@click.argument("slug")
@click.argument("key")
@pass_session
def remove_card(session: Session, slug: str, key: str) -> None:
    """Take an item out of an issue; its star and note stay."""
    with session.open(writing=True) as library:
        library.hauls.remove_card(slug, library.items.find(key), session.now())
        _done(session, library, slug, f"removed {key}")


@card.command("move", cls=Command)
@click.argument("slug")
@click.argument("key")
@click.option("--by", type=int, metavar="N", help="So many places down; up when negative.")
@click.option("--to", type=click.IntRange(min=1), metavar="N", help="To this place, from 1.")
@pass_session
def move_card(session: Session, slug: str, key: str, by: int | None, to: int | None) -> None:
    """Move a card; its issue then keeps the order of your hand."""
    if (by is None) is (to is None):
        raise UsageError("a card moves --by so many places or --to a place", "give one of them")
    with session.open(writing=True) as library:
        item_id = library.items.find(key)
        if to is not None:
            by = to - 1 - _place(library, slug, item_id)
        library.hauls.move_card(slug, item_id, by or 0, session.now())
        _done(session, library, slug, f"moved {key}")


@click.command(cls=Command)
@click.argument("slug")
@click.argument("name")
@text_options
@click.option("--rename", metavar="TO", help="Give the lane another heading.")
@click.option("--move", type=int, metavar="N", help="So many places down; up when negative.")
@click.option("--remove", is_flag=True, help="Take the lane out with its text.")
@pass_session
def lane(
    session: Session,
    slug: str,
    name: str,
    dash: str | None,
    text: str | None,
    file: Path | None,
    rename: str | None,
    move: int | None,
    remove: bool,
) -> None:
    """Print, set, rename, move or remove a lane of an issue.

    A lane that is not there is made. The empty name is what stands before any heading.
    """
    is_given = dash is not None or text is not None or file is not None
    if is_given + (rename is not None) + (move is not None) + remove > 1:
        raise UsageError("more than one thing is to be done to the lane", "name one of them")
    if rename is not None or move is not None or remove:
        _change_lane(session, slug, clean_line(name), rename, move)
    else:
        _write_lane(session, slug, clean_line(name), given_text(dash, text, file))


def _change_lane(
    session: Session, slug: str, name: str, rename: str | None, move: int | None
) -> None:
    from hauler_tui.workflows import lanes

    with session.open(writing=True) as library:
        known = _lane(library, slug, name)
        name = known.name if known else name
        if rename is not None:
            name = lanes.rename_lane(library, slug, name, rename, session.now())
            sentence = f"lane renamed: {name}"
        elif move is not None:
            lanes.move_lane(library, slug, name, move, session.now())
            sentence = f"lane moved: {name or 'the introduction'}"
        else:
            lanes.remove_lane(library, slug, name, session.now())
            sentence = f"lane removed: {name or 'the introduction'}"
        library.flush()
        if session.as_json:
            one = _lane(library, slug, name)
            say_json({"haul": slug, "lane": name, "text": one.text if one else None})
        else:
            say(sentence)


def _write_lane(session: Session, slug: str, name: str, new: str | None) -> None:
    with session.open(writing=new is not None) as library:
        known = _lane(library, slug, name)
        if new is not None:
            library.hauls.write_lane(slug, known.name if known else name, new, session.now())
            library.flush()
        one = _lane(library, slug, name)
        if one is None:
            raise UnknownKeyError(
                f"{slug} has no lane “{name[:80]}”", "--text, --file or “-” makes one"
            )
        if session.as_json:
            say_json({"haul": slug, "lane": one.name, "text": one.text})
        elif new is not None:
            say(f"lane kept: {one.name or 'the introduction'}")
        else:
            say_document(one.text)


def _lane(library: Library, slug: str, name: str) -> Lane | None:
    """The lane with this very name, else the one that differs only in case."""
    lanes = library.hauls.get(slug).lanes
    same = (one for one in lanes if one.name == name)
    alike = (one for one in lanes if one.name.casefold() == name.casefold())
    return next(same, None) or next(alike, None)


def _place(library: Library, slug: str, item_id: int) -> int:
    """Where an item's card stands in its lane, from 0. Raises UnknownKeyError."""
    from hauler_tui.workflows.drafts import ordered_cards

    cards = ordered_cards(library, library.hauls.get(slug))
    lanes = [card.lane for card in cards if card.item_id == item_id]
    if not lanes:
        raise UnknownKeyError(f"{slug} has no card for that item")
    return [card.item_id for card in cards if card.lane == lanes[0]].index(item_id)


def _done(session: Session, library: Library, slug: str, sentence: str) -> None:
    library.flush()
    if session.as_json:
        say_json(cards_shape(library, slug))
    else:
        say(sentence)
