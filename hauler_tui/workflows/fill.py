"""Fill the gaps of the day ledger from arXiv, a page at a time, and prove it.

Two sources know what was missed. The query API finds the papers of a day, and is too busy for hours
at times. OAI-PMH lists all records that changed since a day: it is asked for what the API did not
give, and first where a category lacks many days. What bioRxiv and medRxiv lack is asked of them
(``preprintfill``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated, Waiting
from hauler_tui.domain.ledger import PREPRINTS, DayRecord
from hauler_tui.domain.proofs import shown_subject
from hauler_tui.workflows import patience
from hauler_tui.workflows.filling import (
    LATER,
    Filling,
    FillReport,
    Source,
    side_by_side,
    together,
)
from hauler_tui.workflows.harvest import can_harvest, harvest, in_bulk
from hauler_tui.workflows.ledger import Gap, gaps
from hauler_tui.workflows.preprintfill import ask_details
from hauler_tui.workflows.questions import (
    Question,
    announced,
    asked_url,
    came_later,
    fits,
    go_on,
    question_about,
    wanted,
)

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings

_SLOW_SECONDS = 150.0
"""arXiv takes up to two minutes to say that it is too busy."""


async def fill(
    library: Library,
    chosen: Sequence[Gap] | None = None,
    *,
    now: datetime,
    settings: FetchSettings,
    force: bool = False,
    progress: Callable[[Filling], None] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> FillReport:
    """Ask arXiv, and bioRxiv for its own, for the papers of the chosen gaps, or of all.

    The newest day comes first, arXiv's before the others. Every page is kept as it comes, so that
    nothing is lost when the rest does not. ``force`` asks before our own pause is over, never
    before a server's Retry-After. Raises LibraryError where the library cannot be written.
    """
    lacking = gaps(library, now=now) if chosen is None else tuple(chosen)
    preprints = [gap for gap in lacking if gap.subject.startswith(PREPRINTS)]
    own = [gap for gap in lacking if gap not in preprints]
    done = new = 0

    def tell(filling: Filling) -> None:
        if progress is not None:
            others = len(lacking) - len(own if filling.source != "details" else preprints)
            told = replace(filling, done=filling.done + done, total=filling.total + others)
            progress(replace(told, new=filling.new + new))

    first = FillReport()
    if own:
        first = await _fill_arxiv(
            library, own, now=now, settings=settings, force=force, progress=tell, sleep=sleep
        )
    done, new = len(first.filled), first.new
    second = await ask_details(
        library, preprints, now=now, settings=settings, force=force, progress=tell, sleep=sleep
    )
    return side_by_side(first, second)


async def _fill_arxiv(
    library: Library,
    lacking: Sequence[Gap],
    *,
    now: datetime,
    settings: FetchSettings,
    force: bool,
    progress: Callable[[Filling], None],
    sleep: Callable[[float], Awaitable[None]],
) -> FillReport:
    """Ask arXiv for the papers of gaps, of its API and of its lists of records."""
    patient = replace(
        settings,
        deadline_seconds=max(settings.deadline_seconds, _SLOW_SECONDS),
        read_seconds=max(settings.read_seconds, _SLOW_SECONDS),
        silence_seconds=max(settings.silence_seconds, 2 * _SLOW_SECONDS),
    )
    attempts: list[FillReport] = []

    def tell(filling: Filling) -> None:
        new = filling.new + sum(one.new for one in attempts)
        progress(replace(filling, new=new))

    async def attempt(source: Source, some: Sequence[Gap]) -> tuple[Gap, ...]:
        ask = harvest if source == "records" else _ask_api
        told = await ask(
            library, some, now=now, settings=patient, force=force, progress=tell, sleep=sleep
        )
        attempts.append(told)
        return told.left

    bulk = in_bulk(lacking, settings, now=now)
    left = list(await attempt("records", bulk)) if bulk else []
    rest = [gap for gap in lacking if gap not in bulk or gap in left]
    left = list(await attempt("query", rest)) if rest else []
    listable = [gap for gap in left if gap not in bulk and can_harvest(gap, settings)]
    if listable:
        await attempt("records", listable)
    return together(attempts, lacking)


async def _ask_api(
    library: Library,
    lacking: Sequence[Gap],
    *,
    now: datetime,
    settings: FetchSettings,
    force: bool,
    progress: Callable[[Filling], None],
    sleep: Callable[[float], Awaitable[None]],
) -> FillReport:
    """Ask the query API for the papers of gaps."""
    # The reader imports this module before its first paint and the sources only when they are used.
    from hauler_tui.sources import arxivfill
    from hauler_tui.sources.fetching import fetch_all
    from hauler_tui.sources.schedule import may_ask
    from hauler_tui.sources.settings import Job

    state = library.ledger.api_state()
    others = patience.closed(library, now, settings).get(host_of(settings.arxiv_api), state)
    for told in (state, others):
        if not may_ask(told, forced=force, now=now):
            return FillReport(left=tuple(lacking), error=_busy(told), hint=LATER)
    days = {(gap.subject, gap.day) for gap in lacking}
    questions = [question_about(library, gap, settings.arxiv_api, days) for gap in lacking]
    new = 0
    failure: Outcome | None = None
    is_going = True
    remember = patience.remembering(library, now)
    while is_going and (pages := [(one, at) for one in questions for at in wanted(one)]):
        await sleep(max(arxivfill.pause_of(one.base) for one, _ in pages))
        jobs = [
            Job(feed_id=number, url=asked_url(one, start), state=state, forced=True)
            for number, (one, start) in enumerate(pages)
        ]
        is_going = False
        async with aclosing(fetch_all(jobs, settings, now)) as outcomes:
            async for outcome in outcomes:
                one, start = pages[outcome.feed_id]
                remember(one.base)
                if isinstance(outcome, Updated) and not fits(one, outcome):
                    one.is_given_up = True
                elif isinstance(outcome, Updated):
                    is_going = True
                    new += _take_in(library, one, start, outcome, now)
                elif failure is None or outcome.state.failures > failure.state.failures:
                    failure = outcome
                done = sum(each.is_proved for each in questions)
                progress(Filling(done=done, total=len(questions), gap=one.gap, new=new))
        is_going = is_going and not isinstance(failure, Waiting)
    told = failure.state if isinstance(failure, Waiting) else FeedState()
    library.ledger.keep_api_state(told, at=now)
    return _report(library, questions, new, failure)


def _take_in(library: Library, one: Question, start: int, outcome: Updated, now: datetime) -> int:
    """Keep a page and what it proves, as one change; how many papers were new."""
    gap = one.gap
    entries = [announced(entry, gap.subject) for entry in outcome.entries]
    if not one.hear(start, [entry.aliases[0] for entry in entries], outcome.total):
        return 0
    if not one.is_late and one.until == gap.day:
        one.is_late = came_later(library, one, entries)
    about = f"fill {shown_subject(gap.subject)} of {gap.day} from arXiv"
    with library.ledger.step("fill", about, at=now):
        absorbed = library.items.absorb(entries, feed_id=gap.feed.id, at=now)
        one.has_caught_up = one.has_caught_up or (one.until > gap.day and bool(absorbed.new))
        count = one.skipped + len(library.items.owners(one.names))
        total, known = one.asked_before + (one.total or 0), one.asked_before + count
        is_answered = one.total is not None and min(count, one.came) >= one.total
        if is_answered and not go_on(library, one):
            one.is_proved = True
        record = DayRecord(
            subject=gap.subject,
            day=gap.day,
            state="complete" if one.is_proved else "partial",
            reason="query",
            at=now,
            total=total,
            known=known,
            came=one.came if one.until == gap.day else 0,
            gap_from=gap.record.gap_from if gap.record else None,
            gap_to=gap.record.gap_to if gap.record else None,
        )
        library.ledger.keep([record], at=now)
    return len(absorbed.new)


def _report(
    library: Library, questions: Sequence[Question], new: int, failure: Outcome | None
) -> FillReport:
    from hauler_tui.sources.arxivfill import MOST

    records = library.ledger.records()
    left = tuple(one.gap for one in questions if not one.is_proved)
    error, hint = None, ""
    if left:
        error, hint = "arXiv did not send all that it counts", LATER
        if any(one.is_given_up for one in questions):
            error = "arXiv's API sent papers that were not asked for, and they were left out"
        most = max(one.total or 0 for one in questions)
        if most > MOST:
            error = f"arXiv counts {most:,} papers and gives {MOST:,} of them at most"
            hint = "subscribe to a narrower search"
        if failure is not None:
            error = failure.state.error or error
            hint = (failure.hint if isinstance(failure, Failed) else "") or LATER
    return FillReport(
        filled=tuple(records[one.gap.subject][one.gap.day] for one in questions if one.is_proved),
        left=left,
        new=new,
        error=error,
        hint=hint,
    )


def _busy(state: FeedState) -> str:
    until = patience.until(state)
    return f"arXiv asked to be left alone until {until.astimezone():%H:%M}" if until else ""
