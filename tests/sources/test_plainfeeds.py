"""Plain RSS read without feedparser, told from what feedparser makes of the same bytes."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.errors import SourceError
from hauler_tui.sources import plainfeeds
from hauler_tui.sources.feeds import ParsedFeed, parse_feed

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
SHARED = Path(os.environ.get("HAULER_SHARED", Path(__file__).parents[2].parent / "shared"))
CORPUS = SHARED / "corpus"
ROOT = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
)

WORDS = st.sampled_from(
    [
        "On words",
        "",
        " spaced  out\n",
        "caf\u00e9",
        "caf\u00c3\u00a9",
        "\u00e2\u0080\u0099",
        "x \u0085",
        "a &amp; b",
        "&lt;b&gt;bold&lt;/b&gt;",
        "&lt;R_g&gt; x &lt; y",
        "AT&amp;amp;T",
        "&amp;nosuch;",
        "<![CDATA[<p>One</p><p>two &copy;</p>]]>",
        "<!-- said --> after",
        "&#8212; $x<y$".replace("<", "&lt;"),
        "<i>inside</i>",
        "arXiv:2604.00001v1 Announce Type: new\nAbstract: It is.",
        "&nbsp;",
        "\u4e00\u4e8c",
    ]
)
LINKS = st.sampled_from(
    [
        "https://a.example/1",
        "https://a.example/2?q=1&amp;r=2",
        "/relative",
        "",
        "urn:x:1",
        "1234",
        "http://arxiv.org/abs/2604.00001",
        "https:///three",
        "oai:arXiv.org:2604.00001v1",
        "https://a.example/&amp;amp;x;",
        " https://a.example/3\n",
        "https://a.example/a b",
    ]
)
DATES = st.sampled_from(
    [
        "Thu, 23 Apr 2026 00:00:00 -0400",
        "23 Apr 2026 07:00:00 GMT",
        "2026-04-23T01:02:03Z",
        "",
        "Thu, 31 Feb 2026 00:00:00 +0000",
        "Thu, 23 Apr 2026 24:00:00 GMT",
        "Thu, 23 Apr 26 00:00 EST",
        "Thu, 23 Apr 2026 00:00:60 GMT",
        "Thu, 3 Jan 0001 00:00:00 +0100",
        "yesterday",
    ]
)
PEOPLE = st.sampled_from(
    [
        "Ada Lovelace",
        "",
        "A, B and C",
        "me@a.example (Me)",
        "Ada &lt;x&gt;",
        "J\u00f8rn",
        "Lee, D., Wu, E.",
    ]
)


def element(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An element with one of some values."""
    return values.map(lambda value: f"<{name}>{value}</{name}>")


PARTS = st.one_of(
    element("title", WORDS),
    element("link", LINKS),
    element("guid", LINKS),
    LINKS.map(lambda value: f'<guid isPermaLink="false">{value}</guid>'),
    LINKS.map(lambda value: f'<guid isPermaLink="true">{value}</guid>'),
    element("description", WORDS),
    element("content:encoded", WORDS),
    element("comments", LINKS),
    element("pubDate", DATES),
    element("dc:date", DATES),
    element("author", PEOPLE),
    element("dc:creator", PEOPLE),
    element("category", st.sampled_from(["cs.CL", "math.CO", "", "A &amp; B"])),
    st.sampled_from(["cs.CL", "", "x"]).map(lambda t: f'<category domain="d">{t}</category>'),
    element("dc:subject", st.sampled_from(["cs.CL", "y"])),
    element("arxiv:announce_type", st.sampled_from(["new", "cross", "odd"])),
    element("arxiv:DOI", st.sampled_from(["10.1000/182", "no"])),
    st.sampled_from(
        [
            '<enclosure url="https://a.example/x.mp3" type="audio/mpeg" length="1"/>',
            "words",
            "<media:title>m</media:title>",
            "<source url='https://a.example'>S</source>",
            "<dc:rights>r</dc:rights>",
        ]
    ),
)
ITEMS = st.lists(PARTS, max_size=9).map(lambda parts: f"<item>{''.join(parts)}</item>")
CHANNELS = st.lists(
    st.one_of(
        element("title", WORDS),
        element("description", WORDS),
        element("pubDate", DATES),
        element("lastBuildDate", DATES),
        st.sampled_from(
            [
                "<ttl>60</ttl>",
                "<skipDays><day>Sunday</day></skipDays>",
                "<image><title>I</title></image>",
                '<atom:link href="https://a.example/f" rel="self"/>',
                "<image><note/><title>I</title></image>",
                "<managingEditor>me@a.example</managingEditor>",
                "<sy:updatePeriod>daily</sy:updatePeriod>",
            ]
        ),
        ITEMS,
    ),
    max_size=6,
)


def both(body: bytes, content_type: str | None = None) -> tuple[ParsedFeed | str, ParsedFeed | str]:
    """A feed as it is read, and as it is by feedparser alone."""

    def read() -> ParsedFeed | str:
        try:
            return parse_feed(
                body, url="https://a.example/f/", content_type=content_type, feed_id=1, now=NOW
            )
        except SourceError as error:
            return error.message

    found = read()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plainfeeds, "read", _nothing)
        return found, read()


def _nothing(*_: Any) -> None:
    return None


@given(CHANNELS)
def test_a_feed_says_the_same_read_in_either_way(parts: list[str]) -> None:
    found, told = both(f"{ROOT}<channel>{''.join(parts)}</channel></rss>".encode())
    assert found == told


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_words_are_the_same_read_in_either_way(title: str, text: str) -> None:
    item = f"<title>{escape(title)}</title><description>{escape(text)}</description>"
    body = f"{ROOT}<channel><item>{item}</item></channel></rss>"
    found, told = both(body.encode("utf-8", "replace"))
    assert found == told


@given(st.datetimes(), st.sampled_from(["GMT", "+0000", "-0430", "+1400"]))
def test_a_date_is_the_moment_that_feedparser_reads(moment: datetime, zone: str) -> None:
    date = moment.strftime("%a, %d %b ") + f"{moment.year:04} {moment:%H:%M:%S} {zone}"
    item = f"<item><title>T</title><pubDate>{date}</pubDate></item>"
    found, told = both(f"{ROOT}<channel>{item}</channel></rss>".encode())
    assert found == told


@pytest.mark.parametrize(
    "start",
    [
        "<?xml version='1.0' encoding='iso-8859-1'?>",
        "<?xml version='1.0' encoding='utf-16'?>",
        "<!DOCTYPE rss [<!ENTITY e 'entity'>]>",
        "\ufeff",
        " \n",
        "<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?>",
    ],
)
def test_a_beginning_of_another_kind_is_left_to_feedparser(start: str) -> None:
    item = "<item><title>caf\u00e9 &lt;i&gt;</title><link>https://a.example/1</link></item>"
    found, told = both(f"{start}{ROOT}<channel>{item}</channel></rss>".encode())
    assert found == told


def test_the_common_feed_is_read_without_feedparser() -> None:
    item = (
        "<item><title>On words</title><link>https://arxiv.org/abs/2604.00001</link>"
        "<description>arXiv:2604.00001v1 Announce Type: new Abstract: It is.</description>"
        '<guid isPermaLink="false">oai:arXiv.org:2604.00001v1</guid><category>cs.CL</category>'
        "<pubDate>Thu, 23 Apr 2026 00:00:00 -0400</pubDate><dc:creator>Ada, Bob</dc:creator>"
        "<arxiv:announce_type>new</arxiv:announce_type><dc:rights>CC</dc:rights></item>"
    )
    body = f"<?xml version='1.0' encoding='UTF-8'?>{ROOT}<channel>{item}</channel></rss>".encode()
    assert plainfeeds.read(body, None) is not None
    found, told = both(body)
    assert found == told


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_feed_that_breaks_off_is_left_to_feedparser(cut: float) -> None:
    items = "<item><title>One</title><link>https://a.example/1</link></item>" * 3
    body = f"{ROOT}<channel>{items}</channel></rss>".encode()
    body = body[: int(len(body) * cut)]
    assert plainfeeds.read(body, None) is None


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus at {CORPUS}")
def test_plain_files_of_the_corpus_say_what_feedparser_reads_in_them() -> None:
    files = [path for path in sorted(CORPUS.rglob("*")) if path.suffix in (".xml", ".rss")]
    bodies = [path.read_bytes() for path in files if path.stat().st_size < 200_000]
    plain = [body for body in bodies if plainfeeds.read(body, None) is not None]
    assert len(plain) > 40
    for body in plain:
        found, told = both(body)
        assert found == told
