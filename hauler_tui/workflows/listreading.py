"""Read the list of a category's records for its gaps, and keep each page with what it proves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from hauler_tui.domain import ledger
from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Updated, Waiting
from hauler_tui.domain.harvest import Harvest, ListPage, Sought, counted, may_go_on
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.workflows.filling import Filling
from hauler_tui.workflows.ledger import Gap, gaps
from hauler_tui.workflows.questions import (
    Question,
    announced,
    came_later,
    go_on,
    own_time,
    question_about,
)

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings

T = TypeVar("T")

_TRIES = 3
"""How often a page is asked for that comes damaged, and a list whose token does not hold."""
_SHORT_WAIT = timedelta(minutes=2)
"""The longest Retry-After that is waited for at once: it is how OAI-PMH controls the flow."""
_MOST_PAGES = 2_000
"""Pages of one list that are read in one go; the next filling goes on after them."""
_AT_ONCE = 25
"""Papers that are taken in between two looks at the keys: some two milliseconds of work."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """One filling from lists, and what came of it so far."""

    library: Library
    base: str
    now: datetime
    settings: FetchSettings
    state: FeedState
    total: int
    progress: Callable[[Filling], None]
    sleep: Callable[[float], Awaitable[None]]
    remember: Callable[[str], None]
    filled: list[DayRecord] = field(default_factory=list)
    new: int = 0
    error: str | None = None
    hint: str = ""
    failures: int = 0
    """Lists that could not be read to their ends."""
    is_closed: bool = False
    """Whether the server asked to be left alone for long."""

    async def fill(self, subject: str, some: Sequence[Gap]) -> None:
        """Read the list of a subject, and once more for days that a late batch passed over."""
        stored = self.library.ledger.harvests.get(subject)
        begun = None
        if stored is not None and may_go_on(stored, now=self.now):
            known = {sought.day for sought in stored.days}
            if known.issuperset(gap.day for gap in some):
                # The list is read to its end for all the days that it was begun for.
                lacking = gaps(self.library, now=self.now)
                open_ones = [gap for gap in lacking if gap.subject == subject and gap.day in known]
                self.total += len(open_ones) - len(some)
                some, begun = open_ones, stored
        days = {(subject, gap.day) for gap in some}
        sought = [question_about(self.library, gap, self.base, days) for gap in some]
        while sought and await self._read(subject, sought, begun):
            begun = None
            sought = [one for one in sought if one.total is None]

    async def _read(
        self, subject: str, questions: Sequence[Question], begun: Harvest | None
    ) -> bool:
        """Read a list to its end; False where that did not succeed."""
        from hauler_tui.sources import oaipmh

        reading = begun or self._begin(subject, questions)
        host = host_of(self.base)
        seen: set[str] = set()
        damaged = expired = 0
        while len(seen) < _MOST_PAGES:
            url = oaipmh.first_url(self.base, subject, reading.first, reading.until)
            if reading.token:
                url = oaipmh.next_url(self.base, reading.token)
            outcome = await self._ask(url)
            page = outcome.page if isinstance(outcome, Updated) else None
            if not isinstance(outcome, Updated) or page is None:
                return self._fail(outcome.state.error or "", outcome)
            if page.is_expired:
                expired += 1
                if expired >= _TRIES:
                    return self._fail(f"{host} begins a list and does not go on with it")
                reading = self._begin(subject, questions)
                seen.clear()
                continue
            is_whole = outcome.is_whole and (page.names_rest or not reading.token)
            reading = await self._take_in(reading, questions, outcome, page, is_whole=is_whole)
            if not is_whole:
                damaged += 1
                if damaged >= _TRIES:
                    return self._fail(f"{host} sent a damaged list")
                continue
            if not page.token:
                return self._end(reading, page, questions)
            if page.token in seen:
                return self._fail(f"{host} sends the same page again and again")
            seen.add(page.token)
            damaged = 0
        return self._fail(f"{host} has a list of more than {_MOST_PAGES:,} pages")

    def _begin(self, subject: str, questions: Sequence[Question]) -> Harvest:
        for one in questions:
            one.pages.clear()
        # Records are dated in UTC; what a day's feed holds was announced on its eve.
        return Harvest(
            subject=subject,
            begun_at=self.now,
            first=min(one.until for one in questions) - timedelta(days=1),
            until=self.now.astimezone(UTC).date(),
            days=tuple(Sought(day=one.gap.day) for one in questions),
        )

    async def _ask(self, url: str) -> Outcome:
        """The answer to a question, once a server that controls the flow gives one."""
        from hauler_tui.sources import arxivfill
        from hauler_tui.sources.fetching import fetch_all
        from hauler_tui.sources.settings import Job

        state = replace(self.state, due_at=None, wait_until=None)
        for _ in range(_TRIES):
            await self.sleep(arxivfill.pause_of(self.base))
            job = Job(feed_id=0, url=url, state=state, forced=True, reads="records")
            async with aclosing(fetch_all([job], self.settings, self.now)) as outcomes:
                (outcome,) = [one async for one in outcomes]
            self.remember(self.base)
            wait = outcome.state.wait_until if isinstance(outcome, Waiting) else None
            if wait is None or wait - self.now > _SHORT_WAIT:
                break
            # It holds as well if this program does not live to see the end of it.
            self.library.ledger.harvests.keep_state(outcome.state, at=self.now)
            await self.sleep((wait - self.now).total_seconds())
        return outcome

    async def _take_in(
        self,
        reading: Harvest,
        questions: Sequence[Question],
        outcome: Updated,
        page: ListPage,
        *,
        is_whole: bool,
    ) -> Harvest:
        """Keep the papers of a page, then, if it is whole, what it proves and what follows it."""
        subject = reading.subject
        entries = [entry for entry in outcome.entries if _is_in(entry, subject)]
        times = [own_time(self.library, subject, one.until) for one in questions]
        for one in questions:
            if not one.is_late and one.until == one.gap.day:
                one.is_late = came_later(self.library, one, entries)
                await asyncio.sleep(0)
        for part in _parts(await self._wanted(questions, entries, subject)):
            self.library.expect_more()
            with self._step(subject):
                self._absorb(part, questions, times)
            await asyncio.sleep(0)
        if is_whole:
            reading = replace(
                reading,
                token=page.token,
                records=reading.records + page.records,
                unread=reading.unread + page.unread,
            )
            for one, time in zip(questions, times, strict=True):
                names = {each.aliases[0] for each in entries if _lies(each, time)} - one.names
                one.pages[len(one.pages)] = sorted(names)
                known = await self._count_known(sorted(names))
                reading = counted(reading, one.gap.day, listed=len(names), known=known)
            self._keep(reading, questions)
        self._tell(questions)
        return reading

    async def _count_known(self, names: Sequence[str]) -> int:
        """How many papers of so many the library knows."""
        known = 0
        for part in _parts(names):
            known += len(self.library.items.owners(part))
            await asyncio.sleep(0)
        return known

    def _absorb(
        self,
        part: Sequence[Entry],
        questions: Sequence[Question],
        times: Sequence[tuple[datetime, datetime]],
    ) -> None:
        """Take papers in, and note which days had some that were not known."""
        items = self.library.items
        absorbed = items.absorb(part, feed_id=questions[0].gap.feed.id, at=self.now)
        self.new += len(absorbed.new)
        if not absorbed.new:
            return
        owners = items.owners(entry.aliases[0] for entry in part)
        fresh = [entry for entry in part if owners.get(entry.aliases[0]) in absorbed.new]
        for one, time in zip(questions, times, strict=True):
            if one.until > one.gap.day and any(_lies(entry, time) for entry in fresh):
                one.has_caught_up = True

    def _keep(self, reading: Harvest, questions: Sequence[Question]) -> None:
        """Remember what came of the days so far, and where the list goes on."""
        records = [self._record(one, reading, "partial") for one in questions]
        # Of a day that the list has not come to nothing is known yet.
        with self._step(reading.subject):
            self.library.ledger.keep([each for each in records if each.known], at=self.now)
            if all(one.until == one.gap.day for one in questions):
                self.library.ledger.harvests.keep(reading)

    async def _wanted(
        self, questions: Sequence[Question], entries: Collection[Entry], subject: str
    ) -> list[Entry]:
        """The papers of the gaps as a feed would have announced them, and new versions of others.

        A record changes for many reasons: of older papers nothing comes in that is not known.
        """
        wanted: list[Entry] = []
        others: list[Entry] = []
        for entry in entries:
            if any(_lies(entry, (one.begin, one.end)) for one in questions):
                wanted.append(announced(entry, subject))
            elif (entry.version or 1) > 1:
                others.append(entry)
        for part in _parts(others):
            found = self.library.items.lookups([entry.aliases for entry in part])
            for entry, item_id in zip(part, found, strict=True):
                known = None if item_id is None else self.library.items.get(item_id).entry
                if known is not None and (entry.version or 1) > (known.version or 1):
                    is_own = announced(entry, subject).announce == "new"
                    wanted.append(replace(entry, announce="replace" if is_own else "replace-cross"))
            await asyncio.sleep(0)
        return wanted

    def _end(self, reading: Harvest, page: ListPage, questions: Sequence[Question]) -> bool:
        """Prove the days of a list that was read to its end; False where something is lacking."""
        told: list[DayRecord] = []
        doubt = self._doubt(reading, page)
        for one in questions:
            record = self._record(one, reading, "complete")
            one.total = reading.of(one.gap.day).listed
            if not doubt and not go_on(self.library, one):
                one.is_proved = True
                told.append(record)
        with self._step(reading.subject):
            self.library.ledger.keep(told, at=self.now)
            self.library.ledger.harvests.drop(reading.subject)
        self.filled.extend(told)
        self._tell(questions)
        return self._fail(doubt) if doubt else True

    def _doubt(self, reading: Harvest, page: ListPage) -> str:
        """Why a list that was read to its end proves nothing; empty where it does."""
        host = host_of(self.base)
        if page.size is not None and reading.records < page.size:
            return f"{host} counts {page.size:,} records and sent {reading.records:,}"
        if reading.unread:
            records = "1 record" if reading.unread == 1 else f"{reading.unread:,} records"
            return f"{host} sent {records} without a paper or a date"
        if any(one.known < one.listed for one in reading.days):
            return f"not all papers that {host} sent could be kept"
        if not reading.records and self._is_seldom_empty(reading.subject):
            return f"{host} has no record at all of {reading.subject}, which is seldom without"
        return ""

    def _is_seldom_empty(self, subject: str) -> bool:
        """Whether most days of a subject that are known whole had papers.

        Of a set that it does not know, or has under another name, a server tells as of an empty
        one.
        """
        records = self.library.ledger.records().get(subject, {}).values()
        totals = [each.total or each.entries for each in records if each.state == "complete"]
        return sum(map(bool, totals)) * 2 > len(totals)

    def _record(self, one: Question, reading: Harvest, state: ledger.Stored) -> DayRecord:
        sought = reading.of(one.gap.day)
        return DayRecord(
            subject=reading.subject,
            day=one.gap.day,
            state=state,
            reason="records",
            at=self.now,
            total=one.asked_before + sought.listed if state == "complete" else None,
            known=one.asked_before + sought.known,
        )

    def _step(self, subject: str) -> AbstractContextManager[None]:
        about = f"fill {subject} from arXiv's records"
        return self.library.ledger.step("fill", about, at=self.now)

    def _fail(self, error: str, outcome: Outcome | None = None) -> bool:
        self.failures += 1
        self.error = error
        self.hint = outcome.hint if isinstance(outcome, Failed) else ""
        if isinstance(outcome, Waiting):
            self.is_closed, self.state = True, outcome.state
        return False

    def _tell(self, questions: Sequence[Question]) -> None:
        done, gap = len(self.filled), questions[0].gap
        self.progress(Filling(done=done, total=self.total, gap=gap, new=self.new, source="records"))


def _lies(entry: Entry, time: tuple[datetime, datetime]) -> bool:
    """Whether a paper was submitted in a time."""
    return entry.published is not None and time[0] <= entry.published < time[1]


def _is_in(entry: Entry, subject: str) -> bool:
    return any(name == subject or name.startswith(f"{subject}.") for name in entry.categories)


def _parts(some: Sequence[T]) -> list[Sequence[T]]:
    return [some[start : start + _AT_ONCE] for start in range(0, len(some), _AT_ONCE)]
