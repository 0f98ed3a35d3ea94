"""One request at a time to a host, with the pause it asks for in between."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from types import MappingProxyType

from hauler_tui.sources.addresses import host_of, is_loopback

_DEFAULT_GAP = 1.0
_GAPS = {"arxiv.org": 3.0, "reddit.com": 60.0}
"""Seconds between two requests (https://info.arxiv.org/help/api/tou.html; Reddit by experience)."""


def host_group(url: str) -> str:
    """The name under which hosts share one pace: all of arXiv is one; empty for this machine."""
    host = host_of(url)
    if is_loopback(host):
        return ""
    for domain in _GAPS:
        if host == domain or host.endswith("." + domain):
            return domain
    return host


def gap_of(url: str) -> float:
    """Seconds to leave between two requests to the host of an address; none on this machine."""
    group = host_group(url)
    return _GAPS.get(group, _DEFAULT_GAP) if group else 0.0


def is_slow(url: str) -> bool:
    """Whether the hosts of an address want a longer pause than most."""
    return host_group(url) in _GAPS


class Pacer:
    """Hands out turns: within a group of hosts one after another, and not too soon."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rested: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """``rested`` are the seconds since groups of hosts were asked last, as far as is known."""
        self._clock = clock
        self._sleep = sleep
        self._locks: dict[str, asyncio.Lock] = {}
        now = clock() if rested else 0.0
        self._ended = {group: now - seconds for group, seconds in rested.items()}

    @contextlib.asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """The context for one request to a URL; this machine's own servers never wait."""
        group = host_group(url)
        if not group:
            yield
            return
        async with self._locks.setdefault(group, asyncio.Lock()):
            if group in self._ended:
                gap = _GAPS.get(group, _DEFAULT_GAP)
                left = self._ended[group] + gap - self._clock()
                if left > 0:
                    await self._sleep(left)
            try:
                yield
            finally:
                self._ended[group] = self._clock()
