"""``items``, ``show`` and ``add``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.cli.output import iso
from hauler_tui.library.library import Library
from tests.cli.conftest import Run
from tests.factories import NOW, make_entry

ITEM = {
    "id", "key", "title", "link", "date", "feeds", "authors", "starred", "read", "skipped",
    "tags", "note", "covered",
}  # fmt: skip


def test_items_have_the_shape_that_scripts_rely_on(run: Run, papers: tuple[str, ...]) -> None:
    items = run("items", "--json").json
    assert len(items) == len(papers)
    assert set(items[0]) == ITEM
    first = next(item for item in items if item["key"] == papers[0])
    assert first == {
        "id": first["id"],
        "key": papers[0],
        "title": "Paper 1",
        "link": "https://arxiv.org/abs/2605.00001",
        "date": "2026-05-04T09:30:00Z",
        "feeds": [1],
        "authors": ["Ada Byron", "Grace Murray"],
        "starred": False,
        "read": False,
        "skipped": False,
        "tags": [],
        "note": None,
        "covered": [],
    }


def test_items_stop_at_the_limit_and_say_so(run: Run, papers: tuple[str, ...]) -> None:
    ran = run("items", "--limit", "1")
    assert len(ran.out.splitlines()) == 1
    assert "1 of 4 items" in ran.err
    assert len(run("items", "--limit", "0", "--json").json) == 4


def test_a_query_may_be_several_words_and_negate(run: Run, papers: tuple[str, ...]) -> None:
    run("read", papers[0])
    assert len(run("items", "is:unread", "--json").json) == 3
    assert len(run("items", "-is:unread", "--json").json) == 1
    assert [item["key"] for item in run("items", "paper", "title:2", "--json").json] == [papers[1]]
    assert run("items", "nothing-like-this", "--json").json == []


@pytest.mark.parametrize(
    "key", ["2605.00002", "arXiv:2605.00002v3", "https://arxiv.org/pdf/2605.00002"]
)
def test_show_takes_any_name_of_the_item(run: Run, papers: tuple[str, ...], key: str) -> None:
    shown = run("show", key, "--json").json
    assert shown["key"] == papers[1]
    assert shown["abstract"] == "What paper 2 is about."
    assert shown["sightings"][0]["feed"] == 1
    assert set(shown) > ITEM


def test_show_tells_a_person_everything_they_did(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0])
    run("tag", papers[0], "+beetles")
    run("note", papers[0], "--text", "My *words*.")
    shown = run("show", papers[0]).out
    for words in ("Paper 1", "Ada Byron", "Feed 1", "starred", "beetles", "My *words*.", "about"):
        assert words in shown


def test_hostile_words_reach_the_terminal_as_plain_text(
    run: Run, library: Callable[..., Library], papers: tuple[str, ...]
) -> None:
    nasty = make_entry(9, title="[/red] \x1b[31mred\x1b[0m \u202etxet \x9b2J a\x00b\nnext")
    with library(writing=True) as opened:
        opened.items.absorb([nasty], feed_id=None, at=NOW)
        opened.notes.write(opened.items.find("2605.00009"), "\x1b]0;owned\x07 \x9b1m", NOW)
    for arguments in (("items",), ("show", "2605.00009"), ("items", "--json"), ("history",)):
        told = run(*arguments)
        for character in "\x1b\x9b\x00\x07\u202e":
            assert character not in told.out
    assert run("items", "--json").json


def test_links_are_captured_offline_once(run: Run, papers: tuple[str, ...]) -> None:
    added = run(
        "add", "https://example.org/post?utm_source=x", "2605.00001", "--no-fetch", "--json"
    ).json
    assert (added["added"], added["known"]) == (1, 1)
    assert [item["key"] for item in added["items"]][1] == papers[0]
    assert set(added["items"][0]) == ITEM
    again = run("add", "https://example.org/post", "--json").json
    assert (again["added"], again["known"]) == (0, 1)


def test_one_work_from_a_feed_and_a_pasted_link_is_one_item_with_both_sources(
    run: Run, papers: tuple[str, ...]
) -> None:
    run("add", "https://arxiv.org/pdf/2605.00001v2")
    shown = run("show", papers[0], "--json").json
    assert [one["feed"] for one in shown["sightings"]] == [1, None]
    assert len(run("items", "--json").json) == len(papers)


def test_show_names_every_source_hands_and_issues_included(
    run: Run, papers: tuple[str, ...], haul_file: Path
) -> None:
    run("add", papers[0])
    run("import", str(haul_file))
    (told,) = (line for line in run("show", papers[0]).out.splitlines() if "sources" in line)
    assert told.split(maxsplit=1)[1] == "Feed 1, added by hand"
    assert "an issue" in run("show", "https://www.nature.com/articles/s41586-020-2649-2").out
    run("feeds", "remove", "1")
    assert "a removed feed" in run("show", papers[0]).out


def test_an_item_has_the_date_it_is_listed_under(run: Run, library: Callable[..., Library]) -> None:
    ahead = make_entry(9, published=NOW + timedelta(days=400))
    with library(writing=True) as opened:
        opened.items.absorb([ahead], feed_id=None, at=NOW)
    assert run("items", "--json").json[0]["date"] == iso(NOW)
    assert f"{NOW:%Y-%m-%d}" in run("items").out


def test_add_takes_every_link_of_the_text_on_stdin(run: Run) -> None:
    text = "See [this](https://example.org/a), arXiv:2401.00001 and doi:10.1000/xyz123."
    added = run("add", "-", "--json", stdin=text).json
    assert added["added"] == 3
    assert "added" in run("add", "-", stdin="https://example.org/b").out


def test_what_holds_no_link_is_named_and_the_rest_is_kept(run: Run) -> None:
    ran = run("add", "https://example.org/a", "nonsense", code=1)
    assert "nonsense" in ran.err
    assert len(run("items", "--json").json) == 1
    assert run("add", code=2).err.startswith("error: nothing to add")
    assert "no link" in run("add", "-", stdin=b"h\xffttps://example.org", code=1).err
