"""CSL JSON, and Zotero's own JSON (https://docs.citationstyles.org/en/stable/specification.html)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from hauler_tui.domain.reference import LeftOut, Reference, References
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import SourceError
from hauler_tui.sources import dates
from hauler_tui.sources.markup import title_text
from hauler_tui.sources.references import building

_NO_WORKS = frozenset({"attachment", "note", "annotation"})
"""Zotero's types of what belongs to a work and is none itself."""
_FORMS = "export a bibliography as “CSL JSON”, and bookmarks as HTML"


def looks_like_json(text: str) -> bool:
    """Whether a text begins as an array or an object of JSON does."""
    start = text.lstrip("\ufeff \t\r\n")[:200]
    return start[:1] in ("[", "{") and start[1:].lstrip()[:1] in ("{", '"', "]", "}")


def read(text: str, *, now: datetime) -> References:
    """The items of a CSL JSON file. Raises SourceError when it is no JSON, or of another kind."""
    try:
        loaded = json.loads(text.lstrip("\ufeff"))
    except RecursionError as error:
        raise SourceError("it is JSON nested too deep to be a bibliography", _FORMS) from error
    except ValueError as error:
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise SourceError(f"it is not whole: its JSON breaks{where}", "export it again") from error
    items = loaded.get("items") if isinstance(loaded, dict) else loaded
    if not isinstance(items, list) or not (items == [] or any(map(_is_item, items))):
        raise SourceError("it is JSON, and no bibliography", _FORMS)
    shared = building.shared_addresses(
        (_text(one, "URL", "url"), _text(one, "title")) for one in items if isinstance(one, dict)
    )
    found: list[Reference] = []
    left_out: list[LeftOut] = []
    for place, one in enumerate(items, start=1):
        if not _is_item(one):
            left_out.append(LeftOut(title=f"item {place}", reason="it is no description of a work"))
        elif _text(one, "itemType") in _NO_WORKS:
            continue
        elif (reference := _reference(one, shared, now)) is None:
            name = clean_line(_text(one, "id", "key"), 60) or f"item {place}"
            left_out.append(LeftOut(title=name, reason="it has neither a title nor a link"))
        else:
            found.append(reference)
    return References(kind="csl", found=tuple(found), left_out=tuple(left_out))


def _is_item(one: Any) -> bool:
    return isinstance(one, dict) and bool(one.keys() & {"type", "itemType"})


def _reference(item: Mapping[str, Any], shared: frozenset[str], now: datetime) -> Reference | None:
    extra = _text(item, "note", "extra")
    journal = _text(item, "container-title", "publicationTitle", "proceedingsTitle", "repository")
    said = {key.strip().lower(): value.strip() for key, value in _said(extra)}
    pmid = _text(item, "PMID") or said.get("pmid", "")
    names = [f"PMID:{pmid}"] if pmid else []
    names += [f"arXiv:{said['arxiv']}"] if "arxiv" in said else []
    numbers = (
        _text(item, name) for name in ("number", "archive_location", "archiveID", "archiveLocation")
    )
    names += [one for one in numbers if "arxiv" in one.lower()]
    names.append(building.arxiv_of_journal(journal))
    return building.reference(
        title=title_text(_text(item, "title"), is_html=True),
        links=[_text(item, "URL", "url")],
        dois=[_text(item, "DOI") or said.get("doi", "")],
        names=names,
        shared=shared,
        authors=list(_people(item)),
        abstract=_text(item, "abstract", "abstractNote"),
        published=_published(item),
        journal=title_text(journal, is_html=True),
        tags=list(_tags(item)),
        notes=[extra, _text(item, "annote"), *_notes(item)],
        now=now,
    )


def _said(extra: str) -> Iterator[tuple[str, str]]:
    """The ``name: value`` lines of Zotero's Extra."""
    for line in extra.splitlines():
        name, colon, value = line.partition(":")
        if colon and len(name) < 40:
            yield name, value


def _people(item: Mapping[str, Any]) -> Iterator[str]:
    """Authors, else editors, given names first."""
    people = item.get("author") or item.get("creators") or item.get("editor") or ()
    if not isinstance(people, list):
        return
    writers = [one for one in people if isinstance(one, dict)]
    roles = [one for one in writers if one.get("creatorType") in (None, "author", "preprintAuthor")]
    for one in roles or writers:
        whole = _text(one, "literal", "name")
        parts = (
            _text(one, "given", "firstName"),
            _text(one, "dropping-particle"),
            _text(one, "non-dropping-particle"),
            _text(one, "family", "lastName"),
            _text(one, "suffix"),
        )
        yield whole or " ".join(filter(None, parts))


def _published(item: Mapping[str, Any]) -> datetime | None:
    for name in ("issued", "date", "dateAdded", "accessed"):
        told = item.get(name)
        if isinstance(told, str) and (found := dates.written(told)):
            return found
        if isinstance(told, dict) and (found := _date(told)):
            return found
    return None


def _date(told: Mapping[str, Any]) -> datetime | None:
    parts = told.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first:
        texts = [str(part).strip()[:9] for part in first[:3]]
        if texts[0].lstrip("-").isdecimal():
            numbers = [int(text) if text.isdecimal() else 0 for text in texts]
            return dates.day_of(*numbers)
    for name in ("raw", "literal"):
        if found := dates.written(_text(told, name)):
            return found
    if isinstance(seconds := told.get("timestamp"), int) and 0 < seconds < 10**10:
        return datetime.fromtimestamp(seconds, UTC)
    return None


def _tags(item: Mapping[str, Any]) -> Iterator[str]:
    yield from building.split_tags(_text(item, "keyword", "keywords"))
    listed = item.get("tags") or item.get("categories") or ()
    for one in listed if isinstance(listed, list) else ():
        yield _text(one, "tag") if isinstance(one, dict) else str(one)


def _notes(item: Mapping[str, Any]) -> Iterator[str]:
    listed = item.get("notes") or ()
    for one in listed if isinstance(listed, list) else ():
        yield _text(one, "note") if isinstance(one, dict) else str(one)


def _text(item: Mapping[str, Any], *names: str) -> str:
    """The first of some fields that holds a text or a number."""
    for name in names:
        value = item.get(name)
        if isinstance(value, list) and value and isinstance(value[0], str):
            value = value[0]  # Crossref's form
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value):
            return str(value)
    return ""
