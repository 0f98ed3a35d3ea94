"""Decompression within limits."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hauler_tui.errors import SourceError
from hauler_tui.sources.bodies import Inflater

LIMIT = 1_000_000


def inflate(data: bytes, encoding: str = "", *, size: int = 1_000, limit: int = LIMIT) -> bytes:
    inflater = Inflater(encoding, limit=limit, host="h.example")
    for start in range(0, len(data), size):
        inflater.add(data[start : start + size])
    return inflater.finish()


@given(st.binary(max_size=3_000), st.integers(1, 700))
def test_every_encoding_gives_the_same_bytes_back(body: bytes, size: int) -> None:
    assume(not body.startswith(b"\x1f\x8b"))
    raw = zlib.compressobj(wbits=-15)
    assert inflate(body, size=size) == body
    assert inflate(gzip.compress(body), size=size) == body
    assert inflate(gzip.compress(body), "gzip", size=size) == body
    assert inflate(zlib.compress(body), "deflate", size=size) == body
    assert inflate(raw.compress(body) + raw.flush(), "deflate", size=size) == body


def test_gzip_that_nobody_declared_is_unpacked_once() -> None:
    twice = gzip.compress(gzip.compress(b"<rss/>", mtime=0))
    assert inflate(twice, "gzip") == b"<rss/>"
    assert inflate(twice) == gzip.compress(b"<rss/>", mtime=0)


def test_several_gzip_members_are_one_body() -> None:
    assert inflate(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", size=7) == b"one two"


def test_a_gzip_bomb_stops_at_the_limit_without_being_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    inflater = Inflater("gzip", limit=LIMIT, host="h.example")
    with pytest.raises(SourceError, match=r"more than 0\.954 MiB"):
        inflater.add(bomb)
    assert len(inflater._body) <= LIMIT + 1


def test_a_plain_body_above_the_limit_is_refused() -> None:
    with pytest.raises(SourceError, match="more than"):
        inflate(b"x" * (LIMIT + 1))
    assert len(inflate(b"x" * LIMIT)) == LIMIT


def test_damaged_data_and_unknown_encodings_are_told() -> None:
    with pytest.raises(SourceError, match="damaged"):
        inflate(b"\x1f\x8bnonsense that is no gzip", "gzip")
    with pytest.raises(SourceError, match="nobody asked for"):
        inflate(b"", "br")
    with pytest.raises(SourceError, match="nobody asked for"):
        inflate(b"", "gzip, gzip")
