"""Days of arXiv over loopback: fetched, missed, stale, filled, and told."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hauler_tui.domain.announcements import eastern, is_weekend, working_day_before
from hauler_tui.library.library import Library
from hauler_tui.sources import arxivfill
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import Filling, FillReport
from hauler_tui.workflows.ledger import gaps, notices, states, watched
from hauler_tui.workflows.refresh import RefreshReport, refresh
from tests.sources.arxivserver import ArXiv, Paper, api_reply, playing
from tests.sources.server import Reply

MONDAY = date(2026, 5, 4)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> ArXiv:
    """An arXiv with a week of two categories."""
    played = ArXiv()
    for number in range(5):
        played.announce("cs.CL", MONDAY + ONE_DAY * number, 6)
        played.announce("cs.LG", MONDAY + ONE_DAY * number, 7)
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(played))
    return played


@dataclass
class Days:
    """A person's library over some days, each refreshed at noon in the East."""

    library: Library
    arxiv: ArXiv

    @property
    def settings(self) -> FetchSettings:
        return FetchSettings(
            allow_private_networks=True, arxiv_api=self.arxiv.api, interval_minutes=1
        )

    def now(self, day: date, hour: int = 12) -> datetime:
        return eastern(day, hour)

    def subscribe(self, path: str, day: date) -> int:
        return self.library.feeds.add(self.arxiv.base + path, at=self.now(day, 9)).id

    async def refresh(self, day: date, hour: int = 12, *, force: bool = True) -> RefreshReport:
        self.arxiv.today = day
        now = self.now(day, hour)
        return await refresh(self.library, None, now=now, force=force, settings=self.settings)

    async def fill(self, day: date, hour: int = 13, *, force: bool = False) -> FillReport:
        self.arxiv.today = day
        now = self.now(day, hour)
        return await fill(self.library, now=now, settings=self.settings, force=force)

    def states(self, subject: str, last: date) -> str:
        """The states from Monday on."""
        found = states(self.library, subject, MONDAY, last, now=self.now(last, 23))
        return " ".join(found.values())


@pytest.fixture
def days(tmp_path: Path, arxiv: ArXiv) -> Iterator[Days]:
    with Library.open(tmp_path / "library") as library:
        yield Days(library, arxiv)


@contextmanager
def small_pages(monkeypatch: pytest.MonkeyPatch, size: int) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(arxivfill, "PAGE", size)
        yield


@pytest.mark.parametrize("form", ["rss", "atom"])
async def test_a_day_missed_is_told_filled_and_proved(days: Days, form: str) -> None:
    feed_id = days.subscribe(f"/{form}/cs.CL", MONDAY)
    report = await days.refresh(MONDAY)
    assert report.notices == ()
    report = await days.refresh(MONDAY + ONE_DAY * 2)
    (told,) = report.notices
    assert told == "cs.CL lacks 2026-05-05: hauler refresh --fill fetches what is lacking."
    assert days.states("cs.CL", MONDAY + ONE_DAY * 2) == "complete missing complete"

    filled = await days.fill(MONDAY + ONE_DAY * 2)
    assert (filled.new, filled.left, filled.error) == (6, (), None)
    (record,) = filled.filled
    assert record.is_filled
    assert record.total == record.known == 6 + 6  # Monday's lie in the room before it
    assert days.states("cs.CL", MONDAY + ONE_DAY * 2) == "complete complete complete"
    assert notices(days.library, now=days.now(MONDAY + ONE_DAY * 2)) == ()
    assert len(days.library.items.view()) == 18
    for item_id in days.library.items.view():
        (sighting,) = days.library.items.get(item_id).work.sightings
        assert (sighting.feed_id, sighting.announce) == (feed_id, "new")


async def test_weekends_and_the_days_before_the_subscription_are_no_gaps(days: Days) -> None:
    friday = MONDAY + ONE_DAY * 4
    days.subscribe("/rss/cs.CL", friday)
    for number in range(4):
        report = await days.refresh(friday + ONE_DAY * number)
        if number < 3:
            assert report.notices == ()
    # The Monday after has no papers in this arXiv: empty, where Friday had some.
    assert report.notices[0].startswith("No new batch of cs.CL today (last new: 2026-05-08)")


async def test_a_feed_of_several_categories_keeps_a_day_for_each(days: Days) -> None:
    days.subscribe("/rss/cs.CL+cs.LG", MONDAY)
    await days.refresh(MONDAY)
    assert [one.subject for one in watched(days.library)] == ["cs.CL", "cs.LG"]
    records = days.library.ledger.records()
    assert [records[name][MONDAY].entries for name in ("cs.CL", "cs.LG")] == [6, 7]
    await days.refresh(MONDAY + ONE_DAY * 3)
    filled = await days.fill(MONDAY + ONE_DAY * 3)
    assert len(filled.filled) == 4
    assert filled.new == 2 * (6 + 7)


async def test_a_stale_batch_is_told_asked_again_and_mended_by_the_late_one(days: Days) -> None:
    tuesday = MONDAY + ONE_DAY
    feed_id = days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    days.arxiv.shown["cs.CL"] = MONDAY
    report = await days.refresh(tuesday, 3)
    (told,) = report.notices
    assert told.startswith("No new batch of cs.CL today (last new: 2026-05-04)")
    assert days.states("cs.CL", tuesday) == "complete stale"
    due = days.library.feeds.state(feed_id).due_at
    assert due is not None
    assert due <= days.now(tuesday, 6)
    days.arxiv.shown.clear()
    report = await days.refresh(tuesday, 7, force=False)
    assert report.notices == ()
    assert days.states("cs.CL", tuesday) == "complete complete"


async def test_the_same_bytes_on_the_next_working_day_are_stale(days: Days) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    page = days.arxiv.answer("/rss/cs.CL")
    assert page is not None
    days.arxiv.broken["/rss/cs.CL"] = page
    await days.refresh(MONDAY)
    report = await days.refresh(MONDAY + ONE_DAY, 1)
    assert (report.feeds[0].outcome, report.notices) == ("unchanged", ())
    report = await days.refresh(MONDAY + ONE_DAY, 4)
    assert report.notices[0].startswith("No new batch of cs.CL today (last new: 2026-05-04)")


async def test_a_stale_day_that_never_came_is_a_gap_and_can_be_filled(days: Days) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    days.arxiv.shown["cs.CL"] = MONDAY
    await days.refresh(MONDAY + ONE_DAY)
    days.arxiv.shown.clear()
    report = await days.refresh(MONDAY + ONE_DAY * 2)
    assert report.notices[0].startswith("cs.CL lacks 2026-05-05")
    assert (await days.fill(MONDAY + ONE_DAY * 2)).new == 6


async def test_a_library_from_before_the_ledger_has_no_gaps(days: Days) -> None:
    feed_id = days.subscribe("/rss/cs.CL", MONDAY - ONE_DAY * 90)
    state = days.library.feeds.state(feed_id)
    with days.library.ledger.step("refresh", "as an older hauler did", at=days.now(MONDAY)):
        days.library._journal.table("feed_state").put(feed_id, {"etag": "x"})
    assert state != days.library.feeds.state(feed_id)
    report = await days.refresh(MONDAY)
    assert report.notices == ()
    assert days.states("cs.CL", MONDAY) == "complete"
    assert gaps(days.library, now=days.now(MONDAY)) == ()


async def test_days_on_which_every_fetch_failed_are_gaps(days: Days, arxiv: ArXiv) -> None:
    arxiv.broken["/rss/cs.CL"] = Reply(b"", 500)
    days.subscribe("/rss/cs.CL", MONDAY)
    for number in range(3):
        await days.refresh(MONDAY + ONE_DAY * number)
    assert days.states("cs.CL", MONDAY + ONE_DAY * 2) == "unwatched missing pending"


async def test_a_filled_day_of_nothing_is_believed_only_when_said_twice(days: Days) -> None:
    monday = MONDAY + ONE_DAY * 7
    days.subscribe("/rss/cs.GL", monday)
    await days.refresh(monday)
    await days.refresh(monday + ONE_DAY * 2)
    before = len(days.arxiv.questions)
    (record,) = (await days.fill(monday + ONE_DAY * 2)).filled
    assert (record.total, record.known) == (0, 0)
    assert len(days.arxiv.questions) - before == 2


async def test_pages_that_come_short_are_asked_for_again(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    days.subscribe("/rss/cs.LG", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(MONDAY + ONE_DAY * 2)
    refused: list[str] = []

    def empty_once(asked: dict[str, str]) -> Reply | None:
        if asked["start"] == "4" and not refused:
            refused.append("4")
            return api_reply([], 14)
        return None

    days.arxiv.trouble = empty_once
    with small_pages(monkeypatch, 4):
        filled = await days.fill(MONDAY + ONE_DAY * 2)
    assert refused
    assert (filled.new, filled.left) == (7, ())
    assert filled.filled[0].known == 14


async def test_rate_exceeded_keeps_what_came_and_goes_on_later(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    wednesday = MONDAY + ONE_DAY * 2
    days.subscribe("/rss/cs.LG", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(wednesday)

    def busy(asked: dict[str, str]) -> Reply | None:
        return Reply(b"Rate exceeded.", 429) if int(asked["start"]) >= 8 else None

    days.arxiv.trouble = busy
    with small_pages(monkeypatch, 4):
        first = await days.fill(wednesday)
        assert first.error == "127.0.0.1 asks to be left alone for a while (429)"
        assert [gap.day for gap in first.left] == [MONDAY + ONE_DAY]
        assert 0 < first.new < 7
        assert days.states("cs.LG", wednesday) == "complete partial complete"
        asked = len(days.arxiv.questions)
        assert [one["start"] for one in days.arxiv.questions] == ["0", "4", "8"]
        again = await days.fill(wednesday, 13)
        assert again.error is not None
        assert again.error.startswith("arXiv asked to be left alone until ")
        assert len(days.arxiv.questions) == asked
        days.arxiv.trouble = lambda asked: None
        last = await days.fill(wednesday, 15)
    assert (last.left, last.error) == ((), None)
    assert first.new + last.new == 7
    starts = [int(one["start"]) for one in days.arxiv.questions[asked:]]
    assert min(starts) >= 8
    assert days.states("cs.LG", wednesday) == "complete complete complete"
    assert days.library.ledger.api_state().due_at is None


async def test_a_retry_after_is_honoured_even_when_forced(days: Days) -> None:
    wednesday = MONDAY + ONE_DAY * 2
    days.subscribe("/rss/cs.LG", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(wednesday)
    days.arxiv.trouble = lambda asked: Reply(b"Rate exceeded.", 429, {"Retry-After": "7200"})
    await days.fill(wednesday, 13)
    asked = len(days.arxiv.questions)
    await days.fill(wednesday, 14, force=True)
    assert len(days.arxiv.questions) == asked
    await days.fill(wednesday, 16, force=True)
    assert len(days.arxiv.questions) > asked


async def test_an_api_that_counts_more_than_it_sends_proves_nothing(days: Days) -> None:
    wednesday = MONDAY + ONE_DAY * 2
    days.subscribe("/rss/cs.LG", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(wednesday)
    paper = Paper("2605.77777", "cs.LG", MONDAY + ONE_DAY, days.now(MONDAY))
    days.arxiv.trouble = lambda asked: api_reply([paper], 3)
    filled = await days.fill(wednesday)
    assert filled.new == 1
    assert filled.error == "arXiv did not send all that it counts"
    assert days.states("cs.LG", wednesday) == "complete partial complete"
    assert len(days.arxiv.questions) == 3


async def test_a_batch_served_late_after_a_gap_is_found_out_by_the_filling(days: Days) -> None:
    wednesday = MONDAY + ONE_DAY * 2
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    days.arxiv.shown["cs.CL"] = MONDAY + ONE_DAY  # Tuesday's batch under Wednesday's date
    await days.refresh(wednesday)
    assert days.states("cs.CL", wednesday) == "complete missing complete"
    filled = await days.fill(wednesday)
    assert filled.new == 6
    assert len(days.library.items.view()) == 18


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(b"<html><input type=password></html>"), "127.0.0.1 shows a login page"),
        (Reply(b"", 503), "127.0.0.1 has a problem of its own (503)"),
        (Reply(b"Rate exceeded."), "127.0.0.1 asks to be left alone for a while"),
        (api_reply([Paper("1905.00001", "cs.CL", MONDAY, eastern(MONDAY) - ONE_DAY * 2_500)], 9),
         "arXiv's API sent papers that were not asked for, and they were left out"),
    ],
)  # fmt: skip
async def test_an_answer_that_is_none_is_told_and_leaves_the_gap(
    days: Days, reply: Reply, told: str
) -> None:
    wednesday = MONDAY + ONE_DAY * 2
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(wednesday)
    days.arxiv.trouble = lambda asked: reply
    filled = await days.fill(wednesday)
    assert filled.error is not None
    assert filled.error.startswith(told)
    assert filled.hint
    assert len(filled.left) == 1
    assert len(days.arxiv.questions) == 1
    assert days.states("cs.CL", wednesday) == "complete missing complete"
    assert len(days.library.items.view()) == 12


async def test_a_search_without_dates_proves_nothing_and_breaks_nothing(days: Days) -> None:
    days.library.feeds.add(search(days.arxiv, 1), at=days.now(MONDAY, 9))
    await days.refresh(MONDAY)
    page = days.arxiv.answer("/api/query?search_query=all:x&sortOrder=descending&start=0"
                             "&max_results=1")  # fmt: skip
    assert page is not None
    days.arxiv.broken["/api/query"] = Reply(re.sub(rb"<published>.*?</published>", b"", page.body))
    report = await days.refresh(MONDAY + ONE_DAY)
    assert report.feeds[0].outcome == "updated"
    assert report.notices == ()


@settings(max_examples=12)
@example(date(2026, 10, 26), ["off", "stale", "stale"])
@example(date(2026, 10, 26), ["off", "stale", "stale", "stale"])
@example(date(2026, 10, 26), ["stale", "stale", "off", "stale"])
@given(
    st.sampled_from([date(2026, 2, 27), date(2026, 10, 26)]),
    st.lists(st.sampled_from(["poll", "poll", "off", "down", "stale", "twice"]), max_size=12),
)
def test_after_a_fill_nothing_announced_since_the_subscription_is_lacking(
    first: date, fates: list[str]
) -> None:
    arxiv = ArXiv()
    last = first + ONE_DAY * (len(fates) + 1)
    for number in range((last - first).days + 1):
        if not is_weekend(first + ONE_DAY * number):
            arxiv.announce("cs.CL", first + ONE_DAY * number, 3)

    async def live(days: Days) -> None:
        days.subscribe("/rss/cs.CL", first)
        await days.refresh(first)
        seen = ledger_states(days, first, first)
        for number, fate in enumerate(fates, 1):
            day = first + ONE_DAY * number
            arxiv.shown["cs.CL"] = working_day_before(day) if fate == "stale" else day
            arxiv.broken = {"/rss/cs.CL": Reply(b"", 500)} if fate == "down" else {}
            if fate != "off":
                await days.refresh(day, 3)
            if fate == "twice":
                await days.refresh(day, 15)
            now = ledger_states(days, first, day)
            assert all(ORDER.index(now[d]) >= ORDER.index(state) for d, state in seen.items())
            seen = {d: state for d, state in now.items() if state not in ("missing", "pending")}
        arxiv.shown.clear()
        arxiv.broken = {}
        await days.refresh(last, 12)
        filled = await days.fill(last)
        assert filled.left == ()
        assert gaps(days.library, now=days.now(last, 14)) == ()
        known = len(days.library.items.owners(f"arxiv:{paper.id}" for paper in arxiv.papers))
        assert known == len(arxiv.papers)

    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
        patched.setattr("hauler_tui.sources.fetching.fetch_all", playing(arxiv))
        with Library.open(Path(folder)) as library:
            asyncio.run(live(Days(library, arxiv)))


ORDER = ("missing", "pending", "unwatched", "stale", "partial", "complete", "holiday")


def ledger_states(days: Days, first: date, last: date) -> dict[date, str]:
    return {**states(days.library, "cs.CL", first, last, now=days.now(last, 23))}


async def test_the_cap_is_told_and_filled(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hauler_tui.domain.ledger.DAILY_CAP", 6)
    days.subscribe("/rss/cs.CL", MONDAY)
    report = await days.refresh(MONDAY)
    assert report.notices[0].startswith("arXiv cut cs.CL of 2026-05-04 at 6 papers")
    assert days.states("cs.CL", MONDAY) == "partial"
    assert len((await days.fill(MONDAY)).filled) == 1
    assert days.library.ledger.records()["cs.CL"][MONDAY].entries == 6


def search(arxiv: ArXiv, page: int = 5) -> str:
    order = f"sortBy=submittedDate&sortOrder=descending&start=0&max_results={page}"
    return f"{arxiv.api}?search_query=all:paper&{order}"


async def test_a_search_with_more_new_papers_than_a_page_is_paged_on(days: Days) -> None:
    days.arxiv.papers.clear()
    old = days.arxiv.announce("cs.CL", MONDAY, 3)
    days.library.feeds.add(search(days.arxiv), at=days.now(MONDAY, 9))
    await days.refresh(MONDAY)
    days.arxiv.announce("cs.CL", MONDAY + ONE_DAY, 12)
    report = await days.refresh(MONDAY + ONE_DAY)
    assert report.notices == ()
    assert len(days.library.items.view()) == len(old) + 12


async def test_a_search_that_could_not_be_paged_on_is_told_and_paged_on_by_a_later_refresh(
    days: Days,
) -> None:
    days.arxiv.papers.clear()
    days.arxiv.announce("cs.CL", MONDAY, 3)
    days.library.feeds.add(search(days.arxiv), at=days.now(MONDAY, 9))
    await days.refresh(MONDAY)
    days.arxiv.announce("cs.CL", MONDAY + ONE_DAY, 12)
    days.arxiv.trouble = lambda asked: (
        Reply(b"Rate exceeded.", 429) if asked["sortOrder"] == "ascending" else None
    )
    report = await days.refresh(MONDAY + ONE_DAY)
    assert report.notices == (
        "“all:paper” lacks 2026-05-05: hauler refresh --fill fetches what is lacking.",
    )
    assert len(days.library.items.view()) == 3 + 5
    # That the next answer joins on to this one does not close the gap.
    days.arxiv.announce("cs.CL", MONDAY + ONE_DAY * 2, 2)
    assert len((await days.refresh(MONDAY + ONE_DAY * 2)).notices) == 1
    assert len(days.library.items.view()) == 3 + 5 + 2
    days.arxiv.trouble = lambda asked: None
    days.arxiv.announce("cs.CL", MONDAY + ONE_DAY * 3, 1)
    assert (await days.refresh(MONDAY + ONE_DAY * 3)).notices == ()
    assert len(days.library.items.view()) == 3 + 12 + 2 + 1


async def test_a_search_with_more_than_arxiv_gives_is_told(
    days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxivfill, "MOST", 4)
    days.arxiv.papers.clear()
    days.arxiv.announce("cs.CL", MONDAY, 3)
    days.library.feeds.add(search(days.arxiv), at=days.now(MONDAY, 9))
    await days.refresh(MONDAY)
    days.arxiv.announce("cs.CL", MONDAY + ONE_DAY, 12)
    days.arxiv.trouble = lambda asked: (
        api_reply(days.arxiv.papers[3:7], 12) if asked["sortOrder"] == "ascending" else None
    )
    await days.refresh(MONDAY + ONE_DAY)
    filled = await days.fill(MONDAY + ONE_DAY * 2)
    assert filled.error == "arXiv counts 12 papers and gives 4 of them at most"
    assert filled.hint == "subscribe to a narrower search"


async def test_filling_tells_how_far_it_is(days: Days) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(MONDAY + ONE_DAY * 3)
    told: list[Filling] = []
    now = days.now(MONDAY + ONE_DAY * 3)
    await fill(days.library, now=now, settings=days.settings, progress=told.append)
    assert [(one.done, one.total) for one in told] == [(1, 2), (2, 2)]
    assert told[-1].new == 12


async def test_without_gaps_nothing_is_asked(days: Days) -> None:
    assert await days.fill(MONDAY) == FillReport()
    assert days.arxiv.questions == []


async def test_what_came_and_what_it_proves_are_one_change(days: Days, tmp_path: Path) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    days.library.flush()
    lines = _journal_lines(tmp_path)
    await days.refresh(MONDAY)
    days.library.flush()
    assert _journal_lines(tmp_path) - lines == 2  # where the subscription begins, and the feed
    assert days.library.history.history() == days.library.history.history(1)


def _journal_lines(folder: Path) -> int:
    return (folder / "library" / "library.journal").read_bytes().count(b"\n")
