"""A work made ready for the index: only what the index keeps is decoded, and once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from hauler_tui.domain.entry import Announce
from hauler_tui.domain.merge import strongest
from hauler_tui.domain.query_terms import tokens
from hauler_tui.domain.standing import published_in
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import sort_key
from hauler_tui.domain.withdrawal import says_withdrawn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
WITHDRAWN, PUBLISHED = 1, 2
_LONGEST_KEPT_PIECE = 64
_NAMES = msgspec.json.Decoder(list[str])


class _Sighting(msgspec.Struct):
    feed_id: int | None = None
    announce: Announce | None = None


class _Entry(msgspec.Struct):
    title: str
    link: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    published: datetime | None = None
    categories: tuple[str, ...] = ()
    version: int | None = None
    journal: str | None = None
    comment: str | None = None


class _Work(msgspec.Struct):
    key: str
    aliases: tuple[str, ...]
    entry: _Entry
    sightings: tuple[_Sighting, ...]
    first_seen: datetime
    versions: tuple[Any, ...] = ()


_decoder = msgspec.json.Decoder(_Work)


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What the index keeps of one work."""

    date: int
    """Microseconds since 1970."""
    title: str
    """As a list row shows it."""
    authors: str
    sort_title: str
    feeds: str
    announce: Announce | None
    version: int | None
    facets: str
    link: str
    aliases: str
    """A JSON array."""
    text: str
    """Title, authors and abstract for the full-text table."""
    text_sum: int
    """A number that changes when the text does."""
    standing: int
    """`WITHDRAWN` and `PUBLISHED`, or-ed."""
    renewed: int | None
    """When the newest of several versions was heard of, in microseconds since 1970."""
    names: tuple[str, str]
    """Title and authors for the other full-text table."""

    @property
    def row(self) -> tuple[Any, ...]:
        """The columns of ``rows`` that come from the work."""
        return (
            self.date,
            self.title,
            self.authors,
            self.sort_title,
            self.feeds,
            self.announce,
            self.version,
            self.facets,
            self.link,
            self.aliases,
            self.text_sum,
            self.standing,
            self.renewed,
        )


def prepared(raw: bytes) -> Prepared | None:
    """A work ready for the index; None for a record that is no work."""
    try:
        work = _decoder.decode(raw)
    except msgspec.DecodeError:
        try:
            # Text that is no UTF-8 (a lone surrogate) passes only Python's own decoder.
            work = msgspec.convert(json.loads(raw), _Work)
        except (ValueError, msgspec.ValidationError):
            return None
    entry = work.entry
    title = to_unicode(entry.title)
    authors = " ".join(entry.authors)
    words = searchable(title), searchable(authors)
    text = f"{words[0]} {words[1]} {searchable(to_unicode(entry.abstract))}"
    shown = _storable(title or entry.link or work.key)
    published, seen = entry.published, work.first_seen
    announce = strongest(sighting.announce for sighting in work.sightings)
    feeds = tuple(s.feed_id for s in work.sightings if s.feed_id is not None)
    digest = hashlib.blake2b(text.encode(), digest_size=7).digest()
    return Prepared(
        date=ticks(seen if published is None or seen < published else published),
        title=shown,
        authors=_storable(", ".join(entry.authors)),
        sort_title=sort_key(shown),
        feeds=" ".join(map(str, feeds)),
        announce=announce,
        version=entry.version,
        facets=" ".join(_facets(entry, announce, len(work.versions), feeds)),
        link=_storable(entry.link.lower()),
        aliases=listed(map(_storable, work.aliases)),
        text=text,
        text_sum=int.from_bytes(digest, "big"),
        standing=standing(entry.comment, entry.abstract, entry.title, entry.journal, work.aliases),
        renewed=_renewed(work.versions),
        names=words,
    )


def standing(
    comment: str | None, abstract: str, title: str, journal: str | None, aliases: Iterable[str]
) -> int:
    """What became of a preprint, as one number."""
    told = WITHDRAWN if says_withdrawn(comment, abstract, title) else 0
    return told | (PUBLISHED if published_in(aliases, journal) else 0)


def _renewed(versions: tuple[Any, ...]) -> int | None:
    return ticks(datetime.fromisoformat(versions[-1]["seen_at"])) if len(versions) > 1 else None


def names_in(raw: bytes) -> list[str]:
    """The names in a record that is no work but keeps them."""
    names = json.loads(raw).get("aliases", ())
    return [_storable(name) for name in names]


def listed(names: Iterable[str]) -> str:
    """Names as one text; any character may stand in one."""
    return msgspec.json.encode(list(names)).decode()


def unlisted(text: str) -> list[str]:
    """The names that ``listed`` made a text of."""
    return _NAMES.decode(text) if text else []


def searchable(text: str) -> str:
    """A text that SQLite's ``ascii`` tokenizer splits into the very tokens of `tokens`.

    That tokenizer takes runs of ASCII letters and digits, and every character beyond ASCII, and
    lowers ASCII letters: https://www.sqlite.org/fts5.html#ascii_tokenizer. So only pieces that
    hold another character need folding, and nothing outside a piece changes how it folds.
    """
    if text.isascii():
        return text
    return " ".join([each if each.isascii() else _folded(each) for each in text.split()])


def feed_facet(feed_id: int) -> str:
    """The token of all that a feed brought."""
    return f"f{feed_id}"


def category_facet(category: str) -> str:
    """The token of all in a category, or in one under it; given in lower case."""
    return "c" + _digest(category)


def ticks(time: datetime) -> int:
    """A time as the index keeps it: microseconds since 1970."""
    return (time - EPOCH) // TICK


def _facets(
    entry: _Entry, announce: Announce | None, versions: int, feeds: Iterable[int]
) -> Iterable[str]:
    yield from map(feed_facet, feeds)
    yield from map(_category_facets, entry.categories)
    if announce in ("new", "cross"):
        yield f"is{announce}"
    if announce in ("replace", "replace-cross") or versions > 1:
        yield "isreplaced"
    if says_withdrawn(entry.comment, entry.abstract, entry.title):
        yield "iswithdrawn"


@lru_cache(maxsize=1024)
def _category_facets(category: str) -> str:
    """The tokens of a category and of those it is under."""
    name = category.lower()
    above = (name[:at] for at, character in enumerate(name) if character == ".")
    return " ".join(map(category_facet, (name, *above)))


def _folded(piece: str) -> str:
    if len(piece) > _LONGEST_KEPT_PIECE:
        return " ".join(tokens(piece))
    return _folded_before(piece)


@lru_cache(maxsize=4096)
def _folded_before(piece: str) -> str:
    return " ".join(tokens(piece))


@lru_cache(maxsize=1024)
def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _storable(text: str) -> str:
    """A text without lone surrogates, which SQLite cannot keep."""
    return text if text.isascii() else text.encode(errors="replace").decode()
