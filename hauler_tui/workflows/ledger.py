"""What an answer proves about arXiv's and bioRxiv's days, and which days are lacking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from hauler_tui.domain import announcements, ledger
from hauler_tui.domain.feed import Feed, FeedState, Outcome, Unchanged, Updated
from hauler_tui.domain.ledger import Batch, DayRecord, DayState
from hauler_tui.domain.proofs import shown_subject
from hauler_tui.library.works import quoted
from hauler_tui.workflows import preprintgaps
from hauler_tui.workflows.repeats import was_announced

if TYPE_CHECKING:
    from hauler_tui.library.items import Absorbed
    from hauler_tui.library.library import Library
    from hauler_tui.sources.arxivfill import Search

FILL_COMMAND = "hauler refresh --fill"

_ASK_AGAIN = timedelta(hours=3)
"""When a feed is asked again that had no new batch; arXiv makes it anew once a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A subject that is subscribed to."""

    subject: str
    feed: Feed
    """The oldest feed that carries it."""
    since: date | None
    """The first day of which something is known; None before the first refresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A day of which something is lacking."""

    subject: str
    day: date
    state: DayState
    feed: Feed
    """The feed that what fills it counts as coming from."""
    record: DayRecord | None


def take_in(
    library: Library,
    feed: Feed,
    outcome: Outcome,
    now: datetime,
    *,
    rest: Outcome | None = None,
    brought_news: bool = False,
) -> Absorbed:
    """Keep how a fetch ended, what it brought, and what that proves, as one change.

    ``rest`` is the same outcome without the entries that were taken in before, and
    ``brought_news`` whether something of those was not known.
    """
    from hauler_tui.sources.arxivfill import search_of

    left = outcome if rest is None else rest
    subjects = _subjects(feed, outcome.title if isinstance(outcome, Updated) else "")
    search = None if subjects else search_of(feed.url)
    preprints = preprintgaps.subject_of(feed)
    if not (subjects or search or preprints) or not isinstance(outcome, Updated | Unchanged):
        return library.feeds.record(left, now)
    about = f"refresh {quoted(feed.title or feed.url)}"
    with library.ledger.step("refresh", about, at=now):
        told = _beginnings(library, dict.fromkeys(subjects, feed), now)
        absorbed = library.feeds.record(left, now)
        records = library.ledger.records()
        if isinstance(outcome, Unchanged):
            told += ledger.read_unchanged(subjects, records=records, now=now)
        elif search is not None:
            told += _of_search(library, search, outcome, now)
        elif preprints:
            reached = preprintgaps.reached(library, preprints, outcome, now)
            told += () if reached is None else (reached,)
        else:
            batch = Batch(
                entries=outcome.entries,
                built_at=outcome.built_at,
                is_whole=outcome.is_whole,
                is_known=not (brought_news or absorbed.new or absorbed.changed),
            )
            is_old = was_announced(library, batch.entries, ledger.day_of(batch, now))
            batch = replace(batch, was_announced=is_old)
            told += ledger.read_batch(batch, subjects, records=records, now=now)
        library.ledger.keep(told, at=now)
        _ask_again(library, feed, subjects, now)
    return absorbed


def note(library: Library, feed: Feed, outcome: Outcome, now: datetime) -> str:
    """Why a daily feed of arXiv's is rightly empty; empty where it is not, or nothing is known."""
    if not isinstance(outcome, Updated) or outcome.entries:
        return ""
    today = announcements.eastern_day(now)
    subjects = _subjects(feed, outcome.title)
    if subjects and announcements.is_weekend(today):
        return "arXiv announces nothing for Saturday and Sunday"
    found = (library.ledger.records().get(subject, {}).get(today) for subject in subjects)
    is_quiet = any(record is not None and record.state == "holiday" for record in found)
    return "arXiv announces nothing today, a holiday" if is_quiet else ""


def watch(library: Library, now: datetime) -> None:
    """Note from which day on each category is subscribed to, before anything is fetched.

    What was fetched before there was a ledger is watched from today.
    """
    oldest: dict[str, Feed] = {}
    for feed in library.feeds.all():
        for subject in _subjects(feed):
            oldest.setdefault(subject, feed)
    if told := _beginnings(library, oldest, now):
        library.ledger.keep(told, at=now)


def watched(library: Library) -> tuple[Watched, ...]:
    """Every subject that some feed subscribes to, in the order of the feeds."""
    from hauler_tui.sources.arxivfill import search_of

    found: dict[str, Watched] = {}
    records = library.ledger.records()
    for feed in library.feeds.all():
        subjects = _subjects(feed)
        if not subjects and (search := search_of(feed.url)):
            subjects = (ledger.QUERY + search.query,)
        if not subjects and (preprints := preprintgaps.subject_of(feed)):
            subjects = (preprints,)
        for subject in subjects:
            since = min(records.get(subject, {}), default=None)
            found.setdefault(subject, Watched(subject=subject, feed=feed, since=since))
    return tuple(found.values())


def states(
    library: Library, subject: str, first: date, last: date, *, now: datetime
) -> dict[date, DayState]:
    """The state of each day of a subject; of what has no daily batch, of the days it was asked."""
    records = library.ledger.records().get(subject, {})
    found = ledger.states(records, first, last, now=now)
    if ledger.is_polled(subject):
        return {day: state if day in records else "unwatched" for day, state in found.items()}
    return found


def gaps(library: Library, *, now: datetime) -> tuple[Gap, ...]:
    """Every day of every subscription of which something is lacking, newest first."""
    today = announcements.eastern_day(now)
    records = library.ledger.records()
    found = [
        Gap(
            subject=one.subject,
            day=day,
            state=state,
            feed=one.feed,
            record=records[one.subject].get(day),
        )
        for one in watched(library)
        if one.since is not None
        for day, state in states(library, one.subject, one.since, today, now=now).items()
        if ledger.is_gap(state)
    ]
    return tuple(sorted(found, key=lambda gap: gap.day, reverse=True))


def notices(library: Library, *, now: datetime, how: str = FILL_COMMAND) -> tuple[str, ...]:
    """What the person must know about days that are lacking, a sentence each.

    ``how`` is what they can do to fill them.
    """
    today = announcements.eastern_day(now)
    waiting: dict[date | None, list[Gap]] = {}
    lacking: dict[str, list[date]] = {}
    cut: dict[date, list[Gap]] = {}
    told: list[str] = []
    for gap in gaps(library, now=now):
        if gap.state == "stale" and gap.day == today:
            last = ledger.last_batch(library.ledger.records()[gap.subject], today)
            waiting.setdefault(last.day if last else None, []).append(gap)
            continue
        lacking.setdefault(gap.subject, []).append(gap.day)
        if gap.record is not None and gap.record.reason == "cap":
            cut.setdefault(gap.day, []).append(gap)
    for day, some in cut.items():
        told.append(
            f"arXiv cut {_listed(some)} of {day} at {ledger.DAILY_CAP:,} papers and dropped new"
            " ones: subscribe to single categories."
        )
    for last_new, some in waiting.items():
        since = f" (last new: {last_new})" if last_new else ""
        told.append(f"No new batch of {_listed(some)} today{since}{_asked_again(library, some)}.")
    if lacking:
        parts = (f"{shown_subject(name)} lacks {_days(days)}" for name, days in lacking.items())
        told.append(f"{'; '.join(parts)}: {how} fetches what is lacking.")
    return tuple(told)


def _subjects(feed: Feed, title: str = "") -> tuple[str, ...]:
    from hauler_tui.sources.arxivfill import daily_subjects

    return daily_subjects(feed.url, title or feed.title)


def _beginnings(library: Library, oldest: dict[str, Feed], now: datetime) -> tuple[DayRecord, ...]:
    """The beginnings of subscriptions that the ledger does not know yet."""
    today = announcements.eastern_day(now)
    told: list[DayRecord] = []
    for subject, feed in oldest.items():
        added = min(announcements.eastern_day(feed.added_at), today)
        if all(day < added for day in library.ledger.records().get(subject, {})):
            was_fetched = library.feeds.state(feed.id) != FeedState()
            told.append(ledger.begun(subject, today if was_fetched else added, now))
    return tuple(told)


def _ask_again(library: Library, feed: Feed, subjects: Iterable[str], now: datetime) -> None:
    """Let a feed be due earlier than its server says, where today's batch is not in it."""
    today = announcements.eastern_day(now)
    if announcements.is_weekend(today):
        return
    records = library.ledger.records()
    known = [records.get(subject, {}).get(today) for subject in subjects]
    if any(record is None or record.state in ("begun", "stale") for record in known):
        opens = announcements.eastern(today) + announcements.GRACE
        library.feeds.ask_again(feed.id, max(opens, now + _ASK_AGAIN), now)


def _of_search(
    library: Library, search: Search, outcome: Updated, now: datetime
) -> tuple[DayRecord, ...]:
    """What an answer to a search proves: that nothing lies between it and the one before."""
    subject = ledger.QUERY + search.query
    records = library.ledger.records().get(subject, {})
    newest = max((each.newest for each in records.values() if each.newest), default=None)
    times = [entry.published for entry in outcome.entries if entry.published]
    told = DayRecord(
        subject=subject,
        day=announcements.eastern_day(now),
        state="complete",
        reason="batch",
        at=now,
        newest=max(times, default=None),
    )
    is_full = len(outcome.entries) >= search.page
    if newest is not None and is_full and times and min(times) > newest:
        opened = replace(told, state="partial", reason="more")
        return (replace(opened, gap_from=newest, gap_to=min(times)),)
    return (told,)


def _asked_again(library: Library, some: list[Gap]) -> str:
    states = (library.feeds.state(gap.feed.id) for gap in some)
    due = min((state.due_at for state in states if state.due_at), default=None)
    return f"; arXiv is asked again at {due.astimezone():%H:%M}" if due else ""


def _days(days: list[date]) -> str:
    return f"{days[0]}" if len(days) == 1 else f"{len(days)} days ({min(days)} to {max(days)})"


def _listed(some: list[Gap]) -> str:
    names = list(dict.fromkeys(gap.subject for gap in some))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
