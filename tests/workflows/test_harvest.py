"""Days of arXiv that the query API does not give, filled from lists of records over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hauler_tui.domain.proofs import proof
from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows import harvest as harvesting
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import Filling
from hauler_tui.workflows.ledger import Gap, gaps
from tests.sources.arxivserver import ArXiv, playing
from tests.sources.oaiserver import listed, page, record, refused
from tests.sources.server import Reply
from tests.workflows.listed import BUSY, MONDAY, ONE_DAY, TUESDAY, WEDNESDAY, Listed
from tests.workflows.test_ledger import search

_AT = datetime.fromisoformat("2026-05-04T12:00:00+00:00")
_ONE = record("2605.77777", submitted=[_AT])


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> ArXiv:
    """An arXiv with a week of two categories, whose query API is busy."""
    played = ArXiv(trouble=lambda asked: BUSY)
    for number in range(5):
        played.announce("cs.CL", MONDAY + ONE_DAY * number, 6)
        played.announce("cs.LG", MONDAY + ONE_DAY * number, 7)
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(played))
    return played


@pytest.fixture
def days(tmp_path: Path, arxiv: ArXiv) -> Iterator[Listed]:
    with Library.open(tmp_path / "library") as library:
        yield Listed(library, arxiv)


async def test_a_day_that_the_api_refuses_is_filled_and_proved_from_the_list(days: Listed) -> None:
    feed_id = await days.lack_tuesday()
    filled = await days.fill(WEDNESDAY)
    assert (filled.new, filled.left, filled.error) == (6, (), None)
    assert filled.sources() == "from OAI-PMH"
    assert filled.note == (
        "127.0.0.1 asks to be left alone for a while (429); the rest came from OAI-PMH"
    )
    (day,) = filled.filled
    assert (day.is_filled, day.total, day.known) == (True, 6, 6)
    assert proof(day, "complete", TUESDAY) == (
        "arXiv's records (OAI-PMH) have 6 papers submitted for it, and all are here"
    )
    assert days.arxiv.lists == [
        {
            "verb": "ListRecords",
            "metadataPrefix": "arXivRaw",
            "set": "cs:cs:CL",
            "from": "2026-05-04",
            "until": "2026-05-06",
        }
    ]
    assert gaps(days.library, now=days.now(WEDNESDAY)) == ()
    assert days.known() == 18
    for item_id in days.library.items.view():
        (sighting,) = days.library.items.get(item_id).work.sightings
        assert (sighting.feed_id, sighting.announce) == (feed_id, "new")
    assert [(one.done, one.total, one.new, one.source) for one in days.heard] == [
        (0, 1, 0, "query"), (0, 1, 6, "records"), (1, 1, 6, "records"),
    ]  # fmt: skip


async def test_while_the_api_wants_to_be_left_alone_it_is_not_asked(days: Listed) -> None:
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: Reply(b"", 500)
    assert (await days.fill(WEDNESDAY)).error == (
        "127.0.0.1 asks to be left alone for a while (429);"
        " 127.0.0.1 has a problem of its own (500)"
    )
    asked = len(days.arxiv.questions)
    days.arxiv.shelf.trouble = lambda asked: None
    filled = await days.fill(WEDNESDAY)
    assert (len(filled.filled), filled.left, len(days.arxiv.questions)) == (1, (), asked)


@pytest.mark.parametrize("reply", [Reply(b"", 503), Reply(b"<html><input type=password></html>")])
async def test_an_api_that_fails_otherwise_is_made_up_for_too(days: Listed, reply: Reply) -> None:
    await days.lack_tuesday()
    days.arxiv.trouble = lambda asked: reply
    assert (await days.fill(WEDNESDAY)).sources() == "from OAI-PMH"


async def test_an_api_that_answers_is_enough(days: Listed) -> None:
    await days.lack_tuesday()
    days.arxiv.trouble = lambda asked: None
    filled = await days.fill(WEDNESDAY)
    assert (filled.sources(), filled.note, days.arxiv.lists) == ("from the query API", "", [])


async def test_older_papers_that_were_touched_are_not_new_and_known_ones_learn_their_version(
    days: Listed,
) -> None:
    arxiv, library = days.arxiv, days.library
    old = arxiv.announce("cs.CL", MONDAY - ONE_DAY * 28, 3)
    await days.lack_tuesday()
    known = library.items.find(arxiv.papers[0].id)
    library.triage.star(known, days.now(WEDNESDAY))
    library.notes.write(known, "Mine.", days.now(WEDNESDAY))
    before = library.items.get(known)
    later = days.now(TUESDAY)
    for paper_id in (*old, arxiv.papers[0].id):
        arxiv.shelf.changed[paper_id] = WEDNESDAY
        arxiv.shelf.versions[paper_id] = [later]
    filled = await days.fill(WEDNESDAY)
    assert (filled.new, filled.filled[0].total) == (6, 6)
    assert not library.items.owners(f"arxiv:{paper_id}" for paper_id in old)
    after = library.items.get(known)
    assert [version.number for version in after.work.versions] == [1, 2]
    assert (after.entry.version, after.is_starred) == (2, True)
    assert after.work.first_seen == before.work.first_seen
    note = library.notes.get(known)
    assert note is not None
    assert note.text == "Mine."


async def test_one_paper_is_one_item_by_feed_api_and_list(days: Listed) -> None:
    await days.lack_tuesday()
    days.arxiv.trouble = lambda asked: None
    await days.fill(WEDNESDAY)
    view = days.library.items.view().tolist()
    works = [days.library.items.get(item_id) for item_id in view]
    days.library.triage.star(view[0], days.now(WEDNESDAY))
    days.arxiv.trouble = lambda asked: BUSY
    told = days.library.ledger.records()["cs.CL"][TUESDAY]
    assert told.reason == "query"
    feed = days.library.feeds.all()[0]
    again = Gap(subject="cs.CL", day=TUESDAY, state="missing", feed=feed, record=told)
    filled = await fill(
        days.library, [again], now=days.now(WEDNESDAY, 14), settings=days.settings, force=True
    )
    assert (filled.new, len(filled.filled)) == (0, 1)
    assert days.library.items.view().tolist() == view
    for before, item_id in zip(works, view, strict=True):
        after = days.library.items.get(item_id)
        assert (after.work, after.tags) == (before.work, before.tags)
    assert days.library.items.get(view[0]).is_starred


async def test_a_fill_that_was_cut_off_goes_on_where_it_was(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: (
        Reply(b"", 500) if asked.get("resumptionToken", "").endswith("|8") else None
    )
    first = await days.fill(WEDNESDAY)
    assert [gap.day for gap in first.left] == [TUESDAY]
    assert 0 < first.new < 6
    assert days.known() == 12 + first.new
    assert days.states("cs.CL", WEDNESDAY) == "complete partial complete"
    told = days.library.ledger.records()["cs.CL"][TUESDAY]
    assert proof(told, "partial", TUESDAY).endswith("of its papers came, and arXiv's list of"
                                                    " records goes on")  # fmt: skip
    days.arxiv.shelf.trouble = lambda asked: None
    asked = len(days.arxiv.lists)
    last = await days.fill(WEDNESDAY, 14)
    assert days.arxiv.lists[asked]["resumptionToken"].endswith("|8")
    assert (first.new + last.new, last.left) == (6, ())
    assert (last.filled[0].total, last.filled[0].known) == (6, 6)
    assert days.library.ledger.harvests.get("cs.CL") is None


class KilledError(Exception):
    """The program is no more."""


@pytest.mark.parametrize("kill_at", range(4))
async def test_a_kill_between_two_pages_loses_nothing(
    days: Listed, tmp_path: Path, kill_at: int
) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()

    def kill(filling: Filling) -> None:
        days.heard.append(filling)
        if len(days.heard) == kill_at + 2:
            raise KilledError

    now = days.now(WEDNESDAY)
    with pytest.raises(KilledError):
        await fill(days.library, now=now, settings=days.settings, progress=kill)
    kept = days.known()
    days.library.close()
    asked = len(days.arxiv.lists)
    with Library.open(tmp_path / "library") as library:
        again = Listed(library, days.arxiv)
        assert again.known() == kept
        filled = await again.fill(WEDNESDAY)
        assert gaps(library, now=now) == ()
        assert again.known() == 18
        if kill_at < 3:
            assert filled.filled[0].total == 6
            assert days.arxiv.lists[asked]["resumptionToken"].endswith(f"|{4 * kill_at + 4}")


async def test_a_list_of_before_arxivs_records_changed_begins_again(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: Reply(b"", 500) if "resumptionToken" in asked else None
    await days.fill(WEDNESDAY)
    days.arxiv.shelf.trouble = lambda asked: None
    asked = len(days.arxiv.lists)
    await days.refresh(WEDNESDAY + ONE_DAY)
    filled = await days.fill(WEDNESDAY + ONE_DAY)
    assert "resumptionToken" not in days.arxiv.lists[asked]
    assert (filled.filled[0].total, filled.left) == (6, ())


async def test_a_token_that_does_not_hold_any_more_begins_the_list_again(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: (
        Reply(b"", 500) if asked.get("resumptionToken", "").endswith("|8") else None
    )
    await days.fill(WEDNESDAY)
    days.arxiv.shelf.trouble = lambda asked: None
    days.arxiv.shelf.expired = {"cs:cs:CL|2026-05-04|2026-05-06|8"}
    asked = len(days.arxiv.lists)

    def answer(question: dict[str, str]) -> Reply | None:
        if len(days.arxiv.lists) > asked + 1:
            days.arxiv.shelf.expired.clear()
        return None

    days.arxiv.shelf.trouble = answer
    filled = await days.fill(WEDNESDAY)
    assert "resumptionToken" not in days.arxiv.lists[asked + 1]
    assert (filled.filled[0].total, filled.filled[0].known, filled.left) == (6, 6, ())


async def test_what_came_before_a_token_expired_counts_once(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()
    told: list[str] = []

    def once(asked: dict[str, str]) -> Reply | None:
        if asked.get("resumptionToken", "").endswith("|12") and not told:
            told.append("expired")
            return refused("badResumptionToken", "it has expired")
        return None

    days.arxiv.shelf.trouble = once
    filled = await days.fill(WEDNESDAY)
    assert told
    assert (filled.new, filled.filled[0].total, filled.filled[0].known) == (6, 6, 6)


async def test_a_later_page_that_does_not_say_what_follows_is_not_the_last(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: listed([_ONE]) if "resumptionToken" in asked else None
    filled = await days.fill(WEDNESDAY)
    assert (filled.error or "").endswith("127.0.0.1 sent a damaged list")
    assert len(filled.left) == 1


async def test_a_list_that_expires_again_and_again_is_given_up(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: (
        refused("badResumptionToken", "no") if "resumptionToken" in asked else None
    )
    filled = await days.fill(WEDNESDAY)
    assert (filled.error or "").endswith("127.0.0.1 begins a list and does not go on with it")
    assert len(days.arxiv.lists) == 6


async def test_a_day_of_no_records_is_rightly_empty(days: Listed) -> None:
    monday = MONDAY + ONE_DAY * 7
    days.subscribe("/rss/cs.GL", monday)
    await days.refresh(monday)
    await days.refresh(monday + ONE_DAY * 2)
    (day,) = (await days.fill(monday + ONE_DAY * 2)).filled
    assert (day.total, day.known) == (0, 0)
    assert proof(day, "complete", day.day) == "arXiv's records (OAI-PMH) have no paper for it"


async def test_a_list_of_nothing_proves_no_day_of_a_category_that_seldom_has_none(
    days: Listed,
) -> None:
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: refused("noRecordsMatch", "no such set")
    filled = await days.fill(WEDNESDAY)
    assert (filled.error or "").endswith("no record at all of cs.CL, which is seldom without")
    assert len(filled.left) == 1


async def test_flow_control_is_waited_for_and_gone_on_after(days: Listed) -> None:
    await days.lack_tuesday()
    waits = [Reply(b"later", 503, {"Retry-After": "20"})] * 2
    days.arxiv.shelf.trouble = lambda asked: waits.pop() if waits else None
    filled = await days.fill(WEDNESDAY)
    assert (filled.left, days.pauses.count(20.0)) == ((), 2)
    assert days.library.ledger.harvests.state().due_at is None


@pytest.mark.parametrize(
    "reply", [Reply(b"", 503, {"Retry-After": "7200"}), Reply(b"", 429, {"Retry-After": "7200"})]
)
async def test_a_long_retry_after_is_honoured_even_when_forced(days: Listed, reply: Reply) -> None:
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: reply
    assert "asks to be left alone" in ((await days.fill(WEDNESDAY)).error or "")
    asked = len(days.arxiv.lists)
    filled = await days.fill(WEDNESDAY, 14, force=True)
    assert (filled.error or "").startswith("127.0.0.1 asks to be left alone for a while (429); "
                                           "arXiv's OAI-PMH is not asked before ")  # fmt: skip
    assert len(days.arxiv.lists) == asked
    days.arxiv.shelf.trouble = lambda asked: None
    assert (await days.fill(WEDNESDAY, 16)).left == ()


async def test_rate_exceeded_is_given_our_own_pause_which_force_overrules(days: Listed) -> None:
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: BUSY
    await days.fill(WEDNESDAY)
    asked = len(days.arxiv.lists)
    await days.fill(WEDNESDAY)
    assert len(days.arxiv.lists) == asked == 1
    await days.fill(WEDNESDAY, force=True)
    assert len(days.arxiv.lists) == 2


def cut(reply: Reply) -> Reply:
    return Reply(reply.body[: reply.body.rindex(b"<record>") + 40], headers=reply.headers)


async def test_a_page_that_is_cut_off_is_kept_and_asked_for_again(days: Listed) -> None:
    await days.lack_tuesday()
    whole = days.arxiv.shelf

    def once(asked: dict[str, str]) -> Reply | None:
        if len(days.arxiv.lists) > 1:
            return None
        whole.trouble = lambda asked: None
        return cut(whole.answer(asked, days.arxiv.papers))

    whole.trouble = once
    filled = await days.fill(WEDNESDAY)
    assert len(days.arxiv.lists) == 2
    assert (filled.new, filled.filled[0].total, filled.left) == (6, 6, ())


@pytest.mark.parametrize(
    ("reply", "told", "new"),
    [
        (cut(listed([_ONE, _ONE])), "127.0.0.1 sent a damaged list", 1),
        (listed([_ONE], size=3, names_rest=True), "127.0.0.1 counts 3 records and sent 1", 1),
        (listed([_ONE], token="x"), "127.0.0.1 sends the same page again and again", 1),
        (listed([_ONE, _ONE.replace("Mon, ", "?")]), "127.0.0.1 sent 1 record without", 1),
        (refused("cannotDisseminateFormat", "x"), "127.0.0.1 refused to list its records", 0),
        (page("<ListSets/>"), "127.0.0.1 answered in words that hauler does not know", 0),
        (Reply(b"<html><input type=password></html>"), "127.0.0.1 sent a login page", 0),
        (Reply(b"\n<!DOCTYPE a [<!ENTITY b 'c'>]><OAI-PMH/>"), "127.0.0.1 sent a document with", 0),
        (Reply(b""), "127.0.0.1 sent an empty answer", 0),
    ],
)  # fmt: skip
async def test_an_answer_that_proves_nothing_is_told_and_leaves_the_gap(
    days: Listed, reply: Reply, told: str, new: int
) -> None:
    await days.lack_tuesday()
    days.arxiv.shelf.trouble = lambda asked: reply
    filled = await days.fill(WEDNESDAY)
    assert told in (filled.error or "")
    assert filled.hint
    assert (filled.new, len(filled.left), filled.filled) == (new, 1, ())
    assert "complete complete complete" not in days.states("cs.CL", WEDNESDAY)
    assert len(days.arxiv.lists) <= 3
    # It proves nothing the next time either.
    assert len((await days.fill(WEDNESDAY, force=True)).left) == 1


async def test_records_of_other_categories_stay_out(days: Listed) -> None:
    await days.lack_tuesday()
    other = record("2605.88888", submitted=[_AT], categories="math.AG")
    cross = record("2605.99999", submitted=[_AT], categories="math.AG cs.CL")
    days.arxiv.shelf.trouble = lambda asked: listed([other, cross])
    filled = await days.fill(WEDNESDAY)
    assert (filled.new, filled.filled[0].total) == (1, 1)
    found = days.library.items.get(days.library.items.find("2605.99999"))
    assert found.work.sightings[0].announce == "cross"


async def test_many_days_are_read_from_one_list_and_the_api_is_spared(
    days: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harvesting, "_MANY", 3)
    days.arxiv.trouble = lambda asked: None
    friday = MONDAY + ONE_DAY * 4
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(friday)
    filled = await days.fill(friday)
    assert (len(filled.filled), filled.new, filled.sources()) == (3, 18, "from OAI-PMH")
    assert (len(days.arxiv.lists), days.arxiv.questions) == (1, [])


async def test_where_the_lists_fail_many_days_are_asked_for_one_by_one(
    days: Listed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harvesting, "_MANY", 3)
    days.arxiv.trouble = lambda asked: None
    days.arxiv.shelf.trouble = lambda asked: Reply(b"", 500)
    friday = MONDAY + ONE_DAY * 4
    days.subscribe("/rss/cs.CL+cs.LG", MONDAY)
    await days.refresh(MONDAY)
    await days.refresh(friday)
    filled = await days.fill(friday)
    assert (len(filled.filled), filled.left, filled.sources()) == (6, (), "from the query API")
    assert filled.note.endswith("(500); the rest came from the query API")
    assert len(days.arxiv.lists) == 2


@pytest.mark.parametrize(
    ("count", "weeks", "is_bulk"), [(9, 1, False), (10, 2, True), (10, 9, False)]
)
async def test_few_or_scattered_days_are_not_worth_a_list(
    days: Listed, count: int, weeks: int, is_bulk: bool
) -> None:
    days.subscribe("/rss/cs.CL", MONDAY)
    feed = days.library.feeds.all()[0]
    now = days.now(MONDAY + ONE_DAY * 7 * weeks)
    some = [
        Gap(subject="cs.CL", day=MONDAY + ONE_DAY * n, state="missing", feed=feed, record=None)
        for n in range(count)
    ]
    assert bool(harvesting.in_bulk(some, days.settings, now=now)) is is_bulk
    alone = FetchSettings(arxiv_api="http://127.0.0.1/api")
    assert harvesting.in_bulk(some, alone, now=now) == ()


async def test_a_search_has_no_list(days: Listed) -> None:
    days.arxiv.trouble = lambda asked: BUSY if asked["sortOrder"] == "ascending" else None
    days.arxiv.papers.clear()
    days.arxiv.announce("cs.CL", MONDAY, 3)
    days.library.feeds.add(search(days.arxiv), at=days.now(MONDAY, 9))
    await days.refresh(MONDAY)
    days.arxiv.announce("cs.CL", TUESDAY, 12)
    await days.refresh(TUESDAY)
    assert len((await days.fill(TUESDAY, force=True)).left) == 1
    assert days.arxiv.lists == []


async def test_what_a_list_begun_for_several_days_brings_fills_them_all(days: Listed) -> None:
    days.arxiv.shelf.size = 4
    days.subscribe("/rss/cs.CL", MONDAY)
    await days.refresh(MONDAY)
    thursday = MONDAY + ONE_DAY * 3
    await days.refresh(thursday)
    days.arxiv.shelf.trouble = lambda asked: (
        Reply(b"", 500) if asked.get("resumptionToken", "").endswith("|12") else None
    )
    await days.fill(thursday)
    days.arxiv.shelf.trouble = lambda asked: None
    one = [gap for gap in gaps(days.library, now=days.now(thursday)) if gap.day == TUESDAY]
    now = days.now(thursday, 14)
    filled = await fill(days.library, one, now=now, settings=days.settings)
    assert sorted(day.day for day in filled.filled) == [TUESDAY, WEDNESDAY]
    assert [day.total for day in filled.filled] == [6, 6]
