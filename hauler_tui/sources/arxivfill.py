"""arXiv's daily feeds and searches by their addresses, and the questions that fill a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs, quote_plus, unquote, urlsplit

from hauler_tui.sources.addresses import host_of, is_loopback
from hauler_tui.sources.pacing import gap_of
from hauler_tui.sources.subjects import ARXIV_CATEGORIES

PAGE: Final = 250
"""Papers asked for at a time; arXiv allows 2,000 and answers small pages more reliably."""
MOST: Final = 30_000
"""Most papers that one question may bring (https://info.arxiv.org/help/api/user-manual.html)."""

_DAILY = re.compile(r"/(?:rss|atom)/(?P<spec>[A-Za-z.+-]+)/?")
_TITLE = re.compile(r"(?P<spec>[A-Za-z.+-]+) updates on arXiv\.org", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A subscription to a search, newest first."""

    query: str
    base: str
    """The address that is asked, without parameters."""
    page: int
    """How many papers one answer brings at most."""


def daily_subjects(url: str, title: str = "") -> tuple[str, ...]:
    """The categories and archives of a daily feed of arXiv's, by its address, else by its title.

    Empty for any other feed.
    """
    may_be_daily = ("/rss/" in url or "/atom/" in url or "%" in url) and _may_be_arxiv(url)
    found = _DAILY.fullmatch(unquote(urlsplit(url).path)) if may_be_daily else None
    found = found or _TITLE.fullmatch(title.strip())
    if found is None:
        return ()
    names = [ARXIV_CATEGORIES.get(name.lower()) for name in found["spec"].split("+")]
    known = tuple(dict.fromkeys(name for name in names if name))
    return known if len(known) == len(set(names)) else ()


def search_of(url: str) -> Search | None:
    """The search an address subscribes to, if it is arXiv's and sorted by submission."""
    if "/api/query" not in url or not _may_be_arxiv(url):
        return None
    parts = urlsplit(url)
    if not parts.path.rstrip("/").endswith("/api/query"):
        return None
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    order = (asked.get("sortBy"), asked.get("sortOrder"), asked.get("start", "0"))
    if order != ("submittedDate", "descending", "0") or not asked.get("search_query"):
        return None
    page = asked.get("max_results", "10")
    return Search(
        query=asked["search_query"],
        base=f"{parts.scheme}://{parts.netloc}{parts.path}",
        page=int(page) if re.fullmatch(r"\d{1,5}", page) else 10,
    )


def category_query(subject: str) -> str:
    """A category, or an archive with all of its own, as the query API searches it."""
    is_archive = any(name.startswith(f"{subject.lower()}.") for name in ARXIV_CATEGORIES)
    return f"cat:{subject}.*" if is_archive else f"cat:{subject}"


def page_url(base: str, query: str, begin: datetime, end: datetime, *, start: int) -> str:
    """One page of the papers that a query finds and that were submitted in a time, oldest first.

    Times are to the minute, both included.
    """
    if " " in query:
        query = f"({query})"
    span = f"submittedDate:[{_minute(begin)} TO {_minute(end)}]"
    asked = quote_plus(f"{query} AND {span}", safe=":*")
    order = "sortBy=submittedDate&sortOrder=ascending"
    return f"{base}?search_query={asked}&{order}&start={start}&max_results={PAGE}"


def starts(total: int, after: int = 0) -> Iterator[int]:
    """Where the pages begin that bring what comes after the first papers of so many."""
    return iter(range(after - after % PAGE, min(total, MOST), PAGE))


def pause_of(base: str) -> float:
    """Seconds between two questions to an address."""
    return gap_of(base)


def _may_be_arxiv(url: str) -> bool:
    """Whether an address is arXiv's, or of this machine, where a mirror may be."""
    host = host_of(url)
    return host == "arxiv.org" or host.endswith(".arxiv.org") or is_loopback(host)


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%d%H%M}"
