"""When a feed may be asked again: pure decisions from what its server said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from hauler_tui.domain.announcements import eastern_offset
from hauler_tui.domain.feed import MOVE_IS_CERTAIN_AFTER, FeedState
from hauler_tui.sources.addresses import host_of

FIRST_BACKOFF = timedelta(minutes=30)
LONGEST_BACKOFF = timedelta(hours=24)
LONGEST_FRESHNESS = timedelta(hours=5)
"""Longer promises of freshness are cut to this, since many servers promise too much."""
LONGEST_WAIT = timedelta(days=7)
"""A server that asks to be left alone for longer is asked again after this time."""

OLDEST_VALIDATORS = timedelta(days=8)
"""After this time a whole answer is asked for, since some servers say 304 to anything."""

_ALWAYS_CONDITIONAL = ("rachelbythebay.com", "openrss.org")
"""Hosts that ask never to be fetched from without validators."""
_SKIPPED_AT_MOST = 8 * 24
"""Hours that skipped days and hours may add: a feed that skips all of them skips none."""

_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def may_ask(state: FeedState, *, forced: bool, now: datetime) -> bool:
    """Whether the server may be asked now; force overrules everything but its Retry-After."""
    if state.wait_until is not None and now < state.wait_until:
        return False
    return forced or (state.gone_at is None and (state.due_at is None or now >= state.due_at))


def asked_with(state: FeedState, *, url: str, now: datetime) -> FeedState:
    """The state with the validators to send: none when they are old or a move is to be proved.

    A feed that seems to have moved is fetched whole once, so that it is known to be one there.
    """
    host, since = host_of(url), state.validated_at
    is_spared = any(host == each or host.endswith("." + each) for each in _ALWAYS_CONDITIONAL)
    is_old = since is not None and now - since > OLDEST_VALIDATORS and not is_spared
    if is_old or state.moved_polls == MOVE_IS_CERTAIN_AFTER - 1:
        return replace(state, etag=None, last_modified=None)
    return state


def after_answer(
    state: FeedState,
    headers: Mapping[str, str],
    *,
    now: datetime,
    interval: timedelta,
    url: str,
    moved_to: str | None = None,
    not_modified: bool = False,
) -> FeedState:
    """The state after a good answer: due when our interval and the server's own have passed.

    ``state`` holds what the feed itself asks for; ``headers`` have lower-case names; ``moved_to``
    is where permanent redirects led. The answer's validators replace the known ones byte for byte;
    a 304 leaves those it does not name (RFC 9111, 3.2).
    """
    ttl = min(timedelta(minutes=state.ttl_minutes or 0), LONGEST_BACKOFF)
    fresh = max(freshness(headers, url=url), ttl)
    return replace(
        state,
        etag=headers.get("etag", state.etag if not_modified else None),
        last_modified=headers.get("last-modified", state.last_modified if not_modified else None),
        validated_at=state.validated_at or now if not_modified else now,
        fetched_at=now,
        fresh_until=past_skipped(now + fresh, state, url=url),
        due_at=past_skipped(now + max(interval, fresh), state, url=url),
        wait_until=None,
        failures=0,
        error=None,
        moved_to=moved_to,
        moved_polls=0 if moved_to is None else 1 + state.moved_polls * (moved_to == state.moved_to),
        missing_since=None,
        gone_at=None,
        asks_patience=None,
    )


def past_skipped(moment: datetime, state: FeedState, *, url: str) -> datetime:
    """The first moment from ``moment`` on that is outside the days and hours a feed skips.

    They are those of Greenwich (https://cyber.harvard.edu/rss/skipHoursDays.html), at arXiv those
    of New York. A feed that skips every hour of a week skips none.
    """
    if not state.skip_days and not state.skip_hours:
        return moment
    here = _eastern if is_arxiv(host_of(url)) else _greenwich
    due = moment
    for _ in range(_SKIPPED_AT_MOST):
        local = here(due)
        if local.weekday() not in state.skip_days and local.hour not in state.skip_hours:
            return due
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def _eastern(moment: datetime) -> datetime:
    return moment.astimezone(timezone(eastern_offset(moment)))


def _greenwich(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def after_failure(
    state: FeedState,
    error: str,
    *,
    now: datetime,
    jitter: float,
    answered: bool = False,
    least: timedelta = timedelta(),
    wait: timedelta | None = None,
    asks_patience: str | None = None,
) -> FeedState:
    """The state after a failure: validators stay, the pause doubles from 30 minutes to 24 hours.

    ``jitter`` from 0 to 1 lengthens the pause by up to a quarter; ``least`` is its lower bound;
    ``wait`` is the server's Retry-After, which counts instead; ``asks_patience`` is the host that
    asked to be left alone. With ``answered`` a move that seemed under way is not one.
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
        moved_to=None if answered else state.moved_to,
        moved_polls=0 if answered else state.moved_polls,
        asks_patience=asks_patience,
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
    longest = LONGEST_WAIT if is_arxiv(host_of(url)) else LONGEST_FRESHNESS
    return max(timedelta(), min(lifetime, longest))


def is_arxiv(host: str) -> bool:
    """Whether a host is one of arXiv's."""
    return host == "arxiv.org" or host.endswith(".arxiv.org")


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
