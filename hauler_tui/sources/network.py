"""Connections that are made only to addresses that were checked."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import TypeAlias

import httpcore
import httpx

from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import refuse_unreachable

Resolver: TypeAlias = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""Looks up the IP addresses of a host and port. Raises OSError."""


class UnreachableError(SourceError):
    """Nobody answered: no such name, a connection that failed, or too long a time."""


async def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """The addresses the operating system knows for a host, in its order. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name, checks every address, and connects to a checked number.

    The name is resolved once, so it cannot change between the check and the connection; the name
    itself still goes into the Host header and the TLS handshake.
    """

    def __init__(self, resolve: Resolver, *, allow_private_networks: bool) -> None:
        self._resolve = resolve
        self._allow_private_networks = allow_private_networks
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers.

        Raises SourceError for one that must not be asked, UnreachableError for an unknown name.
        """
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} could not be looked up in time") from error
        except OSError as error:
            raise UnreachableError(
                f"the name {host} cannot be looked up",
                "check its spelling, and whether this machine is online",
            ) from error
        refuse_unreachable(host, addresses, allow_private_networks=self._allow_private_networks)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries, which hauler does not use."""
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport whose every connection goes through a GuardedBackend."""

    def __init__(
        self, backend: httpcore.AsyncNetworkBackend, context: ssl.SSLContext, *, connections: int
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=10.0,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises httpx.HTTPError, or SourceError for a refused address."""
        content = request.stream
        if not isinstance(content, httpx.AsyncByteStream):
            raise TypeError("the request's body must be an asynchronous stream")
        try:
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=content,
                    extensions=request.extensions,
                )
            )
        except httpcore.TimeoutException as error:
            raise httpx.TimeoutException(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.TransportError(str(error)) from error
        if not isinstance(response.stream, AsyncIterable):
            raise TypeError("the answer's body must be an asynchronous stream")
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, response.stream),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()


class _Body(httpx.AsyncByteStream):
    """An answer's body with httpcore's failures told as httpx's."""

    def __init__(self, response: httpcore.Response, stream: AsyncIterable[bytes]) -> None:
        self._response = response
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        except httpcore.TimeoutException as error:
            raise httpx.TimeoutException(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.TransportError(str(error)) from error

    async def aclose(self) -> None:
        await self._response.aclose()
