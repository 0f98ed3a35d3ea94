"""What a person sees and presses in the reader."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from hauler_tui.errors import LibraryError
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


async def test_a_changed_key_works_and_its_default_does_not(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader(keys={"item.star": "S"}) as reader:
        await reader.press("s")
        assert library.hauls.open_issue() is None
        await reader.press("S")
        assert library.hauls.open_issue() is not None


async def test_a_wrong_key_is_told_and_the_reader_works(open_reader: OpenReader) -> None:
    async with open_reader(keys={"item.strar": "S"}) as reader:
        assert any("item.strar" in n.message for n in reader.pilot.app._notifications)


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
        await reader.until(lambda: "Added 1" in reader.message)
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


async def test_the_reader_draws_in_every_theme(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        app = reader.pilot.app
        for name in app.available_themes:
            app.theme = name
            await reader.rest()
            assert "1 Incoming" in reader.shown(), name
            assert app.screen_of_reader.status.is_attached  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["hauler-dark", "hauler-light", "hauler-terminal"])
async def test_a_theme_of_ours_is_what_the_configuration_names(
    open_reader: OpenReader, name: str
) -> None:
    async with open_reader(theme=name) as reader:
        assert reader.pilot.app.theme == name
        assert "1 Incoming" in reader.shown()
        await reader.press("2", "e")
        assert "note on" in reader.shown()


async def test_an_unknown_theme_is_told_and_the_default_is_used(open_reader: OpenReader) -> None:
    async with open_reader(theme="no-such") as reader:
        assert reader.pilot.app.theme == "hauler-dark"
        assert any("no-such" in n.message for n in reader.pilot.app._notifications)


async def test_a_bad_theme_file_is_named_with_its_reason_and_the_reader_opens(
    open_reader: OpenReader, tmp_path: Path
) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "broken.toml").write_text("primary = 3\n")
    async with open_reader() as reader:
        (message,) = (n.message for n in reader.pilot.app._notifications)
        assert message == "broken.toml “primary” is not a colour in quotes"
        assert "1 Incoming" in reader.shown()


async def test_the_chosen_theme_is_remembered(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        reader.pilot.app.theme = "hauler-light"
        await reader.rest()
        reader.pilot.app.remember()  # type: ignore[attr-defined]
    async with open_reader() as reader:
        assert reader.pilot.app.theme == "hauler-light"


async def test_tags_are_changed_in_one_line(open_reader: OpenReader, library: Library) -> None:
    first = library.items.view()[0]
    library.triage.tag([first], ["old", "kept"], [], NOW)
    async with open_reader() as reader:
        await reader.press("t")
        await reader.until(lambda: "Tags of “Paper 1”" in reader.shown())
        await reader.press(*["backspace"] * len("old kept"))
        await reader.type("kept new")
        await reader.press("enter")
        await reader.until(lambda: reader.message == "Tags: #kept #new")
        assert library.items.get(first).tags == ("kept", "new")
        assert "#kept #new" in reader.shown()


async def test_an_item_is_copied_as_markdown(open_reader: OpenReader, library: Library) -> None:
    library.items.absorb([make_entry(9, title="A [great] paper")], feed_id=1, at=NOW)
    async with open_reader() as reader:
        await reader.press("Y")
        assert reader.pilot.app.clipboard == (
            r"[A \[great\] paper](https://arxiv.org/abs/2605.00009)"
        )
        await reader.press("y")
        assert reader.pilot.app.clipboard == "https://arxiv.org/abs/2605.00009"


async def test_the_link_and_the_pdf_open_in_the_browser(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def pretend(link: str) -> bool:
        opened.append(link)
        return True

    monkeypatch.setattr("webbrowser.open", pretend)
    async with open_reader() as reader:
        await reader.press("o", "p", "2", "o", "p")
    page, pdf = "https://arxiv.org/abs/2605.00001", "https://arxiv.org/pdf/2605.00001"
    assert opened == [page, pdf, page, pdf]


async def test_without_a_browser_a_sentence_says_what_to_do(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda link: False)
    async with open_reader() as reader:
        await reader.press("o")
        assert reader.message == "No browser was found."


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


async def test_no_color_draws_no_colour(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_reader() as reader:
        styles = [segment.style for strip in reader.strips() for segment in strip if segment.style]
        colours = {style.color.triplet for style in styles if style.color and style.color.triplet}
        assert all(red == green == blue for red, green, blue in colours)


async def test_what_the_disk_refuses_is_not_left_behind_unasked(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(timeout: float | None = None) -> None:
        raise LibraryError("1 change is not saved: no space left on device")

    async with open_reader() as reader:
        await reader.press("s")
        monkeypatch.setattr(library, "flush", refuse)
        await reader.press("q")
        await reader.until(lambda: "no space left on device" in reader.shown())
        await reader.press("escape")
        assert reader.pilot.app.is_running
        await reader.press("q")
        await reader.until(lambda: "Save a copy elsewhere" in reader.shown())
        await reader.press("j", "j", "enter")
        await reader.until(lambda: "Write everything you made" in reader.shown())
        await reader.press(*["backspace"] * len("~/hauler-rescued.json"))
        await reader.type(str(tmp_path / "copy.json"))
        await reader.press("enter")
        await reader.until(lambda: (tmp_path / "copy.json").exists())
    assert "starred_at" in (tmp_path / "copy.json").read_text()
    monkeypatch.undo()


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
