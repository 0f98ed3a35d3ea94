"""Who is asked what a captured link is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from hauler_tui.domain.identifiers import arxiv_id, preprint_version
from hauler_tui.domain.lookup import Question
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.pacing import host_group
from hauler_tui.sources.settings import Services

Kind: TypeAlias = Literal["arxiv", "preprint", "doi", "pubmed", "page", "nobody"]

_PREPRINT_DOI = re.compile(r"10\.(?:1101|64898)/(?:\d{4}\.\d{2}\.\d{2}\.)?\d{6,8}")
_PUBMED_ID = re.compile(r"[1-9]\d{0,8}")
_SILENT = {
    "x.com": "X",
    "twitter.com": "X",
    "researchgate.net": "ResearchGate",
}
"""Sites that show strangers nothing, whatever the address (measured for feeds)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who is asked for one link, and by which name."""

    kind: Kind
    host: str
    """The group of hosts that shares one queue."""
    name: str
    """The id, the DOI or the address; for nobody the reason."""


def route_of(question: Question, services: Services) -> Route:
    """Who is asked about a link: arXiv, a preprint server, doi.org, PubMed, or the page itself."""
    names: dict[str, str] = {}
    for alias in question.aliases:
        kind, _, rest = alias.partition(":")
        names.setdefault(kind, rest)
    if paper := names.get("arxiv"):
        known = arxiv_id(paper)
        if known is None or known[0] != paper:
            return Route(kind="nobody", host="", name=f"“{paper[:60]}” is no arXiv id")
        return Route(kind="arxiv", host=place_of(services.arxiv), name=paper)
    if registered := names.get("doi"):
        if _PREPRINT_DOI.fullmatch(registered) or preprint_version(question.link):
            return Route(kind="preprint", host=place_of(services.preprints), name=registered)
        return Route(kind="doi", host=place_of(services.doi), name=registered)
    if _PUBMED_ID.fullmatch(names.get("pmid", "")):
        return Route(kind="pubmed", host=place_of(services.pubmed), name=names["pmid"])
    host = host_of(question.link)
    if not host or not question.link.lower().startswith(("http://", "https://")):
        return Route(kind="nobody", host="", name="it has no web address")
    for silent, site in _SILENT.items():
        if host == silent or host.endswith("." + silent):
            return Route(
                kind="nobody", host="", name=f"{site} tells strangers nothing of its pages"
            )
    return Route(kind="page", host=place_of(question.link), name=question.link)


def place_of(url: str) -> str:
    """The name under which hosts share one queue; this machine's own go by their port too."""
    try:
        return host_group(url) or urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
