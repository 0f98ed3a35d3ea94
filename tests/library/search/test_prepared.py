"""What the full-text tables are given splits into the tokens the query language compares."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from hauler_tui.domain.query import tokens
from hauler_tui.library.records import to_row
from hauler_tui.library.search.prepared import prepared, searchable, unlisted
from tests.factories import make_work

TEXT = st.text(st.characters() | st.sampled_from("aZ_9 \0\t\n.-'éΣσςİıK²中\u0301\u0345\x7f\x1c"))


def split_by_sqlite(text: str) -> list[str]:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5 (text, tokenize='ascii')")
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (texts, instance)")
        connection.execute("INSERT INTO texts VALUES (?)", (text,))
        found = connection.execute("SELECT term FROM terms ORDER BY offset").fetchall()
    finally:
        connection.close()
    return [word for (word,) in found]


@given(TEXT)
@example("snake_case A1b2\0c ΟΔΟΣ ΟΔΟΣx über_all x²\u00a0y e\u0301\u2028z")
def test_sqlite_finds_the_tokens_of_the_query_language(text: str) -> None:
    assert split_by_sqlite(searchable(text)) == list(tokens(text))


def test_a_work_is_prepared_without_what_the_index_does_not_keep() -> None:
    work = make_work(
        1, title=r"On $\alpha$", authors=("José É", "B"), abstract="A_b.", categories=("cs.CL",)
    )
    made = prepared(json.dumps(to_row(work)).encode())
    assert made is not None
    assert (made.title, made.sort_title, made.authors) == ("On α", "on α", "José É, B")
    assert made.text == "On α jose e B A_b."
    assert made.feeds == "1"
    assert len(made.facets.split()) == 4
    assert unlisted(made.aliases) == ["arxiv:2605.00001"]


def test_lone_surrogates_do_not_reach_sqlite_and_what_is_no_work_is_none() -> None:
    row: dict[str, Any] = to_row(make_work(1, title="a \ud800 b"))
    made = prepared(json.dumps(row).encode())
    assert made is not None
    assert made.title == "a ? b"
    assert made.text.encode().startswith(b"a  b ")
    assert prepared(b"{}") is None
    assert prepared(b"nothing") is None
