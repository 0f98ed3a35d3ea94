"""The middle pane: one item in full, and the person's note on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical

from hauler_tui.domain.identity import canonical_link
from hauler_tui.domain.item import Item, Note
from hauler_tui.domain.lookup import Lookup, told
from hauler_tui.domain.query_terms import is_withdrawn
from hauler_tui.domain.standing import day, published_in, renewal
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import visible
from hauler_tui.ui.bindings import bindings_of
from hauler_tui.ui.markdown import markdown_lines
from hauler_tui.ui.text import Span, joined, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.editor import Editor
from hauler_tui.ui.widgets.text_pane import TextPane

_AUTHORS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredIn:
    """An issue that covered the item, and what it said."""

    name: str
    """What the issue is called in a few letters."""
    title: str = ""
    slug: str = ""
    published_at: datetime | None = None
    texts: tuple[str, ...] = ()
    """The notes below its cards of the item; read only when they are unfolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything the pane shows of one item."""

    item: Item
    note: Note | None
    lookup: Lookup | None = None
    """What is known of asking for an item that is nothing but a link."""
    feed_titles: Mapping[int, str]
    covered: Sequence[CoveredIn] = ()
    """The issues that covered it, the newest first."""
    shows_covered: bool = False
    """Whether their texts are unfolded."""
    hides_note: bool = False
    """Whether the note is open in the editor below."""


class ReadingPane(Vertical):
    """The title, the text, and the note's editor under it while it is open."""

    BINDINGS = bindings_of("reading")

    def __init__(self) -> None:
        super().__init__(id="reading", classes="pane")
        self.title_bar = PaneTitle("Reading", "2")
        self.text = TextPane(id="text")
        self.editor = Editor(id="note-editor")

    def compose(self) -> ComposeResult:
        """The parts, from top to bottom."""
        yield self.title_bar
        yield self.text
        yield self.editor

    def show(self, reading: Reading | None, *, keep_place: bool = False) -> None:
        """Show an item, or that there is none."""
        if reading is None:
            self.text.show(lambda width: [[], [Span(" Nothing to read here yet.", "muted")]])
            return
        self.text.show(lambda width: lines_of(reading, width), keep_place=keep_place)


def lines_of(reading: Reading, width: int) -> list[list[Span]]:
    """An item as wrapped lines: head, abstract, what was published about it, the note."""
    entry = reading.item.entry
    lines: list[list[Span]] = [[]]
    title = plain(to_unicode(entry.title) or entry.link or reading.item.key)
    lines += wrap_spans([Span(title, "heading")], width)
    if entry.authors:
        lines += wrap_spans([Span(plain(_authors(entry.authors)), "emphasis")], width)
    lines += wrap_spans([Span(plain(_about(reading)), "muted")], width)
    lines += _standing_lines(reading, width)
    link = canonical_link(entry.link, reading.item.work.aliases)
    if link:
        lines += wrap_spans([Span(plain(link), "link")], width)
    lines.append([])
    if entry.abstract:
        for paragraph in to_unicode(entry.abstract).split("\n"):
            lines += wrap_spans([Span(visible(paragraph))], width) if paragraph.strip() else [[]]
    elif entry.origin == "link":
        lines += _lookup_lines(reading.lookup, width)
    else:
        lines.append([Span("No abstract came with it.", "muted")])
    lines += _covered_lines(reading, width)
    if not reading.hides_note:
        lines.append([])
        lines += _note_lines(reading.note, width)
    return lines


def _lookup_lines(lookup: Lookup | None, width: int) -> list[list[Span]]:
    """Why there is nothing but a link, and what to do."""
    tone = "warning" if lookup is not None and lookup.reason else "muted"
    words = told(lookup)
    lines = wrap_spans([Span(f"{plain(words[0].upper() + words[1:])}.", tone)], width)
    if lookup is not None and lookup.hint:
        lines += wrap_spans([Span(plain(lookup.hint), "muted")], width)
    return lines


def _authors(authors: Sequence[str]) -> str:
    shown = ", ".join(authors[:_AUTHORS_SHOWN])
    rest = len(authors) - _AUTHORS_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def _about(reading: Reading) -> str:
    item = reading.item
    entry = item.entry
    date = entry.published or item.work.first_seen
    sources = []
    for sighting in item.work.sightings:
        if sighting.feed_id is None:
            sources.append("from an issue" if entry.origin == "card" else "added by hand")
        else:
            name = reading.feed_titles.get(sighting.feed_id, "a removed feed")
            is_plain = sighting.announce in (None, "new")
            sources.append(name if is_plain else f"{name} ({sighting.announce})")
    return joined(
        [
            day(date),
            ", ".join(dict.fromkeys(sources)),
            " ".join(entry.categories),
            f"v{entry.version}" if entry.version and entry.version > 1 else "",
            "" if published_in(item.work.aliases, entry.journal) else entry.journal or "",
            entry.comment or "",
            " ".join(f"#{tag}" for tag in item.tags),
        ]
    )


def _standing_lines(reading: Reading, width: int) -> list[list[Span]]:
    """What became of the preprint: a withdrawal, a journal, a version after the note or star."""
    work = reading.item.work
    spans = []
    if is_withdrawn(work.entry):
        spans.append(Span("⊘ withdrawn, as its comment or abstract says", "warning"))
    if place := published_in(work.aliases, work.entry.journal):
        spans.append(Span(f"¶ published: {plain(place)}", "emphasis"))
    if told := renewal(reading.item, reading.note):
        spans.append(Span(plain(told), "warning"))
    return [line for span in spans for line in wrap_spans([span], width)]


def _covered_lines(reading: Reading, width: int) -> list[list[Span]]:
    lines: list[list[Span]] = []
    if not reading.covered:
        return lines
    lines.append([])
    names = ", ".join(plain(one.name) for one in reading.covered)
    key = "  h folds" if reading.shows_covered else "  h unfolds"
    lines += wrap_spans([Span(f"↺ covered in {names}", "covered"), Span(key, "muted")], width)
    for one in reading.covered if reading.shows_covered else ():
        lines.append([])
        date = day(one.published_at) if one.published_at else ""
        about = joined([date, plain(one.slug)])
        head = [Span(f"{plain(one.title or one.slug)}  ", "covered"), Span(about, "muted")]
        lines += wrap_spans(head, width)
        for text in one.texts:
            lines += markdown_lines(text, width) if text.strip() else [[Span("no note", "muted")]]
    return lines


def _note_lines(note: Note | None, width: int) -> list[list[Span]]:
    if note is None or not note.text.strip():
        return [
            [Span("─── no note yet ", "muted"), Span("e", "heading"), Span(" writes one", "muted")]
        ]
    started = f" from {plain(note.started_from)}" if note.started_from else ""
    return [
        [Span(f"─── your note{started} ", "noted")],
        [],
        *markdown_lines(note.text, width),
        [],
    ]
