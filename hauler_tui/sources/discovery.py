"""The feeds that a page names, and which of them is the page's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from hauler_tui.domain.text import clean_line
from hauler_tui.domain.urls import normalise_url
from hauler_tui.errors import SourceError
from hauler_tui.sources import huggingface, jsonfeed
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.charsets import decoded
from hauler_tui.sources.rewrites import feed_of_page, looks_like_feed
from hauler_tui.sources.tags import Tag, tags

_KINDS = {
    "application/atom+xml": "atom",
    "application/rss+xml": "rss",
    "application/feed+json": "json",
    "application/rdf+xml": "rdf",
}
_VAGUE_KINDS = {
    "application/json": "json",
    "application/xml": "",
    "text/xml": "",
    "application/x-rss+xml": "rss",
    "text/rss+xml": "rss",
    "text/rss": "rss",
    "text/atom": "atom",
}
"""Types that other things than feeds have too; they count where the address looks like a feed's."""
_BEST_KINDS = ("atom", "rss", "json", "rdf", "")
_MOST = 50
_LOOK = 3_000_000
"""Characters of a page that are looked at."""
_HEAD = 5_000
_ROOT = re.compile(r"<(?![?!])([\w.:-]+)")
_FEED_ROOT = re.compile(r"<(?:rss|(?:\w+:)?RDF|(?:atom:)?feed|rdf:rdf)[\s>]", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|comentario|replies|responses", re.IGNORECASE)
_FORMAT_WORDS = re.compile(r"\b(?:rss|atom|json|rdf|xml|feed|[0-2]\.\d+)\b|[^\w]+|_", re.IGNORECASE)
_NO_FEEDS = re.compile(r"sitemap|opensearch|wp-json|oembed|xmlrpc|manifest|\.(?:png|jpe?g|svg)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that a page names."""

    url: str
    title: str = ""
    kind: str = ""
    """``atom``, ``rss``, ``rdf`` or ``json``; empty when the page does not say."""
    is_declared: bool = True
    """Whether the page says it is its feed, and not only links to what looks like one."""
    is_of_comments: bool = False


def kind_of_feed(body: bytes, *, url: str) -> str | None:
    """The kind of feed a body is, by its first tag alone; None when it is none."""
    if huggingface.looks_like_papers(body) or jsonfeed.looks_like_json(body):
        adapter = huggingface if huggingface.looks_like_papers(body) else jsonfeed
        try:
            return None if adapter.read(body, url=url, limit=1) is None else "json"
        except SourceError:
            return None
    head = decoded(body[: 4 * _HEAD])[:_HEAD]
    root = _ROOT.search(re.sub(r"<!--.*?-->", "", head, flags=re.DOTALL))
    if root and root[1].lower() == "html":
        return None
    found = _FEED_ROOT.search(head)
    if found is None:
        return None
    name = found[0].strip("<> \t\r\n").lower()
    return {"rss": "rss", "feed": "atom", "atom:feed": "atom"}.get(name, "rdf")


def feeds_in_page(body: bytes, *, url: str) -> tuple[FoundFeed, ...]:
    """The feeds a page declares (HTML, 4.6.7.1), else what it links to that looks like feeds.

    ``url`` is the address that answered. Feeds of comments come last.
    """
    text = decoded(body)[:_LOOK]
    base = url
    declared: dict[str, FoundFeed] = {}
    guessed: dict[str, FoundFeed] = {}
    known: FoundFeed | None = None
    for tag in tags(text, "base|link|a"):
        if tag.is_end:
            continue
        address = _address(base, tag.attributes.get("href", ""))
        if not address:
            continue
        if tag.name == "base":
            base = address if base == url else base
        elif tag.name == "a":
            if len(guessed) < _MOST and _is_guess(address, url):
                _keep(guessed, _found(address, tag, kind="", is_declared=False))
        elif "canonical" in _relations(tag) and known is None:
            known = _known(address)
        elif (kind := _declared_kind(tag, address)) is not None and len(declared) < _MOST:
            _keep(declared, _found(address, tag, kind=kind, is_declared=True))
    found = list(declared.values()) or ([known] if known else list(guessed.values()))
    return tuple(sorted(found, key=lambda one: one.is_of_comments))


def main_feed(found: Iterable[FoundFeed]) -> FoundFeed | None:
    """The one feed among those of a page that is the page's own; None when that is not clear.

    Feeds of comments are not. Feeds of one name that differ in kind are one: Atom is taken first.
    """
    own = [one for one in found if not one.is_of_comments]
    names = {_FORMAT_WORDS.sub("", one.title).casefold() for one in own}
    kinds = [one.kind for one in own]
    if not own or len(names) > 1 or len(set(kinds)) < len(kinds):
        return None
    return min(own, key=lambda one: _BEST_KINDS.index(one.kind))


def _keep(into: dict[str, FoundFeed], one: FoundFeed) -> None:
    into.setdefault(normalise_url(one.url) or one.url, one)


def _found(address: str, tag: Tag, *, kind: str, is_declared: bool) -> FoundFeed:
    title = clean_line(tag.attributes.get("title", ""), 200)
    parts = urlsplit(address)
    return FoundFeed(
        url=address,
        title=title,
        kind=kind,
        is_declared=is_declared,
        is_of_comments=_COMMENTS.search(f"{title} {parts.path}?{parts.query}") is not None,
    )


def _relations(tag: Tag) -> list[str]:
    return tag.attributes.get("rel", "").lower().split()


def _declared_kind(tag: Tag, address: str) -> str | None:
    relations = _relations(tag)
    if "stylesheet" in relations or not {"alternate", "feed"} & set(relations):
        return None
    named = tag.attributes.get("type", "").partition(";")[0].strip().lower()
    if named in _KINDS:
        return _KINDS[named]
    is_likely = looks_like_feed(address) and not _NO_FEEDS.search(address)
    if named in _VAGUE_KINDS:
        return _VAGUE_KINDS[named] if is_likely else None
    return "" if "feed" in relations and not named else None


def _is_guess(address: str, page: str) -> bool:
    if not looks_like_feed(address) or _NO_FEEDS.search(address.lower()):
        return False
    # Buttons of other services lead to addresses that look like feeds too.
    there = host_of(address)
    return _site(there) == _site(host_of(page)) or there.startswith(("feeds.", "feed.", "rss."))


def _site(host: str) -> list[str]:
    """The end of a host that one owner has: ``site.example``, ``site.co.uk``."""
    labels = host.split(".")
    return labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:]


def _known(address: str) -> FoundFeed | None:
    try:
        feed = feed_of_page(address)
    except SourceError:
        return None
    return None if feed is None else FoundFeed(url=feed)


def _address(base: str, href: str) -> str:
    """The http(s) address a page means; empty when it means none."""
    text = re.sub(r"[\t\r\n]", "", href.strip())
    text = re.sub(r"^feed:(?=https?:)", "", text)
    text = re.sub(r"^feed:(?=//)", "https:", text)
    try:
        address = urljoin(base, text).partition("#")[0] if text else ""
        urlsplit(address).port  # noqa: B018
    except ValueError:
        return ""
    is_web = address.startswith(("http://", "https://")) and host_of(address)
    return address if is_web and len(address) <= 2_000 and not re.search(r"\s", address) else ""
