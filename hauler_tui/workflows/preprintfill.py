"""Fill what a feed of bioRxiv's or medRxiv's lost from the details that they tell of their days."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated, Waiting
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.workflows import patience
from hauler_tui.workflows.filling import LATER, Filling, FillReport
from hauler_tui.workflows.ledger import Gap

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings

_TRIES = 3
"""How often a page is asked for that is empty and should not be, and a list that changes."""
_MOST_PAGES = 300
"""Pages that are asked for in one go; the next filling goes on after them."""
_MOST_FAILURES = 2
"""Days of which nothing comes before no more are asked for."""
_AT_ONCE = 25
"""Papers that are taken in between two looks at the keys: some two milliseconds of work."""


@dataclass(slots=True, kw_only=True)
class _Question:
    """What is asked about a gap, and what came of it."""

    gap: Gap
    begin: datetime
    end: datetime
    cursor: int = 0
    """How many records came from the first on."""
    total: int | None = None
    """How many records there are, as the server counts."""
    tries: int = 0
    unread: int = 0
    """Records that name no paper."""
    reaches_end: bool = False
    """Whether a paper of the last day came, of which the feed is known to have had one."""
    seen: set[tuple[str, int | None]] = field(default_factory=set)

    @property
    def is_at_end(self) -> bool:
        return self.total is not None and self.cursor >= self.total


async def ask_details(
    library: Library,
    lacking: Sequence[Gap],
    *,
    now: datetime,
    settings: FetchSettings,
    force: bool,
    progress: Callable[[Filling], None],
    sleep: Callable[[float], Awaitable[None]],
) -> FillReport:
    """Ask the servers for all that they posted on the days of gaps.

    Those are whole days, from the newest paper known before to the oldest that came after it. Each
    page is kept as it comes, with how far the list is read, so that the next filling goes on there.
    Raises LibraryError where the library cannot be written.
    """
    from hauler_tui.sources.schedule import may_ask

    if not lacking:
        return FillReport()
    host = host_of(settings.preprint_api)
    state = library.ledger.preprint_state()
    others = patience.closed(library, now, settings).get(host, state)
    for told in (state, others):
        if not may_ask(told, forced=force, now=now):
            until = patience.until(told)
            busy = f"{host} is not asked before {until.astimezone():%H:%M}" if until else ""
            return FillReport(left=tuple(lacking), error=busy, hint=LATER)
    run = _Run(
        library=library,
        now=now,
        settings=settings,
        total=len(lacking),
        progress=progress,
        sleep=sleep,
    )
    for gap in lacking:
        if run.closed is None and run.failures < _MOST_FAILURES:
            await run.fill(gap)
    library.ledger.keep_preprint_state(run.closed or FeedState(), at=now)
    done = {(day.subject, day.day) for day in run.filled}
    left = tuple(gap for gap in lacking if (gap.subject, gap.day) not in done)
    return FillReport(
        filled=tuple(run.filled),
        left=left,
        new=run.new,
        error=run.error if left else None,
        hint=(run.hint or LATER) if left else "",
    )


@dataclass(slots=True, kw_only=True)
class _Run:
    """One filling, and what came of it so far."""

    library: Library
    now: datetime
    settings: FetchSettings
    total: int
    progress: Callable[[Filling], None]
    sleep: Callable[[float], Awaitable[None]]
    filled: list[DayRecord] = field(default_factory=list)
    new: int = 0
    error: str | None = None
    hint: str = ""
    failures: int = 0
    closed: FeedState | None = None
    """What the server told that asked to be left alone."""

    async def fill(self, gap: Gap) -> None:
        """Read the list of a gap to its end, or as far as it comes."""
        one = self._question(gap)
        host = host_of(self.settings.preprint_api)
        for _ in range(_MOST_PAGES):
            outcome = await self._ask(one)
            page = outcome.page if isinstance(outcome, Updated) else None
            if not isinstance(outcome, Updated) or page is None:
                self._fail(outcome.state.error or f"{host} did not answer", outcome)
                return
            if any(not _lies(entry, one) for entry in outcome.entries):
                self._fail(f"{host} sent papers that were not asked for, and they were left out")
                return
            if one.total is not None and page.size is not None and page.size != one.total:
                # What was read of a list that counts otherwise now may have moved: from the start.
                one.tries += 1
                if one.tries >= _TRIES:
                    self._fail(f"{host} counts otherwise with every page")
                    return
                if one.cursor:
                    one.cursor, one.total, one.unread = 0, page.size, 0
                    one.seen.clear()
                    continue
            one.total = page.size if page.size is not None else one.total
            named = {(entry.aliases[0], entry.version) for entry in outcome.entries}
            if named and named <= one.seen:
                self._fail(f"{host} sends the same page again and again")
                return
            if not page.records and one.total is not None and not one.is_at_end:
                one.tries += 1
                if one.tries >= _TRIES:
                    self._fail(f"{host} counts {one.total:,} records and sent {one.cursor:,}")
                    return
                continue
            one.seen |= named
            one.cursor += page.records
            one.unread += page.unread
            await self._take_in(one, outcome.entries)
            if not page.records and one.total is None:
                one.total = one.cursor
            if one.is_at_end:
                self._end(one, host)
                return
        self._fail(f"{host} has more than {_MOST_PAGES:,} pages")

    def _question(self, gap: Gap) -> _Question:
        """What is left to be asked about a gap."""
        record = gap.record
        one = _Question(
            gap=gap,
            begin=(record.gap_from if record else None) or self.now,
            end=(record.gap_to if record else None) or self.now,
        )
        # What was read to its end and proved nothing is read again.
        if record is not None and record.reason == "details" and record.came != record.total:
            one.cursor, one.total = record.came, record.total
        return one

    async def _ask(self, one: _Question) -> Outcome:
        from hauler_tui.sources.fetching import fetch_all
        from hauler_tui.sources.pacing import gap_of
        from hauler_tui.sources.preprintlists import page_url
        from hauler_tui.sources.settings import Job

        base = self.settings.preprint_api
        first, last = one.begin.astimezone(UTC).date(), one.end.astimezone(UTC).date()
        url = page_url(base, one.gap.subject, first, last, one.cursor)
        state = replace(self.library.ledger.preprint_state(), due_at=None, wait_until=None)
        await self.sleep(gap_of(base))
        job = Job(feed_id=0, url=url, state=state, forced=True, reads="papers")
        async with aclosing(fetch_all([job], self.settings, self.now)) as outcomes:
            (outcome,) = [each async for each in outcomes]
        return outcome

    async def _take_in(self, one: _Question, entries: Sequence[Entry]) -> None:
        """Keep the papers of a page a little at a time, then how far the list is read."""
        from hauler_tui.sources.preprintlists import is_of

        own = [entry for entry in entries if is_of(entry, one.gap.subject)]
        last = one.end.astimezone(UTC).date()
        one.reaches_end |= any(each.published and each.published.date() >= last for each in own)
        wanted = self._wanted(own)
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            self.library.expect_more()
            with self._step(one):
                told = self.library.items.absorb(part, feed_id=one.gap.feed.id, at=self.now)
            self.new += len(told.new)
            await asyncio.sleep(0)
        # A page with what cannot be read is read again, and so is a list that has no count.
        if one.total is not None and not one.unread:
            self._keep(one, is_proved=False)
        self._tell(one)

    def _wanted(self, entries: Sequence[Entry]) -> list[Entry]:
        """Papers that were posted, and new versions of what is known.

        The feeds hold first versions: of older papers that were revised nothing else comes in.
        """
        posted = {entry.aliases[0] for entry in entries if (entry.version or 1) == 1}
        found = self.library.items.lookups([entry.aliases for entry in entries])
        return [
            entry
            for entry, item_id in zip(entries, found, strict=True)
            if item_id is not None or entry.aliases[0] in posted
        ]

    def _keep(self, one: _Question, *, is_proved: bool) -> None:
        record = one.gap.record
        told = DayRecord(
            subject=one.gap.subject,
            day=one.gap.day,
            state="complete" if is_proved else "partial",
            reason="details",
            at=self.now,
            total=one.total,
            known=one.cursor,
            came=one.cursor,
            gap_from=record.gap_from if record else None,
            gap_to=record.gap_to if record else None,
        )
        with self._step(one):
            kept = self.library.ledger.keep([told], at=self.now)
        if is_proved:
            self.filled.extend(kept)

    def _end(self, one: _Question, host: str) -> None:
        """Prove a day whose list was read to its end, unless something speaks against it."""
        last = one.end.astimezone(UTC).date()
        if one.unread:
            records = "1 record" if one.unread == 1 else f"{one.unread:,} records"
            self._fail(f"{host} sent {records} without a paper")
        elif not one.reaches_end:
            self._fail(f"{host} has no paper of {one.gap.subject} of {last}, though its feed had")
        else:
            self._keep(one, is_proved=True)
            self._tell(one)

    def _fail(self, error: str, outcome: Outcome | None = None) -> None:
        self.failures += 1
        self.error = error
        self.hint = outcome.hint if isinstance(outcome, Failed) else ""
        if isinstance(outcome, Waiting):
            self.closed = outcome.state

    def _step(self, one: _Question) -> AbstractContextManager[None]:
        about = f"fill {one.gap.subject} of {one.gap.day} from bioRxiv's API"
        return self.library.ledger.step("fill", about, at=self.now)

    def _tell(self, one: _Question) -> None:
        done = len(self.filled)
        told = Filling(done=done, total=self.total, gap=one.gap, new=self.new, source="details")
        self.progress(told)


def _lies(entry: Entry, one: _Question) -> bool:
    """Whether a paper was posted on the days that were asked for."""
    if entry.published is None:
        return True
    return one.begin.date() <= entry.published.date() <= one.end.date()
