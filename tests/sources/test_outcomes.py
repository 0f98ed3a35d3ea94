"""Answers turned into outcomes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import Failed, FeedState, Outcome, Unchanged, Updated, Waiting
from hauler_tui.sources import feeds as feeds_module
from hauler_tui.sources import outcomes, parsing
from hauler_tui.sources.http import Answer
from hauler_tui.sources.settings import FetchSettings, Job

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
URL = "https://blog.example/feed"
FEED = b"<rss version='2.0'><channel><title>t</title><item><title>x</title></item></channel></rss>"


def conclude(
    status: int,
    body: bytes = b"",
    state: FeedState | None = None,
    url: str = URL,
    moved_to: str | None = None,
    **headers: str,
) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(status=status, headers=named, body=body, url=url, moved_to=moved_to)
    job = Job(feed_id=5, url=url, state=state or FeedState())
    return outcomes.conclude(job, answer, FetchSettings(), now=NOW, jitter=0.0)


def test_a_feed_is_updated_with_its_validators_and_hash() -> None:
    outcome = conclude(200, FEED, etag="bare", last_modified="then")
    assert isinstance(outcome, Updated)
    assert (outcome.feed_id, outcome.title, len(outcome.entries)) == (5, "t", 1)
    state = outcome.state
    assert (state.etag, state.last_modified) == ("bare", "then")
    assert state.body_hash == hashlib.sha256(FEED).hexdigest()
    assert state.due_at == NOW + timedelta(hours=1)


def test_304_and_the_very_same_bytes_are_unchanged() -> None:
    known = FeedState(etag="e", body_hash=hashlib.sha256(FEED).hexdigest(), failures=2)
    for outcome in (conclude(304, state=known), conclude(200, FEED, known, etag="e")):
        assert isinstance(outcome, Unchanged)
        assert (outcome.state.etag, outcome.state.failures) == ("e", 0)
        assert outcome.state.body_hash == known.body_hash


def test_validators_of_a_body_that_was_not_understood_are_not_kept() -> None:
    outcome = conclude(200, b"<html></html>", FeedState(etag="good", body_hash="h"), etag="bad")
    assert isinstance(outcome, Failed)
    assert (outcome.state.etag, outcome.state.body_hash) == ("good", "h")
    assert outcome.state.error == (
        "blog.example sent a web page, not a feed, and the page names none"
    )
    assert outcome.hint


def test_429_is_waiting_with_a_sentence_until_retry_after() -> None:
    outcome = conclude(429, b"Rate exceeded.", retry_after="7200")
    assert isinstance(outcome, Waiting)
    assert outcome.state.wait_until == outcome.state.due_at == NOW + timedelta(hours=2)
    assert "left alone" in (outcome.state.error or "")
    without = conclude(429, b"Rate exceeded.")
    assert isinstance(without, Waiting)
    assert without.state.wait_until is None
    assert without.state.due_at == NOW + timedelta(minutes=30)


def test_503_waits_only_when_the_server_names_a_time() -> None:
    assert isinstance(conclude(503, retry_after="60"), Waiting)
    assert isinstance(conclude(503), Failed)


@pytest.mark.parametrize(
    ("status", "said", "hours"),
    [
        (401, "wants a login", 4),
        (403, "wants a login", 4),
        (404, "there is no https://blog.example/feed (404)", 0.5),
        (410, "gone for good", 24 * 7),
        (418, "answered 418", 0.5),
        (500, "has a problem of its own (500)", 0.5),
    ],
)
def test_each_refusal_has_its_sentence_and_pause(status: int, said: str, hours: float) -> None:
    outcome = conclude(status, b"whatever")
    assert isinstance(outcome, Failed)
    assert said in (outcome.state.error or "")
    assert outcome.hint
    assert outcome.state.due_at == NOW + timedelta(hours=hours)


def test_a_browser_check_is_told_as_one() -> None:
    outcome = conclude(403, b"<html><title>Just a moment...</title></html>")
    assert "check for browsers" in (outcome.state.error or "")


def test_arxivs_reason_for_a_400_is_told(feeds: Path) -> None:
    body = (feeds / "arxiv-error.xml").read_bytes()
    outcome = conclude(400, body, url="https://rss.arxiv.org/rss/cs.NOPE")
    assert isinstance(outcome, Failed)
    assert "Bad archive or category 'cs.NOPE'" in (outcome.state.error or "")


def test_a_permanent_move_is_told_as_a_warning() -> None:
    outcome = conclude(200, FEED, moved_to="https://new.example/feed")
    assert isinstance(outcome, Updated)
    assert "https://new.example/feed" in outcome.warnings[-1]


@pytest.mark.parametrize("error", [RecursionError, MemoryError, KeyError("x"), AssertionError])
def test_whatever_parsing_raises_fails_only_this_feed(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(parsing, "parse", explode)
    assert isinstance(conclude(200, FEED), Failed)
    monkeypatch.undo()
    monkeypatch.setattr(feeds_module, "_shared_ids", explode)
    outcome = conclude(200, FEED)
    assert isinstance(outcome, Failed)
    assert "could not be read" in (outcome.state.error or "")
