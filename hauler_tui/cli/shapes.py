"""The JSON shapes of the command line, which scripts rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hauler_tui.cli.output import iso
from hauler_tui.domain.addresses import redacted
from hauler_tui.domain.query import dated, is_withdrawn
from hauler_tui.domain.standing import published_in, renewal
from hauler_tui.domain.tex import to_unicode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hauler_tui.domain.feed import Feed
    from hauler_tui.domain.haul import Haul, Series
    from hauler_tui.domain.item import Item
    from hauler_tui.library.library import Library
    from hauler_tui.workflows.catalogue import ImportReport
    from hauler_tui.workflows.filling import FillReport
    from hauler_tui.workflows.refresh import RefreshReport


def items_shape(library: Library, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Items as ``items`` prints them."""
    return [item_shape(library, library.items.get(item_id)) for item_id in ids]


def item_shape(library: Library, item: Item) -> dict[str, Any]:
    """One item; ``note`` is the text or null, ``covered`` the slugs of issues."""
    note = library.notes.get(item.id)
    return {
        "id": item.id,
        "key": item.key,
        "title": to_unicode(item.entry.title),
        "link": item.entry.link,
        "date": iso(dated(item)),
        "feeds": feed_ids(item),
        "authors": list(item.entry.authors),
        "starred": item.is_starred,
        "read": item.is_read,
        "skipped": item.is_skipped,
        "tags": list(item.tags),
        "note": note.text if note else None,
        "covered": list(item.covered),
    }


def full_item_shape(library: Library, item: Item) -> dict[str, Any]:
    """One item with everything known of it: what ``show`` prints."""
    entry = item.entry
    return item_shape(library, item) | {
        "abstract": entry.abstract,
        "aliases": list(item.work.aliases),
        "categories": list(entry.categories),
        "announce": entry.announce,
        "version": entry.version,
        "doi": entry.doi,
        "comment": entry.comment,
        "journal": entry.journal,
        "lookup": _lookup_shape(library, item),
        "published_in": published_in(item.work.aliases, entry.journal) or None,
        "withdrawn": is_withdrawn(entry),
        "new_version": bool(renewal(item, library.notes.get(item.id))),
        "first_seen": iso(item.work.first_seen),
        "starred_at": iso(item.starred_at),
        "sightings": [
            {"feed": one.feed_id, "announce": one.announce, "seen_at": iso(one.seen_at)}
            for one in item.work.sightings
        ],
        "versions": [
            {"number": one.number, "seen_at": iso(one.seen_at)} for one in item.work.versions
        ],
        "cards": [
            {"haul": slug, "lane": card.lane, "title": card.title, "text": card.text}
            for slug, card in library.hauls.covered_cards(item.id)
        ],
    }


def _lookup_shape(library: Library, item: Item) -> dict[str, Any] | None:
    """Why an item is nothing but a link; null for one that says more."""
    lookup = library.lookups.get(item.id) if item.entry.origin == "link" else None
    if lookup is None:
        return None
    return {
        "reason": lookup.reason or None,
        "hint": lookup.hint or None,
        "tries": lookup.tries,
        "due": iso(lookup.due_at),
        "gave_up": lookup.gave_up,
    }


def feed_ids(item: Item) -> list[int]:
    """The feeds an item came through, first seen first."""
    return [one.feed_id for one in item.work.sightings if one.feed_id is not None]


def feed_shape(library: Library, feed: Feed, due: frozenset[int]) -> dict[str, Any]:
    """One subscription; ``due`` says whether the next refresh asks for it.

    What the person set and what became of its address follow where there is something to say.
    """
    state = library.feeds.state(feed.id)
    more = {
        "interval": feed.interval_minutes,
        "muted": feed.is_muted or None,
        "keep_days": feed.keep_days,
        "moved_to": None if state.moved_to in (None, feed.url) else redacted(str(state.moved_to)),
        "moved_from": [redacted(url) for url in feed.former_urls] or None,
        "gone_at": iso(state.gone_at),
    }
    return {
        "id": feed.id,
        "url": redacted(feed.url),
        "title": feed.title,
        "tags": list(feed.tags),
        "due": feed.id in due,
        "error": state.error,
    } | {name: value for name, value in more.items() if value is not None}


def series_shape(series: Series, current: Series | None) -> dict[str, Any]:
    """One series and its settings."""
    return {
        "id": series.id,
        "title": series.title,
        "slug": series.slug,
        "lanes": list(series.lanes),
        "cards_lane": next(lane.name for lane in series.new_lanes if lane.holds_cards),
        "tags": series.tags,
        "snippet": series.snippet,
        "abstract_length": series.abstract_length,
        "order": series.order,
        "front": list(series.front),
        "heading": series.heading,
        "first": series.first,
        "closing": series.closing,
        "file": series.file,
        "template": series.template,
        "folder": series.folder,
        "site": series.site,
        "current": current is not None and current.id == series.id,
    }


def haul_shape(haul: Haul) -> dict[str, Any]:
    """One issue; ``series`` is the series' id or null, ``cards`` a count."""
    return {
        "slug": haul.slug,
        "series": haul.series_id,
        "number": haul.number,
        "title": haul.title,
        "state": haul.state,
        "cards": len(haul.cards),
    }


def cards_shape(library: Library, slug: str) -> list[dict[str, Any]]:
    """The cards of an issue in their order."""
    from hauler_tui.workflows.drafts import ordered_cards

    items = (
        (card, library.items.get(card.item_id))
        for card in ordered_cards(library, library.hauls.get(slug))
    )
    return [
        {
            "haul": slug,
            "key": item.key,
            "lane": card.lane,
            "title": card.title or to_unicode(item.entry.title),
        }
        for card, item in items
    ]


def import_shape(report: ImportReport) -> dict[str, Any]:
    """One file read back; ``cards`` and ``lanes`` are counts."""
    return {
        "file": report.file,
        "kind": report.kind,
        "slug": report.slug,
        "title": report.title,
        "number": report.number,
        "cards": report.cards,
        "lanes": report.lanes,
        "warnings": list(report.warnings),
    }


def refresh_shape(report: RefreshReport) -> dict[str, Any]:
    """One refresh: a line for each feed, and the sums."""
    return {
        "feeds": [
            {
                "id": one.feed_id,
                "url": one.url,
                "outcome": one.outcome,
                "new": one.new,
                "changed": one.changed,
                "error": one.error,
            }
            | ({"notes": list(one.notes)} if one.notes else {})
            for one in report.feeds
        ],
        "totals": report.totals(),
    }


def fill_shape(report: FillReport) -> dict[str, Any]:
    """What became of the days that were lacking."""
    from hauler_tui.workflows.filling import source_of

    return {
        "filled": [
            {
                "category": one.subject,
                "day": one.day.isoformat(),
                "total": one.total,
                "known": one.known,
                "source": source_of(one),
            }
            for one in report.filled
        ],
        "left": [
            {"category": one.subject, "day": one.day.isoformat(), "state": one.state}
            for one in report.left
        ],
        "new": report.new,
        "error": report.error,
    }
