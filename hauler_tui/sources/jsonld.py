"""What a page says of itself in JSON-LD with the words of schema.org."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from hauler_tui.sources.jsons import text_of

_WORKS = (
    ("ScholarlyArticle", "MedicalScholarlyArticle"),
    ("Article", "NewsArticle", "BlogPosting", "TechArticle", "Report", "SocialMediaPosting"),
    ("ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "DiscussionForumPosting"),
    ("VideoObject", "PodcastEpisode", "Dataset", "SoftwareSourceCode", "Book", "Thesis", "Course"),
)
"""Kinds that are works, the more telling ones first; a WebPage or an Organization is none."""
_SCRIPT = re.compile(r"<script\b([^<>]{0,500})>", re.IGNORECASE)
_END = re.compile(r"</script", re.IGNORECASE)
_LONGEST = 500_000
_DEEPEST = 4
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A work as JSON-LD describes it; texts as they stand there."""

    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    published: str = ""


def described(text: str) -> Described:
    """The most telling work that the scripts of a page describe; empty when there is none."""
    found: list[tuple[int, dict[str, Any]]] = []
    for script in _scripts(text):
        try:
            data = msgspec.json.decode(script)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        for thing in _things(data, _DEEPEST):
            place = _rank(thing)
            if place is not None and len(found) < _MOST:
                found.append((place, thing))
    if not found:
        return Described()
    _, work = min(found, key=lambda one: one[0])
    return Described(
        title=text_of(work, "headline") or text_of(work, "name"),
        authors=tuple(_names(work.get("author") or work.get("creator"))),
        abstract=text_of(work, "abstract") or text_of(work, "description"),
        published=text_of(work, "datePublished") or text_of(work, "uploadDate"),
    )


def _scripts(text: str) -> Iterator[str]:
    """What stands in the scripts of JSON-LD; each end is looked for once."""
    place = 0
    for found in _SCRIPT.finditer(text):
        if found.start() < place or "ld+json" not in found[1].lower():
            continue
        end = _END.search(text, found.end())
        if end is None:
            return
        place = end.end()
        if end.start() - found.end() <= _LONGEST:
            yield text[found.end() : end.start()]


def _things(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects of a document: those of its list or graph, and what a page is mainly about."""
    if depth == 0:
        return
    if isinstance(data, list):
        for one in data[:_MOST]:
            yield from _things(one, depth - 1)
    elif isinstance(data, dict):
        yield data
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(data.get(name), depth - 1)


def _rank(thing: dict[str, Any]) -> int | None:
    """How telling an object is, 0 most; None when it describes no work."""
    kinds = thing.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    places = [place for place, known in enumerate(_WORKS) for name in names if name in known]
    has_title = bool(text_of(thing, "headline") or text_of(thing, "name"))
    return min(places) if places and has_title else None


def _names(people: Any) -> Iterator[str]:
    for person in (people if isinstance(people, list) else [people])[:_MOST]:
        if isinstance(person, dict):
            whole = " ".join(
                filter(None, (text_of(person, "givenName"), text_of(person, "familyName")))
            )
            yield text_of(person, "name") or whole
        elif isinstance(person, str):
            yield person
