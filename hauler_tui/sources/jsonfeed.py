"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) in feedparser's words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import msgspec

from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.markup import unescape

_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def looks_like_json(body: bytes) -> bool:
    """Whether a body can only be JSON."""
    return body[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read(body: bytes, *, url: str, limit: int) -> dict[str, Any] | None:
    """The feed as a dictionary with ``title``, ``entries`` and how many of them were ``dropped``.

    None when the JSON is no JSON Feed.

    Each entry has feedparser's names: ``id``, ``title``, ``link``, ``content``, ``summary``,
    ``authors``, ``tags``, and ``published`` as text. Raises SourceError for JSON that breaks off.
    """
    try:
        data = msgspec.json.decode(body.lstrip(b"\xef\xbb\xbf \t\r\n"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(
            f"{host_of(url) or 'the source'} sent JSON that breaks off or is damaged",
            "try again later",
        ) from error
    if not isinstance(data, dict) or not _text(data.get("version")).startswith(_VERSIONS):
        return None
    items = data.get("items")
    items = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {
        "title": _text(data.get("title")),
        "entries": [_entry(item, url) for item in items[:limit]],
        "dropped": max(0, len(items) - limit),
    }


def _entry(item: dict[str, Any], url: str) -> dict[str, Any]:
    link = _text(item.get("url")) or _text(item.get("external_url"))
    html, plain = _text(item.get("content_html")), _text(item.get("content_text"))
    content = [{"value": html, "type": "text/html"}] if html else []
    if plain and not html:
        content = [{"value": plain, "type": "text/plain"}]
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    tags = item.get("tags")
    return {
        "id": _text(item.get("id")),
        # Plain text by the specification; many write it with the entities of their pages.
        "title": unescape(_text(item.get("title"))),
        "link": urljoin(url, link) if link else "",
        "content": content,
        "summary": _text(item.get("summary")),
        "authors": [
            {"name": _text(person.get("name"))} for person in people if isinstance(person, dict)
        ],
        "tags": [{"term": _text(tag)} for tag in tags] if isinstance(tags, list) else [],
        "published": _text(item.get("date_published")) or _text(item.get("date_modified")),
    }


def _text(value: object) -> str:
    """A string as it is, a number as its digits, anything else as nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
