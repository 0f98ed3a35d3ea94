"""A living draft is at every moment what a draft gathered afresh would be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.haul.compile import compile_issue
from hauler_tui.library.changes import Changes
from hauler_tui.library.library import Library
from hauler_tui.workflows.draft_check import Gathering, draft_findings, open_draft, unchecked
from hauler_tui.workflows.drafts import drafted_cards
from hauler_tui.workflows.living import LivingDraft
from hauler_tui.workflows.publish import compile_text, publish_issue
from tests.factories import NOW, make_entry

TEXTS = st.sampled_from(
    ["", "Why.", "TODO\n", "## A heading", "See [before](/haul-1).", "<b>open", "x\r\ny", "≤ 3 & 4"]
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three papers with cards in the second issue; the first of them is in issue 1 too."""
    opened = Library.open(tmp_path / "library")
    fill(opened)
    return opened


def fill(library: Library) -> None:
    """Three papers with cards in the second issue; the first of them is in issue 1 too."""
    library.items.absorb([make_entry(n) for n in range(1, 6)], feed_id=None, at=NOW)
    ids = sorted(library.items.view())
    library.triage.star(ids[0], NOW)
    publish_issue(library, "haul-1", NOW)
    slug = library.hauls.new_issue(None, NOW).slug
    for item_id in ids[:3]:
        library.hauls.add_card(slug, item_id, None, NOW)


def followed(library: Library) -> Gathering:
    """A living draft that is told of every change, as the reader's is."""
    gathering = Gathering(LivingDraft(library))

    def changed(changes: Changes) -> None:
        gathering.living.forget(changes.items)
        if changes.hauls:
            gathering.forget_issues()

    library.subscribe(changed)
    return gathering


def note(library: Library, card: int, text: str) -> None:
    library.notes.write(sorted(library.items.view())[card], text, NOW)


def lane(library: Library, card: int, text: str) -> None:
    library.hauls.write_lane("haul-2", ["Comments", "", "Papers"][card % 3], text, NOW)


def give_card(library: Library, card: int, text: str) -> None:
    name = "Comments" if text else None
    library.hauls.add_card("haul-2", sorted(library.items.view())[card], name, NOW)


def take_card(library: Library, card: int, text: str) -> None:
    for one in library.hauls.get("haul-2").cards[card : card + 1]:
        library.hauls.remove_card("haul-2", one.item_id, NOW)


def move(library: Library, card: int, text: str) -> None:
    for one in library.hauls.get("haul-2").cards[card : card + 1]:
        library.hauls.move_card("haul-2", one.item_id, 1 if text else -1, NOW)


def reword(library: Library, card: int, text: str) -> None:
    entry = make_entry(card + 1, title=f"Another $\\alpha$ {text}", abstract=text)
    library.items.absorb([entry], feed_id=None, at=NOW)


def shorten(library: Library, card: int, text: str) -> None:
    (series,) = library.hauls.series()
    library.hauls.edit_series(series.id, NOW, abstract_length=card * 20 + 10)


def take_back(library: Library, card: int, text: str) -> None:
    note(library, card, f"{text} and more")
    library.history.undo(NOW)


ACTS: tuple[Callable[[Library, int, str], None], ...] = (
    note,
    lane,
    give_card,
    take_card,
    move,
    reword,
    shorten,
    take_back,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 4), TEXTS), max_size=8))
def test_after_every_change_the_living_draft_is_the_one_gathered_afresh(
    changes: list[tuple[Callable[[Library, int, str], None], int, str]],
) -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        library = stack.enter_context(Library.open(Path(folder) / "library"))
        fill(library)
        gathering = followed(library)
        gathering.draft(library.hauls.get("haul-2"))
        for act, card, text in changes:
            act(library, card, text)
            issue = library.hauls.get("haul-2")
            living, fresh = gathering.draft(issue), open_draft(library, issue)
            assert living == fresh
            assert draft_findings(living) == draft_findings(fresh)
            assert compile_issue(living.series, living.haul, living.cards) == compile_text(
                library, "haul-2"
            )


def test_what_is_typed_counts_before_it_is_saved(library: Library) -> None:
    with library:
        gathering = followed(library)
        living, issue = gathering.living, library.hauls.get("haul-2")
        first = issue.cards[0].item_id
        before = living.cards(issue)
        living.type_note(first, "Two words TODO")
        living.type_lane("haul-2", "Comments", "A remark.")
        cards = living.cards(issue)
        assert [card.words for card in cards] == [3, 0, 0]
        # Nothing but the card that is typed was made again.
        assert [card is was for card, was in zip(cards, before, strict=True)] == [
            False,
            True,
            True,
        ]
        draft = gathering.draft(issue)
        assert [lane.text for lane in draft.haul.lanes if lane.text] == ["A remark."]
        codes = {(one.item_id, one.finding.code) for one in draft_findings(draft)}
        assert (first, "placeholder") in codes
        assert (first, "no-note") not in codes
        living.end_typing()
        assert [card.text for card in living.cards(issue)] == ["", "", ""]
        assert living.issue(issue) == issue


def test_a_draft_tells_how_much_of_it_was_never_checked(library: Library) -> None:
    with library:
        gathering = followed(library)
        issue = library.hauls.get("haul-2")
        first = gathering.draft(issue)
        assert unchecked(first, None) > unchecked(first, first) == 0
        gathering.living.type_note(issue.cards[0].item_id, "Four")
        typed = gathering.draft(issue)
        assert unchecked(typed, first) == 4 + len(make_entry(1).abstract)
        longer = replace(
            typed, haul=replace(typed.haul, lanes=(replace(issue.lanes[0], text="x"),))
        )
        assert unchecked(longer, typed) == 1


def test_cards_stand_in_their_printing_order(library: Library) -> None:
    with library:
        issue = library.hauls.get("haul-2")
        living = LivingDraft(library).cards(issue)
        assert [one.drafted for one in living] == list(drafted_cards(library, issue))
