"""What a source said about one work: cleaned, not merged with anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Announce: TypeAlias = Literal["new", "cross", "replace", "replace-cross"]
"""arXiv's announce types (https://info.arxiv.org/help/rss_specifications.html)."""

Origin: TypeAlias = Literal["feed", "page", "card", "link"]
"""Where an entry's words come from, best first: a feed or API, a page's own metadata, a card of an
imported issue (its abstract is cut), a bare link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One work as one source described it."""

    title: str
    """Plain text on one line, TeX kept as the source wrote it; may be empty."""
    link: str
    """The address to open, as the source gave it made absolute; empty when there is none."""
    aliases: tuple[str, ...]
    """Every name of the work that the source gave away, best first, at least one
    (see ``identity``)."""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    """Plain text or Markdown, paragraphs separated by a blank line, TeX verbatim."""
    published: datetime | None = None
    """When the source says it appeared, in UTC, if that is believable."""
    categories: tuple[str, ...] = ()
    announce: Announce | None = None
    version: int | None = None
    """The preprint's version, where the source names one."""
    doi: str | None = None
    """The publisher's DOI, lower case, without a resolver."""
    comment: str | None = None
    journal: str | None = None
    """The journal reference, where the source knows one."""
    origin: Origin = "feed"
