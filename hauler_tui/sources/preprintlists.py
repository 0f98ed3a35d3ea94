"""What bioRxiv and medRxiv posted on some days, a page at a time (https://api.biorxiv.org)."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.harvest import ListPage
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import SourceError
from hauler_tui.sources import diagnosis
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.jsons import decoded_object, text_of
from hauler_tui.sources.oaipmh import Records
from hauler_tui.sources.preprintfeeds import ALL
from hauler_tui.sources.preprints import entry_of
from hauler_tui.sources.subjects import preprint_subject

_PAGE = re.compile(r"/(biorxiv|medrxiv)/\d{4}-\d\d-\d\d/")
_NUMBER = re.compile(r"\d{1,9}")


def page_url(base: str, subject: str, first: date, last: date, cursor: int) -> str:
    """A page of what was posted on some days, both included, after the first records of so many.

    One subject can be asked for alone; of several everything is asked for, to be chosen from.
    """
    server, _, names = subject.partition(":")
    category = "" if names == ALL or "+" in names else f"?category={names}"
    return f"{base.rstrip('/')}/{server}/{first}/{last}/{cursor}/json{category}"


def read(body: bytes, *, url: str, now: datetime) -> Records:
    """The papers of a page, one entry a record, and how many records the server counts in all.

    Raises SourceError for an answer that is none of theirs, or breaks off.
    """
    host = host_of(url)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if diagnosis.is_challenge(body):
            raise SourceError(f"{host} shows a check for browsers instead of papers", _LATER)
        raise SourceError(f"{host} sent a web page instead of papers", _LATER)
    said = decoded_object(body, host)
    papers, message = said.get("collection"), _message(said)
    status = text_of(message, "status")
    is_refused = not papers and status.lower() != "ok" and not status.lower().startswith("no ")
    if not isinstance(papers, list) or is_refused:
        told = f" “{clean_line(status, 100)}”" if status else " in words that hauler does not know"
        raise SourceError(f"{host} answered{told}", _LATER)
    named = _PAGE.search(urlsplit(url).path)
    entries = [_entry(one, url, named[1] if named else "biorxiv", now) for one in papers]
    total = text_of(message, "total")
    read_well = tuple(entry for entry in entries if entry is not None)
    return Records(
        entries=read_well,
        page=ListPage(
            records=len(papers),
            unread=len(papers) - len(read_well),
            size=int(total) if _NUMBER.fullmatch(total) else None,
        ),
    )


def is_of(entry: Entry, subject: str) -> bool:
    """Whether a paper belongs to a subject: unless it names another one that its server has."""
    server, _, names = subject.partition(":")
    if names == ALL or not entry.categories:
        return True
    try:
        return preprint_subject(server, entry.categories[0]) in names.split("+")
    except SourceError:
        return True  # rather one too many than one too few


_LATER = "try again later"


def _message(said: dict[str, Any]) -> dict[str, Any]:
    messages = said.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else messages
    return first if isinstance(first, dict) else {}


def _entry(paper: object, url: str, server: str, now: datetime) -> Entry | None:
    if not isinstance(paper, dict) or not text_of(paper, "title"):
        return None
    doi = identity.doi(text_of(paper, "doi"))
    return None if doi is None else entry_of([paper], url=url, server=server, doi=doi, now=now)
