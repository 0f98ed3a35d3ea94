"""The bundled library: complete, plausible at any time of day, and never online."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.identity import canonical_link, resolve
from hauler_tui.domain.item import Item
from hauler_tui.errors import LibraryError
from hauler_tui.library.care.doctor import examine
from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows import publish, sample
from hauler_tui.workflows.refresh import refresh
from tests.factories import NOW

SHIPPED = Path(sample.__file__).parent / "sample_library"
DATA = tomllib.loads((SHIPPED / "library.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> sample.SampleSummary:
    return sample.build(tmp_path_factory.mktemp("sample") / "library", NOW)


@pytest.fixture
def library(built: sample.SampleSummary) -> Iterator[Library]:
    with Library.open(built.directory, writing=False) as library:
        yield library


def every_item(library: Library) -> list[Item]:
    """All items, the skipped ones too."""
    found = [library.items.find(paper["link"]) for paper in DATA["papers"]]
    published = library.hauls.get("field-notes-11")
    found += [card.item_id for card in published.cards]
    return [library.items.get(item_id) for item_id in dict.fromkeys(found)]


def test_the_summary_counts_what_is_there_and_says_it_is_offline(
    built: sample.SampleSummary, library: Library
) -> None:
    items = every_item(library)
    assert built.items == library.items.count() == len(items)
    assert 30 <= built.items <= 45
    assert built.feeds == len(library.feeds.all()) == 6
    assert f"{built.items} works from 6 feeds" in built.text
    assert "offline" in built.text


def test_every_state_an_item_can_be_in_occurs(library: Library) -> None:
    items = every_item(library)
    noted = {item.id for item in items if library.notes.get(item.id)}
    assert 8 <= sum(not item.is_read and not item.is_skipped for item in items) <= 25
    assert sum(item.is_read for item in items) >= 8
    assert sum(item.is_starred for item in items) == 6
    assert sum(item.is_skipped for item in items) == 3
    assert sum(bool(item.tags) for item in items) >= 5
    assert sum(bool(item.covered) for item in items) == 8
    assert noted.intersection(item.id for item in items if item.is_starred)
    assert noted.intersection(item.id for item in items if not item.is_starred)
    announced = {sighting.announce for item in items for sighting in item.work.sightings}
    assert announced >= {"new", "cross", "replace", None}


def test_a_paper_of_two_feeds_and_a_pasted_link_is_one_item_with_three_sources(
    library: Library,
) -> None:
    item = library.items.get(library.items.find("https://arxiv.org/abs/2505.14178"))
    names = {
        sighting.feed_id and library.feeds.get(sighting.feed_id).title: sighting.announce
        for sighting in item.work.sightings
    }
    assert names == {"arXiv cs.CL": "new", "arXiv cs.LG": "cross", None: None}
    assert len(item.entry.authors) == 5


def test_a_covered_paper_that_a_feed_carries_again_stays_one_item(library: Library) -> None:
    item = library.items.get(library.items.find("arXiv:2405.17399"))
    assert item.covered == ("field-notes-11",)
    assert [sighting.announce for sighting in item.work.sightings] == [None, "replace"]


def test_every_abstract_is_marked_as_a_summary(library: Library) -> None:
    unmarked = [
        item.entry.title
        for item in every_item(library)
        if not item.entry.abstract.startswith("Summary: ")
    ]
    assert unmarked == []


def test_the_published_issue_is_read_back_and_compiles_to_its_file(
    built: sample.SampleSummary, library: Library
) -> None:
    haul = library.hauls.get(built.published)
    file = built.directory / "hauls" / "field-notes-11.md"
    assert (haul.state, haul.number, len(haul.cards)) == ("published", 11, 8)
    assert publish.compile_text(library, built.published) == file.read_text(encoding="utf-8")
    assert [card.title for card in haul.cards][:2] == [
        "A Foundational Large Language Model for Edible Plant Genomes",
        "Counting the Bugs in ChatGPT's Wugs: A Multilingual Investigation into the "
        "Morphological Capabilities of a Large Language Model",
    ]


def test_the_issue_in_progress_is_the_next_one_with_prose_and_cards(
    built: sample.SampleSummary, library: Library
) -> None:
    haul = library.hauls.get(built.in_progress)
    assert (haul.slug, haul.state, haul.number) == ("field-notes-12", "open", 12)
    assert [(lane.name, bool(lane.text), lane.holds_cards) for lane in haul.lanes] == [
        ("Commentary", True, False),
        ("Papers", False, True),
    ]
    assert {card.item_id for card in haul.cards} == {
        item.id for item in every_item(library) if item.is_starred
    }
    text = publish.compile_text(library, built.in_progress)
    assert "How many r in *strawberry*" in text
    assert "snippet: 6 papers on words" in text


def test_the_next_issue_is_written_inside_the_sample_too(
    built: sample.SampleSummary, library: Library
) -> None:
    (series,) = library.hauls.series()
    # A path would send the issues of a moved or copied sample to the old place.
    assert series.folder is None
    assert library.hauls.current() == series


async def test_no_refresh_however_forced_asks_a_server(library: Library) -> None:
    later = NOW + timedelta(days=365)
    assert library.feeds.due(later) == ()
    report = await refresh(library, None, now=later, force=True, settings=FetchSettings())
    assert {feed.outcome for feed in report.feeds} == {"waiting"}


@pytest.mark.parametrize(
    "at",
    [
        datetime(2030, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_it_looks_fresh_whenever_it_is_built(tmp_path: Path, at: datetime) -> None:
    sample.build(tmp_path / "library", at)
    with Library.open(tmp_path / "library", writing=False) as library:
        rows = library.items.rows(library.items.view(None, stop=lambda: False))
        steps = [step.at for step in reversed(library.history.history())]
        published = library.hauls.get("field-notes-11").published_at
    dates = [row.date for row in rows]
    assert at - timedelta(days=1) < dates[0] <= at
    assert at - timedelta(days=5) < dates[25]
    assert steps == sorted(steps)
    assert steps[-1] <= at
    assert published is not None
    assert timedelta(days=13) <= at - published < timedelta(days=14)


def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "thesis.tex"
    kept.write_text("years of work")
    with pytest.raises(LibraryError, match="is not empty") as caught:
        sample.build(tmp_path, NOW)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == [kept]


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match="cannot write to"):
        sample.build(tmp_path / "file" / "library", NOW)


def test_nothing_is_written_outside_its_folder(tmp_path: Path, home: Path) -> None:
    sample.build(tmp_path / "library", NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["library"]
    assert list(home.rglob("*")) == []


def test_the_shipped_links_are_canonical_and_no_paper_is_listed_twice() -> None:
    links = [paper["link"] for paper in DATA["papers"]]
    titles = [paper["title"] for paper in DATA["papers"]]
    assert [canonical_link(link, resolve(link)) for link in links] == links
    assert len(set(links)) == len(set(titles)) == len(links)


def test_the_shipped_data_names_only_papers_and_feeds_that_it_has() -> None:
    names = {paper["name"] for paper in DATA["papers"]}
    done = DATA["done"]
    used = {*done["read"], *done["skipped"], *done["tags"], *done["notes"]}
    used |= {star["paper"] for star in done["stars"]}
    assert used <= names
    assert {feed for paper in DATA["papers"] for feed in paper.get("via", {})} == set(DATA["feeds"])
    assert all(paper.get("via") or paper.get("pasted") for paper in DATA["papers"])


def test_the_sample_is_sound_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    directory = sample.build(tmp_path / "new" / "library", NOW).directory
    assert directory.stat().st_mode & 0o777 == 0o700
    assert [finding.code for finding in examine(directory).findings] == []
