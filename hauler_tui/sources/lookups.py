"""Looking captured links up in a process of its own, from the side of the one that shows them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime

import msgspec

from hauler_tui.domain.lookup import Broken, Finding, Question
from hauler_tui.sources.child import converse
from hauler_tui.sources.findings import LookupOrder, decode
from hauler_tui.sources.routes import route_of
from hauler_tui.sources.settings import FetchSettings, Services

_COMMAND = (sys.executable, "-P", "-m", "hauler_tui.sources.lookupworker")


def host_of_question(question: Question, services: Services) -> str:
    """The host whose queue a question belongs to; empty where nobody is asked."""
    return route_of(question, services).host


async def look_up_all(
    questions: Sequence[Question],
    settings: FetchSettings,
    services: Services,
    now: datetime,
    *,
    rested: Mapping[str, float],
    command: Sequence[str] = _COMMAND,
) -> AsyncGenerator[tuple[Finding, ...], None]:
    """What came of the questions, together what one answer brought; each is told of once.

    Never raises for what a server or the process does. Closing the generator kills the process: use
    ``contextlib.aclosing`` where it may be left early.
    """
    if not questions:
        return
    order = LookupOrder(
        questions=tuple(questions), settings=settings, services=services, now=now, rested=rested
    )
    told: asyncio.Queue[tuple[Finding, ...]] = asyncio.Queue()
    conversation = asyncio.create_task(_Conversation(order, told).run(command))
    left = len(order.questions)
    try:
        while left:
            findings = await told.get()
            left -= len(findings)
            yield findings
    finally:
        conversation.cancel()
        await asyncio.gather(conversation, return_exceptions=True)


class _Conversation:
    """One process and the questions it still owes an answer."""

    def __init__(self, order: LookupOrder, told: asyncio.Queue[tuple[Finding, ...]]) -> None:
        self._order = order
        self._told = told
        self._owed = {question.item_id for question in order.questions}

    async def run(self, command: Sequence[str]) -> None:
        """Start the process, pass on what it says, and tell what it leaves undone."""
        reason = await converse(command, msgspec.json.encode(self._order), self._listen)
        if self._owed:
            self._told.put_nowait(
                tuple(
                    Broken(
                        item_id=item_id,
                        host="",
                        reason=f"the process that looks links up {reason}",
                        was_reached=False,
                    )
                    for item_id in sorted(self._owed)
                )
            )

    async def _listen(self, stdout: asyncio.StreamReader) -> bool:
        settings = self._order.settings
        while self._owed:
            async with asyncio.timeout(settings.parse_seconds + settings.silence_seconds):
                line = await stdout.readline()
            if not line:
                return False
            findings = tuple(one for one in decode(line) if one.item_id in self._owed)
            self._owed.difference_update(finding.item_id for finding in findings)
            if findings:
                self._told.put_nowait(findings)
            await asyncio.sleep(0)
        return True
