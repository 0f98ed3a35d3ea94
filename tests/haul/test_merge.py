from __future__ import annotations

from dataclasses import replace

import pytest

from hauler_tui.haul.merge import merge
from hauler_tui.haul.mergeresult import Decision
from hauler_tui.haul.mergetext import ClashError, merge_order, merge_text
from hauler_tui.haul.parse import parse
from tests.haul.issues import Issue, Paper, Style

A, B, C = (
    Paper(number, f"Paper {number}", "Short.", f"Note {number}.\n\nMore of {number}.")
    for number in (1, 2, 3)
)
BASE = Issue(
    {"title": "Log ~3", "snippet": "3 new papers", "tags": "bio"},
    "Hello.",
    {"Comments": "One.\n\nTwo.\n\nThree.", "Gossip": "Hm."},
    (A, B, C),
)
TEXT = BASE.text()


def test_paragraphs_of_one_text_are_merged_each_by_itself() -> None:
    assert merge_text("a\n\nb\n\nc", "A\n\nb\n\nc", "a\n\nB\n\nc") == "A\n\nB\n\nc"
    assert merge_text("a\n\nb", "a\n\nb\n\nc", "A\n\nb") == "A\n\nb\n\nc"
    assert merge_text("a\n\nb", "b", "a\n\nB") == "B"
    with pytest.raises(ClashError):
        merge_text("a", "b", "c")
    with pytest.raises(ClashError):
        merge_text("", "b", "c")


def test_a_side_is_taken_only_where_both_changed_one_paragraph() -> None:
    base, ours, theirs = "a\n\nb\n\nc", "A\n\nours\n\nc", "a\n\ntheirs\n\nc\n\nd"
    assert merge_text(base, ours, theirs, clash="ours") == "A\n\nours\n\nc\n\nd"
    assert merge_text(base, ours, theirs, clash="theirs") == "A\n\ntheirs\n\nc\n\nd"
    assert merge_text(base, ours, theirs, clash="both") == "A\n\nours\n\ntheirs\n\nc\n\nd"
    assert merge_text("", "x", "y", clash="both") == "x\n\ny"


def test_remarks_that_both_added_to_a_lane_stand_below_each_other() -> None:
    ours = replace(BASE, lanes={**BASE.lanes, "Gossip": "Hm.\n\nOurs."})
    theirs = replace(BASE, lanes={**BASE.lanes, "Gossip": "Hm.\n\nTheirs."})
    merged = merge(TEXT, ours.text(), theirs.text())
    assert merged.conflicts == ()
    assert "Hm.\n\nTheirs.\n\nOurs.\n" in merged.text


def test_a_note_that_both_went_on_with_is_a_conflict() -> None:
    ours = replace(BASE, papers=(replace(A, note=A.note + "\n\nOurs."), B, C))
    theirs = replace(BASE, papers=(replace(A, note=A.note + "\n\nTheirs."), B, C))
    (conflict,) = merge(TEXT, ours.text(), theirs.text()).conflicts
    assert (conflict.label, conflict.kind) == ("the note of “Paper 1”", "text")
    assert theirs.text().splitlines()[conflict.line - 1] == "<blockquote>"


def changed_note(one: str) -> str:
    return replace(BASE, papers=(A, replace(B, note=one), C)).text()


@pytest.mark.parametrize(
    ("decision", "note"),
    [
        (Decision(answer="ours"), "Ours."),
        (Decision(answer="theirs"), "Theirs."),
        (Decision(answer="both"), "Ours.\n\nTheirs."),
        (Decision(answer="edit", text="Typed.\n"), "Typed."),
    ],
)
def test_a_conflict_is_resolved_as_it_is_decided(decision: Decision, note: str) -> None:
    ours, theirs = changed_note("Ours."), changed_note("Theirs.")
    (conflict,) = merge(TEXT, ours, theirs).conflicts
    merged = merge(TEXT, ours, theirs, {conflict.key: decision})
    assert merged.conflicts == ()
    assert parse(merged.text).cards[1].text == note
    assert (conflict.key in merged.from_file) is (note != "Ours.")


def test_a_card_taken_out_on_one_side_and_edited_on_the_other_is_a_conflict() -> None:
    without = replace(BASE, papers=(A, C)).text()
    edited = changed_note("Edited.")
    for ours, theirs in ((without, edited), (edited, without)):
        (conflict,) = merge(TEXT, ours, theirs).conflicts
        assert conflict.kind == "card"
        assert "Edited." in conflict.ours + conflict.theirs
        assert (
            "Edited."
            not in merge(TEXT, ours, theirs, prefer="ours" if ours is without else "theirs").text
        )
        assert (
            "Edited."
            in merge(TEXT, ours, theirs, prefer="theirs" if ours is without else "ours").text
        )


def test_a_card_that_the_other_side_left_alone_goes_when_one_takes_it_out() -> None:
    without = replace(BASE, papers=(A, C), front={**BASE.front, "snippet": "2 new papers"}).text()
    noted = replace(BASE, papers=(replace(A, note="New."), B, C)).text()
    for ours, theirs in ((without, noted), (noted, without)):
        merged = merge(TEXT, ours, theirs)
        assert merged.conflicts == ()
        assert [card.title for card in parse(merged.text).cards] == ["Paper 1", "Paper 3"]
        assert "New." in merged.text
        assert "snippet: 2 new papers" in merged.text


def test_what_a_hand_wrote_below_a_card_outlives_the_card() -> None:
    theirs = replace(BASE, papers=(A, replace(B, below="By hand."), C)).text()
    ours = replace(BASE, papers=(A, C)).text()
    merged = merge(TEXT, ours, theirs, prefer="ours")
    assert "By hand." in merged.text
    assert "Paper 2" not in merged.text


def test_an_order_by_hand_is_kept_and_new_cards_find_their_place_in_it() -> None:
    theirs = replace(BASE, papers=(C, A, B)).text()
    new = Paper(9, "Paper 19")
    merged = merge(TEXT, replace(BASE, papers=(A, new, B, C)).text(), theirs)
    assert [card.title for card in parse(merged.text).cards] == [
        "Paper 3",
        "Paper 1",
        "Paper 19",
        "Paper 2",
    ]
    assert "order:Papers" in merged.from_file
    (conflict,) = merge(TEXT, replace(BASE, papers=(B, A, C)).text(), theirs).conflicts
    assert (conflict.kind, conflict.label) == ("order", "the order of the cards in “Papers”")


def test_orders_are_woven() -> None:
    assert merge_order("abc", "abxc", "cab") == ("c", "a", "b", "x")
    assert merge_order("abc", "bac", "abcy") == ("b", "a", "c", "y")


def test_a_lane_renamed_in_the_file_stays_the_lane_it_was() -> None:
    lanes = {"Commentary": BASE.lanes["Comments"], "Gossip": "Hm."}
    theirs = replace(BASE, lanes=lanes).text()
    ours = replace(BASE, lanes={**BASE.lanes, "Comments": "One.\n\nTwo.\n\nThree.\n\nFour."}).text()
    merged = merge(TEXT, ours, theirs)
    assert merged.conflicts == ()
    assert "## Commentary\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\n## Gossip" in merged.text
    assert [(lane.name, lane.known) for lane in merged.lanes if lane.name] == [
        ("Commentary", "Comments"),
        ("Gossip", "Gossip"),
        ("Papers", "Papers"),
    ]


def test_a_card_whose_link_a_hand_corrected_is_still_that_card() -> None:
    theirs = TEXT.replace("https://example.org/2", "https://example.org/two")
    merged = merge(TEXT, changed_note("New."), theirs)
    assert merged.conflicts == ()
    assert len(parse(merged.text).cards) == 3
    assert 'example.org/two">' in merged.text
    assert "New." in merged.text


def test_title_and_abstract_changed_by_different_hands_both_stand() -> None:
    ours = replace(BASE, papers=(replace(A, title="Eddies"), B, C)).text()
    theirs = replace(BASE, papers=(replace(A, abstract="Long &amp; wide."), B, C)).text()
    (first, *_) = parse(merge(TEXT, ours, theirs).text).cards
    assert (first.title, first.abstract) == ("Eddies", "Long & wide.")
    assert len(merge(TEXT, ours, TEXT.replace("Paper 1", "Weirs")).conflicts) == 1


def test_line_ends_a_missing_final_one_and_a_mark_are_the_files_own() -> None:
    theirs = "\ufeff" + replace(BASE, intro="By hand.").text(Style(ending="\r\n", tail=""))
    merged = merge(TEXT, changed_note("a\nb"), theirs)
    assert merged.text == theirs.replace("Note 2.\r\n\r\nMore of 2.", "a\r\nb")


def test_front_matter_is_merged_key_by_key_as_it_is_spelled() -> None:
    theirs = TEXT.replace("tags: bio\n", "tags: [bio, x] # mine\ndraft: false\n")
    ours = TEXT.replace("title: Log ~3\n", 'title: "Log ~3: floods"\npublished_at: 2026-01-01\n')
    front = merge(TEXT, ours, theirs).text.partition("\n---\n")[0]
    assert front == (
        '---\ntitle: "Log ~3: floods"\npublished_at: 2026-01-01\nsnippet: 3 new papers\n'
        "tags: [bio, x] # mine\ndraft: false"
    )
    (conflict,) = merge(TEXT, ours, TEXT.replace("Log ~3", "Log ~4")).conflicts
    assert (conflict.label, conflict.ours, conflict.theirs) == (
        "“title” in the front matter",
        '"Log ~3: floods"',
        "Log ~4",
    )
    typed = Decision(answer="edit", text="Log: 3")
    merged = merge(TEXT, ours, TEXT.replace("Log ~3", "Log ~4"), {conflict.key: typed})
    assert parse(merged.text).title == "Log: 3"


def test_a_snippet_of_ones_own_is_no_conflict_with_a_new_count() -> None:
    ours = replace(BASE, papers=(A, B), front={**BASE.front, "snippet": "2 new papers"}).text()
    merged = merge(TEXT, ours, TEXT.replace("3 new papers", "3 papers, all good"))
    assert merged.conflicts == ()
    assert "snippet: 2 papers, all good\n" in merged.text


def test_a_file_whose_parts_cannot_be_told_apart_is_one_conflict() -> None:
    theirs = TEXT.replace("Note 1.", "```\nNote 1.")
    (conflict,) = merge(TEXT, changed_note("New."), theirs).conflicts[-1:]
    assert conflict.kind in ("file", "card")
    for side in ("ours", "theirs"):
        assert merge(TEXT, changed_note("New."), theirs, prefer=side).conflicts == ()


def test_two_cards_with_one_link_are_told_apart() -> None:
    twin = replace(B, number=1)
    base = replace(BASE, papers=(A, twin, C)).text()
    theirs = replace(BASE, papers=(A, replace(twin, note="By hand."), C)).text()
    ours = replace(BASE, papers=(replace(A, note="Ours."), twin, C)).text()
    merged = merge(base, ours, theirs)
    assert merged.conflicts == ()
    assert [card.text for card in parse(merged.text).cards[:2]] == ["Ours.", "By hand."]


@pytest.mark.parametrize("is_by_hand", [True, False])
def test_a_lane_renamed_on_one_side_stays_where_the_other_took_it_out(is_by_hand: bool) -> None:
    renamed = BASE.text().replace("## Gossip", "## Hearsay")
    without = replace(BASE, lanes={"Comments": BASE.lanes["Comments"]}).text()
    ours, theirs = (without, renamed) if is_by_hand else (renamed, without)
    merged = merge(TEXT, ours, theirs)
    assert merged.conflicts == ()
    assert "## Hearsay" in merged.text
    assert ("lane:Gossip" in merged.from_file) == is_by_hand
