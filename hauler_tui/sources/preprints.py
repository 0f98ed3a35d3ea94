"""bioRxiv and medRxiv asked for one paper (https://api.biorxiv.org)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identifiers import preprint_version
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.errors import SourceError
from hauler_tui.sources import dates, markup
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import given_first, tidy
from hauler_tui.sources.jsons import decoded_object, text_of
from hauler_tui.sources.publishers import without_marks

SERVERS = ("biorxiv", "medrxiv")
PREFIXES = ("10.1101/", "10.64898/")
"""With what their DOIs begin."""


def servers_for(link: str) -> tuple[str, ...]:
    """The servers that may have a paper, the likelier one first: they share their DOIs."""
    known = preprint_version(link)
    return SERVERS if known is None or known[0] == "biorxiv" else SERVERS[::-1]


def address(api: str, server: str, doi: str) -> str:
    """The address that asks a server for a paper."""
    return f"{api}/{server}/{quote(doi, safe='/.-')}/na/json"


def read(body: bytes, *, url: str, server: str, doi: str, now: datetime) -> Entry | None:
    """The newest version of a paper, None when the server does not have it.

    A journal's DOI is one of its names. Raises SourceError for an answer that is none of theirs.
    """
    said = decoded_object(body, host_of(url))
    papers = said.get("collection")
    if not isinstance(papers, list):
        raise SourceError(f"{host_of(url)} answered in words that hauler does not know")
    known = [one for one in papers if isinstance(one, dict) and text_of(one, "title")]
    own = [one for one in known if identity.doi(text_of(one, "doi")) == doi]
    if not own:
        return None
    return entry_of(own, url=url, server=server, doi=doi, now=now)


def entry_of(
    own: Sequence[dict[str, Any]], *, url: str, server: str, doi: str, now: datetime
) -> Entry:
    """A paper by the records of its versions, of which there is one at least."""
    newest = max(own, key=_version)
    journal_doi = identity.doi(text_of(newest, "published"))
    names = identity.aliases(doi=f"{doi} {journal_doi or ''}")
    return Entry(
        title=clean_line(markup.title_text(text_of(newest, "title"), is_html=True)),
        link=f"https://www.{server}.org/content/{doi}v{_version(newest)}",
        aliases=names,
        authors=tidy([given_first(name) for name in text_of(newest, "authors").split(";")]),
        abstract=without_marks(
            clean_text(
                markup.body_text(text_of(newest, "abstract"), is_html=True, base=url)
            ).strip()
        ),
        published=min(
            (date for one in own if (date := dates.from_iso(text_of(one, "date"), now=now))),
            default=None,
        ),
        categories=tuple(filter(None, (clean_line(text_of(newest, "category"), 100),))),
        version=_version(newest),
        doi=journal_doi or doi,
    )


def _version(paper: dict[str, Any]) -> int:
    text = text_of(paper, "version")
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text) < 1_000 else 1
