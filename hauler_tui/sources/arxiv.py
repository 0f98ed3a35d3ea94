"""What arXiv's feeds mean by their fields (https://info.arxiv.org/help/rss_specifications.html)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Announce
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.sources import markup
from hauler_tui.sources.authors import names_of, split_arxiv, tidy

NAMESPACE: Final = "http://arxiv.org/schemas/atom"
DAILY_CAP: Final = 2_000
"""Most papers in one daily feed; beyond it arXiv drops new ones without a word."""

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
    preamble, old_title = _PREAMBLE.match(summary), _OLD_TITLE.search(title)
    if prefix is None and preamble is None and old_title is None:
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
        categories=_categories(raw),
        announce=next((known for known in _ANNOUNCE if known == announce), None),
        doi=_doi(raw, prefix),
        comment=_line(raw, f"{prefix}_comment"),
        journal=_line(raw, f"{prefix}_journal_reference") or _line(raw, f"{prefix}_journal_ref"),
    )


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


def _categories(raw: Mapping[str, Any]) -> tuple[str, ...]:
    terms = [str(tag.get("term") or "").strip() for tag in raw.get("tags") or ()]
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term)))[:50]


def _doi(raw: Mapping[str, Any], prefix: str | None) -> str | None:
    for text in str(raw.get(f"{prefix}_doi") or "").split():
        if found := identity.doi(text):
            return found
    return None


def _line(raw: Mapping[str, Any], name: str) -> str | None:
    return clean_line(str(raw.get(name) or ""), 1_000) or None
