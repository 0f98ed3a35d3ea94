"""A DOI's registration agency asked through doi.org (https://citation.doi.org/docs.html)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.errors import SourceError
from hauler_tui.sources import dates, markup
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import tidy
from hauler_tui.sources.jsons import decoded_object, text_of

ACCEPT = "application/vnd.citationstyles.csl+json, application/json;q=0.5, text/html;q=0.1"
_HEADING = re.compile(r"\A\s*(?:#+\s*)?(?:\*\*)?(?:abstract|summary)(?:\*\*)?[.:]?\s*\n+", re.I)
_JATS_BLOCK = re.compile(
    r"<(/?)(?:jats:)?(?:p|sec|title|list|list-item|disp-quote)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
"""Paragraphs in the words of journals' own XML (https://jats.nlm.nih.gov)."""
_DATES = ("issued", "published-online", "published-print", "published", "posted", "created")


def address(resolver: str, doi: str) -> str:
    """The address that asks about a DOI."""
    return f"{resolver}/{quote(doi, safe='/.-_;():')}"


def read(body: bytes, *, url: str, doi: str, now: datetime) -> Entry:
    """A work as Crossref, DataCite and others tell it in CSL JSON.

    Raises SourceError where it has no title.
    """
    said = decoded_object(body, host_of(url))
    title = clean_line(markup.title_text(text_of(said, "title"), is_html=True))
    if not title:
        raise SourceError(f"the DOI {doi} is registered without a title")
    paragraphs = _JATS_BLOCK.sub(r"<\1p>", text_of(said, "abstract"))
    abstract = markup.body_text(paragraphs, is_html=True, base=url)
    is_preprint = text_of(said, "type") in ("posted-content", "preprint")
    journal = clean_line(markup.title_text(text_of(said, "container-title"), is_html=True), 300)
    return Entry(
        title=title,
        link=f"https://doi.org/{doi}",
        aliases=identity.aliases(doi=doi) or (f"doi:{doi}",),
        authors=_authors(said.get("author")),
        abstract=_HEADING.sub("", clean_text(abstract).strip()),
        published=next(
            (date for name in _DATES if (date := _date(said.get(name), now)) is not None), None
        ),
        doi=doi,
        journal=None if is_preprint else journal or None,
    )


def _authors(people: Any) -> tuple[str, ...]:
    names = []
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict):
            whole = text_of(person, "literal") or text_of(person, "name")
            parts = (text_of(person, name) for name in ("given", "non-dropping-particle", "family"))
            names.append(whole or " ".join(part for part in parts if part))
    return tidy(names)


def _date(said: Any, now: datetime) -> datetime | None:
    """The date of CSL's ``date-parts``; what it does not name is the first."""
    parts = said.get("date-parts") if isinstance(said, Mapping) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    numbers = [_number(part) for part in first] if isinstance(first, list) else []
    if not numbers or 0 in numbers:
        return None
    year, month, day = (*numbers, 1, 1)[:3]
    try:
        return dates.within(datetime(year, month, day, tzinfo=UTC), now=now)
    except ValueError:
        return None


def _number(part: Any) -> int:
    text = str(part)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
