from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from tests.bench import libraries
from tests.bench.libraries import Shape
from tests.bench.papers import Papers
from tests.factories import NOW

BENCHES = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("built") / "library"
    libraries.build(directory, 60)
    return directory


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_can_be_imported(name: str) -> None:
    assert importlib.import_module(f"tests.bench.{name}").main


def test_a_built_library_holds_what_its_shape_says(directory: Path) -> None:
    shape = Shape.of(60)
    with Library.open(directory, writing=False) as library:

        def count(query: str) -> int:
            return len(library.items.view(parse(query, NOW)))

        assert library.rescued == ()
        assert library.items.count() == shape.items == 60
        assert len(library.feeds.all()) == shape.feeds
        assert library.notes.count() == shape.notes
        assert count("is:starred") == shape.stars
        assert count("is:read") == shape.read
        assert count("is:covered") == sum(shape.cards)
        *published, open_one = library.hauls.all()
        assert tuple(len(issue.cards) for issue in published) == shape.cards
        assert (open_one.state, len(open_one.cards)) == ("open", shape.open_cards)


def test_a_built_library_has_a_year_of_history_and_a_complete_index(directory: Path) -> None:
    with Library.open(directory, writing=False) as library:
        steps = library.history.history(10_000)
        assert steps[0].at - steps[-1].at > timedelta(days=300)
        assert steps[0].at < NOW
        assert {"star", "read", "note", "publish", "tag"} <= {step.verb for step in steps}
        assert library.index_ready


def test_at_a_quarter_million_the_shape_is_the_one_the_figures_are_promised_for() -> None:
    shape = Shape.of(250_000)
    assert (shape.stars, shape.notes, shape.feeds) == (20_000, 5_000, 200)
    assert (len(shape.cards), sum(shape.cards), shape.open_cards) == (200, 8_000, 60)
    assert shape.read == 150_000


def test_a_paper_is_of_realistic_size_and_the_same_every_time() -> None:
    papers, again = Papers(100, 3), Papers(100, 3)
    for number in (0, 1, 99):
        paper = papers.entry(number, NOW)
        assert paper == again.entry(number, NOW)
        assert 750 <= len(paper.abstract) <= 1600
        assert 1 <= len(paper.authors) <= 7
        assert 100 <= len(papers.note(number)) <= 2000
