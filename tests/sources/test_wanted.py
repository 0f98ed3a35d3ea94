"""How much of an answer is waited for, and in which form it is wished."""

from __future__ import annotations

import gzip

import pytest

from hauler_tui.domain.feed import FeedState
from hauler_tui.errors import SourceError
from hauler_tui.sources.http import Client, Wanted
from hauler_tui.sources.network import UnreachableError
from hauler_tui.sources.settings import FetchSettings
from tests.sources.server import Reply, Server

SETTINGS = FetchSettings(allow_private_networks=True, max_bytes=500_000)


async def test_the_wished_form_is_named_and_the_rest_of_a_body_is_left(server: Server) -> None:
    wanted = Wanted(accept="text/html", enough=100_000)
    url = server.add("/long", Reply(b"x" * 5_000_000))
    async with Client(SETTINGS) as client:
        answer = await client.fetch(url, FeedState(), wanted=wanted)
    assert 100_000 <= len(answer.body) < 500_000
    assert server.asked[0].header("Accept") == "text/html"


async def test_a_bomb_stops_at_the_limit_all_the_same(server: Server) -> None:
    zipped = Reply(gzip.compress(b"\0" * 50_000_000), headers={"Content-Encoding": "gzip"})
    async with Client(SETTINGS) as client:
        with pytest.raises(SourceError):
            await client.fetch(
                server.add("/bomb", zipped), FeedState(), wanted=Wanted(enough=100_000)
            )


async def test_nobody_there_is_told_apart_from_a_refusal(server: Server) -> None:
    async with Client(SETTINGS) as client:
        with pytest.raises(UnreachableError):
            await client.fetch("http://127.0.0.1:9/", FeedState())
    async with Client(FetchSettings()) as client:
        with pytest.raises(SourceError) as caught:
            await client.fetch(server.url("/"), FeedState())
    assert not isinstance(caught.value, UnreachableError)
