"""Queries mean what they say, and a mistake is shown under a caret."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.item import Item, Sighting, Version, Work
from hauler_tui.domain.query import Facts, Query, QueryError, dated, is_withdrawn, parse, tokens

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)

ENTRY = Entry(
    title=r"Schr\"odinger Bridges and $\alpha$-Divergences for GPT-4",
    link="https://arxiv.org/abs/2406.13121",
    aliases=("arxiv:2406.13121",),
    authors=("Jane Q. Müller", "Bo Chen"),
    abstract="Neural networks learn slowly.\nWe make them faster.",
    published=datetime(2026, 11, 20, 5, tzinfo=UTC),
    categories=("cs.CL", "stat.ML"),
)
ITEM = Item(
    id=1,
    work=Work(
        key="arxiv:2406.13121",
        aliases=("arxiv:2406.13121", "doi:10.1000/x"),
        entry=ENTRY,
        sightings=(Sighting(feed_id=3, announce="new", seen_at=NOW),),
        versions=(Version(number=1, seen_at=NOW),),
        first_seen=NOW,
    ),
    tags=("To Read",),
    covered=("ml-arxiv-26",),
)
FACTS = Facts(
    item=ITEM, note="Compare with **Mamba**.", feed_titles=("arXiv cs.CL",), lanes=("Papers",)
)


def found(text: str, facts: Facts = FACTS) -> bool:
    return parse(text, NOW).matches(facts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "()",
        "schrodinger",
        "SCHRÖDINGER bridge",
        "neur",
        "mamba",
        "read",
        "muller",
        "gpt-4",
        "gpt",
        '"neural networks"',
        '"learn slowly we make"',
        "“neural networks”",
        "bridges and divergences",
        "bridges AND divergences",
        "nothing or neural",
        "nothing OR (neural bridges)",
        "-nothing",
        "--neural",
        "-(nothing or other)",
        '-"networks neural"',
        "title:bridge",
        'title:"alpha divergences" or title:"α divergences"',
        "author:muller",
        'author:"Bo Chen"',
        "abstract:faster",
        "note:mamba",
        'tag:"to read"',
        "feed:3",
        "feed:cs",
        "cat:cs.cl",
        "cat:cs",
        "lane:paper",
        "haul:ml-arxiv-26",
        "haul:ml-arxiv",
        "link:arxiv.org",
        "link:https://arxiv.org/pdf/2406.13121v2",
        "https://huggingface.co/papers/2406.13121",
        "arxiv:2406.13121",
        "doi:10.1000/X",
        "is:unread",
        "is:noted",
        "is:covered",
        "is:new",
        "-is:starred",
        "since:7d",
        "since:2026-11-20",
        "since:2026-11",
        "before:today",
        "before:2026-11-21",
        "on:2026-11-20",
        "on:2026-11",
        "on:2026",
        "on:2d",
        "/net\\w+s/",
        "/SCHR.dinger/",
        "-/nothing/",
        "(/neural/)",
        "BERT: or neural",
        "sort:title neural",
        "- or neural",
        "(neural (bridges))",
    ],
)
def test_these_find_the_item(text: str) -> None:
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "ural",
        "nothing",
        "neural nothing",
        '"networks neural"',
        '"neural network"',
        "title:neural",
        "title:mamba",
        "author:neural",
        'author:"Q. Chen"',
        "abstract:bridge",
        "note:neural",
        "tag:read",
        "feed:4",
        "cat:cs.c",
        "cat:math",
        "haul:ml-arxiv-2",
        "link:biorxiv",
        "is:read",
        "is:starred",
        "is:skipped",
        "is:cross",
        "is:replaced",
        "is:withdrawn",
        "since:today",
        "since:1d",
        "before:2026-11-20",
        "on:yesterday",
        "/^networks/",
        "-neural",
        "-(neural or nothing)",
        "nothing or -neural",
        "doi:10.1000/y",
    ],
)
def test_these_do_not_find_the_item(text: str) -> None:
    assert not found(text)


def test_states_of_an_item() -> None:
    starred = replace(ITEM, is_read=True, starred_at=NOW, is_skipped=True, covered=())
    assert found("is:read is:starred is:skipped -is:covered", Facts(item=starred))
    assert not found("is:noted", Facts(item=starred, note="  \n"))
    work = replace(
        ITEM.work,
        versions=(*ITEM.work.versions, Version(number=2, seen_at=NOW)),
        entry=replace(ENTRY, comment="This paper has been withdrawn by the author"),
    )
    assert found("is:replaced is:withdrawn", Facts(item=replace(ITEM, work=work)))
    crossed = replace(ITEM.work, sightings=(Sighting(feed_id=1, announce="cross", seen_at=NOW),))
    assert found("is:cross -is:new", Facts(item=replace(ITEM, work=crossed)))


def test_an_item_is_listed_under_the_earlier_of_its_two_times() -> None:
    assert dated(ITEM) == ENTRY.published
    later = replace(ITEM.work, entry=replace(ENTRY, published=NOW + timedelta(days=1)))
    assert dated(replace(ITEM, work=later)) == NOW


@pytest.mark.parametrize(
    ("abstract", "comment", "expected"),
    [
        ("This paper has been withdrawn due to an error.", None, True),
        ("", "Withdrawn: wrong proof", True),
        ("The withdrawn troops", "12 pages", False),
    ],
)
def test_a_withdrawn_preprint_is_guessed_from_its_words(
    abstract: str, comment: str | None, expected: bool
) -> None:
    assert is_withdrawn(replace(ENTRY, abstract=abstract, comment=comment)) is expected


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("WITHDRAWN: Training moss", "", True),
        ("[Withdrawn] Training moss", "", True),
        ("Training moss", "The authors have withdrawn this manuscript.", True),
        ("Training moss", "Withdrawal Statement: The authors have withdrawn their article", True),
        ("Training moss", "bioRxiv has withdrawn this article due to a complaint.", True),
        ("Withdrawn: how troops left", "The authors have withdrawn their consent.", False),
        ("Withdrawn people", "We withdrew blood from 12 mice.", False),
    ],
)
def test_a_preprint_withdrawn_as_biorxiv_does_it_is_known_by_its_title_and_abstract(
    title: str, abstract: str, expected: bool
) -> None:
    assert is_withdrawn(replace(ENTRY, title=title, abstract=abstract)) is expected


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("tilte:foo bar", "no such field", 0),
        ("foo is:unred", "no such state", 7),
        ("sort:size", "no such order", 5),
        ("foo (bar", "never closed", 4),
        ("foo) bar", "closes nothing", 3),
        ('foo "bar', "never closed", 4),
        ('title:"bar', "never closed", 6),
        ("or foo", "both sides", 0),
        ("foo or", "both sides", 4),
        ("foo or or bar", "both sides", 7),
        ("(foo or)", "both sides", 5),
        ("title: foo", "needs a word", 6),
        ("title:", "needs a word", 6),
        ('title:""', "needs a word", 6),
        ("since:soon", "not a date", 6),
        ("since:2026-13-01", "not a date", 6),
        ("on:999999y", "not a date", 3),
        ("before:0000", "not a date", 7),
        ("x /a(b/", "not a regular expression", 4),
        ("sort:date sort:date", "may stand once", 10),
        ("-sort:date", "negated", 0),
        ("(" * 60, "deep", 50),
    ],
)
def test_a_mistake_is_shown_under_a_caret(text: str, reason: str, position: int) -> None:
    with pytest.raises(QueryError, match=reason) as caught:
        parse(text, NOW)
    assert caught.value.position == position
    assert caught.value.exit_code == 2
    assert caught.value.hint
    _, shown, caret = caught.value.message.split("\n")
    assert caret.strip() == "^"
    if len(text) < 70 and text.isascii():
        assert shown == f"  {text}"
        assert caret.index("^") == 2 + position


def test_a_typing_error_gets_a_suggestion() -> None:
    with pytest.raises(QueryError) as caught:
        parse("auhtor:smith", NOW)
    assert caught.value.hint == "did you mean author:?"


def test_the_caret_stands_right_under_wide_characters_and_in_long_queries() -> None:
    with pytest.raises(QueryError) as wide:
        parse("深度 tilte:x", NOW)
    assert wide.value.message.split("\n")[2] == "  " + " " * 5 + "^"
    with pytest.raises(QueryError) as long:
        parse("word " * 100 + "tilte:x" + " word" * 100, NOW)
    _, shown, caret = long.value.message.split("\n")
    assert shown[caret.index("^") :].startswith("tilte")
    assert len(shown) < 80


def test_the_order_asked_for_is_told() -> None:
    assert parse("foo", NOW).sort is None
    assert parse("foo sort:Title", NOW).sort == "title"


def test_words_that_every_match_holds() -> None:
    assert parse('Foo-Bar "Two Words" title:Éclair', NOW).words() == (
        ("foo", False),
        ("bar", True),
        ("two", False),
        ("words", False),
        ("eclair", True),
    )
    assert parse("foo or bar", NOW).words() == ()
    assert parse("-foo tag:x is:read /re/", NOW).words() == ()
    assert parse("foo (bar or baz)", NOW).words() == (("foo", True),)


def test_tokens_are_blind_to_case_and_accents() -> None:
    assert tokens("Łódź: C++ naïve_Bayes, x² 深度 i\u0307") == (
        "łodz", "c", "naive", "bayes", "x²", "深度", "i",
    )  # fmt: skip


ATOMS = st.sampled_from(
    ["neural", "nothing", "bridges", '"neural networks"', "title:gpt", "is:read", "is:unread",
     "cat:cs", "since:7d", "/net/", "tag:x", "author:bo", "-mamba"]
)  # fmt: skip
QUERIES = st.recursive(
    ATOMS,
    lambda inner: (
        st.tuples(inner, inner).map(" ".join)
        | st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})")
        | inner.map(lambda one: f"-({one})")
    ),
    max_leaves=8,
)


@given(QUERIES, QUERIES)
def test_queries_obey_the_laws_of_logic(a: str, b: str) -> None:
    assert found(f"-({a})") is not found(a)
    assert found(f"--({a})") is found(a)
    assert found(f"({a}) ({b})") is (found(a) and found(b))
    assert found(f"({a}) or ({b})") is (found(a) or found(b))
    assert found(f"-(({a}) or ({b}))") is found(f"-({a}) -({b})")
    assert found(f"{a} sort:date") is found(a)


@given(QUERIES)
def test_the_words_of_a_matching_query_all_occur(text: str) -> None:
    query = parse(text, NOW)
    if query.matches(FACTS):
        occurring = [word for text in FACTS.texts for word in tokens(text)]
        for word, is_prefix in query.words():
            assert any(w.startswith(word) if is_prefix else w == word for w in occurring)


PARTS = st.sampled_from(
    ["title:", "is:", "since:", "sort:", "or", "and", "-", "(", ")", '"', "/", "\\", " ", "x", "7d",
     "2026-", "unread", ":", "*", "[", "“", "\x00", "9" * 30, "é", "\n", "(?P<a>",
     "{1,9999999999}"]
)  # fmt: skip


@given(st.text(max_size=30) | st.lists(PARTS, max_size=12).map("".join))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    read = parsed(text)
    if isinstance(read, Query):
        read.matches(FACTS)
        read.words()
    else:
        assert 0 <= read.position <= len(text)
        assert len(read.message.split("\n")) == 3


def parsed(text: str) -> Query | QueryError:
    try:
        return parse(text, NOW)
    except QueryError as error:
        return error


def test_a_query_of_absurd_length_is_refused() -> None:
    with pytest.raises(QueryError, match="characters long"):
        parse("x " * 10_000, NOW)


def test_a_mistake_is_told_on_one_line_whatever_the_query_holds() -> None:
    mistake = parsed('is:"\n0"')
    assert isinstance(mistake, QueryError)
    assert mistake.reason == "no such state: 0"
