"""Capture links by hand: each becomes an item, or is one already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import aliases, canonical_link, resolve
from hauler_tui.domain.pasted import Pasted, find_links, named_links

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


def named_in(text: str) -> tuple[Pasted, ...]:
    """The same, each with what the text calls it."""
    return named_links(text)


def capture(library: Library, links: Iterable[str | Pasted], *, at: datetime) -> Captured:
    """Put links, arXiv ids and DOIs into the library without asking anybody what they are.

    The words of the text are their titles until somebody tells better ones. What is nothing but a
    link then waits to be looked up (``workflows.metadata``). Raises LibraryError where the library
    cannot be written.
    """
    entries = [
        link_entry(link) if isinstance(link, str) else link_entry(link.link, link.title)
        for link in links
    ]
    taken = library.lookups.capture(entries, at)
    return Captured(ids=taken.ids, added=taken.added)


def link_entry(link: str, title: str = "") -> Entry:
    """A link, arXiv id or DOI as an entry that says where it is and at most what it is called."""
    names = resolve(link) or aliases(link=link)
    return Entry(title=title, link=canonical_link(link, names), aliases=names, origin="link")
