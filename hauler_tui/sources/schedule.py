"""When a feed may be asked again: pure decisions from what its server said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from hauler_tui.domain.feed import FeedState
from hauler_tui.sources.addresses import host_of

FIRST_BACKOFF = timedelta(minutes=30)
LONGEST_BACKOFF = timedelta(hours=24)
LONGEST_FRESHNESS = timedelta(hours=5)
"""Longer promises of freshness are cut to this, since many servers promise too much."""
LONGEST_WAIT = timedelta(days=7)
"""A server that asks to be left alone for longer is asked again after this time."""

_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def may_ask(state: FeedState, *, forced: bool, now: datetime) -> bool:
    """Whether the server may be asked now; force overrules everything but its Retry-After."""
    if state.wait_until is not None and now < state.wait_until:
        return False
    return forced or state.due_at is None or now >= state.due_at


def after_answer(
    state: FeedState,
    headers: Mapping[str, str],
    *,
    now: datetime,
    interval: timedelta,
    url: str,
    ttl: timedelta | None = None,
    not_modified: bool = False,
) -> FeedState:
    """The state after a good answer: due when our interval and the server's own have passed.

    ``headers`` have lower-case names. The answer's validators replace the known ones byte for byte;
    a 304 leaves those it does not name (RFC 9111, 3.2).
    """
    pauses = [interval, freshness(headers, url=url)]
    if ttl is not None:
        pauses.append(min(ttl, LONGEST_BACKOFF))
    return replace(
        state,
        etag=headers.get("etag", state.etag if not_modified else None),
        last_modified=headers.get("last-modified", state.last_modified if not_modified else None),
        fetched_at=now,
        due_at=now + max(pauses),
        wait_until=None,
        failures=0,
        error=None,
    )


def after_failure(
    state: FeedState,
    error: str,
    *,
    now: datetime,
    jitter: float,
    answered: bool = False,
    least: timedelta = timedelta(),
    wait: timedelta | None = None,
) -> FeedState:
    """The state after a failure: validators stay, the pause doubles from 30 minutes to 24 hours.

    ``jitter`` from 0 to 1 lengthens the pause by up to a quarter; ``least`` is its lower bound;
    ``wait`` is the server's Retry-After, which counts instead.
    """
    doubled = FIRST_BACKOFF * 2 ** min(state.failures, 10)
    pause = max(min(doubled * (1 + jitter / 4), LONGEST_BACKOFF), least)
    wait_until = None if wait is None else now + min(wait, LONGEST_WAIT)
    due_at = now + pause if wait_until is None else max(wait_until, now + least)
    return replace(
        state,
        fetched_at=now if answered else state.fetched_at,
        due_at=due_at,
        wait_until=wait_until,
        failures=state.failures + 1,
        error=error,
    )


def freshness(headers: Mapping[str, str], *, url: str) -> timedelta:
    """How long an answer stays good by Cache-Control or Expires (RFC 9111, 4.2.1), at most 5 hours.

    arXiv's max-age is exact, the time to its next midnight, so it is taken whole.
    """
    control = headers.get("cache-control", "")
    if re.search(r"no-cache|no-store", control, re.IGNORECASE):
        return timedelta()
    if found := _MAX_AGE.search(control):
        lifetime = timedelta(seconds=int(found[1]) - _seconds(headers.get("age", "")))
    else:
        expires, date = http_date(headers.get("expires")), http_date(headers.get("date"))
        lifetime = expires - date if expires and date else timedelta()
    host = host_of(url)
    is_arxiv = host == "arxiv.org" or host.endswith(".arxiv.org")
    return max(timedelta(), min(lifetime, LONGEST_WAIT if is_arxiv else LONGEST_FRESHNESS))


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """The pause a server asked for by Retry-After (RFC 9110, 10.2.3); None when it named none.

    A date counts from the server's own Date, so that a wrong clock on either side does no harm.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d*)?", text):
        wait = timedelta(seconds=float(text))
    else:
        until = http_date(text)
        if until is None:
            return None
        wait = until - (http_date(headers.get("date")) or now)
    return wait if wait > timedelta() else None


def http_date(text: str | None) -> datetime | None:
    """The time an HTTP date names, in UTC; None when it is none (RFC 9110, 5.6.7)."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _seconds(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,9}", text.strip()) else 0
