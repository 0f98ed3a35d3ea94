"""The radar in the reader: what happened to what was covered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.ui.screens.radar import RadarPage
from hauler_tui.workflows.publish import import_files
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader, Reader
from tests.ui.test_lanes import lane_text
from tests.workflows.conftest import issue_text, write


@pytest.fixture
def news(library: Library, tmp_path: Path) -> None:
    """Papers 1 and 2 were covered, and the second has a new version."""
    import_files(library, [write(tmp_path, "field-notes-6.md", issue_text(6))], NOW)
    later = make_entry(2, version=3, announce="replace")
    library.items.absorb([later], feed_id=1, at=NOW + timedelta(days=60))
    library.hauls.new_issue(None, NOW)


async def radar(reader: Reader) -> None:
    """Choose the radar among the views."""
    await reader.press("f")
    await reader.until(lambda: "News of what you covered" in reader.shown())
    await reader.press(*"jjjjjj", "enter")
    await reader.until(lambda: isinstance(reader.pilot.app.screen, RadarPage))
    await reader.until(lambda: "Looking through" not in reader.shown())


async def test_without_news_it_says_so(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await radar(reader)
        assert "Nothing happened to what you covered" in reader.shown()
        await reader.press("l", "x", "enter", "escape")
        assert not isinstance(reader.pilot.app.screen, RadarPage)


@pytest.mark.usefixtures("news")
async def test_news_goes_to_a_lane_with_one_key_and_comes_back_with_another(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await radar(reader)
        assert "now v3  field-notes-6" in reader.shown()
        assert "*Replaced*: [Paper 2](https://arxiv.org/abs/2605.00002)" in reader.shown()
        await reader.press("l")
        await reader.until(lambda: "written into Comments" in reader.shown())
        assert lane_text(library, "Comments").endswith("now v3.")
        assert "now v3  field-notes-6" not in reader.shown()
        await reader.press("u")
        await reader.until(lambda: "now v3  field-notes-6" in reader.shown())
        issue = library.hauls.open_issue()
        assert issue is not None
        assert all("now v3" not in lane.text for lane in issue.lanes)


@pytest.mark.usefixtures("news")
async def test_news_is_put_aside_and_enter_goes_to_the_item(
    open_reader: OpenReader, library: Library
) -> None:
    async with open_reader() as reader:
        await radar(reader)
        await reader.press("x")
        await reader.until(lambda: "put aside" in reader.shown())
        assert "Nothing happened" in reader.shown()
        await reader.press("u")
        await reader.until(lambda: "now v3  field-notes-6" in reader.shown())
        await reader.press("enter")
        await reader.until(lambda: not isinstance(reader.pilot.app.screen, RadarPage))
        assert reader.screen.current_id == library.items.find("2605.00002")
