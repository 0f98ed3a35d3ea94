"""Papers that the person means to cover once more."""

from __future__ import annotations

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.check import check_issue
from hauler_tui.workflows.draft_check import draft_findings, open_draft
from hauler_tui.workflows.publish import publish_issue
from tests.factories import NOW


@pytest.fixture
def covered(library: Library) -> int:
    """An item that “Haul ~1” covered."""
    (item_id, *_) = library.items.view()
    library.triage.star(item_id, NOW)
    library.notes.write(item_id, "First.", NOW)
    publish_issue(library, "haul-1", NOW)
    library.triage.unstar(item_id, NOW)
    return item_id


def codes(library: Library) -> set[str]:
    issue = library.hauls.open_issue()
    assert issue is not None
    found = {one.finding.code for one in draft_findings(open_draft(library, issue))}
    assert {one.code for one in check_issue(library, issue.slug).findings} == found
    return found


def test_a_second_star_repeats_on_purpose_and_the_check_keeps_quiet(
    library: Library, covered: int
) -> None:
    assert not library.triage.star(covered, NOW).card_added
    assert library.triage.star(covered, NOW, again=True).card_added
    assert "covered" not in codes(library)


def test_a_card_that_came_otherwise_is_warned_of_until_it_is_meant(
    library: Library, covered: int
) -> None:
    slug = library.hauls.new_issue(None, NOW).slug
    library.hauls.add_card(slug, covered, None, NOW)
    assert "covered" in codes(library)
    before = library.hauls.get(slug)
    library.hauls.add_card(slug, covered, None, NOW, again=True)
    assert "covered" not in codes(library)
    library.history.undo(NOW)
    assert library.hauls.get(slug) == before
    assert "covered" in codes(library)


def test_meaning_it_stays_with_the_card_when_it_moves_and_goes_with_it(
    library: Library, covered: int
) -> None:
    library.triage.star(covered, NOW)
    library.triage.star(covered, NOW, again=True)
    issue = library.hauls.open_issue()
    assert issue is not None
    library.hauls.add_card(issue.slug, covered, "Runners-up", NOW)
    assert "covered" not in codes(library)
    library.hauls.remove_card(issue.slug, covered, NOW)
    library.hauls.add_card(issue.slug, covered, None, NOW)
    assert "covered" in codes(library)


def test_only_what_an_issue_covered_can_be_repeated(library: Library) -> None:
    slug = library.hauls.new_issue(None, NOW).slug
    library.hauls.add_card(slug, library.items.view()[0], None, NOW, again=True)
    (card,) = library.hauls.get(slug).cards
    assert not card.again
