"""The services that know works by their names, played on one loopback server."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.lookup import Finding, Found, Question
from hauler_tui.sources import lookupworker
from hauler_tui.sources.findings import LookupOrder, decode
from hauler_tui.sources.pacing import Pacer
from hauler_tui.sources.settings import FetchSettings, Services
from tests.sources.server import Answering, Handler, Reply, Server

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
SETTINGS = FetchSettings(allow_private_networks=True)
ATOM = {"Content-Type": "application/atom+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


class Routes(dict[str, Answering]):
    """Answers by path, whatever the query and the host."""

    def get(self, path: str, default: object = None) -> Answering:
        found = super().get(unquote(path.partition("?")[0]), default)
        assert isinstance(found, Reply) or callable(found)
        return found


@dataclass
class Knowers:
    """A server that plays every service, each under a host of its own."""

    server: Server
    papers: dict[str, str] = field(default_factory=dict)
    """Titles of arXiv's papers by id."""
    malformed: set[str] = field(default_factory=set)
    """Ids that arXiv refuses."""
    is_local: bool = False
    """Whether every service goes by this machine's number, for processes that look names up."""

    def __post_init__(self) -> None:
        self.server.routes = Routes()
        self.server.routes["/api/query"] = self._arxiv

    def at(self, host: str, path: str) -> str:
        host = "127.0.0.1" if self.is_local else host
        return f"http://{host}:{self.server.server_port}{path}"

    @property
    def services(self) -> Services:
        return Services(
            arxiv=self.at("export.arxiv.org", "/api/query"),
            preprints=self.at("preprints.example", "/details"),
            doi=self.at("doi.example", ""),
            pubmed=self.at("pubmed.example", "/efetch"),
        )

    @property
    def batches(self) -> list[list[str]]:
        """The ids arXiv was asked for, one list a request."""
        queries = (urlsplit(asked.path) for asked in self.server.asked)
        return [
            parse_qs(one.query)["id_list"][0].split(",")
            for one in queries
            if one.path == "/api/query"
        ]

    def page(self, path: str, html: str, **headers: str) -> str:
        self.server.routes[path] = Reply(html.encode(), headers=HTML | headers)
        return self.at("pages.example", path)

    def _arxiv(self, handler: Handler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        ids = asked["id_list"][0].split(",")
        most = int(asked.get("max_results", ["10"])[0])
        wrong = next((one for one in ids if one in self.malformed), None)
        known = [one for one in ids if one in self.papers][:most]
        body = arxiv_error(wrong) if wrong else arxiv_answer({n: self.papers[n] for n in known})
        reply(handler, Reply(body, 400 if wrong else 200, ATOM))


def reply(handler: Handler, answer: Reply) -> None:
    """Send an answer from a function that stands for a path."""
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body)


def arxiv_answer(papers: dict[str, str]) -> bytes:
    """The query API's answer as it is since late 2025."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{name}v2</id><title>{title}</title>"
        "<updated>2026-03-02T10:00:00Z</updated><summary>What it is about.</summary>"
        '<category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>'
        "<published>2026-03-01T10:00:00Z</published>"
        "<author><name>Ada Byron</name></author><author><name>Grace Murray</name></author>"
        f'<link href="https://arxiv.org/abs/{name}v2" rel="alternate" type="text/html"/>'
        f"<arxiv:doi>10.1000/{name}</arxiv:doi></entry>"
        for name, title in papers.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom"><title>arXiv Query: id_list</title>'
        f"<id>https://arxiv.org/api/x</id>{entries}</feed>"
    ).encode()


def arxiv_error(name: str) -> bytes:
    """The query API's answer to a malformed id."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        "<title>arXiv Query: id_list</title><entry>"
        f"<id>https://arxiv.org/api/errors#incorrect_id_format_for_{name}</id><title>Error</title>"
        f"<summary>incorrect id format for {name}</summary>"
        "<author><name>arXiv api core</name></author></entry></feed>"
    ).encode()


def preprint(doi: str, *, version: int = 1, **told: str) -> bytes:
    """bioRxiv's details of one paper."""
    paper = {
        "doi": doi,
        "title": "Beetles of the night",
        "authors": "Kukla, D.; Crampton-Smith, A. B.",
        "date": "2024-06-07",
        "version": str(version),
        "category": "ecology",
        "abstract": "They glow.",
        "published": "NA",
        "server": "bioRxiv",
    }
    return json.dumps({"messages": [{"status": "ok"}], "collection": [paper | told]}).encode()


NO_PREPRINT = json.dumps({"messages": [{"status": "no posts found"}], "collection": []}).encode()


def question(item_id: int, *aliases: str, link: str = "") -> Question:
    return Question(item_id=item_id, link=link, aliases=aliases)


def papers(*names: str) -> list[Question]:
    return [
        question(n, f"arxiv:{name}", link=f"https://arxiv.org/abs/{name}")
        for n, name in enumerate(names, 1)
    ]


async def here(host: str, port: int) -> tuple[str, ...]:
    """Every name leads to this machine."""
    return ("127.0.0.1",)


async def asked(
    knowers: Knowers,
    questions: list[Question],
    *,
    settings: FetchSettings = SETTINGS,
    rested: dict[str, float] | None = None,
) -> dict[int, Finding]:
    """What comes of questions, by item."""
    order = LookupOrder(
        questions=tuple(questions),
        settings=settings,
        services=knowers.services,
        now=NOW,
        rested=rested or {},
    )
    output = io.BytesIO()
    await lookupworker.work(order, output, resolve=here)
    told = [finding for line in output.getvalue().splitlines() for finding in decode(line)]
    assert sorted(one.item_id for one in told) == sorted(one.item_id for one in questions)
    return {finding.item_id: finding for finding in told}


def entry_of(finding: Finding) -> Entry:
    assert isinstance(finding, Found), finding
    return finding.entry


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the pacer would have waited; nobody waits."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    def hasty(*, clock: Callable[[], float], rested: dict[str, float]) -> Pacer:
        return Pacer(clock=lambda: sum(waited), sleep=sleep, rested=rested)

    monkeypatch.setattr(lookupworker, "Pacer", hasty)
    return waited


@pytest.fixture
def knowers(server: Server, pauses: list[float]) -> Knowers:
    return Knowers(server)
