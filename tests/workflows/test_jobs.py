from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hauler_tui.errors import HaulError
from hauler_tui.library.library import Library
from hauler_tui.workflows.jobs import Journey, aside, at_once
from hauler_tui.workflows.writing import writing
from tests.factories import NOW
from tests.workflows.conftest import star

SLUG = "haul-1"


def threads() -> Journey[list[bool]]:
    """Whether each step was done in the main thread: the journey's own, and its job."""
    main = threading.main_thread()
    job = yield lambda: threading.current_thread() is main
    return [threading.current_thread() is main, job]


def failing() -> Journey[str]:
    try:
        yield lambda: 1 // 0
    except ZeroDivisionError:
        return "caught"
    return "went on"


def test_a_journey_goes_at_once_in_one_thread() -> None:
    assert at_once(threads()) == [True, True]
    assert at_once(failing()) == "caught"


def test_the_long_parts_of_a_journey_are_done_aside() -> None:
    assert asyncio.run(aside(threads())) == [True, False]
    assert asyncio.run(aside(failing())) == "caught"


def meanwhile(journey: Journey[object], change: Callable[[], object], times: int) -> object:
    """Go a journey, with a change before each of the first jobs."""
    job = next(journey)
    for _ in range(1000):
        if times:
            change()
            times -= 1
        try:
            job = journey.send(job())
        except StopIteration as end:
            return end.value
    raise AssertionError("it never ends")


@pytest.fixture
def path(library: Library) -> Path:
    """The file of an issue, edited by hand."""
    star(library, 1, "Note 1.")
    star(library, 2, "Note 2.")
    path = at_once(writing(library, SLUG, NOW)).path
    path.write_text(path.read_text().replace("Note 1.", "By hand."))
    return path


def test_a_note_written_while_the_file_is_merged_is_in_the_file(
    library: Library, path: Path
) -> None:
    star(library, 3)
    meanwhile(writing(library, SLUG, NOW), lambda: star(library, 2, "Newer."), 1)
    assert "Newer." in path.read_text()
    assert "By hand." in path.read_text()
    assert library.notes.text(library.items.find("2605.00001")) == "By hand."


def test_a_file_edited_while_it_is_merged_keeps_the_edit(library: Library, path: Path) -> None:
    star(library, 3)
    again = path.read_text().replace("By hand.", "Again.")
    meanwhile(writing(library, SLUG, NOW), lambda: path.write_text(again), 1)
    assert "Again." in path.read_text()
    assert library.notes.text(library.items.find("2605.00001")) == "Again."


def test_an_issue_that_never_rests_is_not_written(library: Library, path: Path) -> None:
    held = path.read_text()
    count = iter(range(1000))
    with pytest.raises(HaulError, match="changed again and again"):
        meanwhile(
            writing(library, SLUG, NOW),
            lambda: star(library, 2, f"Newer {next(count)}."),
            1000,
        )
    assert path.read_text() == held
