"""A reference put together from the fields of any form: names, dates, tags and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from hauler_tui.domain.entry import Entry, Origin
from hauler_tui.domain.identity import aliases, arxiv_id, canonical_link, normalise_url, rank
from hauler_tui.domain.reference import Reference
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.domain.urls import is_bare_site
from hauler_tui.sources.authors import tidy
from hauler_tui.sources.markup import body_text, has_markup

LONGEST_TITLE = 2_000
_LONGEST_LINK = 2_000
_LONGEST_TAG = 60
_MOST_TAGS = 100
_LATEST = timedelta(days=2)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_JOURNAL_OF_ARXIV = re.compile(
    r"(?:arxiv(?:\.org)?(?:\s+(?:e-?prints?|preprints?))?[\s,:.]*"
    r"(?:arxiv\s?:\s?|abs/)?|corr,?(?:\s+abs/)?)"
    r"((?:[a-z.-]{2,17}/)?[0-9.]{7,10}(?:v\d+)?)?(?:\s*\[[^\]]*\])?[\s,.]*(?:\d{4})?",
    re.IGNORECASE,
)
_BOOKKEEPING = re.compile(
    r"\s*(?:arxiv\s?:\s?\S+(?:\s*\[[^\]]*\])?"
    r"|(?:_eprint|citation key|tex\.[\w-]+|publisher|version|issue|number|pages|pmid|pmcid|doi|url"
    r"|isbn|issn|oclc|lccn|zbmath|mr(?:number)?|ads bibcode|bibcode|event(?:-place|-title)?|type"
    r"|container-title|original-date|section|conference name|accepted|submitted|arxiv|archive"
    r"|google-?books-?id|s2id|openalex|read_status\w*|citations?|zscc|eprint\w*|copyright|license"
    r"|tldr|abbr|j ?abbrv)\s*[:=].*)\s*",
    re.IGNORECASE,
)
"""Lines of Zotero's Extra and of BibTeX's ``note`` that no person wrote as a note."""


def reference(
    *,
    title: str,
    now: datetime,
    links: Iterable[str] = (),
    dois: Iterable[str] = (),
    names: Iterable[str] = (),
    shared: frozenset[str] = frozenset(),
    authors: Iterable[str] = (),
    abstract: str = "",
    published: datetime | None = None,
    journal: str = "",
    categories: Iterable[str] = (),
    tags: Iterable[str] = (),
    notes: Iterable[str] = (),
    origin: Origin = "page",
) -> Reference | None:
    """The work that some fields describe; None when they name nothing.

    ``names`` are identifiers in any form people write them. ``shared`` are addresses, normalised,
    that other works of the file have too, and that therefore identify none. Without an identifier
    a work is known by its title, authors and year.
    """
    title = clean_line(title, LONGEST_TITLE)
    people, names = tidy(list(authors)), tuple(names)
    addresses = [link for link in map(_address, links) if link]
    found = {name for text in filter(None, names) for name in aliases(link=text)}
    found |= {name for one in dois for name in aliases(doi=one)}
    found = {name for name in found if rank(name) < rank("url:")}
    for link in addresses:
        for name in aliases(link=link):
            page = name.removeprefix("url:")
            if page == name or not (title and (is_bare_site(page) or page in shared)):
                found.add(name)
    if not found and not title:
        return None
    if not found:
        year = str(published.year) if published else ""
        found.update(
            aliases(title=_folded(title) or title, abstract=_folded(" ".join((*people, year))))
        )
    journal = clean_line(journal, 300)
    papers = filter(None, map(arxiv_id, (*names, *addresses)))
    best = next((name for name in found if name.startswith("doi:")), None)
    entry = Entry(
        title=title,
        link=canonical_link(addresses[0] if addresses else "", found),
        aliases=tuple(sorted(found, key=lambda name: (rank(name), name))),
        authors=people,
        abstract=clean_text(markdown(abstract)).strip(),
        published=believable(published, now=now),
        categories=tuple(filter(None, (clean_line(one, 100) for one in categories))),
        version=max((version for _, version in papers if version), default=None),
        doi=best.removeprefix("doi:") if best else None,
        journal=None if _JOURNAL_OF_ARXIV.fullmatch(journal) else journal or None,
        origin=origin,
    )
    return Reference(
        entry=entry,
        tags=tidy_tags(tags),
        note="\n\n".join(dict.fromkeys(filter(None, map(note_text, notes)))),
    )


def shared_addresses(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The addresses, normalised, that stand beside more than one title; of pairs of both."""
    titles: dict[str, set[str]] = {}
    for link, title in pairs:
        page = normalise_url(_address(link))
        if page and title:
            titles.setdefault(page, set()).add(_folded(title))
    return frozenset(page for page, known in titles.items() if len(known) > 1)


def arxiv_of_journal(journal: str) -> str:
    """The arXiv id in ``arXiv preprint arXiv:1706.03762`` or ``CoRR abs/…``; else empty."""
    found = _JOURNAL_OF_ARXIV.fullmatch(journal.strip()[:200])
    return found[1] if found and found[1] and arxiv_id(found[1]) else ""


def believable(moment: datetime | None, *, now: datetime) -> datetime | None:
    """The moment, unless it is still to come: old books are older than any feed."""
    return moment if moment is not None and moment <= now + _LATEST else None


def split_tags(text: str) -> list[str]:
    """The tags in a list of keywords separated by semicolons, else by commas or line breaks."""
    return re.split(r";" if ";" in text else r"[,\n]", text[:20_000])


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as the library keeps them, each once: on one line, hyphens for spaces."""
    words = (re.sub(r"\s+[-–—:|/>]+\s+", "-", clean_line(tag, 200)) for tag in tags)
    kept = ("-".join(word.split())[:_LONGEST_TAG].strip("-,;") for word in words)
    return tuple(dict.fromkeys(tag for tag in kept if tag))[:_MOST_TAGS]


def note_text(raw: str) -> str:
    """A note as Markdown, without the lines that only keep books."""
    lines = markdown(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = "\n".join(line for line in lines if not _BOOKKEEPING.fullmatch(line[:2_000]))
    return clean_text(kept).strip()


def markdown(raw: str) -> str:
    """HTML as Markdown, any other text as it is."""
    return body_text(raw, is_html=True, base="") if has_markup(raw) else raw


def display(text: str) -> str:
    """A text for a field that is no TeX elsewhere, such as a name: in Unicode, without braces."""
    return re.sub(r"(?<!\\)[{}]", "", to_unicode(text.replace("~", " ")))


def _address(text: str) -> str:
    found = _ADDRESS.search(text[: 2 * _LONGEST_LINK])
    link = found[0].rstrip(".,;") if found else ""
    return clean_line(link, _LONGEST_LINK) if normalise_url(link) else ""


def _folded(text: str) -> str:
    """A title or names blind to case, punctuation, braces and the TeX of accents."""
    return " ".join(re.findall(r"\w+", display(text).casefold()))
