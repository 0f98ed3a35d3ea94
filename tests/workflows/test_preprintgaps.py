"""Feeds of bioRxiv's over loopback that hold thirty papers: what they lost, told and filled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.domain.lookup import Held
from hauler_tui.domain.proofs import proof
from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows import patience
from hauler_tui.workflows.capture import capture
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import Filling, FillReport
from hauler_tui.workflows.ledger import gaps, notices, watched
from hauler_tui.workflows.preprintgaps import open_hole
from hauler_tui.workflows.refresh import RefreshReport, refresh
from tests.sources.preprintserver import EMPTY, Preprints, page_of, playing
from tests.sources.server import Reply
from tests.sources.test_preprintlists import entries_of

MONDAY = date(2026, 5, 4)
TUESDAY = date(2026, 5, 5)
THURSDAY = date(2026, 5, 7)
PLANTS = "plant_biology"
SUBJECT = "biorxiv:plant_biology"
ERROR = Reply(b"oops", 500)


@dataclass
class Reading:
    """A person's library, and the bioRxiv that it reads."""

    library: Library
    server: Preprints
    pauses: list[float] = field(default_factory=list)

    @property
    def settings(self) -> FetchSettings:
        return FetchSettings(
            allow_private_networks=True, preprint_api=self.server.api, interval_minutes=1
        )

    def subscribe(self, subject: str = PLANTS) -> int:
        return self.library.feeds.add(self.server.feed(subject), at=noon(MONDAY)).id

    async def refresh(self, day: date, hour: int = 12) -> RefreshReport:
        return await refresh(
            self.library, None, now=noon(day, hour), force=True, settings=self.settings
        )

    async def fill(self, day: date, hour: int = 13, *, force: bool = False) -> FillReport:
        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        now = noon(day, hour)
        return await fill(self.library, now=now, settings=self.settings, force=force, sleep=sleep)

    def record(self, day: date, subject: str = SUBJECT) -> DayRecord:
        return self.library.ledger.records()[subject][day]

    def count(self) -> int:
        return len(self.library.items.view())


def noon(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Preprints:
    played = Preprints()
    monkeypatch.setattr("hauler_tui.sources.fetching.fetch_all", playing(played))
    return played


@pytest.fixture
def reading(tmp_path: Path, server: Preprints) -> Iterator[Reading]:
    with Library.open(tmp_path / "library") as library:
        yield Reading(library, server)


async def lose(reading: Reading, *, answer: Reply | None = None, count: int = 150) -> RefreshReport:
    """Read a feed, let more come than it holds, and read it again; the API answers as told."""
    reading.server.post(PLANTS, MONDAY, 5)
    reading.subscribe()
    await reading.refresh(MONDAY)
    reading.server.post(PLANTS, TUESDAY, count)
    reading.server.post(PLANTS, THURSDAY, 4)
    if answer is not None:
        reading.server.answers[0] = answer
    return await reading.refresh(THURSDAY)


async def test_what_came_between_two_readings_is_filled_at_once_and_proved(
    reading: Reading,
) -> None:
    report = await lose(reading)
    assert report.notices == ()
    assert reading.count() == 159
    assert reading.server.asked == [
        f"biorxiv/2026-05-04/2026-05-05/{cursor}/json?category=plant_biology" for cursor in (0, 100)
    ]
    record = reading.record(THURSDAY)
    assert (record.state, record.reason, record.total) == ("complete", "details", 155)
    assert record.is_filled
    said = proof(record, "complete", THURSDAY)
    assert said == (
        "api.biorxiv.org counts 155 records from 2026-05-04 to 2026-05-05, and all came"
    )
    for item_id in reading.library.items.view():
        work = reading.library.items.get(item_id).work
        assert [seen.feed_id for seen in work.sightings] == [1]
        assert work.entry.authors == ("D. Kukla", "A. Crampton")


async def test_a_feed_that_reaches_back_to_what_was_known_lacks_nothing(reading: Reading) -> None:
    reading.server.post(PLANTS, MONDAY, 40)
    reading.subscribe()
    await reading.refresh(MONDAY)
    assert proof(reading.record(MONDAY), "complete", MONDAY) == "its feed came for the first time"
    reading.server.post(PLANTS, TUESDAY, 29)
    assert (await reading.refresh(TUESDAY)).notices == ()
    said = proof(reading.record(TUESDAY), "complete", TUESDAY)
    assert said == "its feed reaches back to papers known before"
    assert reading.server.asked == []


async def test_thirty_new_papers_and_none_known_are_a_hole_though_nothing_may_be_lost(
    reading: Reading,
) -> None:
    reading.server.post(PLANTS, MONDAY, 30)
    reading.subscribe()
    await reading.refresh(MONDAY)
    reading.server.post(PLANTS, TUESDAY, 30)
    await reading.refresh(TUESDAY)
    assert reading.record(TUESDAY).reason == "details"
    assert reading.count() == 60


async def test_that_a_paper_is_known_from_elsewhere_joins_no_two_answers(reading: Reading) -> None:
    reading.server.post(PLANTS, MONDAY, 5)
    reading.subscribe()
    await reading.refresh(MONDAY)
    posted = reading.server.post(PLANTS, TUESDAY, 31)
    reading.library.items.absorb(entries_of(posted[-1:]), feed_id=None, at=noon(TUESDAY))
    await reading.refresh(TUESDAY)
    assert reading.record(TUESDAY).reason == "details"


async def test_a_hole_that_the_api_does_not_fill_is_told_in_words(reading: Reading) -> None:
    report = await lose(reading, answer=ERROR)
    assert report.notices == (
        f"{SUBJECT} lacks 2026-05-07: hauler refresh --fill fetches what is lacking.",
    )
    assert [one.subject for one in watched(reading.library)] == [SUBJECT]
    (gap,) = gaps(reading.library, now=noon(THURSDAY))
    assert proof(gap.record, gap.state, gap.day) == (
        "no paper of its feed was known: some of 2026-05-04 to 2026-05-05 may have come and gone"
        " unseen"
    )
    filled = await reading.fill(THURSDAY)
    assert filled.error == "127.0.0.1 has a problem of its own (500)"
    assert [one.day for one in filled.left] == [THURSDAY]

    reading.server.answers.clear()
    filled = await reading.fill(THURSDAY)
    assert (filled.error, filled.left, filled.new) == (None, (), 124)
    assert filled.sources() == "from bioRxiv's API"
    assert notices(reading.library, now=noon(THURSDAY, 14)) == ()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Reply(EMPTY), "has no paper of biorxiv:plant_biology of 2026-05-05, though its feed had"),
        (Reply(b"<!DOCTYPE html><html><body>hello</body></html>"), "sent a web page instead"),
        (Reply(b'{"messages":[{"status":"ok","total":3}],"coll'), "JSON that breaks off"),
        (Reply(b'{"messages":[{"status":"error: no such server"}]}'), "“error: no such server”"),
        (Reply(b'{"messages":[{"status":"ok","total":3}],"collection":[]}'), "counts 3 records"),
        (Reply(b'{"messages":[{"status":"ok"}],"collection":[{"doi":"x"}]}'), "without a paper"),
        (Reply(b"[]"), "other JSON"),
        (Reply(b"", 404), "there is no"),
    ],
)  # fmt: skip
async def test_an_answer_that_proves_nothing_fills_nothing(
    reading: Reading, answer: Reply, told: str
) -> None:
    reading.server.answers[1] = Reply(EMPTY)
    await lose(reading, answer=answer)
    filled = await reading.fill(THURSDAY)
    assert told in (filled.error or "")
    assert reading.record(THURSDAY).state == "partial"
    assert reading.count() == 35
    assert filled.hint


async def test_papers_of_another_time_are_left_out(reading: Reading) -> None:
    old = replace(reading.server.post(PLANTS, MONDAY - timedelta(days=90), 1)[0], doi="10.1101/old")
    await lose(reading, answer=page_of([old]))
    filled = await reading.fill(THURSDAY)
    assert "not asked for" in (filled.error or "")
    assert reading.library.items.lookup(["doi:10.1101/old"]) is None


async def test_the_same_page_again_and_again_ends(reading: Reading) -> None:
    await lose(reading, answer=ERROR, count=250)
    same = reading.server.answer("/details/biorxiv/2026-05-04/2026-05-05/100/json")
    reading.server.answers = {cursor: same for cursor in (100, 200) if same}
    filled = await reading.fill(THURSDAY)
    assert "the same page again and again" in (filled.error or "")
    assert reading.record(THURSDAY).came == 200


async def test_a_count_that_grows_with_every_page_ends(reading: Reading) -> None:
    await lose(reading, answer=ERROR)
    own = [one for one in reading.server.papers if one.day <= TUESDAY]
    reading.server.answers = {
        0: page_of([*own, *own]), 100: page_of([*own, *own, *own], 100)
    }  # fmt: skip
    reading.server.asked.clear()
    filled = await reading.fill(THURSDAY)
    assert "counts otherwise with every page" in (filled.error or "")
    assert len(reading.server.asked) < 10


async def test_without_a_count_the_list_ends_with_the_first_empty_page(reading: Reading) -> None:
    await lose(reading, answer=ERROR, count=30)
    own = [one for one in reading.server.papers if one.day <= TUESDAY]
    said = json.loads(page_of(own).body)
    del said["messages"][0]["total"]
    reading.server.answers[0] = Reply(json.dumps(said).encode())
    filled = await reading.fill(THURSDAY)
    assert filled.left == ()
    assert reading.record(THURSDAY).total == 35


async def test_a_fill_goes_on_at_the_page_where_it_broke_off(reading: Reading) -> None:
    reading.server.answers[200] = ERROR
    await lose(reading, count=250)
    assert reading.record(THURSDAY).came == 200
    assert "200 of the 255 records" in proof(reading.record(THURSDAY), "partial", THURSDAY)
    assert reading.count() > 200
    reading.server.answers.clear()
    reading.server.asked.clear()
    assert (await reading.fill(THURSDAY)).left == ()
    assert [path.split("/")[3] for path in reading.server.asked] == ["200"]
    assert reading.count() == 259


async def test_a_page_with_what_is_no_paper_is_never_passed_over(reading: Reading) -> None:
    await lose(reading, answer=ERROR)
    own = [one for one in reading.server.papers if one.day <= TUESDAY]
    said = json.loads(page_of(own).body)
    del said["collection"][7]["doi"]
    reading.server.answers = {0: Reply(json.dumps(said).encode()), 100: ERROR}
    assert "(500)" in ((await reading.fill(THURSDAY)).error or "")
    del reading.server.answers[100]
    assert "1 record without a paper" in ((await reading.fill(THURSDAY)).error or "")
    assert reading.record(THURSDAY).state == "partial"
    reading.server.answers.clear()
    assert (await reading.fill(THURSDAY)).left == ()


async def test_a_fill_begins_anew_where_the_api_counts_otherwise_since(reading: Reading) -> None:
    reading.server.answers[100] = ERROR
    await lose(reading)
    reading.server.answers.clear()
    reading.server.asked.clear()
    late = reading.server.post(PLANTS, TUESDAY, 1)
    reading.server.papers.insert(0, reading.server.papers.pop())
    assert (await reading.fill(THURSDAY)).left == ()
    assert [path.split("/")[3] for path in reading.server.asked] == ["100", "0", "100"]
    assert reading.library.items.lookup([f"doi:{late[0].doi}"]) is not None


async def test_an_api_that_is_behind_its_feed_is_asked_again_from_the_start(
    reading: Reading,
) -> None:
    behind = page_of(reading.server.post(PLANTS, MONDAY, 3))
    await lose(reading, answer=behind)
    assert reading.record(THURSDAY).state == "partial"
    reading.server.answers.clear()
    report = await reading.refresh(THURSDAY, 15)
    assert report.notices == ()
    assert reading.record(THURSDAY).is_filled


async def test_retry_after_is_kept_by_fills_and_by_the_next_program(
    reading: Reading, tmp_path: Path
) -> None:
    await lose(reading, answer=Reply(b"", 429, {"Retry-After": "7200"}))
    reading.server.answers.clear()
    reading.server.asked.clear()
    assert reading.library.ledger.preprint_state().wait_until == noon(THURSDAY, 14)
    reading.library.close()
    with Library.open(tmp_path / "library") as reading.library:
        filled = await reading.fill(THURSDAY, 13, force=True)
        assert "is not asked before" in (filled.error or "")
        assert reading.server.asked == []
        assert (await reading.fill(THURSDAY, 14)).left == ()


async def test_lookups_and_fills_keep_what_either_was_told_of_patience(reading: Reading) -> None:
    await lose(reading, answer=ERROR)
    reading.server.base, host, told = "https://api.biorxiv.org", "api.biorxiv.org", noon(THURSDAY)
    library, due_at = reading.library, noon(THURSDAY, 20)
    library.ledger.keep_preprint_state(FeedState(due_at=due_at), at=told)
    assert patience.until(patience.closed(library, told, reading.settings)[host]) == due_at
    library.ledger.keep_preprint_state(FeedState(), at=told)
    assert patience.closed(library, told, reading.settings) == {}

    (item_id,) = capture(library, ["https://doi.org/10.64898/2026.01.01.1"], at=told).ids
    refusal = Held(item_id=item_id, host=host, reason="busy", wait_seconds=3_600.0, is_refusal=True)
    library.lookups.record([refusal], told)
    reading.server.asked.clear()
    filled = await reading.fill(THURSDAY, 12)
    assert (filled.error or "").startswith("api.biorxiv.org is not asked before")
    assert reading.server.asked == []


async def test_pages_of_the_real_api_are_a_second_apart(reading: Reading) -> None:
    await lose(reading, answer=ERROR)
    reading.server.base, there = "https://api.biorxiv.org", reading.server.base
    reading.server.answers.clear()
    await reading.fill(THURSDAY)
    reading.server.base = there
    assert reading.pauses == [1.0, 1.0]


async def test_joined_subjects_are_chosen_from_everything(reading: Reading) -> None:
    server = reading.server
    server.post(PLANTS, MONDAY, 2)
    reading.subscribe("plant_biology+zoology")
    await reading.refresh(MONDAY)
    server.post(PLANTS, TUESDAY, 40)
    server.post("zoology", TUESDAY, 40)
    server.post("ecology", TUESDAY, 40)
    assert (await reading.refresh(TUESDAY)).notices == ()
    assert server.asked[0] == "biorxiv/2026-05-04/2026-05-05/0/json"
    assert reading.count() == 82
    assert reading.record(TUESDAY, "biorxiv:plant_biology+zoology").total == 122


async def test_all_of_medrxiv_is_filled_too(reading: Reading) -> None:
    server = reading.server
    server.server = "medrxiv"
    server.post("neurology", MONDAY, 2)
    reading.subscribe("all")
    await reading.refresh(MONDAY)
    server.post("neurology", TUESDAY, 40)
    await reading.refresh(TUESDAY)
    assert server.asked == ["medrxiv/2026-05-04/2026-05-05/0/json"]
    assert reading.record(TUESDAY, "medrxiv:all").is_filled


async def test_revisions_of_older_papers_come_only_where_the_paper_is_known(
    reading: Reading,
) -> None:
    (known, *_) = reading.server.post(PLANTS, MONDAY, 3)
    reading.subscribe()
    await reading.refresh(MONDAY)
    reading.server.papers.append(replace(known, day=TUESDAY, version=2))
    reading.server.post(PLANTS, TUESDAY, 1, version=3)
    reading.server.post(PLANTS, TUESDAY, 40)
    await reading.refresh(TUESDAY)
    assert reading.count() == 43
    item_id = reading.library.items.find(known.doi)
    assert reading.library.items.get(item_id).entry.version == 2


async def test_a_library_from_before_there_was_this_ledger_finds_its_first_hole_too(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.server.post(PLANTS, MONDAY, 5)
    reading.subscribe()
    with monkeypatch.context() as before:
        before.setattr("hauler_tui.sources.preprintfeeds.subject_of", lambda url: "")
        await reading.refresh(MONDAY)
    assert not reading.library.ledger.records()
    reading.server.post(PLANTS, TUESDAY, 50)
    await reading.refresh(TUESDAY)
    assert reading.server.asked == ["biorxiv/2026-05-01/2026-05-05/0/json?category=plant_biology"]
    assert reading.count() == 55


async def test_a_hole_is_kept_before_the_papers_that_would_hide_it(reading: Reading) -> None:
    reading.server.post(PLANTS, MONDAY, 5)
    feed_id = reading.subscribe()
    await reading.refresh(MONDAY)
    found = reading.server.post(PLANTS, TUESDAY, 31)[1:]
    entries = entries_of(found)
    state = reading.library.feeds.state(feed_id)
    outcome = Updated(feed_id=feed_id, state=state, title="", entries=entries)
    open_hole(reading.library, reading.library.feeds.get(feed_id), outcome, noon(TUESDAY))
    reading.library.items.absorb(entries[:25], feed_id=feed_id, at=noon(TUESDAY))
    # Here the program was killed; the next one is told the same again.
    await reading.refresh(TUESDAY, 13)
    assert reading.record(TUESDAY).is_filled
    assert reading.count() == 36


async def test_a_feed_that_had_nothing_and_has_room_lacks_nothing(reading: Reading) -> None:
    reading.subscribe()
    await reading.refresh(MONDAY)
    assert not reading.library.ledger.records()
    reading.server.post(PLANTS, TUESDAY, 29)
    assert (await reading.refresh(TUESDAY)).notices == ()
    assert reading.record(TUESDAY).begins
    assert reading.server.asked == []


@pytest.mark.parametrize("has_moved", [True, False])
async def test_a_feed_subscribed_to_anew_lacks_nothing_and_one_that_moved_does(
    reading: Reading, has_moved: bool
) -> None:
    reading.server.post(PLANTS, MONDAY, 5)
    feed_id = reading.subscribe()
    await reading.refresh(MONDAY)
    feeds = reading.library.feeds
    if has_moved:
        feeds.move(feed_id, reading.server.feed(PLANTS) + "&page=1", at=noon(TUESDAY))
    else:
        feeds.remove(feed_id, at=noon(TUESDAY))
        reading.subscribe()
    reading.server.post(PLANTS, TUESDAY, 50)
    await reading.refresh(TUESDAY)
    assert bool(reading.server.asked) is has_moved


async def test_after_three_days_only_the_person_asks_for_what_is_lacking(reading: Reading) -> None:
    await lose(reading, answer=ERROR)
    reading.server.asked.clear()
    later = THURSDAY + timedelta(days=4)
    report = await reading.refresh(later)
    assert reading.server.asked == []
    assert len(report.notices) == 1
    reading.server.answers.clear()
    assert (await reading.fill(later)).left == ()


async def test_progress_counts_the_days_and_names_the_source(reading: Reading) -> None:
    await lose(reading, answer=ERROR)
    reading.server.answers.clear()
    told: list[Filling] = []
    await fill(reading.library, now=noon(THURSDAY), settings=reading.settings, progress=told.append)
    assert [(one.done, one.total, one.source) for one in told][-1] == (1, 1, "details")
    assert told[-1].new == 124


@settings(deadline=None, max_examples=15)
@given(counts=st.lists(st.integers(0, 70), min_size=1, max_size=5), size=st.integers(7, 100))
async def test_whatever_comes_between_readings_is_there_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], size: int
) -> None:
    server = Preprints(page=size)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("hauler_tui.sources.fetching.fetch_all", playing(server))
        with Library.open(tmp_path_factory.mktemp("law") / "library") as library:
            reading = Reading(library, server)
            server.post(PLANTS, MONDAY, 3)
            reading.subscribe()
            await reading.refresh(MONDAY)
            for number, count in enumerate(counts, 1):
                server.post(PLANTS, MONDAY + timedelta(days=number), count)
                report = await reading.refresh(MONDAY + timedelta(days=number))
                assert report.notices == ()
            assert reading.count() == len(server.papers)
