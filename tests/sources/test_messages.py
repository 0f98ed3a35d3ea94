"""What passes between the reader's process and a worker."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, FeedState, Outcome, Unchanged, Updated, Waiting
from hauler_tui.sources.messages import SIGN_OF_LIFE, Decoder, Order, encode
from hauler_tui.sources.settings import FetchSettings, Job

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
STATE = FeedState(etag='W/"é"', due_at=NOW, failures=2, error="why")
ENTRIES = tuple(
    Entry(title=f"t\n{n}", link="l", aliases=("url:l",), published=NOW, announce="cross")
    for n in range(250)
)


@pytest.mark.parametrize(
    "outcome",
    [
        Updated(feed_id=1, state=STATE, title="t", entries=(), warnings=("w",)),
        Updated(feed_id=1, state=STATE, title="t", entries=ENTRIES),
        Unchanged(feed_id=2, state=STATE),
        Waiting(feed_id=3, state=STATE),
        Failed(feed_id=4, state=STATE, hint="h"),
    ],
)
def test_every_outcome_survives_the_way_in_lines(outcome: Outcome) -> None:
    decoder = Decoder()
    lines = list(encode(outcome))
    assert all(line.count(b"\n") == 1 for line in lines)
    said = [decoder.add(line) for line in [SIGN_OF_LIFE, *lines]]
    assert said[:-1] == [None] * (len(said) - 1)
    assert said[-1] == outcome


def test_entries_of_one_feed_do_not_leak_into_the_next() -> None:
    decoder = Decoder()
    one = Updated(feed_id=1, state=STATE, title="a", entries=ENTRIES[:3])
    two = Updated(feed_id=2, state=STATE, title="b", entries=())
    said = [decoder.add(line) for outcome in (one, two) for line in encode(outcome)]
    assert [outcome for outcome in said if outcome] == [one, two]


def test_an_order_survives_the_way() -> None:
    order = Order(
        jobs=(Job(feed_id=1, url="https://a.example/", state=STATE, forced=True),),
        settings=FetchSettings(contact="me"),
        now=NOW,
    )
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order
