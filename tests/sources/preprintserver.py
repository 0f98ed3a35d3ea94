"""A small bioRxiv on loopback: feeds of the newest papers, and the API that lists days."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import parse_qs, urlsplit

from hauler_tui.domain.feed import Outcome
from hauler_tui.sources.http import Answer
from hauler_tui.sources.outcomes import conclude
from hauler_tui.sources.schedule import may_ask
from hauler_tui.sources.settings import FetchSettings, Job
from tests.sources.server import Answering, Reply, serving

_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://biorxiv.org">
<title>bioRxiv Subject Collection: {subject}</title><link>http://biorxiv.org</link></channel>
{items}</rdf:RDF>"""
_ITEM = """<item rdf:about="https://www.{server}.org/content/{doi}v{version}?rss=1">
<title><![CDATA[Paper {doi}]]></title>
<link>https://www.{server}.org/content/{doi}v{version}?rss=1</link>
<description><![CDATA[About {doi}.]]></description><dc:creator>Kukla, D., Crampton, A.</dc:creator>
<dc:date>{day}</dc:date><dc:identifier>doi:{doi}</dc:identifier></item>"""
EMPTY = json.dumps({"messages": [{"status": "no posts found"}], "collection": []}).encode()


@dataclass(frozen=True)
class Preprint:
    """One version of a paper."""

    doi: str
    day: date
    subject: str
    version: int = 1

    @property
    def record(self) -> dict[str, str]:
        """What the API tells of it."""
        return {
            "doi": self.doi,
            "title": f"Paper {self.doi}",
            "authors": "Kukla, D.; Crampton, A.",
            "date": f"{self.day}",
            "version": f"{self.version}",
            "category": self.subject.replace("_", " "),
            "abstract": f"About {self.doi}.",
            "published": "NA",
            "server": "bioRxiv",
        }


@dataclass
class Preprints:
    """The papers, and how the API behaves."""

    base: str = "http://127.0.0.1:9"
    server: str = "biorxiv"
    holds: int = 30
    page: int = 100
    papers: list[Preprint] = field(default_factory=list)
    """Oldest first."""
    answers: dict[int, Reply] = field(default_factory=dict)
    """What the API answers instead, by the cursor."""
    asked: list[str] = field(default_factory=list)
    """What the API was asked for, after ``details``."""

    @property
    def api(self) -> str:
        return f"{self.base}/details"

    def feed(self, subject: str) -> str:
        return f"{self.base}/{self.server}_xml.php?subject={subject}"

    def post(self, subject: str, day: date, count: int, version: int = 1) -> list[Preprint]:
        """New papers of a day."""
        first = len(self.papers)
        made = [
            Preprint(f"10.64898/{day:%Y.%m.%d}.{number:06}", day, subject, version)
            for number in range(first, first + count)
        ]
        self.papers.extend(made)
        return made

    def answer(self, path: str) -> Reply | None:
        """The reply to a request."""
        parts = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == f"/{self.server}_xml.php":
            return self._feed(re.split(r"[+ ]", asked["subject"]))
        if not parts.path.startswith("/details/"):
            return None
        self.asked.append(path.removeprefix("/details/"))
        server, first, last, cursor, form = parts.path.removeprefix("/details/").split("/")
        assert (server, form) == (self.server, "json")
        if int(cursor) in self.answers:
            return self.answers[int(cursor)]
        found = [
            one
            for one in self.papers
            if first <= f"{one.day}" <= last and asked.get("category") in (None, one.subject)
        ]
        return page_of(found, int(cursor), self.page)

    def _feed(self, subjects: Sequence[str]) -> Reply:
        own = [one for one in self.papers if one.subject in subjects or "all" in subjects]
        items = "".join(
            _ITEM.format(server=self.server, doi=one.doi, version=one.version, day=one.day)
            for one in own[::-1][: self.holds]
        )
        body = _FEED.format(subject="+".join(subjects), items=items).encode()
        return Reply(body, headers={"Content-Type": "application/rdf+xml"})


def page_of(papers: Sequence[Preprint], cursor: int = 0, size: int = 100) -> Reply:
    """A page of the API."""
    shown = papers[cursor : cursor + size]
    if not shown:
        return Reply(EMPTY)
    message = {"status": "ok", "cursor": cursor, "count": len(shown), "total": f"{len(papers)}"}
    said = {"messages": [message], "collection": [one.record for one in shown]}
    return Reply(json.dumps(said).encode(), headers={"Content-Type": "application/json"})


def playing(preprints: Preprints) -> Callable[..., AsyncGenerator[Outcome, None]]:
    """What stands for the fetching where no server is needed: the same answers, in order."""

    async def fetch_all(
        jobs: Sequence[Job], settings: FetchSettings, now: datetime, **_: object
    ) -> AsyncGenerator[Outcome, None]:
        for job in jobs:
            assert may_ask(job.state, forced=job.forced, now=now)
            reply = preprints.answer(job.url.removeprefix(preprints.base)) or Reply(b"", 404)
            headers = {name.lower(): value for name, value in reply.headers.items()}
            answer = Answer(status=reply.status, headers=headers, body=reply.body, url=job.url)
            yield conclude(job, answer, settings, now=now, jitter=0.0)

    return fetch_all


class _Routes(dict[str, Answering]):
    """The routes of a server, and bioRxiv's behind them."""

    preprints: Preprints

    def get(self, path: str, default: Answering | None = None) -> Answering | None:  # type: ignore[override]
        return self.preprints.answer(path) or default


@contextmanager
def preprints_serving() -> Iterator[Preprints]:
    """A running bioRxiv."""
    with serving() as server:
        preprints = Preprints(server.url(""))
        routes = _Routes()
        routes.preprints = preprints
        server.routes = routes
        yield preprints
