"""A server of many feeds that answers each request after a delay.

Run as ``python -m tests.bench.feed_server FEEDS ENTRIES DELAY``: prints its port, and at every line
on standard input what it was asked since: how often, how often with 304, and the seconds between
the first question and the last answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from datetime import timedelta
from email.utils import format_datetime

from tests.bench.papers import Papers
from tests.factories import NOW


def feed(papers: Papers, number: int, entries: int) -> bytes:
    """One RSS feed with abstracts of common length."""
    items = []
    for place in range(entries):
        index = number * entries + place
        entry = papers.entry(index, NOW)
        date = format_datetime(NOW - timedelta(minutes=index))
        link = f"https://example.org/{number}/{place}"
        items.append(
            f"<item><title>{_escaped(entry.title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{date}</pubDate><author>{_escaped(', '.join(entry.authors))}</author>"
            f"<description>{_escaped(entry.abstract)}</description></item>"
        )
    title = f"<title>Feed {number}</title><link>https://example.org/{number}</link>"
    text = f"<?xml version='1.0'?><rss version='2.0'><channel>{title}{''.join(items)}"
    return (text + "</channel></rss>").encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


class Feeds:
    """The feeds, and what was asked for."""

    def __init__(self, feeds: int, entries: int, delay: float) -> None:
        papers = Papers(feeds * entries, feeds)
        self._bodies = [feed(papers, number, entries) for number in range(feeds)]
        self._etags = [f'"{hashlib.md5(body).hexdigest()}"' for body in self._bodies]
        self._delay = delay
        self._forget()

    def _forget(self) -> None:
        self._asked = self._unchanged = 0
        self._first = self._last = 0.0

    def told(self) -> str:
        """What was asked since it was told last."""
        text = f"{self._asked} {self._unchanged} {self._last - self._first:.4f}"
        self._forget()
        return text

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self._first = self._first or time.perf_counter()
                await asyncio.sleep(self._delay)
                number = int(head.split(b" ")[1].strip(b"/").removesuffix(b".xml"))
                etag, body = self._etags[number], self._bodies[number]
                self._asked += 1
                if etag.encode() in head:
                    self._unchanged += 1
                    writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
                else:
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
                        b"ETag: %b\r\nContent-Length: %d\r\n\r\n"
                        % (etag.encode(), len(body))
                        + body
                    )
                await writer.drain()
                self._last = time.perf_counter()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def main() -> None:
    """Serve until standard input ends."""
    feeds, entries, delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    served = Feeds(feeds, entries, delay)
    server = await asyncio.start_server(served.answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(served.told(), flush=True)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
