"""A small arXiv on loopback: daily feeds and the query API over papers of the test's own."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from hauler_tui.domain.announcements import eastern, is_weekend, submissions
from hauler_tui.domain.feed import Outcome, Waiting
from hauler_tui.sources.failures import held_back
from hauler_tui.sources.http import Answer
from hauler_tui.sources.outcomes import conclude
from hauler_tui.sources.settings import FetchSettings, Job
from tests.sources.oaiserver import Shelf
from tests.sources.server import Answering, Reply, serving

_ITEM = """<item><title>Paper {id}</title><link>https://arxiv.org/abs/{id}</link>
<description>arXiv:{id}v1 Announce Type: {kind}
Abstract: About {id}.</description><guid isPermaLink="false">oai:arXiv.org:{id}v1</guid>
<category>{category}</category><pubDate>{date:%a, %d %b %Y} 00:00:00 -0{hours}00</pubDate>
<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>Ada Example</dc:creator></item>"""
_RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0"><channel><title>{spec} updates on arXiv.org</title>
<link>http://rss.arxiv.org/rss/{spec}</link><description>{spec} updates</description>
<lastBuildDate>{date:%a, %d %b %Y} 0{hours}:00:11 +0000</lastBuildDate>
<pubDate>{date:%a, %d %b %Y} 00:00:00 -0{hours}00</pubDate>{items}</channel></rss>"""
_ATOM_ITEM = """<entry><id>oai:arXiv.org:{id}v1</id><title>Paper {id}</title>
<link href="https://arxiv.org/abs/{id}" rel="alternate" type="text/html"/>
<summary>arXiv:{id}v1 Announce Type: {kind}
Abstract: About {id}.</summary><category term="{category}"/>
<published>{date:%Y-%m-%d}T00:00:00-0{hours}:00</published>
<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>Ada Example</dc:creator></entry>"""
_ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom"><id>http://rss.arxiv.org/atom/{spec}</id>
<title>{spec} updates on arXiv.org</title>
<updated>{date:%Y-%m-%d}T0{hours}:00:19.866337+00:00</updated>
{items}</feed>"""
_FOUND = """<entry><id>http://arxiv.org/abs/{id}v1</id><title>Paper {id}</title>
<updated>{at:%Y-%m-%dT%H:%M:%SZ}</updated><published>{at:%Y-%m-%dT%H:%M:%SZ}</published>
<link href="https://arxiv.org/abs/{id}v1" rel="alternate" type="text/html"/>
<summary>About {id}.</summary><category term="{other}"/><category term="{category}"/>
<arxiv:primary_category term="{category}"/><author><name>Ada Example</name></author></entry>"""
_API = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/x</id><title>arXiv Query: search_query=x</title>
<updated>2026-05-12T22:09:27Z</updated><opensearch:totalResults>{total}</opensearch:totalResults>
{entries}</feed>"""


@dataclass(frozen=True)
class Paper:
    """One paper, submitted in the time of the day that announces it."""

    id: str
    category: str
    day: date
    submitted: datetime


@dataclass
class ArXiv:
    """The papers, what the feeds show, and what goes wrong."""

    base: str = "http://127.0.0.1:9"
    asked: list[str] = field(default_factory=list)
    """The paths it was asked for."""
    papers: list[Paper] = field(default_factory=list)
    today: date = date(2026, 5, 4)
    shown: dict[str, date] = field(default_factory=dict)
    """Categories whose feed shows another day's batch under today's date."""
    broken: dict[str, Reply] = field(default_factory=dict)
    """Paths that are answered otherwise."""
    trouble: Callable[[dict[str, str]], Reply | None] = lambda asked: None
    """What the query API answers instead, given the parameters."""
    shelf: Shelf = field(default_factory=Shelf)
    """The records of OAI-PMH."""

    @property
    def api(self) -> str:
        return f"{self.base}/api/query"

    @property
    def oai(self) -> str:
        return f"{self.base}/oai"

    @property
    def lists(self) -> list[dict[str, str]]:
        """What was asked for by OAI-PMH."""
        asked = map(urlsplit, self.asked)
        return [_parameters(one.query) for one in asked if one.path == "/oai"]

    @property
    def questions(self) -> list[dict[str, str]]:
        """What the query API was asked."""
        asked = map(urlsplit, self.asked)
        return [_parameters(one.query) for one in asked if one.path == "/api/query"]

    def announce(self, category: str, day: date, count: int) -> list[str]:
        """Add papers that are announced on a day; their ids."""
        begin, end = submissions(day)
        made = []
        for number in range(count):
            at = begin + (end - begin) * (number + 1) / (count + 1)
            at = at.replace(second=0, microsecond=0) + timedelta(seconds=7)
            made.append(f"{at:%y%m}.{len(self.papers) + 1:05}")
            self.papers.append(Paper(made[-1], category, day, at))
        return made

    def answer(self, path: str) -> Reply | None:
        """What is answered to a path."""
        self.asked.append(path)
        parts = urlsplit(path)
        if parts.path in self.broken:
            return self.broken[parts.path]
        if parts.path == "/api/query":
            asked = _parameters(parts.query)
            return self.trouble(asked) or self._found(asked)
        if parts.path == "/oai":
            announced = [
                p for p in self.papers if eastern(p.day - timedelta(days=1), 20) <= self._now
            ]
            return self.shelf.answer(_parameters(parts.query), announced)
        found = re.fullmatch(r"/(rss|atom)/([A-Za-z.+-]+)", parts.path)
        return self._feed(found[1], found[2]) if found else None

    def _feed(self, form: str, spec: str) -> Reply:
        names = spec.split("+")
        day = self.shown.get(spec, self.today)
        items = [] if is_weekend(day) else [p for p in self.papers if p.day == day]
        item, whole = (_ITEM, _RSS) if form == "rss" else (_ATOM_ITEM, _ATOM)
        hours = eastern(self.today).hour
        body = whole.format(
            hours=hours,
            spec=spec,
            date=self.today,
            items="".join(
                item.format(id=p.id, category=p.category, date=self.today, hours=hours, kind="new")
                for p in items
                if p.category in names
            ),
        )
        headers = {"Content-Type": "text/xml", "Cache-Control": "max-age=61200"}
        return Reply(body.encode(), headers=headers)

    def _found(self, asked: dict[str, str]) -> Reply:
        query = asked["search_query"]
        found = [p for p in self.papers if f"cat:{p.category}" in query or "all:" in query]
        found = [p for p in found if eastern(p.day - timedelta(days=1), 20) <= self._now]
        if span := re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query):
            begin, end = (datetime.strptime(f"{t}+0000", "%Y%m%d%H%M%z") for t in span.groups())
            found = [p for p in found if begin <= p.submitted < end + timedelta(minutes=1)]
        is_newest_first = asked["sortOrder"] == "descending"
        found.sort(key=lambda p: p.submitted, reverse=is_newest_first)
        start = int(asked["start"])
        page = found[start : start + int(asked["max_results"])]
        return api_reply(page, len(found))

    @property
    def _now(self) -> datetime:
        return eastern(self.today, 12)


def api_reply(papers: list[Paper], total: int) -> Reply:
    """A page of the query API."""
    entries = "".join(
        _FOUND.format(id=p.id, at=p.submitted, category=p.category, other="cs.ZZ") for p in papers
    )
    return Reply(_API.format(total=total, entries=entries).encode())


def _parameters(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


class _Routes(dict[str, Answering]):
    """The routes of a server, and arXiv's behind them."""

    arxiv: ArXiv

    def get(self, path: str, default: Answering | None = None) -> Answering | None:  # type: ignore[override]
        return super().get(path) or self.arxiv.answer(path) or default


def playing(arxiv: ArXiv) -> Callable[..., AsyncGenerator[Outcome, None]]:
    """What stands for the fetching where no server is needed: the same answers, in order."""

    async def fetch_all(
        jobs: Sequence[Job], settings: FetchSettings, now: datetime, **_: object
    ) -> AsyncGenerator[Outcome, None]:
        is_closed = False
        for job in jobs:
            if is_closed:
                yield held_back(job, "127.0.0.1", now=now, wait=None)
                continue
            reply = arxiv.answer(job.url.removeprefix(arxiv.base)) or Reply(b"", 404)
            headers = {name.lower(): value for name, value in reply.headers.items()}
            answer = Answer(status=reply.status, headers=headers, body=reply.body, url=job.url)
            outcome = conclude(job, answer, settings, now=now, jitter=0.0)
            is_closed = isinstance(outcome, Waiting)
            yield outcome

    return fetch_all


@contextmanager
def arxiv_serving() -> Iterator[ArXiv]:
    """A running arXiv."""
    with serving() as server:
        arxiv = ArXiv(server.url(""))
        routes = _Routes()
        routes.arxiv = arxiv
        server.routes = routes
        yield arxiv
