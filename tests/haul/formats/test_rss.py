"""The RSS item."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from xml.etree import ElementTree

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul.formats.issue import Issue, read_papers
from hauler_tui.haul.formats.rss import rss

MakeIssue = Callable[..., Issue]


def test_a_feed_reader_finds_the_issue_in_it(make_issue: MakeIssue) -> None:
    feed = feedparser.parse(BytesIO(rss(make_issue(site="https://blog.example")).encode()))
    assert not feed.bozo
    (item,) = feed.entries
    assert (feed.feed.title, item.title) == ("Field Notes", "Field Notes ~7")
    assert item.link == item.id == "https://blog.example/field-notes-7"
    assert item.published_parsed[:5] == (2024, 6, 22, 2, 32)
    assert item.summary == "2 new papers"
    assert "https://blog.example/field-notes-6" in item.content[0].value
    assert "<script" not in item.content[0].value


def test_without_a_site_the_slug_names_the_item(make_issue: MakeIssue) -> None:
    (item,) = feedparser.parse(BytesIO(rss(make_issue()).encode())).entries
    assert item.id == "field-notes-7"
    assert not item.guidislink


@pytest.mark.parametrize("site", ["", "https://blog.example"])
def test_the_channel_has_what_rss_requires(make_issue: MakeIssue, site: str) -> None:
    channel = ElementTree.fromstring(rss(make_issue(site=site)))[0]
    assert [channel.findtext(name) for name in ("title", "link", "description")] == [
        "Field Notes",
        site or "https://site.invalid/",
        "Field Notes",
    ]


@given(st.text(max_size=200))
def test_any_text_makes_well_formed_xml(text: str) -> None:
    document, papers = read_papers(text, lambda link: None)
    issue = Issue(slug="x", title=text, text=text, document=document, papers=papers)
    assert not feedparser.parse(BytesIO(rss(issue).encode())).bozo
