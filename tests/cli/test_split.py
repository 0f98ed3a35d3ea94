"""``split``."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.cli.conftest import Run
from tests.factories import NOW, make_entry

ARXIV, DOI = "arxiv:2605.00009", "doi:10.1234/x"


@pytest.fixture
def merged(directory: Path) -> None:
    """A paper that goes by an arXiv id and, wrongly, by a DOI."""
    with Library.open(directory) as library:
        entry = make_entry(9, aliases=(ARXIV, DOI))
        library.items.absorb([entry, make_entry(8)], feed_id=1, at=NOW)


@pytest.mark.usefixtures("merged")
def test_split_names_both_and_undo_makes_them_one_again(run: Run) -> None:
    assert run("split", "2605.00009").out == f"{ARXIV} and {DOI} are two items now\n"
    assert len(run("items", "--json").json) == 3
    assert run("show", "10.1234/x", "--json").json["aliases"] == [DOI]
    assert run("undo").out.startswith("undone: ")
    assert len(run("items", "--json").json) == 2
    assert run("show", "10.1234/x", "--json").json["key"] == ARXIV


@pytest.mark.usefixtures("merged")
def test_split_as_json_is_both_items(run: Run) -> None:
    told = run("split", DOI, "--json").json
    assert (told["kept"]["key"], told["parted"]["key"]) == (ARXIV, DOI)


@pytest.mark.usefixtures("merged")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2605.00008",), "there is nothing to split in arxiv:2605.00008"),
        (("2605.99999",), "nothing in the library goes by 2605.99999"),
        ((ARXIV, "pmid:1"), f"{ARXIV} does not go by pmid:1"),
    ],
)
def test_what_cannot_be_split_is_a_sentence_and_changes_nothing(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    ran = run("split", *arguments, code=1)
    assert ran.err.startswith(f"error: {message}\nhint: ")
    assert len(run("items", "--json").json) == 2


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (("doi:10.1234/x", "url:https://a.example/x", "feed-guid:1:x"), "10.1234/x"),
        (("doi:10.1234/x", "url:https://a.example/x", "feed-guid:1:x"), "feed-guid:1:x"),
        (("url:https://a.example/x", "feed-guid:1:x"), "https://a.example/x"),
        (("feed-guid:1:x", "hash:0a"), "feed-guid:1:x"),
    ],
)
def test_one_work_with_its_own_pages_and_guids_is_not_split_into_bare_links(
    run: Run, directory: Path, names: tuple[str, ...], called: str
) -> None:
    with Library.open(directory) as library:
        library.items.absorb([make_entry(9, aliases=names)], feed_id=1, at=NOW)
    before = run("show", names[0], "--json").json
    ran = run("split", called, code=1)
    assert ran.err == (
        f"error: there is nothing to split in {names[0]}\n"
        f"hint: it is one work; its other names are {', '.join(names[1:])}:"
        " name the one that is another work's\n"
    )
    assert run("show", names[0], "--json").json == before
    assert len(run("items", "--json").json) == 1


def test_what_was_split_to_the_end_cannot_be_split_again(run: Run, directory: Path) -> None:
    names = (ARXIV, DOI, "url:https://a.example/x", "feed-guid:1:x")
    with Library.open(directory) as library:
        library.items.absorb([make_entry(9, aliases=names)], feed_id=1, at=NOW)
    run("split", ARXIV)
    for called in (ARXIV, DOI):
        ran = run("split", called, code=1)
        assert ran.err.startswith(f"error: there is nothing to split in {called}\nhint: ")
    assert len(run("items", "--json").json) == 2
