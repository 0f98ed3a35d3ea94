"""Two items that turn out to be one work, and the way back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.query import parse
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.changes import Changes
from hauler_tui.library.library import Library
from hauler_tui.workflows.capture import link_entry
from tests.factories import NOW, make_entry
from tests.library.conftest import everything
from tests.library.test_hauls import imported

pytestmark = pytest.mark.usefixtures("quick_disk")

ARXIV, DOI = "arxiv:2605.00001", "doi:10.1234/x"
LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(hours=2)


def journal_paper(**changes: object) -> Entry:
    """The same paper as a journal tells of it."""
    fields: dict[str, object] = {
        "aliases": (DOI, "feed-guid:2:x"),
        "link": "https://doi.org/10.1234/x",
        "version": None,
        "doi": "10.1234/x",
    }
    return make_entry(1, **(fields | changes))


BRIDGE = make_entry(1, aliases=(ARXIV, DOI), doi="10.1234/x")


def two(library: Library) -> None:
    """Items 1, the preprint, and 2, the journal's paper, which nobody knows to be one."""
    library.items.absorb([make_entry(1)], feed_id=1, at=NOW)
    library.items.absorb([journal_paper()], feed_id=2, at=NOW)


def bridge(library: Library) -> None:
    told = library.items.absorb([BRIDGE], feed_id=1, at=LATER)
    assert told.joins == ((1, 2),)


@pytest.fixture
def pair(library: Library) -> Library:
    two(library)
    return library


@pytest.mark.parametrize("settled", [True, False])
def test_what_the_person_did_with_either_is_done_with_the_one(pair: Library, settled: bool) -> None:
    pair.triage.star(2, NOW)
    pair.triage.star(1, LATER)
    pair.triage.tag([1], ["one", "both"], [], NOW)
    pair.triage.tag([2], ["both", "two"], [], NOW)
    pair.triage.mark_read([2], True, NOW)
    pair.notes.write(1, "First.", NOW)
    pair.notes.write(2, "Second.", NOW)
    assert not settled or pair.wait_for_index(10)
    bridge(pair)
    assert not settled or pair.wait_for_index(10)
    item = pair.items.get(1)
    assert (item.starred_at, item.is_read, item.tags) == (NOW, True, ("one", "both", "two"))
    note = pair.notes.get(1)
    assert note is not None
    assert note.text == "First.\n\nSecond."
    assert [seen.feed_id for seen in item.work.sightings] == [1, 2]
    assert set(item.work.aliases) == {ARXIV, DOI, "feed-guid:2:x"}
    assert [card.item_id for card in pair.hauls.all()[0].cards] == [1]
    for query in ("second", "tag:two", "is:starred", "feed:2", "/Second/"):
        assert list(pair.items.view(parse(query, NOW))) == [1], query
    assert (pair.items.count(), pair.items.count_unread([1])) == (1, 0)


def test_a_reference_to_the_one_that_went_means_the_one_that_stayed(pair: Library) -> None:
    bridge(pair)
    assert pair.items.get(2) == pair.items.get(1)
    assert replace(pair.items.row(2), id=1) == pair.items.row(1)
    pair.triage.mark_read([2], True, LAST)
    pair.triage.star(2, LAST)
    pair.triage.tag([2], ["t"], [], LAST)
    pair.notes.write(2, "mine", LAST)
    item = pair.items.get(1)
    assert (item.is_read, item.is_starred, item.tags) == (True, True, ("t",))
    assert (pair.notes.get(1), pair.notes.ids()) == (pair.notes.get(2), [1])
    assert not pair.items.fits(2)
    assert pair.items.find("10.1234/x") == 1
    pair.triage.unstar(2, LAST)
    assert not pair.items.get(1).is_starred


def test_a_card_of_each_in_one_open_issue_becomes_one_and_a_published_text_stays(
    pair: Library,
) -> None:
    pair.hauls.import_issues([imported("old", 2, 1)], NOW)
    before = pair.hauls.covered_cards(2)
    slug = pair.hauls.new_issue(None, NOW).slug
    pair.hauls.add_card(slug, 1, "A", NOW)
    pair.hauls.add_card(slug, 2, "B", NOW)
    bridge(pair)
    assert [(card.item_id, card.lane) for card in pair.hauls.get(slug).cards] == [(1, "A")]
    old = pair.hauls.get("old")
    assert [card.item_id for card in old.cards] == [1, 1]
    assert [card.text for _, card in pair.hauls.covered_cards(1)] == [c.text for c in old.cards]
    assert before[0][1].text in [card.text for card in old.cards]
    assert pair.items.get(1).covered == ("old",)
    assert pair.care.check(lambda *_: None) == []
    parted = pair.items.split("10.1234/x", (), LAST)
    assert (parted.kept, parted.parted) == (1, 2)
    assert [card.item_id for card in pair.hauls.get("old").cards] == [2, 1]
    assert [(card.item_id, card.lane) for card in pair.hauls.get(slug).cards] == [
        (1, "A"),
        (2, "B"),
    ]
    assert pair.hauls.covered_cards(2) == before


def test_a_skipped_item_that_is_joined_with_a_starred_one_is_seen(pair: Library) -> None:
    pair.triage.skip([1], True, NOW)
    pair.triage.star(2, NOW)
    bridge(pair)
    assert list(pair.items.view()) == [1]
    assert pair.items.get(1).is_starred


def test_a_join_is_one_step_that_names_both_and_is_undone_for_good(pair: Library) -> None:
    pair.triage.star(2, NOW)
    before = everything(pair)
    pair.feeds.add("https://example.org/1.xml", at=NOW)
    bridge(pair)
    step = pair.history.history()[0]
    assert (step.verb, step.about) == ("join", "join doi:10.1234/x into “Paper 1”")
    pair.history.undo(LATER)
    after = everything(pair)
    assert [after[name] for name in ("notes", "hauls")] == [
        before[name] for name in ("notes", "hauls")
    ]
    assert pair.items.get(2).is_starred
    assert not pair.items.get(1).is_starred
    assert sorted(pair.items.view()) == [1, 2]
    told = pair.items.absorb([BRIDGE, journal_paper()], feed_id=1, at=LAST)
    assert told.joins == ()
    assert pair.items.count() == 2
    pair.history.redo(LAST)
    assert (pair.items.count(), pair.items.get(1).is_starred) == (1, True)


@pytest.mark.parametrize("settled", [True, False])
def test_of_two_that_share_a_name_a_key_means_the_one_that_is_listed_under_it(
    pair: Library, settled: bool
) -> None:
    bridge(pair)
    pair.history.undo(LATER)
    if settled:
        assert pair.wait_for_index(10)
    assert DOI in pair.items.get(1).work.aliases
    assert [pair.items.find(key) for key in (ARXIV, DOI, "10.1234/x")] == [1, 2, 2]
    pair.history.redo(LAST)
    assert [pair.items.find(key) for key in (ARXIV, DOI)] == [1, 1]


def test_subscribers_hear_of_both(pair: Library) -> None:
    heard: list[Changes] = []
    pair.subscribe(heard.append)
    bridge(pair)
    assert frozenset({1, 2}) <= frozenset().union(*(changes.items for changes in heard))


def test_a_split_gives_each_what_it_had_and_keeps_what_was_done_since(pair: Library) -> None:
    pair.triage.star(2, NOW)
    pair.notes.write(1, "First.", NOW)
    pair.notes.write(2, "Second.", NOW)
    pair.triage.tag([2], ["two", "gone"], [], NOW)
    bridge(pair)
    pair.notes.write(1, "First.\n\nSecond.\n\nThird.", LATER)
    pair.triage.tag([1], ["new"], ["gone"], LATER)
    pair.triage.mark_read([1], True, LATER)
    pair.items.absorb([make_entry(1, version=2, title="Paper one")], feed_id=1, at=LATER)
    pair.items.split(ARXIV, (), LAST)
    one, other = pair.items.get(1), pair.items.get(2)
    assert (one.key, other.key) == (ARXIV, DOI)
    assert (one.tags, other.tags) == (("new",), ("two",))
    assert (one.is_starred, other.is_starred) == (False, True)
    assert (one.is_read, other.is_read) == (True, True)
    notes = [note.text for each in (1, 2) if (note := pair.notes.get(each))]
    assert notes == ["First.\n\nSecond.\n\nThird.", "Second."]
    assert (one.entry.version, other.entry.version) == (2, None)
    assert set(one.work.aliases).isdisjoint(other.work.aliases)
    assert pair.items.find("10.1234/x") == 2
    assert sorted(pair.items.view()) == [1, 2]
    # The next refresh does not join them again, and each hears of itself.
    told = pair.items.absorb([BRIDGE, journal_paper(comment="c")], feed_id=1, at=LAST)
    assert (told.joins, pair.items.count()) == ((), 2)
    assert (pair.items.get(2).entry.comment, pair.items.get(1).entry.comment) == ("c", None)
    pair.history.undo(LAST)
    assert (pair.items.count(), pair.items.get(1).is_starred) == (1, True)


def test_a_merge_at_absorbing_is_split_by_its_names_and_that_is_undone(library: Library) -> None:
    library.items.absorb([BRIDGE], feed_id=1, at=NOW)
    library.items.absorb([journal_paper()], feed_id=2, at=NOW)
    library.triage.star(1, NOW)
    assert library.items.count() == 1
    before = library.items.get(1)
    parted = library.items.split(ARXIV, (), LATER)
    assert (parted.kept, parted.parted) == (1, 2)
    one, other = library.items.get(1), library.items.get(2)
    assert (one.work.aliases, other.work.aliases) == ((ARXIV,), (DOI, "feed-guid:2:x"))
    assert (one.entry.title, other.entry.link) == ("Paper 1", "https://doi.org/10.1234/x")
    assert [[seen.feed_id for seen in each.work.sightings] for each in (one, other)] == [[1], [2]]
    assert (one.is_starred, other.is_starred) == (True, False)
    library.items.absorb([BRIDGE], feed_id=1, at=LAST)
    library.items.absorb([journal_paper(title="Its words")], feed_id=2, at=LAST)
    assert [library.items.get(each).entry.title for each in (1, 2)] == ["Paper 1", "Its words"]
    library.history.undo(LAST)
    assert library.items.get(2).id == 1
    assert library.items.get(1).work.aliases == before.work.aliases


@pytest.mark.parametrize("is_first", [True, False])
def test_a_split_leaves_neither_with_the_link_of_the_other(
    library: Library, is_first: bool
) -> None:
    page, doi = "https://example.org/p", "https://doi.org/10.1234/x"
    links = [link_entry(link) for link in ((page, doi) if is_first else (doi, page))]
    library.items.absorb(links, feed_id=None, at=NOW)
    told = make_entry(aliases=(DOI, f"url:{page}"), link=page, origin="page")
    assert library.items.absorb([told], feed_id=None, at=LATER).joins == ((1, 2),)
    parted = library.items.split(DOI, (), LAST)
    found = {each.key: each.entry.link for each in map(library.items.get, (1, 2))}
    assert found == {DOI: doi, f"url:{page}": page}
    assert {parted.kept, parted.parted} == {1, 2}
    assert library.items.absorb([told], feed_id=None, at=LAST).joins == ()
    assert {each.key: each.entry.link for each in map(library.items.get, (1, 2))} == found


@pytest.mark.parametrize("name", [ARXIV, DOI, "feed-guid:2:x"])
def test_splitting_and_undoing_it_leaves_a_work_as_it_was(library: Library, name: str) -> None:
    library.items.absorb([BRIDGE], feed_id=1, at=NOW)
    library.items.absorb([journal_paper()], feed_id=2, at=LATER)
    before = library.items.get(1)
    library.items.split(ARXIV, [name], LAST)
    assert library.items.count() == 2
    library.history.undo(LAST)
    assert library.items.get(1) == before
    assert library.wait_for_index(10)
    assert list(library.items.view()) == [1]


@pytest.mark.parametrize(
    ("key", "names", "message"),
    [
        ("2605.00009", (), "there is nothing to split in arxiv:2605.00009"),
        ("2605.00001", ("10.9/none",), "arxiv:2605.00001 does not go by 10.9/none"),
        ("2605.00009", ("2605.00009",), "arxiv:2605.00009 has no other name to keep"),
        ("2605.00001", (), "arxiv:2605.00001 goes by 2 other names: doi:10.1234/x, pmid:7"),
    ],
)
def test_what_cannot_be_split_is_a_sentence(
    library: Library, key: str, names: tuple[str, ...], message: str
) -> None:
    library.items.absorb([make_entry(9)], feed_id=1, at=NOW)
    library.items.absorb([make_entry(1, aliases=(ARXIV, DOI, "pmid:7"))], feed_id=1, at=NOW)
    with pytest.raises(LibraryError) as error:
        library.items.split(key, names, LATER)
    assert error.value.message == message
    assert error.value.hint
    assert library.items.count() == 2
    with pytest.raises(UnknownKeyError):
        library.items.split("2605.77777", (), LATER)


def test_of_three_that_became_one_the_named_one_goes(library: Library) -> None:
    two(library)
    library.items.absorb([make_entry(1, aliases=("pmid:7",), origin="link")], feed_id=None, at=NOW)
    for number in (1, 2, 3):
        library.notes.write(number, f"note {number}", NOW)
    library.items.absorb([make_entry(1, aliases=(ARXIV, DOI, "pmid:7"))], feed_id=1, at=LATER)
    assert library.items.count() == 1
    assert library.notes.text(1) == "note 1\n\nnote 2\n\nnote 3"
    with pytest.raises(LibraryError) as error:
        library.items.split(ARXIV, (), LAST)
    assert "pmid:7" in error.value.message
    library.items.split("pmid:7", (), LAST)
    assert (library.notes.text(1), library.notes.text(3)) == ("note 1\n\nnote 2", "note 3")
    library.items.split(DOI, (), LAST)
    assert [library.notes.text(number) for number in (1, 2, 3)] == ["note 1", "note 2", "note 3"]


def test_what_was_joined_is_so_after_opening_again_with_an_index_that_missed_it(
    folder: Path,
) -> None:
    with Library.open(folder) as library:
        two(library)
        assert library.wait_for_index(10)
    index = (folder / "index.sqlite").read_bytes()
    with Library.open(folder) as library:
        bridge(library)
        assert library.wait_for_index(10)
    joined = (folder / "index.sqlite").read_bytes()
    (folder / "index.sqlite").write_bytes(index)
    with Library.open(folder) as library:
        assert list(library.items.view()) == [1]
        assert list(library.items.view(parse("paper", NOW))) == [1]
        assert library.wait_for_index(10)
        assert list(library.items.view()) == [1]
        library.history.undo(LAST)
    (folder / "index.sqlite").write_bytes(joined)
    with Library.open(folder) as library:
        assert sorted(library.items.view()) == [1, 2]
        assert library.wait_for_index(10)
        assert sorted(library.items.view()) == [1, 2]
        assert library.items.owners([DOI, "feed-guid:2:x"])["feed-guid:2:x"] == 2


ACTS = st.sampled_from(["star", "unstar", "note", "tag", "read", "skip", "card", "publish"])


def act(library: Library, what: str, item_id: int, number: int) -> None:
    slug = next((haul.slug for haul in library.hauls.all() if haul.state == "open"), None)
    match what:
        case "star":
            library.triage.star(item_id, NOW + timedelta(minutes=number))
        case "unstar":
            library.triage.unstar(item_id, NOW)
        case "note":
            library.notes.write(item_id, f"note {number}", NOW)
        case "tag":
            library.triage.tag([item_id], [f"tag{number % 3}"], [], NOW)
        case "read":
            library.triage.mark_read([item_id], number % 2 == 0, NOW)
        case "skip":
            library.triage.skip([item_id], number % 2 == 0, NOW)
        case "card":
            slug = slug or library.hauls.new_issue(None, NOW).slug
            library.hauls.add_card(slug, item_id, None, NOW)
        case "publish" if slug is not None:
            library.hauls.publish(slug, library.hauls.get(slug), NOW)


def state(library: Library) -> dict[str, object]:
    """What the person made, but for what joins are told by."""
    tables = ("marks", "notes", "read", "hauls", "coverage", "hidden")
    return {name: dict(library._journal.table(name).rows()) for name in tables}


@settings(max_examples=40)
@given(
    before=st.lists(st.tuples(ACTS, st.integers(1, 2)), max_size=8),
    since=st.lists(st.tuples(ACTS, st.just(1)), max_size=4),
)
def test_nothing_is_lost_by_joining_and_undo_and_split_give_it_back(
    before: list[tuple[str, int]],
    since: list[tuple[str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        two(library)
        for number, (what, item_id) in enumerate(before):
            act(library, what, item_id, number)
        works = [library.items.get(each).work for each in (1, 2)]
        was, apart = state(library), [library.items.get(each) for each in (1, 2)]
        texts = [library.notes.text(each) for each in (1, 2)]
        library.joins.join([(1, 2)], LATER)
        one = library.items.get(1)
        assert one.is_starred is any(item.is_starred for item in apart)
        assert one.is_read is any(item.is_read for item in apart)
        assert set(one.tags) == {tag for item in apart for tag in item.tags}
        assert all(text in library.notes.text(1) for text in texts)
        assert set(one.covered) == {slug for item in apart for slug in item.covered}
        assert all({card.item_id for card in haul.cards} <= {1} for haul in library.hauls.all())
        library.history.undo(LATER)
        assert state(library) == was
        assert [library.items.get(each).work for each in (1, 2)] == works
        library.history.redo(LATER)
        library.items.split(DOI, (), LAST)
        assert [library.items.get(each) for each in (1, 2)] == apart
        assert state(library)["notes"] == was["notes"]
        library.history.undo(LAST)
        for number, (what, item_id) in enumerate(since, 10):
            act(library, what, item_id, number)
        now = library.items.get(1)
        text = library.notes.text(1)
        library.items.split(DOI, (), LAST)
        ended = [library.items.get(each) for each in (1, 2)]
        assert [item.work for item in ended] == works
        assert now.is_starred is any(item.is_starred for item in ended)
        assert set(now.tags) == {tag for item in ended for tag in item.tags}
        assert all(
            part in "\n\n".join(map(library.notes.text, (1, 2))) for part in (text.split("\n\n"))
        )
        assert set(now.covered) == {slug for item in ended for slug in item.covered}
        assert library.care.check(lambda *_: None) == []


def test_a_join_inside_another_step_is_taken_back_with_it(pair: Library) -> None:
    with pair.step("capture", "a link", at=LATER):
        told = pair.items.take_in([BRIDGE], feed_id=None, at=LATER)
    assert told.joins == ((1, 2),)
    assert pair.items.count() == 1
    assert [step.verb for step in pair.history.history()] == ["capture"]
    pair.history.undo(LATER)
    assert sorted(pair.items.view()) == [1, 2]
