"""What goes into the lanes of an open issue: remarks, links, thoughts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Lane
from hauler_tui.domain.identity import canonical_link
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import HaulError, UnknownKeyError

if TYPE_CHECKING:
    from hauler_tui.library.library import Library


def append_to_lane(library: Library, slug: str, lane: str, text: str, at: datetime) -> None:
    """Add a paragraph below a lane's prose, as one step of history; the lane is made if need be.

    Raises UnknownKeyError, and LibraryError when the issue is published.
    """
    lanes = library.hauls.get(slug).lanes
    before = next((one.text for one in lanes if one.name == lane), "")
    kept = before.rstrip("\r\n")
    library.hauls.write_lane(slug, lane, f"{kept}\n\n{text}" if kept else text, at)


def rename_lane(library: Library, slug: str, name: str, new: str, at: datetime) -> str:
    """Give a lane another heading, which its cards follow, as one step of history; the heading.

    Raises UnknownKeyError, HaulError for a heading that cannot be, and LibraryError when the issue
    is published.
    """
    issue, lane = _lane(library, slug, name)
    new = clean_line(new)
    if not new:
        raise HaulError("a lane needs a heading", "give it a word or two")
    if new != name and any(one.name == new for one in issue.lanes):
        raise HaulError(f"{slug} has a lane “{new[:80]}” already", "take another heading")
    lanes = tuple(replace(one, name=new) if one is lane else one for one in issue.lanes)
    cards = tuple(replace(card, lane=new) if card.lane == name else card for card in issue.cards)
    changed = replace(issue, lanes=lanes, cards=cards)
    with library.step("lane", f"rename lane {_named(lane)} to “{new[:80]}”", at=at):
        library.hauls.rearrange(slug, at, changed)
    return new


def remove_lane(library: Library, slug: str, name: str, at: datetime) -> None:
    """Take a lane out with its prose, as one step of history; its cards go to another cards lane.

    Raises UnknownKeyError, HaulError where no other lane takes its cards, and LibraryError when
    the issue is published.
    """
    issue, lane = _lane(library, slug, name)
    held = [card for card in issue.cards if card.lane == name]
    others = [one.name for one in issue.lanes if one.holds_cards and one is not lane]
    if held and not others:
        cards = "1 card" if len(held) == 1 else f"{len(held):,} cards"
        raise HaulError(
            f"the lane {_named(lane)} holds {cards}, and no other lane does",
            "take them out, or send them to another lane first",
        )
    kept = tuple(
        replace(card, lane=others[-1]) if card.lane == name else card for card in issue.cards
    )
    changed = replace(issue, lanes=tuple(one for one in issue.lanes if one is not lane), cards=kept)
    with library.step("lane", f"remove lane {_named(lane)}", at=at):
        library.hauls.rearrange(slug, at, changed)


def move_lane(library: Library, slug: str, name: str, by: int, at: datetime) -> bool:
    """Move a lane ``by`` places down its issue, up when negative, as one step; whether it moved.

    What stands before any heading stays there. Raises UnknownKeyError, and LibraryError when the
    issue is published.
    """
    issue, lane = _lane(library, slug, name)
    named = [one for one in issue.lanes if one.name.strip()]
    if lane not in named:
        return False
    start = named.index(lane)
    end = min(max(start + by, 0), len(named) - 1)
    if start == end:
        return False
    named.insert(end, named.pop(start))
    first = (one for one in issue.lanes if not one.name.strip())
    with library.step("lane", f"move lane {_named(lane)}", at=at):
        library.hauls.rearrange(slug, at, replace(issue, lanes=(*first, *named)))
    return True


def add_lane(library: Library, slug: str, name: str, at: datetime) -> str:
    """Add an empty lane of prose above the cards, as one step of history; its heading.

    Raises UnknownKeyError, HaulError for a heading that cannot be, and LibraryError when the issue
    is published.
    """
    name = clean_line(name)
    if not name:
        raise HaulError("a lane needs a heading", "give it a word or two")
    if any(one.name == name for one in library.hauls.get(slug).lanes):
        raise HaulError(f"{slug} has a lane “{name[:80]}” already", "take another heading")
    library.hauls.write_lane(slug, name, "", at)
    return name


def _lane(library: Library, slug: str, name: str) -> tuple[Haul, Lane]:
    issue = library.hauls.get(slug)
    for lane in issue.lanes:
        if lane.name == name:
            return issue, lane
    raise UnknownKeyError(
        f"{slug} has no lane “{name[:80]}”", f"“hauler lane {slug} NAME --text ''” makes one"
    )


def _named(lane: Lane) -> str:
    return f"“{lane.name}”" if lane.name else "before any heading"


def markdown_link(title: str, link: str) -> str:
    """A link in Markdown whose words are a title; the bare link where there is no title."""
    words = clean_line(to_unicode(title))
    if not words:
        return link
    escaped = re.sub(r"([\\\[\]*_`<>])", r"\\\1", words)
    return f"[{escaped}](<{link}>)" if re.search(r"[()\s]", link) else f"[{escaped}]({link})"


def link_to_item(library: Library, item_id: int) -> str:
    """A Markdown link to an item, its title alone where it has no address.

    Raises UnknownKeyError.
    """
    work = library.items.get(item_id).work
    link = canonical_link(work.entry.link, work.aliases)
    return markdown_link(work.entry.title, link) if link else clean_line(work.entry.title)
