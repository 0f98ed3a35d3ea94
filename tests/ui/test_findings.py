"""Findings in the reader: their count in the title of Drafts, the list, the way to the place."""

from __future__ import annotations

import pytest

from hauler_tui.library.library import Library
from hauler_tui.ui.screens.findings_page import FindingsPage
from hauler_tui.workflows.publish import publish_issue
from tests.factories import NOW
from tests.ui.conftest import OpenReader, Reader


@pytest.fixture
def drafted(library: Library) -> Library:
    """An open issue with a remark and three cards, the middle one without a note."""
    ids = library.items.view()
    for place in (0, 1, 2):
        library.triage.star(ids[place], NOW)
    for place in (0, 2):
        library.notes.write(ids[place], "Why it is here.", NOW)
    library.hauls.write_lane("haul-1", "Comments", "A remark.", NOW)
    return library


def title(reader: Reader) -> str:
    """The first line of the screen, where the drafts pane's title is."""
    return reader.shown().splitlines()[0]


async def test_the_count_of_findings_stands_in_the_title_and_follows_the_typing(
    open_reader: OpenReader, drafted: Library
) -> None:
    async with open_reader() as reader:
        await reader.until(lambda: " 1 finding · haul-1 " in title(reader))
        await reader.press("3", "G", "k", "e")
        await reader.type("TODO")
        await reader.until(lambda: " 1 finding · haul-1 " in title(reader))
        await reader.press(*["backspace"] * 4)
        await reader.type("Why")
        await reader.until(lambda: title(reader).endswith(" 3 Drafts             haul-1 "))
        await reader.type(" XXX and TODO")
        await reader.until(lambda: " 2 findings · " in title(reader))
        await reader.press("escape", "u")
        await reader.until(lambda: " 1 finding · haul-1 " in title(reader))


async def test_each_card_and_lane_tells_how_many_findings_it_has(
    open_reader: OpenReader, drafted: Library
) -> None:
    drafted.notes.write(drafted.items.view()[0], "TODO", NOW)
    drafted.hauls.write_lane("haul-1", "Comments", "TODO and XXX", NOW)
    series = drafted.hauls.current()
    assert series is not None
    drafted.hauls.edit_series(series.id, NOW, tags="TODO")
    async with open_reader() as reader:

        def row(words: str) -> str:
            found = [line[-29:] for line in reader.shown().splitlines() if words in line[-29:]]
            return " ".join(found[0].split()) if found else ""

        await reader.until(lambda: row("Paper 1") == "✎ Paper 1 ✗1 1")
        assert row("Paper 2") == "· Paper 2 !1 –"
        assert row("Paper 3") == "✎ Paper 3 4"
        assert row("▍Comments") == "▍Comments ✗2 3 words"
        assert row("Haul ~1") == "Haul ~1 ✗1"
        assert " 5 findings · haul" in title(reader)
        await reader.press("3", "G", "k", "e")
        await reader.type("Why")
        await reader.until(lambda: row("Paper 2") == "✎ Paper 2 1")


async def test_a_long_paste_is_checked_when_the_keys_rest(
    open_reader: OpenReader, drafted: Library
) -> None:
    async with open_reader() as reader:
        await reader.until(lambda: " 1 finding · haul-1 " in title(reader))
        drafted.notes.write(drafted.items.view()[0], "TODO\n" * 3000, NOW)
        await reader.until(lambda: " 3,001 findings · " in title(reader))


async def test_c_lists_the_findings_and_enter_goes_to_the_card(
    open_reader: OpenReader, drafted: Library
) -> None:
    ids = drafted.items.view()
    drafted.notes.write(ids[0], "TODO", NOW)
    async with open_reader() as reader:
        await reader.press("3", "g", "c")
        await reader.until(lambda: isinstance(reader.pilot.app.screen, FindingsPage))
        assert "1 error · 1 warning · enter goes there" in reader.shown()
        assert "“TODO” was left in: write what belongs there" in reader.shown()
        assert "placeholder · line " in reader.shown()
        await reader.press("j")
        assert "no-note · line " in reader.shown()
        await reader.press("enter")
        card = reader.screen.drafts.list.current_card
        assert card is not None
        assert card.item_id == ids[1]


async def test_enter_goes_to_the_lane_and_escape_stays(
    open_reader: OpenReader, drafted: Library
) -> None:
    drafted.hauls.write_lane("haul-1", "Comments", "TODO", NOW)
    async with open_reader() as reader:
        await reader.press("3", "G", "c")
        await reader.until(lambda: isinstance(reader.pilot.app.screen, FindingsPage))
        await reader.press("escape")
        assert reader.screen.drafts.list.current_card is not None
        await reader.press("c")
        await reader.until(lambda: isinstance(reader.pilot.app.screen, FindingsPage))
        await reader.press("enter")
        assert reader.screen.drafts.list.current_lane == "Comments"


async def test_an_issue_without_a_finding_says_so(
    open_reader: OpenReader, drafted: Library
) -> None:
    drafted.notes.write(drafted.items.view()[1], "Why.", NOW)
    async with open_reader() as reader:
        await reader.press("3", "c")
        await reader.until(lambda: reader.message == "Nothing to mend in haul-1.")


async def test_without_an_issue_c_says_what_to_do(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("3", "c")
        assert "No issue is open" in reader.message


async def test_a_published_issue_is_checked_when_asked(
    open_reader: OpenReader, drafted: Library
) -> None:
    publish_issue(drafted, "haul-1", NOW)
    async with open_reader() as reader:
        await reader.press("3", "left_square_bracket")
        await reader.until(lambda: "haul-1 · published" in title(reader))
        await reader.press("c")
        await reader.until(lambda: isinstance(reader.pilot.app.screen, FindingsPage))
        assert "the card has no note" in reader.shown()
        await reader.press("enter")
        card = reader.screen.drafts.list.current_card
        assert card is not None
        assert card.item_id == drafted.items.view()[1]


@pytest.mark.parametrize("size", [(80, 24), (200, 60), (30, 8)])
async def test_the_list_fits_any_terminal(
    open_reader: OpenReader, drafted: Library, size: tuple[int, int]
) -> None:
    async with open_reader(size=size) as reader:
        await reader.press("3", "c")
        await reader.until(lambda: isinstance(reader.pilot.app.screen, FindingsPage))
        assert len(reader.strips()) == size[1]
        assert all(strip.cell_length == size[0] for strip in reader.strips())
        await reader.press("G", "g", "k", "j", "q")
        assert not isinstance(reader.pilot.app.screen, FindingsPage)
