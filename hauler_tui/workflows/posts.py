"""A post's file as read back: what it says about its issue, before the library is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.haul import Lane, Series
from hauler_tui.domain.identity import aliases
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.errors import HaulError
from hauler_tui.workflows.drafts import slug_pattern

if TYPE_CHECKING:
    from hauler_tui.haul.model import CardBlock, Document

MOST_BYTES = 20 * 1024 * 1024
"""A larger file is not read back."""

_SUFFIXES = (".md", ".markdown", ".mdx", ".txt")
_NUMBERED = re.compile(r"(?P<head>.*\D)(?P<number>\d{1,6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFile:
    """One file of a blog's posts folder, read and parsed."""

    name: str
    """The path as it was given."""
    slug: str
    text: str
    """The file, character for character."""
    document: Document

    @property
    def title(self) -> str:
        """The front matter's title, else the first heading, else the slug."""
        headings = (lane.name for lane in self.document.lanes)
        return clean_line(self.document.title or next(headings, "")) or self.slug

    @property
    def pattern(self) -> str:
        """The title with ``{n}`` for the number at its end; empty where it ends in none."""
        found = _NUMBERED.fullmatch(self.title)
        return f"{found['head']}{{n}}" if found and "{n}" not in found["head"] else ""

    @property
    def number(self) -> int | None:
        """The number at the title's end."""
        found = _NUMBERED.fullmatch(self.title)
        return int(found["number"]) if found else None

    @property
    def cards(self) -> tuple[tuple[str, CardBlock], ...]:
        """Every card with the name of its lane."""
        return tuple((lane.name, card) for lane in self.document.sections for card in lane.cards)

    def value(self, key: str) -> str:
        """A text of the front matter; empty where it is missing or no text."""
        front = self.document.front
        value = front.values.get(key) if front else None
        return value if isinstance(value, str) else ""

    def published_at(self) -> datetime | None:
        """The front matter's date in UTC, if it is one."""
        try:
            moment = datetime.fromisoformat(self.value("published_at").strip())
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def lanes(self) -> tuple[Lane, ...]:
        """The issue's lanes in the order of the file, the prose before any heading first."""
        return tuple(
            Lane(name=lane.name, text=lane.text, holds_cards=lane.holds_cards)
            for lane in self.document.sections
        )

    def entries(self) -> tuple[Entry, ...]:
        """What each card says of its work, in the order of ``cards``."""
        return tuple(
            _entry(card, f"{self.slug}, card {place}")
            for place, (_, card) in enumerate(self.cards, start=1)
        )

    def warnings(self) -> tuple[str, ...]:
        """What a reader of the report should look at, a sentence each."""
        front = self.document.front
        links = Counter(card.link for _, card in self.cards if card.link)
        told = []
        if front and front.problem:
            told.append(f"its front matter was kept and not read: {front.problem}")
        if self.value("published_at") and self.published_at() is None:
            told.append(f"published_at is no date: {self.value('published_at')[:60]}")
        if self.document.is_too_large:
            told.append("it was kept whole, since it is too large to look for lanes and cards")
        told.extend(
            f"{count} cards have the link {link}" for link, count in links.items() if count > 1
        )
        told.extend(
            f"the card “{card.title[:60]}” {problem}"
            for _, card in self.cards
            for problem, is_so in (
                ("has no link", not card.link),
                ("is not closed", not card.is_closed),
            )
            if is_so
        )
        return tuple(told)


def read_post(path: Path) -> PostFile:
    """Read a file. Raises HaulError with the reason, without the path."""
    from hauler_tui.haul.parse import parse

    try:
        size = path.stat().st_size
        if not path.is_file():
            raise HaulError("it is a folder" if path.is_dir() else "it is not a file")
        if size > MOST_BYTES:
            raise HaulError(f"it is larger than {MOST_BYTES // 1024**2} MB ({size:,} bytes)")
        data = path.read_bytes()
    except OSError as error:
        raise HaulError(error.strerror or str(error)) from error
    if not data.strip():
        raise HaulError("it is empty")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HaulError(
            f"it is not UTF-8 text: byte 0x{data[error.start]:02x} at offset {error.start}"
        ) from error
    slug = clean_line(path.stem if path.suffix.lower() in _SUFFIXES else path.name)
    if not slug:
        raise HaulError("its name cannot be the slug of an issue")
    return PostFile(name=str(path), slug=slug, text=text, document=parse(text))


def _entry(card: CardBlock, otherwise: str) -> Entry:
    title, abstract = clean_line(card.title), clean_text(card.abstract)
    names = aliases(link=card.link, title=title, abstract=abstract)
    return Entry(
        title=title,
        link=clean_line(card.link, 2000),
        aliases=names or aliases(title=otherwise),
        abstract=abstract,
        origin="card",
    )


def recognised(post: PostFile, known: Iterable[Series]) -> tuple[Series, int] | None:
    """The series whose title pattern the post's title follows, and its number there."""
    for series in known:
        before, found, after = _folded(series.title).partition("{n}")
        number = re.fullmatch(
            rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}", _folded(post.title)
        )
        if found and number:
            return series, int(number[1])
    return None


def like(newest: PostFile, others: Iterable[PostFile]) -> Series:
    """A series whose new issues look like ``newest``; its id is 0.

    The snippet's phrase comes from the newest of all that states the number of its cards.
    """
    phrases = (_phrase(post) for post in (newest, *others))
    blank = Series(id=0, title=newest.pattern, slug=_slug_pattern(newest))
    return replace(
        blank,
        lanes=_lane_names(newest),
        closing=newest.document.tail.lstrip("\r\n"),
        tags=newest.value("tags"),
        snippet=next(filter(None, phrases), blank.snippet),
    )


def _slug_pattern(post: PostFile) -> str:
    before, found, after = post.slug.rpartition(str(post.number))
    if found and "{n}" not in post.slug:
        return f"{before}{{n}}{after}"
    return slug_pattern(post.pattern)


def _lane_names(post: PostFile) -> tuple[str, ...]:
    """The headings, prose lanes first and the lane with most cards last."""
    lanes = [lane for lane in post.document.lanes if lane.name]
    names = [lane.name for lane in sorted(lanes, key=lambda lane: len(lane.cards))]
    if not any(lane.cards for lane in lanes):
        names.append("Papers" if names else "")
    return tuple(dict.fromkeys(names))


def _phrase(post: PostFile) -> str:
    phrase, found = re.subn(rf"\b{len(post.cards)}\b", "{count}", post.value("snippet"), count=1)
    return phrase if found else ""


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
