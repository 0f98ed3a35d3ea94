"""Keys that come faster than they are handled."""

from __future__ import annotations

from textual import events

from hauler_tui.library.library import Library
from tests.ui.conftest import OpenReader, Reader


def burst(reader: Reader, *keys: str) -> None:
    """Put keys into the app's queue all at once, as a terminal does with what was pasted."""
    for key in keys:
        letter = {"space": " ", "slash": "/"}.get(key, key if len(key) == 1 else None)
        name = {":": "colon"}.get(key, key)
        reader.pilot.app.post_message(events.Key(name, letter))


async def test_letters_right_after_the_slash_go_into_the_filter(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        burst(reader, "slash", *"paper", "space", "4", "enter")
        await reader.until(lambda: reader.titles == ["Paper 4"])
        await reader.until(lambda: reader.screen.incoming.list.has_focus)
        assert library.items.count_unread(library.items.view()) == 6


async def test_letters_right_after_the_note_opens_go_into_the_note(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        burst(reader, "2", "e", *"sxq", "escape", "n")
        await reader.until(lambda: reader.current == "Paper 2")
        note = library.notes.get(library.items.view()[0])
        assert note is not None
        assert note.text == "sxq"


async def test_letters_right_after_a_dialog_opens_go_into_the_dialog(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        burst(reader, "a", *"arxiv:math", "slash", *"0309136", "enter")
        await reader.until(lambda: reader.library.items.lookup(["arxiv:math/0309136"]) is not None)


async def test_moves_in_a_burst_are_all_made(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        burst(reader, *"jjjjk")
        await reader.until(lambda: reader.current == "Paper 4")
