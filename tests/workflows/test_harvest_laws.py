"""What holds of every filling from lists of records, whatever the days were like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hauler_tui.domain.announcements import is_weekend, submissions, working_day_before
from hauler_tui.domain.item import Work
from hauler_tui.workflows.ledger import gaps
from tests.sources.arxivserver import ArXiv, Paper
from tests.sources.server import Reply
from tests.workflows.listed import BUSY, MONDAY, ONE_DAY, TUESDAY, Listed, lived

_MINUTES = st.integers(-60 * 30, 60 * 30)


@settings(max_examples=25)
@given(st.lists(_MINUTES, max_size=6), st.sampled_from([TUESDAY, MONDAY, date(2026, 3, 9)]))
def test_a_paper_counts_for_the_day_between_whose_cut_offs_it_was_submitted(
    minutes: list[int], day: date
) -> None:
    begin, end = submissions(day)
    times = [end + timedelta(minutes=each) for each in minutes] + [begin, end]
    arxiv = ArXiv(trouble=lambda asked: BUSY)
    for number, at in enumerate(times, 1):
        arxiv.papers.append(Paper(f"2605.{number:05}", "cs.CL", day, at))

    async def live(days: Listed) -> None:
        days.subscribe("/rss/cs.CL", working_day_before(day))
        await days.refresh(working_day_before(day))
        days.arxiv.shown["cs.CL"] = working_day_before(working_day_before(day))
        await days.refresh(day + ONE_DAY)
        (filled,) = [one for one in (await days.fill(day + ONE_DAY)).filled if one.day == day]
        assert filled.total == sum(begin <= at < end for at in times)

    lived(arxiv, live)


@settings(max_examples=12)
@example(date(2026, 10, 26), ["off", "stale", "stale"], 2, 0)
@example(date(2026, 10, 26), ["stale", "stale", "off", "stale"], 100, 3)
@given(
    st.sampled_from([date(2026, 2, 27), date(2026, 10, 26)]),
    st.lists(st.sampled_from(["poll", "poll", "off", "down", "stale"]), max_size=8),
    st.sampled_from([1, 2, 5, 100]),
    st.integers(0, 3),
)
def test_after_a_fill_without_the_api_nothing_announced_since_the_subscription_is_lacking(
    first: date, fates: list[str], size: int, touched: int
) -> None:
    arxiv = ArXiv(trouble=lambda asked: BUSY)
    arxiv.shelf.size = size
    last = first + ONE_DAY * (len(fates) + 1)
    old = arxiv.announce("cs.CL", first - ONE_DAY * 40, touched)
    for number in range((last - first).days + 1):
        if not is_weekend(first + ONE_DAY * number):
            arxiv.announce("cs.CL", first + ONE_DAY * number, 3)
    arxiv.shelf.changed = {paper.id: last for paper in arxiv.papers[: touched * 3]}

    async def live(days: Listed) -> None:
        days.subscribe("/rss/cs.CL", first)
        await days.refresh(first)
        for number, fate in enumerate(fates, 1):
            day = first + ONE_DAY * number
            arxiv.shown["cs.CL"] = working_day_before(day) if fate == "stale" else day
            arxiv.broken = {"/rss/cs.CL": Reply(b"", 500)} if fate == "down" else {}
            if fate != "off":
                await days.refresh(day, 3)
        arxiv.shown.clear()
        arxiv.broken = {}
        await days.refresh(last, 12)
        filled = await days.fill(last)
        assert filled.left == ()
        assert gaps(days.library, now=days.now(last, 14)) == ()
        known = days.library.items.owners(f"arxiv:{paper.id}" for paper in arxiv.papers)
        assert set(known) == {f"arxiv:{p.id}" for p in arxiv.papers if p.id not in old}

    lived(arxiv, live)


@settings(max_examples=6)
@given(st.sets(st.integers(1, 9), max_size=6), st.integers(1, 30))
def test_both_sources_bring_the_same_papers_as_the_same_items(missed: set[int], size: int) -> None:
    def filled(trouble: Callable[[dict[str, str]], Reply | None]) -> dict[str, Work | None]:
        arxiv = ArXiv(trouble=trouble)
        arxiv.shelf.size = size
        for number in range(-7, 14):
            day = MONDAY + ONE_DAY * number
            if not is_weekend(day):
                arxiv.announce("cs.CL", day, 4)
        works: dict[str, Work | None] = {}

        async def live(days: Listed) -> None:
            days.subscribe("/rss/cs.CL", MONDAY)
            for number in range(12):
                if number not in missed:
                    await days.refresh(MONDAY + ONE_DAY * number)
            assert (await days.fill(MONDAY + ONE_DAY * 11)).left == ()
            for item_id in days.library.items.view():
                work = days.library.items.get(item_id).work
                # Of those known before, the API tells once more what the feed told.
                is_new = work.first_seen == days.now(MONDAY + ONE_DAY * 11, 13)
                works[work.key] = work if is_new else None

        lived(arxiv, live)
        return works

    assert filled(lambda asked: BUSY) == filled(lambda asked: None)
