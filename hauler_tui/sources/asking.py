"""The questions about captured links, put politely: a queue for each host, many hosts at a time."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence

from hauler_tui.domain.feed import FeedState
from hauler_tui.domain.lookup import Broken, Finding, Held
from hauler_tui.errors import SourceError
from hauler_tui.sources import diagnosis, schedule
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.findings import LookupOrder
from hauler_tui.sources.http import Answer, Client, Wanted
from hauler_tui.sources.journeys import BROWSER, Asked, Journey, Journeys, unknown
from hauler_tui.sources.network import UnreachableError
from hauler_tui.sources.nopage import NoTitleError
from hauler_tui.sources.outcomes import RATE_EXCEEDED, asks_to_wait
from hauler_tui.sources.pacing import Pacer, gap_of
from hauler_tui.sources.process import ParsingTooLongError
from hauler_tui.sources.routes import Kind, place_of, route_of

_SLOW_GAP = 10.0
"""Of a host that wants a longer pause between requests one link is asked for at a time."""


class _HostClosedError(Exception):
    """A host asked to be left alone."""

    def __init__(self, host: str, reason: str, wait_seconds: float | None) -> None:
        super().__init__(reason)
        self.host = host
        self.reason = reason
        self.wait_seconds = wait_seconds


class Asking:
    """Puts the questions of an order and hands over what came of them; lives on one loop."""

    def __init__(
        self,
        order: LookupOrder,
        client: Client,
        pacer: Pacer,
        hand_over: Callable[[Sequence[Finding]], None],
    ) -> None:
        self._order = order
        self._client = client
        self._pacer = pacer
        self._hand_over = hand_over
        self._connections = asyncio.Semaphore(order.settings.connections)
        self._journeys = Journeys(order, self._get, self._asked)
        self._closed: dict[str, _HostClosedError] = {}
        self._lost: dict[str, UnreachableError] = {}
        """Hosts that could not be reached: nobody waits for them again and again."""

    async def run(self) -> None:
        """Put every question. Never raises for what a server does."""
        queues: defaultdict[tuple[str, Kind], list[Asked]] = defaultdict(list)
        for question in self._order.questions:
            route = route_of(question, self._order.services)
            if route.kind == "nobody":
                self._hand_over([unknown((question, route), route.name, for_good=True)])
            else:
                queues[route.host, route.kind].append((question, route))
        async with asyncio.TaskGroup() as tasks:
            for (_, kind), queue in queues.items():
                tasks.create_task(self._work_off(kind, queue))

    async def _work_off(self, kind: Kind, queue: Sequence[Asked]) -> None:
        """Ask for the links of one host, one after another or many at once where it can."""
        journey, size = self._journeys.of(kind)
        is_slow = kind == "page" and gap_of(queue[0][1].name) > _SLOW_GAP
        end = size if is_slow else len(queue)
        for start in range(0, min(end, len(queue)), size):
            self._hand_over(await self._asked(journey, queue[start : start + size]))
        if queue[end:]:
            self._hand_over([_in_its_time(asked) for asked in queue[end:]])

    async def _asked(self, journey: Journey, batch: Sequence[Asked]) -> list[Finding]:
        """What a journey brought, or the same failure for all that it was about."""
        host = batch[0][1].host
        try:
            return await journey(batch)
        except _HostClosedError as closed:
            return [_held(asked, closed) for asked in batch]
        except NoTitleError as error:
            told, hint, ever = error.message, error.hint, error.for_good
            return [unknown(asked, told, hint, for_good=ever) for asked in batch]
        except SourceError as error:
            return [_broken(asked, error) for asked in batch]
        except ParsingTooLongError:
            reason = f"the answer of {host} takes too long to read"
            return [unknown(asked, reason, BROWSER) for asked in batch]
        except Exception as error:
            mistake = SourceError(
                f"the answer of {host} could not be read ({type(error).__name__})",
                "tell hauler's authors",
            )
            return [_broken(asked, mistake) for asked in batch]

    async def _get(self, url: str, wanted: Wanted) -> Answer:
        """The answer of a host, if it did not ask to be left alone.

        Raises _HostClosedError, UnreachableError for the host itself, else SourceError.
        """
        place = last = place_of(url)

        @contextlib.asynccontextmanager
        async def turn(hop: str) -> AsyncIterator[None]:
            nonlocal last
            last = place_of(hop)
            async with self._pacer.turn(hop), self._connections:
                if last in self._closed:
                    raise self._closed[last]
                if last in self._lost:
                    raise self._lost[last]
                yield

        try:
            answer = await self._client.fetch(url, FeedState(), turn=turn, wanted=wanted)
        except UnreachableError as error:
            self._lost[last] = error
            if last != place:
                raise SourceError(error.message, error.hint) from error
            raise
        is_service = wanted.enough is None and place_of(answer.url) == place
        if told := self._asks_for_peace(answer, is_service=is_service):
            wait = schedule.retry_after(answer.headers, now=self._order.now)
            reason = f"{host_of(answer.url)} asks to be left alone for a while ({told})"
            seconds = None if wait is None else wait.total_seconds()
            closed = _HostClosedError(place, reason, seconds)
            self._closed.setdefault(place, closed)
            self._closed.setdefault(place_of(answer.url), closed)
            raise closed
        return answer

    def _asks_for_peace(self, answer: Answer, *, is_service: bool) -> str:
        """In which words a host asks to be left alone; empty when it does not."""
        if answer.body.startswith(RATE_EXCEEDED):
            return "“Rate exceeded.”"
        if asks_to_wait(answer, now=self._order.now):
            return str(answer.status)
        if answer.status == 503 and not diagnosis.is_challenge(answer.body):
            return str(answer.status)
        # Going on after a 403 counts as an attack there (https://arxiv.org/denied.html).
        return "403" if answer.status == 403 and is_service else ""


def _in_its_time(asked: Asked) -> Held:
    """What is left for later, since its host is asked only now and then."""
    question, route = asked
    gap = gap_of(route.name)
    return Held(
        item_id=question.item_id,
        host=route.host,
        reason=f"{route.host} is asked for one link in {gap:g} s",
        wait_seconds=gap,
        is_refusal=False,
    )


def _broken(asked: Asked, error: SourceError) -> Broken:
    question, route = asked
    return Broken(
        item_id=question.item_id,
        host=route.host,
        reason=error.message,
        hint=error.hint,
        was_reached=not isinstance(error, UnreachableError),
    )


def _held(asked: Asked, closed: _HostClosedError) -> Held:
    return Held(
        item_id=asked[0].item_id,
        host=closed.host,
        reason=closed.reason,
        wait_seconds=closed.wait_seconds,
    )
