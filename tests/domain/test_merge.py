"""Another sighting of a work adds to what is known and never takes away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.entry import Announce, Entry
from hauler_tui.domain.item import Sighting, Work
from hauler_tui.domain.merge import merge, new_work, strongest
from hauler_tui.domain.query_terms import is_withdrawn

DAY = datetime(2026, 11, 2, tzinfo=UTC)
FULL = "The whole abstract, which goes on for more than one sentence. This is the second."


def entry(**changes: object) -> Entry:
    base = Entry(
        title="A title",
        link="https://arxiv.org/abs/2406.13121",
        aliases=("arxiv:2406.13121",),
        authors=("A. Author",),
        abstract=FULL,
        categories=("cs.CL",),
        announce="new",
        version=1,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def sighting(feed_id: int | None, announce: Announce | None = None, day: int = 0) -> Sighting:
    return Sighting(feed_id=feed_id, announce=announce, seen_at=DAY + timedelta(days=day))


def merged(*pairs: tuple[Entry, Sighting]) -> Work:
    work = new_work(*pairs[0])
    for pair in pairs[1:]:
        work = merge(work, *pair)
    return work


ANNOUNCES = st.sampled_from([None, "new", "cross", "replace", "replace-cross"])
ENTRIES = st.builds(
    Entry,
    title=st.sampled_from(["", "A title", "A title that is longer"]),
    link=st.sampled_from(["", "https://a.org/1", "https://a.org/2"]),
    aliases=st.lists(
        st.sampled_from(["arxiv:2406.13121", "doi:10.1/a", "url:https://a.org/1", "feed-guid:1:x"]),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(tuple),
    abstract=st.sampled_from(["", FULL, FULL[:40] + "…", "Something else"]),
    categories=st.lists(st.sampled_from(["cs.CL", "cs.LG"]), unique=True).map(tuple),
    announce=ANNOUNCES,
    version=st.none() | st.integers(1, 3),
    origin=st.sampled_from(["feed", "page", "card", "link"]),
    published=st.none() | st.integers(-3, 3).map(lambda day: DAY + timedelta(days=day)),
)
SIGHTINGS = st.builds(sighting, st.none() | st.integers(1, 3), ANNOUNCES, st.integers(0, 5))
PAIRS = st.tuples(ENTRIES, SIGHTINGS)


@given(PAIRS, st.lists(PAIRS, max_size=4))
def test_the_same_sighting_twice_changes_nothing(
    first: tuple[Entry, Sighting], others: list[tuple[Entry, Sighting]]
) -> None:
    work = merged(first, *others)
    last = others[-1] if others else first
    assert merge(work, *last) == merge(merge(work, *last), *last)


@given(st.lists(PAIRS, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_sightings_does_not_matter_to_what_adds_up(
    pairs: list[tuple[Entry, Sighting]], random: Random
) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    one, other = merged(*pairs), merged(*shuffled)
    for part in ("key", "aliases", "sightings", "versions", "first_seen"):
        assert getattr(one, part) == getattr(other, part)
    assert set(one.entry.categories) == set(other.entry.categories)
    assert one.entry.published == other.entry.published
    assert one.entry.version == other.entry.version


@given(PAIRS, PAIRS)
def test_no_name_is_ever_lost_and_the_fuller_text_stays(
    first: tuple[Entry, Sighting], second: tuple[Entry, Sighting]
) -> None:
    work = merged(first, second)
    assert set(work.aliases) == {*first[0].aliases, *second[0].aliases}
    assert work.key == work.aliases[0] == work.entry.aliases[0]
    for part in ("title", "abstract", "link"):
        given_parts = [getattr(first[0], part), getattr(second[0], part)]
        assert getattr(work.entry, part) in given_parts
        assert bool(getattr(work.entry, part)) == any(given_parts)


def test_a_paper_from_two_feeds_and_by_hand_lists_its_three_sources() -> None:
    work = merged(
        (entry(announce="cross"), sighting(2, "cross", 1)),
        (entry(announce="new"), sighting(1, "new", 0)),
        (entry(title="", abstract="", origin="link", version=None), sighting(None, None, 2)),
    )
    assert [seen.feed_id for seen in work.sightings] == [1, 2, None]
    assert work.entry.announce == "new"
    assert work.entry.abstract == FULL
    assert work.first_seen == DAY


def test_one_feed_counts_once_with_its_strongest_announce_type() -> None:
    work = merged(
        (entry(), sighting(1, "new", 0)),
        (entry(version=2, announce="replace", title="New title"), sighting(1, "replace", 3)),
    )
    assert work.sightings == (sighting(1, "new", 0),)
    assert [version.number for version in work.versions] == [1, 2]
    assert work.versions[1].seen_at == DAY + timedelta(days=3)
    assert work.entry.title == "New title"


def test_an_older_version_read_later_replaces_no_words() -> None:
    work = merged(
        (entry(version=2, title="New"), sighting(1)), (entry(version=1, title="Old"), sighting(2))
    )
    assert work.entry.title == "New"
    assert work.entry.version == 2


def test_a_feed_is_believed_before_a_page_a_card_and_a_link() -> None:
    work = merged(
        (entry(origin="link", title="link"), sighting(None)),
        (entry(origin="card", title="card"), sighting(None)),
        (entry(origin="feed", title="feed", version=None), sighting(1)),
        (entry(origin="page", title="page"), sighting(None)),
    )
    assert work.entry.title == "feed"


def test_a_cut_text_never_replaces_the_whole_one() -> None:
    cut = entry(abstract=FULL[:50] + "…", version=2)
    assert merged((entry(), sighting(1)), (cut, sighting(1))).entry.abstract == FULL
    assert merged((cut, sighting(1)), (entry(), sighting(1))).entry.abstract == FULL
    half = entry(abstract=FULL[:50])
    assert merged((entry(), sighting(1)), (half, sighting(1))).entry.abstract == FULL


def test_a_source_may_correct_its_own_words() -> None:
    corrected = entry(title="A titel, corrected", abstract="A rewritten abstract. " * 3)
    work = merged((entry(), sighting(1)), (corrected, sighting(1)))
    assert work.entry.title == "A titel, corrected"
    assert work.entry.abstract == corrected.abstract


def words(work: Work) -> tuple[object, ...]:
    """What a person reads of a work."""
    entry = work.entry
    return entry.title, entry.abstract, entry.authors, entry.link, entry.version, entry.doi


NOTICE = "This paper has been withdrawn by the author\n due to an error in Lemma 2."


def test_the_notice_of_a_withdrawal_leaves_the_abstract_that_was_and_marks_the_work() -> None:
    notice = entry(abstract=NOTICE, version=2, announce="replace")
    work = merged((entry(), sighting(1)), (notice, sighting(1, day=1)), (notice, sighting(2)))
    assert work.entry.abstract == FULL
    assert work.entry.comment == " ".join(NOTICE.split())
    assert is_withdrawn(work.entry)
    told = replace(notice, comment="5 pages")
    assert merged((entry(), sighting(1)), (told, sighting(1))).entry.comment == (
        f"5 pages; {' '.join(NOTICE.split())}"
    )
    said = replace(notice, comment="Withdrawn: wrong")
    assert merged((entry(), sighting(1)), (said, sighting(1))).entry.comment == "Withdrawn: wrong"


def test_a_version_after_the_withdrawal_takes_the_mark_away() -> None:
    notice, again = entry(abstract=NOTICE, version=2), entry(abstract="Mended. " + FULL, version=3)
    work = merged((entry(), sighting(1)), (notice, sighting(1)), (again, sighting(1)))
    assert work.entry.abstract == again.abstract
    assert not is_withdrawn(work.entry)
    late = merged((again, sighting(1)), (notice, sighting(1)))
    assert not is_withdrawn(late.entry)


def test_a_work_of_which_only_the_withdrawal_is_known_says_so_until_its_abstract_comes() -> None:
    notice = entry(abstract=NOTICE, version=2)
    assert merged((notice, sighting(1))).entry.abstract == NOTICE
    work = merged((notice, sighting(1)), (entry(), sighting(2)))
    assert work.entry.abstract == FULL
    assert is_withdrawn(work.entry)


def test_two_feeds_that_word_it_differently_do_not_take_turns() -> None:
    one = (entry(abstract="A short teaser.", version=None), sighting(1))
    two = (entry(abstract=FULL, version=None), sighting(2))
    settled = merged(one, two)
    for work in (merge(settled, *one), merge(settled, *two), merged(two, one)):
        assert words(work) == words(settled)


def test_new_is_the_strongest_announce_type() -> None:
    assert strongest(("replace-cross", None, "replace", "cross", "new")) == "new"
    assert strongest(("replace-cross", "replace")) == "replace"
    assert strongest((None,)) is None
