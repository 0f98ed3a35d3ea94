"""``feeds edit`` and what ``feeds list`` tells, and that no secret of an address is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState, Unchanged
from hauler_tui.library.library import Library
from tests.cli.conftest import Run

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
URL = "https://example.org/a.xml"


def know(folder: Path, state: FeedState, feed_id: int = 1) -> None:
    """Let a fetch have taught this about a feed."""
    with Library.open(folder) as library:
        library.feeds.record(Unchanged(feed_id=feed_id, state=state), NOW)


@pytest.fixture
def feed(run: Run) -> str:
    """The id of a feed that was just added."""
    return str(run("feeds", "add", URL, "--no-fetch", "--json").json[0]["id"])


def test_interval_muting_and_keep_days_are_set_told_and_taken_back(run: Run, feed: str) -> None:
    edited = run("feeds", "edit", feed, "--interval", "2h", "--mute", "--keep-days", "90", "--json")
    (shape,) = edited.json
    assert (shape["interval"], shape["muted"], shape["keep_days"]) == (120, True, 90)
    assert "(muted; every 2 hours; kept 90 days)" in run("feeds", "list").out
    run("feeds", "edit", feed, "--keep-days", "0")
    assert "kept for ever" in run("feeds", "list").out
    (shape,) = run(
        "feeds", "edit", feed, "--interval", "default", "--no-mute", "--keep-days", "default",
        "--json",
    ).json  # fmt: skip
    assert set(shape) == {"id", "url", "title", "tags", "due", "error"}
    run("undo")
    assert run("feeds", "list", "--json").json[0]["muted"] is True


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--interval", "soon", "is no interval"),
        ("--interval", "1", "is no interval"),
        ("--interval", "99999w", "is no interval"),
        ("--keep-days", "-1", "is no number of days"),
        ("--keep-days", "all", "is no number of days"),
        ("--url", "nonsense", "is not an address"),
    ],
)
def test_what_cannot_be_set_is_said_and_changes_nothing(
    run: Run, feed: str, option: str, value: str, said: str
) -> None:
    before = run("feeds", "list", "--json").json
    refused = run("feeds", "edit", feed, option, value, code=None)
    assert refused.code in (1, 2)
    assert said in refused.err
    assert "hint:" in refused.err
    assert run("feeds", "list", "--json").json == before


def test_an_edit_that_names_nothing_says_what_there_is(run: Run, feed: str) -> None:
    refused = run("feeds", "edit", feed, code=2)
    assert "--keep-days" in refused.err


def test_addresses_that_commas_part_are_a_feed_each(run: Run) -> None:
    several = "https://example.org/f1,https://example.org/f2,b"
    added = run("feeds", "add", several, "--no-fetch", "--json").json
    assert [one["url"] for one in added] == ["https://example.org/f1", "https://example.org/f2,b"]
    run("feeds", "add", several, "--no-fetch", "--title", "Both", code=2)


def test_a_feed_takes_a_new_address_unless_another_has_it(run: Run, feed: str) -> None:
    run("feeds", "add", "https://example.org/b.xml", "--no-fetch")
    taken = run("feeds", "edit", feed, "--url", "https://example.org/b.xml", code=2)
    assert "is the address of feed 2" in taken.err
    (shape,) = run("feeds", "edit", feed, "--url", "https://example.org/c.xml", "--json").json
    assert (shape["url"], shape["moved_from"]) == ("https://example.org/c.xml", [URL])
    assert "already there: 1" in run("feeds", "add", URL, "--no-fetch").out


def test_a_feed_that_is_gone_or_moves_is_listed_as_such_and_can_be_revived(
    run: Run, feed: str, directory: Path
) -> None:
    know(directory, FeedState(gone_at=NOW, due_at=NOW, failures=1, error="gone for good (410)"))
    (shape,) = run("feeds", "list", "--json").json
    assert (shape["due"], shape["gone_at"]) == (False, "2026-04-23T12:00:00Z")
    assert " gone " in run("feeds", "list").out
    (shape,) = run("feeds", "edit", feed, "--revive", "--json").json
    assert (shape["due"], shape["error"]) == (True, None)
    new = "https://new.example/a.xml"
    know(directory, FeedState(moved_to=new, moved_polls=1))
    assert f"seems to move to {new}" in run("feeds", "list").out
    run("feeds", "add", new, "--no-fetch")
    know(directory, FeedState(moved_to=new, moved_polls=2))
    assert f"moved to {new}, which is feed 2" in run("feeds", "list").out


def test_no_secret_of_an_address_is_told_anywhere(run: Run, directory: Path) -> None:
    secret = "https://me:hunter2@127.0.0.1:9/private.xml?user=me&access_token=s3cr3t&page=2"
    run("feeds", "add", secret, "--no-fetch", code=1)
    with Library.open(directory) as opened:
        opened.feeds.add(secret, at=NOW)
        opened.feeds.move(1, secret + "&moved=1", NOW)
        state = FeedState(moved_to=secret, moved_polls=1, due_at=NOW - timedelta(days=1))
        opened.feeds.record(Unchanged(feed_id=1, state=state), NOW)
    told = [
        run("feeds", "list"),
        run("feeds", "list", "--json"),
        run("refresh", code=None),
        run("refresh", "--force", "--json", code=None),
        run("feeds", "export"),
        run("feeds", "edit", "1", "--tag", "x"),
        run("history"),
        run("feeds", "remove", "1"),
        run("undo"),
    ]
    for one in told:
        assert "hunter2" not in one.out + one.err
        assert "s3cr3t" not in one.out + one.err
    assert "127.0.0.1:9/private.xml" in told[0].out
    assert "access_token=…" in told[1].json[0]["url"]
    assert "s3cr3t" in run("feeds", "export", "--secrets").out
