"""The right pane: the open issue, lanes and cards in the order they will be printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.text import word_count
from hauler_tui.ui.bindings import bindings_of
from hauler_tui.ui.text import Span, fit, plain, width_of, wrap
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.editor import Editor
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of

_KEPT_STRIPS = 500

_PROSE_LINES = 3
"""How much of a prose lane is shown before it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCard:
    """A card as the pane shows it."""

    item_id: int
    lane: str
    title: str
    words: int
    """Of the note, or of a published card's own text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many findings there are in one place; hints do not count."""

    errors: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An issue with its cards in printing order, and what was found in it."""

    haul: Haul
    cards: tuple[DraftCard, ...]
    of_cards: Mapping[int, Tally] = field(default_factory=dict)
    """The findings of cards, by their items."""
    of_lanes: Mapping[str | None, Tally] = field(default_factory=dict)
    """The findings of prose by the names of lanes; None for the front matter."""


_NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class _Line:
    spans: tuple[Span, ...]
    right: tuple[Span, ...] = ()
    lane: str | None = None
    """Set on the row that stands for a lane."""
    card: DraftCard | None = None
    """Set on the row that stands for a card."""


class DraftList(LineList):
    """The rows of an issue: its lanes and cards can be walked, the rest is read."""

    def __init__(self) -> None:
        super().__init__(id="draft")
        self._draft: Draft | None = None
        self._lines: Sequence[_Line] = ()
        self._width = 0
        self._strips: dict[tuple[_Line, int, int], Strip] = {}

    @property
    def current_card(self) -> DraftCard | None:
        """The card under the cursor."""
        return self._current().card

    @property
    def current_lane(self) -> str | None:
        """The name of the lane under the cursor; empty for what stands before any heading."""
        return self._current().lane

    def _current(self) -> _Line:
        return self._lines[self.cursor] if self.cursor < len(self._lines) else _Line(())

    def show(self, draft: Draft | None, width: int) -> None:
        """Show an issue, the cursor staying on its card or lane; what is the same stays drawn."""
        was, before, was_width = self._current(), self._lines, self._width
        self._draft, self._width = draft, width
        self._lines = _lines(draft, width)
        place = self.cursor
        for index, line in enumerate(self._lines):
            if was.card and line.card and line.card.item_id == was.card.item_id:
                place = index
                break
            if was.lane is not None and line.lane == was.lane:
                place = index
        if place != self.cursor or len(before) != len(self._lines) or width != was_width:
            self.place(place)
            return
        for index, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if old != new:
                self.refresh_line_at(index)

    def find_and_go(self, item_id: int | None, lane: str | None) -> None:
        """Put the cursor on an item's card, else on a lane, else leave it where it is."""
        for index, line in enumerate(self._lines):
            if item_id is None:
                is_there = lane is not None and line.lane == lane
            else:
                is_there = line.card is not None and line.card.item_id == item_id
            if is_there:
                self.go(index)
                return

    def line_count(self) -> int:
        """How many rows the issue takes."""
        return len(self._lines)

    def is_selectable(self, index: int) -> bool:
        """Lanes and cards."""
        line = self._lines[index]
        return line.card is not None or line.lane is not None

    def line(self, index: int, width: int) -> Strip:
        """One row, its count at the right."""
        line = self._lines[index]
        is_current = index == self.cursor and self.is_selectable(index)
        state = (2 if self.has_focus else 1) if is_current else 0
        # A key in the editor below draws the rows above it too, which are mostly the same.
        strip = self._strips.get((line, width, state))
        if strip is None:
            if len(self._strips) > _KEPT_STRIPS:
                self._strips.clear()
            strip = self._strips[line, width, state] = self._drawn(line, width, state)
        return strip

    def _drawn(self, line: _Line, width: int, state: int) -> Strip:
        over = (None, self.colours.cursor_blurred, self.colours.cursor)[state]
        spans = list(line.spans)
        if line.right:
            room = width - sum(width_of(span.text) for span in line.right) - 2
            used = sum(width_of(span.text) for span in spans)
            if used > room:
                last = spans.pop()
                spans.append(Span(fit(last.text, room - used + width_of(last.text)), last.style))
            else:
                spans.append(Span(" " * (room - used)))
            spans += [Span(" "), *line.right, Span(" ")]
        return strip_of(self.colours, spans, width, over)

    def repaint(self) -> None:
        """Lay the rows out, if the width is another one, and draw them."""
        if self._width != self.size.width - 1:
            self._width = self.size.width - 1
            self._lines = _lines(self._draft, self._width)
        self._strips.clear()
        self.refresh()


def _lines(draft: Draft | None, width: int) -> list[_Line]:
    width = max(16, width)
    if draft is None:
        return [
            _Line(()),
            *(
                _Line((Span(f"  {text}", "muted"),))
                for text in wrap(
                    "No issue is open. s on a paper opens one with its card in it; "
                    "N starts one here.",
                    width - 4,
                )
            ),
        ]
    haul = draft.haul
    words = sum(card.words for card in draft.cards)
    words += sum(_words(lane.text) for lane in haul.lanes)
    bare = sum(not card.words for card in draft.cards)
    about = f"{_count(len(draft.cards), 'card')} · {_count(words, 'word')}"
    if bare and haul.state == "open":
        about += f" · {bare} without a note"
    front = _signs(draft.of_lanes.get(None, _NOTHING))
    titled = wrap(plain(haul.title), width - 2 - 6 * bool(front))
    lines = [
        _Line((Span(f" {text}", "heading"),), () if place else front)
        for place, text in enumerate(titled)
    ]
    lines += [_Line((Span(f" {text}", "muted"),)) for text in wrap(about, width - 2)]
    for lane in haul.lanes:
        cards = [card for card in draft.cards if card.lane == lane.name]
        lines.append(_Line(()))
        count = _count(len(cards), "card") if cards else ""
        if not count and lane.text.strip():
            count = _count(_words(lane.text), "word")
        name = plain(lane.name) or "(before the first heading)"
        right = _beside(draft.of_lanes.get(lane.name, _NOTHING), count)
        lines.append(_Line((Span(" ▍", "hint"), Span(name, "strong")), right, lane.name))
        may_be_empty = lane.holds_cards or bool(cards)
        lines += _prose_lines(lane.text, width, may_be_empty=may_be_empty)
        lines += [_card_line(card, draft.of_cards.get(card.item_id, _NOTHING)) for card in cards]
        if lane.holds_cards and not cards:
            lines.append(_Line((Span("   s on a paper puts its card here", "muted"),)))
    return lines


@lru_cache(maxsize=64)
def _words(text: str) -> int:
    return word_count(text)


def _beside(tally: Tally, count: str) -> tuple[Span, ...]:
    """What stands at the right of a row: findings, then a count."""
    signs = _signs(tally)
    counted = (Span(count, "muted"),) if count else ()
    return (*signs, Span(" "), *counted) if signs and counted else signs or counted


def _signs(tally: Tally) -> tuple[Span, ...]:
    signs = [
        Span(f"{sign}{number}", style)
        for number, sign, style in ((tally.errors, "✗", "error"), (tally.warnings, "!", "warning"))
        if number
    ]
    return tuple(signs) if len(signs) < 2 else (signs[0], Span(" "), signs[1])


@lru_cache(maxsize=64)
def _prose_lines(text: str, width: int, *, may_be_empty: bool) -> list[_Line]:
    if not text.strip():
        return [] if may_be_empty else [_Line((Span("   nothing yet: e writes", "muted"),))]
    wrapped = [
        line
        for paragraph in re.split(r"\n\s*\n", text[:2000])
        if paragraph.strip()
        for line in wrap(plain(" ".join(paragraph.split())), width - 5)
    ]
    lines = [_Line((Span(f"   {line}", "muted"),)) for line in wrapped[:_PROSE_LINES]]
    if len(wrapped) > _PROSE_LINES:
        lines.append(_Line((Span("   …", "muted"),)))
    return lines


def _card_line(card: DraftCard, tally: Tally) -> _Line:
    mark = Span(" ✎ " if card.words else " · ", "noted" if card.words else "warning")
    title = Span(plain(card.title), "text" if card.words else "muted")
    right = _beside(tally, str(card.words) if card.words else "–")
    return _Line((mark, title), right, card=card)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


class DraftsPane(Vertical):
    """The title, the issue's rows, and the editor under them while it is open."""

    BINDINGS = bindings_of("drafts")

    def __init__(self) -> None:
        super().__init__(id="drafts", classes="pane")
        self.title_bar = PaneTitle("Drafts", "3")
        self.list = DraftList()
        self.editor = Editor(id="draft-editor")

    def compose(self) -> ComposeResult:
        """The parts, from top to bottom."""
        yield self.title_bar
        yield self.list
        yield self.editor

    def show(self, draft: Draft | None) -> None:
        """Show an issue, or that none is open."""
        self.list.show(draft, self.list.size.width - 1)
