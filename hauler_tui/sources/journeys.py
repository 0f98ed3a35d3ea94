"""From a link's name to what it is: who is asked, and how the answer is read."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.lookup import Finding, Found, Question, Unknown
from hauler_tui.errors import SourceError
from hauler_tui.sources import arxivids, diagnosis, doi, page, preprints, pubmed
from hauler_tui.sources.addresses import PrivateAddressError, host_of, shown
from hauler_tui.sources.findings import LookupOrder
from hauler_tui.sources.http import Answer, Wanted
from hauler_tui.sources.network import UnreachableError
from hauler_tui.sources.nopage import NoTitleError
from hauler_tui.sources.process import time_limit
from hauler_tui.sources.routes import Kind, Route

_API = Wanted(accept="application/atom+xml, application/json, application/xml;q=0.9, */*;q=0.1")
_DOI = Wanted(accept=doi.ACCEPT)
_PAGE = Wanted(accept=page.ACCEPT, enough=page.ENOUGH)
BROWSER = "open it in a browser"

Asked: TypeAlias = tuple[Question, Route]
Journey: TypeAlias = Callable[[Sequence[Asked]], Awaitable[list[Finding]]]
Get: TypeAlias = Callable[[str, Wanted], Awaitable[Answer]]
"""Asks an address politely. Raises SourceError, and an error of its own for a closed host."""


class Journeys:
    """One way for each kind of link; every one raises SourceError for answers it cannot use."""

    def __init__(
        self,
        order: LookupOrder,
        get: Get,
        part: Callable[[Journey, Sequence[Asked]], Awaitable[list[Finding]]],
    ) -> None:
        """``part`` makes a journey for a part of a batch, whose failure is then its own."""
        self._order = order
        self._get = get
        self._part = part

    def of(self, kind: Kind) -> tuple[Journey, int]:
        """The journey for a kind of link, and how many links it takes at once."""
        known: Mapping[Kind, tuple[Journey, int]] = {
            "arxiv": (self.arxiv, arxivids.MOST),
            "pubmed": (self.pubmed, pubmed.MOST),
            "preprint": (self.preprint, 1),
            "doi": (self.doi, 1),
            "page": (self.page, 1),
        }
        return known[kind]

    async def arxiv(self, batch: Sequence[Asked], *, is_again: bool = False) -> list[Finding]:
        """Papers by their ids, in one question; an id that spoils it is found by halving."""
        url = arxivids.address(self._order.services.arxiv, [route.name for _, route in batch])
        answer = await self._get(url, _API)
        now = self._order.now
        if answer.status == 400:
            if len(batch) > 1:
                half = len(batch) // 2
                return [
                    *await self._part(self.arxiv, batch[:half]),
                    *await self._part(self.arxiv, batch[half:]),
                ]
            why = arxivids.refusal(answer.body, url=answer.url, now=now)
            return [unknown(batch[0], why or f"arXiv refuses the id {batch[0][1].name}")]
        _require_200(answer)
        with self._time_limit():
            papers = arxivids.read(answer.body, url=answer.url, now=now)
        if not papers and len(batch) > 1:
            # An answer that should be full is empty now and then: that says nothing.
            if not is_again:
                return await self.arxiv(batch, is_again=True)
            raise SourceError("arXiv answered with nothing at all", "it is asked again later")
        return _told(batch, papers, "arXiv has no paper")

    async def pubmed(self, batch: Sequence[Asked]) -> list[Finding]:
        """Articles by their PubMed ids, in one question."""
        settings = self._order.settings
        names = [route.name for _, route in batch]
        url = pubmed.address(self._order.services.pubmed, names, settings.contact)
        answer = await self._get(url, _API)
        _require_200(answer)
        with self._time_limit():
            articles = pubmed.read(answer.body, url=answer.url, now=self._order.now)
        return _told(batch, articles, "PubMed has no article")

    async def preprint(self, batch: Sequence[Asked]) -> list[Finding]:
        """A paper of bioRxiv or medRxiv; one that neither has is asked for at doi.org."""
        ((question, route),) = batch
        for server in preprints.servers_for(question.link):
            url = preprints.address(self._order.services.preprints, server, route.name)
            answer = await self._get(url, _API)
            _require_200(answer)
            with self._time_limit():
                entry = preprints.read(
                    answer.body, url=answer.url, server=server, doi=route.name, now=self._order.now
                )
            if entry is not None:
                return [found((question, route), entry)]
        return await self.doi(batch)

    async def doi(self, batch: Sequence[Asked]) -> list[Finding]:
        """A work by its DOI; an agency that tells nothing itself may lead to the work's page."""
        ((question, route),) = batch
        answer = await self._get(doi.address(self._order.services.doi, route.name), _DOI)
        if answer.status in (404, 410):
            reason = f"nobody has registered the DOI {route.name}"
            return [unknown((question, route), reason, "check its spelling")]
        if answer.status in (204, 406):
            return [unknown((question, route), f"nothing is told about the DOI {route.name}")]
        _require_200(answer)
        with self._time_limit():
            if answer.body.lstrip()[:1] == b"<":
                return [found((question, route), self._read_page(answer, question.link))]
            entry = doi.read(answer.body, url=answer.url, doi=route.name, now=self._order.now)
        return [found((question, route), replace(entry, link=question.link or entry.link))]

    async def page(self, batch: Sequence[Asked]) -> list[Finding]:
        """A page by its own metadata."""
        ((question, route),) = batch
        try:
            answer = await self._get(route.name, _PAGE)
        except UnreachableError:
            raise
        except SourceError as error:
            is_private = isinstance(error, PrivateAddressError)
            hint = error.hint if is_private else BROWSER
            raise NoTitleError(error.message, hint, for_good=is_private) from error
        host = host_of(answer.url)
        if answer.status in (401, 403):
            what = "wants a login, or keeps programs out"
            if diagnosis.is_challenge(answer.body):
                what = "shows a check for browsers instead of the page"
            raise NoTitleError(f"{host} {what} ({answer.status})", BROWSER)
        if answer.status in (404, 410):
            is_gone = answer.status == 410
            raise NoTitleError(
                f"there is no {shown(answer.url)} ({answer.status})", "check it", for_good=is_gone
            )
        _require_200(answer)
        with self._time_limit():
            return [found((question, route), self._read_page(answer, route.name))]

    def _read_page(self, answer: Answer, link: str) -> Entry:
        kind = answer.headers.get("content-type", "")
        return page.read(
            answer.body, link=link, url=answer.url, content_type=kind, now=self._order.now
        )

    def _time_limit(self) -> contextlib.AbstractContextManager[None]:
        return time_limit(self._order.settings.parse_seconds)


def found(asked: Asked, entry: Entry) -> Found:
    """What a link is, under every name that it was asked by."""
    question, route = asked
    names = tuple(dict.fromkeys((*entry.aliases, *question.aliases)))
    return Found(item_id=question.item_id, host=route.host, entry=replace(entry, aliases=names))


def unknown(asked: Asked, reason: str, hint: str = "", *, for_good: bool = False) -> Unknown:
    """That a link is not known where it was asked for."""
    question, route = asked
    return Unknown(
        item_id=question.item_id, host=route.host, reason=reason, hint=hint, for_good=for_good
    )


def _told(batch: Sequence[Asked], works: Mapping[str, Entry], lacking: str) -> list[Finding]:
    return [
        found(asked, works[asked[1].name])
        if asked[1].name in works
        else unknown(asked, f"{lacking} {asked[1].name}", "check its number")
        for asked in batch
    ]


def _require_200(answer: Answer) -> None:
    """Raise SourceError for any other status."""
    if answer.status != 200:
        host = host_of(answer.url)
        raise SourceError(f"{host} answered {answer.status}", "it is asked again later")
