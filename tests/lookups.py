"""Servers that know what links are, played by a function where a real process is not the point."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime

import pytest

from hauler_tui.domain.lookup import Broken, Finding, Found, Question
from hauler_tui.sources import lookups
from hauler_tui.sources.settings import FetchSettings, Services
from tests.factories import make_entry

Knowing = Callable[[Question], Finding]


def offline(question: Question) -> Finding:
    """What every link comes to without a network."""
    return Broken(
        item_id=question.item_id,
        host="arxiv.org",
        reason="the name arxiv.org cannot be looked up",
        was_reached=False,
    )


def paper(question: Question) -> Finding:
    """Every link is a paper called by the last part of its address."""
    title = "About " + question.link.rstrip("/").rpartition("/")[2]
    entry = make_entry(link=question.link, aliases=question.aliases, title=title)
    return Found(item_id=question.item_id, host="arxiv.org", entry=entry)


def answering(monkeypatch: pytest.MonkeyPatch, knowing: Knowing = offline) -> list[Question]:
    """Let a function stand for all servers; the questions it is asked."""
    asked: list[Question] = []

    async def look_up_all(
        questions: Sequence[Question],
        settings: FetchSettings,
        services: Services,
        now: datetime,
        **_: object,
    ) -> AsyncGenerator[tuple[Finding, ...], None]:
        for question in questions:
            asked.append(question)
            yield (knowing(question),)

    monkeypatch.setattr(lookups, "look_up_all", look_up_all)
    return asked
