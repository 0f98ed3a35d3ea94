"""arXiv's OAI-PMH for the tests' small arXiv: lists of records, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape
from typing import Protocol

from hauler_tui.sources.oaipmh import set_of
from tests.sources.server import Reply

_PAGE = """<?xml version='1.0' encoding='UTF-8'?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<responseDate>2026-05-12T22:09:27Z</responseDate>
<request verb="ListRecords" metadataPrefix="arXivRaw">http://oaipmh.arxiv.org/oai</request>
{inside}
</OAI-PMH>"""
_RECORD = """<record><header><identifier>oai:arXiv.org:{id}</identifier>
<datestamp>{changed}</datestamp><setSpec>cs:cs:CL</setSpec></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"
 xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw/ http://arxiv.org/OAI/arXivRaw.xsd">
<id>{id}</id><submitter>Ada Example</submitter>{versions}<title>{title}</title>
<authors>{authors}</authors><categories>{categories}</categories>{more}
<license>http://creativecommons.org/licenses/by/4.0/</license><abstract>{abstract}
</abstract></arXivRaw></metadata></record>"""
_VERSION = '<version version="v{number}"><date>{at}</date><size>12kb</size></version>'
_DELETED = """<record><header status="deleted"><identifier>oai:arXiv.org:{id}</identifier>
<datestamp>{changed}</datestamp></header></record>"""


class Papered(Protocol):
    """A paper of the small arXiv."""

    @property
    def id(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def submitted(self) -> datetime: ...


@dataclass
class Shelf:
    """What the records say beyond the papers, and what goes wrong."""

    size: int = 1_000
    """Records of a page."""
    changed: dict[str, date] = field(default_factory=dict)
    """When records changed last, where not on the day of the announcement."""
    versions: dict[str, list[datetime]] = field(default_factory=dict)
    """When the versions after the first were submitted."""
    deleted: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)
    """Tokens that do not hold any more."""
    trouble: Callable[[dict[str, str]], Reply | None] = lambda asked: None
    """What is answered instead, given the parameters."""

    def answer(self, asked: dict[str, str], papers: Iterable[Papered]) -> Reply:
        """What a question is answered."""
        if reply := self.trouble(asked):
            return reply
        token = asked.get("resumptionToken", "")
        if token and (token in self.expired or token.count("|") != 3):
            return refused("badResumptionToken", "it has expired")
        if token:
            wanted, first, until, start = token.split("|")
        else:
            wanted, first, until, start = asked["set"], asked["from"], asked["until"], "0"
        found = [
            paper
            for paper in papers
            if wanted in (set_of(paper.category), set_of(paper.category.partition(".")[0]))
            and first <= f"{self.changed.get(paper.id, paper.day)}" <= until
        ]
        if not found:
            return refused("noRecordsMatch", "nothing")
        begin = int(start)
        rest = f"{wanted}|{first}|{until}|{begin + self.size}"
        is_last = begin + self.size >= len(found)
        return listed(
            map(self._record, found[begin : begin + self.size]),
            token="" if is_last else rest,
            size=len(found),
            names_rest=bool(begin or not is_last),
        )

    def _record(self, paper: Papered) -> str:
        changed = self.changed.get(paper.id, paper.day)
        if paper.id in self.deleted:
            return _DELETED.format(id=paper.id, changed=changed)
        return record(
            paper.id,
            submitted=[paper.submitted, *self.versions.get(paper.id, ())],
            categories=f"{paper.category} cs.ZZ",
            changed=changed,
        )


def record(
    paper_id: str,
    *,
    submitted: Iterable[datetime],
    title: str = "",
    authors: str = "Ada Example",
    categories: str = "cs.CL",
    abstract: str = "",
    more: str = "",
    changed: date = date(2026, 5, 5),
) -> str:
    """One record in the form ``arXivRaw``; ``more`` are elements as they are."""
    dates = [format_datetime(at.astimezone(UTC), usegmt=True) for at in submitted]
    return _RECORD.format(
        id=paper_id,
        changed=changed,
        versions="".join(_VERSION.format(number=n, at=at) for n, at in enumerate(dates, 1)),
        title=escape(title or f"Paper {paper_id}"),
        authors=escape(authors),
        categories=categories,
        abstract=escape(abstract or f"  About {paper_id}."),
        more=more,
    )


def listed(
    records: Iterable[str], token: str = "", size: int | None = None, *, names_rest: bool = False
) -> Reply:
    """A page of a list."""
    counted = "" if size is None else f' completeListSize="{size}"'
    rest = f"<resumptionToken{counted}>{escape(token)}</resumptionToken>"
    inside = f"{''.join(records)}{rest if token or names_rest else ''}"
    return page(f"<ListRecords>{inside}</ListRecords>")


def refused(code: str, reason: str) -> Reply:
    """A refusal of the protocol."""
    return page(f'<error code="{code}">{reason}</error>')


def page(inside: str) -> Reply:
    """An answer of the protocol."""
    return Reply(_PAGE.format(inside=inside).encode(), headers={"Content-Type": "text/xml"})
