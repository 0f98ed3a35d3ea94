"""Which entries and known works are one, and which only look like it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.grouping import grouped, without_contested
from hauler_tui.domain.sameness import Told, may_be_one
from tests.factories import make_entry

A, B = "arxiv:2605.00001", "arxiv:2605.00002"
D, E = "doi:10.1234/d", "doi:10.1234/e"
U, V = "url:example.org/u", "url:example.org/v"
G, H = "feed-guid:1:g", "feed-guid:1:h"


def said(*names: str, title: str = "", origin: str = "feed") -> Entry:
    return make_entry(aliases=names, title=title, origin=origin)


def works(
    entries: Collection[Entry],
    *,
    known: Mapping[int, Entry] | None = None,
    feed_id: int | None = 1,
    apart: frozenset[int] = frozenset(),
    gone: Collection[int] = (),
) -> list[tuple[list[int], list[tuple[str, ...]]]]:
    """Each work's items and the names its entries are left with."""
    known = known or {}
    found = grouped(
        list(entries),
        feed_id=feed_id,
        owners={
            name: number for number in sorted(known, reverse=True) for name in known[number].aliases
        },
        known=lambda number: Told.of_entry(known[number], feed_id),
        gone=gone,
        are_apart=lambda some, others: bool(apart & {*some}) and bool(apart & {*others}),
    )
    return [(group.ids, [entry.aliases for _, entry in group.entries]) for group in found]


def test_a_name_in_common_makes_one_work_of_entries_and_items() -> None:
    known = {3: said(A), 5: said(D)}
    assert works([said(A, D)], known=known) == [([3, 5], [(A, D)])]
    assert works([said(U), said(U, V), said(V)]) == [([], [(U,), (U, V), (V,)])]


def test_an_entry_that_two_of_one_answer_are_linked_by_makes_all_of_them_one() -> None:
    assert works([said(A), said(D), said(A, D)]) == [([], [(A,), (D,), (A, D)])]


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        ((A, D), (B, D)),  # a DOI of proceedings
        ((A, U), (B, U)),
        ((D, U), (E, U)),  # two papers on one page
        (("pmid:1", D), ("pmid:2", D)),
        (("openreview:x", U), ("openreview:y", U)),
    ],
)
def test_strong_names_that_differ_part_what_a_weaker_one_would_join(
    mine: tuple[str, ...], yours: tuple[str, ...]
) -> None:
    known = {1: said(*mine)}
    assert works([said(*yours)], known=known) == [([], [yours[:1]])]
    assert works([said(*mine), said(*yours)]) == [([], [mine[:1]]), ([], [yours[:1]])]


def test_a_work_may_have_the_dois_of_a_preprint_and_of_a_journal() -> None:
    known = {1: said(D, title="A method"), 2: said(E, title="The method of it")}
    assert works([said(D, E, title="A method")], known=known) == [([1, 2], [(D, E)])]
    preprint = "doi:10.1101/2026.01.01.1"
    assert works([said(preprint, U)], known={1: said(D, U)}) == [([1], [(preprint, U)])]
    assert works([said(A, D)], known={1: said(A, E)}) == [([1], [(A, D)])]


def test_a_doi_joins_no_titles_that_have_no_word_in_common() -> None:
    known = {1: said(D, title="Proteins that fold")}
    assert works([said(D, V, title="On the moons of Mars")], known=known) == [([], [(V,)])]
    assert works([said(D, V, title="How proteins fold")], known=known) == [([1], [(D, V)])]
    # What a card or a person calls it says nothing against it.
    mine = said(D, title="My favourite", origin="card")
    assert works([mine], known=known, feed_id=None) == [([1], [(D,)])]


def test_what_another_title_keeps_the_doi_of_goes_by_the_doi_and_its_own_title() -> None:
    chinese = "受监管市场中的能源转型"
    known = {1: said(D, title=chinese)}
    english = "Energy Transitions in Regulated Markets"
    ((ids, [(guid, mark)]),) = works([said(D, G, title=english)], known=known)
    assert (ids, guid) == ([], G)
    assert mark.startswith("hash:")
    both = known | {2: said(H, mark, title=english)}
    again = said(D, "feed-guid:2:x", title="Regulated markets: in energy transitions")
    other = said(D, "feed-guid:2:x", title=english)
    assert works([other], known=both) == [([2], [("feed-guid:2:x", mark)])]
    assert works([again], known=both)[0][0] == []  # nearly the same is doubt
    assert works([said(D, A, title=english)], known=both) == [([], [(A,)])]
    # The same feed's other guid, a title that many may have, and a work known to be another.
    assert works([said(D, G, title=english)], known=both) == [([], [(G,)])]
    assert works([said(D, G, title="Editorial")], known=both) == [([], [(G,)])]
    linked = {**both, 3: said("feed-guid:2:x", title=english)}
    assert works([other], known=linked) == [([2, 3], [("feed-guid:2:x", mark)])]
    apart = works([other], known=linked, apart=frozenset({2, 3}))
    assert apart == [([3], [("feed-guid:2:x",)])]
    page = {1: said(D, title=chinese), 2: said(U, mark, title=english)}
    assert works([said(D, U, title=chinese)], known=page) == [([1], [(D,)])]
    assert works([other], known=both, gone=[2]) == [([], [("feed-guid:2:x",)])]


def test_what_a_feed_gives_to_all_its_items_is_no_name() -> None:
    titles = ("Bread", "Ships", "Stones")
    same_link = [said(U, f"feed-guid:1:{title}", title=title) for title in titles]
    assert [names for _, names in works(same_link)] == [[(f"feed-guid:1:{t}",)] for t in titles]
    same_guid = [said(G, f"url:example.org/{title}", title=title) for title in titles]
    assert [names for _, names in works(same_guid)] == [[(f"url:example.org/{t}",)] for t in titles]
    same_doi = [said(D, f"url:example.org/{title}", title=title) for title in titles]
    assert [names for _, names in works(same_doi)] == [[(f"url:example.org/{t}",)] for t in titles]
    same_all = [said(G, U, title=title) for title in titles]
    assert len(works(same_all)) == 3
    assert all(name.startswith("hash:") for _, [names] in works(same_all) for name in names)


@pytest.mark.parametrize("count", [2, 5])
def test_titles_of_their_own_tell_apart_what_one_address_is_given_to(count: int) -> None:
    assert len(works([said(G, U, title=f"Post {n}") for n in range(count)])) == count
    assert len(works([said(G, U, title=f"Post {n or ''}") for n in range(count + 1)])) == count + 1
    assert len(works([said(A, U, title="Post 1"), said(A, title="Post 2")])) == 1


def test_a_doi_given_to_titles_at_addresses_of_their_own_names_none_of_them() -> None:
    same_doi = [said(D, f"url:example.org/{n}", title=f"Editorial {n}") for n in range(2)]
    assert [names for _, names in works(same_doi)] == [
        [(f"url:example.org/{n}",)] for n in range(2)
    ]
    first = {1: said(D, U, title="Editorial 1"), 2: said(V, title="Editorial 2")}
    assert works([said(D, V, title="Editorial 2")], known=first) == [([2], [(V,)])]
    longer = [said(D, U, title="On bread"), said(D, V, title="On bread: a method")]
    assert len(works(longer)) == 1
    assert len(works([said(D, U, title="On bread 1"), said(D, title="On bread 2")])) == 1


def test_what_has_only_shared_names_is_known_again_by_its_words() -> None:
    ((_, [(name,)]), *_) = works([said(G, U, title=title) for title in ("Bread", "Ships", "Sand")])
    again = said(G, U, title="Bread")
    assert works([again], known={7: said(name, title="Bread")}) == [([7], [(G, U)])]


def test_what_has_only_shared_names_is_known_again_when_its_text_has_changed() -> None:
    def told(*posts: tuple[str, str]) -> list[Entry]:
        shared = [make_entry(aliases=(G, U), title=title, abstract=text) for title, text in posts]
        return list(without_contested(shared, 1))

    before = told(("Post 1", "a"), ("Post 2", "b"), ("Post 3", "c"))
    after = told(("Post 1", "new"), ("Post 2", "b"), ("Post 3", "new"))
    assert [ids for ids, _ in works(after, known=dict(enumerate(before)))] == [[0], [1], [2]]
    # Of two by one title the text alone tells which it is.
    twice = told(("Post 1", "a"), ("Post 1", "b"), ("Post 3", "c"))
    assert len({entry.aliases for entry in twice}) == 3
    assert [len(entry.aliases) for entry in twice] == [1, 1, 2]


def test_an_item_told_twice_in_one_answer_is_one() -> None:
    assert len(works([said(G, U, title="Bread"), said(G, U, title="Bread, again")])) == 1
    assert len(works([said(G, U, title="Bread"), said(H, U, title="Bread")])) == 1


def test_a_post_of_the_same_address_under_a_new_guid_is_the_same_post() -> None:
    known = {1: said(G, U, title="Bread")}
    assert works([said(H, U, title="Bread")], known=known) == [([1], [(H, U)])]
    assert works([said(H, U, title="Ships")], known=known) == [([], [(H,)])]


def test_items_kept_apart_are_not_joined_and_each_hears_of_itself() -> None:
    known = {1: said(A), 2: said(D, V)}
    apart = frozenset({1, 2})
    assert works([said(A, D)], known=known, apart=apart) == [([1], [(A,)])]
    assert works([said(D, V)], known=known, apart=apart) == [([2], [(D, V)])]


def test_what_was_let_go_is_only_meant_where_nothing_living_is() -> None:
    known = {1: said(U), 2: said(V)}
    assert works([said(U, V)], known=known, gone={1}) == [([2], [(U, V)])]
    assert works([said(U)], known=known, gone={1}) == [([1], [(U,)])]


NAMES = st.sampled_from([A, B, D, E, U, V, G, H, "pmid:1", "pmid:2", "openreview:x"])
TITLES = st.sampled_from(["", "Bread", "Ships", "Bread and ships", "Moons of Mars"])
ENTRIES = st.builds(
    lambda names, title: said(*sorted(names), title=title),
    st.sets(NAMES, min_size=1, max_size=4),
    TITLES,
)


@given(st.lists(ENTRIES, max_size=8), st.lists(ENTRIES, max_size=3), st.sampled_from([1, None]))
def test_no_answer_whatever_it_says_makes_one_work_of_two_papers(
    entries: list[Entry], items: list[Entry], feed_id: int | None
) -> None:
    known = dict(enumerate(items, 1))
    found = works(entries, known=known, feed_id=feed_id)
    assert sum(len(told) for _, told in found) == len(entries)
    joined = [number for ids, _ in found for number in ids]
    assert len(joined) == len(set(joined))
    for ids, told in found:
        names = [set(known[number].aliases) for number in ids] + [set(each) for each in told]
        assert all(names)
        for kind in ("arxiv:", "pmid:", "openreview:"):
            had = {
                name
                for entry in (*entries, *items)
                for name in entry.aliases
                if name.startswith(kind)
            }
            if all(
                len([n for n in e.aliases if n.startswith(kind)]) < 2 for e in (*entries, *items)
            ):
                assert len({n for each in names for n in each} & had) <= 1


@given(st.lists(ENTRIES, min_size=2, max_size=2), st.integers(1, 3))
def test_whether_two_may_be_one_is_the_same_either_way(pair: list[Entry], feed_id: int) -> None:
    one, other = (Told.of_entry(entry, feed_id) for entry in pair)
    assert may_be_one(one, other) == may_be_one(other, one)
