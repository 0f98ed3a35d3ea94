"""A block changed here and by hand in the file: shown side by side, resolved by a key."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.ui.screens.conflicts import ConflictsPage
from hauler_tui.workflows.publish import compile_text
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW
from tests.ui.conftest import OpenReader, Reader


@pytest.fixture
def path(library: Library) -> Path:
    """The file of an issue of which two notes and the title were changed on both sides."""
    ids = library.items.view()[:3]
    for place, item_id in enumerate(ids):
        library.triage.star(item_id, NOW)
        library.notes.write(item_id, f"Note {place}.", NOW)
    path = write_issue(library, "haul-1", NOW).path
    text = path.read_text("utf-8")
    for before, after in (("Note 0", "File 0"), ("Note 1", "File 1"), ("Haul ~1", "Haul ~1 file")):
        text = text.replace(before, after)
    path.write_text(text, "utf-8")
    for place, item_id in enumerate(ids):
        library.notes.write(item_id, f"Here {place}.", NOW)
    library.hauls.edit("haul-1", NOW, title="Haul ~1 here")
    return path


async def asked(reader: Reader) -> None:
    """Press w and wait for the question."""
    await reader.press("3", "w")
    await reader.until(lambda: isinstance(reader.pilot.app.screen, ConflictsPage))
    await reader.rest()


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_both_sides_are_shown_and_a_key_each_resolves_them(
    open_reader: OpenReader, library: Library, path: Path, size: tuple[int, int]
) -> None:
    async with open_reader(size=size) as reader:
        await asked(reader)
        shown = reader.shown()
        assert "the note of “Paper 1”" in shown
        rows = [row for row in shown.splitlines() if "Here, in the library" in row]
        assert ("In the file, line" in rows[0]) is (size[0] > 100)
        await reader.press("w")
        assert "3 undecided" in reader.shown()
        await reader.press("o", "t", "b")
        assert "w writes" in reader.shown()
        await reader.press("w")
        await reader.until(lambda: reader.message.startswith("Wrote "))
        assert "took back what was edited by hand" in reader.message
        assert path.read_text("utf-8") == compile_text(library, "haul-1")
        assert library.hauls.get("haul-1").title == "Haul ~1 here"
        notes = [library.notes.text(item_id) for item_id in library.items.view()[:3]]
        assert notes == ["File 0.", "Here 1.\n\nFile 1.", "Here 2."]


async def test_what_is_typed_stands_there_and_escape_keeps_it(
    open_reader: OpenReader, library: Library, path: Path
) -> None:
    before = path.read_bytes()
    async with open_reader() as reader:
        await asked(reader)
        await reader.press("j", "e")
        await reader.type(" Typed.")
        await reader.press("escape", "escape")
        assert path.read_bytes() == before
        assert "Nothing was written" in reader.message
        await asked(reader)
        assert "as you typed it" in reader.shown()
        await reader.press("o", "o", "w")
        await reader.until(lambda: reader.message.startswith("Wrote "))
        assert "Typed." in path.read_text("utf-8")


async def test_undo_takes_back_what_came_from_the_file(
    open_reader: OpenReader, library: Library, path: Path
) -> None:
    async with open_reader() as reader:
        await asked(reader)
        await reader.press("t", "t", "t", "w")
        await reader.until(lambda: reader.message.startswith("Wrote "))
        first = library.items.view()[0]
        assert library.notes.text(first) == "File 0."
        await reader.press("u")
        assert library.notes.text(first) == "Here 0."


async def test_the_keys_answer_while_the_file_is_merged(
    open_reader: OpenReader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hauler_tui.haul import merge as merging

    begun, may_end = threading.Event(), threading.Event()
    merge = merging.merge

    def slow(*arguments: object, **options: object) -> object:
        begun.set()
        may_end.wait(30)
        return merge(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(merging, "merge", slow)
    async with open_reader() as reader:
        await reader.pilot.press("3", "w")
        await reader.until(begun.is_set)
        before = reader.screen.drafts.list.cursor
        await reader.pilot.press("j")
        assert reader.screen.drafts.list.cursor > before
        await reader.pilot.press("w")
        await reader.until(lambda: reader.message == "The file is being written")
        may_end.set()
        await reader.until(lambda: isinstance(reader.pilot.app.screen, ConflictsPage))


async def test_words_that_leave_the_file_are_told_where_the_bottom_line_is_too_short(
    open_reader: OpenReader, library: Library, path: Path
) -> None:
    async with open_reader(size=(80, 24)) as reader:
        await asked(reader)
        await reader.press("o", "o", "o", "w")
        await reader.until(lambda: reader.message.startswith("Wrote "))
        (told,) = reader.pilot.app._notifications
        assert "keeps the file as it was edited by hand" in told.message
        assert "File 0" in (library.directory / "hauls" / "by-hand" / "haul-1-1.md").read_text()
