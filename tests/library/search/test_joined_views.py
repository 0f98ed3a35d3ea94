"""Views, names and counts while items become one and two again."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.library.search.test_queries import apply, indexing_stopped, scan

NUMBER = st.integers(1, 5)
CHANGE = st.one_of(
    st.tuples(st.just("join"), NUMBER, NUMBER),
    st.tuples(st.just("join"), NUMBER, NUMBER),
    st.tuples(st.just("split"), NUMBER),
    st.tuples(
        st.just("entry"),
        st.sampled_from([None, 1, 2]),
        NUMBER,
        st.fixed_dictionaries({"title": st.sampled_from(["graph", "Ships"])}),
    ),
    st.tuples(st.sampled_from(["read", "star", "skip"]), NUMBER),
    st.tuples(st.just("tag"), NUMBER, st.sampled_from(["one", "two"])),
    st.tuples(st.just("note"), NUMBER, st.sampled_from(["naïve", "sharp"])),
    st.tuples(st.sampled_from(["undo", "redo", "publish", "index", "reopen"])),
)
QUERIES = [
    "graph", "ships or naïve", "naïve", '"paper 3"', "tag:two", "is:starred", "is:unread", "feed:2",
    "is:covered", "/sh.r?p/", "link:2605.00003", "sort:title", "lane:papers", "abstract:about",
]  # fmt: skip


@settings(max_examples=40)
@given(
    done=st.lists(CHANGE, min_size=2, max_size=14),
    state=st.sampled_from(["whole", "catching up", "behind", "broken"]),
)
def test_every_answer_is_of_the_items_that_stand_alone_now(
    done: list[tuple[object, ...]], state: str
) -> None:
    with indexing_stopped(state), tempfile.TemporaryDirectory() as place:
        library = Library.open(Path(place))
        library.feeds.add("https://example.org/1.xml", title="First", at=NOW)
        library.feeds.add("https://example.org/2.xml", title="Second", at=NOW)
        library.items.absorb([make_entry(number) for number in range(1, 5)], feed_id=1, at=NOW)
        library.items.absorb([make_entry(5)], feed_id=2, at=NOW)
        for change in done:
            match change:
                case ("redo",):
                    library.history.redo(NOW)
                case ("reopen",):
                    library.close()
                    library = Library.open(Path(place))
                case ("index",) if state in ("behind", "broken"):
                    continue
                case _:
                    apply(library, change)
            library.items.owners(f"arxiv:2605.{number:05}" for number in range(1, 6))
        with library:
            library._index.is_broken |= state == "broken"
            assert state != "whole" or library.wait_for_index(10)
            alone = sorted(library._works.ids())
            assert library.items.count() == len(alone)
            assert len({library.items.get(each).id for each in range(1, 6)}) == len(alone)
            for text in QUERIES:
                query = parse(text, NOW)
                assert list(library.items.view(query)) == scan(library, query), text
            for number in range(1, 6):
                owner = library.items.find(f"2605.{number:05}")
                assert owner == library.items.get(number).id
            rows = {row.id: row for row in library.items.rows(range(1, 6))}
            assert rows == {
                each: replace(rows[library.items.survivor(each)], id=each) for each in range(1, 6)
            }
            if state == "whole":
                assert library.care.check_index(0) == []
