"""An issue of a series as the Markdown file that would be published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hauler_tui.domain.haul import Haul, Lane, Series
from hauler_tui.domain.text import clean_line, sort_key
from hauler_tui.haul import canonical, front
from hauler_tui.haul.model import CardContent
from hauler_tui.haul.readback import breaks_reading, lane_breaks_reading

__all__ = ["CardContent", "breaks_reading", "compile_issue", "lane_breaks_reading", "ordered"]

FRONT_KEYS = ("title", "published_at", "snippet", "tags")
"""The keys of the front matter in the order they are written."""


_PLURAL = re.compile(r"\b(paper|preprint|article|post|link|read|item|work)s\b", re.IGNORECASE)


def compile_issue(series: Series, haul: Haul, cards: Sequence[CardContent]) -> str:
    """The whole file; an issue that owns its file's text gives that text back.

    Lanes stand in the issue's order, the text before any heading first; a lane with neither
    prose nor cards is left out. A card whose lane the issue does not have goes where its cards
    are, else into a lane of that name at the end. Notes and prose are written as they are (see
    ``breaks_reading``), without the blank lines around them.
    """
    if haul.text is not None:
        return haul.text
    parts: list[str] = []
    for lane, content in _filled(haul.lanes, cards):
        prose = canonical.note(lane.text)
        if not prose and not content:
            continue
        if lane.name.strip():
            parts.append(canonical.heading(lane.name))
        if prose:
            parts.append(prose)
        ready = content if haul.hand_ordered else ordered(content)
        for position, card in enumerate(ready):
            if position:
                parts.append(canonical.SEPARATOR)
            parts.append(canonical.card_html(card, series.abstract_length))
            parts.append(canonical.note(card.text))
    body = "\n\n".join(filter(None, parts))
    closing = series.closing.strip("\r\n")
    blocks = filter(None, (body, closing))
    return front.write(_values(series, haul, len(cards)), FRONT_KEYS) + "".join(
        f"\n{block}\n" for block in blocks
    )


def ordered(cards: Sequence[CardContent]) -> tuple[CardContent, ...]:
    """Cards by the words of their titles; equal ones keep their order."""
    return tuple(sorted(cards, key=lambda card: sort_key(canonical.card_title(card.title))))


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


def _values(series: Series, haul: Haul, count: int) -> Mapping[str, object]:
    values: dict[str, object] = {"title": clean_line(haul.title, canonical.LONGEST_TITLE)}
    if haul.published_at is not None:
        values["published_at"] = haul.published_at
    if phrase := snippet(series, haul, count):
        values["snippet"] = phrase
    if tags := clean_line(series.tags):
        values["tags"] = tags
    return values


def _filled(
    lanes: Sequence[Lane], cards: Sequence[CardContent]
) -> list[tuple[Lane, list[CardContent]]]:
    """Every lane with its cards, the nameless one first."""
    filled: list[tuple[Lane, list[CardContent]]] = [
        (lane, []) for lane in sorted(lanes, key=lambda lane: bool(lane.name.strip()))
    ]
    for card in cards:
        named = [entry for entry in filled if entry[0].name == card.lane]
        holding = [entry for entry in filled if entry[0].holds_cards]
        chosen = [entry for entry in named if entry[0].holds_cards] or named or holding
        if not chosen:
            chosen = [(Lane(name=card.lane or "Papers", holds_cards=True), [])]
            filled.append(chosen[0])
        chosen[0][1].append(card)
    return filled
