"""Hugging Face's papers of the day, a JSON list that only its API gives, in feedparser's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from hauler_tui.domain.identifiers import arxiv_id
from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.arxiv import reflow

TITLE = "Hugging Face daily papers"
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*[{\]]")


def looks_like_papers(body: bytes) -> bool:
    """Whether a body can only be a JSON list, as no feed is."""
    return _LIST.match(body) is not None


def read(body: bytes, *, url: str, limit: int) -> dict[str, Any] | None:
    """The papers as a dictionary with ``title``, ``entries`` and how many of them were ``dropped``.

    None when the JSON is another list; an empty list is a day without papers. An entry links to
    arXiv where the paper is there, else to its page at Hugging Face. Raises SourceError for JSON
    that breaks off.
    """
    try:
        data = msgspec.json.decode(body.lstrip(b"\xef\xbb\xbf \t\r\n"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(
            f"{host_of(url) or 'the source'} sent JSON that breaks off or is damaged",
            "try again later",
        ) from error
    if not isinstance(data, list):
        return None
    papers = [one for one in data if isinstance(one, dict) and isinstance(one.get("paper"), dict)]
    if not papers and (data or host_of(url) != "huggingface.co"):
        return None
    return {
        "title": TITLE,
        "entries": [_entry(one, one["paper"]) for one in papers[:limit]],
        "dropped": max(0, len(papers) - limit),
    }


def _entry(outer: Mapping[str, Any], paper: Mapping[str, Any]) -> dict[str, Any]:
    name = _text(paper, "id")
    known = arxiv_id(name)
    link = f"https://huggingface.co/papers/{name}" if name else ""
    authors = paper.get("authors")
    abstract = _text(paper, "summary") or _text(outer, "summary")
    return {
        "id": name,
        "title": _text(paper, "title") or _text(outer, "title"),
        "link": f"https://arxiv.org/abs/{known[0]}" if known else link,
        "content": [{"value": reflow(abstract), "type": "text/plain"}],
        "authors": [
            {"name": _text(person, "name")}
            for person in (authors if isinstance(authors, list) else [])
            if isinstance(person, dict)
        ],
        "published": _text(paper, "publishedAt") or _text(outer, "publishedAt"),
    }


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
