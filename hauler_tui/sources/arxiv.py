"""What arXiv's feeds mean by their fields (https://info.arxiv.org/help/rss_specifications.html)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args
from xml.parsers import expat

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Announce
from hauler_tui.domain.ledger import DAILY_CAP as DAILY_CAP
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.sources import markup
from hauler_tui.sources.authors import names_of, split_arxiv, tidy

NAMESPACE: Final = "http://arxiv.org/schemas/atom"
QUERY_PAUSE_MINUTES: Final = 1_440
"""Answers of the query API change once a day (https://info.arxiv.org/help/api/user-manual.html)."""

_ANNOUNCE: tuple[Announce, ...] = get_args(Announce)
_PREAMBLE = re.compile(
    r"\s*arXiv:(?P<id>\S+)\s+Announce Type:\s*(?P<announce>[a-z-]+)\s*\n?\s*Abstract:\s*",
    re.IGNORECASE,
)
_OLD_TITLE = re.compile(
    r"\s*\(arXiv:(?P<id>[^\s)]+)\s+\[(?P<category>[^\]]+)\]\s*(?P<note>[A-Z -]*)\)\s*$"
)
_OLD_NOTES: Mapping[str, Announce] = {"UPDATED": "replace", "CROSS LISTED": "cross"}
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]{2,})?")
_QUERY = re.compile(r"https?://(?:export\.)?arxiv\.org/api/query\b", re.IGNORECASE)
_QUERY_TITLE = re.compile(
    r"arXiv Query:\s*(?:search_query=)?(.*?)(?:&id_list=.*)?", re.I | re.DOTALL
)
_PAPER_ID = re.compile(r"https?://arxiv\.org/abs/\S+v\d+")
_ERROR_ID = re.compile(r"https?://arxiv\.org/api/errors", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What arXiv says of one paper beyond what every feed says."""

    id: str
    """The canonical id, without a version."""
    version: int | None
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    announce: Announce | None
    doi: str | None
    """The publisher's first DOI."""
    comment: str | None
    journal: str | None


def prefix_of(namespaces: Mapping[str, str]) -> str | None:
    """The prefix a feed gives arXiv's namespace; None when it does not use it."""
    return next((name for name, uri in namespaces.items() if uri == NAMESPACE), None)


def paper(raw: Mapping[str, Any], prefix: str | None) -> Paper | None:
    """What arXiv's fields of one entry say; None when the entry is no arXiv paper."""
    summary = str(raw.get("summary") or "")[: markup.LONGEST]
    title = clean_line(str(raw.get("title") or ""), 2_000)
    preamble = _PREAMBLE.match(summary)
    old_title = _OLD_TITLE.search(title) if title.endswith(")") else None
    if prefix is None and preamble is None and old_title is None and not _is_from_query(raw):
        return None
    names = [str(raw.get("id") or ""), str(raw.get("link") or "")]
    names += [found["id"] for found in (preamble, old_title) if found]
    known = [found for found in map(identity.arxiv_id, names) if found]
    if not known:
        return None
    identifier = known[0][0]
    version = next((number for same, number in known if same == identifier and number), None)
    announce = str(raw.get(f"{prefix}_announce_type") or "").strip().lower()
    if not announce and preamble:
        announce = preamble["announce"].lower()
    if not announce and old_title:
        announce = _OLD_NOTES.get(old_title["note"].strip(), "new")
    abstract = summary[preamble.end() :] if preamble else summary
    if old_title:
        title = title[: old_title.start()]
        abstract = markup.without_tags(abstract)
    return Paper(
        id=identifier,
        version=version,
        title=clean_line(title),
        abstract=clean_text(reflow(abstract)),
        authors=_authors(raw),
        categories=_categories(raw, prefix),
        announce=next((known for known in _ANNOUNCE if known == announce), None),
        doi=_doi(raw, prefix),
        comment=_line(raw, f"{prefix}_comment"),
        journal=_line(raw, f"{prefix}_journal_reference") or _line(raw, f"{prefix}_journal_ref"),
    )


def _is_from_query(raw: Mapping[str, Any]) -> bool:
    """Whether an entry without any of arXiv's own elements is one of the query API's."""
    detail = raw.get("summary_detail") or {}
    is_plain = detail.get("type") == "text/plain"
    return is_plain and _PAPER_ID.fullmatch(str(raw.get("id") or "").strip()) is not None


def is_query(url: str) -> bool:
    """Whether an address asks the query API."""
    return _QUERY.match(url) is not None


def query_title(title: str) -> str:
    """A feed's title, where it is the query API's as the query itself."""
    found = _QUERY_TITLE.fullmatch(title.strip())
    return f"arXiv: {found[1].strip()}" if found and found[1].strip() else title


def authors_with_affiliations(body: bytes) -> dict[str, tuple[str, ...]]:
    """The authors of each entry of the query API by the entry's id, as ``Name (Place, Place)``.

    feedparser keeps one affiliation an entry. What follows damaged XML is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    path: list[str] = []
    text: list[str] = []
    identifier, name = "", ""
    places: list[str] = []
    names: list[str] = []

    def start(tag: str, _: object) -> None:
        path.append(tag)
        text.clear()

    def end(tag: str) -> None:
        nonlocal identifier, name
        said = clean_line("".join(text), 1_000)
        text.clear()
        path.pop()
        match path[-1:], tag:
            case [parent], "http://www.w3.org/2005/Atom id" if parent.endswith(" entry"):
                identifier = said
            case [parent], "http://www.w3.org/2005/Atom name" if parent.endswith(" author"):
                name = said
            case [parent], "http://arxiv.org/schemas/atom affiliation" if said:
                places.append(said)
            case _, "http://www.w3.org/2005/Atom author":
                names.append(f"{name} ({', '.join(places)})" if places else name)
                places.clear()
                name = ""
            case _, "http://www.w3.org/2005/Atom entry":
                found[identifier] = tidy(names)
                names.clear()
                identifier = ""

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    with contextlib.suppress(expat.ExpatError, ValueError):
        parser.Parse(body, True)
    return found


def refusal(title: str, subtitle: str, entries: list[Any]) -> str | None:
    """The reason in an arXiv feed that only reports an error; None for any other feed."""
    if title.strip().lower().startswith("feed error for query"):
        return clean_line(f"{title.strip()} {subtitle.strip()}", 300)
    if len(entries) == 1 and _ERROR_ID.match(str(entries[0].get("id") or "")):
        return clean_line(str(entries[0].get("summary") or "an error"), 300)
    return None


def reflow(text: str) -> str:
    """An abstract with arXiv's hard line breaks undone; indented ones start paragraphs."""
    paragraphs: list[list[str]] = [[]]
    for line in text.strip().splitlines():
        is_indented = line.startswith("  ") and not line.startswith("   ")
        if is_indented or not line.strip():
            paragraphs.append([])
        paragraphs[-1].extend(line.split())
    return "\n\n".join(" ".join(words) for words in paragraphs if words)


def _authors(raw: Mapping[str, Any]) -> tuple[str, ...]:
    names = names_of(raw)
    if len(names) == 1:
        return split_arxiv(markup.without_tags(names[0]))
    return tidy(names)


def _categories(raw: Mapping[str, Any], prefix: str | None) -> tuple[str, ...]:
    """ArXiv's categories, the primary one first where it is told."""
    primary = raw.get(f"{prefix}_primary_category")
    terms = [str(primary.get("term") or "").strip()] if isinstance(primary, Mapping) else []
    terms += [str(tag.get("term") or "").strip() for tag in raw.get("tags") or ()]
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term)))[:50]


def _doi(raw: Mapping[str, Any], prefix: str | None) -> str | None:
    for text in str(raw.get(f"{prefix}_doi") or "").split():
        if found := identity.doi(text):
            return found
    return None


def _line(raw: Mapping[str, Any], name: str) -> str | None:
    return clean_line(str(raw.get(name) or ""), 1_000) or None
