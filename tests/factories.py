"""Domain objects for tests: every field has a plain default, name only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Feed
from hauler_tui.domain.item import Item, Sighting, Work

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
"""The Monday morning on which tests take place."""


def make_feed(number: int = 1, **changes: Any) -> Feed:
    """A feed called "Feed 1" at ``https://example.org/1.xml``."""
    fields: dict[str, Any] = {
        "id": number,
        "url": f"https://example.org/{number}.xml",
        "title": f"Feed {number}",
        "added_at": NOW,
    }
    return Feed(**(fields | changes))


def make_entry(number: int = 1, **changes: Any) -> Entry:
    """An arXiv paper ``arxiv:2605.00001`` called "Paper 1", with two authors and an abstract."""
    fields: dict[str, Any] = {
        "title": f"Paper {number}",
        "link": f"https://arxiv.org/abs/2605.{number:05}",
        "aliases": (f"arxiv:2605.{number:05}",),
        "authors": ("Ada Byron", "Grace Murray"),
        "abstract": f"What paper {number} is about.",
        "published": NOW,
        "categories": ("cs.CL",),
        "announce": "new",
        "version": 1,
    }
    return Entry(**(fields | changes))


def make_work(number: int = 1, *, feed_ids: tuple[int | None, ...] = (1,), **changes: Any) -> Work:
    """The work of ``make_entry(number)``, seen through ``feed_ids``; entry fields may be given."""
    of_work = {name: changes.pop(name) for name in tuple(changes) if name in _WORK_FIELDS}
    entry = of_work.pop("entry", None) or make_entry(number, **changes)
    fields: dict[str, Any] = {
        "key": entry.aliases[0],
        "aliases": entry.aliases,
        "entry": entry,
        "sightings": tuple(
            Sighting(feed_id=feed_id, announce=entry.announce, seen_at=NOW) for feed_id in feed_ids
        ),
        "first_seen": NOW,
    }
    return Work(**(fields | of_work))


def make_item(number: int = 1, **changes: Any) -> Item:
    """An unread item with id ``number``; fields of the item, its work or its entry may be given."""
    of_item = {name: changes.pop(name) for name in tuple(changes) if name in _ITEM_FIELDS}
    work = of_item.pop("work", None) or make_work(number, **changes)
    fields: dict[str, Any] = {"id": number, "work": work}
    return Item(**(fields | of_item))


_WORK_FIELDS = frozenset({"key", "entry", "sightings", "versions", "first_seen"})
_ITEM_FIELDS = frozenset({"id", "work", "is_read", "is_skipped", "starred_at", "tags", "covered"})
