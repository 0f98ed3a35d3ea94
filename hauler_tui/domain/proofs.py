"""What the states of the day ledger rest on, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from hauler_tui.domain.announcements import is_weekend
from hauler_tui.domain.ledger import DAILY_CAP, PREPRINTS, QUERY, DayRecord, DayState

MEANINGS: Final[Mapping[DayState, str]] = {
    "complete": "everything came",
    "partial": "a part came",
    "stale": "no new batch came",
    "missing": "nothing came",
    "pending": "not yet",
    "holiday": "nothing is announced",
    "unwatched": "not subscribed to",
}
"""What each state means, in two or three words."""

SIGNS: Final[Mapping[DayState, str]] = {
    "complete": "●",
    "partial": "◐",
    "stale": "○",
    "missing": "×",
    "pending": "…",
    "holiday": "·",
    "unwatched": " ",
}
"""A sign of one cell for each state."""

FILLED_SIGN: Final = "◆"
"""The sign of a day that is complete since it was filled."""


def sign(record: DayRecord | None, state: DayState) -> str:
    """The sign of a day."""
    return FILLED_SIGN if record is not None and record.is_filled else SIGNS[state]


def word(record: DayRecord | None, state: DayState) -> str:
    """The word for a day's state."""
    return "filled" if record is not None and record.is_filled else state


def proof(record: DayRecord | None, state: DayState, day: date) -> str:
    """What a state rests on, in a sentence without a full stop."""
    if record is None or record.state == "begun":
        return _WITHOUT_RECORD["holiday" if is_weekend(day) else state]
    if record.state == "stale" and record.reason == "empty":
        return "the feed of the day was empty, though the one before was not"
    return _PROOFS[record.reason](record)


def shown_subject(subject: str) -> str:
    """A subject as a person knows it."""
    query = subject.removeprefix(QUERY)
    return subject if query == subject else f"“{query}”"


def _counts(record: DayRecord) -> str:
    kinds = (
        (record.new, "new"),
        (record.cross, "cross-listed"),
        (record.replace + record.replace_cross, "replaced"),
    )
    return ", ".join(f"{number:,} {name}" for number, name in kinds)


def _of_batch(record: DayRecord) -> str:
    if record.subject.startswith(QUERY):
        return "its newest papers reach back to those known before"
    if record.subject.startswith(PREPRINTS):
        if record.begins:
            return "its feed came for the first time"
        return "its feed reaches back to papers known before"
    return f"the feed of the day came whole: {_counts(record)}"


def _of_query(record: DayRecord) -> str:
    total, known = record.total or 0, record.known or 0
    if record.state == "complete":
        if not total:
            return "arXiv counts no paper for it, asked twice"
        return f"arXiv counts {total:,} papers submitted for it, and all are here"
    return f"{known:,} of the {total:,} papers that arXiv counts for it are here"


def _of_records(record: DayRecord) -> str:
    total, known = record.total or 0, record.known or 0
    if record.state != "complete":
        return f"{known:,} of its papers came, and arXiv's list of records goes on"
    if not total:
        return "arXiv's records (OAI-PMH) have no paper for it"
    return f"arXiv's records (OAI-PMH) have {total:,} papers submitted for it, and all are here"


def _of_details(record: DayRecord) -> str:
    total, came = record.total or 0, record.came
    days = "" if record.gap_from is None else f" from {record.gap_from:%Y-%m-%d}"
    days += "" if record.gap_to is None else f" to {record.gap_to:%Y-%m-%d}"
    if record.state == "complete":
        return f"api.biorxiv.org counts {total:,} records{days}, and all came"
    of_all = f" of the {total:,}" if record.total is not None else ""
    return f"{came:,}{of_all} records{days} came from api.biorxiv.org"


def _of_more(record: DayRecord) -> str:
    if not record.subject.startswith(PREPRINTS) or not record.gap_from or not record.gap_to:
        return "more papers were new than one answer holds"
    days = f"{record.gap_from:%Y-%m-%d} to {record.gap_to:%Y-%m-%d}"
    return f"no paper of its feed was known: some of {days} may have come and gone unseen"


_WITHOUT_RECORD: Mapping[DayState, str] = {
    "holiday": "arXiv announces nothing for a Saturday or Sunday",
    "missing": "the feed was not fetched that day, and it holds one day only",
    "pending": "the day is not over, and its feed has not come yet",
    "unwatched": "before the subscription, or its first day",
}

_PROOFS: Mapping[str, Callable[[DayRecord], str]] = {
    "batch": _of_batch,
    "empty": lambda record: "the feed of the day was empty",
    "quiet": lambda record: "the feed was empty, as on a holiday of the US or as all others",
    "cap": lambda record: (
        f"the feed stopped at arXiv's limit of {DAILY_CAP:,} papers, which drops new ones:"
        f" {_counts(record)} came"
    ),
    "cut": lambda record: f"the feed ended in the middle: {_counts(record)} came",
    "repeat": lambda record: "the feed held the batch of an earlier day once more",
    "old": lambda record: "the feed was still that of an earlier day",
    "unchanged": lambda record: "the server said that nothing had changed since the batch before",
    "more": _of_more,
    "query": _of_query,
    "records": _of_records,
    "details": _of_details,
}
