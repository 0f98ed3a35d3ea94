"""The day ledger: of which days of arXiv's announcements the library holds everything, proved.

A *subject* is a category or archive (``cs.CL``, ``cs``), or ``query:`` and a search, or a preprint
server and what its feed is of (``biorxiv:plant_biology``). What a feed or an API said of a
subject's day becomes a ``DayRecord``; a later one replaces it only where it proves more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from hauler_tui.domain import announcements
from hauler_tui.domain.entry import Entry

DayState: TypeAlias = Literal[
    "complete", "holiday", "partial", "stale", "missing", "pending", "unwatched"
]
"""What is known of a subject's day; every day has exactly one. ``pending`` is not yet over,
``unwatched`` lies before the subscription or was its first day."""

Stored: TypeAlias = Literal["begun", "stale", "partial", "complete", "holiday"]
"""What a record may say; the other states follow from there being none."""

Reason: TypeAlias = Literal[
    "begun",
    "batch",
    "empty",
    "quiet",
    "cap",
    "cut",
    "repeat",
    "old",
    "unchanged",
    "query",
    "records",
    "details",
    "more",
]
"""What a record rests on: see ``workflows.ledger.proof`` for each in a sentence."""

FILLERS: Final = ("query", "records", "details")
"""What a filled day rests on: arXiv's query API, its records by OAI-PMH, or bioRxiv's details."""
QUERY: Final = "query:"
"""How the subject of a search begins."""
PREPRINTS: Final = ("biorxiv:", "medrxiv:")
"""How the subjects of bioRxiv's and medRxiv's feeds begin."""
DAILY_CAP: Final = 2_000
"""Most papers in one daily feed; beyond it arXiv drops new ones without a word."""

_BUSY = 5
"""A category with so many papers in its last batch is not expected to have none in the next."""
_RANKS: Mapping[Stored, int] = {"begun": 0, "stale": 1, "partial": 2, "complete": 4, "holiday": 5}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecord:
    """What is known of one subject on one day, and what proves it."""

    subject: str
    day: date
    """The date, in the US East, of the feed that carries the announcement."""
    state: Stored
    reason: Reason
    at: datetime
    """When this was found out."""
    begins: bool = False
    """Whether the subscription began that day: what lies before it was not expected."""
    new: int = 0
    cross: int = 0
    replace: int = 0
    replace_cross: int = 0
    digest: str = ""
    """The first 16 hex digits of the SHA-256 of the batch's ids with versions, sorted."""
    total: int | None = None
    """How many papers the query API counted for the day."""
    known: int | None = None
    """How many of those the library knows."""
    came: int = 0
    """How many came from the oldest on without a hole: there a fill goes on."""
    newest: datetime | None = None
    """Of a search or a preprint server: when the newest paper that came was submitted."""
    gap_from: datetime | None = None
    """Of one with more papers than an answer holds: the newest paper known before."""
    gap_to: datetime | None = None
    """The oldest paper that came with it."""

    @property
    def entries(self) -> int:
        """How many papers the feed of the day had."""
        return self.new + self.cross + self.replace + self.replace_cross

    @property
    def is_filled(self) -> bool:
        """Whether something else than the feed proved it whole."""
        return self.reason in FILLERS and self.state == "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one answer of a daily feed held."""

    entries: Sequence[Entry]
    built_at: datetime | None = None
    """When the feed says it was made."""
    is_whole: bool = True
    """Whether the body ended as a feed ends."""
    is_known: bool = False
    """Whether the library learnt nothing at all from it."""
    was_announced: bool = False
    """Whether its papers had come on an earlier day, by this feed or another."""


def better(known: DayRecord | None, told: DayRecord) -> DayRecord:
    """The record of a day after one more was made: never one that proves less."""
    if known is None:
        return told
    is_open = known.gap_from is not None and known.state == "partial"
    if told.reason == "more":
        # A search may fall short again; what was open before stays open.
        begin = min(filter(None, (told.gap_from, known.gap_from if is_open else None)))
        first, second = replace(told, gap_from=begin), known
    else:
        wins = _rank(told) > _rank(known) and (told.reason in FILLERS or not is_open)
        first, second = (told, known) if wins else (known, told)
    first = replace(
        first,
        begins=known.begins or told.begins,
        newest=max(filter(None, (known.newest, told.newest)), default=None),
    )
    if first.entries or not second.digest:
        return first
    return replace(
        first,
        new=second.new,
        cross=second.cross,
        replace=second.replace,
        replace_cross=second.replace_cross,
        digest=second.digest,
    )


def _rank(record: DayRecord) -> tuple[float, int, int]:
    is_empty = record.reason == "empty" and record.state == "complete"
    rank = 3 if is_empty else _RANKS[record.state]
    return rank, record.known or 0, record.entries


def begun(subject: str, day: date, at: datetime) -> DayRecord:
    """The record of the day on which a subscription began."""
    return DayRecord(subject=subject, day=day, state="begun", reason="begun", at=at, begins=True)


def read_batch(
    batch: Batch,
    subjects: Sequence[str],
    *,
    records: Mapping[str, Mapping[date, DayRecord]],
    now: datetime,
) -> tuple[DayRecord, ...]:
    """The records that an answer of a daily feed of some subjects proves.

    ``records`` are those of every subject so far. An old batch under a new day is told as stale.
    """
    today = announcements.eastern_day(now)
    day = day_of(batch, now)
    made: list[DayRecord] = []
    for subject in subjects:
        own = [entry for entry in batch.entries if len(subjects) == 1 or _is_in(entry, subject)]
        last = last_batch(records.get(subject, {}), before=day)
        if own:
            made.append(_of_papers(batch, subject, own, day, last, now))
        elif not announcements.is_weekend(day):
            made.extend(_of_none(subject, day, last, records, now))
    if day < today:
        made.extend(_stale(subjects, today, "old", now))
    return tuple(made)


def day_of(batch: Batch, now: datetime) -> date:
    """The day that a batch says it is of: its papers' own, else when it was made; today at most."""
    today = announcements.eastern_day(now)
    return min(_day_of(batch) or today, today)


def read_unchanged(
    subjects: Sequence[str],
    *,
    records: Mapping[str, Mapping[date, DayRecord]],
    now: datetime,
) -> tuple[DayRecord, ...]:
    """The records that an answer proves which says that nothing changed since the one before."""
    today = announcements.eastern_day(now)
    waiting = [
        subject
        for subject in subjects
        if today not in records.get(subject, {}) and last_batch(records.get(subject, {}), today)
    ]
    return _stale(waiting, today, "unchanged", now)


def last_batch(records: Mapping[date, DayRecord], before: date) -> DayRecord | None:
    """The newest record before a day that a feed's papers stand behind."""
    days = [day for day, record in records.items() if day < before and record.digest]
    return records[max(days)] if days else None


def states(
    records: Mapping[date, DayRecord], first: date, last: date, *, now: datetime
) -> dict[date, DayState]:
    """The state of each day from ``first`` to ``last`` of one subject."""
    found: dict[date, DayState] = {}
    begins = sorted(day for day, record in records.items() if record.begins)
    today = announcements.eastern_day(now)
    day = first
    while day <= last:
        record = records.get(day)
        if record is not None and record.state != "begun":
            found[day] = record.state
        else:
            found[day] = _state(day, records, begins, today)
        day += _ONE_DAY
    return found


def is_polled(subject: str) -> bool:
    """Whether a subject has no batch a day: only the days count on which it was asked."""
    return subject.startswith((QUERY, *PREPRINTS))


def is_gap(state: DayState) -> bool:
    """Whether something of a day is known to be lacking."""
    return state in ("missing", "partial", "stale")


def worst(found: Iterable[DayState]) -> DayState:
    """The state that stands for several: a gap before anything else."""
    order: tuple[DayState, ...] = (
        "missing", "partial", "stale", "pending", "complete", "holiday", "unwatched"
    )  # fmt: skip
    return min(found, key=order.index, default="unwatched")


def _state(
    day: date, records: Mapping[date, DayRecord], begins: Sequence[date], today: date
) -> DayState:
    """The state of a day of which no batch is known."""
    if announcements.is_weekend(day):
        return "holiday"
    is_over = day < today
    began = max((begin for begin in begins if begin <= day), default=None)
    if began is None or (began == day and is_over) or not _is_watched(day, records, begins):
        return "unwatched"
    return "missing" if is_over else "pending"


def _is_watched(day: date, records: Mapping[date, DayRecord], begins: Sequence[date]) -> bool:
    """Whether a day lies in a subscription: not between the last word of one and the next."""
    later = min((begin for begin in begins if begin > day), default=None)
    return later is None or any(day < known < later for known in records)


def _day_of(batch: Batch) -> date | None:
    """The day of a batch: its papers' own, else when the feed was made."""
    dates = Counter(entry.published for entry in batch.entries if entry.published)
    if dates:
        return announcements.eastern_day(dates.most_common(1)[0][0])
    return announcements.eastern_day(batch.built_at) if batch.built_at else None


def _is_in(entry: Entry, subject: str) -> bool:
    return any(name == subject or name.startswith(f"{subject}.") for name in entry.categories)


def _of_papers(
    batch: Batch,
    subject: str,
    own: Sequence[Entry],
    day: date,
    last: DayRecord | None,
    now: datetime,
) -> DayRecord:
    names = sorted(f"{entry.aliases[0]}v{entry.version or 0}" for entry in own)
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    state: Stored = "complete"
    reason: Reason = "batch"
    is_same = last is not None and (batch.is_known or last.digest == digest)
    is_repeat = batch.was_announced or (is_same and day == announcements.eastern_day(now))
    if is_repeat and not announcements.is_weekend(day):
        state, reason, own, digest = "stale", "repeat", (), ""
    elif len(batch.entries) >= DAILY_CAP:
        state, reason = "partial", "cap"
    elif not batch.is_whole:
        state, reason = "partial", "cut"
    kinds = Counter(entry.announce for entry in own)
    return DayRecord(
        subject=subject,
        day=day,
        state=state,
        reason=reason,
        at=now,
        new=kinds["new"] + kinds[None],
        cross=kinds["cross"],
        replace=kinds["replace"],
        replace_cross=kinds["replace-cross"],
        digest=digest,
    )


def _of_none(
    subject: str,
    day: date,
    last: DayRecord | None,
    records: Mapping[str, Mapping[date, DayRecord]],
    now: datetime,
) -> list[DayRecord]:
    """An empty feed on a working day: a holiday, where something else speaks for one."""
    others = [known[day] for name, known in records.items() if name != subject and day in known]
    empty = [one for one in others if one.reason == "empty"]
    is_quiet = announcements.may_be_quiet(day) or any(one.reason == "quiet" for one in others)
    here = DayRecord(subject=subject, day=day, state="complete", reason="empty", at=now)
    if not any(one.entries for one in others) and (is_quiet or empty):
        return [replace(one, state="holiday", reason="quiet") for one in (here, *empty)]
    if last is not None and last.entries >= _BUSY:
        return [replace(here, state="stale")]
    return [here]


def _stale(
    subjects: Sequence[str], today: date, reason: Reason, now: datetime
) -> tuple[DayRecord, ...]:
    if not announcements.is_late(today, now):
        return ()
    return tuple(
        DayRecord(subject=each, day=today, state="stale", reason=reason, at=now)
        for each in subjects
    )
