"""Tags, the clipboard, the browser, changed keys and full disks."""

from __future__ import annotations

from pathlib import Path

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader


async def test_a_changed_key_works_and_its_default_does_not(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader(keys={"item.star": "Z"}) as reader:
        await reader.press("s")
        assert library.hauls.open_issue() is None
        await reader.press("Z")
        assert library.hauls.open_issue() is not None


async def test_a_wrong_key_is_told_and_the_reader_works(open_reader: OpenReader) -> None:
    async with open_reader(keys={"item.strar": "S"}) as reader:
        assert any("item.strar" in n.message for n in reader.pilot.app._notifications)


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


async def test_an_issue_opens_as_a_page_in_the_browser(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def pretend(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", pretend)
    async with open_reader() as reader:
        await reader.press("3", "B")
        assert reader.message == "There is no issue to browse: s on a paper opens one."
        await reader.press("1", "s", "3", "B")
        page = library.directory / "pages" / "haul-1.html"
        await reader.until(lambda: reader.message == f"Opened {page}")
    assert opened == [page.as_uri()]
    assert "<h4>Paper 1</h4>" in page.read_text("utf-8")


async def test_an_issue_is_copied_and_the_way_is_told(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []
    monkeypatch.delenv("TMUX", raising=False)
    async with open_reader() as reader:
        await reader.press("s", "3", "Y")
        assert reader.message == "Copied “Haul ~1” · by the terminal (OSC 52)"
        assert "<h4>Paper 1</h4>" in reader.pilot.app.clipboard
        monkeypatch.setattr("hauler_tui.ui.clipboard.clipboard_command", lambda e: ("xclip",))
        monkeypatch.setattr(
            "hauler_tui.ui.clipboard.hand_to", lambda command, text: taken.append(text)
        )
        await reader.press("Y")
        await reader.until(lambda: "by xclip and the terminal (OSC 52)" in reader.message)
        monkeypatch.setenv("TMUX", "/none,1,0")
        monkeypatch.setattr("hauler_tui.ui.clipboard.clipboard_command", lambda e: ("tmux",))
        await reader.press("Y")
        await reader.until(lambda: reader.message == "Copied “Haul ~1” · by tmux")
        monkeypatch.setattr("hauler_tui.ui.clipboard.clipboard_command", lambda e: None)
        await reader.press("Y")
        await reader.until(lambda: "(OSC 52), if tmux lets it" in reader.message)
    assert "<h4>Paper 1</h4>" in taken[0]


async def test_an_issue_too_long_for_a_terminal_is_not_said_to_be_copied(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("s")
        library.notes.write(library.items.view()[0], "word " * 20_000, NOW)
        await reader.press("3", "Y")
        assert "too many for a terminal's clipboard" in reader.message
