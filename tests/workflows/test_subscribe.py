"""From what was typed to the feed, against a server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from hauler_tui.errors import SourceError
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows.subscribe import addresses_to_add, feeds_of
from tests.factories import NOW
from tests.sources.server import Reply, Server, serving

RSS = b"<rss version='2.0'><channel><title>t</title></channel></rss>"
SETTINGS = FetchSettings(allow_private_networks=True)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


class Names:
    """A ``getaddrinfo`` that knows these names, and no others."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def __call__(self, host: str, port: int, *rest: object, **options: object) -> list[Any]:
        if host not in self._known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (self._known[host], port))]


async def add(*texts: str, settings: FetchSettings = SETTINGS) -> tuple[str, ...]:
    return (await addresses_to_add(texts, settings=settings, now=NOW)).urls


async def test_an_address_is_asked_once_and_one_that_hauler_made_never(server: Server) -> None:
    feed = server.add("/feed.xml", Reply(RSS))
    page = server.add(
        "/page", Reply(b'<link rel="alternate" type="application/rss+xml" href="/feed.xml">')
    )
    made = ("https://rss.arxiv.org/rss/cs.CL", "https://www.reddit.com/r/all/.rss")
    texts = (feed, page, page, "arxiv:cs.CL", "https://www.reddit.com/r/all/.rss")
    assert await add(*texts) == (feed, *made)
    assert sorted(asked.path for asked in server.asked) == ["/feed.xml", "/page"]
    names = {name.lower() for name, _ in server.asked[0].headers}
    assert names.isdisjoint({b"cookie", b"referer", "cookie", "referer"})


async def test_a_page_that_is_a_feed_is_subscribed_to_where_it_moved_for_good(
    server: Server,
) -> None:
    new = server.add("/new", Reply(RSS))
    moved = server.add("/old", Reply(b"", 301, {"Location": "/new"}))
    for_now = server.add("/today", Reply(b"", 302, {"Location": "/new"}))
    assert await add(moved) == (new,)
    assert await add(for_now) == (for_now,)


async def test_relative_links_are_read_against_where_the_page_really_is(server: Server) -> None:
    link = b'<link rel="alternate" type="application/atom+xml" href="atom">'
    server.add("/blog/", Reply(link))
    page = server.add("/b", Reply(b"", 302, {"Location": "/blog/"}))
    (found,) = await feeds_of(page, settings=SETTINGS, now=NOW)
    assert found.url.endswith("/blog/atom")


@pytest.mark.parametrize("path", ["/page", "/feed.xml"])
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"<html>words</html>"), "the page names none"),
        (Reply(b"<html><title>Just a moment...</title>", 403), "check for browsers"),
        (Reply(b"<html><input type=password>"), "login page"),
        (Reply(b"Rate exceeded.", 429), "asks to be left alone"),
        (Reply(b"", 404), "there is no"),
        (Reply(b"gone", 410), "gone for good"),
        (Reply(b"", 503), "problem of its own"),
        (Reply(b"%PDF-1.7"), "a PDF"),
        (Reply(b""), "empty answer"),
        (Reply(b"x" * 2_000), "more than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_where_there_is_no_feed_a_sentence_says_why_and_what_to_do(
    server: Server, reply: Reply, said: str, path: str
) -> None:
    page = server.add(path, reply)
    settings = FetchSettings(allow_private_networks=True, max_bytes=1_000)
    with pytest.raises(SourceError) as caught:
        await add(page, settings=settings)
    assert said in caught.value.message
    assert caught.value.hint
    if path == "/feed.xml" and reply.status != 200:
        assert caught.value.hint.endswith("; --no-fetch subscribes without asking")
        assert "hauler add" not in caught.value.hint


@pytest.mark.parametrize("body", [b"Rate exceeded.", b""])
async def test_a_site_that_is_busy_may_be_asked_again_later(server: Server, body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        await add(server.add("/blog", Reply(body)))
    assert caught.value.hint.startswith("try again later, or capture the page itself with: ")


async def test_a_page_on_this_machine_is_not_asked_without_permission(server: Server) -> None:
    page = server.add("/page", Reply(RSS))
    with pytest.raises(SourceError) as caught:
        await add(page, settings=FetchSettings())
    assert "not fetched" in caught.value.message
    assert server.asked == []


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"rss.arxiv.org": "192.0.2.1"}, "cannot be looked up"),
        ({"rss.arxiv.org": "192.0.2.1", "blog.example": "10.0.0.7"}, "not fetched"),
        ({"blog.example": "169.254.169.254"}, "never fetched"),
    ],
)
async def test_what_looks_like_a_feed_must_have_a_name_that_leads_to_the_public(
    monkeypatch: pytest.MonkeyPatch, known: dict[str, str], said: str
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", Names(known))
    with pytest.raises(SourceError) as caught:
        await add("https://blog.example/feed.xml", settings=FetchSettings())
    assert said in caught.value.message
    assert "--no-fetch" in caught.value.hint


async def test_without_a_network_what_looks_like_a_feed_is_taken_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", Names({}))
    url = "https://blog.example/feed.xml"
    chosen = await addresses_to_add(["arxiv:cs.CL", url], settings=SETTINGS, now=NOW)
    assert chosen.urls == ("https://rss.arxiv.org/rss/cs.CL", url)
    (warning,) = chosen.warnings
    assert warning.startswith(f"{url} was not asked: ")
    assert warning.endswith("this machine seems to be offline")
    with pytest.raises(SourceError):
        await add("https://blog.example/")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
async def test_this_machine_is_reached_without_a_network_and_what_fails_there_is_told(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", Names({"127.0.0.1": "127.0.0.1"}))
    with pytest.raises(SourceError):
        await add(f"http://{host}:1/feed.xml")


async def test_a_host_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(SourceError) as caught:
        await add("https://nowhere.invalid/blog")
    assert "cannot be looked up" in caught.value.message
    assert "--no-fetch" in caught.value.hint
