"""A view gives exactly what a plain scan with the query itself gives, whatever state it is in."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hauler_tui.domain.item import Item
from hauler_tui.domain.query import Facts, Query, QueryError, dated, parse, tokens
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import sort_key
from hauler_tui.library.library import Library
from hauler_tui.library.read_marks import Bitmaps
from hauler_tui.library.search.bounds import Personal
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Described, Position
from hauler_tui.library.search.listed import Listed
from hauler_tui.library.search.ordering import Unindexed
from hauler_tui.library.search.queries import answers
from hauler_tui.library.search.scanner import Scanner
from hauler_tui.library.search.scanworker import Scan
from tests.factories import NOW, make_entry
from tests.library.conftest import fill

WORDS = (
    "graph", "graphs", "Graph-based", "élan", "elan", "Ωmega", "ı", "straße", "STRASSE",
    "über_all", "中文", "naïve", "r\u0301esume\u0301", "a", "x²", "$\\alpha$", "α", "10.5", "don't",
    "🙂", "\u0345", "ﬁne", "K", "İstanbul", "C++", "--", "é" * 230,
)  # fmt: skip
WORD = st.sampled_from(WORDS)
TEXT = st.lists(WORD, max_size=6).map(" ".join)
FIELDS = ("title", "author", "abstract", "note", "tag", "feed", "cat", "lane", "haul", "link")
FLAGS = (
    "unread", "read", "starred", "noted", "skipped", "covered", "new", "cross", "replaced",
    "withdrawn",
)  # fmt: skip

ENTRY = st.fixed_dictionaries(
    {
        "title": TEXT,
        "abstract": TEXT | st.just("This paper has been withdrawn"),
        "authors": st.lists(TEXT, max_size=3).map(tuple),
        "categories": st.lists(
            st.sampled_from(["cs.CL", "cs", "stat.ML", "cs.", "CS.cl"]), max_size=2
        ).map(tuple),
        "announce": st.sampled_from(["new", "cross", "replace", "replace-cross", None]),
        "version": st.sampled_from([None, 1, 2]),
        "published": st.none() | st.integers(-40, 5).map(lambda days: NOW + timedelta(days=days)),
    }
)

TERM = st.one_of(
    WORD,
    WORD.map(lambda word: f'"{word}"'),
    st.tuples(WORD, WORD).map(lambda pair: f'"{pair[0]} {pair[1]}"'),
    st.tuples(st.sampled_from(FIELDS), WORD).map(":".join),
    st.tuples(st.sampled_from(FIELDS), WORD, WORD).map(lambda p: f'{p[0]}:"{p[1]} {p[2]}"'),
    st.sampled_from(FLAGS).map("is:{}".format),
    st.sampled_from(
        [
            "since:7d",
            "before:3d",
            "on:today",
            "feed:1",
            "feed:2",
            "feed:Second",
            "cat:cs",
            "cat:cs.cl",
            "haul:first",
            "lane:papers",
            "lane:com",
            "tag:élan",
            "/gr.ph/",
            "/^$/",
            "link:2605.00003",
            "link:arxiv",
            "arxiv:2605.00001",
            "haul:one-1",
        ]
    ),
)
QUERY = st.recursive(
    TERM,
    lambda inner: st.one_of(
        inner.map("-({})".format),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' or '.join(parts)})"),
    ),
    max_leaves=5,
)
SORT = st.sampled_from(["", " sort:date", " sort:title", " sort:score"])


def scan(library: Library, query: Query) -> list[int]:
    """What the view must give, by reading every item and asking the query."""
    found: list[Item] = []
    for item_id in library._works.ids():
        item = library.items.get(item_id)
        if query.matches(facts(library, item)):
            found.append(item)
    found.sort(key=lambda item: (dated(item), item.id), reverse=True)
    if query.sort == "title":
        found.sort(key=lambda item: sort_key(Listed.of(item.id, item.work).title))
    if query.sort == "score":
        found.sort(key=lambda item: -hits(query, item))
    return [item.id for item in found]


def hits(query: Query, item: Item) -> int:
    words = tokens(to_unicode(item.entry.title))
    return sum(
        any(word.startswith(part) if is_prefix else word == part for word in words)
        for part, is_prefix in query.words()
    )


def facts(library: Library, item: Item) -> Facts:
    note = library.notes.get(item.id)
    feeds = {feed.id: feed.title for feed in library.feeds.all()}
    lanes = [
        card.lane for haul in library.hauls.all() for card in haul.cards if card.item_id == item.id
    ]
    return Facts(
        item=item,
        note=note.text if note else None,
        feed_titles=tuple(
            feeds[seen.feed_id] for seen in item.work.sightings if seen.feed_id in feeds
        ),
        lanes=tuple(dict.fromkeys(lanes)),
    )


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[object, ...]]:
    item = st.integers(1, 6)
    return draw(
        st.lists(
            st.one_of(
                st.tuples(st.just("entry"), st.sampled_from([None, 1, 2]), item, ENTRY),
                st.tuples(st.just("read"), item),
                st.tuples(st.just("star"), item),
                st.tuples(st.just("skip"), item),
                st.tuples(st.just("tag"), item, WORD),
                st.tuples(st.just("note"), item, TEXT),
                st.tuples(st.just("join"), item, item),
                st.tuples(st.just("split"), item),
                st.tuples(st.just("undo")),
                st.tuples(st.just("publish")),
                st.tuples(st.just("index")),
            ),
            min_size=3,
            max_size=14,
        )
    )


def apply(library: Library, change: tuple[object, ...]) -> None:
    verb, *rest = change
    highest = library._works.highest()
    if verb == "entry":
        feed_id, number, fields = rest
        library.items.absorb([make_entry(number, **fields)], feed_id=feed_id, at=NOW)  # type: ignore[arg-type]
    elif verb == "undo":
        library.history.undo(NOW)
    elif verb == "index":
        assert library.wait_for_index(10)
    elif verb == "publish":
        issue = library.hauls.open_issue()
        if issue is not None:
            library.hauls.publish(issue.slug, issue, NOW)
    elif verb == "join":
        alone = {library._works.survivor(each) for each in rest if each <= highest}  # type: ignore[operator, arg-type]
        if len(alone) == 2:
            library.joins.join([(min(alone), max(alone))], NOW)
    elif verb == "split":
        parts = [each for each in library._works.joined.into if each >= rest[0]]  # type: ignore[operator]
        if parts:
            library.joins.part(parts[0], NOW)
    elif rest[0] <= highest:  # type: ignore[operator]
        item_id: int = rest[0]  # type: ignore[assignment]
        if verb == "read":
            library.triage.mark_read([item_id], not library.items.is_read(item_id), NOW)
        elif verb == "star":
            library.triage.star(item_id, NOW, again=True)
        elif verb == "skip":
            library.triage.skip([item_id], not library.items.get(item_id).is_skipped, NOW)
        elif verb == "tag":
            library.triage.tag([item_id], [str(rest[1])], [], NOW)
        elif verb == "note":
            library.notes.write(item_id, str(rest[1]), NOW)


@contextmanager
def indexing_stopped(state: str) -> Iterator[None]:
    """Keep the index from taking in anything, or what comes after item 3."""
    put = Index._put

    def put_some(self: Index, batch: Sequence[Described], reach: Position) -> None:
        if state == "behind" or max(item.item_id for item in batch) > 3:
            raise sqlite3.OperationalError("database or disk is full")
        put(self, batch, reach)

    def refuse(_: Index) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.MonkeyPatch.context() as patched:
        if state in ("behind", "half"):
            patched.setattr("hauler_tui.library.search.index._BATCH", 1)
            patched.setattr(Index, "_put", put_some)
        if state == "broken":
            patched.setattr(Index, "reset", refuse)
        patched.setattr(Scanner, "_exchange", answered_here)
        yield


def answered_here(scanner: Scanner, line: bytes, stop: Callable[[], bool]) -> bytes:
    """What the process would answer, without one."""
    scan = Scan(scanner._directory)
    answer = json.dumps(scan.answer(json.loads(line))).encode()
    scan.close()
    return answer


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=False
)
@given(
    done=changes(),
    texts=st.lists(st.tuples(QUERY, SORT).map("".join), min_size=1, max_size=12),
    state=st.sampled_from(["whole", "catching up", "behind", "half", "broken"]),
)
def test_a_view_equals_a_plain_scan(
    done: list[tuple[object, ...]], texts: list[str], state: str
) -> None:
    """Random libraries, random queries, in whatever state the index is.

    Every answer before the last one is a part of it.
    """
    with (
        indexing_stopped(state),
        tempfile.TemporaryDirectory() as place,
        Library.open(Path(place) / "library") as library,
    ):
        library.feeds.add("https://example.org/1.xml", title="First élan", at=NOW)
        library.feeds.add("https://example.org/2.xml", title="Second graph", at=NOW)
        library.hauls.add_series(title="One {n}", slug="one-{n}", at=NOW)
        for change in done:
            if change != ("index",) or state in ("whole", "catching up"):
                apply(library, change)
        if state == "whole":
            assert library.wait_for_index(10)
        if state == "broken":
            library._index.is_broken = True
        for text in texts:
            try:
                query = parse(text, NOW)
            except QueryError:
                continue
            *beginnings, last = map(list, library.items.answers(query))
            assert last == scan(library, query), text
            assert all(set(last).issuperset(beginning) for beginning in beginnings)
            assert list(library.items.view(query)) == last


def test_a_word_may_stand_in_the_abstract_and_another_in_the_note(filled: Library) -> None:
    filled.notes.write(2, "a remark on elephants", NOW)
    assert filled.wait_for_index(10)
    assert list(filled.items.view(parse("eleph about", NOW))) == [2]


def test_the_index_lets_the_query_read_nothing_when_the_sets_are_exact(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare word, a flag, a date and a field are answered without decoding an item."""
    assert filled.wait_for_index(10)
    filled.triage.star(3, NOW)
    asked: list[Facts] = []

    def counted(self: Query, facts: Facts) -> bool:
        asked.append(facts)
        return True

    monkeypatch.setattr(Query, "matches", counted)
    text = "paper is:starred since:2020-01-01 title:paper feed:1 cat:cs -is:read or tag:none"
    assert list(filled.items.view(parse(text, NOW))) == [3]
    assert not asked


def test_a_search_that_is_no_longer_wanted_stops(library: Library) -> None:
    fill(library, 200)
    assert library.wait_for_index(10)
    asked = iter([False, True])
    found = library.items.view(parse("abstract:about", NOW), stop=lambda: next(asked, True))
    assert 0 < len(found) < 200


@pytest.mark.parametrize("text", ["", "paper", "pap -is:read", '"paper"', "abstract:about"])
def test_the_beginning_of_an_answer_comes_first_and_in_its_order(
    library: Library, text: str
) -> None:
    fill(library, 600)
    assert library.wait_for_index(10)
    query = parse(text, NOW) if text else None
    found = [list(ids) for ids in library.items.answers(query)]
    assert len(found) > 1
    assert all(found[-1][: len(ids)] == ids for ids in found)
    assert sum(map(bool, found)) == len(found) or not found[0]
    assert found[-1] == list(range(600, 0, -1))


def test_while_everything_waits_the_latest_items_are_found_first(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Index, "_put", lambda *_: stop_indexing())
    fill(library, 700)
    first, *_, last = library.items.answers(parse("about", NOW))
    assert 0 < len(first) < 700
    assert list(first) == list(range(700, 700 - len(first), -1))
    assert len(last) == 700
    assert library.index_progress == (0, 700)


def stop_indexing() -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_nothing_is_waited_for_when_the_index_has_seen_everything(filled: Library) -> None:
    assert filled.wait_for_index(10)
    assert filled.index_progress is None


@pytest.mark.parametrize("settled", [True, False])
def test_what_is_hidden_is_in_no_answer(
    filled: Library, settled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled.wait_for_index(10)
    hidden = Bitmaps(filled._journal, "hidden")
    filled._journal.subscribe(lambda tables: forget(hidden.notice(tables["hidden"])))
    with filled.step("hide", "2 items", at=NOW):
        hidden.change([2, 4], True)
    items = filled.items
    personal = Personal(
        marks=items._marks,
        read_marks=items._read_marks,
        notes=items._notes,
        issues=items._issues,
        feed_ids=items._feed_ids,
        feed_titles=items._feed_titles,
        hidden=hidden,
    )
    works = Unindexed(
        facts=items._facts, said=items._said, dates=items._backlog.dates, tried=items._try
    )
    waiting = () if settled else (1, 2, 3)
    for text in ("", "paper", "is:unread", "/paper/", "-title:none"):
        query = parse(text, NOW) if text else None
        *_, last = answers(query, filled._index, waiting, personal, works, lambda: False)
        assert list(last) == [5, 3, 1], text


def forget(_: object) -> None:
    """Nothing, which is what a subscriber returns."""


def test_the_plain_view_hides_what_was_skipped_and_a_query_does_not(filled: Library) -> None:
    filled.triage.skip([4], True, NOW)
    assert list(filled.items.view()) == [5, 3, 2, 1]
    assert list(filled.items.view(parse("paper", NOW))) == [5, 4, 3, 2, 1]
    assert not filled.items.fits(4)
    assert filled.items.fits(4, parse("is:skipped", NOW))


def test_items_are_listed_newest_first_and_by_id_among_equals(library: Library) -> None:
    days = (3, 1, 3, 2)
    entries = [
        make_entry(number, published=NOW - timedelta(days=day))
        for number, day in enumerate(days, 1)
    ]
    library.items.absorb(entries, feed_id=None, at=NOW)
    expected = [2, 4, 3, 1]
    assert list(library.items.view()) == expected
    assert library.wait_for_index(10)
    assert list(library.items.view()) == expected
