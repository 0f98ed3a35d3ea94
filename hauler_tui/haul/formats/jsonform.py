"""An issue as JSON: everything that is printed, and what is known of each paper."""

from __future__ import annotations

import json
from typing import Any

from hauler_tui.haul.formats.issue import Issue, Paper


def as_json(issue: Issue) -> str:
    """One object; texts of the papers keep their TeX, dates are ISO 8601."""
    lanes: list[dict[str, Any]] = [
        {"name": section.name, "text": section.text.strip("\n"), "cards": []}
        for section in issue.document.sections
    ]
    papers = iter(issue.papers)
    for lane, section in zip(lanes, issue.document.sections, strict=True):
        lane["cards"] = [_card(next(papers)) for _ in section.cards]
    shape = {
        "slug": issue.slug,
        "series": issue.series,
        "number": issue.number,
        "title": issue.title,
        "state": issue.state,
        "published_at": issue.published_at.isoformat() if issue.published_at else None,
        "snippet": issue.snippet,
        "lanes": lanes,
        "markdown": issue.text,
    }
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


def _card(paper: Paper) -> dict[str, Any]:
    card, entry = paper.card, paper.entry
    shape: dict[str, Any] = {
        "link": card.link,
        "key": paper.key or None,
        "title": card.title,
        "abstract": card.abstract,
        "note": card.text,
        "paper": None,
    }
    if entry is not None:
        shape["paper"] = {
            "title": entry.title,
            "authors": list(entry.authors),
            "abstract": entry.abstract,
            "published": entry.published.isoformat() if entry.published else None,
            "categories": list(entry.categories),
            "doi": entry.doi,
            "journal": entry.journal,
            "version": entry.version,
        }
    return shape
