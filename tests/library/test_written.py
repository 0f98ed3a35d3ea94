from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from hauler_tui.domain.haul import Card
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        (item_id,) = opened.items.absorb([make_entry(1)], feed_id=None, at=NOW).new
        opened.triage.star(item_id, NOW)
        yield opened


def test_the_text_written_last_is_known_by_its_place_after_a_restart(
    library: Library, tmp_path: Path
) -> None:
    issue = library.hauls.get("haul-1")
    for text in ("first", "second", "third"):
        library.written.begin(issue.id, "/posts/a.md", text, f"sum of {text}", NOW)
        library.written.finish("/posts/a.md", NOW)
    library.close()
    assert b"third" not in (tmp_path / "library" / "library.json").read_bytes()
    with Library.open(tmp_path / "library") as again:
        base = again.written.at("/posts/a.md", "whatever")
        assert base is not None
        assert (base.haul_id, base.text) == (issue.id, "third")
        assert again.written.latest(issue.id) == base
        assert again.written.at("/posts/b.md", "whatever") is None
        assert again.written.latest(99) is None
        assert again.history.history()[0].verb == "star"


def test_a_writing_that_never_ended_counts_only_when_the_file_says_so(library: Library) -> None:
    issue = library.hauls.get("haul-1")
    library.written.begin(issue.id, "/a.md", "old", "old sum", NOW)
    library.written.finish("/a.md", NOW)
    library.written.begin(issue.id, "/a.md", "new", "new sum", NOW)
    before, after = (library.written.at("/a.md", checksum) for checksum in ("old sum", "new sum"))
    assert before is not None
    assert after is not None
    assert (before.text, after.text) == ("old", "new")


def test_a_first_writing_that_never_ended_is_no_base(library: Library) -> None:
    issue = library.hauls.get("haul-1")
    library.written.begin(issue.id, "/a.md", "new", "new sum", NOW)
    assert library.written.at("/a.md", "another") is None
    assert library.written.latest(issue.id) is None


def test_undo_takes_back_what_a_person_did_and_not_that_a_file_was_written(
    library: Library,
) -> None:
    issue = library.hauls.get("haul-1")
    library.written.begin(issue.id, "/a.md", "text", "sum", NOW)
    library.written.finish("/a.md", NOW)
    undone = library.history.undo(NOW)
    assert undone is not None
    assert undone.verb == "star"
    assert library.written.at("/a.md", "sum") is not None


def test_a_text_that_is_lost_is_no_base(library: Library, tmp_path: Path) -> None:
    issue = library.hauls.get("haul-1")
    library.written.begin(issue.id, "/a.md", "text", "sum", NOW)
    library.written.finish("/a.md", NOW)
    library.close()
    (tmp_path / "library" / "hauls.log").unlink()
    with Library.open(tmp_path / "library") as again:
        assert again.written.at("/a.md", "sum") is None


def test_what_stood_below_a_card_that_is_taken_out_goes_to_its_lane(library: Library) -> None:
    issue = library.hauls.get("haul-1")
    (card,) = issue.cards
    aside = Card(item_id=card.item_id, lane=card.lane, below="<hr/>\n\nAside.")
    library.hauls.rearrange("haul-1", NOW, replace(issue, cards=(aside,)))
    library.hauls.add_card("haul-1", card.item_id, "Tools", NOW)
    assert library.hauls.get("haul-1").cards[0].below == "<hr/>\n\nAside."
    library.triage.unstar(card.item_id, NOW)
    texts = {lane.name: lane.text for lane in library.hauls.get("haul-1").lanes}
    assert texts["Tools"] == "<hr/>\n\nAside."
    library.history.undo(NOW)
    assert library.hauls.get("haul-1").cards[0].below == "<hr/>\n\nAside."


def test_a_text_that_a_merge_put_under_the_same_number_is_no_base(
    library: Library, tmp_path: Path
) -> None:
    issue = library.hauls.get("haul-1")
    library.written.begin(issue.id, "/a.md", "ours", "sum", NOW)
    library.written.finish("/a.md", NOW)
    library.close()
    copy = tmp_path / "copy"
    copytree(tmp_path / "library", copy)
    with Library.open(copy) as theirs:
        for text in ("newer", "newest"):  # in the place of the first
            theirs.written.begin(issue.id, "/a.md", text, f"sum of {text}", NOW)
            theirs.written.finish("/a.md", NOW)
    log = tmp_path / "library" / "hauls.log"
    log.write_bytes((copy / "hauls.log").read_bytes())
    with Library.open(tmp_path / "library") as again:
        assert again.written.at("/a.md", "sum") is None
        assert again.written.latest(issue.id) is None
