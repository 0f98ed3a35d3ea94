"""The marks that git leaves in a file where it could not merge two versions."""

from __future__ import annotations

import re

from hauler_tui.haul.markup import code_spans

_OPENS = re.compile(r"(?m)^<{7}(?:[ \t][^\r\n]*)?\r?$")
_PARTS = re.compile(r"(?m)^={7}\r?$")
_CLOSES = re.compile(r"(?m)^>{7}(?:[ \t][^\r\n]*)?\r?$")


def conflict_marks(text: str) -> tuple[int, ...]:
    """Where each conflict begins that was left in a text; those shown as code are none.

    A conflict is all three of its marks, each on a line of its own, in their order.
    """
    if "<<<<<<<" not in text:
        return ()
    found = []
    at = 0
    code: tuple[tuple[int, int], ...] | None = None
    while opens := _OPENS.search(text, at):
        parts = _PARTS.search(text, opens.end())
        closes = _CLOSES.search(text, parts.end()) if parts else None
        if closes is None:
            break
        at = closes.end()
        code = code_spans(text) if code is None else code
        if not any(start <= opens.start() and closes.end() <= end for start, end in code):
            found.append(opens.start())
    return tuple(found)
