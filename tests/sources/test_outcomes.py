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
    asked: str | None = None,
    **headers: str,
) -> Outcome:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = Answer(status=status, headers=named, body=body, url=url, moved_to=moved_to)
    job = Job(feed_id=5, url=asked or url, state=state or FeedState())
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
    known = FeedState(
        etag="e", validated_at=NOW, body_hash=hashlib.sha256(FEED).hexdigest(), failures=2
    )
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


@pytest.mark.parametrize("status", [200, 403, 500])
def test_rate_exceeded_is_a_wish_to_be_left_alone_whatever_the_status(status: int) -> None:
    outcome = conclude(status, b"Rate exceeded.", FeedState(etag="good"), etag="bad")
    assert isinstance(outcome, Waiting)
    assert (
        outcome.state.error == "blog.example asks to be left alone for a while (“Rate exceeded.”)"
    )
    assert (outcome.state.asks_patience, outcome.state.etag) == ("blog.example", "good")
    assert outcome.state.due_at == NOW + timedelta(minutes=30)


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


NEW = "https://new.example/feed"


def test_a_permanent_move_is_counted_and_only_a_feed_confirms_it() -> None:
    first = conclude(200, FEED, url=NEW, asked=URL, moved_to=NEW).state
    assert (first.moved_to, first.moved_polls) == (NEW, 1)
    same = conclude(200, FEED, first, url=NEW, asked=URL, moved_to=NEW)
    assert isinstance(same, Unchanged)
    assert same.state.moved_polls == 2
    login = conclude(200, b"<html>log in</html>", first, url=NEW, asked=URL, moved_to=NEW)
    assert isinstance(login, Failed)
    assert (login.state.moved_to, login.state.moved_polls) == (None, 0)


def test_what_a_feed_asks_for_is_kept_for_the_answers_that_say_nothing() -> None:
    body = FEED.replace(
        b"<title>t</title>",
        b"<title>t</title><ttl>180</ttl><skipDays><day>Friday</day></skipDays>"
        b"<skipHours><hour>15</hour></skipHours>",
    )
    state = conclude(200, body, etag="e").state
    assert (state.ttl_minutes, state.skip_days, state.skip_hours) == (180, (4,), (15,))
    assert state.due_at == NOW + timedelta(hours=4)  # 15:00 is skipped
    assert conclude(304, state=state).state.due_at == state.due_at


def test_a_304_to_a_question_for_the_whole_feed_is_told() -> None:
    old = FeedState(etag="e", validated_at=NOW - timedelta(days=20))
    outcome = conclude(304, state=old)
    assert isinstance(outcome, Failed)
    assert "says that nothing changed" in (outcome.state.error or "")


def test_410_retires_the_feed_and_a_404_of_days_is_told_as_such() -> None:
    assert conclude(410).state.gone_at == NOW
    passing = conclude(410, asked="https://other.example/")
    assert passing.state.gone_at is None
    first = conclude(404).state
    assert first.missing_since == NOW
    old = FeedState(missing_since=NOW - timedelta(days=12), failures=9)
    later = conclude(404, state=old)
    assert later.state.error == "there has been no https://blog.example/feed for 12 days (404)"
    assert later.state.due_at == NOW + timedelta(hours=24)
    assert conclude(500, state=old).state.missing_since is None


def test_a_host_that_asks_for_patience_is_named_for_its_other_feeds() -> None:
    assert conclude(429).state.asks_patience == "blog.example"
    assert conclude(503, retry_after="60").state.asks_patience == "blog.example"
    assert conclude(503).state.asks_patience is None


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
