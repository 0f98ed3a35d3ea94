"""What feeds write as HTML, turned into the text and Markdown that hauler keeps."""

from __future__ import annotations

import html
import re

from hauler_tui.domain.tex_math import script

LONGEST = 400_000
"""Characters of one body that are looked at."""
_DEEPEST = 100
"""Tags inside tags; a body that nests deeper is read without its structure."""

_BLOCKS = (
    "address|article|aside|blockquote|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|"
    "figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|"
    "th|thead|tr|ul"
)
_SILENT = "iframe|noscript|object|script|style|svg|template|title|video|audio|head"
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|button|cite|code|data|del|dfn|em|embed|font|i|img|input|ins|kbd|"
    "label|link|mark|math|meta|m[inos]|mrow|msu[bp]|msubsup|mfrac|mtext|mstyle|"
    "semantics|annotation|annotation-xml|m(?:over|under|underover|sqrt|root|padded|space|table|t[rd])|picture|q|rp|rt|ruby|"
    "s|samp|small|source|span|strike|strong|sub|sup|time|tt|u|var|wbr|html|body|"
    "(?:jats|mml|m):[a-z-]+"
)
_KNOWN = f"(?:{_BLOCKS}|{_SILENT}|{_INLINE})"
_KNOWN_TAG = re.compile(rf"</?{_KNOWN}(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NOT_A_TAG = re.compile(rf"<(?!/?{_KNOWN}(?:\s[^<>]*)?/?>)(?!!--)", re.IGNORECASE)
_SILENT_START = re.compile(rf"<(?:({_SILENT})\b|!--)", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LAYOUT_TAG = re.compile(r"<(/?)(?:table|tbody|tfoot|tr|td)(?:\s[^<>]*)?/?>", re.IGNORECASE)
"""Tables without headings only arrange what stands in them."""
_NESTING = re.compile(rf"<(/?)({_KNOWN})(?:\s[^<>]*?)?(/?)>", re.IGNORECASE)
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "embed"})
_FIRST_BLOCK = re.compile(
    r"\s*<(p|div|h[1-6]|ul|ol|table|blockquote|figure|article|section)(?:\s[^<>]*)?>", re.IGNORECASE
)
_EMPHASIS = re.compile(r"<(i|b|em|strong|su[bp])>[^<>]{1,200}</\1>", re.IGNORECASE)
_JATS = re.compile(r"<(/?)(?:jats:)(italic|bold|su[bp]|p)(?=[\s/>])", re.IGNORECASE)
_HTML_FOR_JATS = {"italic": "em", "bold": "strong"}
_POWER = re.compile(r"(?<=[\w)])<sup>([^<>]{1,20})</sup>", re.IGNORECASE)
_EXPONENT = re.compile(r"[+-]|[+-]?(?:\d{1,6}|[A-Za-z])[+-]?")
_INDENT = re.compile(r"\n[ \t]+")
"""Spaces that mean nothing in plain text, and code in Markdown."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def has_markup(text: str) -> bool:
    """Whether text holds tags that HTML knows; ``a < b`` and ``<R_g>`` are none."""
    return _KNOWN_TAG.search(text) is not None


def has_emphasis(title: str) -> bool:
    """Whether a title sets a part of itself apart with a pair of tags."""
    return _EMPHASIS.search(title) is not None


def is_fragment(text: str) -> bool:
    """Whether a text that calls itself plain is a piece of HTML from its first tag on."""
    found = _FIRST_BLOCK.match(text)
    return found is not None and f"</{found[1].lower()}>" in text.lower()


def title_text(raw: str, *, is_html: bool) -> str:
    """A title without the tags and entities of HTML; any other ``<`` stays."""
    text = raw[:LONGEST]
    if is_html and ("<" in text or "&" in text):
        text = unescape(_KNOWN_TAG.sub("", _with_powers(_without_silent(text))))
    return text


def body_text(raw: str, *, is_html: bool, base: str) -> str:
    """A body as Markdown when it holds HTML, else as it is.

    Links are made absolute against ``base`` and kept only when they lead to http(s); pictures leave
    their description. Bodies that are nested too deep or defy conversion lose their structure.
    """
    text = raw[:LONGEST]
    if not is_html:
        return _INDENT.sub("\n", text)
    if not has_markup(text):
        return _INDENT.sub("\n", unescape(text))
    text = _with_powers(_JATS.sub(_as_html, _without_silent(text)))
    if "<th" not in text.lower():
        text = _LAYOUT_TAG.sub(r"<\1div>", text)
    if _depth(text) > _DEEPEST:
        return without_tags(text)
    from hauler_tui.sources.markdown import Converter  # which takes longer to import than to use

    try:
        return str(Converter(base).convert(_NOT_A_TAG.sub("&lt;", text))).strip()
    except (RecursionError, ValueError, AssertionError):
        return without_tags(text)


def without_tags(text: str) -> str:
    """Text with block tags as paragraph breaks and every other known tag dropped."""
    text = _BLOCK_TAG.sub("\n\n", text)
    return unescape(_KNOWN_TAG.sub("", text)).strip()


def unescape(text: str) -> str:
    """Text with complete entities resolved; ``&`` followed by anything else stays."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _as_html(found: re.Match[str]) -> str:
    name = found[2].lower()
    return f"<{found[1]}{_HTML_FOR_JATS.get(name, name)}"


def _with_powers(text: str) -> str:
    """Text whose superscripts that follow something are raised: ``10-3`` would be another number.

    Subscripts are left to their tags: who searches for CO2 types it so.
    """
    return _POWER.sub(_as_power, text)


def _as_power(found: re.Match[str]) -> str:
    exponent = re.sub("[\u2212\u2013]", "-", unescape(found[1]).strip())
    raised = script(exponent, is_raised=True) if _EXPONENT.fullmatch(exponent) else None
    return raised or found[0]


def _without_silent(text: str) -> str:
    """Text without comments and without the elements whose text nobody is meant to read.

    One that never ends is left alone. Each kind of ending is looked for once from a place on, so
    that the time stays in proportion to the text.
    """
    kept, place = [], 0
    lower = text.lower()
    endless: set[str] = set()
    for found in _SILENT_START.finditer(text):
        if found.start() < place:
            continue
        ending = f"</{found[1].lower()}" if found[1] else "-->"
        if ending in endless:
            continue
        end = lower.find(ending, found.end())
        close = lower.find(">", end) if end >= 0 else -1
        if close < 0:
            endless.add(ending)
            continue
        kept.append(text[place : found.start()])
        place = close + 1
    kept.append(text[place:])
    return "".join(kept)


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _NESTING.finditer(text):
        if found[1]:
            depth = max(0, depth - 1)
        elif not found[3] and found[2].lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest
