"""What every form of an issue is made of: its compiled file and what is known of its papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain.entry import Entry
from hauler_tui.haul.model import CardBlock, Document
from hauler_tui.haul.parse import parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One card as it is printed, and the work behind it."""

    card: CardBlock
    lane: str
    """The heading it stands under; empty above any heading."""
    key: str
    """The work's best alias; empty where nothing is known of the link."""
    entry: Entry | None
    """What sources said of the work, its TeX verbatim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One issue or post, compiled."""

    slug: str
    title: str
    text: str
    """The Markdown file, character for character."""
    document: Document
    papers: tuple[Paper, ...] = ()
    series: str = ""
    """The newsletter's name without a number."""
    number: int | None = None
    state: str = "open"
    published_at: datetime | None = None
    snippet: str = ""
    site: str = ""
    """The address that links such as ``/ml-arxiv-24`` are relative to; empty when not known."""


def read_papers(
    text: str, known: Callable[[str], tuple[str, Entry] | None]
) -> tuple[Document, tuple[Paper, ...]]:
    """A file taken apart, with its cards in order; ``known`` gives key and entry of a link."""
    document = parse(text)
    return document, tuple(_papers(document, known))


def _papers(
    document: Document, known: Callable[[str], tuple[str, Entry] | None]
) -> Iterator[Paper]:
    for section in document.sections:
        for card in section.cards:
            key, entry = known(card.link) or ("", None)
            yield Paper(card=card, lane=section.name, key=key, entry=entry)
