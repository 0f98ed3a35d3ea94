"""Which form a file of references has, and what it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.reference import References
from hauler_tui.errors import SourceError
from hauler_tui.sources.charsets import decoded
from hauler_tui.sources.references import bookmarks, csl, ris

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 64 * 1024 * 1024
"""A larger file is not read."""
_LOOK = 5_000
_OPML = re.compile(r"\A\s*(?:<[?!][^<>]*>\s*){0,5}<opml[\s>]", re.IGNORECASE)
SUFFIXES = {
    ".bib": "BibTeX",
    ".bibtex": "BibTeX",
    ".ris": "RIS",
    ".json": "CSL JSON",
    ".html": "a browser's bookmarks",
    ".htm": "a browser's bookmarks",
}
"""Endings of files that hold references, and the form that is expected of them."""


def read(data: bytes, *, suffix: str, now: datetime) -> References | None:
    """The references in a file's bytes; None when it has none of the forms, nor their endings.

    The form is recognised by the content, whatever the file is called. Text that is not UTF-8 is
    read as Windows-1252, with a warning. Raises SourceError when the bytes are no text, or nothing
    can be made of them.
    """
    expected = SUFFIXES.get(suffix.lower())
    if not data.strip(b"\x00 \t\r\n"):
        if expected is None:
            return None
        raise SourceError("it is empty")
    text = decoded(data)
    if _OPML.search(text[:_LOOK]):
        raise SourceError("it is a list of feeds", "“hauler feeds import FILE” takes it")
    reader = _reader(text)
    if reader is None:
        if expected is None:
            return None
        what = "is no text" if "\x00" in text else f"holds nothing that is {expected}"
        raise SourceError(f"it {what}")
    if "\x00" in text:
        raise SourceError("it is no text: it holds zero bytes")
    references = reader(text, now=now)
    return _warned(references, data, text)


def _reader(text: str) -> Callable[..., References] | None:
    if bookmarks.looks_like_bookmarks(text):
        return bookmarks.read
    if csl.looks_like_json(text):
        return csl.read
    if ris.looks_like_ris(text):
        return ris.read
    from hauler_tui.sources.references import bibtex

    return bibtex.read if bibtex.looks_like_bibtex(text) else None


def _warned(references: References, data: bytes, text: str) -> References:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return references
        count = text.count("\ufffd")
        lost = f"; {count} characters could not be read" if count else ""
        warning = f"it is not UTF-8 and was read as Windows-1252{lost}"
        return replace(references, warnings=(*references.warnings, warning))
    return references
