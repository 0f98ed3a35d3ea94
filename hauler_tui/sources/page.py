"""A page's own metadata: citation tags, JSON-LD, Open Graph, and at last its title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.domain.urls import is_bare_site
from hauler_tui.sources import dates, jsonld, markup
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import all_given_first, given_first, split_any
from hauler_tui.sources.nopage import (
    SEPARATOR,
    NoTitleError,
    refuse_what_is_no_work,
    text_of_page,
)
from hauler_tui.sources.tags import Tag, tags, without_comments

ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.5, */*;q=0.1"
ENOUGH = 2_000_000
"""Bytes of a page in which its metadata stands, if it has any."""
_LONGEST_ABSTRACT = 20_000
_TITLES = ("citation_title", "wkhealth_title", "bepress_citation_title", "eprints.title")
_TITLES_TOO = ("dc.title", "dcterms.title", "prism.title")
_AUTHORS = ("citation_author", "citation_authors", "bepress_citation_author", "dc.creator")
_ABSTRACTS = ("citation_abstract", "dcterms.abstract", "eprints.abstract", "bepress_abstract")
_DATES = (
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "bepress_citation_date",
    "article:published_time",
    "prism.publicationdate",
    "dc.date",
    "dcterms.date",
    "dc.date.issued",
    "date",
)
_DOIS = ("citation_doi", "bepress_citation_doi", "prism.doi", "dc.identifier", "dc.identifier.doi")
_JOURNALS = ("citation_journal_title", "prism.publicationname", "citation_conference_title")
_SHORTENERS = frozenset(
    {"t.co", "bit.ly", "lnkd.in", "tinyurl.com", "buff.ly", "ow.ly", "goo.gl", "dlvr.it", "is.gd"}
    | {"g.co", "youtu.be", "aka.ms", "trib.al", "shorturl.at", "rebrand.ly", "cutt.ly", "tiny.cc"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The tags of a page's head by their names in lower case, in order."""

    values: dict[str, list[str]]
    title: str

    def first(self, names: Iterable[str]) -> str:
        return next((self.values[name][0] for name in names if name in self.values), "")

    def every(self, names: Iterable[str]) -> list[str]:
        return next((self.values[name] for name in names if name in self.values), [])


def read(body: bytes, *, link: str, url: str, content_type: str, now: datetime) -> Entry:
    """What a page tells of itself; ``url`` answered where ``link`` was asked.

    Raises NoTitleError where it does not: a feed, a PDF, a login, a check for browsers.
    """
    host = host_of(url)
    text = text_of_page(body, content_type, host, link)
    said = _said(text)
    work = jsonld.described(text)
    cited = _line(said.first(_TITLES))
    shared = _line(said.first(("og:title", "twitter:title")))
    site = _line(said.first(("og:site_name", "application-name")))
    own = _without_site(_line(said.title), site, host)
    titles = (cited, _line(work.title), _line(said.first(_TITLES_TOO)), shared, own)
    title = next((one for one in titles if one), "")
    if not cited:
        refuse_what_is_no_work(text, title, url=url, link=link)
    if not title:
        raise NoTitleError(f"the page at {host} has no title", "it stays a link")
    if not cited and _is_site_alone(title, site, host) and urlsplit(url).path.strip("/"):
        raise NoTitleError(f"the page at {host} tells only the site's name", "open it in a browser")
    if _is_home(url) and not _is_home(link) and not _is_short(link):
        raise NoTitleError(f"the link leads only to the home page of {host}", "it may be dead")
    doi = _doi(said)
    abstract = said.first(_ABSTRACTS) or work.abstract
    abstract = abstract or said.first(("og:description", "description", "twitter:description"))
    return Entry(
        title=title,
        link=_link(link, url),
        aliases=_names(said, doi, link=link, url=url),
        authors=_authors(said, work),
        abstract=_abstract(abstract, title, url),
        published=_date(said, work, now),
        doi=doi,
        journal=_line(said.first(_JOURNALS)) or None,
        origin="page",
    )


def _said(text: str) -> _Said:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for tag in tags(text, "meta"):
        name = _name(tag)
        value = tag.attributes.get("content", "").strip()
        if name and value and len(values[name]) < 500:
            values[name].append(value[:200_000])
    return _Said(
        values={name: found for name, found in values.items() if found}, title=_title(text)
    )


def _name(tag: Tag) -> str:
    attributes = tag.attributes
    named = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
    return named.strip().lower()


def _title(text: str) -> str:
    """The text of the first title element; one inside a picture comes after the head's."""
    text = without_comments(text)
    opened = re.search(r"<title(?:\s[^<>]*)?>", text, re.IGNORECASE)
    if opened is None:
        return ""
    return text[opened.end() : opened.end() + 2_000].partition("</")[0]


def _without_site(title: str, site: str, host: str) -> str:
    """A page's title without the site's name that many put after or before it."""
    parts = SEPARATOR.split(title)
    if len(parts) > 1:
        if _is_site_alone(parts[-1], site, host):
            return title[: title.rindex(parts[-1])].rstrip(" |·•»–—:-")
        if _is_site_alone(parts[0], site, host):
            return title[len(parts[0]) :].lstrip(" |·•»–—:-")
    return title


def _is_site_alone(title: str, site: str, host: str) -> bool:
    """Whether a title is only the name of the site."""
    folded = re.sub(r"\W+", "", title).casefold()
    labels = [label for label in host.removeprefix("www.").split(".") if len(label) > 3]
    whole = re.sub(r"\W+", "", host.removeprefix("www."))
    names = {re.sub(r"\W+", "", site).casefold(), whole, *(labels[:-1] or labels[:1])}
    return folded in names - {""} or (host.endswith("x.com") and folded == "x")


def _doi(said: _Said) -> str | None:
    """The one DOI a page gives itself; none where it names several."""
    found = {
        doi
        for name in _DOIS
        for value in said.values.get(name, ())
        if (doi := identity.doi(value[:2_000])) is not None
    }
    return found.pop() if len(found) == 1 else None


def _names(said: _Said, doi: str | None, *, link: str, url: str) -> tuple[str, ...]:
    """The names of the work: what the page cites itself by, and where a short link ended."""
    names = list(identity.aliases(link=link))
    paper = identity.arxiv_id(said.first(("citation_arxiv_id",)))
    if paper is not None:
        names.append(f"arxiv:{paper[0]}")
    if doi is not None:
        names += identity.aliases(doi=doi)
    number = said.first(("citation_pmid",))
    if re.fullmatch(r"[1-9]\d{0,8}", number):
        names.append(f"pmid:{number}")
    ended = identity.aliases(link=url)
    best = identity.rank(ended[0]) if ended else 9
    if best < identity.rank("url:") or (_is_short(link) and ended):
        names += ended
    return tuple(dict.fromkeys(names))


def _is_home(url: str) -> bool:
    return is_bare_site(identity.normalise_url(url) or "")


def _is_short(link: str) -> bool:
    return host_of(link).removeprefix("www.") in _SHORTENERS


def _link(link: str, url: str) -> str:
    is_elsewhere = _is_short(link) or identity.arxiv_id(url) is not None
    return identity.canonical_link(url if is_elsewhere else link)


_FAMILY_FIRST = re.compile(r"[^\s,;]+, (?!(?:Jr|Sr|II|III|Ph\.?D|M\.?D)\b)[^,;]+")


def _authors(said: _Said, work: jsonld.Described) -> tuple[str, ...]:
    names = said.every(_AUTHORS)
    if not names:
        names = list(work.authors)
    if not names:
        named = said.values.get("author") or said.values.get("article:author") or []
        names = [name for name in named if "://" not in name]
    lines = [_line(name) for name in names]
    # One tag may hold all authors; a single word before its only comma is a family name.
    is_one_each = len(lines) > 1 or all(_FAMILY_FIRST.fullmatch(line) for line in lines)
    people = split_any([given_first(line) if is_one_each else line for line in lines])
    return all_given_first(people) if len(people) > 1 else people


def _abstract(text: str, title: str, url: str) -> str:
    readable = clean_text(markup.body_text(text, is_html=True, base=url), _LONGEST_ABSTRACT).strip()
    return "" if readable == title else readable


def _date(said: _Said, work: jsonld.Described, now: datetime) -> datetime | None:
    for text in (*(said.first((name,)) for name in _DATES), work.published):
        if found := _moment(text.strip(), now):
            return found
    return None


def _moment(text: str, now: datetime) -> datetime | None:
    numbers = re.fullmatch(r"(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?", text)
    if numbers is None:
        return dates.from_iso(text, now=now)
    try:
        moment = datetime(int(numbers[1]), int(numbers[2] or 1), int(numbers[3] or 1), tzinfo=UTC)
    except ValueError:
        return None
    return dates.within(moment, now=now)


def _line(text: str) -> str:
    return clean_line(markup.title_text(text, is_html=True))
