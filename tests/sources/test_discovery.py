"""The feeds that a page names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources.discovery import FoundFeed, feeds_in_page, kind_of_feed, main_feed

PAGE = "https://site.example/blog/"


def link(kind: str, href: str, title: str = "", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


RSS, ATOM = "application/rss+xml", "application/atom+xml"


def found(text: str, url: str = PAGE) -> list[str]:
    return [one.url for one in feeds_in_page(text.encode(), url=url)]


@pytest.mark.parametrize(
    ("text", "url", "kind"),
    [
        (link(RSS, "/feed"), "https://site.example/feed", "rss"),
        (link(ATOM, "atom?a=1&amp;b=2"), "https://site.example/blog/atom?a=1&b=2", "atom"),
        (
            link("application/feed+json; charset=x", "//cdn.example/j"),
            "https://cdn.example/j",
            "json",
        ),
        (link("APPLICATION/RDF+XML", "https://o.example/r"), "https://o.example/r", "rdf"),
        (link("text/xml", "/index.xml"), "https://site.example/index.xml", ""),
        (link("application/json", "/feed.json"), "https://site.example/feed.json", "json"),
        ("<LINK REL='feed' HREF='x'>", "https://site.example/blog/x", ""),
        (link(RSS, "feed:https://a.example/f"), "https://a.example/f", "rss"),
        ("<link rel=alternate type=application/rss+xml href=/f>", "https://site.example/f", "rss"),
        ('<base href="/other/">' + link(RSS, "f"), "https://site.example/other/f", "rss"),
        (link(RSS, " /a\n b "), "", ""),
    ],
)
def test_declared_feeds_are_found_with_their_kind(text: str, url: str, kind: str) -> None:
    feeds = feeds_in_page(f"<html><head>{text}</head>".encode(), url=PAGE)
    assert [(one.url, one.kind) for one in feeds] == ([(url, kind)] if url else [])


@pytest.mark.parametrize(
    "text",
    [
        link("application/json", "/wp-json/wp/v2/posts/1"),
        link("text/xml+oembed", "/oembed?format=xml"),
        link("application/xml", "/sitemap.xml", rel="sitemap"),
        link("text/css", "/feed.css", rel="alternate stylesheet"),
        link("text/html", "/de/", rel="alternate"),
        link(RSS, "javascript:alert(1)"),
        link(RSS, "file:///etc/passwd"),
        link(RSS, "http://[::1"),
        link(RSS, ""),
        "<!-- " + link(RSS, "/feed") + " -->",
    ],
)
def test_what_is_no_feed_is_not_taken_for_one(text: str) -> None:
    assert found(text) == []


def test_without_a_declared_feed_links_that_look_like_feeds_are_guessed() -> None:
    text = (
        '<a href="/about">About</a><a href="/feed/">RSS</a><a href="https://feeds.example/x">F</a>'
        '<a href="https://feedly.com/i/subscription/feed/x">Add</a><a href="/feed">again</a>'
        '<a href="/sitemap.xml">Map</a><a href="https://www.site.example/news.rss">News</a>'
    )
    feeds = feeds_in_page(text.encode(), url=PAGE)
    assert [one.url for one in feeds] == [
        "https://site.example/feed/",
        "https://feeds.example/x",
        "https://www.site.example/news.rss",
    ]
    assert not any(one.is_declared for one in feeds)
    assert found(text + link(RSS, "/main")) == ["https://site.example/main"]


def test_links_of_another_site_under_the_same_registry_are_not_guessed() -> None:
    text = '<a href="https://bees.co.uk/feed">1</a><a href="https://www.ants.co.uk/feed">2</a>'
    assert found(text, "https://ants.co.uk/") == ["https://www.ants.co.uk/feed"]


def test_the_canonical_address_of_a_page_may_tell_its_feed() -> None:
    channel = "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv"
    text = f'<link rel="canonical" href="{channel}">'
    assert found(text, "https://www.youtube.com/@name") == [
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"
    ]
    assert found('<link rel="canonical" href="https://x.com/a">') == []


def test_the_page_of_a_weblog_has_one_main_feed() -> None:
    text = (
        link(RSS, "/comments/feed/", "Site » Comments Feed")
        + link(RSS, "/feed/", "Site » Feed")
        + link(RSS, "/post/feed/", "Site » A post Comments Feed")
    )
    feeds = feeds_in_page(text.encode(), url=PAGE)
    assert [one.is_of_comments for one in feeds] == [False, True, True]
    main = main_feed(feeds)
    assert main is not None
    assert main.url == "https://site.example/feed/"


@pytest.mark.parametrize(
    ("feeds", "main"),
    [
        ([("RSS", "rss"), ("Atom", "atom")], "atom"),
        ([("Site RSS 2.0", "rss"), ("Site - JSON Feed", "json")], "rss"),
        ([("Bees", "rss"), ("Ants", "atom")], None),
        ([("RSS", "rss"), ("RSS", "rss")], None),
        ([("Comments", "rss")], None),
        ([], None),
    ],
)
def test_the_main_feed_is_the_only_one_whatever_its_formats(
    feeds: list[tuple[str, str]], main: str | None
) -> None:
    listed = [
        FoundFeed(
            url=f"https://a.example/{number}",
            title=title,
            kind=kind,
            is_of_comments=title == "Comments",
        )
        for number, (title, kind) in enumerate(feeds)
    ]
    chosen = main_feed(listed)
    assert (chosen.kind if chosen else None) == main


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'<?xml version="1.0"?><!-- <html> --><rss version="2.0">', "rss"),
        (b"\n\n<feed xmlns='http://www.w3.org/2005/Atom'>", "atom"),
        (b"<rdf:RDF xmlns:rdf='x'>", "rdf"),
        (b"<br />\n<b>Warning</b>: PHP<br /><rss version='2.0'>", "rss"),
        ("<rss>".encode("utf-16"), "rss"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": []}', "json"),
        (b'[{"paper": {"id": "2401.00001"}}]', "json"),
        (b'{"version": 1}', None),
        (b"{", None),
        (b"<html><body>about the <rss > tag</body></html>", None),
        (b"<!DOCTYPE html><html>", None),
        (b"<opml><body/></opml>", None),
        (b"", None),
        (b"plain words", None),
    ],
)
def test_a_feed_is_told_from_a_page_by_its_first_tag(body: bytes, kind: str | None) -> None:
    assert kind_of_feed(body, url=PAGE) == kind


@given(
    st.binary(max_size=200)
    | st.text('<link rel="alternate" href=feed/>', max_size=200).map(str.encode)
)
def test_any_page_gives_web_addresses_or_none(body: bytes) -> None:
    kind_of_feed(body, url=PAGE)
    for one in feeds_in_page(body, url=PAGE):
        assert one.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("piece", ["<link ", "<a href='", '<a rel="x" ', "<!--", "<base href=x"])
def test_a_hostile_page_is_read_in_linear_time(piece: str) -> None:
    # Python's own html.parser needs minutes for some of these.
    assert found(piece * 10_000) == []
