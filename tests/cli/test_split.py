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
