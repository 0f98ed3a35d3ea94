"""An answer, or the lack of one, turned into the outcome of a fetch."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from hauler_tui.domain.feed import FeedState, Outcome, Unchanged, Updated, Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources import diagnosis, oaipmh, preprintlists, schedule
from hauler_tui.sources.addresses import host_of, is_loopback, shown
from hauler_tui.sources.failures import failed
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.http import Answer
from hauler_tui.sources.settings import FetchSettings, Job

_BLOCKED_PAUSE = timedelta(hours=4)
_GONE_PAUSE = timedelta(days=7)
_LONG_MISSING = timedelta(days=7)
RATE_EXCEEDED = b"Rate exceeded"
"""How the body begins with which arXiv asks to be left alone, whatever the status."""


def asks_to_wait(answer: Answer, *, now: datetime) -> bool:
    """Whether a server asks to be left alone.

    By 429, by 503 with a Retry-After (RFC 9110, 15.6.4), or in arXiv's words.
    """
    if answer.status == 429 or answer.body.startswith(RATE_EXCEEDED):
        return True
    return answer.status == 503 and schedule.retry_after(answer.headers, now=now) is not None


def conclude(
    job: Job, answer: Answer, settings: FetchSettings, *, now: datetime, jitter: float
) -> Outcome:
    """The outcome of an answer: parsed, unchanged, told to wait, or failed with a sentence.

    ``jitter`` from 0 to 1 spreads the next tries after a failure. Never raises.
    """
    try:
        if answer.status == 304:
            return Unchanged(feed_id=job.feed_id, state=_confirmed(job, answer, settings, now))
        is_list = job.reads != "feed"
        is_records = job.reads == "records"
        is_read = answer.status == 200 or (is_records and oaipmh.is_answer(answer.body))
        if is_read and not asks_to_wait(answer, now=now):
            return (_read_list if is_list else _read)(job, answer, settings, now)
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
    wishes = feed.wishes
    known = replace(
        job.state,
        body_hash=digest,
        ttl_minutes=wishes.ttl_minutes,
        skip_days=wishes.skip_days,
        skip_hours=wishes.skip_hours,
    )
    return Updated(
        feed_id=job.feed_id,
        state=_after(replace(job, state=known), answer, settings, now),
        title=feed.title,
        entries=feed.entries,
        warnings=feed.warnings,
        built_at=feed.built_at,
        total=feed.total,
        is_whole=feed.is_whole,
    )


def _read_list(job: Job, answer: Answer, settings: FetchSettings, now: datetime) -> Outcome:
    """The outcome of a page of a list. Raises SourceError."""
    read = oaipmh.read if job.reads == "records" else preprintlists.read
    found = read(answer.body, url=answer.url, now=now)
    return Updated(
        feed_id=job.feed_id,
        state=_after(job, answer, settings, now),
        title="",
        entries=found.entries,
        is_whole=found.is_whole,
        page=found.page,
    )


def _confirmed(job: Job, answer: Answer, settings: FetchSettings, now: datetime) -> FeedState:
    """The state after a 304. Raises SourceError where nothing was asked that it could answer."""
    sent = schedule.asked_with(job.state, url=job.url, now=now)
    if sent.etag is None and sent.last_modified is None:
        raise SourceError(
            f"{host_of(answer.url)} says that nothing changed, but was asked for the whole feed",
            "tell whoever runs it",
        )
    return _after(job, answer, settings, now, not_modified=True)


def _after(
    job: Job,
    answer: Answer,
    settings: FetchSettings,
    now: datetime,
    *,
    not_modified: bool = False,
) -> FeedState:
    minutes = job.interval_minutes or settings.interval_minutes
    return schedule.after_answer(
        job.state,
        answer.headers,
        now=now,
        interval=timedelta(minutes=minutes),
        url=answer.url,
        moved_to=None if answer.moved_to == job.url else answer.moved_to,
        not_modified=not_modified,
    )


def _refused(job: Job, answer: Answer, *, now: datetime, jitter: float) -> Outcome:
    host, status = host_of(answer.url), answer.status
    wait = schedule.retry_after(answer.headers, now=now)
    if asks_to_wait(answer, now=now):
        state = schedule.after_failure(
            job.state,
            _asks_for_patience(answer),
            now=now,
            jitter=jitter,
            answered=True,
            wait=wait,
            asks_patience=None if is_loopback(host) else host,
        )
        return Waiting(feed_id=job.feed_id, state=state)
    error, least = refusal(answer, now=now), timedelta()
    # Behind a redirect that may be another one tomorrow, 404 and 410 say nothing of the feed.
    is_itself = answer.url in (job.url, answer.moved_to)
    missing_since, gone_at = None, job.state.gone_at
    if status in (401, 403):
        least = _BLOCKED_PAUSE
    elif status == 404 and is_itself:
        missing_since = job.state.missing_since or now
        error = _long_missing(answer, error, now - missing_since)
    elif status == 410 and is_itself:
        least, gone_at = _GONE_PAUSE, gone_at or now
    ended = failed(job, error, now=now, jitter=jitter, answered=True, least=least, wait=wait)
    return replace(ended, state=replace(ended.state, missing_since=missing_since, gone_at=gone_at))


def _long_missing(answer: Answer, error: SourceError, time: timedelta) -> SourceError:
    """What is told of a 404 that has lasted for days, as YouTube's never do."""
    if time < _LONG_MISSING:
        return error
    return SourceError(
        f"there has been no {shown(answer.url)} for {time.days} days (404)",
        "look for its new address, or remove the feed; what it brought stays",
    )


def refusal(answer: Answer, *, now: datetime) -> SourceError:
    """Why an answer other than 200 and 304 brought nothing, for the person to read."""
    host, status = host_of(answer.url), answer.status
    if asks_to_wait(answer, now=now):
        return SourceError(_asks_for_patience(answer), "try again later")
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
            "it is not asked any more; what it brought stays, with the feed or without it",
        )
    if told := _arxiv_reason(answer, now):
        return told
    if status >= 500:
        return SourceError(f"{host} has a problem of its own ({status})", "try again later")
    return SourceError(f"{host} answered {status} instead of a feed", "check the address")


def _asks_for_patience(answer: Answer) -> str:
    told = answer.status if answer.status in (429, 503) else "“Rate exceeded.”"
    return f"{host_of(answer.url)} asks to be left alone for a while ({told})"


def _arxiv_reason(answer: Answer, now: datetime) -> SourceError | None:
    """The reason arXiv gives in the body of a 400, which is a feed of its own."""
    if not host_of(answer.url).endswith("arxiv.org") and b"arxiv.org" not in answer.body[:5_000]:
        return None
    try:
        parse_feed(answer.body, url=answer.url, content_type=None, feed_id=0, now=now)
    except SourceError as error:
        return error if error.message.startswith("arXiv refused") else None
    return None
