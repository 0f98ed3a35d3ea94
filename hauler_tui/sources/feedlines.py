"""Addresses of feeds as people write them into a line: several at once, or in lists."""

from __future__ import annotations

import re

_STARTS = r"(?:https?://|(?:arxiv|biorxiv|medrxiv|hf):(?=\S))"
_START = re.compile(_STARTS, re.IGNORECASE)
_JOINT = re.compile(rf"[,;|](?={_STARTS})", re.IGNORECASE)
"""Where one address ends and the next begins, of which a person wrote several on a line."""
_JOINT_IN_QUERY = re.compile(r"\|(?=https?://)", re.IGNORECASE)
_BULLET = re.compile(rf"\s*(?:[-*+•]|[0-9]{{1,3}}[.)])\s+(?=<?{_STARTS}|\[)", re.IGNORECASE)
_POINTED = re.compile(r"\s*<(https?://[^\s<>]{1,2000})>", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\s*\[([^\[\]]{1,300})\]\(<?(https?://(?:[^\s<>()]|\([^\s<>()]{0,200}\)){1,2000})>?\)",
    re.IGNORECASE,
)
_TITLE_FIRST = re.compile(
    r'\s*(?:"([^"\\]{1,300})"|([^",;:/<>\[\]#]{1,300}))\s?[,;\t]\s?"?(https?://[^\s"]{1,2000})"?\s*\Z',
    re.IGNORECASE,
)


def apart(word: str) -> list[str]:
    """The addresses of a word: what a comma, semicolon or bar parts where the next one begins.

    One with a query keeps commas, as the address of another may be a part of it.
    """
    if not _START.match(word):
        return [word]
    return (_JOINT_IN_QUERY if "?" in word else _JOINT).split(word)


def is_address(word: str) -> bool:
    """Whether a word is an address or a short name by its beginning."""
    return _START.match(word) is not None


def plain_line(line: str) -> str:
    """A line that is an entry of Markdown, or a title and an address, as newsboat writes it.

    Any other line stays as it is.
    """
    line = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    line = _POINTED.sub(r"\1", line, count=1) if _POINTED.match(line) else line
    if found := _MARKDOWN.match(line):
        return f"{found[2]} {_quoted(found[1])}{line[found.end() :]}"
    if found := _TITLE_FIRST.match(line):
        return f"{found[3]} {_quoted(found[1] or found[2])}"
    return line


def _quoted(title: str) -> str:
    return '"~' + re.sub(r'(["\\])', r"\\\1", title.strip()) + '"'
