"""Whether a person's text, put into an issue, is read back as what it was."""

from __future__ import annotations

import re
from functools import lru_cache

from hauler_tui.haul.markup import Piece, pieces, strip_blank_lines
from hauler_tui.haul.model import Document
from hauler_tui.haul.parse import parse

_CLOSING = "<br/>\n<br/>\n<br/>\n"
_BREAKING = {
    "heading": "is a heading, which begins something new",
    "rule": "is a rule, which ends the note",
    "card": "is a card of its own",
    "breaks": "is a closing break, which ends the issue",
}
_NOTE_ENDS = frozenset(_BREAKING)
_LANE_ENDS = _NOTE_ENDS - {"rule"}


_MOST_PLAIN = 20_000
"""Characters above which a text is tried whatever it looks like."""
_PLAIN = re.compile(
    r"(?:[ ]{0,3}(?![\s0-9_])[\w\"'“‘(.,…&@$%]"
    r"[^\x00-\x09\x0b-\x1f\x85\u2028\u2029\n]*|[ ]*)(?:\n|\Z)"
)


def is_plain(text: str) -> bool:
    """Whether a text is nothing but paragraphs, which are always read back as they are.

    Whether every line begins as only a paragraph can: with a letter, a quote, a bracket.
    """
    at = 0
    while at < len(text) <= _MOST_PLAIN:
        found = _PLAIN.match(text, at)
        if found is None or found.end() == at:
            return False
        at = found.end()
    return at == len(text)


@lru_cache(maxsize=512)
def breaks_reading(text: str, *, is_last: bool = True) -> tuple[str, ...]:
    """Why a note would not be read back from an issue as it is; empty when it would.

    Tried, not guessed: the note is put below a card in the middle, and below the last one where
    it ``is_last``, and the result is parsed. Closing breaks end only what stands last.
    """
    wanted = strip_blank_lines(text)
    if not wanted or is_plain(wanted):
        return ()
    if "\0" in text:
        return _no_text(text)
    end = wanted if is_last else "n"
    read = parse(
        f"## L\n\n{_card('1')}\n\n{wanted}\n\n<hr/>\n\n{_card('2')}\n\n{end}\n\n{_CLOSING}"
    )
    notes = [(card.title, card.text) for card in read.cards]
    if notes == [("1", wanted), ("2", end)] and len(read.blocks) == 4 and _ends(read):
        return ()
    return _reasons(wanted, _NOTE_ENDS if is_last else _NOTE_ENDS - {"breaks"})


@lru_cache(maxsize=64)
def lane_breaks_reading(text: str, *, is_last: bool = True) -> tuple[str, ...]:
    """Why a lane's prose would not be read back as it is; empty when it would.

    It may always hold closing breaks where it is not ``is_last``: the end of the issue.
    """
    wanted = strip_blank_lines(text)
    if not wanted or is_plain(wanted):
        return ()
    if "\0" in text:
        return _no_text(text)
    read = parse(f"## A\n\n{wanted}\n\n## B\n\n{_card('1')}\n\n<hr/>\n\n{_card('2')}\n\n{_CLOSING}")
    last = parse(f"## A\n\n{wanted if is_last else 'n'}\n\n{_CLOSING}")
    found = [(part.name, part.text, len(part.cards)) for part in (*read.sections, *last.sections)]
    end = wanted if is_last else "n"
    if found == [("A", wanted, 0), ("B", "", 2), ("A", end, 0)] and _ends(read) and _ends(last):
        return ()
    return _reasons(wanted, _LANE_ENDS if is_last else _LANE_ENDS - {"breaks"})


def _card(title: str) -> str:
    return f'<blockquote>\n<a href="https://example.org/{title}">\n<h4>{title}</h4>\n</a>\n</blockquote>'


def _ends(read: Document) -> bool:
    return read.tail == "\n\n" + _CLOSING


def _no_text(text: str) -> tuple[str, ...]:
    line = text.count("\n", 0, text.index("\0")) + 1
    return (f"line {line} holds a NUL byte, with which no file is text",)


def _reasons(text: str, kinds: frozenset[str]) -> tuple[str, ...]:
    found = pieces(text)
    if found is None:
        return ("it is too long or too deeply nested to be read back",)
    reasons = []
    for position, piece in enumerate(found):
        if piece.kind not in kinds or (piece.kind == "heading" and _is_inner(piece, kinds)):
            continue
        if piece.kind == "breaks" and any(later.kind != "breaks" for later in found[position:]):
            continue
        line = len(text[: piece.start].splitlines()) + (
            piece.start == 0 or text[piece.start - 1] in "\r\n"
        )
        reasons.append(f"line {line} {_BREAKING[piece.kind]}")
    return tuple(reasons) or (
        "something in it is left open (a code fence, a comment, a tag) and takes in what follows",
    )


def _is_inner(piece: Piece, kinds: frozenset[str]) -> bool:
    """Whether a heading stays inside: in a lane, those of the third level and below do."""
    return "rule" not in kinds and piece.level > 2
