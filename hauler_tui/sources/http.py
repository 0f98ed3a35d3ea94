"""One polite GET: conditional, bounded in size and time, every hop of a redirect checked."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from hauler_tui import __version__
from hauler_tui.domain.feed import FeedState
from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import host_of, shown
from hauler_tui.sources.bodies import Inflater, too_large
from hauler_tui.sources.breaks import reason
from hauler_tui.sources.network import (
    GuardedBackend,
    GuardedTransport,
    Resolver,
    UnreachableError,
    system_resolver,
)
from hauler_tui.sources.settings import FetchSettings

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
)
_HOMEPAGE = "https://pypi.org/project/hauler-tui/"
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)

Turn: TypeAlias = Callable[[str], AbstractAsyncContextManager[None]]
"""Gives a context within which one request to a URL may be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said at the end of a chain of redirects."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; values byte for byte, as Latin-1."""
    body: bytes
    """Decompressed; empty for a 304."""
    url: str
    """The address that answered."""
    moved_to: str | None = None
    """Where the permanent redirects led that came before any other one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is wanted of an address."""

    accept: str = ACCEPT
    """The Accept header (RFC 9110, 12.5.1)."""
    enough: int | None = None
    """Bytes of a body after which the rest is not waited for; None takes the whole."""


FEED = Wanted()


@contextlib.asynccontextmanager
async def at_once(url: str) -> AsyncIterator[None]:
    """A turn that never waits."""
    yield


class Client:
    """Fetches feeds over one pool of connections, without cookies, Referer or proxies."""

    def __init__(self, settings: FetchSettings, *, resolve: Resolver = system_resolver) -> None:
        self._settings = settings
        backend = GuardedBackend(resolve, allow_private_networks=settings.allow_private_networks)
        self._transport = GuardedTransport(
            backend, httpx.create_ssl_context(trust_env=False), connections=settings.connections
        )
        self._timeout = httpx.Timeout(
            settings.read_seconds, connect=settings.connect_seconds, pool=settings.deadline_seconds
        ).as_dict()
        self._headers = [
            (b"User-Agent", user_agent(settings.contact).encode("ascii")),
            (b"Accept-Encoding", b"gzip, deflate"),
        ]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transport.aclose()

    async def fetch(
        self, url: str, state: FeedState, *, turn: Turn = at_once, wanted: Wanted = FEED
    ) -> Answer:
        """GET an address with the validators of ``state``, following up to five redirects.

        Any status that is no redirect is an answer. Raises SourceError when there is none: a
        refused address, too many redirects, too large a body; UnreachableError for an address that
        cannot be reached, or not in time.
        """
        here, moved_to, is_permanent = url, None, True
        clock = asyncio.get_running_loop().time
        left = self._settings.deadline_seconds
        for _ in range(self._settings.max_redirects + 1):
            _require_web(here)
            async with turn(here):
                started = clock()
                answer = await self._hop(here, state, left, wanted)
                left -= clock() - started
            if answer.status not in _REDIRECTS:
                return Answer(
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    url=here,
                    moved_to=moved_to,
                )
            target = redirect_target(here, answer)
            is_permanent = is_permanent and answer.status in _PERMANENT
            moved_to = target if is_permanent else moved_to
            here = target
        raise SourceError(
            f"{host_of(url)} redirects for ever, or more than {self._settings.max_redirects} times",
            "open the address in a browser to see where it leads",
        )

    async def _hop(self, url: str, state: FeedState, seconds: float, wanted: Wanted) -> Answer:
        host = host_of(url)
        try:
            async with asyncio.timeout(seconds):
                return await self._get(url, state, wanted)
        except TimeoutError as error:
            raise UnreachableError(
                f"{host} took longer than {self._settings.deadline_seconds:g} s", "try again later"
            ) from error
        except httpx.TimeoutException as error:
            raise UnreachableError(f"{host} does not answer in time", "try again later") from error
        except httpx.TransportError as error:
            raise UnreachableError(
                f"the connection to {host} failed: {reason(error)}",
                "check the address, and whether this machine is online",
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise SourceError(
                f"{shown(url)} cannot be asked: it or the answer is malformed", "check the address"
            ) from error

    async def _get(self, url: str, state: FeedState, wanted: Wanted) -> Answer:
        limit, host = self._settings.max_bytes, host_of(url)
        request = httpx.Request(
            "GET",
            url,
            headers=[
                *self._headers,
                (b"Accept", wanted.accept.encode("ascii")),
                *_credentials(url),
                *_validators(state),
            ],
            extensions={"timeout": self._timeout},
        )
        # The transport itself: httpx's client would keep cookies and look into redirects.
        response = await self._transport.handle_async_request(request)
        try:
            named = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers.raw
            }
            body = b""
            if response.status_code != 304 and response.status_code not in _REDIRECTS:
                if wanted.enough is None and int(named.get("content-length", "0")) > limit:
                    raise too_large(host, limit)
                inflater = Inflater(named.get("content-encoding", ""), limit=limit, host=host)
                async for chunk in response.aiter_raw():
                    inflater.add(chunk)
                    if wanted.enough is not None and inflater.length >= wanted.enough:
                        break
                body = inflater.finish()
        finally:
            await response.aclose()
        return Answer(status=response.status_code, headers=named, body=body, url=url)


def user_agent(contact: str | None) -> str:
    """How hauler introduces itself to servers, with the person's contact if they gave one."""
    known = re.sub(r"[^\x21-\x27\x2a-\x7e ]", "", contact or "").strip()[:200]
    return f"hauler/{__version__} (+{_HOMEPAGE}{'; ' + known if known else ''})"


def _credentials(url: str) -> list[tuple[bytes, bytes]]:
    """The user and password of an address as a header (RFC 7617); an address rarely has them."""
    parts = urlsplit(url)
    if not parts.username:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return [(b"Authorization", b"Basic " + base64.b64encode(pair.encode("utf-8")))]


def _validators(state: FeedState) -> list[tuple[bytes, bytes]]:
    headers = []
    if state.etag is not None:
        headers.append((b"If-None-Match", state.etag.encode("latin-1")))
    if state.last_modified is not None:
        headers.append((b"If-Modified-Since", state.last_modified.encode("latin-1")))
    return headers


def _require_web(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError(f"{shown(url)} is not a web address", "only http and https are")


def redirect_target(url: str, answer: Answer) -> str:
    """Where a redirect leads. Raises SourceError when it leads nowhere or out of encryption."""
    location = answer.headers.get("location", "").strip()
    try:
        # Bytes above ASCII are UTF-8 in practice; httpx quotes them.
        location = location.encode("latin-1").decode("utf-8", "replace")
        target = urljoin(url, location).partition("#")[0]
        parts = urlsplit(target)
    except ValueError as error:
        raise SourceError(f"{host_of(url)} redirects to nonsense", "try again later") from error
    if not location:
        raise SourceError(f"{host_of(url)} redirects to nowhere", "try again later")
    if parts.scheme not in ("http", "https"):
        raise SourceError(
            f"{host_of(url)} redirects to a {parts.scheme[:20]}: address, refused",
            "open the address in a browser to see where it leads",
        )
    if url.startswith("https:") and parts.scheme == "http":
        raise SourceError(
            f"{host_of(url)} redirects from https to plain http, refused",
            "subscribe to the http address if you trust it",
        )
    return target
