"""Fitting text into terminal cells: nothing that came from outside is ever markup or an escape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from hauler_tui.domain.text import visible

ELLIPSIS = "…"


class Span(NamedTuple):
    """A run of text in one style; ``style`` is the name of a field of ``Colours``."""

    text: str
    style: str = "text"


def plain(text: str) -> str:
    """``text`` on one line with nothing in it that a terminal would obey."""
    if text.isprintable():
        return text
    return visible(text).replace("\n", " ").replace("\t", " ")


def width_of(text: str) -> int:
    """How many cells ``text`` takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int) -> str:
    """``text`` in exactly ``width`` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    taken = width_of(text)
    if taken <= width:
        return text + " " * (width - taken)
    return set_cell_size(text, width - 1) + ELLIPSIS


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, with an ellipsis where something is missing."""
    return text if width_of(text) <= width else fit(text, width)


def wrap(text: str, width: int) -> list[str]:
    """``text`` as lines of at most ``width`` cells, broken at spaces; one line at least."""
    return ["".join(span.text for span in line) for line in wrap_spans([Span(text)], width)]


def wrap_spans(
    spans: Iterable[Span], width: int, *, first: str = "", rest: str = ""
) -> list[list[Span]]:
    """Styled text as lines of at most ``width`` cells, broken at spaces.

    ``first`` and ``rest`` are put before the first and the further lines (a bullet and its
    indentation). A word longer than a line is cut where the line ends.
    """
    lines: list[list[Span]] = []
    line: list[Span] = [Span(first)] if first else []
    used = width_of(first)
    room_start = used
    for text, style in spans:
        for word in _words(text):
            if word == "\n":
                lines.append(line)
                line, used = ([Span(rest)] if rest else []), width_of(rest)
                room_start = used
                continue
            taken = width_of(word)
            if used + taken <= width:
                line.append(Span(word, style))
                used += taken
                continue
            if word.isspace():
                continue
            if used > room_start:
                lines.append(line)
                line, used = ([Span(rest)] if rest else []), width_of(rest)
                room_start = used
            while used + width_of(word) > width:
                head = _head(word, max(1, width - used))
                line.append(Span(head, style))
                word = word[len(head) :]
                lines.append(line)
                line, used = ([Span(rest)] if rest else []), width_of(rest)
                room_start = used
            if word:
                line.append(Span(word, style))
                used += width_of(word)
    lines.append(line)
    return lines


def _words(text: str) -> Iterable[str]:
    """Words with the single space before them apart, line breaks as they are."""
    start = 0
    for index, character in enumerate(text):
        if character in " \n":
            if index > start:
                yield text[start:index]
            yield character
            start = index + 1
    if start < len(text):
        yield text[start:]


def chopped(line: str, width: int) -> list[str]:
    """A line in parts of at most ``width`` cells, white space kept: for code."""
    parts = []
    while width_of(line) > width:
        head = _head(line, width)
        parts.append(head)
        line = line[len(head) :]
    return [*parts, line]


def _head(word: str, width: int) -> str:
    """As many characters of ``word`` as fit into ``width`` cells, one at least."""
    if word.isascii():
        return word[:width]
    used = 0
    for index, character in enumerate(word):
        used += cell_len(character)
        if used > width:
            return word[: max(1, index)]
    return word


def joined(parts: Sequence[str], separator: str = " · ") -> str:
    """The parts that say something, separated."""
    return separator.join(part for part in parts if part)
