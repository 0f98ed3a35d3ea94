"""PubMed asked for articles by their ids (https://www.ncbi.nlm.nih.gov/books/NBK25499/)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.errors import SourceError
from hauler_tui.sources import dates
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import tidy

MOST = 100
"""Ids that are asked for at once."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def address(api: str, ids: Sequence[str], contact: str | None) -> str:
    """The address that asks for articles, with our name as NCBI wishes."""
    named = {"db": "pubmed", "id": ",".join(ids), "retmode": "xml", "tool": "hauler"}
    if contact and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", contact):
        named["email"] = contact
    return f"{api}?{urlencode(named, safe=',')}"


def read(body: bytes, *, url: str, now: datetime) -> dict[str, Entry]:
    """The articles in an answer by id. Raises SourceError for what is no answer of PubMed's."""
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, ValueError) as error:
        raise SourceError(
            f"{host_of(url)} sent XML that breaks off or is damaged", "try again later"
        ) from error
    articles = {}
    for article in root.iter("PubmedArticle"):
        name = _text(article.find("MedlineCitation/PMID"))
        title = _text(article.find("MedlineCitation/Article/ArticleTitle"))
        if name.isascii() and name.isdigit() and title:
            articles[name] = _entry(article, name, title, now)
    return articles


def _entry(article: ElementTree.Element, name: str, title: str, now: datetime) -> Entry:
    said = "MedlineCitation/Article"
    ids = article.findall("PubmedData/ArticleIdList/ArticleId")
    dois = (identity.doi(_text(one)) for one in ids if one.get("IdType") == "doi")
    doi = next((one for one in dois if one), None)
    paragraphs = []
    for part in article.findall(f"{said}/Abstract/AbstractText"):
        label, text = clean_line(part.get("Label") or "", 60), _text(part)
        paragraphs.append(f"{label}: {text}" if label and text else text)
    return Entry(
        title=clean_line(title).strip("[]").removesuffix("."),
        link=f"https://pubmed.ncbi.nlm.nih.gov/{name}/",
        aliases=(f"doi:{doi}", f"pmid:{name}") if doi else (f"pmid:{name}",),
        authors=tidy([_author(one) for one in article.findall(f"{said}/AuthorList/Author")]),
        abstract=clean_text("\n\n".join(filter(None, paragraphs))),
        published=_date(article.find(f"{said}/ArticleDate"), now)
        or _date(article.find(f"{said}/Journal/JournalIssue/PubDate"), now),
        doi=doi,
        journal=clean_line(_text(article.find(f"{said}/Journal/Title")), 300) or None,
    )


def _author(person: ElementTree.Element) -> str:
    group = _text(person.find("CollectiveName"))
    names = (_text(person.find("ForeName")), _text(person.find("LastName")))
    return group or " ".join(filter(None, names))


def _date(said: ElementTree.Element | None, now: datetime) -> datetime | None:
    if said is None:
        return None
    year, month, day = (_text(said.find(name)).lower() for name in ("Year", "Month", "Day"))
    number = _MONTHS.index(month[:3]) + 1 if month[:3] in _MONTHS else _number(month) or 1
    try:
        moment = datetime(_number(year), number, _number(day) or 1, tzinfo=UTC)
    except ValueError:
        return None
    return dates.within(moment, now=now)


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0


def _text(element: ElementTree.Element | None) -> str:
    """Everything an element says, its own tags left out, on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
