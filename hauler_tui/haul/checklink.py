"""What is wrong with a card's address: one that leads nowhere, and one that could be better."""

from __future__ import annotations

import re
from functools import lru_cache

from hauler_tui.domain.identity import arxiv_id
from hauler_tui.haul.canonical import card_link
from hauler_tui.haul.checkprose import is_tracked

_PDF = re.compile(
    r"\.pdf(?:[?#].*)?\Z|\Ahttps?://(?:www\.)?openreview\.net/pdf\b|arxiv\.org/pdf/", re.I
)
_WEB = re.compile(r"https?://(?:[^/?#@\s]*@)?(?P<host>\[[^\]]*\]|[^/?#:\s]*)", re.I)
_ALMOST_WEB = re.compile(
    r"(?!https?://)(?:h{1,2}t{1,3}p{0,2}s?:/{1,3}|t{1,2}ps?:/{1,3}|https?/{1,3})(?P<rest>[^/\s].*)",
    re.I | re.S,
)
_NO_SCHEME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d+)?/\S", re.I)
_BARE_DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,9}/\S+)\Z", re.I)
_BARE_ARXIV = re.compile(r"arxiv:\s*(\S+)\Z", re.I)
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


@lru_cache(maxsize=1024)
def link_fault(link: str) -> tuple[str, str, str] | None:
    """What is wrong with an address: code, sentence, and the better one where there is."""
    broken = _broken(link)
    if broken is not None:
        return "no-link", f"the link “{link[:80]}” leads nowhere", broken
    paper = arxiv_id(link)
    if _PDF.search(link):
        code, what = "pdf", "the link is a PDF"
    elif paper and paper[1] and "arxiv.org" in link:
        code, what = "version", "the link is one version of the preprint"
    elif is_tracked(link):
        code, what = "tracking", "the link has a tracking parameter"
    else:
        return None
    better = card_link(link)
    return code, what, "" if _PDF.search(better) or is_tracked(better) else better


def _broken(link: str) -> str | None:
    """The address that was meant by one that no browser finds; empty where nobody can tell.

    None for an address that may be right: a path of the same site is.
    """
    if link == "#":
        return ""
    if not link.isascii() and not _WEB.match(link):
        return None
    if almost := _ALMOST_WEB.fullmatch(link):
        return _mended(f"https://{almost['rest']}")
    if _NO_SCHEME.match(link):
        return _mended(f"https://{link}")
    if doi := _BARE_DOI.match(link):
        return f"https://doi.org/{doi[1]}"
    if paper := _BARE_ARXIV.match(link):
        return _mended(f"https://arxiv.org/abs/{paper[1]}") if arxiv_id(link) else ""
    web = _WEB.match(link)
    if web is None:
        return None
    if "." not in web["host"] and ":" not in web["host"] and web["host"].lower() != "localhost":
        return ""
    trimmed = _without_closer(link)
    return None if trimmed == link else trimmed


def _mended(link: str) -> str:
    """An address with its scheme, if it is right then."""
    better = _broken(link)
    return link if better is None else better


def _without_closer(link: str) -> str:
    """The address without brackets at its end that it never opened: the text's, not its own."""
    while (opener := _PAIRS.get(link[-1:])) and link.count(link[-1]) > link.count(opener):
        link = link[:-1]
    return link
