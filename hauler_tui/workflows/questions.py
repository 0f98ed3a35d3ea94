"""What is asked of arXiv's query API about a gap, and how much of the answer has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hauler_tui.domain import announcements, ledger
from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Updated
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.workflows.ledger import Gap

if TYPE_CHECKING:
    from hauler_tui.library.library import Library

_TRIES = 3
"""How often a page is asked for: arXiv answers full pages as empty now and then."""
_MARGIN = timedelta(hours=1)
_HELD_BACK = timedelta(days=3)
"""What moderators held back is announced days after it was submitted."""
_SAMPLE = 20
"""Papers of a page that are looked up to see when they came."""
_LATEST = timedelta(days=14)
"""How long after a gap batches may be served late without the filling giving up on them."""


@dataclass(slots=True, kw_only=True)
class Question:
    """What is asked about a gap, and what came of it."""

    gap: Gap
    base: str
    query: str
    begin: datetime
    end: datetime
    until: date
    """The last day whose papers are asked for."""
    skipped: int = 0
    """Papers that an earlier fill brought, which are not asked for again."""
    asked_before: int = 0
    """Papers of the days before, where the question went on to later ones."""
    total: int | None = None
    pages: dict[int, list[str]] = field(default_factory=dict)
    """The names of the papers of each page that came, by where it starts."""
    tries: dict[int, int] = field(default_factory=dict)
    is_late: bool = False
    """Whether the batch after the gap was the gap's own, served a day late."""
    has_caught_up: bool = False
    """Whether the day was found whose papers were passed over by what was late."""
    is_proved: bool = False
    is_given_up: bool = False
    """Whether what came is no answer to what was asked."""

    @property
    def names(self) -> set[str]:
        """The papers that came."""
        return {name for page in self.pages.values() for name in page}

    @property
    def came(self) -> int:
        """How many papers came from the oldest on without a hole."""
        from hauler_tui.sources.arxivfill import PAGE

        came = self.skipped
        while len(self.pages.get(came, ())) == PAGE:
            came += PAGE
        return came + len(self.pages.get(came, ()))

    def hear(self, start: int, names: list[str], total: int | None) -> bool:
        """Take in a page; whether it is to be believed: that there is nothing only said twice."""
        is_first = self.total is None
        if total is not None:
            self.total = max(total, self.total or 0)
        record = self.gap.record
        if is_first and self.skipped and (record is None or record.total != self.total):
            self.skipped = 0  # arXiv counts otherwise now: from the beginning
            self.tries.clear()
        if len(names) >= len(self.pages.get(start, ())):
            self.pages[start] = names
        return self.total != 0 or self.tries.get(start, 0) >= _TRIES - 1


def question_about(
    library: Library, gap: Gap, base: str, lacking: Collection[tuple[str, date]]
) -> Question:
    """What to ask about a gap; ``base`` is where, ``lacking`` are all the gaps that are filled."""
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
    return Question(
        gap=gap, base=base, query=query, begin=begin, end=end, until=gap.day, skipped=skipped
    )


def _window(library: Library, gap: Gap, room: timedelta) -> tuple[datetime, datetime]:
    """When the papers of a day were submitted, with room before it for what was held back."""
    records = library.ledger.records().get(gap.subject, {})
    begin, end = own_time(library, gap.subject, gap.day)
    began = max((d for d, each in records.items() if each.begins and d <= gap.day), default=None)
    earliest = begin if began is None else min(begin, announcements.submissions(began)[0])
    # What was announced before the subscription is not wanted.
    return max(begin - room, earliest - _MARGIN), end + _MARGIN


def own_time(library: Library, subject: str, day: date) -> tuple[datetime, datetime]:
    """When the papers of a day were submitted: from one cut-off up to another."""
    records = library.ledger.records().get(subject, {})
    quiet = {day for day, record in records.items() if record.state == "holiday"}
    return announcements.submissions(day, quiet)


def wanted(one: Question) -> list[int]:
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


def asked_url(one: Question, start: int) -> str:
    """The address of a page; it counts as tried from now on."""
    from hauler_tui.sources.arxivfill import page_url

    one.tries[start] = one.tries.get(start, 0) + 1
    return page_url(one.base, one.query, one.begin, one.end, start=start)


def fits(one: Question, outcome: Updated) -> bool:
    """Whether every paper of a page was submitted in the time that was asked for."""
    begin, end = one.begin - _MARGIN, one.end + _MARGIN
    return all(begin <= each.published <= end for each in outcome.entries if each.published)


def go_on(library: Library, one: Question) -> bool:
    """Ask about the next day too, where batches were late until then; whether there is one.

    A feed that serves each batch a day late passes one over on the day it is right again, and
    nothing but the papers of these days tells which.
    """
    after = batch_after(library, one)
    is_far = one.until - one.gap.day > _LATEST
    if not one.is_late or one.has_caught_up or after is None or is_far:
        return False
    one.asked_before += one.total or 0
    one.until = after.day
    one.begin, one.end = announcements.submissions(after.day)[0], _window_end(after.day)
    one.total, one.skipped = None, 0
    one.pages.clear()
    one.tries.clear()
    return True


def batch_after(library: Library, one: Question) -> DayRecord | None:
    """The batch that a feed served on the working day after those that are asked about."""
    if one.gap.subject.startswith(ledger.QUERY):
        return None
    records = library.ledger.records().get(one.gap.subject, {})
    after = records.get(announcements.working_day_after(one.until))
    return after if after is not None and after.digest else None


def came_later(library: Library, one: Question, entries: Sequence[Entry]) -> bool:
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


def announced(entry: Entry, subject: str) -> Entry:
    """A paper of the query API as the category's own feed would have announced it."""
    if subject.startswith(ledger.QUERY):
        return entry
    primary = entry.categories[0] if entry.categories else ""
    is_own = primary == subject or primary.startswith(f"{subject}.")
    return replace(entry, announce="new" if is_own else "cross")


def _window_end(day: date) -> datetime:
    return announcements.submissions(day)[1] + _MARGIN
