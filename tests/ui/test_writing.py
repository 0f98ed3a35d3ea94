"""Notes and lanes, written in the reader."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.ui.external import browse, edit, editor_command
from hauler_tui.ui.widgets import editor as editor_module
from tests.factories import NOW
from tests.ui.conftest import OpenReader


def note_of(library: Library, item_id: int | None) -> str | None:
    assert item_id is not None
    note = library.notes.get(item_id)
    return note.text if note else None


async def test_a_note_is_kept_when_escape_leaves(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("2", "e")
        await reader.type("A *thought*.")
        await reader.press("escape")
        assert note_of(library, reader.screen.current_id) == "A *thought*."
        assert reader.screen.reading.text.has_focus
        assert "A thought." in reader.shown()
        assert "✎" in reader.shown()


async def test_a_note_is_saved_while_it_is_typed(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_module, "SAVE_AFTER_SECONDS", 0.01)
    async with open_reader() as reader:
        await reader.press("2", "e")
        await reader.type("abc")
        await reader.until(lambda: note_of(library, reader.screen.current_id) == "abc")
        assert reader.screen.reading.editor.has_focus


async def test_a_note_is_saved_even_when_the_typing_never_rests(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_module, "SAVE_AFTER_SECONDS", 3600)
    monkeypatch.setattr(editor_module, "SAVE_AT_LEAST_SECONDS", 0.01)
    async with open_reader() as reader:
        await reader.press("2", "e")
        await reader.type("a")
        await reader.until(lambda: note_of(library, reader.screen.current_id) == "a")


async def test_a_sitting_is_one_step_of_history(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor_module, "SAVE_AFTER_SECONDS", 0.01)
    async with open_reader() as reader:
        await reader.press("2", "e")
        await reader.type("one")
        await reader.until(lambda: note_of(library, reader.screen.current_id) == "one")
        await reader.type(" two")
        await reader.press("escape", "u")
        assert note_of(library, reader.screen.current_id) is None


async def test_no_letter_of_a_note_is_a_command(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("2", "e")
        await reader.type("sxqu?/:")
        await reader.press("ctrl+r", "escape")
        assert library.hauls.open_issue() is None
        assert note_of(library, reader.screen.current_id) == "sxqu?/:"


async def test_the_note_stays_with_its_item_when_the_list_moves_on(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        first = reader.screen.current_id
        await reader.press("2", "e")
        await reader.type("mine")
        reader.screen.incoming.list.move(1)
        await reader.rest()
        assert note_of(library, first) == "mine"
        assert not reader.screen.reading.editor.display


async def test_quitting_keeps_what_was_being_typed(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        first = reader.screen.current_id
        await reader.press("2", "e")
        await reader.type("last words")
        reader.screen.action_app_leave()
        await reader.until(lambda: not reader.pilot.app.is_running)
    assert note_of(library, first) == "last words"


async def test_typing_is_undone_inside_the_field(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("2", "e")
        await reader.type("ab")
        await reader.press("ctrl+z", "escape")
        assert note_of(library, reader.screen.current_id) is None


async def test_a_lane_is_edited_in_place(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.press("s", "3", "g", "e")
        await reader.type("Opening words.")
        await reader.press("escape")
        issue = library.hauls.open_issue()
        assert issue is not None
        assert issue.lanes[0].text == "Opening words."
        assert "2 words" in reader.shown()
        assert reader.screen.drafts.list.has_focus


async def test_a_cards_note_is_edited_in_the_drafts_pane(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("s", "3", "G", "e")
        await reader.type("why it matters")
        await reader.press("escape")
        assert note_of(library, reader.screen.current_id) == "why it matters"
        assert "3 words" in reader.shown()


async def test_a_note_with_anything_in_it_is_drawn_as_text(
    open_reader: OpenReader, library: Library
) -> None:
    nasty = "[/foo] [@click=app.quit()]x[/] \x1b[31mred\x07 \x00 \u202e \u2028 <script>"
    library.notes.write(library.items.view()[0], nasty, NOW)
    async with open_reader() as reader:
        shown = reader.shown()
        assert "[@click=app.quit()]x[/]" in shown
        assert not any(ord(letter) < 32 for letter in shown if letter != "\n")
        await reader.press("2", "e", "escape")
        assert note_of(library, reader.screen.current_id) == nasty


def editor_script(folder: Path, body: str) -> dict[str, str]:
    script = folder / "my editor"
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return {"EDITOR": f"'{script}'", "VISUAL": ""}


def test_the_persons_editor_changes_a_text(tmp_path: Path) -> None:
    environment = editor_script(tmp_path, 'printf " and more" >> "$1"')
    assert edit("some", "note.md", environment) == "some and more"


def test_an_editor_that_fails_leaves_the_note_and_keeps_its_file(tmp_path: Path) -> None:
    environment = editor_script(tmp_path, 'printf more > "$1"; exit 3')
    with pytest.raises(HaulerError, match="ended with 3; the note is as it was") as caught:
        edit("some", "note.md", environment)
    kept = Path(caught.value.hint.removeprefix("What it wrote is kept in ").removesuffix("."))
    assert kept.read_text() == "more"
    kept.unlink()
    kept.parent.rmdir()


def test_an_editor_that_writes_bytes_leaves_the_note_and_keeps_its_file(tmp_path: Path) -> None:
    environment = editor_script(tmp_path, "printf '\\377' > \"$1\"")
    with pytest.raises(HaulerError, match="is not UTF-8 text") as caught:
        edit("some", "note.md", environment)
    kept = Path(caught.value.hint.removeprefix("The file is kept: ").removesuffix("."))
    assert kept.read_bytes() == b"\xff"
    kept.unlink()
    kept.parent.rmdir()


def test_an_editor_that_is_not_there_is_named() -> None:
    with pytest.raises(HaulerError, match="no-such-editor does not start"):
        edit("some", "note.md", {"EDITOR": "no-such-editor"})


def test_visual_goes_before_editor_and_vi_is_the_last_resort() -> None:
    assert editor_command({"VISUAL": "code -w", "EDITOR": "nano"}) == ["code", "-w"]
    assert editor_command({}) == ["vi"]
    with pytest.raises(HaulerError, match="not a command"):
        editor_command({"EDITOR": "'"})


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "--version", "https://a b", ""]
)
def test_only_web_addresses_are_opened(link: str) -> None:
    with pytest.raises(HaulerError, match="no web address"):
        browse(link)
