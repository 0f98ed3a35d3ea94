"""A newsletter: its series, its issues, their lanes and cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A newsletter and how its issues are written."""

    id: int
    title: str
    """The title pattern with ``{n}`` for the number: ``ML Arxiv Haul ~{n}``."""
    slug: str
    """The slug pattern with ``{n}`` for the number: ``ml-arxiv-{n}``."""
    lanes: tuple[str, ...] = ("Comments", "Papers")
    """Headings of a new issue's lanes in order."""
    cards_lane: str = ""
    """Which of them takes the cards; the last one where it is none of them."""
    tags: str = ""
    """The front matter's ``tags``, one scalar separated by commas."""
    snippet: str = "{count} new papers"
    """The phrase of the front matter's ``snippet``, with ``{count}`` for the number of cards;
    empty for none."""
    abstract_length: int = 120
    """Most characters of a card's abstract, the ellipsis counted; 0 for no abstract."""
    closing: str = "<br/>\n<br/>\n<br/>\n"
    """What stands below the last note."""
    order: Literal["title", "added"] = "title"
    """How cards stand until one is moved by hand: by their titles, or as they were added."""
    front: tuple[str, ...] = ("title", "published_at", "snippet", "tags")
    """The front matter's keys in order, each alone or with what it says: ``layout=post``,
    ``date={published_at}``. A key alone says the field of its name. Empty for no front matter."""
    toml: bool = False
    """Whether the front matter is TOML, between ``+++``; else it is YAML."""
    heading: bool = False
    """Whether the title stands above the text as a heading of the first level."""
    first: int = 1
    """The number of the first issue."""
    file: str = "{slug}.md"
    """The file's path in the folder, with ``{slug}``, ``{n}`` and ``{date}``."""
    template: str | None = None
    """A file with a Jinja template that writes the whole issue; None for the canonical form."""
    folder: str | None = None
    """Where its files are written; None is the library's own ``hauls`` folder."""
    site: str = ""
    """The address of the site it is published on, such as ``https://example.org``; other forms
    than the Markdown file make links absolute with it."""

    @property
    def new_lanes(self) -> tuple[Lane, ...]:
        """The lanes of a new issue: one takes the cards, the nameless one where none is named."""
        names = self.lanes or ("",)
        holding = self.cards_lane if self.cards_lane in names else names[-1]
        return tuple(Lane(name=name, holds_cards=name == holding) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A section of an issue: prose, or the cards."""

    name: str
    """The heading's text; empty for what stands before any heading."""
    text: str = ""
    """A prose lane's Markdown, exactly as typed."""
    holds_cards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An item's place in an issue.

    A card of an open issue shows its item and the item's note and owns no text. A card of a
    published issue owns its four texts, which never change.
    """

    item_id: int
    lane: str
    """The name of the lane it stands in."""
    link: str | None = None
    title: str | None = None
    abstract: str | None = None
    text: str | None = None
    below: str = ""
    """Markdown that stands below its note and is no card, also in an open issue."""
    again: bool = False
    """Whether the person put it into an open issue knowing that an earlier one covered it."""


HaulState: TypeAlias = Literal["open", "published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """One issue."""

    id: int
    slug: str
    series_id: int | None
    """None for a post that belongs to no series."""
    number: int | None
    title: str
    state: HaulState
    published_at: datetime | None = None
    snippet: str | None = None
    """The author's own snippet; None takes the series' phrase."""
    lanes: tuple[Lane, ...] = ()
    cards: tuple[Card, ...] = ()
    hand_ordered: bool = False
    """Whether the person moved a card; otherwise cards stand in the order of their titles."""
    text: str | None = None
    """A published issue's file, character for character."""


_NUMBER = re.compile(r"([~#№][ \t]*|\b[^\W\d]+\.?[ \t]+)?(?<!\d)(\d{1,9})(?!\d)")
_NUMBERED = frozenset(("no", "no.", "nr", "nr.", "issue", "vol", "vol.", "part"))


def short_name(title: str, number: int) -> str:
    """An issue's number as its title writes it, such as ``~24`` or ``No. 24``; else ``~24``."""
    for found in _NUMBER.finditer(title):
        mark = (found[1] or "").strip()
        is_marked = mark and (not mark[0].isalpha() or mark.casefold() in _NUMBERED)
        if int(found[2]) == number and is_marked:
            return " ".join(found.group().split())
    return f"~{number}"
