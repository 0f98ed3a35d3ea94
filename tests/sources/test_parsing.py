"""feedparser spared of joining links that are absolute anyway."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources import parsing
from hauler_tui.sources.feeds import ParsedFeed, parse_feed

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)

ADDRESSES = st.one_of(
    st.sampled_from(
        [
            "https://a.example/1", "http://a.example/?", "HTTP://A.example/x", "/relative", "#part",
            "//b.example/x", "urn:x:1", "tag:a,2026:1", "1234", "http:odd", "https:///three", "",
            "https://a.example/1?q=1&amp;r=2", "mailto:me@a.example", "  https://a.example/2 ",
            "<![CDATA[https://a.example/3]]>", "<![CDATA[ /4 ]]>", "&#47;5", "ftp:x",
        ]
    ),
    st.text("ab:/?#.%&;", max_size=12).map(lambda text: text.replace("&", "&amp;")),
)  # fmt: skip
BASES = st.sampled_from(["", "xml:base='https://c.example/d/'", "base = '/e/'"])


def both(body: bytes) -> tuple[ParsedFeed, ParsedFeed]:
    """A feed as it is read, and as it is with every link joined."""

    def read() -> ParsedFeed:
        return parse_feed(
            body, url="https://base.example/f/", content_type=None, feed_id=1, now=NOW
        )

    found = read()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parsing, "may_be_relative", lambda body: True)
        return found, read()


@given(ADDRESSES, ADDRESSES, BASES, st.sampled_from(["", " isPermaLink='false'"]))
def test_rss_is_read_the_same_with_and_without_a_base(
    link: str, guid: str, base: str, permanent: str
) -> None:
    entry = f"<item {base}><title>x</title><link>{link}</link><guid{permanent}>{guid}</guid></item>"
    found, joined = both(f"<rss version='0.92'><channel>{entry}</channel></rss>".encode())
    assert found == joined


@given(ADDRESSES, ADDRESSES, BASES)
def test_atom_is_read_the_same_with_and_without_a_base(href: str, name: str, base: str) -> None:
    href = href.replace("<![CDATA[", "").replace("]]>", "")
    entry = f"<entry {base}><title>x</title><id>{name}</id><link href='{href}'/></entry>"
    found, joined = both(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>".encode())
    assert found == joined


def test_a_feed_of_absolute_links_is_not_joined_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bases: list[str] = []
    call = parsing._call

    def noting(body: bytes, base: str, charset: str | None) -> Any:
        bases.append(base)
        return call(body, base, charset)

    monkeypatch.setattr(parsing, "_call", noting)
    for link in ("https://a.example/1", "/1"):
        body = f"<rss version='0.92'><channel><item><link>{link}</link></item></channel></rss>"
        parsing.parse(body.encode(), url="https://base.example/", content_type=None)
    assert bases == ["", "https://base.example/"]


@pytest.mark.parametrize("permanent", ["", " isPermaLink='true'", ' ISPERMALINK="true" x="y"'])
@pytest.mark.parametrize("guid", ["post-1", "/1", "<![CDATA[ 1559049671350 ]]>", "#part", "a b"])
def test_a_guid_that_is_no_address_is_a_name_and_no_link(guid: str, permanent: str) -> None:
    entry = f"<item><title>x</title><guid{permanent}>{guid}</guid></item>"
    body = f"<rss version='2.0'><channel><title>t</title>{entry}</channel></rss>".encode()
    found, moved = (
        parse_feed(body, url=url, content_type=None, feed_id=1, now=NOW).entries
        for url in ("https://a.example/f/", "https://b.example/f/")
    )
    assert found == moved
    assert found[0].link == ""
    (name,) = found[0].aliases
    assert name.removeprefix("feed-guid:1:") in guid


def test_a_guid_that_is_a_doi_names_the_work() -> None:
    entry = "<item><title>x</title><guid>10.1002/dro2.121</guid></item>"
    body = f"<rss version='2.0'><channel><title>t</title>{entry}</channel></rss>".encode()
    (found,) = parse_feed(
        body, url="https://a.example/f", content_type=None, feed_id=1, now=NOW
    ).entries
    assert (found.doi, found.link) == ("10.1002/dro2.121", "")
    assert found.aliases[0] == "doi:10.1002/dro2.121"


def test_an_atom_id_that_is_no_address_stays_beside_the_link() -> None:
    entry = "<entry><title>x</title><id>1</id><link href='/one'/></entry>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>".encode()
    (found,) = parse_feed(
        body, url="https://a.example/f", content_type=None, feed_id=1, now=NOW
    ).entries
    assert found.aliases == ("url:https://a.example/one", "feed-guid:1:1")


WHOLE = (
    "<rss version='2.0' xmlns:arxiv='http://arxiv.org/schemas/atom'><channel><title>t</title>"
    "<item><title>One paper</title><link>{link}1</link><guid isPermaLink='false'>g1</guid></item>"
    "<item><title>Second paper</title><link>{link}2</link>"
    "<guid isPermaLink='false'>g2</guid>"
    "<description>Much &lt;b&gt;text&lt;/b&gt; of it.</description></item></channel></rss>"
)


@pytest.mark.parametrize("link", ["https://a.example/", "https://arxiv.org/abs/2604.0000"])
def test_a_feed_cut_anywhere_gives_no_entry_that_the_whole_one_does_not_give(link: str) -> None:
    body = WHOLE.format(link=link).encode()

    def names(body: bytes) -> list[tuple[str, ...]]:
        found = parse_feed(body, url="https://a.example/", content_type=None, feed_id=1, now=NOW)
        return [entry.aliases for entry in found.entries]

    first, second = names(body)
    for end in range(body.index(b"<item>"), len(body)):
        found = names(body[:end])
        assert found[:1] in ([], [first], [first[:1]])
        assert found[1:] in ([], [second], [second[:1]])
        if end > body.index(b"</link><guid", body.index(b"2</link>")) + 7:
            assert len(found) == 2
