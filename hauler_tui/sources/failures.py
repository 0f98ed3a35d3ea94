"""Outcomes of feeds that could not be fetched or understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hauler_tui.domain.feed import Failed, Waiting
from hauler_tui.errors import SourceError
from hauler_tui.sources import schedule
from hauler_tui.sources.settings import Job


def failed(
    job: Job,
    error: SourceError,
    *,
    now: datetime,
    jitter: float = 0.0,
    answered: bool = False,
    least: timedelta = timedelta(),
    wait: timedelta | None = None,
) -> Failed:
    """The outcome of an error: its sentence in the state, and a longer pause each time."""
    state = schedule.after_failure(
        job.state,
        error.message,
        now=now,
        jitter=jitter,
        answered=answered,
        least=least,
        wait=wait,
    )
    return Failed(feed_id=job.feed_id, state=state, hint=error.hint)


def held_back(job: Job, host: str, *, now: datetime, wait: timedelta | None) -> Waiting:
    """The outcome of a feed that was not asked since its host has just asked to be left alone.

    ``wait`` is the host's Retry-After; without one the pause is ours, and force may overrule it.
    """
    until = now + min(wait or schedule.FIRST_BACKOFF, schedule.LONGEST_WAIT)
    state = replace(
        job.state,
        wait_until=None if wait is None else until,
        due_at=until,
        error=f"{host} asks to be left alone for a while",
        asks_patience=host,
    )
    return Waiting(feed_id=job.feed_id, state=state)
