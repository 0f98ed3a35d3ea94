"""What is done to many items at once, each as one step of history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.workflows.lanes import append_to_lane, link_to_item

if TYPE_CHECKING:
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class StarredAll:
    """What starring many items did."""

    starred: int
    """How many had no star."""
    without_card: int
    """How many of those got no card, since an issue has them already."""
    opened: str = ""
    """The title of the issue that was opened for their cards; empty where none was."""


def star_all(library: Library, item_ids: Sequence[int], at: datetime) -> StarredAll:
    """Star the items that have no star, each with its card, as one step of history.

    Raises UnknownKeyError and then changes nothing.
    """
    waiting = [item_id for item_id in item_ids if not library.items.get(item_id).is_starred]
    without_card, opened = 0, ""
    with library.step("star", f"star {items(len(waiting))}", at=at):
        for item_id in waiting:
            starred = library.triage.star(item_id, at)
            without_card += not starred.card_added and bool(starred.covered)
            if starred.opened_issue and starred.issue:
                opened = starred.issue.title
    return StarredAll(starred=len(waiting), without_card=without_card, opened=opened)


def cards_to_lane(
    library: Library, slug: str, item_ids: Sequence[int], lane: str, at: datetime
) -> None:
    """Give the items cards in a lane of an open issue, as one step of history.

    Raises UnknownKeyError, and LibraryError when the issue is published.
    """
    with library.step("add card", f"add {items(len(item_ids))} to {lane}", at=at):
        for item_id in item_ids:
            library.hauls.add_card(slug, item_id, lane, at)


def links_to_lane(
    library: Library, slug: str, item_ids: Sequence[int], lane: str, at: datetime
) -> None:
    """Put a list of links to the items below a lane's prose, as one step of history.

    Raises UnknownKeyError, and LibraryError when the issue is published.
    """
    links = "\n".join(f"- {link_to_item(library, item_id)}" for item_id in item_ids)
    append_to_lane(library, slug, lane, links, at)


def items(count: int) -> str:
    """A number of items in words."""
    return "1 item" if count == 1 else f"{count:,} items"
