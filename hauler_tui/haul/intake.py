"""What an import takes from a published file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hauler_tui.domain.haul import Lane
from hauler_tui.domain.numbering import split_number
from hauler_tui.domain.text import clean_line
from hauler_tui.haul.dates import read_date
from hauler_tui.haul.model import (
    CardContent,
    Document,
    FrontMatter,
    LaneHeading,
    Section,
    line_numbers,
)

_LINE_END = re.compile(r"\r\n?")
_PUBLISHED = (
    "publishedat", "date", "published", "pubdate", "publishdate", "pubdatetime", "publisheddate",
    "datepublished", "publicationdate", "publishedon",
)  # fmt: skip
_CREATED = ("createdat", "created", "datecreated", "createdon")
SNIPPET_KEYS = ("snippet", "summary", "excerpt", "description")
"""The keys under which front matter describes a post in a line, the first one counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A file as the library takes it in; texts have line feeds only."""

    title: str
    """The front matter's title, else the first heading of the first level; on one line."""
    title_pattern: str
    """The title with ``{n}`` for its number; the title itself where there is no number."""
    number: int | None
    lanes: tuple[Lane, ...]
    """The lanes with a heading, and the nameless one if it holds cards."""
    intro: str
    """The prose before any heading or card."""
    begins_with_cards: bool
    """Whether cards stand before any heading: the nameless lane is then the first of ``lanes``."""
    cards: tuple[CardContent, ...]
    """What the cards say: links as written, titles and abstracts as plain text, notes verbatim."""
    published_at: datetime | None
    snippet: str | None
    tags: str
    """The front matter's tags, separated by commas."""
    warnings: tuple[str, ...]

    @property
    def all_lanes(self) -> tuple[Lane, ...]:
        """The lanes as an issue keeps them: the intro is the first, without a name."""
        if not self.intro or self.begins_with_cards:
            return self.lanes
        return (Lane(name="", text=self.intro), *self.lanes)


def from_document(document: Document) -> Intake:
    """What an import needs to know of a file; never raises."""
    front = document.front
    title = title_of(document)
    sections = _sections(document)
    first = sections[0] if sections else None
    pattern, number = split_number(title)
    published, warning = _published(document)
    said = (front.values.get(key) for key in SNIPPET_KEYS) if front else ()
    snippet = next((value for value in said if isinstance(value, str) and value), None)
    return Intake(
        title=title,
        title_pattern=pattern,
        number=number,
        lanes=tuple(_lane(part) for part in sections if part.heading or part.holds_cards),
        intro=_line_feeds(first.text) if first and first.heading is None else "",
        begins_with_cards=any(part.holds_cards and not part.heading for part in sections),
        cards=tuple(
            CardContent(
                link=card.link,
                title=card.title,
                abstract=card.abstract,
                text=_line_feeds(card.text),
                lane=section.name,
                below=_line_feeds(below),
            )
            for section in sections
            for card, below in zip(section.cards, section.below, strict=True)
        ),
        published_at=published,
        snippet=snippet,
        tags=_tags(front.values.get("tags") if front else None),
        warnings=(*_warnings(document), *filter(None, (warning,))),
    )


def date_keys(values: Mapping[str, object]) -> tuple[str, ...]:
    """The keys under which front matter says when a post appeared, the first one counts.

    They are spelled in many ways: ``publishDate``, ``published_at``, ``pub-date``. When it was
    written counts where nothing says when it appeared. ``published: true`` is no date.
    """
    names = {
        key: re.sub(r"[-_]", "", key.casefold())
        for key, value in values.items()
        if not (isinstance(value, str) and value.casefold() in ("true", "false", "yes", "no"))
    }
    for known in (_PUBLISHED, _CREATED):
        if found := [key for key, name in names.items() if name in known]:
            return tuple(sorted(found, key=lambda key: known.index(names[key])))
    return ()


def title_of(document: Document) -> str:
    """The front matter's title, else the first heading of the first level; on one line."""
    return clean_line(document.title) or clean_line(_first_heading(document))


def _first_heading(document: Document) -> str:
    first = next((block for block in document.blocks if isinstance(block, LaneHeading)), None)
    return first.name if first and first.level == 1 else ""


def is_titled_by_heading(document: Document) -> bool:
    """Whether the first thing below the front matter is a heading that gives the title."""
    blocks = [block for block in document.blocks if not isinstance(block, FrontMatter)]
    first = blocks[0] if blocks else None
    return isinstance(first, LaneHeading) and first.level == 1 and not document.title


def _sections(document: Document) -> tuple[Section, ...]:
    """The lanes; what stands below a heading that gives the title stands before any heading."""
    sections = document.sections
    if is_titled_by_heading(document):
        return (replace(sections[0], heading=None), *sections[1:])
    return sections


def _lane(section: Section) -> Lane:
    text = _line_feeds(section.text)
    return Lane(name=section.name, text=text, holds_cards=section.holds_cards)


def _line_feeds(text: str) -> str:
    return _LINE_END.sub("\n", text) if "\r" in text else text


def _tags(value: object) -> str:
    if isinstance(value, list):
        return ",".join(tag.strip() for tag in value if isinstance(tag, str) and tag.strip())
    return value if isinstance(value, str) else ""


def _published(document: Document) -> tuple[datetime | None, str]:
    values: Mapping[str, object] = document.front.values if document.front else {}
    for key in date_keys(values):
        written = values.get(key)
        if not isinstance(written, str) or not written:
            continue
        when = read_date(written)
        return when, "" if when else f"{key} is not a date: {written[:60]}"
    return None, ""


def _warnings(document: Document) -> list[str]:
    warnings: list[str] = []
    front = document.front
    if front is None and not is_titled_by_heading(document):
        warnings.append("there is no front matter")
    elif front is None:
        pass
    elif front.problem:
        warnings.append(f"the front matter cannot be read: {front.problem}")
    elif not document.title:
        warnings.append("the front matter has no title")
    if document.is_too_large:
        warnings.append("it is too large to look for lanes and cards in it; kept as a text")
    lines: dict[int, int] = {}
    links = Counter(card.link for card in document.cards)
    for position, card in enumerate(document.cards, start=1):
        name = (card.title or card.link)[:60] or "without a title"
        lacks = [
            what
            for what, is_there in (
                ("</blockquote>", card.is_closed),
                ("link", card.link),
                ("title", card.title),
            )
            if not is_there
        ]
        if lacks:
            lines = lines or line_numbers(document)
            warnings += [
                f"line {lines[id(card)]}: card {position} ({name}) has no {what}" for what in lacks
            ]
    warnings += [
        f"{count} cards have the link {link}" for link, count in links.items() if link and count > 1
    ]
    return warnings
