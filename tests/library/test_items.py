"""Taking in, finding and listing works."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import aliases
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.items import Absorbed
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry

BOTH = ("arxiv:2605.00001", "doi:10.1234/x")


def test_one_work_from_two_feeds_and_a_link_is_one_item_with_three_sources(
    library: Library,
) -> None:
    for feed_id, announce in ((1, "cross"), (2, "new"), (None, None)):
        library.items.absorb([make_entry(1, announce=announce)], feed_id=feed_id, at=NOW)
    item = library.items.get(1)
    assert [seen.feed_id for seen in item.work.sightings] == [None, 1, 2]
    assert library.items.count() == 1
    row = library.items.row(1)
    assert (row.feed_ids, row.announce) == ((1, 2), "new")


def test_two_entries_of_one_batch_that_are_one_work_become_one(library: Library) -> None:
    first, second = make_entry(1), make_entry(1, aliases=BOTH, doi="10.1234/x")
    third = make_entry(2, aliases=("doi:10.1234/x", "url:example.org/x"))
    told = library.items.absorb([first, second, third], feed_id=1, at=NOW)
    assert told == Absorbed(new=(1,))
    for alias in (*BOTH, "url:example.org/x"):
        assert library.items.lookup([alias]) == 1


@pytest.mark.parametrize("settled", [True, False])
def test_nothing_new_writes_nothing(library: Library, settled: bool) -> None:
    entries = [make_entry(number) for number in (1, 2)]
    library.items.absorb(entries, feed_id=1, at=NOW)
    assert not settled or library.wait_for_index(10)
    library.flush()
    kept = [library.directory / name for name in ("items.log", "library.journal", "library.json")]
    before = [file.stat().st_size for file in kept]
    assert library.items.absorb(entries, feed_id=1, at=NOW + timedelta(1)) == Absorbed()
    library.flush()
    assert [file.stat().st_size for file in kept] == before


@pytest.mark.parametrize("settled", [True, False])
def test_an_entry_that_shows_two_items_to_be_one_joins_them_and_says_so(
    library: Library, settled: bool
) -> None:
    library.items.absorb([make_entry(1)], feed_id=1, at=NOW)
    library.items.absorb([make_entry(2, aliases=("doi:10.1234/x",))], feed_id=1, at=NOW)
    assert not settled or library.wait_for_index(10)
    told = library.items.absorb([make_entry(1, aliases=BOTH)], feed_id=1, at=NOW)
    assert told == Absorbed(changed=(1,), joins=((1, 2),))
    assert library.items.count() == 1
    assert not settled or library.wait_for_index(10)
    assert library.items.lookup(["doi:10.1234/x"]) == 1
    assert library.items.get(2) == library.items.get(1)
    assert list(library.items.view()) == [1]


def test_an_item_is_found_by_anything_a_person_may_type(library: Library) -> None:
    library.items.absorb([make_entry(1, aliases=(*BOTH, "feed-guid:1:A b"))], feed_id=1, at=NOW)
    for text in (
        "arxiv:2605.00001", "2605.00001v3", "https://arxiv.org/pdf/2605.00001",
        "10.1234/x", "https://doi.org/10.1234/X", " feed-guid:1:A b ",
    ):  # fmt: skip
        assert library.items.find(text) == 1, text
    for text in ("", "2605.00002", "\x00", "‮", "'; DROP TABLE rows", "x" * 100_000):
        with pytest.raises(UnknownKeyError) as error:
            library.items.find(text)
        assert len(error.value.message) < 300


def test_lookup_takes_the_first_alias_that_is_known(library: Library) -> None:
    library.items.absorb([make_entry(1), make_entry(2)], feed_id=1, at=NOW)
    assert library.items.lookup(["arxiv:9", "arxiv:2605.00002", "arxiv:2605.00001"]) == 2
    assert library.items.lookup([]) is None


@pytest.mark.parametrize("settled", [True, False])
def test_a_row_shows_the_item_as_it_is_now(library: Library, settled: bool) -> None:
    entry = make_entry(1, title=r"Erd\H{o}s and $\alpha$", published=NOW - timedelta(days=2))
    library.items.absorb([entry], feed_id=7, at=NOW)
    assert not settled or library.wait_for_index(10)
    library.triage.star(1, NOW)
    library.triage.mark_read([1], True, NOW)
    library.triage.skip([1], True, NOW)
    library.notes.write(1, "text", NOW)
    row = library.items.row(1)
    assert (row.title, row.authors) == ("Erdős and α", "Ada Byron, Grace Murray")
    assert row.date == NOW - timedelta(days=2)
    assert (row.feed_ids, row.announce, row.version) == ((7,), "new", 1)
    assert (row.is_read, row.is_skipped, row.is_starred, row.is_noted) == (True,) * 4
    assert row.covered == ()


def test_rows_come_in_the_order_asked_for(library: Library) -> None:
    library.items.absorb([make_entry(n) for n in range(1, 6)], feed_id=1, at=NOW)
    assert library.wait_for_index(10)
    library.items.absorb([make_entry(6)], feed_id=1, at=NOW)
    assert [row.id for row in library.items.rows([4, 6, 99, 1, 4])] == [4, 6, 1, 4]
    assert library.items.rows([]) == []
    with pytest.raises(UnknownKeyError) as unknown:
        library.items.row(99)
    assert unknown.value.hint


def test_a_window_of_rows_is_one_question_to_the_index(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.items.absorb([make_entry(n) for n in range(1, 300)], feed_id=1, at=NOW)
    assert library.wait_for_index(10)
    ids = library.items.view()[:200]
    asked: list[str] = []
    read = library._index.read

    def counted(sql: str, *values: object) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return read(sql, *values)

    monkeypatch.setattr(library._index, "read", counted)
    assert [row.id for row in library.items.rows(ids)] == list(ids)
    assert len(asked) == 1


def test_an_unknown_item_is_said(library: Library) -> None:
    for item_id in (0, 1, -1, 10**20):
        with pytest.raises(UnknownKeyError):
            library.items.get(item_id)
        assert not library.items.fits(item_id)


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
WORK = st.builds(
    lambda title, abstract, alias, link: Entry(
        title=title, link=link, aliases=(f"url:{alias}",), abstract=abstract, authors=(title,)
    ),
    HOSTILE,
    HOSTILE,
    HOSTILE,
    HOSTILE,
)


@settings(max_examples=12, deadline=None)
@given(entries=st.lists(WORK, max_size=6, unique_by=lambda entry: entry.aliases))
def test_whatever_a_feed_says_comes_back_after_reopening(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]
) -> None:
    folder: Path = tmp_path_factory.mktemp("hostile") / "library"
    with Library.open(folder) as library:
        told = library.items.absorb(entries, feed_id=3, at=NOW)
        assert library.wait_for_index(10)
        before = [library.items.get(item_id) for item_id in told.new]
        rows = library.items.rows(told.new)
        owners = [library.items.lookup(entry.aliases) for entry in entries]
    with Library.open(folder) as again:
        assert [again.items.get(item_id) for item_id in told.new] == before
        assert again.items.rows(told.new) == rows
        assert [again.items.lookup(entry.aliases) for entry in entries] == owners
        assert None not in owners


def test_a_damaged_record_spoils_no_view(library: Library, folder: Path) -> None:
    library.items.absorb([make_entry(n) for n in (1, 2, 3)], feed_id=1, at=NOW)
    library.close()
    log = folder / "items.log"
    log.write_bytes(log.read_bytes().replace(b"Paper 2", b"Paper X"))
    (folder / "index.sqlite").unlink()
    (folder / "items.offsets").touch()
    with Library.open(folder) as again:
        assert set(again.items.view()) <= {1, 3}
        again.wait_for_index(10)
        assert set(again.items.view()) <= {1, 3}
        assert again.items.lookup(["arxiv:2605.00009"]) is None


@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_work_known_by_its_words_alone_is_known_again_once_it_has_an_address(
    tmp_path: Path, is_indexed: bool
) -> None:
    words: dict[str, Any] = {"title": "On words", "abstract": "It is."}
    bare = Entry(link="", aliases=aliases(feed_id=1, **words), **words)
    link = "https://a.example/words"
    whole = Entry(link=link, aliases=aliases(link=link, feed_id=1, **words), **words)
    with Library.open(tmp_path) as library:
        feed = library.feeds.add("https://a.example/feed.xml", at=NOW)
        (item_id,) = library.items.absorb([bare], feed_id=feed.id, at=NOW).new
        assert bare.aliases[0].startswith("hash:")
        if not is_indexed:
            assert told_again(library, whole, feed.id) == (item_id,)
        assert library.wait_for_index(10)
    with Library.open(tmp_path) as library:
        if is_indexed:
            assert told_again(library, whole, feed.id) == (item_id,)
        assert library.items.find(link) == item_id


def told_again(library: Library, entry: Entry, feed_id: int) -> tuple[int, ...]:
    """The items that learnt from an entry, which is about no new one."""
    absorbed = library.items.absorb([entry], feed_id=feed_id, at=NOW)
    assert absorbed.new == ()
    return absorbed.changed
