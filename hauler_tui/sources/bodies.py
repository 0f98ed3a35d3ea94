"""Bodies as they arrive: decompressed and never larger than allowed."""

from __future__ import annotations

import zlib

from hauler_tui.errors import SourceError

_GZIP_MAGIC = b"\x1f\x8b"
_ANY_HEADER = zlib.MAX_WBITS | 32
"""Lets zlib tell gzip from zlib by itself."""


class Inflater:
    """Collects a body chunk by chunk, decompressing it, and stops at a limit.

    ``encoding`` is the Content-Encoding; a body that turns out to be gzip all the same is
    decompressed once more. Raises SourceError when the result would be larger than ``limit`` bytes,
    when the data is damaged, or when the encoding is unknown.
    """

    def __init__(self, encoding: str, *, limit: int, host: str) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        if names not in ([], ["gzip"], ["x-gzip"], ["deflate"]):
            raise SourceError(
                f"{host} packs its answer in a way nobody asked for ({encoding[:40]})",
                "tell whoever runs it",
            )
        self._encoding = names[0] if names else ""
        self._limit = limit
        self._host = host
        self._body = bytearray()
        self._unpacker = zlib.decompressobj(_ANY_HEADER) if names else None
        self._is_first = True
        self._is_second = False

    def add(self, chunk: bytes) -> None:
        """Take the next chunk as it came over the wire."""
        if not chunk:
            return
        if self._unpacker is None:
            self._keep(chunk)
            return
        if self._is_first and self._encoding == "deflate" and chunk[0] & 0x0F != zlib.DEFLATED:
            # Many servers send raw deflate under this name, against RFC 9110, 8.4.1.2.
            self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        self._is_first = False
        try:
            self._unpack(chunk, self._unpacker)
        except zlib.error as error:
            raise SourceError(
                f"{self._host} sent damaged compressed data", "try again later"
            ) from error

    @property
    def length(self) -> int:
        """Bytes of the body so far, decompressed."""
        return len(self._body)

    def finish(self) -> bytes:
        """The whole body; what a broken connection left of a compressed one counts as the body."""
        body = bytes(self._body)
        if not body.startswith(_GZIP_MAGIC) or self._is_second:
            return body
        again = Inflater("gzip", limit=self._limit, host=self._host)
        again._is_second = True
        again.add(body)
        return again.finish()

    def _unpack(self, chunk: bytes, unpacker: zlib._Decompress) -> None:
        while chunk:
            self._keep(unpacker.decompress(chunk, self._limit + 1 - len(self._body)))
            if unpacker.eof:
                chunk = unpacker.unused_data
                if not chunk.startswith(_GZIP_MAGIC):
                    return
                unpacker = self._unpacker = zlib.decompressobj(_ANY_HEADER)
            else:
                chunk = unpacker.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._limit:
            raise too_large(self._host, self._limit)


def too_large(host: str, limit: int) -> SourceError:
    """The refusal of a body above the limit."""
    return SourceError(
        f"{host} sent more than {limit / 1024 / 1024:.3g} MiB, which is more than hauler reads",
        "look whether the site has something smaller",
    )
