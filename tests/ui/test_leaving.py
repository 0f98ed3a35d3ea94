"""Leaving the reader when the library's folder went away, or its disk is full."""

from __future__ import annotations

import errno
import os

import pytest

from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.ui.screens import leaving
from tests.ui.conftest import OpenReader


async def test_a_folder_that_vanished_is_told_and_its_return_ends_the_question(
    open_reader: OpenReader, library: Library
) -> None:
    away = library.directory.with_name("elsewhere")
    async with open_reader() as reader:
        await reader.press("s")
        library.flush()
        library.directory.rename(away)
        await reader.press("q")
        await reader.until(lambda: "is not there any more" in " ".join(reader.shown().split()))
        shown = " ".join(reader.shown().split())
        assert "put the folder back" in shown
        assert "room on the disk" not in shown
        assert "Save a copy elsewhere" in shown
        away.rename(library.directory)
        await reader.press("j", "enter")
        await reader.until(lambda: not reader.pilot.app.is_running)


def test_a_folder_that_was_removed_is_told_with_what_is_not_saved(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Library, "pending", property(lambda _: 2))
    away = library.directory.with_name("elsewhere")
    library.directory.rename(away)
    asked = leaving.question(library, LibraryError("One change is not saved"))
    away.rename(library.directory)
    assert asked is not None
    assert "2 changes are not saved" in asked[0]
    assert [choice.value for choice in asked[1]] == ["stay", "again", "copy", "leave"]


@pytest.mark.parametrize(
    ("number", "stay"),
    [(errno.ENOSPC, "and make room on the disk"), (errno.EIO, "and look after that disk")],
)
def test_what_to_do_about_a_disk_that_refuses_is_what_it_refuses_for(
    library: Library, monkeypatch: pytest.MonkeyPatch, number: int, stay: str
) -> None:
    monkeypatch.setattr(Library, "error", property(lambda _: OSError(number, os.strerror(number))))
    asked = leaving.question(library, LibraryError("One change is not saved: it refuses"))
    assert asked is not None
    assert asked[0] == "One change is not saved: it refuses"
    assert asked[1][0].about == stay


def test_nothing_is_asked_when_everything_is_saved(library: Library) -> None:
    assert leaving.question(library, None) is None
