"""An answer, or the lack of one, turned into the outcome of a fetch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from hauler_tui.domain.feed import FeedState, Outcome, Unchanged, Updated, Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources import diagnosis, schedule
from hauler_tui.sources.addresses import host_of, shown
from hauler_tui.sources.failures import failed
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.http import Answer
from hauler_tui.sources.settings import FetchSettings, Job

_BLOCKED_PAUSE = timedelta(hours=4)
_GONE_PAUSE = timedelta(days=7)


def asks_to_wait(answer: Answer, *, now: datetime) -> bool:
    """Whether a server asks to be left alone: 429, or 503 with a Retry-After (RFC 9110, 15.6.4)."""
    wait = schedule.retry_after(answer.headers, now=now)
    return answer.status == 429 or (answer.status == 503 and wait is not None)


def conclude(
    job: Job, answer: Answer, settings: FetchSettings, *, now: datetime, jitter: float
) -> Outcome:
    """The outcome of an answer: parsed, unchanged, told to wait, or failed with a sentence.

    ``jitter`` from 0 to 1 spreads the next tries after a failure. Never raises.
    """
    try:
        if answer.status == 304:
            state = _after(job, answer, settings, now, not_modified=True)
            return Unchanged(feed_id=job.feed_id, state=state)
        if answer.status == 200:
            return _read(job, answer, settings, now)
        return _refused(job, answer, now=now, jitter=jitter)
    except SourceError as error:
        return failed(job, error, now=now, jitter=jitter, answered=True)
    except Exception as error:
        broken = SourceError(
            f"the feed of {host_of(answer.url)} could not be read ({type(error).__name__})",
            "tell whoever runs it, or hauler's authors",
        )
        return failed(job, broken, now=now, jitter=jitter, answered=True)


def _read(job: Job, answer: Answer, settings: FetchSettings, now: datetime) -> Outcome:
    """The outcome of a body. Raises SourceError, and whatever a parser does with a strange one."""
    digest = hashlib.sha256(answer.body).hexdigest()
    if digest == job.state.body_hash:
        return Unchanged(feed_id=job.feed_id, state=_after(job, answer, settings, now))
    feed = parse_feed(
        answer.body,
        url=answer.url,
        content_type=answer.headers.get("content-type"),
        feed_id=job.feed_id,
        now=now,
        max_entries=settings.max_entries,
    )
    ttl = None if feed.ttl_minutes is None else timedelta(minutes=feed.ttl_minutes)
    state = replace(_after(job, answer, settings, now, ttl=ttl), body_hash=digest)
    moved = answer.moved_to
    warnings = feed.warnings
    if moved is not None:
        warnings += (f"It moved for good to {shown(moved)}: change its address.",)
    return Updated(
        feed_id=job.feed_id,
        state=state,
        title=feed.title,
        entries=feed.entries,
        warnings=warnings,
    )


def _after(
    job: Job,
    answer: Answer,
    settings: FetchSettings,
    now: datetime,
    *,
    ttl: timedelta | None = None,
    not_modified: bool = False,
) -> FeedState:
    minutes = job.interval_minutes or settings.interval_minutes
    return schedule.after_answer(
        job.state,
        answer.headers,
        now=now,
        interval=timedelta(minutes=minutes),
        url=answer.url,
        ttl=ttl,
        not_modified=not_modified,
    )


def _refused(job: Job, answer: Answer, *, now: datetime, jitter: float) -> Outcome:
    host, status = host_of(answer.url), answer.status
    wait = schedule.retry_after(answer.headers, now=now)
    if asks_to_wait(answer, now=now):
        why = _asks_for_patience(host, status)
        state = schedule.after_failure(
            job.state, why, now=now, jitter=jitter, answered=True, wait=wait
        )
        return Waiting(feed_id=job.feed_id, state=state)
    error, least = refusal(answer, now=now), timedelta()
    if status in (401, 403):
        least = _BLOCKED_PAUSE
    elif status == 410:
        least = _GONE_PAUSE
    return failed(job, error, now=now, jitter=jitter, answered=True, least=least, wait=wait)


def refusal(answer: Answer, *, now: datetime) -> SourceError:
    """Why an answer other than 200 and 304 brought nothing, for the person to read."""
    host, status = host_of(answer.url), answer.status
    if asks_to_wait(answer, now=now):
        return SourceError(_asks_for_patience(host, status), "try again later")
    if status in (403, 503) and diagnosis.is_challenge(answer.body):
        return diagnosis.challenge(host)
    if status in (401, 403):
        return SourceError(
            f"{host} wants a login, or blocks feed readers ({status})",
            "open the address in a browser to see which; another feed of the site may be public",
        )
    if status == 404:
        return SourceError(f"there is no {shown(answer.url)} (404)", "check the address")
    if status == 410:
        return SourceError(
            f"{shown(answer.url)} is gone for good (410)",
            "remove the feed; what it brought stays",
        )
    if told := _arxiv_reason(answer, now):
        return told
    if status >= 500:
        return SourceError(f"{host} has a problem of its own ({status})", "try again later")
    return SourceError(f"{host} answered {status} instead of a feed", "check the address")


def _asks_for_patience(host: str, status: int) -> str:
    return f"{host} asks to be left alone for a while ({status})"


def _arxiv_reason(answer: Answer, now: datetime) -> SourceError | None:
    """The reason arXiv gives in the body of a 400, which is a feed of its own."""
    if not host_of(answer.url).endswith("arxiv.org") and b"arxiv.org" not in answer.body[:5_000]:
        return None
    try:
        parse_feed(answer.body, url=answer.url, content_type=None, feed_id=0, now=now)
    except SourceError as error:
        return error if error.message.startswith("arXiv refused") else None
    return None
