"""feedparser, called in the one way that neither opens files nor changes the text."""

from __future__ import annotations

import codecs
import io
import re
from itertools import pairwise
from typing import Any, TypeAlias

from hauler_tui.sources import charsets, plainfeeds

Parsed: TypeAlias = Any
"""feedparser's dictionary, which has no types, or one with the same in it."""

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_ENTRY_START = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>/]")
_ENTRY_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")
_ENDS = (b"</rss>", b"</feed>", b"</rdf:RDF>")
_CLOSING = re.compile(rb"</[\w:.-]+\s*>|<[\w:.-]+(?:\s[^<>]*)?/>")
_NAMED = re.compile(
    rb"</(?:\w+:)?(?:link|guid|id)\s*>|<(?:\w+:)?link\s[^<>]*\bhref\s*=[^<>]*>|\brdf:about\s*="
)
_OWN_TEXT = re.compile(rb"<(?:description|summary|content|content:encoded)[\s>]")
_CAPTION = re.compile(rb"(</?media:)(description|title)(?=[\s>/])")
_RISKY_TAGS = re.compile(
    r"</?(?:(?:georss|gml|geo|psc|cc|creativecommons):[^<>]*"
    r"|(?:\w+:)?(?:width|height|license|where)(?:\s[^<>]*)?/?)>",
    re.IGNORECASE,
)
_RISKY_NAMESPACES = re.compile(
    r"https?://(?:www\.opengis\.net/gml|www\.georss\.org/georss|www\.w3\.org/2003/01/geo/wgs84_pos#"
    r"|podlove\.org/simple-chapters|(?:www\.)?creativecommons\.org/ns#|web\.resource\.org/cc/"
    r"|backend\.userland\.com/creativecommonsrssmodule)",
    re.IGNORECASE,
)
_ABSOLUTE = (
    rb"(?:https?://|(?:urn|tag|oai|doi|info|yt|uuid):)"
    rb"[^\s<>\"'/?#][^\s<>\"'?#]*(?:[?#][^\s<>\"']*[^\s<>\"'?#])?"
)
_RELATIVE = re.compile(
    rb"<(?:\w+:)?(?:(?:id|guid|link)\b[^<>]*(?<!/)>"
    rb"(?!\s*(?:<!\[CDATA\[)?\s*(?:%b)?\s*(?:\]\]>)?\s*</)"
    rb"|link\b[^<>]*\bhref\s*=\s*(?![\"']%b[\"']))" % (_ABSOLUTE, _ABSOLUTE)
)
_GUID = re.compile(
    rb"<((?:\w+:)?(?:guid|id))((?:\s[^<>]*)?)(?<!/)>"
    rb"(?=\s*(?:<!\[CDATA\[)?\s*(?!//|[A-Za-z][A-Za-z0-9+.-]*:)[^<\s])"
)
_IS_LINK = re.compile(rb"\sisPermaLink\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_LONGEST_END = 300
_BASE = re.compile(rb"\bbase\s*=\s*[\"']")
_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
_ENTITY = re.compile(r"<!ENTITY[^<>]*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(x?[0-9A-Fa-f]*);?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parse(body: bytes, *, url: str, content_type: str | None) -> Parsed:
    """The body as feedparser reads it, text untouched and links made absolute against ``url``.

    A body that makes feedparser raise is cleaned of what is known to do so and read once more.
    Raises whatever feedparser raises then.
    """
    charset = _charset(content_type, body)
    if (plain := plainfeeds.read(body, charset)) is not None:
        return plain
    body = without_captions(body)
    try:
        if not may_be_relative(body):
            return _call(body, "", charset)
        body = with_guids_kept(body)
        return _call(body, url, charset)
    except Exception:
        return _call(cleaned(body), url, "utf-8")


def may_be_relative(body: bytes) -> bool:
    """Whether joining links to the feed's address may change one of them.

    Feedparser does that for every element, which takes a quarter of its time.
    """
    if b"\x00" in body or (b"base" in body and _BASE.search(body)):
        return True
    return _RELATIVE.search(body) is not None


def is_whole(body: bytes) -> bool:
    """Whether a body ends as a feed does."""
    return body[-_LONGEST_END:].rstrip().endswith(_ENDS)


def without_torn_part(body: bytes) -> bytes:
    """The body without the last part of its last entry where it breaks off inside that.

    An entry that has neither a link nor an id yet is left out: it would be another one when the
    feed comes whole.
    """
    if is_whole(body):
        return body
    ends = [found.end() for found in _ENTRY_END.finditer(body)]
    starts = [found.start() for found in _ENTRY_START.finditer(body, ends[-1] if ends else 0)]
    if len(starts) != 1:
        return body
    torn = body[starts[0] :]
    if torn[: torn.find(b">") + 1].endswith(b"/>"):
        return body
    said = [found.end() for found in _CLOSING.finditer(torn)]
    torn = torn[: said[-1]] if said else b""
    return body[: starts[0]] + (torn if _NAMED.search(torn) else b"")


def with_guids_kept(body: bytes) -> bytes:
    """The body with every guid that is no address marked as none.

    A guid is a link unless it says otherwise, so that feedparser would join ``post-1`` to the
    feed's address: a page that is nowhere, and another name once the feed has moved.
    """
    return _GUID.sub(
        lambda found: b'<%b%b isPermaLink="false">' % (found[1], _IS_LINK.sub(b"", found[2])), body
    )


def cut(body: bytes, limit: int) -> tuple[bytes, int]:
    """The body without the entries after the first ``limit``, and how many entries that drops."""
    if body.count(b"item") + body.count(b"entry") <= limit:
        return body, 0
    starts = _ENTRY_START.finditer(body)
    beyond = None
    for number, found in enumerate(starts):
        if number == limit:
            beyond = found.start()
            break
    if beyond is None:
        return body, 0
    dropped = 1 + sum(1 for _ in starts)
    end = beyond
    for found in _ENTRY_END.finditer(body, beyond):
        end = found.end()
    tail = body[end:] if end > beyond else b""
    return body[:beyond] + tail, dropped


def without_captions(body: bytes) -> bytes:
    """The body with the titles and descriptions of pictures under names that feedparser ignores.

    It would take them for the text of an entry. Where an entry has no text of its own, as at
    YouTube, they are its text and stay.
    """
    if b"<media:description" not in body and b"<media:title" not in body:
        return body
    starts = [found.start() for found in _ENTRY_START.finditer(body)]
    pieces = [body[: starts[0]] if starts else body]
    for start, end in pairwise([*starts, len(body)]):
        piece = body[start:end]
        if _OWN_TEXT.search(piece):
            piece = _CAPTION.sub(rb"\1caption-\2", piece)
        pieces.append(piece)
    return b"".join(pieces)


def cleaned(body: bytes) -> bytes:
    """The body as UTF-8 without what makes feedparser 6 raise (kurtmckee/feedparser#599).

    The XML declaration, the DOCTYPE, impossible character references, control characters and the
    tags of modules that no reader needs are dropped.
    """
    text = charsets.decoded(body)
    if found := _DECLARATION.match(text):
        text = text[found.end() :]
    text = _ENTITY.sub("", _without_doctype(text))
    text = _REFERENCE.sub(_believable_reference, text)
    text = _RISKY_NAMESPACES.sub("urn:ignored", _RISKY_TAGS.sub("", text))
    text = _NOT_XML.sub("", text)
    return text.strip().encode("utf-8", "replace")


def _call(body: bytes, base: str, charset: str | None) -> Parsed:
    """What feedparser makes of a body; with a ``base`` it joins that to every element."""
    import feedparser

    kind = "application/xml" if charset is None else f"application/xml; charset={charset}"
    return feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers={"content-type": kind, **({"content-location": base} if base else {})},
    )


def _charset(content_type: str | None, body: bytes) -> str | None:
    """The charset a server named, when it is a known one and the body does not belie it."""
    found = _CHARSET.search(content_type or "")
    if found is None or not charsets.KNOWN.fullmatch(found[1]):
        return None
    try:
        codecs.lookup(found[1])
        if charsets.ONE_BYTE.match(found[1]):
            body.decode("utf-8")
            return None
    except UnicodeDecodeError:
        return found[1]
    except LookupError:
        return None
    return found[1]


def _without_doctype(text: str) -> str:
    start = text[:10_000].upper().find("<!DOCTYPE")
    end = text.find(">", start)
    if start < 0 or end < 0:
        return text
    if "[" in text[start:end]:
        end = text.find(">", text.find("]", end))
    return text[:start] + text[end + 1 :] if end > 0 else text


def _believable_reference(found: re.Match[str]) -> str:
    digits = found[1]
    try:
        number = int(digits[1:], 16) if digits[:1] in "xX" and digits else int(digits)
        character = chr(number)
    except (ValueError, OverflowError):
        return ""
    return "" if _NOT_XML.match(character) else f"&#{number};"
