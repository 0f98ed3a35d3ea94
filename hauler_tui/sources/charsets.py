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
_MANGLED = re.compile(
    "[\xc2\xc3\xe2]"
    "[\x80-\xbf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
"""How the commonest characters look whose UTF-8 was read as Windows-1252."""
_TO_BYTES = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TAIL = f"[\x80-\xbf{re.escape(''.join(map(chr, _TO_BYTES)))}]"
_MANGLED_ONE = re.compile(f"[\xc2-\xdf]{_TAIL}|[\xe0-\xef]{_TAIL}{{2}}|[\xf0-\xf4]{_TAIL}{{3}}")
"""One character whose UTF-8 was read as Windows-1252."""
_ADDED_LATER = re.compile("[\x00-\x7f\xa0\u2013\u2014\u2022\u2026]*")
"""What stands in a text beside such characters, put there as an entity by what cut it."""
_DECLARED = re.compile(
    rb"(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,200}?charset)\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})",
    re.IGNORECASE,
)
_NAMED = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_LOOK = 4_000
"""Bytes in which an encoding is declared, if at all."""


def decoded(body: bytes, *, content_type: str = "") -> str:
    """The text of a body: by its byte order mark, as UTF-8, as it declares, or as Windows-1252.

    What is UTF-8 is read as UTF-8 whatever it declares; what cannot be read becomes U+FFFD. A
    server's ``content_type`` goes before what the body declares, unless it names one of the
    encodings that servers name by default.
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
        named = _of_server(content_type)
        declared = _declared(body)
        if named and (declared is None or not ONE_BYTE.match(named)):
            return body.decode(named, "replace")
        return body.decode(declared or "cp1252", "replace")


def unmangled(text: str) -> str:
    """A text whose UTF-8 somebody read as Windows-1252, as it was meant, line by line.

    A line is changed only when all of it is such a text, but for the ellipsis of a cut.
    """
    if text.isascii() or not _MANGLED.search(text):
        return text
    return "\n".join(map(_unmangled_line, text.split("\n")))


def _unmangled_line(line: str) -> str:
    if not _MANGLED.search(line):
        return line
    try:
        return line.translate(_TO_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        rest, found = _MANGLED_ONE.subn("", line)
    if found < 2 or not _ADDED_LATER.fullmatch(rest):
        return line
    try:
        return _MANGLED_ONE.sub(_one_unmangled, line)
    except UnicodeError:
        return line


def _one_unmangled(found: re.Match[str]) -> str:
    return found[0].translate(_TO_BYTES).encode("latin-1").decode("utf-8")


def _declared(body: bytes) -> str | None:
    """The encoding that a body itself names; None where it names none that is known."""
    found = _DECLARED.search(body[:_LOOK])
    return _codec(found[1].decode("ascii")) if found else None


def _of_server(content_type: str) -> str | None:
    """The encoding in a Content-Type, but for UTF-8, which the body was found not to be."""
    found = _NAMED.search(content_type)
    name = _codec(found[1]) if found else None
    return name if name != "utf-8" else None


def _codec(name: str) -> str | None:
    """Python's name of an encoding for text, None when it is none."""
    if not KNOWN.fullmatch(name):
        return None
    try:
        known = codecs.lookup(name).name
    except LookupError:
        return None
    # Latin-1 is what people write who mean Windows-1252, and GB2312 who mean its superset
    # (WHATWG Encoding, 4.2).
    return _MEANT.get(known, known)
