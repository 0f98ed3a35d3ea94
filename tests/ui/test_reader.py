"""What a person sees and presses in the reader."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from hauler_tui.library.library import Library
from hauler_tui.ui.actions import ACTIONS
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader


async def test_every_action_resolves_to_a_method(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        missing = [a.id for a in ACTIONS if not hasattr(reader.screen, f"action_{a.method}")]
        assert missing == []


async def test_the_three_panes_show_list_item_and_issue(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        shown = reader.shown()
        for words in ("1 Incoming", "2 Reading", "3 Drafts", "6 unread of 6"):
            assert words in shown
        assert "What paper 1 is about." in shown
        assert "No issue is open." in shown


async def test_the_reading_pane_follows_the_cursor(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("j", "j")
        assert reader.current == "Paper 3"
        assert "What paper 3 is about." in reader.shown()
        await reader.press("k")
        assert "What paper 2 is about." in reader.shown()


async def test_the_ends_of_the_list_are_one_key_away(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("G")
        assert reader.current == "Paper 6"
        await reader.press("g")
        assert reader.current == "Paper 1"


async def test_space_marks_read_and_moves_on(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        first = reader.screen.current_id
        assert first is not None
        await reader.press("space")
        assert library.items.is_read(first)
        assert reader.current == "Paper 2"
        assert "5 unread of 6" in reader.shown()


async def test_enter_marks_read_and_gives_the_keys_to_reading(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        first = reader.screen.current_id
        assert first is not None
        await reader.press("enter")
        assert library.items.is_read(first)
        assert reader.screen.reading.text.has_focus
        await reader.press("n")
        assert reader.current == "Paper 2"
        await reader.press("escape")
        assert reader.screen.incoming.list.has_focus


async def test_next_unread_steps_over_what_was_read(
    open_reader: OpenReader, library: Library
) -> None:
    ids = library.items.view()
    library.triage.mark_read(ids[1:4], True, NOW)
    async with open_reader() as reader:
        await reader.press("J")
        assert reader.current == "Paper 5"
        await reader.press("K")
        assert reader.current == "Paper 1"
        await reader.press("K")
        assert reader.message == "Nothing unread above."


async def test_a_star_puts_the_card_into_the_issue_and_another_takes_both_back(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("s")
        issue = library.hauls.open_issue()
        assert issue is not None
        assert [card.item_id for card in issue.cards] == [reader.screen.current_id]
        assert "opened “Haul ~1” for its card" in reader.message
        assert "★" in reader.shown()
        assert "1 card" in reader.shown()
        await reader.press("s")
        issue = library.hauls.open_issue()
        assert issue is not None
        assert issue.cards == ()
        assert "★" not in reader.shown()


async def test_a_skipped_row_goes_when_the_cursor_moves_on_and_undo_brings_it_back(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        await reader.press("j", "x")
        assert reader.current == "Paper 3"
        assert "Paper 2" not in reader.titles
        await reader.press("u")
        assert "Paper 2" in reader.titles
        assert reader.message.startswith("Took back: skip")
        await reader.press("ctrl+r")
        assert "Paper 2" not in reader.titles


async def test_a_row_that_no_longer_fits_stays_while_the_cursor_is_on_it(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("is:unread")
        await reader.press("enter", "m")
        assert reader.current == "Paper 1"
        assert "Paper 1" in reader.titles
        await reader.press("j")
        assert reader.current == "Paper 2"
        assert "Paper 1" not in reader.titles


async def test_mark_all_read_is_one_step(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("A")
        assert "0 unread of 6" in reader.shown()
        await reader.press("u")
        assert "6 unread of 6" in reader.shown()


async def test_the_list_follows_the_filter_as_it_is_typed(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("paper 4")
        assert reader.titles == ["Paper 4"]
        assert "What paper 4 is about." in reader.shown()
        await reader.press("enter")
        assert reader.screen.incoming.list.has_focus
        await reader.press("slash", "escape")
        assert len(reader.titles) == 6
        assert reader.current == "Paper 4"


async def test_a_filter_that_finds_nothing_says_so(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("nowhere")
        assert "Nothing matches nowhere" in reader.shown()


async def test_a_mistake_in_the_filter_is_told_and_the_list_stays(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("is:unred")
        assert len(reader.titles) == 6
        assert "^ no such state: unred" in reader.shown()
        await reader.press("enter")
        assert reader.screen.incoming.filter_box.has_focus
        await reader.press("backspace", "backspace", *"ead")
        assert "no such state" not in reader.shown()
        await reader.press("enter")
        assert reader.screen.incoming.list.has_focus


async def test_no_command_works_while_a_filter_is_typed(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("sxu")
        await reader.press("ctrl+r")
        assert library.hauls.open_issue() is None
        box = reader.screen.incoming.filter_box
        assert isinstance(box, Input)
        assert box.value == "sxu"


async def test_tab_and_numbers_give_the_keys_to_the_panes(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        screen = reader.screen
        await reader.press("tab")
        assert screen.reading.text.has_focus
        await reader.press("3")
        assert screen.drafts.list.has_focus
        await reader.press("tab")
        assert screen.incoming.list.has_focus
        await reader.press("shift+tab")
        assert screen.drafts.list.has_focus


async def test_a_narrow_terminal_shows_one_pane_and_tells_which(open_reader: OpenReader) -> None:
    async with open_reader(size=(80, 24)) as reader:
        assert "1 Incoming" in reader.shown().splitlines()[0]
        assert "What paper 1 is about." not in reader.shown()
        await reader.press("enter")
        assert "What paper 1 is about." in reader.shown()
        assert "6 unread" not in reader.shown()
        await reader.press("3")
        assert "No issue is open." in reader.shown()


async def test_zoom_shows_one_pane_and_all_again(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("2", "z")
        assert not reader.screen.incoming.display
        await reader.press("z")
        assert reader.screen.incoming.display


async def test_help_lists_the_keys_of_this_pane_first(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("3", "question_mark")
        assert "Show the issue as it will read." in reader.shown()
        await reader.press("escape")
        assert "1 Incoming" in reader.shown()


async def test_an_empty_library_says_what_to_do(open_reader: OpenReader, library: Library) -> None:
    library.feeds.remove(1, NOW)
    library.triage.skip(library.items.view(), True, NOW)
    async with open_reader() as reader:
        assert "hauler feeds add arxiv:cs.CL" in reader.shown()
        assert "Nothing to read here yet." in reader.shown()
        for key in ("j", "s", "x", "m", "o", "y", "space", "A", "u", "e", "enter", "G"):
            await reader.press(key)


async def test_items_that_arrive_join_the_list_and_the_cursor_stays(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("j")
        library.items.absorb([make_entry(9)], feed_id=1, at=NOW)
        reader.screen.reload(reader.screen.current_id)
        await reader.rest()
        assert reader.titles[0] == "Paper 9"
        assert reader.current == "Paper 2"


async def test_the_cursor_is_where_it_was_at_the_next_start(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("j", "j")
        app = reader.pilot.app
        app.remember()  # type: ignore[attr-defined]
    async with open_reader() as reader:
        assert reader.current == "Paper 3"


async def test_a_link_is_added_from_any_text(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("a")
        await reader.type("see arxiv.org/pdf/2406.13121v2")
        await reader.press("enter")
        await reader.until(lambda: reader.library.items.count() == 7)
        assert reader.screen.current_id == reader.library.items.find("2406.13121")


@pytest.mark.parametrize("key", ["o", "y"])
async def test_an_item_without_a_link_is_told(
    open_reader: OpenReader, library: Library, key: str
) -> None:
    library.items.absorb([make_entry(7, link="", aliases=("feed-guid:1:x",))], feed_id=1, at=NOW)
    async with open_reader() as reader:
        await reader.press(key)
        assert reader.message == "This item came without a link."


async def test_q_leaves(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("q")
        await reader.until(lambda: not reader.pilot.app.is_running)


async def test_a_row_being_read_stays_when_the_list_is_read_again(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("is:unread")
        await reader.press("enter", "enter", "e")
        await reader.type("half a sen")
        reader.screen.reload(reader.screen.current_id)
        await reader.rest()
        await reader.type("tence")
        assert reader.current == "Paper 1"
        await reader.press("escape")
        note = library.notes.get(library.items.view()[0])
        assert note is not None
        assert note.text == "half a sentence"
        await reader.press("escape", "j")
        assert "Paper 1" not in reader.titles


async def test_e_in_the_list_writes_the_note(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("e")
        await reader.type("x")
        await reader.press("escape")
        note = library.notes.get(library.items.view()[0])
        assert note is not None
        assert note.text == "x"


async def test_a_tab_is_clicked(open_reader: OpenReader) -> None:
    async with open_reader(size=(80, 24)) as reader:
        await reader.pilot.click("#tabs", offset=(16, 0))
        await reader.rest()
        assert reader.screen.reading.text.has_focus


async def test_after_hundreds_were_marked_read_they_go_together(
    open_reader: OpenReader, library: Library
) -> None:
    library.items.absorb([make_entry(n) for n in range(100, 300)], feed_id=1, at=NOW)
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("is:unread")
        await reader.press("enter", "A")
        assert len(reader.titles) == 206
        await reader.press("j")
        await reader.until(lambda: len(reader.titles) == 1)


async def test_escape_takes_an_accepted_filter_away(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("paper 4")
        await reader.press("enter")
        assert reader.titles == ["Paper 4"]
        await reader.press("escape")
        assert len(reader.titles) == 6
        assert reader.current == "Paper 4"


async def test_what_was_typed_into_the_dialog_for_links_is_there_again(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        await reader.press("a")
        await reader.type("2406.1")
        await reader.press("escape", "a")
        assert "2406.1" in reader.shown()


async def test_the_palette_finds_a_command_by_its_sentence(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("colon")
        await reader.type("write your note")
        await reader.until(lambda: "Write your note under the abstract" in reader.shown())
