from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hauler_tui.haul import edit
from hauler_tui.haul.markup import newline, strip_blank_lines
from hauler_tui.haul.model import CardContent, Document
from hauler_tui.haul.parse import parse
from hauler_tui.haul.readback import breaks_reading
from hauler_tui.haul.render import render
from tests.haul.posts import card_html, fixture, notes, patient

NEW = CardContent(
    link="https://example.org/new", title="Nets & Traps", text="New note.", lane="Reading"
)
LOG = fixture("river-log-7.md")


@st.composite
def issues(draw: st.DrawFn) -> Document:
    """A post with two to five cards whose notes are read back."""
    ending = draw(st.sampled_from(("\n", "\r\n")))
    note = notes.map(strip_blank_lines).filter(lambda text: not breaks_reading(text))
    parts = ["---\ntitle: T ~1\nsnippet: N papers\n---\n\nIntro.\n\n## Papers"]
    count = draw(st.integers(2, 5))
    for position in range(count):
        rule = draw(st.sampled_from(("\n\n<hr/>\n\n", "\n\n\n<hr/>\n"))) if position else "\n\n"
        html, text = draw(card_html()).replace("<p>open", "<p>open</p>"), draw(note)
        parts.append(rule + html + ("\n\n" + text if text else ""))
    parts.append(draw(st.sampled_from(("", "\n", "\n\n<br/>\n<br/>\n<br/>\n"))))
    post = "".join(parts).replace("N papers", f"{count} papers")
    document = parse(post.replace("\n", ending))
    assume(len(document.cards) == count)
    return document


def differs_only_between(before: str, after: str, start: int, stop: int) -> bool:
    return after.startswith(before[:start]) and after.endswith(before[stop:])


@patient
@given(issues(), st.data(), notes)
def test_another_note_changes_nothing_but_the_note(
    document: Document, data: st.DataObject, note: str
) -> None:
    assume(not breaks_reading(note))
    position = data.draw(st.integers(0, len(document.cards) - 1))
    before = render(document)
    # By identity: a post may hold two cards that are equal to the letter.
    chosen = document.cards[position]
    block = next(at for at, each in enumerate(document.blocks) if each is chosen)
    above = sum(len(each.source) for each in document.blocks[:block])
    card = document.cards[position]
    start = above + len(card.lead) + len(card.quote)
    after = edit.replace_note(document, position, note)
    assert differs_only_between(before, render(after), start, above + len(card.source))
    wanted = strip_blank_lines(note).replace("\n", newline(before))
    texts = [each.text for each in document.cards]
    assert [each.text for each in after.cards] == [
        *texts[:position],
        wanted,
        *texts[position + 1 :],
    ]
    if card.text and wanted:
        assert render(edit.replace_note(after, position, card.text)) == before


@patient
@given(issues(), st.data())
def test_a_card_added_and_removed_again_leaves_the_same_file(
    document: Document, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(document.cards)))
    content = CardContent(link=NEW.link, title=NEW.title, text=NEW.text, lane="Papers")
    more = edit.add_card(document, content, position=place)
    assert more.cards[place].title == "Nets & Traps"
    assert more.front is not None
    assert more.front.values["snippet"] == f"{len(document.cards) + 1} papers"
    assert render(edit.remove_card(more, place)) == render(document)


@patient
@given(issues(), st.data())
def test_a_card_moved_there_and_back_leaves_the_same_file(
    document: Document, data: st.DataObject
) -> None:
    places = st.integers(0, len(document.cards) - 1)
    start, to = data.draw(places), data.draw(places)
    moved = edit.move_card(document, start, to)
    order = list(document.cards)
    order.insert(to, order.pop(start))
    assert [(card.title, card.text) for card in moved.cards] == [
        (card.title, card.text) for card in order
    ]
    assert render(edit.move_card(moved, to, start)) == render(document)


@patient
@given(issues(), st.data())
def test_a_removed_card_takes_only_itself_along(document: Document, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(document.cards) - 1))
    after = edit.remove_card(document, place)
    rest = [card for at, card in enumerate(document.cards) if at != place]
    assert [(card.quote, card.text) for card in after.cards] == [(c.quote, c.text) for c in rest]
    assert "<hr" not in after.cards[0].lead
    assert after.intro == "Intro."
    assert after.tail == document.tail


def test_a_new_card_finds_its_place_in_the_alphabet() -> None:
    document = edit.add_card(parse(LOG), NEW)
    assert [card.title[:5] for card in document.cards] == [
        "Braid", "Eddie", "Nets ", "Silt", "Strea", "Weirs",
    ]  # fmt: skip
    assert "snippet: 6 papers about rivers" in render(document)


def test_a_snippet_that_was_wrong_is_left_alone() -> None:
    document = edit.remove_card(parse(LOG.replace("5 papers", "12 papers")), 0)
    assert "snippet: 12 papers" in render(document)


def test_a_lane_that_is_not_there_is_added_for_a_card() -> None:
    document = parse("---\ntitle: T\n---\n\nIntro.\n")
    with_card = edit.add_card(document, NEW)
    assert render(with_card).startswith(
        "---\ntitle: T\n---\n\nIntro.\n\n## Reading\n\n<blockquote>"
    )
    assert render(with_card).endswith("</blockquote>\n\nNew note.\n")


def test_a_place_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError):
        edit.remove_card(parse(LOG), 5)
    with pytest.raises(IndexError):
        edit.move_card(parse(LOG), 0, 5)
