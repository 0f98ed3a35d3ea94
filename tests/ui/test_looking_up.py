"""Capturing from inside the reader, with the servers played by a function."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual import events

from hauler_tui.config import Config, RefreshConfig
from hauler_tui.domain.lookup import Finding, Held, Question, Unknown
from hauler_tui.library.library import Library
from hauler_tui.ui.screens import dialogs
from hauler_tui.workflows.capture import capture
from tests.factories import NOW
from tests.lookups import answering, paper
from tests.queue_document import queue_document
from tests.ui.conftest import OpenReader, Reader

LINK = "https://arxiv.org/abs/2605.00077"


async def paste(reader: Reader, text: str) -> None:
    """Paste into the field that ``a`` opens, and accept."""
    await reader.press("a")
    focused = reader.pilot.app.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await reader.press("enter")


async def test_a_captures_and_the_row_fills_in(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, paper)
    async with open_reader() as reader:
        await paste(reader, LINK)
        await reader.until(lambda: reader.current == "About 2605.00077")
        await reader.until(lambda: reader.message == "1 of 1 link looked up")
        assert "About 2605.00077" in reader.shown()
        assert len(asked) == 1


async def test_every_line_of_a_pasted_document_counts(
    open_reader: OpenReader, library: Library
) -> None:
    text, keys = queue_document(60)
    async with open_reader() as reader:
        await paste(reader, text)
        await reader.until(lambda: "no network" in reader.message.lower())
        assert library.lookups.count() == len(keys)


async def test_far_too_long_a_paste_is_refused_with_the_way_out(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    monkeypatch.setattr(dialogs, "MOST_PASTED", 10)
    async with open_reader() as reader:
        await paste(reader, LINK)
        (told,) = (n.message for n in reader.pilot.app._notifications)
        assert told == "That is too long to paste: hauler add - takes it from a file."
    assert library.lookups.count() == 0


async def test_what_could_not_be_resolved_says_why_in_the_reading_pane(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(question: Question) -> Finding:
        return Unknown(
            item_id=question.item_id,
            host="arxiv.org",
            reason="arXiv has no paper 2605.00077",
            hint="check its number",
            for_good=True,
        )

    answering(monkeypatch, unknown)
    async with open_reader(size=(200, 40)) as reader:
        await paste(reader, LINK)
        await reader.until(lambda: "1 not to be resolved" in reader.message)
        await reader.until(
            lambda: "Could not be resolved: arXiv has no paper 2605.00077." in reader.shown()
        )
        assert "check its number" in reader.shown()


async def test_before_anybody_was_asked_the_pane_says_so(
    open_reader: OpenReader, library: Library
) -> None:
    capture(library, [LINK], at=NOW + timedelta(hours=1))
    async with open_reader() as reader:
        await reader.press("g")
        assert "Not looked up yet." in reader.shown()


async def test_the_queue_shows_how_far_it_is(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    async with open_reader() as reader:

        def knowing(question: Question) -> Finding:
            shown.append(reader.screen.status._busy)
            return paper(question)

        answering(monkeypatch, knowing)
        await paste(reader, " ".join(f"https://example.org/{n}" for n in range(4)))
        await reader.until(lambda: reader.message == "4 of 4 links looked up")
        assert shown[2] == "looking up █████····· 2/4"
        assert reader.screen.status._busy == ""


async def test_links_captured_meanwhile_are_looked_up_too(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_reader() as reader:

        def knowing(question: Question) -> Finding:
            if question.link == LINK:
                capture(library, ["https://example.org/late"], at=NOW)
                reader.screen.look_up_due()
            return paper(question)

        asked = answering(monkeypatch, knowing)
        await paste(reader, LINK)
        await reader.until(lambda: len(asked) == 2)
        await reader.until(lambda: library.lookups.count() == 0)


async def test_refreshing_goes_on_with_what_waits_and_is_due(
    open_reader: OpenReader, library: Library, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(library, [LINK], at=NOW)
    for feed in library.feeds.all():
        library.feeds.remove(feed.id, NOW)
    asked = answering(monkeypatch, paper)
    async with open_reader() as reader:
        await reader.press("R")
        await reader.until(lambda: reader.message == "1 of 1 link looked up")
        capture(library, ["https://example.org/b"], at=NOW)
        monkeypatch.setattr(
            reader.screen, "config", replace(config, refresh=RefreshConfig(every=60))
        )
        reader.screen.refresh_by_itself()
        await reader.until(lambda: len(asked) == 2)


async def test_a_host_that_wants_peace_is_not_asked_again_by_another_key(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(question: Question) -> Finding:
        return Held(item_id=question.item_id, host="arxiv.org", reason="arxiv.org asks for peace")

    asked = answering(monkeypatch, held)
    for feed in library.feeds.all():
        library.feeds.remove(feed.id, NOW)
    async with open_reader() as reader:
        await paste(reader, LINK)
        await reader.until(lambda: "1 later" in reader.message)
        await reader.press("R", "R")
        assert len(asked) == 1


async def test_nobody_asks_servers_while_feeds_are_fetched(
    open_reader: OpenReader, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, paper)
    async with open_reader() as reader:
        async with reader.screen.network:
            await paste(reader, LINK)
            await reader.rest()
            assert asked == []
        await reader.until(lambda: len(asked) == 1)
