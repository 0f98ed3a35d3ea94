"""Fill the gaps of the day ledger from arXiv's query API, a page at a time, and prove it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hauler_tui.domain import announcements, ledger
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated, Waiting
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.domain.proofs import shown_subject
from hauler_tui.workflows.ledger import Gap, gaps

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings

_TRIES = 3
"""How often a page is asked for: arXiv answers full pages as empty now and then."""
_SLOW_SECONDS = 150.0
"""arXiv takes up to two minutes to say that it is too busy."""
_MARGIN = timedelta(hours=1)
_HELD_BACK = timedelta(days=3)
"""What moderators held back is announced days after it was submitted."""
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


@dataclass(slots=True, kw_only=True)
class _Question:
    """What is asked about a gap, and what came of it."""

    gap: Gap
    base: str
    query: str
    begin: datetime
    end: datetime
    skipped: int = 0
    """Papers that an earlier fill brought, which are not asked for again."""
    total: int | None = None
    pages: dict[int, list[str]] = field(default_factory=dict)
    """The names of the papers of each page that came, by where it starts."""
    tries: dict[int, int] = field(default_factory=dict)
    is_proved: bool = False
    is_given_up: bool = False
    """Whether what came is no answer to what was asked."""


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
    if lacking and not may_ask(state, forced=force, now=now):
        return FillReport(left=lacking, error=_busy(state), hint=_LATER)
    patient = replace(
        settings,
        deadline_seconds=max(settings.deadline_seconds, _SLOW_SECONDS),
        read_seconds=max(settings.read_seconds, _SLOW_SECONDS),
        silence_seconds=max(settings.silence_seconds, 2 * _SLOW_SECONDS),
    )
    days = {(gap.subject, gap.day) for gap in lacking}
    questions = [_question(library, gap, settings.arxiv_api, days) for gap in lacking]
    new = 0
    failure: Outcome | None = None
    is_going = True
    while is_going and (pages := [(one, at) for one in questions for at in _wanted(one)]):
        await sleep(max(arxivfill.pause_of(one.base) for one, _ in pages))
        jobs = [
            Job(feed_id=number, url=_url(one, start), state=state, forced=True)
            for number, (one, start) in enumerate(pages)
        ]
        is_going = False
        async with aclosing(fetch_all(jobs, patient, now)) as outcomes:
            async for outcome in outcomes:
                one, start = pages[outcome.feed_id]
                if isinstance(outcome, Updated) and not _fits(one, outcome):
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


def _question(
    library: Library, gap: Gap, base: str, lacking: Collection[tuple[str, date]]
) -> _Question:
    from hauler_tui.sources.arxivfill import PAGE, category_query, search_of

    record = gap.record
    skipped = 0
    if record is not None and record.reason == "query":
        skipped = record.came - record.came % PAGE
    search = search_of(gap.feed.url) if gap.subject.startswith(ledger.QUERY) else None
    if search is not None and record is not None and record.gap_from and record.gap_to:
        begin, end, base, query = record.gap_from, record.gap_to, search.base, search.query
    else:
        is_after_gap = (gap.subject, announcements.working_day_before(gap.day)) in lacking
        begin, end = _window(library, gap, _MARGIN if is_after_gap else _HELD_BACK)
        query = category_query(gap.subject)
    return _Question(gap=gap, base=base, query=query, begin=begin, end=end, skipped=skipped)


def _window(library: Library, gap: Gap, room: timedelta) -> tuple[datetime, datetime]:
    """When the papers of a day were submitted, with room before it for what was held back."""
    records = library.ledger.records().get(gap.subject, {})
    quiet = {day for day, record in records.items() if record.state == "holiday"}
    begin, end = announcements.submissions(gap.day, quiet)
    began = max((d for d, each in records.items() if each.begins and d <= gap.day), default=None)
    after = records.get(announcements.working_day_after(gap.day))
    is_part = gap.record is not None and gap.record.reason in ("cap", "cut")
    if not is_part and after is not None and after.reason == "batch":
        # After a gap nobody can tell a new batch from this day's served late: both are asked for.
        end = max(end, announcements.submissions(after.day, quiet)[1])
    earliest = begin if began is None else min(begin, announcements.submissions(began)[0])
    # What was announced before the subscription is not wanted.
    return max(begin - room, earliest - _MARGIN), end + _MARGIN


def _wanted(one: _Question) -> list[int]:
    """Where the pages start that are still to be asked for."""
    from hauler_tui.sources.arxivfill import PAGE, starts

    if one.is_proved or one.is_given_up:
        return []
    if not one.total:
        return [one.skipped] if one.tries.get(one.skipped, 0) < _TRIES else []
    return [
        start
        for start in starts(one.total, one.skipped)
        if len(one.pages.get(start, ())) < min(PAGE, one.total - start)
        and one.tries.get(start, 0) < _TRIES
    ]


def _url(one: _Question, start: int) -> str:
    from hauler_tui.sources.arxivfill import page_url

    one.tries[start] = one.tries.get(start, 0) + 1
    return page_url(one.base, one.query, one.begin, one.end, start=start)


def _fits(one: _Question, outcome: Updated) -> bool:
    """Whether every paper of a page was submitted in the time that was asked for."""
    begin, end = one.begin - _MARGIN, one.end + _MARGIN
    return all(begin <= each.published <= end for each in outcome.entries if each.published)


def _take_in(library: Library, one: _Question, start: int, outcome: Updated, now: datetime) -> int:
    """Keep a page and what it proves, as one change; how many papers were new."""
    gap = one.gap
    is_first = one.total is None
    if outcome.total is not None:
        one.total = max(outcome.total, one.total or 0)
    if is_first and one.skipped and (gap.record is None or gap.record.total != one.total):
        one.skipped = 0  # arXiv counts otherwise now: from the beginning
        one.tries.clear()
    entries = [_announced(entry, gap.subject) for entry in outcome.entries]
    names = [entry.aliases[0] for entry in entries]
    if len(names) >= len(one.pages.get(start, ())):
        one.pages[start] = names
    if one.total == 0 and one.tries.get(start, 0) < _TRIES - 1:
        return 0  # nothing is proved by being told so once
    about = f"fill {shown_subject(gap.subject)} of {gap.day} from arXiv"
    with library.ledger.step("fill", about, at=now):
        absorbed = library.items.absorb(entries, feed_id=gap.feed.id, at=now)
        known = {name for page in one.pages.values() for name in page}
        count = one.skipped + len(library.items.owners(known))
        one.is_proved = one.total is not None and min(count, _came(one)) >= one.total
        record = DayRecord(
            subject=gap.subject,
            day=gap.day,
            state="complete" if one.is_proved else "partial",
            reason="query",
            at=now,
            total=one.total,
            known=count,
            came=_came(one),
            gap_from=gap.record.gap_from if gap.record else None,
            gap_to=gap.record.gap_to if gap.record else None,
        )
        library.ledger.keep([record], at=now)
    return len(absorbed.new)


def _came(one: _Question) -> int:
    """How many papers came from the oldest on without a hole."""
    from hauler_tui.sources.arxivfill import PAGE

    came = one.skipped
    while len(one.pages.get(came, ())) == PAGE:
        came += PAGE
    return came + len(one.pages.get(came, ()))


def _announced(entry: Entry, subject: str) -> Entry:
    """A paper of the query API as the category's own feed would have announced it."""
    if subject.startswith(ledger.QUERY):
        return entry
    primary = entry.categories[0] if entry.categories else ""
    is_own = primary == subject or primary.startswith(f"{subject}.")
    return replace(entry, announce="new" if is_own else "cross")


def _report(
    library: Library, questions: Sequence[_Question], new: int, failure: Outcome | None
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
    until = max(filter(None, (state.due_at, state.wait_until)))
    return f"arXiv asked to be left alone until {until.astimezone():%H:%M}"
