"""Two texts about one work as one text, with no sentence lost."""

from __future__ import annotations


def both_texts(first: str, second: str) -> str:
    """Return the same text once, else one after the other with a blank line between."""
    if first == second or not second.strip():
        return first
    if not first.strip():
        return second
    ending = first[len(first.rstrip("\n")) :]
    return first + "\n" * max(0, 2 - len(ending)) + second


def followed(before: str, text: str, known: str) -> str:
    """Return what to keep of a text being written, where something else was added meanwhile.

    ``before`` is what the writer last knew, ``text`` what it wrote, ``known`` what is kept now.
    """
    if known == before:
        return text
    if before and known.startswith(before):
        return text + known[len(before) :]
    if before and known.endswith(before):
        return known[: -len(before)] + text
    return text if before else both_texts(text, known)
