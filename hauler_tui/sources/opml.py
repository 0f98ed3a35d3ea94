"""Lists of feeds as other readers keep them: OPML (https://opml.org/spec2.opml), or lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from hauler_tui.domain.text import clean_line
from hauler_tui.errors import SourceError
from hauler_tui.sources.charsets import decoded
from hauler_tui.sources.feedlines import apart, is_address, plain_line
from hauler_tui.sources.tags import tags

_DEEPEST = 20
"""Folders of a path that become tags."""
_LONGEST_TAG = 200
_FEED_TYPES = frozenset({"rss", "rss1", "rss2", "atom", "rdf", "json", "feed"})
_IS_OPML = re.compile(r"<(?:opml|outline)[\s>/]", re.IGNORECASE)
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"?|(\S+)')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = {"%": "%25", "/": "%2F", ",": "%2C"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One entry of a list of feeds."""

    address: str
    """As the list has it, without spaces around; empty where it names none."""
    title: str = ""
    """The list's name for it, if that says more than the address does."""
    tags: tuple[str, ...] = ()
    """The folders it lies in, from the outermost, then its own categories."""


def read(data: bytes) -> tuple[Outline, ...]:
    """The entries of an OPML file, or of a list with an address a line, in their order.

    OPML need not be well-formed. A line may go on with tags as in newsboat's ``urls``, ``~`` before
    its title; ``#`` begins a comment. Nothing is loaded and no entity is expanded. Raises
    SourceError when the data is neither.
    """
    text = decoded(data)
    if _IS_OPML.search(text):
        try:
            return tuple(_strict(text))
        except (expat.ExpatError, ValueError, _EntityError):
            return tuple(_lenient(text))
    start = text.lstrip()[:1_000]
    if "\x00" in text:
        raise SourceError("it is no list of feeds but data that is no text", _FORMS)
    if start.startswith(("<", "{")):
        what = "JSON" if start.startswith("{") else "HTML or XML"
        raise SourceError(f"it is no list of feeds: {what} without an outline", _FORMS)
    return tuple(_lines(text))


_FORMS = "give an OPML file, or a text with an address a line"


def write(outlines: Iterable[Outline], *, title: str, at: datetime) -> str:
    """OPML 2.0 that other readers accept: a folder for each first tag, every tag as a category."""
    folders: dict[str, list[Outline]] = {}
    for one in outlines:
        folders.setdefault(one.tags[0] if one.tags else "", []).append(one)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        "  <head>",
        f"    <title>{quoteattr(title)[1:-1]}</title>",
        f"    <dateCreated>{format_datetime(at)}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    for folder, inside in folders.items():
        if folder:
            lines.append(f"    <outline {_attributes(text=folder, title=folder)}>")
        indent = "      " if folder else "    "
        lines.extend(f"{indent}<outline {_feed_attributes(one)}/>" for one in inside)
        if folder:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _feed_attributes(one: Outline) -> str:
    named = {"title": one.title} if one.title else {}
    tagged = {"category": ",".join(map(_escaped, one.tags))} if one.tags else {}
    text = one.title or one.address
    return _attributes(type="rss", text=text, **named, xmlUrl=one.address, **tagged)


def _attributes(**values: str) -> str:
    return " ".join(f"{name}={quoteattr(_NOT_XML.sub('', text))}" for name, text in values.items())


def _escaped(tag: str) -> str:
    # The specification has no way to write a comma or a slash in a category.
    return re.sub(r"[%/,]", lambda found: _ESCAPED[found[0]], tag)


class _EntityError(Exception):
    """The document declares an entity, and none is needed in a list of feeds."""


def _strict(text: str) -> list[Outline]:
    """The entries of well-formed OPML. Raises ExpatError, ValueError, _EntityError."""
    collector = _Collector()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.lower() == "outline":
            collector.open({key.lower(): value for key, value in attributes.items()})

    def end(name: str) -> None:
        if name.lower() == "outline":
            collector.close()

    def refuse(*declaration: object) -> None:
        raise _EntityError

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = refuse
    parser.Parse(text.encode("utf-8"), True)
    return collector.found


def _lenient(text: str) -> list[Outline]:
    """The entries of what only looks like OPML."""
    collector = _Collector()
    for tag in tags(text, "outline"):
        if tag.is_end:
            collector.close()
            continue
        collector.open(tag.attributes)
        if tag.is_empty:
            collector.close()
    collector.finish()
    return collector.found


class _Collector:
    """Puts outlines together from their tags; what holds no address is a folder, or nothing."""

    def __init__(self) -> None:
        self.found: list[Outline] = []
        self._open: list[Mapping[str, str]] = []
        self._leaf = False
        self._tags: list[tuple[str, ...]] = [()]

    def open(self, attributes: Mapping[str, str]) -> None:
        """An outline begins; names of attributes are in lower case."""
        self._open.append(attributes)
        self._leaf = True
        address, title = _address(attributes), _title(attributes)
        inside = self._tags[-1]
        if address:
            own = (*inside, *_categories(attributes))
            self.found.append(Outline(address=address, title=title, tags=tuple(dict.fromkeys(own))))
        elif title and len(inside) < _DEEPEST:
            inside = (*inside, clean_line(title, _LONGEST_TAG))
        self._tags.append(inside)

    def close(self) -> None:
        """An outline ends."""
        if not self._open:
            return
        attributes = self._open.pop()
        self._tags.pop()
        if self._leaf and not _address(attributes) and (title := _title(attributes)):
            self.found.append(Outline(address="", title=title, tags=self._tags[-1]))
        self._leaf = False

    def finish(self) -> None:
        """The text ends."""
        if self._open and self._leaf:
            self.close()


def _address(attributes: Mapping[str, str]) -> str:
    if address := attributes.get("xmlurl", "").strip():
        return address
    kind = attributes.get("type", "").strip().lower()
    return attributes.get("url", "").strip() if kind in _FEED_TYPES else ""


def _title(attributes: Mapping[str, str]) -> str:
    """The first name that says more than the address; ``text`` is in every outline."""
    names = (clean_line(attributes.get(name, "")) for name in ("title", "text"))
    address = clean_line(_address(attributes))
    return next((name for name in names if name not in ("", address)), "")


def _categories(attributes: Mapping[str, str]) -> list[str]:
    parts = re.split(r"[,/]", attributes.get("category", "")[: _LONGEST_TAG * _DEEPEST])
    names = (
        clean_line(re.sub(r"(?i)%(?:25|2f|2c)", _unescaped, part), _LONGEST_TAG) for part in parts
    )
    return [name for name in names if name][:_DEEPEST]


def _unescaped(found: re.Match[str]) -> str:
    return unquote(found[0])


def _lines(text: str) -> Iterator[Outline]:
    for line in text.splitlines():
        words = []
        for found in _WORDS.finditer(plain_line(line[:10_000])):
            if found[2] and found[2].startswith("#"):
                break
            words.append(re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2])
        if not words:
            continue
        addresses, rest = _addresses_first(words)
        names = [clean_line(word, _LONGEST_TAG) for word in rest]
        titles = [name[1:].strip() for name in names if name.startswith("~")]
        for address in filter(None, map(str.strip, addresses)):
            yield Outline(
                address=address,
                title=titles[0] if titles and len(addresses) == 1 else "",
                tags=tuple(dict.fromkeys(n for n in names if n and n[0] not in "~!")),
            )


def _addresses_first(words: list[str]) -> tuple[list[str], list[str]]:
    """The addresses of a line, apart by spaces, commas, semicolons or bars, and the rest."""
    first, *others = words
    addresses, rest = apart(first), []
    for word in others if is_address(first) else ():
        if not is_address(word):
            rest.append(word)
            continue
        addresses[-1] = addresses[-1].rstrip(",;|")
        addresses += apart(word)
    return addresses, rest if is_address(first) else others
