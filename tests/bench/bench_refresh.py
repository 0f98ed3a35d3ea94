"""What a refresh of many feeds takes, beside feedparser alone and newsboat on the same feeds.

Run it from the root of a checkout: ``python -m tests.bench.bench_refresh [ROUNDS] [FEEDS]``. A
server on this machine answers each request after 50 ms. The reader runs as a person has it, but on
no terminal: the time is from the key to the last item durable and listed, and the lag of its event
loop is taken meanwhile. The references take turns with it: two processes that only call feedparser
on the same bodies, and ``newsboat -x reload`` where it is installed.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hauler_tui.config import Config, FetchConfig, RefreshConfig
from hauler_tui.domain.feed import FeedState
from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings, Job
from hauler_tui.ui.app import HaulerApp
from tests.bench.measuring import Ticker, percentile, shown, sizes, told
from tests.factories import NOW

FEEDS = 200
ENTRIES = 100
DELAY = 0.05
ROUNDS = 3
GOAL_CPU_RATIO = 1.4
GOAL_NEWSBOAT_RATIO = 0.8
GOAL_FETCH_RATIO = 1.5
GOAL_UNCHANGED_RATIO = 2.0
GOAL_FIRST_PART = 0.25
GOAL_LAG_P99_MS = 5.0
GOAL_LATE_PERCENT = 0.1
LATE_MS = 16.0

PARSER = """
import io, os, sys, time, urllib.request, feedparser
os.nice(10)
bodies = [urllib.request.urlopen(url).read() for url in sys.argv[1:]]
print("ready", flush=True)
sys.stdin.readline()
begin = time.process_time()
for body in bodies:
    feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False,
        response_headers={"content-type": "application/xml"})
print(time.process_time() - begin, flush=True)
"""
START = "import hauler_tui.sources.worker"


LAGS = """
import asyncio, sys, time
async def tick():
    loop, lags, ended = asyncio.get_running_loop(), [], False
    end = loop.run_in_executor(None, sys.stdin.readline)
    while not end.done():
        begin = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append((time.perf_counter() - begin - 0.005) * 1e3)
    print(*lags)
asyncio.run(tick())
"""


@contextmanager
def idle_loop(lags: list[float]) -> Iterator[None]:
    """Adds the lags of a loop in another process that does nothing else meanwhile."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", LAGS]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield
        lags += map(float, process.communicate("\n")[0].split())


class Serving:
    """The server of feeds, as a process."""

    def __init__(self, feeds: int) -> None:
        arguments = map(str, (feeds, ENTRIES, DELAY))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.feed_server", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        port = self._line()
        self.urls = [f"http://127.0.0.1:{port}/{number}.xml" for number in range(feeds)]

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def told(self) -> tuple[int, int, float]:
        """Requests, those answered with 304, and seconds from the first to the last of them."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        asked, unchanged, seconds = self._line().split()
        return int(asked), int(unchanged), float(seconds)

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


@contextmanager
def serving(feeds: int) -> Iterator[Serving]:
    """A running server."""
    server = Serving(feeds)
    try:
        yield server
    finally:
        server.stop()


def feedparser_alone(server: Serving) -> tuple[float, float]:
    """Milliseconds of two processes that parse every body once; wall time, and CPU of each."""
    command = [sys.executable, "-c", PARSER]
    halves = (server.urls[::2], server.urls[1::2])
    processes = [
        subprocess.Popen(
            [*command, *half], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for half in halves
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    begin = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    cpu = sum(float(process.communicate()[0]) for process in processes)
    return (time.perf_counter() - begin) * 1e3, cpu / len(processes) * 1e3


def processor_ms() -> float:
    """Milliseconds of processor that this process and those it waited for have taken."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = map(resource.getrusage, whose)
    return sum(each.ru_utime + each.ru_stime for each in used) * 1e3


def newsboat(server: Serving) -> float | None:
    """Milliseconds of ``newsboat -x reload`` into an empty cache; None where there is none."""
    if shutil.which("newsboat") is None:
        return None
    with tempfile.TemporaryDirectory(prefix="hauler-bench-") as folder:
        place = Path(folder)
        (place / "urls").write_text("\n".join(server.urls) + "\n")
        (place / "config").write_text("reload-threads 16\n")
        named = [f"--url-file={place}/urls", f"--cache-file={place}/cache.db"]
        named.append(f"--config-file={place}/config")
        begin = time.perf_counter()
        environment = {**os.environ, "HOME": folder, "LANG": "C.UTF-8"}
        subprocess.run(
            ["newsboat", *named, "-x", "reload"], check=True, capture_output=True, env=environment
        )
        return (time.perf_counter() - begin) * 1e3


def worker_start() -> float:
    """Milliseconds until a worker has imported what it needs."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", START], check=True)
    return (time.perf_counter() - begin) * 1e3


async def fetching_alone(server: Serving) -> float:
    """Milliseconds in which one worker's half of the feeds is fetched and nothing else is done."""
    from hauler_tui.sources.downloading import Download, Downloading
    from hauler_tui.sources.messages import Order
    from hauler_tui.sources.network import system_resolver

    urls = enumerate(server.urls[::2])
    jobs = tuple(Job(feed_id=number, url=url, state=FeedState()) for number, url in urls)
    settings = FetchSettings(allow_private_networks=True)

    def drop(download: Download) -> None:
        download.parsed()

    downloading = Downloading(
        Order(jobs=jobs, settings=settings, now=NOW), drop, resolve=system_resolver
    )
    server.told()
    await downloading.run()
    return server.told()[2] * 1e3


def ideal(feeds: int, connections: int) -> float:
    """Milliseconds of nothing but the server's delay."""
    return -(-feeds // connections) * DELAY * 1e3


class Reading:
    """The reader on a library, refreshed."""

    def __init__(self, folder: Path, server: Serving) -> None:
        self._folder = folder
        self._config = Config(
            path=folder / "config.toml",
            refresh=RefreshConfig(every=0),
            fetch=FetchConfig(allow_private_networks=True),
        )
        self.lags: list[float] = []
        self.idle: list[float] = []
        self.first_ms = 0.0
        with Library.open(folder / "library") as library:
            for number, url in enumerate(server.urls):
                library.feeds.add(url, title=f"Feed {number}", at=NOW)

    async def refresh(self, hours: int, items: int, *, force: bool = False) -> float:
        """Milliseconds from the key until everything is durable and listed."""
        with Library.open(self._folder / "library") as library:
            app = HaulerApp(library, self._config, clock=lambda: NOW + timedelta(hours=hours))
            async with app.run_test(size=(120, 40)) as pilot:
                await pilot.pause(1.0)
                listed = app.screen_of_reader.incoming.list
                with idle_loop(self.idle):
                    async with Ticker() as ticker:
                        begin = time.perf_counter()
                        self.first_ms = 0.0
                        app.screen_of_reader.refresh_feeds(asked=True, force=force)
                        while app.screen_of_reader.is_refreshing or library.pending:
                            await asyncio.sleep(0.002)
                            if listed.ids and not self.first_ms:
                                self.first_ms = (time.perf_counter() - begin) * 1e3
                        while len(listed.ids) < items:
                            await asyncio.sleep(0.002)
                        taken = (time.perf_counter() - begin) * 1e3
                self.lags = ticker.lags
            library.wait_for_index(60)
        return taken


def late(lags: Sequence[float]) -> float:
    """How many in a hundred of the lags a person may see."""
    return 100 * sum(lag > LATE_MS for lag in lags) / len(lags)


def main() -> None:
    """Measure, and print a line for each figure."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    feeds = int(sys.argv[2]) if len(sys.argv) > 2 else FEEDS
    whole, alone, cpu, others, firsts, lags, idle = [], [], [], [], [], [], []
    fetched, unchanged, again, starts = [], [], [], []
    ours_cpu, others_cpu = [], []
    connections = FetchSettings().connections
    with serving(feeds) as server:
        for _ in range(rounds):
            wall, each = feedparser_alone(server)
            alone.append(wall)
            cpu.append(each)
            starts.append(worker_start())
            fetched.append(asyncio.run(fetching_alone(server)))
            with tempfile.TemporaryDirectory(prefix="hauler-bench-") as folder:
                reading = Reading(Path(folder), server)
                used = processor_ms()
                whole.append(asyncio.run(reading.refresh(0, feeds * ENTRIES)))
                ours_cpu.append(processor_ms() - used)
                firsts.append(reading.first_ms / whole[-1])
                lags += reading.lags
                idle += reading.idle
                before = sizes(Path(folder) / "library")
                server.told()
                again.append(asyncio.run(reading.refresh(0, 0, force=True)))
                asked, same, seconds = server.told()
                unchanged.append(seconds * 1e3)
                grown = sizes(Path(folder) / "library")["items.log"] - before["items.log"]
                print(f"unchanged: {same} of {asked} answers are 304, items.log grew {grown} B")
            used = processor_ms()
            if (other := newsboat(server)) is not None:
                others.append(other)
                others_cpu.append(processor_ms() - used)
    shown("refresh", whole, alone, "feedparser on two processes", goal=GOAL_CPU_RATIO)
    shown("refresh", whole, cpu, "CPU of each of the two", goal=GOAL_CPU_RATIO)
    both_cpu = [2 * each for each in cpu]
    shown("processor of reader, workers and index", ours_cpu, both_cpu, "feedparser alone")
    if others:
        shown("refresh", whole, others, "newsboat -x reload", goal=GOAL_NEWSBOAT_RATIO)
        shown("processor", ours_cpu, others_cpu, "newsboat")
    told("first rows, part of the whole", percentile(firsts, 0.5), goal=GOAL_FIRST_PART)
    shown("loop lag", lags, goal_p99=GOAL_LAG_P99_MS)
    told(f"lags above {LATE_MS:g} ms", late(lags), "%", goal=GOAL_LATE_PERCENT)
    shown("lag of an idle loop in another process meanwhile", idle)
    told(f"its lags above {LATE_MS:g} ms", late(idle), "%")
    best = [ideal(feeds // 2, connections)]
    shown("fetching alone, one worker", fetched, best, "ideal", goal=GOAL_FETCH_RATIO)
    best = [ideal(feeds, 2 * connections)]
    shown("fetching what is unchanged", unchanged, best, "ideal", goal=GOAL_UNCHANGED_RATIO)
    both = [best[0] * GOAL_UNCHANGED_RATIO + start for start in starts]
    shown("unchanged refresh", again, both, "twice the ideal and a worker's start", goal=1.0)


if __name__ == "__main__":
    main()
