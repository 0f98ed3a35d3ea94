"""What makes two descriptions one work: aliases, and the best of them as its key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from hauler_tui.domain.identifiers import (
    address_parts,
    arxiv_id,
    doi,
    openreview_id,
    pmid,
    preprint_version,
)
from hauler_tui.domain.urls import (
    anthology_page,
    is_bare_site,
    names_a_part,
    normalise_url,
    tidy_url,
)

__all__ = [
    "aliases",
    "arxiv_id",
    "canonical_link",
    "doi",
    "key",
    "normalise_url",
    "rank",
    "resolve",
]

_KINDS = ("arxiv", "doi", "pmid", "openreview", "url", "feed-guid", "hash")
_RANKS = {kind: place for place, kind in enumerate(_KINDS)}
_LONGEST_GUID = 300
_SHARED_DOI = re.compile(r"10\.[0-9.]+/\(?issn\)?.*")
"""DOIs of whole journals, which some feeds put into every item."""


def aliases(
    *,
    link: str = "",
    guid: str = "",
    doi: str = "",
    feed_id: int | None = None,
    title: str = "",
    abstract: str = "",
) -> tuple[str, ...]:
    """Return every name of a work that a source gave away, best first.

    Never empty if anything was given. `doi` may hold several separated by white space. A guid
    counts only within its feed, and never for an arXiv paper, whose guids carry the version. Of a
    feed's item the address of a whole site, or with an anchor, is no name: others may share it.
    """
    found: set[str] = set()
    for name in doi.split():
        found.update(_of_publisher(name, is_doi=True))
    from_link = _of_publisher(link) if link else []
    found.update(from_link)
    if guid and guid != link:
        found.update(_of_publisher(guid))
    if link and not from_link:
        address = normalise_url(link)
        told_apart = feed_id is not None and bool(guid or title or abstract)
        is_shared = told_apart and (is_bare_site(address or "") or names_a_part(link))
        if address and not is_shared:
            found.add("url:" + address)
    if guid and not any(name.startswith("arxiv:") for name in found):
        address = None if link else normalise_url(guid)
        if address and not (is_bare_site(address) or names_a_part(guid)):
            found.add("url:" + address)
        if feed_id is not None:
            found.add(f"feed-guid:{feed_id}:{_short_guid(guid)}")
    if found:
        return _sorted(found)
    if not (link or guid or doi or title or abstract):
        return ()
    words = (title, abstract) if title or abstract else (link, guid, doi)
    return (f"hash:{_digest(str(feed_id), *words)}",)


def key(aliases: Iterable[str]) -> str:
    """Return the best of a work's aliases, whatever their order; there must be one."""
    return min(aliases, key=_order)


def rank(alias: str) -> int:
    """Return how good a name is, 0 best: arXiv, DOI, PubMed, OpenReview, address, guid, hash."""
    return _RANKS.get(alias.partition(":")[0], len(_KINDS))


def resolve(text: str) -> tuple[str, ...]:
    """Return the aliases that a person may mean by an alias, a link, an arXiv id or a DOI."""
    typed = text.strip()
    kind, colon, rest = typed.partition(":")
    kind = kind.lower()
    if colon and kind in ("feed-guid", "hash"):
        return (f"{kind}:{rest}",)
    if colon and kind == "openreview" and rest.strip():
        return (f"openreview:{rest.strip()}",)
    if colon and kind == "url":
        typed = rest.strip()
    named = _of_publisher(typed)
    if named:
        return _sorted(set(named))
    address = normalise_url(typed)
    if address is None and _BARE_ADDRESS.match(typed) and address_parts(typed):
        address = normalise_url("https://" + typed)
    return (f"url:{address}",) if address else ()


_BARE_ADDRESS = re.compile(r"[A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]{2,200}[/?]\S*")


def canonical_link(link: str, aliases: Iterable[str] = ()) -> str:
    """Return the address an issue prints: no tracking, the work and not one version.

    An arXiv paper is ``https://arxiv.org/abs/ID``, a bioRxiv or medRxiv one its page with the
    version. Without a link the best alias that has an address gives one; else it is empty.
    """
    names = _sorted(set(aliases))
    best = arxiv_id(link) if link else None
    if best is None and names and names[0].startswith("arxiv:"):
        best = (names[0].removeprefix("arxiv:"), None)
    if best is not None:
        return f"https://arxiv.org/abs/{best[0]}"
    preprint = preprint_version(link)
    if preprint is not None:
        server, name, version = preprint
        return f"https://www.{server}.org/content/{name}v{version or 1}"
    if normalise_url(link) is not None:
        return tidy_url(link)
    names = _sorted({*names, *resolve(link)})
    return next((_ADDRESSES[kind] + name for kind, name in _addressed(names)), link)


def pdf_link(link: str, aliases: Iterable[str] = ()) -> str | None:
    """Return the address of a preprint's PDF; None where the link does not give it away."""
    page = canonical_link(link, aliases)
    if page.startswith("https://arxiv.org/abs/"):
        return page.replace("/abs/", "/pdf/", 1)
    if preprint_version(page) is not None:
        return f"{page}.full.pdf"
    if page.startswith("https://openreview.net/forum?id="):
        return page.replace("/forum?", "/pdf?", 1)
    return page if page.lower().endswith(".pdf") else None


_ADDRESSES = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "openreview": "https://openreview.net/forum?id=",
    "url": "",
}


def _addressed(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield kind and name of the aliases that have an address."""
    for name in names:
        kind, _, rest = name.partition(":")
        if kind in _ADDRESSES:
            yield kind, rest


def _of_publisher(name: str, *, is_doi: bool = False) -> list[str]:
    """Return the aliases that are a publisher's own: arXiv, DOI, PubMed, OpenReview."""
    paper = arxiv_id(name)
    if paper is not None:
        return [] if is_doi and "10.48550" not in name else ["arxiv:" + paper[0]]
    registered = doi(name)
    if registered is not None:
        if _SHARED_DOI.fullmatch(registered):
            return []
        page = anthology_page(registered)
        return ["doi:" + registered, *(["url:" + page] if page else [])]
    if is_doi:
        return []
    medical = pmid(name)
    if medical is not None:
        return ["pmid:" + medical]
    forum = openreview_id(name)
    return ["openreview:" + forum] if forum is not None else []


def _order(alias: str) -> tuple[int, str]:
    """Return what aliases sort by."""
    return rank(alias), alias


def _sorted(names: set[str]) -> tuple[str, ...]:
    """Return aliases best first."""
    return tuple(sorted(names, key=_order)) if len(names) > 1 else tuple(names)


def _short_guid(guid: str) -> str:
    """Return a guid without controls and white space, as a digest when it is long."""
    folded = " ".join(guid.split())
    if len(folded) <= _LONGEST_GUID and folded.isprintable():
        return folded
    return "sha256-" + _digest(folded)


def _digest(*parts: str) -> str:
    """Return 32 hex digits for some texts, white space folded."""
    folded = "\0".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:32]
