"""An issue of a series as the Markdown file that would be published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from hauler_tui.domain.haul import Haul, Lane, Series
from hauler_tui.domain.text import clean_line, sort_key
from hauler_tui.haul import canonical, front
from hauler_tui.haul.cardhtml import read_card
from hauler_tui.haul.frontkeys import values
from hauler_tui.haul.model import (
    Block,
    CardBlock,
    CardContent,
    Document,
    FrontMatter,
    LaneHeading,
    Prose,
    Tail,
)
from hauler_tui.haul.parse import parse
from hauler_tui.haul.readback import breaks_reading, lane_breaks_reading
from hauler_tui.haul.render import render

__all__ = ["CardContent", "breaks_reading", "compile_issue", "lane_breaks_reading", "ordered"]

_PLURAL = re.compile(r"\b(paper|preprint|article|post|link|read|item|work)s\b", re.IGNORECASE)


def compile_issue(series: Series, haul: Haul, cards: Sequence[CardContent]) -> str:
    """The whole file; an issue that owns its file's text gives that text back.

    Lanes stand in the issue's order, the text before any heading first; a lane with neither
    prose nor cards is left out. A card whose lane the issue does not have goes where its cards
    are, else into a lane of that name at the end. Notes and prose are written as they are (see
    ``breaks_reading``), without the blank lines around them.
    """
    return render(compile_document(series, haul, cards))


def compile_document(series: Series, haul: Haul, cards: Sequence[CardContent]) -> Document:
    """The same as a document, which is what ``parse`` reads back where no text breaks reading."""
    if haul.text is not None:
        return parse(haul.text)
    blocks: list[Block] = []
    lead = ""
    if series.front:
        said = values(series, haul, snippet(series, haul, len(cards)), len(cards))
        blocks.append(_front(front.write(said, is_toml=series.toml)))
        lead = "\n"
    if series.heading:
        name = clean_line(haul.title, canonical.LONGEST_TITLE)
        text = canonical.heading(name, level=1)
        blocks.append(LaneHeading(lead=lead, text=text, name=name, level=1))
        lead = "\n\n"
    for lane, content in filled_lanes(series, haul, cards):
        prose = canonical.note(lane.text)
        if not prose and not content:
            continue
        if lane.name.strip():
            text, name = canonical.heading(lane.name), clean_line(lane.name)
            blocks.append(LaneHeading(lead=lead, text=text, name=name, level=2))
            lead = "\n\n"
        if prose:
            blocks.append(Prose(lead=lead, text=prose))
            lead = "\n\n"
        for position, card in enumerate(content):
            above = f"{lead}{canonical.SEPARATOR}\n\n" if position else lead
            blocks.append(_block(card, series.abstract_length, above))
            lead = "\n\n"
            if below := canonical.note(card.below):
                blocks.append(Prose(lead=lead, text=below))
    closing = series.closing.strip("\r\n")
    tail = f"{lead}{closing}\n" if closing else "\n" * (len(blocks) > 1)
    return Document(blocks=(*blocks, Tail(text=tail)) if tail else tuple(blocks))


@lru_cache(maxsize=8)
def _front(written: str) -> FrontMatter:
    return front.split(written) or FrontMatter(text=written)


@lru_cache(maxsize=512)
def _block(card: CardContent, abstract_length: int, lead: str) -> CardBlock:
    note = canonical.note(card.text)
    quote, link, title, abstract = _quote(card.link, card.title, card.abstract, abstract_length)
    return CardBlock(
        lead=lead,
        quote=quote,
        gap="\n\n" if note else "",
        text=note,
        link=link,
        title=title,
        abstract=abstract,
    )


@lru_cache(maxsize=512)
def _quote(link: str, title: str, abstract: str, length: int) -> tuple[str, str, str, str]:
    """A card's HTML, and the link, the title and the abstract that are read back from it."""
    content = CardContent(link=link, title=title, abstract=abstract)
    html = canonical.card_html(content, length)
    words = read_card(html)
    if words is None:  # too long to be read back as a card
        return html, canonical.card_link(link), canonical.card_title(title), ""
    return html, words.link, words.title, words.abstract


def in_file_order(
    series: Series, haul: Haul, cards: Sequence[CardContent]
) -> tuple[CardContent, ...]:
    """The very same cards as they stand in the file of an open issue."""
    return tuple(card for _, content in filled_lanes(series, haul, cards) for card in content)


def ordered(cards: Sequence[CardContent]) -> tuple[CardContent, ...]:
    """Cards by the words of their titles; equal ones keep their order."""
    return tuple(sorted(cards, key=lambda card: _title_key(card.title)))


@lru_cache(maxsize=1024)
def _title_key(title: str) -> str:
    return sort_key(canonical.card_title(title))


def snippet(series: Series, haul: Haul, count: int) -> str:
    """The author's own snippet, else the series' phrase with the number of cards.

    One card is ``1 new paper``: what is counted loses its plural, where it is a word for papers.
    """
    if haul.snippet is not None:
        return clean_line(haul.snippet)
    phrase = series.snippet
    if count == 1:
        before, found, after = phrase.partition("{count}")
        phrase = before + found + _PLURAL.sub(r"\1", after, count=1)
    return clean_line(phrase.replace("{count}", str(count)))


def last_in_file(
    series: Series, haul: Haul, cards: Sequence[CardContent]
) -> CardContent | Lane | None:
    """The very card, or the lane, whose text ends the file of an open issue."""
    for lane, held in reversed(filled_lanes(series, haul, cards)):
        if held:
            return held[-1]
        if canonical.note(lane.text):
            return lane
    return None


def filled_lanes(
    series: Series, haul: Haul, cards: Sequence[CardContent]
) -> list[tuple[Lane, Sequence[CardContent]]]:
    """Every lane with its cards in order, the nameless one first."""
    filled: list[tuple[Lane, list[CardContent]]] = [
        (lane, []) for lane in sorted(haul.lanes, key=lambda lane: bool(lane.name.strip()))
    ]
    for card in cards:
        named = [entry for entry in filled if entry[0].name == card.lane]
        holding = [entry for entry in filled if entry[0].holds_cards]
        chosen = [entry for entry in named if entry[0].holds_cards] or named or holding
        if not chosen:
            chosen = [(Lane(name=card.lane or "Papers", holds_cards=True), [])]
            filled.append(chosen[0])
        chosen[0][1].append(card)
    is_kept = haul.hand_ordered or series.order == "added"
    return [(lane, held if is_kept else ordered(held)) for lane, held in filled]
