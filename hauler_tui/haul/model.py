"""A post as verbatim pieces whose concatenation is the file, with what hauler read out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import dropwhile, takewhile
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The YAML between two ``---`` lines at the top of a file, or the TOML between ``+++``."""

    text: str
    """Verbatim, with both delimiter lines and the line break after the second."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What was read, in the file's order: scalars as strings (a date stays as it is written),
    lists and mappings of them."""
    is_toml: bool = False
    problem: str = ""
    """Why it could not be read; empty when it could."""
    problem_line: int = 1
    """The line of ``text`` where reading it failed, from 1."""

    @property
    def source(self) -> str:
        """The verbatim text."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Markdown that is no card: an intro, a prose lane, a block between cards."""

    lead: str
    """The line break that ends the block above, and blank lines."""
    text: str
    """Verbatim, without the last line's break."""

    @property
    def source(self) -> str:
        """The verbatim text."""
        return self.lead + self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneHeading:
    """A heading that opens a lane."""

    lead: str
    text: str
    """Verbatim, without the last line's break."""
    name: str
    """The heading's words, as Markdown."""
    level: int

    @property
    def source(self) -> str:
        """The verbatim text."""
        return self.lead + self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class CardBlock:
    """A paper's card and the author's note below it."""

    lead: str
    """The line break that ends the block above, blank lines, and the rule that belongs to it."""
    quote: str
    """The ``<blockquote>`` HTML, verbatim."""
    gap: str
    """White space between card and note; empty when there is no note."""
    text: str
    """The note, verbatim, without the last line's break."""
    link: str
    title: str
    """Plain text, entities resolved, white space folded."""
    abstract: str
    """Plain text as ``title``; paragraphs are separated by a blank line."""
    is_closed: bool = True
    """Whether its ``</blockquote>`` was found."""

    @property
    def source(self) -> str:
        """The verbatim text."""
        return self.lead + self.quote + self.gap + self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What stands below everything: blank lines and closing ``<br/>`` lines."""

    text: str

    @property
    def source(self) -> str:
        """The verbatim text."""
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """What a new card shall say, before it is cleaned, cut and escaped."""

    link: str
    title: str
    """Plain text; TeX may be in it."""
    abstract: str = ""
    """Plain text, uncut."""
    text: str = ""
    """The note, Markdown exactly as typed."""
    lane: str = ""
    """The name of the lane it stands in."""
    below: str = ""
    """Markdown that stands below the note and is no card: it begins with a rule or a heading."""


Block: TypeAlias = FrontMatter | Prose | LaneHeading | CardBlock | Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A lane as it stands in a file: its heading and the blocks below it."""

    heading: LaneHeading | None
    """None for what stands before any heading."""
    blocks: tuple[Prose | CardBlock, ...] = ()

    @property
    def name(self) -> str:
        """The heading's words; empty without a heading."""
        return self.heading.name if self.heading else ""

    @property
    def cards(self) -> tuple[CardBlock, ...]:
        """Its cards in the order of the file."""
        return tuple(block for block in self.blocks if isinstance(block, CardBlock))

    @property
    def holds_cards(self) -> bool:
        """Whether this is a cards lane."""
        return any(isinstance(block, CardBlock) for block in self.blocks)

    @property
    def text(self) -> str:
        """Its prose, up to the first card."""
        prose = takewhile(lambda block: isinstance(block, Prose), self.blocks)
        return "".join(
            block.text if position == 0 else block.source for position, block in enumerate(prose)
        )

    @property
    def below(self) -> tuple[str, ...]:
        """What stands below each card and is no card, verbatim; empty where there is nothing."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, CardBlock):
                found.append("")
            elif found:
                found[-1] += block.source if found[-1] else block.text
        return tuple(found)

    @property
    def other(self) -> tuple[Prose, ...]:
        """Blocks that stand among or below its cards and are no cards."""
        rest = dropwhile(lambda block: isinstance(block, Prose), self.blocks)
        return tuple(block for block in rest if isinstance(block, Prose))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole file."""

    byte_order_mark: str = ""
    """U+FEFF where the file begins with it."""
    blocks: tuple[Block, ...] = ()
    is_too_large: bool = False
    """Whether the text is too large or too deeply nested to look for lanes and cards in it;
    it is kept as one piece of prose."""

    @property
    def front(self) -> FrontMatter | None:
        """The front matter, if there is any."""
        first = self.blocks[0] if self.blocks else None
        return first if isinstance(first, FrontMatter) else None

    @property
    def title(self) -> str:
        """The front matter's title; empty without one."""
        value = self.front.values.get("title") if self.front else None
        return value if isinstance(value, str) else ""

    @property
    def cards(self) -> tuple[CardBlock, ...]:
        """Every card in the order of the file."""
        return tuple(block for block in self.blocks if isinstance(block, CardBlock))

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every lane, first the one without a heading if anything stands there."""
        sections: list[Section] = []
        heading: LaneHeading | None = None
        body: list[Prose | CardBlock] = []
        for block in self.blocks:
            if isinstance(block, LaneHeading):
                if heading or body:
                    sections.append(Section(heading=heading, blocks=tuple(body)))
                heading, body = block, []
            elif isinstance(block, Prose | CardBlock):
                body.append(block)
        if heading or body:
            sections.append(Section(heading=heading, blocks=tuple(body)))
        return tuple(sections)

    @property
    def lanes(self) -> tuple[Section, ...]:
        """The lanes that have a heading, and the cards that stand before any."""
        return tuple(part for part in self.sections if part.heading or part.holds_cards)

    @property
    def intro(self) -> str:
        """The prose before any heading or card."""
        first = self.sections[0] if self.sections else None
        return first.text if first and first.heading is None else ""

    @property
    def tail(self) -> str:
        """What stands below everything, verbatim."""
        last = self.blocks[-1] if self.blocks else None
        return last.text if isinstance(last, Tail) else ""


def line_numbers(document: Document) -> dict[int, int]:
    """The line of the file on which each block begins, from 1, by the block's ``id``."""
    lines: dict[int, int] = {}
    line = 1
    for block in document.blocks:
        lead = "" if isinstance(block, FrontMatter | Tail) else block.lead
        lines[id(block)] = line + _line_breaks(lead)
        line += _line_breaks(block.source)
    return lines


def _line_breaks(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
