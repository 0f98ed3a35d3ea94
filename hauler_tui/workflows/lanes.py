"""What goes into the lanes of an open issue: remarks, links, thoughts."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.identity import canonical_link
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line

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
