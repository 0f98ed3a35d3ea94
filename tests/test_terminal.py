"""The installed program in a real terminal, from the first paint to the written file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.terminal import Terminal

HAULER = Path(sys.executable).with_name("hauler")


def environment() -> dict[str, str]:
    """This test's own home, and a terminal of today."""
    return {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "TEXTUAL_ANIMATIONS": "none",
    }


def seeded(directory: Path) -> Path:
    with Library.open(directory) as library:
        feed = library.feeds.add("https://example.org/feed.xml", title="A feed", at=NOW)
        library.items.absorb([make_entry(n) for n in range(1, 4)], feed_id=feed.id, at=NOW)
    return directory


def config(folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text("[refresh]\nevery = 0\n")
    return path


def test_a_paper_is_read_starred_annotated_and_written(tmp_path: Path) -> None:
    library = seeded(tmp_path / "library")
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    with Terminal(command, environment()) as terminal:
        terminal.wait_for("1 Incoming", "Paper 3", "What paper 3 is about.")
        terminal.type("s")
        terminal.wait_for("★", "1 card", "saved")
        terminal.type("2e")
        terminal.wait_for("note on")
        terminal.type("Worth **reading** twice.")
        terminal.type("\x1b")
        terminal.wait_for("your note", "Worth reading twice.")
        terminal.type("3P")
        terminal.wait_for("w writes the file", "Worth reading twice.")
        terminal.type("w")
        terminal.wait_for("Wrote ")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
    written = (library / "hauls" / "haul-1.md").read_bytes()
    assert b"<h4>Paper 3</h4>" in written
    assert "Worth **reading** twice." in written.decode()
    compiled = subprocess.run(
        [*command, "compile", "haul-1"], env=environment(), capture_output=True, check=True
    )
    assert compiled.stdout == written


def test_the_sample_opens_says_where_it_is_and_leaves_nothing_behind(
    tmp_path: Path, home: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with Terminal([str(HAULER), "sample"], environment() | {"TMPDIR": str(temporary)}) as terminal:
        terminal.wait_for("1 Incoming", "3 Drafts", "A sample in")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
    assert list(temporary.iterdir()) == []
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_terminal_of_80_by_24_shows_one_pane(tmp_path: Path) -> None:
    library = seeded(tmp_path / "library")
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    with Terminal(command, environment(), columns=80, lines=24) as terminal:
        terminal.wait_for("1 Incoming", "2 Reading", "Paper 3")
        terminal.type("\r")
        terminal.wait_for("What paper 3 is about.")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0


def test_the_persons_own_editor_writes_the_note(tmp_path: Path) -> None:
    library = seeded(tmp_path / "library")
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "from outside\\n" > "$1"\n')
    editor.chmod(0o755)
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    with Terminal(command, environment() | {"EDITOR": str(editor)}) as terminal:
        terminal.wait_for("1 Incoming", "Paper 3")
        terminal.type("2E")
        terminal.wait_for("your note", "from outside")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
    with Library.open(library, writing=False) as read:
        note = read.notes.get(read.items.find("2605.00003"))
        assert note is not None
        assert note.text == "from outside"


def test_a_note_being_typed_survives_the_death_of_the_program(tmp_path: Path) -> None:
    library = seeded(tmp_path / "library")
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    journal = library / "library.journal"
    with Terminal(command, environment()) as terminal:
        terminal.wait_for("1 Incoming", "Paper 3")
        terminal.type("2e")
        terminal.wait_for("note on")
        terminal.type("half a tho")
        terminal.wait_until(lambda _: "half a tho" in journal.read_text(), "the note", seconds=5)
        terminal.kill()
    with Library.open(library) as opened:
        note = opened.notes.get(opened.items.find("2605.00003"))
        assert note is not None
        assert note.text == "half a tho"
        assert opened.rescued == ()


def test_an_editor_that_fails_gives_the_reader_back_with_a_sentence(tmp_path: Path) -> None:
    library = seeded(tmp_path / "library")
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    with Terminal(command, environment() | {"EDITOR": "false"}) as terminal:
        terminal.wait_for("1 Incoming", "Paper 3")
        terminal.type("2E")
        terminal.wait_for("1 Incoming", "false ended with 1; the note is as it was.")
        terminal.type("jq")
        assert terminal.wait_for_exit() == 0


def test_a_browser_in_the_terminal_gets_it_and_gives_it_back(tmp_path: Path) -> None:
    library = seeded(tmp_path / "library")
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\nread line\necho "$1 $line" > "$0.log"\n')
    browser.chmod(0o755)
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    with Terminal(command, environment() | {"BROWSER": str(browser)}) as terminal:
        terminal.wait_for("1 Incoming", "Paper 3")
        terminal.type("o")
        terminal.wait_until(lambda text: "1 Incoming" not in text, "the browser")
        terminal.type("typed there\n")
        terminal.wait_for("1 Incoming", "Opened https://arxiv.org/abs/2605.00003")
        terminal.type("q")
        assert terminal.wait_for_exit() == 0
    log = (tmp_path / "browser.log").read_text()
    assert log == "https://arxiv.org/abs/2605.00003 typed there\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_shutdown_keeps_the_last_letters_and_gives_the_terminal_back(
    tmp_path: Path, number: signal.Signals
) -> None:
    library = seeded(tmp_path / "library")
    command = [str(HAULER), "--library", str(library), "--config", str(config(tmp_path))]
    with Terminal(command, environment()) as terminal:
        terminal.wait_for("1 Incoming", "Paper 3")
        terminal.type("e")
        terminal.wait_for("note on")
        terminal.type("last")
        terminal.wait_for("last")
        terminal.signal(number)
        assert terminal.wait_for_exit() == 143
        assert 1049 not in {mode >> 5 for mode in terminal.screen.mode}
    with Library.open(library, writing=False) as read:
        note = read.notes.get(read.items.find("2605.00003"))
        assert note is not None
        assert note.text == "last"
