from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.errors import HaulError
from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import import_files
from hauler_tui.workflows.radar import Watch, dismiss, line_of, prose_lane, write_line
from tests.factories import NOW, make_entry
from tests.workflows.conftest import issue_text, star, write

LATER = NOW + timedelta(days=30)


@pytest.fixture
def covered(tmp_path: Path) -> Iterator[Library]:
    """A library that knew papers 1 and 2 before “Field Notes ~3” covered them."""
    with Library.open(tmp_path / "covered") as library:
        _hear(library, NOW - timedelta(days=365), 1, 2)
        import_files(library, [write(tmp_path, "field-notes-3.md", issue_text(3))], NOW)
        yield library


def _hear(library: Library, at: Any, *numbers: int, **changes: Any) -> None:
    entries: list[Entry] = [make_entry(number, **changes) for number in numbers]
    library.items.absorb(entries, feed_id=1, at=at)


def test_nothing_happened_and_nothing_is_covered_are_empty(
    library: Library, covered: Library
) -> None:
    assert Watch(library).news() == ()
    assert Watch(covered).news() == ()


def test_a_new_version_is_news_with_a_line_for_a_lane(covered: Library) -> None:
    watch = Watch(covered)
    watch.news()
    _hear(covered, LATER, 1, version=3, announce="replace")
    assert not watch.is_current
    (one,) = watch.news()
    assert (one.slug, one.sentence, one.name) == ("field-notes-3", "now v3", "replaced:3")
    assert line_of(covered, one) == (
        "*Replaced*: [Paper 1](https://arxiv.org/abs/2605.00001), covered in"
        " [Field Notes \\~3](/field-notes-3): now v3."
    ).replace("\\~", "~")


def test_withdrawn_and_published_have_their_lines(covered: Library) -> None:
    _hear(covered, LATER, 1, version=2, comment="This paper has been withdrawn")
    _hear(covered, LATER, 2, journal="Nature 600, 12 (2026)")
    first, second = Watch(covered).news()
    told = sorted(line_of(covered, one) for one in (first, second))
    assert told[0].startswith("*Published*: [Paper 2]")
    assert told[0].endswith(": now in Nature 600, 12 (2026).")
    assert told[1].startswith("*Withdrawn*: [Paper 1]")


def test_a_later_paper_of_the_same_people_is_news_until_it_has_a_card(covered: Library) -> None:
    _hear(
        covered,
        LATER,
        7,
        title="Paper on beetles",
        published=LATER,
        authors=("Grace Murray", "Ada Byron"),
    )
    covered.wait_for_index(30)
    watch = Watch(covered)
    found = watch.news()
    assert {one.happened.kind for one in found} == {"followed"}
    assert line_of(covered, found[0]).startswith("*Followed up*: [Paper on beetles](")
    star(covered, 7)
    assert watch.news() == ()


def test_what_waits_for_the_index_is_seen_too(covered: Library) -> None:
    covered.expect_more(3600)
    _hear(covered, LATER, 7, published=LATER)
    assert len(covered.items.view()) == 3
    assert {one.follower for one in Watch(covered).news()} == {covered.items.find("2605.00007")}


def test_news_put_aside_stays_aside_until_undone_or_there_is_other_news(covered: Library) -> None:
    _hear(covered, LATER, 1, version=3, announce="replace")
    watch = Watch(covered)
    dismiss(covered, watch.news(), NOW)
    assert watch.news() == ()
    covered.history.undo(NOW)
    assert len(watch.news()) == 1
    covered.history.redo(NOW)
    _hear(covered, LATER, 1, version=4, announce="replace")
    assert [one.name for one in watch.news()] == ["replaced:4"]


def test_putting_aside_is_durable(covered: Library) -> None:
    _hear(covered, LATER, 1, version=3, announce="replace")
    dismiss(covered, Watch(covered).news(), NOW)
    covered.close()
    with Library.open(covered.directory) as again:
        assert Watch(again).news() == ()


def test_a_line_is_written_and_its_news_put_aside_in_one_step(covered: Library) -> None:
    star(covered, 1)
    slug = covered.hauls.new_issue(None, NOW).slug
    _hear(covered, LATER, 1, version=3, announce="replace")
    watch = Watch(covered)
    (one,) = watch.news()
    issue = covered.hauls.get(slug)
    line = write_line(covered, one, slug, prose_lane(issue), NOW)
    assert any(line in lane.text for lane in covered.hauls.get(slug).lanes)
    assert watch.news() == ()
    covered.history.undo(NOW)
    assert covered.hauls.get(slug).lanes == issue.lanes
    assert len(watch.news()) == 1


def test_a_lane_that_is_not_there_is_a_sentence(covered: Library) -> None:
    issue = covered.hauls.new_issue(None, NOW)
    with pytest.raises(HaulError, match="no lane"):
        prose_lane(issue, "Gossip")


def test_a_search_that_is_stopped_keeps_what_was_known(covered: Library) -> None:
    _hear(covered, LATER, 1, version=3, announce="replace")
    watch = Watch(covered)
    before = watch.news()
    _hear(covered, LATER, 2, version=3, announce="replace")
    assert watch.news(lambda: True) == before
    assert len(watch.news()) == 2


def test_a_later_paper_that_was_skipped_is_no_news(covered: Library) -> None:
    _hear(covered, LATER, 7, published=LATER)
    watch = Watch(covered)
    assert watch.news()
    covered.triage.skip([covered.items.find("2605.00007")], True, NOW)
    assert watch.news() == ()


def test_a_later_paper_of_the_very_same_people_is_news_unless_they_write_them_all_the_time(
    covered: Library,
) -> None:
    def hear(number: int) -> set[int | None]:
        people = make_entry(1).authors
        title = f"Something else no. {number}"
        _hear(covered, LATER, number, title=title, published=LATER, authors=people)
        covered.wait_for_index(30)
        return {one.follower for one in Watch(covered).news()}

    first = hear(7)
    assert first == {covered.items.find("arxiv:2605.00007")}
    hear(8)
    assert len(hear(9)) == 3
    assert hear(10) == set()
