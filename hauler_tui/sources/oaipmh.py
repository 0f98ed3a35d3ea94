"""arXiv's records by OAI-PMH: what a list is asked for by, and what one page of it says.

The protocol is https://www.openarchives.org/OAI/openarchivesprotocol.html, arXiv's sets and its
format ``arXivRaw`` are those of https://info.arxiv.org/help/oa/index.html.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from xml.parsers import expat

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.harvest import ListPage
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import SourceError
from hauler_tui.sources import arxiv, dates, diagnosis
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import split_arxiv
from hauler_tui.sources.charsets import decoded
from hauler_tui.sources.schedule import http_date

"""Where arXiv answers (https://info.arxiv.org/help/oa/index.html)."""
FORMAT: Final = "arXivRaw"
"""The format with the dates of every version."""

_OAI = "http://www.openarchives.org/OAI/2.0/"
_GROUPS = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})
"""The archives that are groups of their own; all others are of physics."""
_AND = re.compile(r"\s*,?\s+and\s+")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEEPEST = 50
_DAMAGE = (expat.ExpatError, LookupError, ValueError)
"""What expat raises; the last two for encodings that it does not know or cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What one page of a list held."""

    entries: tuple[Entry, ...]
    """The papers, each as the query API would describe it; ``published`` is its first version."""
    page: ListPage
    is_whole: bool = True
    """Whether the page came to its end."""


@dataclass(slots=True)
class _Record:
    """The parts of one record while it is read."""

    name: str = ""
    is_deleted: bool = False
    said: dict[str, str] = field(default_factory=dict)
    versions: dict[int, str] = field(default_factory=dict)
    """When each version was submitted, by its number."""


class _RefusedError(Exception):
    """The document declares a type, of which it might define entities."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def set_of(subject: str) -> str:
    """The set of a category or archive, as ``cs:cs:CL`` for ``cs.CL``."""
    archive, _, category = subject.partition(".")
    group = archive if archive in _GROUPS else "physics"
    return ":".join(filter(None, (group, archive, category)))


def first_url(base: str, subject: str, first: date, until: date) -> str:
    """The first page of the records of a subject that changed on some days."""
    asked = {
        "verb": "ListRecords",
        "metadataPrefix": FORMAT,
        "set": set_of(subject),
        "from": f"{first}",
        "until": f"{until}",
    }
    return f"{base}?{urlencode(asked, safe=':')}"


def next_url(base: str, token: str) -> str:
    """The page that a token stands for, which is asked for by nothing else."""
    return f"{base}?{urlencode({'verb': 'ListRecords', 'resumptionToken': token})}"


def is_answer(body: bytes) -> bool:
    """Whether a body is an answer of the protocol, whatever the status it came with."""
    return b"<OAI-PMH" in body[:2_000]


def read(body: bytes, *, url: str, now: datetime) -> Records:
    """The papers of a page, and by what the next one is asked for.

    What stands before damage is read. Raises SourceError for anything but a page of records: a web
    page, a refusal, a document with a type of its own (its entities could fill any memory).
    """
    found = _understood(body, url)
    if not found.is_answer and is_answer(body):
        raise SourceError(f"{host_of(url)} sent a damaged answer", "try again later")
    if not found.is_answer:
        raise _no_records(body, url)
    if found.refusal == "noRecordsMatch":
        return Records(entries=(), page=ListPage())
    if found.refusal == "badResumptionToken":
        return Records(entries=(), page=ListPage(is_expired=True))
    if found.refusal:
        told = clean_line(f"{found.refusal} {found.reason}", 200)
        raise SourceError(
            f"{host_of(url)} refused to list its records: {told}", "tell hauler's authors"
        )
    if found.is_whole and not found.is_list:
        raise SourceError(f"{host_of(url)} answered in words that hauler does not know")
    living = [record for record in found.records if not record.is_deleted]
    entries = [_entry(record, now) for record in living]
    known = tuple(entry for entry in entries if entry is not None)
    page = ListPage(
        token=found.token,
        records=len(found.records),
        unread=len(living) - len(known),
        size=found.size,
        names_rest=found.names_rest,
    )
    return Records(entries=known, page=page, is_whole=found.is_whole)


class _Reading:
    """Hears the parts of an answer as expat tells them."""

    def __init__(self) -> None:
        self.records: list[_Record] = []
        self.is_answer = self.is_list = self.is_whole = self.names_rest = False
        self.refusal = self.reason = self.token = ""
        self.size: int | None = None
        self._record = _Record()
        self._version = 0
        self._path: list[str] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def hear(self, body: bytes) -> None:
        """Read an answer to its end. Raises _DAMAGE where there is any, and _RefusedError."""
        try:
            self._parser.Parse(body, True)
            self.is_whole = True
        finally:
            # They hold this object, which holds the parser.
            self._parser.StartElementHandler = self._parser.EndElementHandler = None
            self._parser.StartDoctypeDeclHandler = self._parser.CharacterDataHandler = None

    def _refuse(self, name: str, *_: object) -> None:
        raise _RefusedError(name)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        namespace, _, name = tag.rpartition(" ")
        self._path.append(name)
        self._text.clear()
        if len(self._path) > _DEEPEST:
            raise expat.ExpatError("nested too deeply")
        match self._path:
            case ["OAI-PMH"]:
                self.is_answer = namespace == _OAI
            case [_, "ListRecords"]:
                self.is_list = True
            case [_, "error"]:
                self.refusal = attributes.get("code", "") or "an error"
            case [_, "ListRecords", "record"]:
                self._record = _Record()
            case [_, "ListRecords", "record", "header"]:
                self._record.is_deleted = attributes.get("status") == "deleted"
            case [_, _, "record", "metadata", _, "version"]:
                number = attributes.get("version", "").removeprefix("v")
                is_number = re.fullmatch(r"[1-9]\d{0,3}", number, re.ASCII) is not None
                self._version = int(number) if is_number else 0
            case [_, "ListRecords", "resumptionToken"]:
                self.names_rest = True
                size = attributes.get("completeListSize", "")
                self.size = int(size) if re.fullmatch(r"\d{1,9}", size, re.ASCII) else None

    def _end(self, tag: str) -> None:
        said = "".join(self._text)
        self._text.clear()
        match self._path:
            case [_, "error"]:
                self.reason = said
            case [_, "ListRecords", "record", "header", "identifier"]:
                self._record.name = said.strip()
            case [_, _, "record", "metadata", _, "version", "date"]:
                self._record.versions[self._version] = said
            case [_, _, "record", "metadata", _, name]:
                self._record.said[name] = said
            case [_, "ListRecords", "record"]:
                self.records.append(self._record)
            case [_, "ListRecords", "resumptionToken"]:
                self.token = said.strip()
        self._path.pop()


def _understood(body: bytes, url: str) -> _Reading:
    """What an answer says; where it is damaged, and cannot be mended, what stands before."""
    reading = _Reading()
    try:
        try:
            reading.hear(body)
        except _DAMAGE:
            mended = _Reading()
            with contextlib.suppress(*_DAMAGE):
                mended.hear(_mended(body))
            return mended if len(mended.records) >= len(reading.records) else reading
    except _RefusedError as error:
        if error.name.lower() == "html":
            raise _no_records(body, url) from error
        raise SourceError(
            f"{host_of(url)} sent a document with definitions of its own, refused",
            "tell whoever runs it",
        ) from error
    return reading


def _no_records(body: bytes, url: str) -> SourceError:
    """Why a body is no answer, for the person to read."""
    told = diagnosis.not_a_feed(body, url=url).message
    if b"<html" in body[:2_000].lower():
        what = "a login page" if "login" in told else "a web page"
        told = f"{host_of(url)} sent {what} instead of its records"
    return SourceError(told, "try again later")


def _mended(body: bytes) -> bytes:
    """A body as UTF-8 whatever it declares, without the characters that XML does not allow."""
    text = _NO_XML.sub("", decoded(body)).lstrip("\ufeff")
    return re.sub(r"^\s*<\?xml[^<>]*\?>", "", text, count=1).encode("utf-8", "replace")


def _entry(record: _Record, now: datetime) -> Entry | None:
    """A paper as the query API would describe it; None where its name or its date is lacking."""
    versions = {number: http_date(text.strip()) for number, text in record.versions.items()}
    submitted = versions.get(1)
    published = submitted and dates.within(submitted, now=now)
    said = record.said
    name = said.get("id", "").strip() or record.name.removeprefix("oai:arXiv.org:")
    raw: dict[str, Any] = {
        "id": f"oai:arXiv.org:{name}v{max(versions, default=1) or 1}",
        "title": said.get("title", ""),
        "summary": said.get("abstract", ""),
        "authors": [{"name": each} for each in people(said.get("authors", ""))],
        "tags": [{"term": term} for term in said.get("categories", "").split()],
        "arxiv_doi": said.get("doi", ""),
        "arxiv_comment": said.get("comments", ""),
        "arxiv_journal_ref": said.get("journal-ref", ""),
    }
    paper = arxiv.paper(raw, "arxiv")
    if paper is None or published is None:
        return None
    link = f"https://arxiv.org/abs/{paper.id}"
    return Entry(
        title=paper.title,
        link=link,
        aliases=identity.aliases(link=link, doi=paper.doi or ""),
        authors=paper.authors,
        abstract=paper.abstract,
        published=published,
        categories=paper.categories,
        version=paper.version,
        doi=paper.doi,
        comment=paper.comment,
        journal=paper.journal,
    )


def people(text: str) -> tuple[str, ...]:
    """The authors in the one string of a record, in which ``and`` parts names as commas do."""
    pieces: list[str] = []
    depth = 0
    for piece in re.split(r"([()])", re.sub(r"\s+", " ", text)):
        depth = max(0, depth + (piece == "(") - (piece == ")"))
        pieces.append(piece if depth else _AND.sub(", ", piece))
    return split_arxiv("".join(pieces))
