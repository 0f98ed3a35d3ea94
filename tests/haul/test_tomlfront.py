"""TOML front matter: kept to the letter, read as YAML's is, and changed where it stands."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.haul import front, tomlfront
from hauler_tui.haul.check import check_text
from hauler_tui.haul.edit import add_card
from hauler_tui.haul.intake import from_document
from hauler_tui.haul.merge import merge
from hauler_tui.haul.mergeresult import Decision
from hauler_tui.haul.model import CardContent
from hauler_tui.haul.parse import parse
from hauler_tui.haul.render import render
from tests.haul.posts import patient

MATTER = """\
+++
# A post of mine.
title = "Log ~3" # the third
date = 2024-02-01T08:00:00Z
description = '''1 new paper'''
tags = [
  "bio", # what it is about
  "moss",
]
draft = false

[params]
math = true
title = "no title"

[params.deep]
list = [
[1, 2],
]
+++
"""
CARD = (
    '\n<blockquote>\n    <a href="https://example.org/1">\n    <h4>Paper 1</h4>\n    </a>\n'
    "</blockquote>\n\nNote 1.\n"
)
POST = MATTER + CARD


def test_a_post_with_toml_is_kept_to_the_letter_and_read() -> None:
    assert render(parse(POST)) == POST
    intake = from_document(parse(POST))
    assert (intake.title, intake.number, intake.snippet) == ("Log ~3", 3, "1 new paper")
    assert intake.published_at is not None
    assert intake.published_at.isoformat() == "2024-02-01T08:00:00+00:00"
    assert intake.tags == "bio,moss"
    assert intake.warnings == ()
    windows = POST.replace("\n", "\r\n")
    assert render(parse(windows)) == windows
    assert front.read(windows) == front.read(POST)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("+++\ntitle = 'a'\nx = [\n+++\n", 3, "it is not TOML"),
        ("+++\ntitle = 'a'\ntitle = 'b'\n+++\n", 3, "it is not TOML: Cannot overwrite a value"),
        ("+++\ntitle = a\n+++\n", 2, "it is not TOML: Invalid value"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    matter = front.split(text)
    assert matter is not None
    assert matter.problem_line == line
    assert reason in matter.problem
    (finding,) = check_text(text)
    assert (finding.code, finding.line) == ("front-matter", line)


def test_a_rule_of_plus_signs_is_no_front_matter() -> None:
    assert front.split("+++\nWords.\n+++\n") is None
    assert front.split("+++\ntitle = 'a'\n") is None
    (finding,) = check_text("+++\ntitle = 'a'\n")
    assert "never closed: end it with a line of +++" in finding.message
    assert parse("+++\n+++\n").front is not None


@pytest.mark.parametrize("key", ["title", "date", "description", "tags", "draft", "new"])
def test_one_value_is_changed_and_no_character_beside_it(key: str) -> None:
    matter = front.split(MATTER)
    assert matter is not None
    changed = front.replace(matter, key, "7 “new” papers\\")
    assert changed.values == {**matter.values, key: "7 “new” papers\\"}
    line = tomlfront.line(key, "7 “new” papers\\")
    if key == "new":
        assert changed.text == MATTER.replace("+++\n", f"+++\n{line}", 1)
    else:
        span = front.value_span(matter, key)
        assert span is not None
        written = tomlfront.scalar("7 “new” papers\\")
        assert changed.text == MATTER[: span[0]] + written + MATTER[span[1] :]
    assert "# the third" in changed.text


def test_the_snippets_number_follows_the_cards() -> None:
    post = POST.replace("description = '''1", "snippet = '''1")
    more = CardContent(link="https://example.org/2", title="Paper 2")
    text = render(add_card(parse(post), more))
    assert 'snippet = "2 new paper"' in text
    assert text.partition("+++\n\n")[0].replace('"2 new paper"', "'''1 new paper'''") in post


texts = st.text(st.characters(codec="utf-8"), max_size=40)
plain = st.one_of(texts, st.booleans(), st.integers(-(2**60), 2**60))


@patient
@given(st.dictionaries(texts, st.one_of(plain, st.lists(plain, max_size=3)), max_size=4))
def test_what_is_written_is_valid_toml_and_reads_the_same(values: dict[str, object]) -> None:
    written = "".join(tomlfront.line(key, value) for key, value in values.items())
    read = tomllib.loads(written)
    dates = {key for key, value in read.items() if not isinstance(value, type(values[key]))}
    assert {key: read[key] for key in values if key not in dates} == {
        key: value for key, value in values.items() if key not in dates
    }
    assert all(str(values[key])[:4].isdigit() for key in dates)


@patient
@given(st.data())
def test_statements_leave_out_no_key(data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.from_regex(r"[a-z]{1,4}", fullmatch=True), unique=True))
    forms = (
        '= "a # b" # c\n',
        "= [\n 1, # x\n\n 2]\n",
        "= '''\na = 1\n[b]\n'''\n",
        "= 1979-05-27\n",
    )
    inner = "".join(f"{key} {data.draw(st.sampled_from(forms))}\n# x\n" for key in keys)
    tables = "\n[aaaaa]\nb = 1\n\n[aaaaa.c]\nd = [\n[1],\n]\n[[zzzzz]]\n[[zzzzz]]\n"
    found = [name for name, _, _ in tomlfront.statements(inner + tables)]
    assert found == [*keys, "aaaaa", "aaaaa", "zzzzz", "zzzzz"]
    for key in keys:
        span = tomlfront.value_span(inner + tables, key)
        assert span is not None
        value = (inner + tables)[slice(*span)]
        assert tomllib.loads(f"a = {value}\n")["a"] == tomllib.loads(inner)[key]


def test_edits_of_keys_on_both_sides_are_merged_as_they_are_spelled() -> None:
    ours = POST.replace('"Log ~3" # the third', '"Log ~3: moss"').replace("Note 1.", "Here.")
    theirs = POST.replace("draft = false", "draft = true\nauthor = 'Me'").replace(
        "math = true", "math = false"
    )
    merged = merge(POST, ours, theirs)
    assert merged.conflicts == ()
    assert merged.text == theirs.replace('"Log ~3" # the third', '"Log ~3: moss"').replace(
        "Note 1.", "Here."
    )
    assert merged.from_file == {"front:draft", "front:author", "front:params"}


def test_a_key_that_both_changed_is_a_conflict_that_an_answer_settles() -> None:
    ours, theirs = (POST.replace("~3", f"~3 {side}") for side in ("here", "there"))
    (conflict,) = merge(POST, ours, theirs).conflicts
    assert (conflict.key, conflict.ours) == ("front:title", '"Log ~3 here" # the third')
    decided = {"front:title": Decision(answer="edit", text="Typed")}
    assert 'title = "Typed"\n' in merge(POST, ours, theirs, decided).text
    assert merge(POST, ours, theirs, prefer="ours").text == ours


def test_a_file_that_a_hand_turned_into_toml_stays_toml() -> None:
    base = "---\ntitle: Log ~3\nsnippet: 1 new paper\ntags: bio\n---\n" + CARD
    theirs = '+++\ntitle = "Log ~3"\nsnippet = "1 new paper"\ntags = "bio"\n\n[a]\nb = 1\n+++\n'
    ours = base.replace("~3", "~3 moss").replace("tags", "author: Me\ntags")
    merged = merge(base, ours, theirs + CARD)
    assert merged.conflicts == ()
    assert merged.values == {
        "title": "Log ~3 moss",
        "snippet": "1 new paper",
        "author": "Me",
        "tags": "bio",
        "a": {"b": "1"},
    }
    assert merged.text.startswith('+++\ntitle = "Log ~3 moss"\n')


@pytest.mark.parametrize(
    ("inner", "keys"),
    [
        ("a = [\n" + "[1],\n" * 3000 + "]\nb = 1\n", ["a", "b"]),
        ("[a]\n# a [ that is no table\nb = [\n'[', # [\n]\n\n[c]\n", ["a", "c"]),
        ("a = '''\nit's [\n'''\nb = 1\n", ["a", "b"]),
    ],
)
def test_statements_over_many_lines_end_where_they_end(inner: str, keys: list[str]) -> None:
    assert [name for name, _, _ in tomlfront.statements(inner)] == keys
