"""Where the sentences of an abstract end."""

from __future__ import annotations

import re

from hauler_tui.domain.text import formula_spans

_END = re.compile(
    r"[.!?…]['\"”’)\]]*\s+(?=[\"“‘'(\[$]*[A-Z0-9À-ÞΑ-ΩЀ-Я\u4e00-\u9fff])|[。！？]|\n\s*\n"
)
_NO_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|al|Fig|Figs|Eq|Eqs|Sec|Sect|Ref|Refs|Tab|No|Nos|resp|approx|ca|Dr"
    r"|Prof|St|Mr|Mrs|Ms)|\b[A-Z])\.\s*\Z"
)
"""Abbreviations and initials, whose period ends no sentence."""


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences in order, white space folded; never cut inside a ``$formula$``."""
    formulas = formula_spans(text)
    found: list[str] = []
    begin = 0
    for end in _END.finditer(text):
        is_inside = any(start < end.start() < stop for start, stop in formulas)
        if is_inside or _NO_END.search(text[begin : end.end()]):
            continue
        found.append(text[begin : end.end()])
        begin = end.end()
    folded = (" ".join(sentence.split()) for sentence in (*found, text[begin:]))
    return tuple(sentence for sentence in folded if sentence)
