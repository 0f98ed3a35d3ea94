"""Bytes of strangers as text, whatever they say their encoding is."""

from __future__ import annotations

import codecs
import re

KNOWN = re.compile(
    r"utf-?(8|16|32)(le|be)?|us-ascii|(iso-?8859|windows|cp|koi8|gb|big5|euc|shift|iso-2022|x-sjis|"
    r"tis|mac)[A-Za-z0-9_-]*",
    re.IGNORECASE,
)
"""Names of encodings for text; Python knows others that are none."""
ONE_BYTE = re.compile(r"us-ascii|iso-?8859|windows-125|cp125", re.IGNORECASE)
"""Servers name these by default for bodies that are UTF-8 in truth."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,200}?charset)\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})",
    re.IGNORECASE,
)
_LOOK = 4_000
"""Bytes in which an encoding is declared, if at all."""


def decoded(body: bytes) -> str:
    """The text of a body: by its byte order mark, as UTF-8, as it declares, or as Windows-1252.

    What is UTF-8 is read as UTF-8 whatever it declares; what cannot be read becomes U+FFFD.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if body[0:4:2] == b"\x00\x00" and body[1:2] == b"<":
        return body.decode("utf-16-be", "replace")
    if body[1:4:2] == b"\x00\x00" and body[0:1] == b"<":
        return body.decode("utf-16-le", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_declared(body), "replace")


def _declared(body: bytes) -> str:
    found = _DECLARED.search(body[:_LOOK])
    name = found[1].decode("ascii") if found else ""
    if not KNOWN.fullmatch(name):
        return "cp1252"
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return "cp1252"
    # Latin-1 is what people write who mean Windows-1252 (WHATWG Encoding, 4.2).
    return "cp1252" if known in ("ascii", "iso8859-1") else known
