"""Rows selected in Incoming, and the verbs that act on all of them."""

from __future__ import annotations

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import publish_issue
from tests.factories import NOW
from tests.ui.conftest import OpenReader, Reader


def about(reader: Reader) -> str:
    """The title of Incoming."""
    return reader.screen.incoming.title_bar.about


def selected(reader: Reader) -> list[str]:
    """The titles of the rows that carry the sign."""
    lines = reader.shown().splitlines()[1:7]
    return [line[3:10] for line in lines if line.startswith("✓")]


def starred(library: Library) -> list[bool]:
    return [library.items.get(item_id).is_starred for item_id in library.items.view()]


async def test_v_selects_a_row_and_capital_v_those_up_to_it(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("j", "v")
        assert selected(reader) == ["Paper 2"]
        assert about(reader) == "1 selected · 6 unread of 6"
        await reader.press("j", "j", "V")
        assert selected(reader) == ["Paper 2", "Paper 3", "Paper 4"]
        await reader.press("k", "v")
        assert selected(reader) == ["Paper 2", "Paper 4"]
        assert about(reader).startswith("2 selected · ")


async def test_capital_v_with_nothing_selected_selects_the_row(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("j", "V", "G", "V")
        assert selected(reader) == [f"Paper {number}" for number in range(2, 7)]


async def test_escape_selects_nothing_before_it_takes_the_filter_away(
    open_reader: OpenReader,
) -> None:
    async with open_reader() as reader:
        await reader.press("slash")
        await reader.type("paper")
        await reader.press("enter", "v", "escape")
        assert selected(reader) == []
        assert about(reader) == "paper · 6"
        await reader.press("escape")
        assert about(reader) == "6 unread of 6"


async def test_the_selection_outlives_scrolling_and_another_filter(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader(size=(120, 6)) as reader:
        await reader.press("v", "G", "v", "g")
        assert selected(reader) == ["Paper 1"]
        await reader.press("slash")
        await reader.type("title:2")
        await reader.press("enter", "v")
        assert about(reader) == "3 selected · title:2 · 1"
        await reader.press("s")
        assert starred(library) == [True, True, False, False, False, True]


async def test_a_star_is_one_step_for_all_of_them_and_a_second_one_takes_all_back(
    open_reader: OpenReader, library: Library
) -> None:
    library.triage.star(library.items.view()[1], NOW)
    async with open_reader() as reader:
        await reader.press("v", "j", "j", "V", "s")
        assert reader.message == "Starred 2 · u takes it back"
        assert starred(library) == [True, True, True, False, False, False]
        assert selected(reader) == []
        assert about(reader) == "6 unread of 6"
        issue = library.hauls.open_issue()
        assert issue is not None
        assert len(issue.cards) == 3
        await reader.press("u")
        assert starred(library) == [False, True, False, False, False, False]
        await reader.press("ctrl+r", "g", "v", "j", "j", "V", "s")
        assert reader.message == "Unstarred 3; notes stay"
        assert not any(starred(library))


async def test_the_star_tells_of_what_an_issue_has_already_and_of_the_issue_it_opens(
    open_reader: OpenReader, library: Library
) -> None:
    library.triage.star(library.items.view()[0], NOW)
    publish_issue(library, "haul-1", NOW)
    library.triage.unstar(library.items.view()[0], NOW)
    async with open_reader() as reader:
        await reader.press("v", "j", "V", "s")
        assert reader.message == (
            "Starred 2 · opened “Haul ~2” for the cards"
            " · 1 without a card: an issue has them already · u takes it back"
        )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("m", "Marked 2 read"),
        ("space", "Marked 2 read"),
        ("A", "Marked 2 read"),
        ("x", "Skipped 2"),
    ],
)
async def test_read_and_skip_act_on_all_of_them(
    open_reader: OpenReader, library: Library, key: str, said: str
) -> None:
    ids = library.items.view()
    async with open_reader() as reader:
        await reader.press("v", "j", "V", key)
        assert reader.message == f"{said} · u takes it back"
        items = [library.items.get(item_id) for item_id in ids]
        assert [item.is_read or item.is_skipped for item in items] == [True, True] + [False] * 4
        await reader.press("u")
        items = [library.items.get(item_id) for item_id in ids]
        assert not any(item.is_read or item.is_skipped for item in items)


async def test_m_and_x_take_back_what_all_of_them_have(
    open_reader: OpenReader, library: Library
) -> None:
    ids = library.items.view()
    library.triage.mark_read(ids[:2], True, NOW)
    library.triage.skip(ids[4:], True, NOW)
    async with open_reader() as reader:
        await reader.press("v", "j", "V", "m")
        assert reader.message == "Marked 2 unread · u takes it back"
        await reader.press("slash")
        await reader.type("is:skipped")
        await reader.press("enter", "g", "v", "j", "V", "x")
        assert reader.message == "Back again: 2 · u takes it back"
        assert not library.items.get(ids[4]).is_skipped


async def test_the_tags_they_share_are_changed_and_their_others_stay(
    open_reader: OpenReader, library: Library
) -> None:
    ids = library.items.view()
    library.triage.tag(ids[:2], ["both"], [], NOW)
    library.triage.tag(ids[:1], ["mine"], [], NOW)
    async with open_reader() as reader:
        await reader.press("v", "j", "V", "t")
        await reader.until(lambda: "Tags that 2 items have in common" in reader.shown())
        await reader.type("new")
        await reader.press("enter")
        await reader.until(lambda: "Tagged 2: +new -both" in reader.message)
        assert [library.items.get(item_id).tags for item_id in ids[:2]] == [
            ("mine", "new"),
            ("new",),
        ]
        await reader.press("u")
        assert library.items.get(ids[1]).tags == ("both",)


@pytest.mark.parametrize(
    ("keys", "said"), [(("enter",), "2 links in Comments"), (("j", "enter"), "2 cards in Papers")]
)
async def test_all_of_them_go_to_a_lane_in_one_step(
    open_reader: OpenReader, library: Library, keys: tuple[str, ...], said: str
) -> None:
    async with open_reader() as reader:
        await reader.press("v", "j", "V", "l")
        await reader.until(lambda: "To a lane" in reader.shown())
        await reader.press(*keys)
        await reader.until(lambda: said in reader.message)
        issue = library.hauls.open_issue()
        assert issue is not None
        link = "https://arxiv.org/abs/2605.0000"
        links = f"- [Paper 1]({link}1)\n- [Paper 2]({link}2)"
        assert (len(issue.cards), issue.lanes[0].text) in [(0, links), (2, "")]
        assert selected(reader) == []
        await reader.press("u")
        assert library.hauls.open_issue() is None


async def test_links_and_markdown_of_all_of_them_are_copied(open_reader: OpenReader) -> None:
    link = "https://arxiv.org/abs/2605.0000"
    async with open_reader() as reader:
        await reader.press("v", "j", "V", "y")
        assert reader.pilot.app.clipboard == f"{link}1\n{link}2"
        assert "Copied 2 links" in reader.message
        await reader.press("V", "g", "V", "Y")
        assert reader.pilot.app.clipboard == f"- [Paper 1]({link}1)\n- [Paper 2]({link}2)"
        assert "2 links as Markdown" in reader.message


async def test_in_the_reading_pane_a_verb_is_for_the_paper_that_is_read(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await reader.press("v", "j", "2", "s")
        assert starred(library) == [False, True, False, False, False, False]
        assert about(reader).startswith("1 selected · ")
