"""Fill the gaps of the day ledger from arXiv's query API, a page at a time, and prove it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain import announcements, ledger
from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated, Waiting
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.domain.proofs import shown_subject
from hauler_tui.workflows import patience
from hauler_tui.workflows.ledger import Gap, gaps
from hauler_tui.workflows.questions import (
    Question,
    asked_url,
    batch_after,
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
_SAMPLE = 20
"""Papers of a page that are looked up to see when they came."""
_LATER = "what came is kept; try again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One more page came, or did not."""

    done: int
    """The gaps that are closed."""
    total: int
    """The gaps that are being filled."""
    gap: Gap
    new: int
    """Papers that the library did not know, of all gaps so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillReport:
    """What became of the gaps."""

    filled: tuple[DayRecord, ...] = ()
    """The days that are complete now."""
    left: tuple[Gap, ...] = ()
    new: int = 0
    error: str | None = None
    """Why some gaps stay."""
    hint: str = ""


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
    """Ask arXiv for the papers of the chosen gaps, or of all, newest day first.

    Every page is kept as it comes, so that nothing is lost when the rest does not. ``force`` asks
    before our own pause is over, never before a server's Retry-After. Raises LibraryError where
    the library cannot be written.
    """
    # The reader imports this module before its first paint and the sources only when they are used.
    from hauler_tui.sources import arxivfill
    from hauler_tui.sources.fetching import fetch_all
    from hauler_tui.sources.schedule import may_ask
    from hauler_tui.sources.settings import Job

    lacking = gaps(library, now=now) if chosen is None else tuple(chosen)
    state = library.ledger.api_state()
    others = patience.closed(library, now, settings).get(host_of(settings.arxiv_api), state)
    for told in (state, others) if lacking else ():
        if not may_ask(told, forced=force, now=now):
            return FillReport(left=lacking, error=_busy(told), hint=_LATER)
    patient = replace(
        settings,
        deadline_seconds=max(settings.deadline_seconds, _SLOW_SECONDS),
        read_seconds=max(settings.read_seconds, _SLOW_SECONDS),
        silence_seconds=max(settings.silence_seconds, 2 * _SLOW_SECONDS),
    )
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
        async with aclosing(fetch_all(jobs, patient, now)) as outcomes:
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
                if progress is not None:
                    done = sum(each.is_proved for each in questions)
                    progress(Filling(done=done, total=len(questions), gap=one.gap, new=new))
        is_going = is_going and not isinstance(failure, Waiting)
    if questions:
        told = failure.state if isinstance(failure, Waiting) else FeedState()
        library.ledger.keep_api_state(told, at=now)
    return _report(library, questions, new, failure)


def _take_in(library: Library, one: Question, start: int, outcome: Updated, now: datetime) -> int:
    """Keep a page and what it proves, as one change; how many papers were new."""
    gap = one.gap
    entries = [_announced(entry, gap.subject) for entry in outcome.entries]
    if not one.hear(start, [entry.aliases[0] for entry in entries], outcome.total):
        return 0
    if not one.is_late and one.until == gap.day:
        one.is_late = _came_later(library, one, entries)
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


def _came_later(library: Library, one: Question, entries: Sequence[Entry]) -> bool:
    """Whether the day's own papers came with the next batch, which was this day's served late."""
    after = batch_after(library, one)
    if after is None:
        return False
    begin, end = announcements.submissions(one.gap.day)
    dated = [(entry.published, entry.aliases[0]) for entry in entries if entry.published]
    own = [name for published, name in dated if begin <= published <= end][-_SAMPLE:]
    known = (library.items.lookup([name]) for name in own)
    works = [library.items.get(item_id).work for item_id in known if item_id is not None]
    late = sum(any(seen.seen_at == after.at for seen in work.sightings) for work in works)
    return late * 2 > len(own)


def _announced(entry: Entry, subject: str) -> Entry:
    """A paper of the query API as the category's own feed would have announced it."""
    if subject.startswith(ledger.QUERY):
        return entry
    primary = entry.categories[0] if entry.categories else ""
    is_own = primary == subject or primary.startswith(f"{subject}.")
    return replace(entry, announce="new" if is_own else "cross")


def _report(
    library: Library, questions: Sequence[Question], new: int, failure: Outcome | None
) -> FillReport:
    from hauler_tui.sources.arxivfill import MOST

    records = library.ledger.records()
    left = tuple(one.gap for one in questions if not one.is_proved)
    error, hint = None, ""
    if left:
        error, hint = "arXiv did not send all that it counts", _LATER
        if any(one.is_given_up for one in questions):
            error = "arXiv's API sent papers that were not asked for, and they were left out"
        most = max(one.total or 0 for one in questions)
        if most > MOST:
            error = f"arXiv counts {most:,} papers and gives {MOST:,} of them at most"
            hint = "subscribe to a narrower search"
        if failure is not None:
            error = failure.state.error or error
            hint = (failure.hint if isinstance(failure, Failed) else "") or _LATER
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
