"""Hugging Face's papers of the day."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hauler_tui.errors import SourceError
from hauler_tui.sources.feeds import ParsedFeed, parse_feed

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
URL = "https://huggingface.co/api/daily_papers?limit=100"


def paper(**changes: Any) -> dict[str, Any]:
    inner = {
        "id": "2604.01234",
        "title": "Beetles\n in context",
        "summary": "We count\nbeetles with $a<b$ legs.",
        "authors": [{"name": "Ada Byron", "hidden": False}, {"name": "Grace Murray"}, {}, None],
        "publishedAt": "2026-04-21T00:00:00.000Z",
        "upvotes": 3,
    }
    return {"paper": inner | changes, "publishedAt": "2026-04-20T20:00:00.000Z", "numComments": 2}


def parse(value: Any, url: str = URL) -> ParsedFeed:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return parse_feed(body, url=url, content_type="application/json", feed_id=3, now=NOW)


def test_a_paper_of_the_day_is_the_same_work_as_arxivs() -> None:
    feed = parse([paper()])
    (entry,) = feed.entries
    assert feed.title == "Hugging Face daily papers"
    assert entry.title == "Beetles in context"
    assert entry.aliases == ("arxiv:2604.01234",)
    assert entry.link == "https://arxiv.org/abs/2604.01234"
    assert entry.authors == ("Ada Byron", "Grace Murray")
    assert entry.abstract == "We count beetles with $a<b$ legs."
    assert entry.published == datetime(2026, 4, 21, tzinfo=UTC)


def test_a_paper_that_is_not_on_arxiv_keeps_its_page() -> None:
    (entry,) = parse([paper(id="my-paper")]).entries
    assert entry.link == "https://huggingface.co/papers/my-paper"
    assert entry.aliases[0] == "url:https://huggingface.co/papers/my-paper"


def test_fields_of_other_kinds_are_taken_for_missing() -> None:
    (entry,) = parse([paper(title=7, summary=None, authors="me", publishedAt=[]), 3, {}]).entries
    assert (entry.title, entry.abstract, entry.authors) == ("", "", ())
    assert entry.published == datetime(2026, 4, 20, 20, tzinfo=UTC)


def test_a_day_without_papers_is_an_empty_feed() -> None:
    assert parse([]).entries == ()


@pytest.mark.parametrize(
    ("value", "url", "said"),
    [
        ([{"a": 1}], URL, "JSON that is no JSON Feed"),
        ([], "https://other.example/", "JSON that is no JSON Feed"),
        (b'[{"paper": {"id": "26', URL, "breaks off"),
        (b'[{"a":' * 5_000, URL, "breaks off"),
    ],
    ids=["another list", "no list of papers", "cut", "too deep"],
)
def test_other_lists_and_broken_ones_are_refused(value: Any, url: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(value, url)
    assert said in caught.value.message


def test_more_papers_than_are_read_are_told() -> None:
    body = json.dumps([paper(), paper(id="2604.01235")]).encode()
    feed = parse_feed(body, url=URL, content_type=None, feed_id=1, now=NOW, max_entries=1)
    assert len(feed.entries) == 1
    assert "only the first 1" in feed.warnings[0]
