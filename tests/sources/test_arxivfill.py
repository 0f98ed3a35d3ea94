from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hauler_tui.sources.arxivfill import (
    PAGE,
    Search,
    category_query,
    daily_subjects,
    page_url,
    pause_of,
    search_of,
    starts,
)
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.shorthands import expanded
from tests.sources.arxivserver import ArXiv, api_reply

NOW = datetime(2026, 4, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "title", "subjects"),
    [
        ("https://rss.arxiv.org/rss/cs.CL", "", ("cs.CL",)),
        ("https://rss.arxiv.org/atom/cs.lg+CS.CL", "", ("cs.LG", "cs.CL")),
        ("https://rss.arxiv.org/rss/cs.LG%2Bstat.ML/", "", ("cs.LG", "stat.ML")),
        ("http://export.arxiv.org/rss/cs", "", ("cs",)),
        ("http://127.0.0.1:8000/rss/q-bio.NC", "", ("q-bio.NC",)),
        ("https://example.org/mirror.xml", "cs.CL updates on arXiv.org", ("cs.CL",)),
        ("https://example.org/rss/cs.CL", "", ()),
        ("https://rss.arxiv.org/rss/cs.XX", "", ()),
        ("https://example.org/feed.xml", "Beetles", ()),
        ("https://export.arxiv.org/api/query?search_query=cat:cs.CL", "", ()),
    ],
)
def test_a_daily_feed_is_known_by_its_address_or_its_title(
    url: str, title: str, subjects: tuple[str, ...]
) -> None:
    assert daily_subjects(url, title) == subjects


def test_a_search_is_known_by_its_address() -> None:
    url = expanded('arxiv:au:"Jurafsky"')
    assert url is not None
    assert search_of(url) == Search(
        query='au:"Jurafsky"', base="https://export.arxiv.org/api/query", page=200
    )
    assert search_of(url.replace("descending", "ascending")) is None
    assert search_of(url.replace("export.arxiv.org", "example.org")) is None
    assert search_of("https://rss.arxiv.org/rss/cs.CL") is None


def test_an_archive_is_searched_with_all_of_its_own() -> None:
    asked = {name: category_query(name) for name in ("cs", "cs.CL", "hep-th", "cond-mat")}
    assert asked == {
        "cs": "cat:cs.*",
        "cs.CL": "cat:cs.CL",
        "hep-th": "cat:hep-th",
        "cond-mat": "cat:cond-mat.*",
    }


def test_a_page_is_asked_for_as_arxivs_manual_says() -> None:
    begin, end = datetime(2026, 5, 1, 18, tzinfo=UTC), datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
    url = page_url("https://export.arxiv.org/api/query", "cat:cs.CL", begin, end, start=250)
    assert url == (
        "https://export.arxiv.org/api/query?search_query=cat:cs.CL+AND+"
        "submittedDate:%5B202605011800+TO+202605041830%5D"
        f"&sortBy=submittedDate&sortOrder=ascending&start=250&max_results={PAGE}"
    )
    assert "%28au:A+OR+au:B%29+AND+" in page_url(
        "https://x.org", "au:A OR au:B", begin, end, start=0
    )


def test_pages_begin_where_the_ones_before_end_and_stop_at_arxivs_limit() -> None:
    assert list(starts(600)) == [0, 250, 500]
    assert list(starts(600, after=500)) == [500]
    assert list(starts(0)) == []
    assert max(starts(100_000)) + PAGE == 30_000


def test_arxiv_is_given_three_seconds_and_this_machine_none() -> None:
    assert pause_of("https://export.arxiv.org/api/query") == 3.0
    assert pause_of("http://127.0.0.1:9/api/query") == 0.0


def test_a_feed_tells_when_it_was_made_and_whether_it_is_whole(feeds: Path) -> None:
    for name in ("arxiv.rss.xml", "arxiv.atom.xml"):
        body = (feeds / name).read_bytes()
        feed = parse_feed(body, url="https://a.org", content_type=None, feed_id=1, now=NOW)
        assert feed.built_at is not None
        assert feed.built_at.hour == 4
        assert feed.is_whole
        cut = body[: body.rindex(b"</")]
        feed = parse_feed(cut, url="https://a.org", content_type=None, feed_id=1, now=NOW)
        assert not feed.is_whole
        assert feed.entries


def test_a_feed_whose_date_is_none_does_not_tell_when_it_was_made(feeds: Path) -> None:
    body = (feeds / "arxiv.rss.xml").read_bytes()
    body = re.sub(rb"<(pubDate|lastBuildDate)>[^<]*", rb"<\1>some day", body)
    feed = parse_feed(body, url="https://a.org", content_type=None, feed_id=1, now=NOW)
    assert feed.built_at is None


def test_the_query_api_tells_how_many_there_are_and_the_primary_category() -> None:
    arxiv = ArXiv()
    arxiv.announce("cs.CL", NOW.date(), 1)
    reply = api_reply(arxiv.papers, 1_234)
    feed = parse_feed(reply.body, url="https://a.org", content_type=None, feed_id=1, now=NOW)
    assert feed.total == 1_234
    assert feed.entries[0].categories[0] == "cs.CL"
