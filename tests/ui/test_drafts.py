"""Issues in the reader: cards, preview, write, publish, the next one."""

from __future__ import annotations

from pathlib import Path

from hauler_tui.domain.haul import Haul
from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text
from tests.factories import NOW
from tests.ui.conftest import OpenReader


def open_issue(library: Library) -> Haul:
    issue = library.hauls.open_issue()
    assert issue is not None
    return issue


def star(library: Library, *places: int) -> None:
    ids = library.items.view()
    for place in places:
        library.triage.star(ids[place], NOW)


async def test_cards_stand_in_the_order_of_their_titles(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 3, 0, 1)
    async with open_reader() as reader:
        shown = reader.shown()
        places = [shown.index(f"· Paper {number}") for number in (1, 2, 4)]
        assert places == sorted(places)


async def test_a_moved_card_keeps_its_place(open_reader: OpenReader, library: Library) -> None:
    star(library, 0, 1)
    first, second = library.items.view()[:2]
    async with open_reader() as reader:
        await reader.press("3", "G", "K")
        assert [card.item_id for card in open_issue(library).cards] == [second, first]
        card = reader.screen.drafts.list.current_card
        assert card is not None
        assert card.item_id == second
        await reader.press("J")
        assert [card.item_id for card in open_issue(library).cards] == [first, second]


async def test_a_card_taken_out_leaves_the_star(open_reader: OpenReader, library: Library) -> None:
    star(library, 0)
    async with open_reader() as reader:
        await reader.press("3", "G", "d")
        assert open_issue(library).cards == ()
        assert library.items.get(library.items.view()[0]).is_starred
        await reader.press("u")
        assert len(open_issue(library).cards) == 1


async def test_enter_on_a_card_shows_its_item(open_reader: OpenReader, library: Library) -> None:
    star(library, 4)
    async with open_reader() as reader:
        await reader.press("3", "G", "enter")
        assert reader.current == "Paper 5"
        assert reader.screen.reading.text.has_focus


async def test_enter_on_a_card_outside_the_filter_shows_it_until_the_cursor_moves_on(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 4)
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("title:2")
        await reader.press("enter", "3", "G", "enter")
        assert reader.current == "Paper 5"
        await reader.press("escape", "j")
        assert reader.titles == ["Paper 2"]


async def test_the_preview_shows_the_issue_and_w_writes_it(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    library.notes.write(library.items.view()[0], "Why **this** one.", NOW)
    async with open_reader() as reader:
        await reader.press("3", "P")
        shown = reader.shown()
        assert "Paper 1" in shown
        assert "Why this one." in shown
        assert "<blockquote>" not in shown
        await reader.press("w")
        await reader.until(lambda: reader.message.startswith("Wrote "))
        path = Path(reader.message.removeprefix("Wrote "))
        assert path.name == "haul-1.md"
        assert path.read_text("utf-8") == compile_text(library, "haul-1")


async def test_a_file_changed_by_hand_is_not_overwritten(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    async with open_reader() as reader:
        await reader.press("3", "w")
        path = Path(reader.message.removeprefix("Wrote "))
        path.write_text("mine")
        star(library, 1)
        await reader.press("w")
        assert path.read_text() == "mine"
        assert "holds something else now" in reader.message


async def test_without_an_issue_the_keys_say_so(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        for key in ("P", "w", "W", "e", "d"):
            await reader.press("3", key)
            assert "No issue is open" in reader.message or key == "d"


async def test_a_first_issue_asks_for_the_name_of_the_newsletter(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("3", "N")
        await reader.until(lambda: "What is your newsletter called?" in reader.shown())
        await reader.press(*["backspace"] * len("Haul ~{n}"))
        await reader.type("Plant Haul")
        await reader.press("enter")
        await reader.until(lambda: "does not say where the number goes" in reader.shown())
        await reader.until(lambda: "What is your newsletter called?" in reader.shown())
        await reader.press("end")
        await reader.type(" ~{n}")
        await reader.press("enter")
        await reader.until(lambda: library.hauls.open_issue() is not None)
        assert open_issue(library).title == "Plant Haul ~1"
        assert open_issue(library).slug == "plant-haul-1"


async def test_the_next_issue_offers_what_is_starred_and_in_no_issue(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0, 1)
    library.hauls.remove_card(open_issue(library).slug, library.items.view()[1], NOW)
    async with open_reader() as reader:
        await reader.press("3", "N")
        await reader.until(lambda: "“Haul ~1” is open" in reader.shown())
        await reader.press("j", "enter")
        await reader.until(lambda: "1 starred item is in no issue yet" in reader.shown())
        assert library.hauls.get("haul-1").state == "published"
        assert open_issue(library).cards == ()
        await reader.press("j", "enter")
        await reader.until(lambda: len(open_issue(library).cards) == 1)
        assert open_issue(library).slug == "haul-2"


async def test_publishing_freezes_and_undo_reopens(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    async with open_reader() as reader:
        await reader.press("3", "W")
        assert library.hauls.get("haul-1").state == "published"
        assert "↺" in reader.shown()
        await reader.press("u")
        assert open_issue(library).slug == "haul-1"


async def test_a_covered_item_is_starred_without_a_card_until_s_is_pressed_again(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    async with open_reader() as reader:
        await reader.press("3", "W")
        library.triage.unstar(library.items.view()[0], NOW)
        await reader.press("1", "s")
        assert library.hauls.open_issue() is None
        assert "haul-1 has it already" in reader.message
        await reader.press("s")
        assert len(open_issue(library).cards) == 1
        await reader.press("u")
        assert reader.message.startswith("Took back: add card ")
        assert library.hauls.open_issue() is None
        await reader.press("u")
        assert reader.message.startswith("Took back: star ")


async def test_what_was_written_before_is_one_key_away(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    library.notes.write(library.items.view()[0], "As I said.", NOW)
    async with open_reader() as reader:
        await reader.press("3", "W")
        library.notes.write(library.items.view()[0], "Newer.", NOW)
        await reader.press("2")
        assert "covered in ~1" in reader.shown()
        assert "As I said." not in reader.shown()
        await reader.press("h")
        assert "As I said." in reader.shown()


async def test_published_issues_can_be_looked_at_and_stay_as_they_are(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    async with open_reader() as reader:
        await reader.press("3", "W", "1", "j", "s", "3", "left_square_bracket")
        assert "haul-1 · published" in reader.shown()
        offered = [what for _, what in reader.screen.status._keys]
        assert not {"Edit", "Take the card out"} & set(offered)
        assert "Go to the item" in offered
        await reader.press("right_square_bracket")
        assert "Edit" in [what for _, what in reader.screen.status._keys]
        await reader.press("left_square_bracket")
        await reader.press("G", "d")
        assert "is published and stays as it is" in reader.message
        await reader.press("right_square_bracket")
        assert "haul-2" in reader.shown().splitlines()[0]


async def test_a_note_that_would_not_be_read_back_is_told_when_the_file_is_written(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    library.notes.write(library.items.view()[0], "## A heading of my own", NOW)
    async with open_reader() as reader:
        await reader.press("3", "w")
        assert reader.message.startswith("Wrote ")
        (told,) = (n.message for n in reader.pilot.app._notifications)
        assert told.startswith("the note of “Paper 1”: ")


async def test_the_card_and_the_totals_follow_each_key_before_it_is_saved(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    async with open_reader() as reader:
        assert "1 card · 0 words · 1" in reader.shown()
        await reader.press("e")
        await reader.pilot.press(*"why", "space", *"so")
        await reader.pilot.pause()
        assert library.notes.get(library.items.view()[0]) is None
        assert "✎ Paper 1" in reader.shown()
        assert "1 card · 2 words" in reader.shown()
        await reader.press("escape")
        assert "1 card · 2 words" in reader.shown()
        await reader.press("u")
        assert "1 card · 0 words · 1" in reader.shown()


async def test_a_lane_follows_each_key_too(open_reader: OpenReader, library: Library) -> None:
    star(library, 0)
    library.hauls.write_lane("haul-1", "Comments", "A remark.", NOW)
    async with open_reader() as reader:
        await reader.press("3", "g", "e")
        await reader.pilot.press("space", *"more")
        await reader.pilot.pause()
        assert "1 card · 3 words" in reader.shown()
        assert open_issue(library).lanes[0].text == "A remark."


async def test_what_is_typed_shows_in_no_published_issue(
    open_reader: OpenReader, library: Library
) -> None:
    star(library, 0)
    async with open_reader() as reader:
        await reader.press("3", "W", "left_square_bracket", "1", "e")
        await reader.type("words")
        assert "1 card · 0 words" in reader.shown()
