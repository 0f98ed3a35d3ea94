"""What a server sees of hauler from one refresh to the next (``SOURCES.md`` 4)."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.library.store.writer import AppendFile
from hauler_tui.workflows.ledger import Gap
from tests.sources.oaiserver import listed, record
from tests.sources.server import Handler, Reply, serving
from tests.workflows.polling import Polls, feed_of

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = feed_of("One")


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Polls]:
    with serving() as server:
        yield Polls(server, monkeypatch)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.mark.parametrize("etag", ['W/"a b"', "9e1ab2", '"quoted"', '"\xe9"'])
def test_validators_go_back_byte_for_byte(polls: Polls, library: Library, etag: str) -> None:
    headers = {"ETag": etag, "Last-Modified": "once upon a time"}
    polls.server.add("/feed", Reply(FEED, headers=headers))
    library.feeds.add(polls.url("/feed"), at=NOW)
    polls(library, NOW)
    assert polls.asked[0].header("If-None-Match") is None
    polls.server.add("/feed", Reply(status=304))
    assert polls.one(library, NOW + HOUR).outcome == "unchanged"
    assert polls.asked[0].header("If-None-Match") == etag
    assert polls.asked[0].header("If-Modified-Since") == "once upon a time"


def test_validators_of_what_was_not_understood_are_never_sent(
    polls: Polls, library: Library
) -> None:
    polls.server.add("/feed", Reply(FEED, headers={"ETag": '"good"'}))
    library.feeds.add(polls.url("/feed"), at=NOW)
    polls(library, NOW)
    polls.server.add("/feed", Reply(b"<html>maintenance</html>", headers={"ETag": '"bad"'}))
    assert polls.one(library, NOW + HOUR).outcome == "failed"
    polls(library, NOW + DAY)
    assert polls.asked[0].header("If-None-Match") == '"good"'


def test_validators_are_never_kept_before_what_they_stand_for(
    polls: Polls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut between the two files must cost a fetch and not an item."""
    append = AppendFile.append

    def full_for_items(file: AppendFile, data: bytes, *, sync: bool = True) -> None:
        if file.path.name == "items.log":
            raise OSError(errno.ENOSPC, "full")
        append(file, data, sync=sync)

    polls.server.add("/feed", Reply(FEED, headers={"ETag": '"e"'}))
    with Library.open(tmp_path / "library") as library:
        feed = library.feeds.add(polls.url("/feed"), at=NOW)
    library = Library.open(tmp_path / "library")
    with monkeypatch.context() as patched:
        patched.setattr(AppendFile, "append", full_for_items)
        polls(library, NOW)
        with pytest.raises(LibraryError):
            library.flush()
        with Library.open(tmp_path / "library", writing=False) as after:
            assert after.feeds.state(feed.id).etag is None
    library.close()
    with Library.open(tmp_path / "library", writing=False) as after:
        assert (after.feeds.state(feed.id).etag, after.items.count()) == ('"e"', 1)


def test_a_restart_never_fetches_again(polls: Polls, tmp_path: Path) -> None:
    polls.server.add("/feed", Reply(FEED))
    with Library.open(tmp_path / "library") as library:
        library.feeds.add(polls.url("/feed"), at=NOW)
        polls(library, NOW)
    with Library.open(tmp_path / "library") as library:
        assert polls.one(library, NOW + HOUR - timedelta(seconds=1)).outcome == "waiting"
        assert polls.asked == []
        polls(library, NOW + HOUR)
        assert len(polls.asked) == 1


@pytest.mark.parametrize(
    ("headers", "channel", "hours"),
    [
        ({"Cache-Control": "max-age=14400"}, "", 4),
        ({}, "<ttl>180</ttl>", 3),
        ({}, "<skipHours><hour>13</hour><hour>14</hour></skipHours>", 3),
        ({}, "<skipDays><day>Thursday</day></skipDays>", 12),
    ],
)
def test_a_feed_is_asked_no_sooner_than_it_or_its_server_wants_also_after_a_304(
    polls: Polls, library: Library, headers: dict[str, str], channel: str, hours: int
) -> None:
    body = feed_of("One", channel=channel)
    polls.server.add("/feed", Reply(body, headers={"ETag": "e", **headers}))
    library.feeds.add(polls.url("/feed"), at=NOW)
    polls(library, NOW)
    due = NOW + hours * HOUR
    polls(library, due - timedelta(seconds=1))
    assert polls.asked == []
    polls.server.add("/feed", Reply(status=304, headers=headers))
    assert polls.one(library, due).outcome == "unchanged"
    state = library.feeds.state(1)
    assert state.due_at is not None
    assert state.due_at >= due + HOUR


def test_old_validators_are_proved_by_a_whole_answer_after_eight_days(
    polls: Polls, library: Library
) -> None:
    def answer(handler: Handler) -> None:
        is_known = handler.headers.get("If-None-Match") is not None
        handler.send_response(304 if is_known else 200)
        handler.send_header("ETag", '"e"')
        handler.send_header("Content-Length", "0" if is_known else str(len(FEED)))
        handler.end_headers()
        handler.wfile.write(b"" if is_known else FEED)

    polls.server.add("/feed", answer)
    library.feeds.add(polls.url("/feed"), at=NOW)
    polls(library, NOW)
    for days, sent in ((7, '"e"'), (9, None), (10, '"e"')):
        polls(library, NOW + days * DAY)
        assert polls.asked[0].header("If-None-Match") == sent


def test_a_host_that_asks_to_wait_is_left_alone_by_all_its_feeds_even_when_forced(
    polls: Polls, library: Library
) -> None:
    polls.server.add("/busy", Reply(b"", 429, {"Retry-After": "7200"}))
    polls.server.add("/other", Reply(FEED))
    busy = library.feeds.add(polls.url("/busy"), at=NOW)
    assert polls.one(library, NOW).outcome == "waiting"
    same = library.feeds.add(polls.url("/other"), at=NOW)
    elsewhere = library.feeds.add(polls.url("/other", "else.example"), at=NOW)
    for force in (False, True):
        report = polls(library, NOW + HOUR, force=force)
        found = {one.feed_id: one.outcome for one in report.feeds}
        assert found[busy.id] == found[same.id] == "waiting"
        assert {asked.header("Host") for asked in polls.asked} <= {
            f"else.example:{polls.server.server_port}"
        }
    assert library.feeds.state(elsewhere.id).fetched_at == NOW + HOUR
    polls(library, NOW + 2 * HOUR, same.id)
    assert len(polls.asked) == 1


def test_without_a_time_of_its_own_a_busy_host_is_given_ours_which_force_overrules(
    polls: Polls, library: Library
) -> None:
    polls.server.add("/busy", Reply(b"Rate exceeded.", 429))
    polls.server.add("/other", Reply(FEED))
    library.feeds.add(polls.url("/busy"), at=NOW)
    polls(library, NOW)
    same = library.feeds.add(polls.url("/other"), at=NOW)
    soon = NOW + timedelta(minutes=29)
    polls(library, soon)
    assert polls.asked == []
    assert library.feeds.due(soon) == ()
    polls(library, soon, same.id, force=True)
    assert len(polls.asked) == 1


def test_failures_are_tried_again_later_and_later_and_never_at_once(
    polls: Polls, library: Library
) -> None:
    polls.server.add("/feed", Reply(b"", 500))
    feed = library.feeds.add(polls.url("/feed"), at=NOW)
    at, pauses = NOW, []
    for _ in range(8):
        polls(library, at)
        assert len(polls.asked) == 1
        due = library.feeds.state(feed.id).due_at
        assert due is not None
        polls(library, due - timedelta(seconds=1))
        assert polls.asked == []
        pauses.append((due - at) / HOUR)
        at = due
    assert all(0.5 * 2**n <= pause <= 0.625 * 2**n for n, pause in enumerate(pauses[:6]))
    assert pauses[-1] == 24


def test_arxiv_is_one_host_at_three_seconds_and_reddit_waits_a_minute(
    polls: Polls, library: Library
) -> None:
    hosts = ["rss.arxiv.org", "oaipmh.arxiv.org", "www.reddit.com", "a.example"]
    for host in hosts:
        for path in ("/1", "/2"):
            polls.server.add(path, Reply(FEED))
            library.feeds.add(polls.url(path, host), at=NOW)
    polls(library, NOW)
    assert len(polls.asked) == 8
    assert sorted(polls.pauses) == [1.0, 3.0, 3.0, 3.0, 60.0]


LIST = "/oai?verb=ListRecords&metadataPrefix=arXivRaw&set=cs:cs:CL&from=2026-04-21&until=2026-04-23"
"""What is asked for to fill the day before NOW."""


def a_day_lacks(library: Library) -> Gap:
    feed = library.feeds.add("https://rss.arxiv.org/rss/cs.CL", at=NOW - 9 * DAY)
    day = (NOW - DAY).date()
    return Gap(subject="cs.CL", day=day, state="missing", feed=feed, record=None)


def test_lists_of_arxivs_records_keep_its_pace_and_say_who_asks(
    polls: Polls, library: Library
) -> None:
    cookie = {"Set-Cookie": "a=b"}
    first = listed([record("2604.00001", submitted=[NOW - 2 * DAY])], token="x y", size=2)
    polls.server.add(LIST, replace(first, headers=cookie))
    polls.server.add("/oai?verb=ListRecords&resumptionToken=x+y", listed([], names_rest=True))
    filled = polls.fill(library, a_day_lacks(library), NOW)
    assert (filled.new, filled.sources()) == (1, "from OAI-PMH")
    hosts = [(asked.header("Host") or "").partition(":")[0] for asked in polls.asked]
    assert hosts == ["export.arxiv.org", "oaipmh.arxiv.org", "oaipmh.arxiv.org"]
    assert polls.pauses == [3.0, 3.0, 3.0]
    for asked in polls.asked:
        assert (asked.header("User-Agent") or "").startswith("hauler/")
        assert (asked.header("Cookie"), asked.header("Referer")) == (None, None)
    # A refresh soon after keeps it as well.
    polls.server.add("/feed", Reply(FEED))
    library.feeds.add(polls.url("/feed", "rss.arxiv.org"), at=NOW)
    polls.pauses.clear()
    polls(library, NOW, 2)
    (pause,) = polls.pauses
    assert 2.0 < pause <= 3.0


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(b"", headers={"Content-Length": "104857600"}), "sent more than 15 MiB"),
        (Reply(b"", 302, {"Location": "file:///etc/passwd"}), "redirects to a file: address"),
        (Reply(b"", 301, {"Location": LIST}), "redirects for ever"),
        (Reply(b"", 410), "is gone for good (410)"),
    ],
)
def test_an_answer_beyond_all_measure_is_no_list(
    polls: Polls, library: Library, reply: Reply, told: str
) -> None:
    polls.server.add(LIST, reply)
    filled = polls.fill(library, a_day_lacks(library), NOW)
    assert told in (filled.error or "")
    assert len(filled.left) == 1


def moved(polls: Polls, to: str, status: int = 301) -> None:
    polls.server.add("/old", Reply(b"", status, {"Location": to}))


@pytest.mark.parametrize("status", [301, 308])
def test_a_feed_that_moved_is_followed_at_the_second_poll_and_stays_the_same_feed(
    polls: Polls, library: Library, status: int
) -> None:
    polls.server.add("/old", Reply(FEED, headers={"ETag": '"old"'}))
    feed = library.feeds.add(polls.url("/old"), title="Mine", at=NOW)
    polls(library, NOW)
    library.triage.star(1, NOW)
    new = polls.url("/new", "new.example")
    moved(polls, new, status)
    polls.server.add("/new", Reply(FEED, headers={"ETag": '"new"'}))
    assert polls.one(library, NOW + HOUR).notes == ()
    assert library.feeds.get(feed.id).url == feed.url
    (note,) = polls.one(library, NOW + 2 * HOUR).notes
    assert note.startswith(f"It moved for good to {new}")
    after = library.feeds.get(feed.id)
    assert (after.id, after.url, after.title, after.former_urls) == (
        feed.id, new, "Mine", (feed.url,),
    )  # fmt: skip
    assert library.items.view().tolist() == [1]
    polls(library, NOW + 3 * HOUR)
    assert [asked.path for asked in polls.asked] == ["/new"]
    assert polls.asked[0].header("If-None-Match") is None
    assert library.feeds.state(feed.id).moved_to is None
    assert library.feeds.add(feed.url, at=NOW) == after
    assert library.history.history(1)[0].verb == "moved"


def test_a_move_can_be_undone_and_is_not_made_again_at_once(polls: Polls, library: Library) -> None:
    moved(polls, polls.url("/new"))
    polls.server.add("/new", Reply(FEED))
    feed = library.feeds.add(polls.url("/old"), at=NOW)
    polls(library, NOW)
    polls(library, NOW + HOUR)
    assert library.feeds.get(feed.id).url == polls.url("/new")
    library.history.undo(NOW + HOUR)
    assert library.feeds.get(feed.id).url == polls.url("/old")
    assert polls.one(library, NOW + 2 * HOUR).notes == ()
    assert library.feeds.get(feed.id).url == polls.url("/old")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(b"<html><form><input type='password'></form></html>"), "failed"),
        (Reply(b"", 404), "failed"),
        (Reply(b"", 302, {"Location": "/feed"}), "updated"),
    ],
)
def test_a_move_is_not_believed_of_what_is_no_feed(
    polls: Polls, library: Library, reply: Reply, outcome: str
) -> None:
    polls.server.add("/feed", Reply(FEED))
    moved(polls, polls.url("/new"))
    polls.server.add("/new", Reply(FEED))
    feed = library.feeds.add(polls.url("/old"), at=NOW)
    polls(library, NOW)
    polls.server.add("/new", reply)
    assert polls.one(library, NOW + DAY).outcome in (outcome, "unchanged")
    url = library.feeds.get(feed.id).url
    assert url == (polls.url("/old") if outcome == "failed" else polls.url("/new"))


def test_a_temporary_redirect_and_a_loop_change_no_address(polls: Polls, library: Library) -> None:
    moved(polls, "/new", 302)
    polls.server.add("/new", Reply(FEED))
    feed = library.feeds.add(polls.url("/old"), at=NOW)
    for hours in range(3):
        polls(library, NOW + hours * HOUR)
    assert library.feeds.get(feed.id).url == feed.url
    moved(polls, "/old")
    assert "redirects for ever" in (polls.one(library, NOW + DAY).error or "")
    assert library.feeds.get(feed.id).url == feed.url


def test_a_move_to_the_address_of_another_feed_is_told_once_and_not_made(
    polls: Polls, library: Library
) -> None:
    moved(polls, polls.url("/new"))
    polls.server.add("/new", Reply(FEED))
    old = library.feeds.add(polls.url("/old"), at=NOW)
    new = library.feeds.add(polls.url("/new"), at=NOW)
    notes = [polls(library, NOW + hours * HOUR).feeds[0].notes for hours in range(4)]
    assert [len(each) for each in notes] == [0, 1, 0, 0]
    assert f"which is feed {new.id}" in notes[1][0]
    assert library.feeds.get(old.id).url == polls.url("/old")


def test_410_retires_a_feed_keeps_its_items_and_a_forced_refresh_by_name_revives_it(
    polls: Polls, library: Library
) -> None:
    polls.server.add("/feed", Reply(FEED))
    feed = library.feeds.add(polls.url("/feed"), at=NOW)
    polls(library, NOW)
    polls.server.add("/feed", Reply(b"", 410))
    told = polls.one(library, NOW + HOUR)
    assert (told.outcome, "gone for good (410)" in (told.error or "")) == ("failed", True)
    assert library.feeds.due(NOW + 900 * DAY) == ()
    for force in (False, True):
        polls(library, NOW + 900 * DAY, force=force)
        assert polls.asked == []
    assert library.items.view().tolist() == [1]
    polls.server.add("/feed", Reply(feed_of("One", "Two")))
    polls(library, NOW + 901 * DAY, feed.id, force=True)
    assert len(polls.asked) == 1
    assert library.feeds.state(feed.id).gone_at is None
    assert library.items.count() == 2


def test_a_404_goes_on_being_tried_and_is_told_for_how_long_it_lasts(
    polls: Polls, library: Library
) -> None:
    feed = library.feeds.add(polls.url("/none"), at=NOW)
    assert "there is no" in (polls.one(library, NOW).error or "")
    told = polls.one(library, NOW + 9 * DAY)
    assert "for 9 days (404)" in (told.error or "")
    assert library.feeds.due(NOW + 10 * DAY + HOUR) == (library.feeds.get(feed.id),)
    polls.server.add("/none", Reply(FEED))
    assert polls.one(library, NOW + 11 * DAY).outcome == "updated"
    assert library.feeds.state(feed.id).missing_since is None
