"""RSS 2.0 that keeps to its rules, read without feedparser in a tenth of its time.

What is read is what feedparser would have told, as far as ``feeds`` asks for it. A body with
anything that feedparser treats in a way of its own is left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from xml.parsers import expat

_Element: TypeAlias = dict[str, Any]

_STARTS = (b"<?xml", b"<rss")
_NAMESPACES = {
    "arxiv": "http://arxiv.org/schemas/atom",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}
_NAMES_OF_CHANNEL = {
    "title": "title",
    "description": "subtitle",
    "ttl": "ttl",
    "sy:updatePeriod": "sy_updateperiod",
    "sy:updateFrequency": "sy_updatefrequency",
    "pubDate": "published",
    "lastBuildDate": "updated",
}
_UNASKED_OF_CHANNEL = frozenset({"link", "language", "generator", "docs", "copyright", "webMaster"})
_NAMES_OF_ITEM = {
    "title": "title",
    "link": "link",
    "guid": "id",
    "pubDate": "published",
    "description": "summary",
    "content:encoded": "content",
    "comments": "comments",
    "dc:date": "updated",
    "dc:identifier": "dc_identifier",
    "arxiv:announce_type": "arxiv_announce_type",
    "arxiv:DOI": "arxiv_doi",
    "arxiv:journal_reference": "arxiv_journal_reference",
    "arxiv:comment": "arxiv_comment",
}
_PEOPLE = frozenset({"author", "dc:creator"})
_TOPICS = frozenset({"category", "dc:subject"})
_UNASKED_OF_ITEM = frozenset({"dc:rights", "slash:comments", "wfw:commentRss"})
_PARTS = {
    "image": frozenset({"title", "link", "url", "width", "height"}),
    "skipDays": frozenset({"day"}),
    "skipHours": frozenset({"hour"}),
}
_ATTRIBUTES = {
    "atom:link": frozenset({"href", "rel", "type", "title", "length", "hreflang"}),
    "category": frozenset({"domain"}),
    "guid": frozenset({"isPermaLink"}),
    "enclosure": frozenset({"url", "type", "length"}),
}
_ABSOLUTE = re.compile(
    r"(?:https?://|(?:urn|tag|oai|doi|info|yt|uuid):)"
    r"[^\s<>\"'/?#][^\s<>\"'?#]*(?:[?#][^\s<>\"']*[^\s<>\"'?#])?"
)
_REFERENCE = re.compile(r"&\w+;", re.ASCII)
_MAYBE_HTML = re.compile(r"</\w+>|&#?\w+;")
_CONTROL = re.compile("[\x80-\x9f]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    rf"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:GMT|([+-])([0-9]{2})([0-9]{2}))"
)


class _NotPlainError(Exception):
    """The feed holds what is left to feedparser."""


def read(body: bytes, charset: str | None) -> dict[str, Any] | None:
    """The ``version``, ``namespaces``, ``feed`` and ``entries`` of a plain feed; None for others.

    ``charset`` is the one the server named.
    """
    if not body.startswith(_STARTS) or (charset or "utf-8").lower() not in ("utf-8", "utf8"):
        return None
    try:
        body.decode("utf-8")
        return _Reading().read(body)
    except (expat.ExpatError, UnicodeError, _NotPlainError):
        return None


class _Reading:
    """One feed, read element by element."""

    def __init__(self) -> None:
        self._depth = 0
        self._text: list[str] = []
        self._attributes: dict[str, str] = {}
        self._parent = ""
        self._declared: dict[str, str] = {}
        self._channel: _Element = {}
        self._has_channel = False
        self._entries: list[_Element] = []
        self._entry: _Element = {}

    def read(self, body: bytes) -> dict[str, Any]:
        """What the body says. Raises _NotPlainError and expat.ExpatError."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 65_536
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(body, True)
        return {
            "version": "rss20",
            "namespaces": self._declared,
            "feed": self._channel,
            "entries": self._entries,
        }

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            raise _NotPlainError

    def _refuse(self, *_: object) -> None:
        raise _NotPlainError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = self._depth = self._depth + 1
        if depth == 4:
            self._check_part(name)
        elif depth == 3:
            self._parent = name
            self._check_child(name)
        elif depth == 1:
            self._check_root(name, attributes)
            return
        elif depth > 4 or name != "channel" or self._has_channel:
            raise _NotPlainError
        else:
            self._has_channel = True
        if attributes and not attributes.keys() <= _ATTRIBUTES.get(name, frozenset()):
            raise _NotPlainError
        self._attributes = attributes
        self._text.clear()

    def _check_root(self, name: str, attributes: dict[str, str]) -> None:
        if name != "rss" or attributes.pop("version", "") != "2.0":
            raise _NotPlainError
        for attribute, address in attributes.items():
            xmlns, _, prefix = attribute.partition(":")
            if xmlns != "xmlns" or not prefix or not address:
                raise _NotPlainError
            if (prefix in _NAMESPACES or address in _NAMESPACES.values()) and (
                _NAMESPACES.get(prefix) != address
            ):
                raise _NotPlainError
            self._declared[prefix] = address

    def _check_child(self, name: str) -> None:
        if name == "item":
            self._entry = {}
            self._entries.append(self._entry)
        elif name in _NAMES_OF_CHANNEL:
            if _NAMES_OF_CHANNEL[name] in self._channel:
                raise _NotPlainError
            self._check_prefix(name)
        elif name not in _UNASKED_OF_CHANNEL and name not in _PARTS:
            if name not in ("atom:link", "category", "managingEditor"):
                raise _NotPlainError
            self._check_prefix(name)

    def _check_part(self, name: str) -> None:
        if self._parent == "item":
            if name in _NAMES_OF_ITEM:
                if name == "link":
                    if "has_link" in self._entry:
                        raise _NotPlainError
                    self._entry["has_link"] = True
                elif _NAMES_OF_ITEM[name] in self._entry and name != "description":
                    raise _NotPlainError
            elif (
                not (name in _PEOPLE or name in _TOPICS or name in _UNASKED_OF_ITEM)
                and name != "enclosure"
            ):
                raise _NotPlainError
            self._check_prefix(name)
        elif name not in _PARTS.get(self._parent, ()):
            raise _NotPlainError

    def _check_prefix(self, name: str) -> None:
        prefix, colon, _ = name.partition(":")
        if colon and prefix not in self._declared:
            raise _NotPlainError

    def _end(self, name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == 4 and self._parent == "item":
            self._end_of_part(name)
        elif depth == 3:
            if name == "item":
                self._entry.pop("has_link", None)
            elif name in _NAMES_OF_CHANNEL:
                told = _NAMES_OF_CHANNEL[name]
                self._channel[told] = self._said()
                if told in ("published", "updated"):
                    self._channel[f"{told}_parsed"] = _date(self._channel[told])

    def _end_of_part(self, name: str) -> None:
        entry = self._entry
        told = _NAMES_OF_ITEM.get(name)
        if told is None:
            if name in _PEOPLE:
                self._add_person(self._said())
            elif name in _TOPICS:
                self._add_topic(self._said())
            return
        said = "".join(self._text).strip()
        match name:
            case "title":
                entry["title_detail"] = {"type": "text/html" if _is_html(said) else "text/plain"}
            case "link" | "comments":
                if said and not _ABSOLUTE.fullmatch(said):
                    raise _NotPlainError
                if _REFERENCE.search(said):
                    raise _NotPlainError
            case "guid" if self._attributes.get("isPermaLink", "true") == "true":
                if said and not _ABSOLUTE.fullmatch(said):
                    raise _NotPlainError
                entry.setdefault("link", _mended(said))
        said = _mended(said)
        if name == "content:encoded":
            entry["content"] = [{"type": "text/html", "value": said}]
            entry.setdefault("summary", said)
            return
        if name == "description":
            if "summary_detail" in entry:
                raise _NotPlainError
            entry["summary_detail"] = {"type": "text/html", "value": said}
        entry[told] = said
        if told in ("published", "updated"):
            entry[f"{told}_parsed"] = _date(said)

    def _said(self) -> str:
        return _mended("".join(self._text).strip())

    def _add_person(self, name: str) -> None:
        if "@" in name:
            raise _NotPlainError  # feedparser tears addresses out of names
        self._entry.setdefault("authors", []).append({"name": name} if name else {})
        self._entry["author"] = name

    def _add_topic(self, term: str) -> None:
        scheme = self._attributes.get("domain")
        tags = self._entry.setdefault("tags", [])
        if scheme and (tag := {"term": None, "scheme": scheme, "label": None}) not in tags:
            tags.append(tag)
        if not term:
            return
        if tags and not tags[-1]["term"]:
            tags[-1]["term"] = term
        elif (tag := {"term": term, "scheme": None, "label": None}) not in tags:
            tags.append(tag)


def _is_html(title: str) -> bool:
    """Whether feedparser takes a title for HTML."""
    if not _MAYBE_HTML.search(title):
        return False
    from feedparser.mixin import _FeedParserMixin

    guess: Callable[[str], bool] = _FeedParserMixin.looks_like_html
    return guess(title)


def _mended(text: str) -> str:
    """A text as feedparser mends it that was read in the wrong encoding and written again."""
    if text.isascii():
        return text
    if _CONTROL.search(text):
        raise _NotPlainError
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def _date(text: str) -> Any:
    """The moment in UTC as feedparser reads it, as a tuple of nine; None for none."""
    if found := _DATE.fullmatch(text):
        day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
        ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
        try:
            moment = datetime(
                int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second)
            )
            return (moment + ahead if sign == "-" else moment - ahead).utctimetuple()
        except (ValueError, OverflowError):
            return None
    from feedparser.datetimes import _parse_date

    return _parse_date(text)
