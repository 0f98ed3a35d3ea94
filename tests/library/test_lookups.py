"""What waits to be looked up, and what could not be."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.lookup import Broken, Found, Held, Lookup, Unknown
from hauler_tui.library.changes import Changes
from hauler_tui.library.library import Library
from hauler_tui.workflows.capture import capture
from tests.factories import NOW, make_entry

HOST = "export.arxiv.org"
LINK = "https://arxiv.org/abs/2605.00007"


def waiting(library: Library, at: datetime = NOW) -> list[int]:
    return [question.item_id for question in library.lookups.take_up(library.lookups.ids(), at)]


def captured(library: Library, *links: str, at: datetime = NOW) -> tuple[int, ...]:
    return capture(library, links, at=at).ids


def known(library: Library, item_id: int) -> Lookup:
    lookup = library.lookups.get(item_id)
    assert lookup is not None
    return lookup


def unknown(item_id: int, *, for_good: bool = False) -> Unknown:
    return Unknown(item_id=item_id, host=HOST, reason="arXiv does not know it", for_good=for_good)


def test_what_is_nothing_but_a_link_waits_and_what_says_more_does_not(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.items.absorb([make_entry(7)], feed_id=None, at=NOW)
        ids = captured(library, LINK, "https://example.org/a", "https://example.org/b")
        assert waiting(library) == [ids[2], ids[1]]
        (question,) = library.lookups.take_up([ids[2], 99], NOW)
        assert question.link == "https://example.org/b"
        assert question.aliases == ("url:https://example.org/b",)
        assert library.lookups.count() == 2
    with Library.open(tmp_path, writing=False) as library:
        assert waiting(library) == [ids[2], ids[1]]


def test_what_was_found_goes_into_the_item_and_leaves_the_queue(tmp_path: Path) -> None:
    told: list[Changes] = []
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        library.subscribe(told.append)
        entry = make_entry(7, aliases=("arxiv:2605.00007", "doi:10.1000/x"), doi="10.1000/x")
        absorbed = library.lookups.record([Found(item_id=item_id, host=HOST, entry=entry)], NOW)
        assert absorbed.changed == (item_id,)
        item = library.items.get(item_id)
        assert (item.entry.title, item.work.aliases[1]) == ("Paper 7", "doi:10.1000/x")
        assert library.lookups.get(item_id) is None
        assert waiting(library) == []
        assert any(item_id in changes.items for changes in told)


def test_an_address_that_turns_out_to_be_a_paper_gets_its_key(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, "https://short.example/x")
        names = ("arxiv:2605.00007", "url:https://short.example/x")
        library.lookups.record(
            [Found(item_id=item_id, host="short.example", entry=make_entry(7, aliases=names))], NOW
        )
        assert library.items.get(item_id).key == "arxiv:2605.00007"
        assert library.items.find("https://short.example/x") == item_id


def test_two_items_that_an_answer_shows_to_be_one_are_told(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        first, second = captured(library, "https://doi.org/10.1000/x", LINK)
        entry = make_entry(7, aliases=("arxiv:2605.00007", "doi:10.1000/x"))
        found = Found(item_id=second, host=HOST, entry=entry)
        assert library.lookups.record([found], NOW).joins == ((first, second),)


def test_what_nobody_knows_is_asked_for_after_a_day_and_a_week_and_then_no_more(
    tmp_path: Path,
) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        at = NOW
        for days in (1, 7):
            library.lookups.record([unknown(item_id)], at)
            assert known(library, item_id).reason == "arXiv does not know it"
            assert waiting(library, at + timedelta(days=days, seconds=-1)) == []
            at += timedelta(days=days)
            assert waiting(library, at) == [item_id]
            assert library.lookups.is_due(at)
        library.lookups.record([unknown(item_id)], at)
        assert known(library, item_id).gave_up
        assert waiting(library, at + timedelta(days=9_999)) == []
        assert library.lookups.count() == 0
        assert not library.lookups.is_due(at)
        assert captured(library, LINK, at=at) == (item_id,)
        assert waiting(library, at) == [item_id]


def test_adding_it_again_asks_nobody_sooner(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        library.lookups.record([unknown(item_id)], NOW)
        captured(library, LINK)
        assert waiting(library) == []


def test_failures_double_the_pause_up_to_a_day_and_end_after_eight(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        broken = Broken(item_id=item_id, host=HOST, reason="a problem of its own (500)")
        pauses = []
        for _ in range(7):
            library.lookups.record([broken], NOW)
            due = known(library, item_id).due_at
            assert due is not None
            pauses.append((due - NOW) / timedelta(hours=1))
        assert pauses == [0.5, 1, 2, 4, 8, 16, 24]
        library.lookups.record([broken], NOW)
        assert known(library, item_id).gave_up


def test_without_a_network_nothing_counts_and_it_is_tried_again_soon(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        broken = Broken(item_id=item_id, host=HOST, reason="no such host", was_reached=False)
        for _ in range(20):
            library.lookups.record([broken], NOW, is_online=False)
        assert known(library, item_id).tries == 0
        assert known(library, item_id).due_at == NOW + timedelta(minutes=10)


def test_a_host_that_asks_to_be_left_alone_holds_its_links_and_counts_against_none(
    tmp_path: Path,
) -> None:
    with Library.open(tmp_path) as library:
        ids = captured(library, LINK, "https://arxiv.org/abs/2605.00008")
        held = [Held(item_id=item_id, host=HOST, reason="it asks") for item_id in ids]
        library.lookups.record(held, NOW)
        pause = library.lookups.pauses()[HOST]
        at = NOW + timedelta(minutes=30)
        assert (pause.failures, pause.due_at) == (1, at)
        assert [known(library, item_id).tries for item_id in ids] == [0, 0]
        assert waiting(library) == []
        for minutes in (60, 120, 240, 360, 360):
            library.lookups.record(held[:1], at, jitter=0.0)
            pause = library.lookups.pauses()[HOST]
            at += timedelta(minutes=minutes)
            assert pause.due_at == at
        library.lookups.record([unknown(ids[0])], at)
        assert library.lookups.pauses()[HOST].failures == 0


@pytest.mark.parametrize(("seconds", "hours"), [(7200.0, 2), (9e9, 7 * 24)])
def test_a_named_pause_counts_up_to_a_week(tmp_path: Path, seconds: float, hours: int) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        held = Held(item_id=item_id, host=HOST, reason="it asks", wait_seconds=seconds)
        library.lookups.record([held], NOW)
        assert known(library, item_id).due_at == NOW + timedelta(hours=hours)


def test_what_a_feed_said_meanwhile_needs_no_lookup(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        library.lookups.record([Held(item_id=item_id, host=HOST, reason="it asks")], NOW)
        library.items.absorb([make_entry(7)], feed_id=None, at=NOW)
        later = NOW + timedelta(days=3)
        assert waiting(library, later) == []
        assert library.lookups.get(item_id) is None
        library.lookups.record([unknown(item_id)], later)
        assert library.lookups.pauses()[HOST].asked_at == later


def test_hosts_are_forgotten_when_it_no_longer_matters_that_they_were_asked(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, "https://example.org/a")
        other = Unknown(item_id=item_id, host="example.org", reason="no")
        library.lookups.record([unknown(item_id)], NOW)
        library.lookups.record([other], NOW + timedelta(hours=25))
        assert set(library.lookups.pauses()) == {"example.org"}


def test_an_answer_for_an_item_that_left_brings_nothing_back(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        (item_id,) = captured(library, LINK)
        library.retention.expire(1, NOW + timedelta(days=9))
        assert library.items.count() == 0
        found = Found(item_id=item_id, host=HOST, entry=make_entry(7))
        assert library.lookups.record([found], NOW).new == ()
        assert library.items.count() == 0
        assert library.lookups.get(item_id) is None


def test_rows_that_make_no_sense_are_found(tmp_path: Path) -> None:
    from hauler_tui.library.rows import fits

    assert fits("lookups", 1, {})
    assert not fits("lookups", 1, {"tries": "many"})
    assert not fits("lookup_hosts", 1, {})
