"""What is listed while a search is still under way, and while the index is behind."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Iterator

import pytest

from hauler_tui.domain.query import Query
from hauler_tui.library.items import Items
from hauler_tui.library.library import Library
from tests.ui.conftest import OpenReader

FOUND: dict[str, list[list[int]]] = {
    "slow": [[2], [1, 2, 3], [1, 2, 3, 4]],
    "other": [[6]],
    "none": [[], []],
}


@pytest.fixture
def let_come(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the next part of an answer come; nothing of “slow”, “other” and “none” does by itself."""
    waiting = {text: threading.Semaphore(0) for text in FOUND}
    answers = Items.answers

    def parts(
        items: Items, query: Query | None = None, *, stop: Callable[[], bool]
    ) -> Iterator[array[int]]:
        if query is None or query.text not in FOUND:
            yield from answers(items, query, stop=stop)
            return
        for part in FOUND[query.text]:
            waiting[query.text].acquire(timeout=5)
            yield array("Q", part)
        waiting[query.text].acquire(timeout=5)

    monkeypatch.setattr(Items, "answers", parts)
    return lambda text: waiting[text].release()


async def test_an_answer_is_listed_as_it_comes_and_the_cursor_stays_on_its_row(
    open_reader: OpenReader, let_come: Callable[[str], None]
) -> None:
    async with open_reader() as reader:
        screen = reader.screen
        shown = screen.incoming.list
        screen.set_filter("slow")
        let_come("slow")
        await reader.until(lambda: list(shown.ids) == [2])
        assert "slow · 1 …" in reader.shown()
        assert reader.current == "Paper 2"
        await reader.pilot.press("A")
        assert "Still searching" in reader.message
        let_come("slow")
        await reader.until(lambda: list(shown.ids) == [1, 2, 3])
        assert reader.current == "Paper 1"  # where the cursor was before the search
        await reader.pilot.press("j")
        let_come("slow")
        await reader.until(lambda: list(shown.ids) == [1, 2, 3, 4])
        assert reader.current == "Paper 2"
        assert "slow · 4 …" in reader.shown()
        let_come("slow")
        await reader.rest()
        assert "slow · 4" in reader.shown()
        assert "slow · 4 …" not in reader.shown()


async def test_what_an_older_search_still_finds_is_not_listed(
    open_reader: OpenReader, let_come: Callable[[str], None]
) -> None:
    async with open_reader() as reader:
        shown = reader.screen.incoming.list
        reader.screen.set_filter("slow")
        let_come("slow")
        await reader.until(lambda: list(shown.ids) == [2])
        reader.screen.set_filter("other")
        for _ in range(3):
            let_come("slow")
        for _ in range(2):
            let_come("other")
        await reader.until(lambda: list(shown.ids) == [6])
        await reader.rest()
        assert list(shown.ids) == [6]


async def test_an_empty_list_says_so_only_when_everything_was_searched(
    open_reader: OpenReader, let_come: Callable[[str], None]
) -> None:
    async with open_reader() as reader:
        reader.screen.set_filter("none")
        let_come("none")
        let_come("none")
        await reader.pilot.pause(0.05)
        assert "Nothing matches" not in reader.shown()
        let_come("none")
        await reader.rest()
        assert "Nothing matches none" in reader.shown()


async def test_the_progress_of_the_index_is_told_while_many_items_wait(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress: list[tuple[int, int] | None] = [(12_000, 250_000)]
    monkeypatch.setattr(Library, "index_progress", property(lambda _: progress[0]))
    async with open_reader() as reader:
        assert "indexing 12,000 of 250,000" in reader.shown()
        progress[0] = None
        await reader.until(lambda: "indexing" not in reader.shown())


async def test_an_expression_that_cannot_be_tried_is_told_and_what_was_found_stays(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_reader() as reader:
        monkeypatch.setattr("sys.executable", "/bin/false")
        reader.screen.set_filter("/paper/")
        await reader.until(lambda: "could not be tried" in reader.message)
        await reader.until(lambda: not reader.screen.is_searching)
        monkeypatch.undo()
        reader.screen.set_filter("/paper [12]/")
        await reader.until(lambda: reader.titles == ["Paper 1", "Paper 2"])
