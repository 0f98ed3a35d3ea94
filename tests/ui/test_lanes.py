"""Sending to lanes, links and quotations in texts, links that are opened, the order of the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.ui.screens.dialogs import Choices
from hauler_tui.workflows.publish import import_files
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader, Reader


def lane_text(library: Library, name: str) -> str:
    issue = library.hauls.open_issue()
    assert issue is not None
    return next(lane.text for lane in issue.lanes if lane.name == name)


def found(reader: Reader) -> list[str]:
    """What the dialog offers."""
    return [choice.title for choice in reader.pilot.app.screen.query_one(Choices).choices]


async def test_an_item_goes_to_a_lane_with_a_remark(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("l")
        await reader.until(lambda: "To a lane of “a new issue”" in reader.shown())
        await reader.press("enter")
        await reader.until(lambda: "Into Comments" in reader.shown())
        await reader.type("is worth a look")
        await reader.press("enter")
        await reader.until(lambda: "Written into Comments of haul-1" in reader.message)
        link = "[Paper 1](https://arxiv.org/abs/2605.00001)"
        assert lane_text(library, "Comments") == f"{link} is worth a look"
        await reader.press("u")
        assert lane_text(library, "Comments") == ""


async def test_into_a_lane_of_cards_goes_the_card(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("l")
        await reader.until(lambda: "To a lane" in reader.shown())
        await reader.press("j", "enter")
        await reader.until(lambda: "Card in Papers: “Paper 1”" in reader.message)
        issue = library.hauls.open_issue()
        assert issue is not None
        assert [card.item_id for card in issue.cards] == [library.items.view()[0]]
        assert not library.items.get(library.items.view()[0]).is_starred


async def test_a_thought_goes_to_a_new_lane(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("3", "l")
        await reader.until(lambda: "To a lane" in reader.shown())
        await reader.press("j", "j", "enter")
        await reader.until(lambda: "The heading of the new lane" in reader.shown())
        await reader.type("Chat")
        await reader.press("enter")
        await reader.until(lambda: "Into Chat" in reader.shown())
        await reader.type("Out of nowhere.")
        await reader.press("enter")
        await reader.until(lambda: "Written into Chat" in reader.message)
        assert lane_text(library, "Chat") == "Out of nowhere."


@pytest.mark.parametrize("keys", [("escape",), ("enter", "escape")])
async def test_escape_on_the_way_writes_nothing_and_opens_no_issue(
    open_reader: OpenReader, library: Library, keys: tuple[str, ...]
) -> None:
    async with open_reader() as reader:
        await reader.press("l", *keys)
        assert library.hauls.all() == ()


async def test_a_link_to_an_earlier_issue_or_an_item_is_put_into_a_note(
    open_reader: OpenReader, library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "field-notes-3.md"
    path.write_text("---\ntitle: Field Notes ~3\n---\n\nWords.\n")
    import_files(library, [path], NOW)
    async with open_reader() as reader:
        await reader.press("e")
        await reader.type("See ")
        await reader.press("ctrl+l")
        await reader.until(lambda: "Field Notes ~3" in reader.shown())
        await reader.type("notes")
        await reader.press("enter")
        await reader.until(lambda: len(reader.pilot.app.screen_stack) == 2)
        await reader.press("ctrl+l")
        await reader.type("paper 4")
        await reader.until(lambda: found(reader) == ["Paper 4"])
        await reader.press("enter", "escape")
        note = library.notes.get(library.items.view()[0])
    assert note is not None
    assert note.text == (
        "See [Field Notes ~3](/field-notes-3)[Paper 4](https://arxiv.org/abs/2605.00004)"
    )


async def test_a_sentence_of_the_abstract_is_quoted(
    open_reader: OpenReader, library: Library
) -> None:
    library.items.absorb(
        [make_entry(9, abstract="First claim. Second claim, $x. Y$ too.")], feed_id=1, at=NOW
    )
    async with open_reader() as reader:
        await reader.press("e")
        await reader.type("They say")
        await reader.press("ctrl+g")
        await reader.until(lambda: "Quote a sentence" in reader.shown())
        await reader.press("j", "enter")
        await reader.until(lambda: "Quote a sentence" not in reader.shown())
        await reader.press("escape")
        note = library.notes.get(library.items.view()[0])
    assert note is not None
    assert note.text == "They say\n\n> Second claim, x. Y too.\n\n"


async def test_a_lane_has_no_abstract_to_quote(open_reader: OpenReader, library: Library) -> None:
    library.hauls.new_issue(None, NOW)
    async with open_reader() as reader:
        await reader.press("3", "j", "e")
        await reader.until(lambda: reader.screen.drafts.editor.has_focus)
        await reader.press("ctrl+g")
        await reader.until(lambda: "no abstract to quote" in reader.message)


async def test_the_links_of_what_is_read_are_listed_and_opened(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def pretend(link: str) -> bool:
        opened.append(link)
        return True

    monkeypatch.setattr("webbrowser.open", pretend)
    first = library.items.view()[0]
    library.notes.write(first, "Code: https://example.org/code.", NOW)
    async with open_reader() as reader:
        await reader.press("2", "f")
        await reader.until(lambda: "https://example.org/code" in reader.shown())
        await reader.press("j", "j", "enter")
        await reader.until(lambda: bool(opened))
    assert opened == ["https://example.org/code"]


async def test_the_order_is_chosen_and_stands_in_the_filter(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("S")
        await reader.until(lambda: "Order of Incoming" in reader.shown())
        await reader.press("j", "enter")
        await reader.until(lambda: reader.screen.incoming.filter_box.value == "sort:title")
        await reader.press("S")
        await reader.until(lambda: "Order of Incoming" in reader.shown())
        await reader.press("k", "enter")
        await reader.until(lambda: reader.screen.incoming.filter_box.value == "")
        assert reader.titles[0] == "Paper 1"


async def test_the_foot_of_the_screen_tells_the_keys_of_typing_while_something_is_typed(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        assert "Star" in reader.shown()
        await reader.press("e", "x", "ctrl+z")
        reader.screen.say("")
        await reader.until(lambda: "Leave, keeping it" in reader.shown())
        assert "ctrl+l Link" in reader.shown()
        assert "Star" not in reader.shown()
        await reader.press("escape")
        await reader.until(lambda: "Next item" in reader.shown())


async def test_a_lane_is_added_renamed_moved_and_removed(
    open_reader: OpenReader, library: Library
) -> None:
    def lanes() -> list[str]:
        issue = library.hauls.open_issue()
        return [lane.name for lane in issue.lanes] if issue else []

    async with open_reader() as reader:
        await reader.screen.run_action("lane_add")
        await reader.until(lambda: "The heading of the new lane" in reader.shown())
        await reader.type("Chat")
        await reader.press("enter")
        await reader.until(lambda: "New lane Chat" in reader.message)
        assert "Chat" in lanes()
        await reader.press("3", "g", "K")
        while reader.screen.drafts.list.current_lane != "Chat":
            await reader.press("j")
        place = lanes().index("Chat")
        await reader.press("J")
        assert lanes().index("Chat") == place + 1
        await reader.press("u")
        await reader.screen.run_action("lane_rename")
        await reader.until(lambda: "The heading of the lane" in reader.shown())
        await reader.type("Talk")
        await reader.press("enter")
        await reader.until(lambda: "The lane is called Talk" in reader.message)
        assert reader.screen.drafts.list.current_lane == "Talk"
        await reader.screen.run_action("lane_remove")
        assert "Took the lane Talk out" in reader.message
        assert "Talk" not in lanes()
        await reader.press("u")
        assert "Talk" in lanes()


async def test_a_lane_with_cards_that_no_other_takes_stays(
    open_reader: OpenReader, library: Library
) -> None:
    library.triage.star(library.items.view()[0], NOW)
    async with open_reader() as reader:
        await reader.press("3", "G")
        await reader.screen.run_action("lane_remove")
        assert "holds 1 card, and no other lane does" in reader.message


async def test_without_an_issue_there_is_no_lane_to_rename(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.screen.run_action("lane_rename")
        await reader.until(lambda: "No issue is open" in reader.message)


async def test_the_preview_shows_what_the_template_of_the_series_makes(
    open_reader: OpenReader, library: Library, tmp_path: Path
) -> None:
    library.triage.star(library.items.view()[0], NOW)
    series = library.hauls.current()
    assert series is not None
    path = tmp_path / "issue.j2"
    cards = "{% for card in lanes[-1].cards %}{{ card.html }}{% endfor %}"
    path.write_text(f"Words that the template says.\n\n{cards}\n")
    library.hauls.edit_series(series.id, NOW, template=str(path))
    async with open_reader() as reader:
        await reader.press("3", "P")
        await reader.until(lambda: "Words that the template says" in reader.shown())
