"""One polite GET against a real server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from typing import Any

import httpcore
import pytest

from hauler_tui.domain.feed import FeedState
from hauler_tui.errors import SourceError
from hauler_tui.sources.http import Answer, Client, redirect_target, user_agent
from hauler_tui.sources.network import Resolver, system_resolver
from hauler_tui.sources.settings import FetchSettings
from tests.sources.server import Handler, Reply, Server

SMALL = FetchSettings(
    allow_private_networks=True,
    max_bytes=100_000,
    deadline_seconds=0.3,
    read_seconds=0.2,
    connect_seconds=0.2,
)
PATIENT = FetchSettings(allow_private_networks=True)

PUBLIC = "93.184.216.34"
"""An address of the Internet, which is never connected to."""


async def get(
    url: str,
    settings: FetchSettings = PATIENT,
    state: FeedState | None = None,
    resolve: Resolver = system_resolver,
) -> Answer:
    async with Client(settings, resolve=resolve) as client:
        return await client.fetch(url, state or FeedState())


async def refused(
    url: str, settings: FetchSettings = PATIENT, *, resolve: Resolver = system_resolver
) -> str:
    with pytest.raises(SourceError) as caught:
        await get(url, settings, resolve=resolve)
    return caught.value.message


async def test_a_request_says_who_asks_and_brings_no_cookie_or_referer(server: Server) -> None:
    url = server.add("/feed", Reply(b"<rss/>", headers={"Set-Cookie": "a=b; Path=/"}))
    async with Client(PATIENT) as client:
        await client.fetch(url, FeedState())
        await client.fetch(url, FeedState())
    for asked in server.asked:
        assert (asked.header("User-Agent") or "").startswith("hauler/")
        assert "https://pypi.org/project/hauler-tui/" in (asked.header("User-Agent") or "")
        assert "application/atom+xml" in (asked.header("Accept") or "")
        assert asked.header("Accept-Encoding") == "gzip, deflate"
        assert asked.header("Cookie") is None
        assert asked.header("Referer") is None
        assert asked.header("If-None-Match") is None


async def test_a_login_in_the_address_is_sent_to_its_host_only(server: Server) -> None:
    server.add("/there", Reply(b"ok"))
    server.add("/feed", Reply(b"", 302, {"Location": server.url("/there")}))
    await get(server.url("/feed").replace("//", "//me:pass%20word@"))
    first, second = server.asked
    assert first.header("Authorization") == "Basic bWU6cGFzcyB3b3Jk"
    assert second.header("Authorization") is None
    assert "@" not in (first.header("Host") or "")


def test_the_contact_is_part_of_the_user_agent_and_cannot_break_a_header() -> None:
    assert user_agent("mail@me.example").endswith("hauler-tui/; mail@me.example)")
    assert "\n" not in user_agent("a\r\nX-Evil: 1")
    assert user_agent("ü").isascii()


@pytest.mark.parametrize("etag", ["0123abcdef", '"quoted"', 'W/"weak"', '"caf\xe9"'])
async def test_validators_are_sent_back_byte_for_byte(server: Server, etag: str) -> None:
    modified = "Thu,  23 Apr 2026 04:00:11 GMT"
    url = server.add("/feed", Reply(b"", 304, {"ETag": etag}))
    answer = await get(url, state=FeedState(etag=etag, last_modified=modified))
    assert answer.status == 304
    assert answer.headers["etag"] == etag
    assert server.asked[0].header("If-None-Match") == etag
    assert server.asked[0].header("If-Modified-Since") == modified


async def test_gzip_is_unpacked_and_a_bomb_stops_at_the_limit(server: Server) -> None:
    zipped = {"Content-Encoding": "gzip"}
    small = server.add("/small", Reply(gzip.compress(b"<rss/>"), headers=zipped))
    bomb = server.add("/bomb", Reply(gzip.compress(b"\0" * 20_000_000), headers=zipped))
    assert (await get(small)).body == b"<rss/>"
    assert "more than" in await refused(bomb, SMALL)


async def test_a_body_above_the_limit_is_refused_before_and_while_it_arrives(
    server: Server,
) -> None:
    declared = server.add("/declared", Reply(b"x" * 100_001))

    def undeclared(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not handler.server.stopped.is_set():
                handler.wfile.write(b"x" * 10_000)

    assert "more than" in await refused(declared, SMALL)
    assert "more than" in await refused(server.add("/undeclared", undeclared), SMALL)


async def test_a_body_that_trickles_for_ever_meets_the_deadline(server: Server) -> None:
    def trickle(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with contextlib.suppress(OSError):
            while not handler.server.stopped.wait(0.02):
                handler.wfile.write(b"x")
                handler.wfile.flush()

    assert "took longer than 0.3 s" in await refused(server.add("/slow", trickle), SMALL)


async def test_a_silent_server_and_a_closed_port_are_told_apart(server: Server) -> None:
    url = server.add("/silent", lambda handler: handler.server.stopped.wait())
    assert "does not answer in time" in await refused(url, SMALL)
    said = await refused("http://127.0.0.1:9/feed", SMALL)
    assert said == "the connection to 127.0.0.1 failed: connection refused"


async def test_redirects_are_followed_by_hand_up_to_five(server: Server) -> None:
    for number in range(7):
        server.add(f"/{number}", Reply(b"", 302, {"Location": f"{number + 1}?"[:1]}))
    server.add("/7", Reply(b"there"))
    answer = await get(server.url("/2"))
    assert (answer.body, answer.url) == (b"there", server.url("/7"))
    assert answer.moved_to is None
    assert "redirects" in await refused(server.url("/1"))


async def test_a_chain_of_permanent_redirects_names_the_new_address(server: Server) -> None:
    server.add("/new", Reply(b"there"))
    server.add("/old", Reply(b"", 301, {"Location": server.url("/new")}))
    assert (await get(server.url("/old"))).moved_to == server.url("/new")


async def test_a_redirect_loop_ends_in_a_sentence(server: Server) -> None:
    url = server.add("/loop", Reply(b"", 302, {"Location": "/loop"}))
    assert "redirects for ever" in await refused(url)
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("file:///etc/passwd", "redirects to a file: address, refused"),
        ("javascript:alert(1)", "redirects to a javascript: address"),
        ("", "redirects to nowhere"),
        ("http://[::1", "redirects to nonsense"),
    ],
)
async def test_a_redirect_out_of_the_web_is_refused(
    server: Server, location: str, said: str
) -> None:
    assert said in await refused(server.add("/r", Reply(b"", 302, {"Location": location})))


def test_a_redirect_out_of_encryption_is_refused() -> None:
    def target(url: str, location: str) -> str:
        answer = Answer(status=302, headers={"location": location}, body=b"", url=url)
        return redirect_target(url, answer)

    with pytest.raises(SourceError, match="from https to plain http"):
        target("https://a.example/", "http://a.example/feed")
    assert target("https://a.example/x/y", "../feed#top") == "https://a.example/feed"
    assert target("http://a.example/", "//b.example/") == "http://b.example/"


async def test_a_private_address_is_refused_by_number_and_by_name() -> None:
    for url in ("http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://10.0.0.1"):
        assert "not fetched" in await refused(url, FetchSettings())


async def test_a_public_name_that_leads_to_this_machine_is_refused(server: Server) -> None:
    lookups = []

    async def lie(host: str, port: int) -> tuple[str, ...]:
        lookups.append(host)
        return ("127.0.0.1",)

    url = f"http://feeds.example.org:{server.server_port}/"
    assert "local network" in await refused(url, FetchSettings(), resolve=lie)
    assert lookups == ["feeds.example.org"]
    assert server.asked == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://inside.example/", "local network"),
        ("http://169.254.169.254/latest", "a link-local address, which is never fetched"),
    ],
)
async def test_every_hop_of_a_redirect_is_checked_when_it_is_connected_to(
    server: Server, monkeypatch: pytest.MonkeyPatch, target: str, why: str
) -> None:
    connected = []
    connect = httpcore.AnyIOBackend.connect_tcp

    async def to_the_server(
        self: httpcore.AnyIOBackend, host: str, port: int, *arguments: Any
    ) -> httpcore.AsyncNetworkStream:
        connected.append(host)
        return await connect(self, "127.0.0.1", server.server_port, *arguments)

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return (host if host[0].isdigit() else {"outside.example": PUBLIC}.get(host, "10.0.0.1"),)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", to_the_server)
    server.add("/", Reply(b"", 302, {"Location": target}))
    said = await refused("http://outside.example/", FetchSettings(), resolve=resolve)
    assert why in said
    assert connected == [PUBLIC]
    assert len(server.asked) == 1


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    async def mixed(host: str, port: int) -> tuple[str, ...]:
        return ("93.184.216.34", "10.0.0.1")

    url = "http://mixed.example.org/"
    assert "local network" in await refused(url, FetchSettings(), resolve=mixed)


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1%1", "0.0.0.0", "nonsense"])
async def test_a_name_that_leads_to_a_clouds_secrets_is_refused_even_with_private_networks(
    address: str,
) -> None:
    async def lie(host: str, port: int) -> tuple[str, ...]:
        return ("192.168.1.4", address)

    said = await refused("http://metadata.example/", PATIENT, resolve=lie)
    assert "never fetched" in said or "leads to no address" in said


async def test_a_name_is_looked_up_once_so_that_it_cannot_change_in_between(
    server: Server,
) -> None:
    answers = iter([("127.0.0.1",)])

    async def once(host: str, port: int) -> tuple[str, ...]:
        return next(answers)

    server.add("/feed", Reply(b"here"))
    url = f"http://rebinding.example.org:{server.server_port}/feed"
    assert (await get(url, resolve=once)).body == b"here"
    assert server.asked[0].header("Host") == f"rebinding.example.org:{server.server_port}"


async def test_the_second_address_of_a_name_is_tried_when_the_first_is_dead(
    server: Server,
) -> None:
    async def two(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.254", "127.0.0.1")

    server.add("/feed", Reply(b"here"))
    url = f"http://two.example.org:{server.server_port}/feed"
    assert (await get(url, resolve=two)).body == b"here"


async def test_a_name_that_does_not_exist_is_told(server: Server) -> None:
    async def unknown(host: str, port: int) -> tuple[str, ...]:
        raise OSError("no such name")

    assert "cannot be looked up" in await refused("http://nowhere.example/", resolve=unknown)


async def test_a_lookup_that_hangs_meets_the_connect_timeout() -> None:
    async def hang(host: str, port: int) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return ()

    assert "in time" in await refused("http://slow.example/", SMALL, resolve=hang)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"\0nonsense\r\n\r\n", "the answer is not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
            "it broke off in the middle of the answer",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "the answer is not HTTP"),
        (b"", "it was closed without an answer"),
    ],
)
async def test_a_broken_answer_is_told_in_plain_words(
    server: Server, reply: bytes, said: str
) -> None:
    def broken(handler: Handler) -> None:
        handler.wfile.write(reply)
        handler.close_connection = True

    told = await refused(server.add("/b", broken))
    assert told == f"the connection to 127.0.0.1 failed: {said}"


async def test_a_server_without_encryption_is_told_in_plain_words(server: Server) -> None:
    told = await refused(server.url("/x").replace("http:", "https:"))
    assert told.startswith("the connection to 127.0.0.1 failed: no encrypted connection")
