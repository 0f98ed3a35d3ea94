"""Capture links by hand: each becomes an item, or is one already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import aliases, canonical_link, resolve
from hauler_tui.domain.pasted import find_links

if TYPE_CHECKING:
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What became of some links."""

    ids: tuple[int, ...]
    """The items in the order of the links, each once."""
    added: tuple[int, ...]
    """Those that are new."""

    @property
    def known(self) -> tuple[int, ...]:
        """Those that the library had."""
        added = frozenset(self.added)
        return tuple(item_id for item_id in self.ids if item_id not in added)


def links_in(text: str) -> tuple[str, ...]:
    """Every link, arXiv id and DOI in any text, in order, each once."""
    return find_links(text)


def capture(library: Library, links: Iterable[str], *, at: datetime) -> Captured:
    """Put links, arXiv ids and DOIs into the library without asking anybody what they are.

    What is nothing but a link then waits to be looked up (``workflows.metadata``). Raises
    LibraryError where the library cannot be written.
    """
    taken = library.lookups.capture([link_entry(link) for link in links], at)
    return Captured(ids=taken.ids, added=taken.added)


def link_entry(link: str) -> Entry:
    """A link, arXiv id or DOI as an entry that says nothing but where it is."""
    names = resolve(link) or aliases(link=link)
    return Entry(title="", link=canonical_link(link, names), aliases=names, origin="link")
