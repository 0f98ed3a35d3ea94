"""When a feed asks not to be fetched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.wishes import Wishes

NOW = datetime(2026, 4, 23, 12, 0, tzinfo=UTC)
SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"


def wishes(channel: str, entry: str = "<title>x</title>", after: str = "") -> Wishes:
    body = (
        f"<rss version='2.0' xmlns:when='{SYNDICATION}'><channel><title>t</title>{channel}"
        f"<item>{entry}</item>{after}</channel></rss>"
    )
    url = "https://blog.example/feed"
    parsed = parse_feed(body.encode(), url=url, content_type=None, feed_id=1, now=NOW)
    return parsed.wishes


def test_every_skipped_day_and_hour_is_read_wherever_it_stands() -> None:
    days = "<skipDays><day>Sunday</day><day> saturday </day></skipDays>"
    hours = "<skipHours>\n<hour>24</hour><hour>7</hour><hour>7</hour></skipHours>"
    for found in (wishes(days + hours), wishes("", after=hours + days)):
        assert found == Wishes(skip_days=(5, 6), skip_hours=(0, 7))


def test_what_is_no_day_or_hour_is_passed_over() -> None:
    odd = "<skipDays><day>Someday</day></skipDays><skipHours><hour>noon</hour></skipHours>"
    assert wishes(odd) == Wishes()
    assert wishes("<skipDays><day>Monday</day>") == Wishes()


def test_an_entry_cannot_ask_for_the_whole_feed() -> None:
    said = "<title>x</title><skipDays><day>Monday</day></skipDays>"
    assert wishes("", entry=said) == Wishes()


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("<ttl>90</ttl>", 90),
        ("<ttl>soon</ttl>", None),
        ("<when:updatePeriod>daily</when:updatePeriod>", 1_440),
        (
            "<when:updatePeriod>daily</when:updatePeriod>"
            "<when:updateFrequency>4</when:updateFrequency>",
            360,
        ),
        ("<when:updatePeriod>monthly</when:updatePeriod>", 43_200),
        ("<when:updatePeriod>hourly</when:updatePeriod><ttl>180</ttl>", 180),
        ("<when:updatePeriod>whenever</when:updatePeriod>", None),
    ],
)
def test_ttl_and_the_syndication_module_name_a_pause(channel: str, minutes: int | None) -> None:
    assert wishes(channel).ttl_minutes == minutes
