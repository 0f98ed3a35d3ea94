"""Open issues: how a series begins, and what the cards say at this moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hauler_tui.domain.haul import Card, Haul, Lane, Series
from hauler_tui.domain.identity import canonical_link
from hauler_tui.domain.item import Item
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import shorten, sort_key
from hauler_tui.errors import HaulError

if TYPE_CHECKING:
    from hauler_tui.haul.model import CardBlock, CardContent
    from hauler_tui.library.library import Library


def start_series(library: Library, title: str, at: datetime, **settings: Any) -> Series:
    """Add a series by its title pattern.

    ``settings`` are other fields of ``Series``; the slug pattern follows the title unless it is
    among them. Raises HaulError for a pattern that does not say where the number goes, or asks for
    anything else.
    """
    title = " ".join(title.split())
    named = {"title": title, "slug": slug_pattern(title)} | settings
    check_series(named)
    return library.hauls.add_series(**named, at=at)


def check_series(settings: Mapping[str, Any]) -> None:
    """Raise HaulError for settings that cannot be used.

    So are patterns that number no issues or name no files, a snippet with an unknown field, and
    what is no address of a site.
    """
    if not re.search(r"\w", settings.get("title", "a").replace("{n}", "")):
        raise HaulError("a series needs a title", "take a pattern such as ML Arxiv Haul ~{n}")
    for name in ("title", "slug"):
        pattern = settings.get(name, "{n}")
        unknown = [field for field in re.findall(r"\{\w*\}", pattern) if field != "{n}"]
        if unknown:
            raise HaulError(
                f"the {name} pattern “{pattern[:80]}” asks for {unknown[0][:20]}: it can say {{n}}",
                "write {n} once, in the place of the number",
            )
        if pattern.count("{n}") != 1:
            raise HaulError(
                f"the {name} pattern “{pattern[:80]}” does not say where the number goes",
                f"write {{n}} once, in the place of the number{_numbered(name, pattern)}",
            )
    from hauler_tui.haul.frontkeys import problem

    if "front" in settings and (
        wrong := problem(settings["front"], heading=settings.get("heading", False))
    ):
        raise HaulError(wrong, "see “hauler series edit --help”")
    fields = re.findall(r"\{\w*\}", settings.get("snippet", ""))
    if unknown := [name for name in fields if name != "{count}"]:
        raise HaulError(
            f"the snippet “{settings['snippet'][:80]}” has {unknown[0]}, which is no field",
            "{count} is the only one: the number of cards",
        )
    if "file" in settings:
        _check_file_pattern(settings["file"])
    if settings.get("site") and not re.fullmatch(r"https?://[^\s/]\S*", settings["site"]):
        raise HaulError(
            f"“{settings['site'][:80]}” is no address of a site", "take https://example.org"
        )
    if not re.fullmatch(r"[^\s/\\\0.][^\s/\\\0]{0,99}", settings.get("slug", "-")):
        raise HaulError(
            f"“{settings['slug'][:80]}” cannot name a file", "take a pattern such as ml-arxiv-{n}"
        )


def _numbered(name: str, pattern: str) -> str:
    """A pattern without a number as it may be meant, at the end of a hint."""
    if "{n}" in pattern:
        return ""
    return f": {pattern[:80]} ~{{n}}" if name == "title" else f": {pattern[:80]}-{{n}}"


def _check_file_pattern(pattern: str) -> None:
    parts = Path(pattern).parts
    unknown = [
        name for name in re.findall(r"\{(\w*)\}", pattern) if name not in ("slug", "n", "date")
    ]
    is_inside = bool(parts) and not Path(pattern).is_absolute() and ".." not in parts
    if unknown or not is_inside or not {"{slug}", "{n}"} & set(re.findall(r"\{\w+\}", pattern)):
        raise HaulError(
            f"“{pattern[:80]}” cannot name the files",
            "take one such as {slug}/index.md or {date}-{slug}.md",
        )


def slug_pattern(title: str) -> str:
    """The slug pattern that goes with a title pattern: ``haul-{n}`` for ``Haul ~{n}``."""
    words = re.findall(r"[a-z0-9]+", sort_key(title.replace("{n}", " ")))
    return "-".join((*words, "{n}")) if words else "haul-{n}"


def add_cards(library: Library, slug: str, item_ids: Iterable[int], at: datetime) -> None:
    """Give items a place in an open issue, as one step of history.

    Raises UnknownKeyError, and LibraryError when the issue is published.
    """
    chosen = tuple(item_ids)
    cards = "1 card" if len(chosen) == 1 else f"{len(chosen):,} cards"
    with library.step("add card", f"add {cards} to {slug}", at=at):
        for item_id in chosen:
            library.hauls.add_card(slug, item_id, None, at)


def series_of(library: Library, issue: Haul) -> Series:
    """The series of an issue; one that only it belongs to where it has none."""
    for series in library.hauls.series():
        if series.id == issue.series_id:
            return series
    return Series(id=0, title=issue.title, slug=issue.slug)


def ordered_cards(library: Library, issue: Haul) -> tuple[Card, ...]:
    """The cards as they are written: lane by lane, by hand where one was moved, else by title."""
    if issue.state == "published":
        return issue.cards
    return tuple(one.card for one in drafted_cards(library, issue))


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedCard:
    """A card of an open issue with what it shows."""

    card: Card
    item: Item
    title: str
    """The work's title as it is printed, else its link."""


def drafted_cards(library: Library, issue: Haul) -> tuple[DraftedCard, ...]:
    """The cards of an open issue in order, each item asked for once."""
    cards = [drafted(card, library.items.get(card.item_id)) for card in issue.cards]
    return in_printing_order(library, issue, cards)


def drafted(card: Card, item: Item) -> DraftedCard:
    """A card of an open issue with what it shows."""
    return DraftedCard(card=card, item=item, title=to_unicode(item.entry.title) or item.entry.link)


def in_printing_order(
    library: Library, issue: Haul, cards: Iterable[DraftedCard]
) -> tuple[DraftedCard, ...]:
    """Cards lane by lane, by hand where one was moved, else by title."""
    names = sorted((lane.name for lane in issue.lanes), key=lambda name: bool(name.strip()))
    places = {name: place for place, name in enumerate(names)}
    is_kept = issue.hand_ordered or series_of(library, issue).order == "added"

    def key(one: DraftedCard) -> tuple[int, str]:
        title = "" if is_kept else sort_key(one.title)
        return places.get(one.card.lane, len(places)), title

    return tuple(sorted(cards, key=key))


def card_contents(library: Library, issue: Haul) -> tuple[CardContent, ...]:
    """What each card of an open issue holds, in order: link, title, abstract and the note."""
    return tuple(
        content_of(one, library.notes.text(one.item.id)) for one in drafted_cards(library, issue)
    )


def content_of(one: DraftedCard, text: str) -> CardContent:
    """What a card of an open issue holds, with a note of ``text``."""
    from hauler_tui.haul.model import CardContent

    entry = one.item.entry
    return CardContent(
        link=canonical_link(entry.link, one.item.work.aliases),
        title=one.title,
        abstract=to_unicode(entry.abstract),
        text=text,
        lane=one.card.lane,
        below=one.card.below,
    )


def not_read_back(library: Library, issue: Haul) -> tuple[str, ...]:
    """What in an open issue would be read back from its file as something else, a sentence each."""
    if issue.state == "published":
        return ()
    from hauler_tui.haul.compile import last_in_file

    series, cards = series_of(library, issue), card_contents(library, issue)
    last = last_in_file(series, issue, cards) if series.template is None else None
    return texts_not_read_back(issue, cards, last)


def texts_not_read_back(
    issue: Haul, cards: Iterable[CardContent], last: CardContent | Lane | None = None
) -> tuple[str, ...]:
    """``not_read_back`` of an open issue with these cards; may run in any thread.

    ``last`` is what ends the file; without it any card or lane may.
    """
    from hauler_tui.haul.readback import breaks_reading, lane_breaks_reading

    notes = (
        (
            f"the note of “{shorten(card.title, 60)}”",
            breaks_reading(card.text, is_last=last is None or last is card),
        )
        for card in cards
    )
    lanes = (
        (
            f"the lane “{lane.name}”" if lane.name else "the introduction",
            lane_breaks_reading(text, is_last=last is None or last is lane),
        )
        for lane in issue.lanes
        if (text := lane.text)
    )
    return tuple(f"{whose}: {reason}" for whose, reasons in (*lanes, *notes) for reason in reasons)


def frozen(library: Library, issue: Haul, text: str) -> Haul:
    """The open issue as published with the file ``text``: its cards own what stands in it.

    Where a note makes the file read differently (it holds a card, say), they own what was meant.
    """
    from hauler_tui.haul.canonical import card_link, card_title, note
    from hauler_tui.haul.parse import parse

    cards = ordered_cards(library, issue)
    meant = list(zip(cards, card_contents(library, issue), strict=True))
    waiting: dict[tuple[str, str, str], list[int]] = {}
    for card, one in meant:
        title = card_title(one.title) or card_title(one.link)
        waiting.setdefault((card_link(one.link), title, note(one.text)), []).append(card.item_id)
    written: list[Card] = []
    for lane in parse(text).sections:
        for block, below in zip(lane.cards, lane.below, strict=True):
            if item_ids := waiting.get((block.link, block.title, block.text)):
                written.append(owning(item_ids.pop(0), lane.name, block, below))
    if len(written) != len(cards):
        written = [owning(card.item_id, card.lane, one, one.below) for card, one in meant]
    return replace(issue, state="published", cards=tuple(written), text=text)


def owning(item_id: int, lane: str, said: CardContent | CardBlock, below: str) -> Card:
    """A card of a published issue, which keeps for good what it says."""
    return Card(
        item_id=item_id,
        lane=lane,
        link=said.link,
        title=said.title,
        abstract=said.abstract,
        text=said.text,
        below=below,
    )
