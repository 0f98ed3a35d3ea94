"""A web server on loopback that answers as told and remembers what it was asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

Headers: TypeAlias = dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What the server answers to one path."""

    body: bytes = b""
    status: int = 200
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: list[tuple[str, str]]

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Answering: TypeAlias = Reply | Callable[["Handler"], object]


class Server(ThreadingHTTPServer):
    """Routes by path; unknown paths are 404."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Answering] = {}
        self.asked: list[Asked] = []
        self.stopped = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def add(self, path: str, answering: Answering) -> str:
        self.routes[path] = answering
        return self.url(path)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request after another on a connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(Asked(self.path, list(self.headers.raw_items())))
        answering = self.server.routes.get(self.path, Reply(b"nothing here", 404))
        if not isinstance(answering, Reply):
            answering(self)
            return
        self.send_response(answering.status)
        for name, value in answering.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answering.headers:
            self.send_header("Content-Length", str(len(answering.body)))
        self.end_headers()
        self.wfile.write(answering.body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing on the terminal."""


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A running server."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
