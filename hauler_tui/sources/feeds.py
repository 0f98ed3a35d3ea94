"""A feed's bytes turned into entries: every format, every bad habit, nothing executed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urljoin

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identifiers import pmid
from hauler_tui.domain.text import clean_line, clean_text, shorten
from hauler_tui.errors import SourceError
from hauler_tui.sources import (
    arxiv,
    charsets,
    dates,
    diagnosis,
    huggingface,
    jsonfeed,
    markup,
    parsing,
    preprints,
    publishers,
)
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import all_given_first, names_of, split_any
from hauler_tui.sources.subjects import no_papers
from hauler_tui.sources.wishes import NO_WISHES, Wishes, wishes_of

MOST_ENTRIES = 20_000
_MOST_CATEGORIES = 50
_LONGEST_LINK = 4_000
_PREPRINT_FEED = re.compile(
    r"https?://connect\.(biorxiv|medrxiv)\.org/\w+\.php\?(?:.*&)?subject=([^&#]*)", re.IGNORECASE
)
_PREPRINT_VERSION = re.compile(
    r"//(?:www\.|connect\.)?(?:bio|med)rxiv\.org/(?:cgi/)?content/\S*?\dv(\d{1,3})(?=[.?/#]|$)"
)
_PLAIN_LINK = re.compile(r"https?://[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+/[A-Za-z0-9/_-]*")
"""An address that joining to any other leaves as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed that was understood."""

    title: str
    entries: tuple[Entry, ...]
    """In the feed's own order; may be empty."""
    warnings: tuple[str, ...] = ()
    """What the person should know, a sentence each."""
    wishes: Wishes = NO_WISHES
    """When the feed asks not to be fetched."""
    built_at: datetime | None = None
    """When the feed says it was made."""
    total: int | None = None
    """How many entries a query has in all (OpenSearch ``totalResults``)."""
    is_whole: bool = True
    """Whether the body ended as a feed ends, and was not cut short."""


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    feed_id: int,
    now: datetime,
    max_entries: int = MOST_ENTRIES,
) -> ParsedFeed:
    """The entries of an RSS, Atom, RDF or JSON feed, cleaned and identified.

    ``url`` is the address that answered; relative links are read against it. Entries that say
    nothing are skipped with a warning. Raises SourceError when the body is no feed, or is one that
    only reports an error.
    """
    if not body.strip(b"\x00 \t\r\n"):
        raise diagnosis.not_a_feed(b"", url=url)
    dropped, is_whole = 0, True
    authors: Mapping[str, tuple[str, ...]] = {}
    is_list = huggingface.looks_like_papers(body)
    if is_list or jsonfeed.looks_like_json(body):
        adapter = huggingface if is_list else jsonfeed
        feed = adapter.read(body, url=url, limit=max_entries)
        if feed is None:
            raise diagnosis.not_a_feed(body, url=url)
        raws: list[Any] = feed["entries"]
        dropped = feed["dropped"]
        channel: Mapping[str, Any] = {"title": feed["title"]}
        prefix, wishes = None, NO_WISHES
    else:
        is_whole = parsing.is_whole(body)
        body, dropped = parsing.cut(parsing.without_torn_part(body), max_entries)
        parsed = _understood(body, url, content_type)
        raws, channel = list(parsed["entries"]), parsed["feed"]
        prefix = arxiv.prefix_of(parsed.get("namespaces") or {})
        wishes = wishes_of(body, channel)
        if arxiv.is_query(url):
            wishes = Wishes(ttl_minutes=arxiv.QUERY_PAUSE_MINUTES)
        if prefix is not None and b"affiliation>" in body:
            authors = arxiv.authors_with_affiliations(body)
    dropped += max(0, len(raws) - max_entries)
    raws = raws[:max_entries]
    title = arxiv.query_title(str(channel.get("title") or ""))
    reason = arxiv.refusal(title, str(channel.get("subtitle") or ""), raws)
    if reason:
        raise SourceError(f"arXiv refused: {reason}", "check the category's spelling")
    shared = _shared_ids(raws)
    reader = _Reader(
        url=url, feed_id=feed_id, now=now, prefix=prefix, shared_ids=shared, paper_authors=authors
    )
    entries = tuple(entry for entry in map(reader.entry, raws) if entry is not None)
    return ParsedFeed(
        title=_feed_title(title),
        entries=entries,
        warnings=tuple(_warnings(url, title, len(raws), len(entries), dropped, prefix)),
        wishes=wishes,
        built_at=_built_at(channel, now),
        total=_total(channel),
        is_whole=prefix is None or is_whole,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What reading any entry of one feed needs to know."""

    url: str
    feed_id: int
    now: datetime
    prefix: str | None
    shared_ids: frozenset[str]
    paper_authors: Mapping[str, tuple[str, ...]]
    """arXiv's authors with their affiliations by the id of the entry, where it says any."""

    def entry(self, raw: Mapping[str, Any]) -> Entry | None:
        """One entry, or None when it says nothing."""
        raw = dict(raw)  # feedparser's own dictionary takes five times as long to answer
        if paper := arxiv.paper(raw, self.prefix):
            return self._paper(raw, paper)
        guid = str(raw.get("id") or "").strip()
        link = self._link(raw, guid)
        doi = _doi(raw)
        body = charsets.unmangled(self._body(raw, link or self.url))
        told = publishers.told_in(clean_text(body).strip(), now=self.now)
        doi = doi or told.doi or None
        people = split_any([markup.title_text(name, is_html=True) for name in names_of(raw)])
        people = told.authors or (all_given_first(people) if doi or len(people) > 1 else people)
        abstract = publishers.without_heading(told.abstract, people) if doi else told.abstract
        if doi and doi.startswith(preprints.PREFIXES):
            abstract = publishers.without_marks(abstract)
        abstract = publishers.with_discussion(abstract, str(raw.get("comments") or ""), link)
        title = clean_line(charsets.unmangled(_title(raw)))
        if not (title or link or abstract):
            return None
        if not title and abstract:
            title = shorten(clean_line(_plain(abstract), 1_000), 100)
        journal = clean_line(str(raw.get("prism_publicationname") or told.journal), 300)
        return Entry(
            title=title,
            link=link,
            aliases=identity.aliases(
                link=link,
                guid="" if guid in self.shared_ids else clean_line(guid, _LONGEST_LINK),
                doi=doi or "",
                feed_id=self.feed_id,
                title=title,
                abstract=abstract,
            ),
            authors=people,
            abstract=abstract,
            published=self._published(raw) or told.published,
            categories=_categories(raw),
            doi=doi,
            version=_version(link),
            # Some publishers put the article's own title there.
            journal=None if journal[:50] == title[:50] else journal or None,
        )

    def _paper(self, raw: Mapping[str, Any], paper: arxiv.Paper) -> Entry:
        link = f"https://arxiv.org/abs/{paper.id}"
        return Entry(
            title=paper.title,
            link=link,
            aliases=identity.aliases(link=link, doi=paper.doi or ""),
            authors=self.paper_authors.get(str(raw.get("id") or "")) or paper.authors,
            abstract=paper.abstract,
            published=self._date(raw, "published"),
            categories=paper.categories,
            announce=paper.announce,
            version=paper.version,
            doi=paper.doi,
            comment=paper.comment,
            journal=paper.journal,
        )

    def _link(self, raw: Mapping[str, Any], guid: str) -> str:
        for text in (str(raw.get("link") or ""), guid if "://" in guid else ""):
            link, is_plain = text, _PLAIN_LINK.fullmatch(text) is not None
            if not is_plain:
                text = re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", "", text)
                try:
                    link = urljoin(self.url, text) if text else ""
                except ValueError:
                    continue
            if number := pmid(link):
                return f"https://pubmed.ncbi.nlm.nih.gov/{number}/"
            if is_plain or (host_of(link) and re.match(r"https?://", link, re.IGNORECASE)):
                return "" if len(link) > _LONGEST_LINK else clean_line(link, _LONGEST_LINK)
        return ""

    def _body(self, raw: Mapping[str, Any], page: str) -> str:
        """The text; what it links to is relative to the page that it is of, or to its xml:base."""
        texts = [part for part in raw.get("content") or () if isinstance(part, Mapping)]
        detail = raw.get("summary_detail") or {"type": "text/html"}
        kind, base = detail.get("type"), detail.get("base")
        texts.append({"value": raw.get("summary") or "", "type": kind, "base": base})
        for part in texts:
            kind, value = str(part.get("type") or ""), str(part.get("value") or "")
            if value.strip() and (kind.startswith("text/") or "html" in kind or not kind):
                is_html = kind != "text/plain" or markup.is_fragment(value)
                told = str(part.get("base") or self.url)
                base = page if told == self.url else told
                text = markup.body_text(value, is_html=is_html, base=base)
                if text.strip():
                    return text
        return ""

    def _published(self, raw: Mapping[str, Any]) -> datetime | None:
        for name in ("published", "updated", "created"):
            if name in raw and (found := self._date(raw, name)):
                return found
        return None

    def _date(self, raw: Mapping[str, Any], name: str) -> datetime | None:
        text = str(raw.get(name) or "")
        if f"{name}_parsed" in raw:
            return dates.believable(raw[f"{name}_parsed"], text, now=self.now)
        return dates.from_iso(text, now=self.now)


def _understood(body: bytes, url: str, content_type: str | None) -> parsing.Parsed:
    try:
        parsed = parsing.parse(body, url=url, content_type=content_type)
    except Exception as error:
        raise SourceError(
            f"{host_of(url) or 'the source'} sent a feed that defies reading "
            f"({type(error).__name__})",
            "tell whoever runs it that the feed is broken",
        ) from error
    if not parsed.get("version"):
        raise diagnosis.not_a_feed(body, url=url)
    return parsed


def _shared_ids(raws: list[Any]) -> frozenset[str]:
    """Ids that several entries with different links carry, which therefore identify none."""
    links: defaultdict[str, set[str]] = defaultdict(set)
    for raw in raws:
        if guid := str(raw.get("id") or "").strip():
            links[guid].add(str(raw.get("link") or ""))
    return frozenset(guid for guid, targets in links.items() if len(targets) > 1)


def _warnings(
    url: str, title: str, found: int, kept: int, dropped: int, prefix: str | None
) -> list[str]:
    name = _feed_title(title) or host_of(url)
    warnings = []
    if dropped:
        warnings.append(f"{name} has {found + dropped} entries; only the first {found} were read.")
    if found > kept:
        count = found - kept
        what = (
            "1 entry says nothing and was"
            if count == 1
            else f"{count} entries say nothing and were"
        )
        warnings.append(f"{what} skipped.")
    if prefix is not None and found >= arxiv.DAILY_CAP:
        warnings.append(
            f"arXiv cuts a feed at {arxiv.DAILY_CAP} papers and drops new ones: "
            "split this subscription into single categories."
        )
    if not found and (preprints := _PREPRINT_FEED.match(url)):
        warnings.append(no_papers(preprints[1].lower(), unquote(preprints[2])))
    return warnings


def _feed_title(raw: str) -> str:
    return clean_line(markup.title_text(raw, is_html=True), 300)


def _title(raw: Mapping[str, Any]) -> str:
    detail = raw.get("title_detail") or {}
    kind = str(detail.get("type") or "text/plain")
    title = str(raw.get("title") or "")
    is_html = kind != "text/plain" or markup.has_emphasis(title)
    return markup.title_text(title, is_html=is_html)


def _plain(markdown: str) -> str:
    """Markdown's first paragraph without link targets, for an entry that has no title."""
    text = re.sub(r"\[([^\]\[]*)\]\([^)\s]*\)", r"\1", markdown[:4_000])
    text = re.sub(r"<(https?://[^<>\s]+)>", r"\1", text)
    text = re.sub(r"(\*\*|`)([^*`\n]+)\1", r"\2", text)
    return re.sub(r"^[#>\s*-]+", "", text.split("\n\n")[0])


def _categories(raw: Mapping[str, Any]) -> tuple[str, ...]:
    terms = (
        clean_line(
            markup.title_text(str(tag.get("label") or tag.get("term") or ""), is_html=True), 100
        )
        for tag in (raw.get("tags") or ())[:1_000]
    )
    return tuple(dict.fromkeys(term for term in terms if term))[:_MOST_CATEGORIES]


def _doi(raw: Mapping[str, Any]) -> str | None:
    for name in ("prism_doi", "dc_identifier", "id", "link"):
        if found := identity.doi(str(raw.get(name) or "")[:_LONGEST_LINK]):
            return found
    return None


def _version(link: str) -> int | None:
    """The version that a preprint's link names."""
    if paper := identity.arxiv_id(link):
        return paper[1]
    found = _PREPRINT_VERSION.search(link)
    return int(found[1]) if found else None


def _built_at(channel: Mapping[str, Any], now: datetime) -> datetime | None:
    for name in ("published", "updated"):
        # Asked for what is not there, feedparser would give the other one.
        if f"{name}_parsed" in channel:
            raw = str(channel[name]) if name in channel else ""
            told = dates.believable(channel[f"{name}_parsed"], raw, now=now)
            if told is not None:
                return told
    return None


def _total(channel: Mapping[str, Any]) -> int | None:
    told = str(channel.get("opensearch_totalresults") or "").strip()
    return int(told) if re.fullmatch(r"\d{1,9}", told) else None
