from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.sources.settings import FetchSettings
from hauler_tui.workflows import retention
from hauler_tui.workflows.refresh import refresh
from tests.factories import NOW, make_entry

LATER = NOW + timedelta(days=100)


async def test_what_is_old_leaves_once_a_day_after_a_refresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    with Library.open(tmp_path) as library:
        entries = [make_entry(number) for number in range(1, 6)]
        library.items.absorb(entries, feed_id=1, at=NOW)
        library.triage.star(2, NOW)
        settings = FetchSettings()

        async def left(keep_days: int, days: int = 0) -> int:
            now = LATER + timedelta(days=days)
            return (
                await refresh(library, None, now=now, settings=settings, keep_days=keep_days)
            ).left

        assert [await left(0), await left(101)] == [0, 0]
        assert [await left(90), await left(90, 1), await left(90, 1), await left(90, 1)] == [
            0,
            2,
            2,
            0,
        ]
        assert list(library.items.view()) == [2]


@pytest.mark.parametrize(
    ("count", "days", "sentence"),
    [(1, 1, "1 item older than 1 day left"), (1204, 90, "1,204 items older than 90 days left")],
)
def test_what_left_is_told_in_a_sentence(count: int, days: int, sentence: str) -> None:
    assert retention.told(count, days).startswith(f"{sentence}; starred, noted, tagged")
