"""Fill the gaps of the day ledger from arXiv's OAI-PMH: one list a category, page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain import announcements, ledger
from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.feed import FeedState
from hauler_tui.workflows import patience
from hauler_tui.workflows.filling import LATER, Filling, FillReport
from hauler_tui.workflows.ledger import Gap
from hauler_tui.workflows.listreading import Reading

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings

_MOST_FAILURES = 2
"""Lists that fail before no more are asked for."""
_MANY = 10
"""Days of a category that are sooner read from one list than asked for one by one."""


def can_harvest(gap: Gap, settings: FetchSettings) -> bool:
    """Whether a gap can be filled from a list: searches have none."""
    return bool(settings.records) and not gap.subject.startswith(ledger.QUERY)


def in_bulk(lacking: Sequence[Gap], settings: FetchSettings, *, now: datetime) -> tuple[Gap, ...]:
    """The gaps that are so many and so close that lists bring them in fewer pages.

    A list holds whatever changed since the oldest gap of its category.
    """
    found: list[Gap] = []
    for subject in dict.fromkeys(gap.subject for gap in lacking):
        some = [gap for gap in lacking if gap.subject == subject]
        weeks = (announcements.eastern_day(now) - min(gap.day for gap in some)).days / 7
        is_dense = len(some) >= _MANY and len(some) * 3 >= weeks * 5
        if is_dense and can_harvest(some[0], settings):
            found.extend(some)
    return tuple(found)


async def harvest(
    library: Library,
    lacking: Sequence[Gap],
    *,
    now: datetime,
    settings: FetchSettings,
    force: bool,
    progress: Callable[[Filling], None],
    sleep: Callable[[float], Awaitable[None]],
) -> FillReport:
    """Look for the papers of gaps in the lists of their categories.

    A list is all that changed since the oldest gap, and what was submitted in a gap's time is the
    gap's. Each page is kept as it comes, with how far the list is read, so that the next filling
    goes on there. Raises LibraryError where the library cannot be written.
    """
    from hauler_tui.sources.schedule import may_ask

    base = settings.records
    state = library.ledger.harvests.state()
    others = patience.closed(library, now, settings).get(host_of(base), state)
    for told in (state, others):
        if not may_ask(told, forced=force, now=now):
            return FillReport(left=tuple(lacking), error=_not_yet(told), hint=LATER)
    run = Reading(
        library=library,
        base=base,
        now=now,
        settings=settings,
        state=state,
        total=len(lacking),
        progress=progress,
        sleep=sleep,
        remember=patience.remembering(library, now),
    )
    for subject in dict.fromkeys(gap.subject for gap in lacking):
        if not run.is_closed and run.failures < _MOST_FAILURES:
            await run.fill(subject, [gap for gap in lacking if gap.subject == subject])
    library.ledger.harvests.keep_state(run.state if run.is_closed else FeedState(), at=now)
    done = {(day.subject, day.day) for day in run.filled}
    return FillReport(
        filled=tuple(run.filled),
        left=tuple(gap for gap in lacking if (gap.subject, gap.day) not in done),
        new=run.new,
        error=run.error,
        hint=run.hint or LATER,
    )


def _not_yet(state: FeedState) -> str:
    until = patience.until(state)
    return f"arXiv's OAI-PMH is not asked before {until.astimezone():%H:%M}" if until else ""
