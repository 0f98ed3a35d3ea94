"""Text from strangers made safe to keep and to draw; shortening, sorting and counting it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

_MARKS_KEPT = 6
"""Combining marks kept on one character; written languages need four at most."""

_GRAPHEME_REACH = 64
"""Characters looked back over for the start of a grapheme before one is cut."""

_ESCAPE_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
)
"""Control sequences and strings of ECMA-48, 5.4 and 5.6."""

_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x80-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]+"
)
"""Controls but for white space and DEL, invisible formatting, surrogates, noncharacters."""

_PLAIN_BYTES = bytes((0x0A, *range(0x20, 0x7F)))
"""ASCII that needs no cleaning."""
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_TRAILING_SPACE = re.compile(r"(?<![ \n]) +(?=\n)")
_SPACE_ALONE = re.compile(r"(?<=\n) +(?=\n)")
_BLANK_LINES = re.compile(r"\n{3,}")
_MAY_BE_MARKS = re.compile(f"[\u0300-\U0010ffff]{{{_MARKS_KEPT + 1}}}")

_VISIBLE = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: "␡",
    **dict.fromkeys(range(0x80, 0xA0), "\ufffd"),
    **dict.fromkeys((0x61C, 0x200E, 0x200F), ""),
    **dict.fromkeys(range(0x202A, 0x202F), ""),
    **dict.fromkeys(range(0x2066, 0x206A), ""),
    0x2028: "\n",
    0x2029: "\n",
}
_NEEDS_PICTURE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TRAILING_PUNCTUATION = " \t\r\n.,;:!?–—-([{<\u3000、。，：；！？（"
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Scripts that write no spaces, where every character ends a word."""

_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŋ": "n"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
"""Latin letters with a stroke or joined, which Unicode does not decompose."""


def clean_line(raw: str, limit: int = 500) -> str:
    """Return `raw` as one safe line of at most `limit` characters, cut with an ellipsis.

    Control characters, escape sequences, bidi controls and surrogates are gone, white space is
    folded, runs of combining marks are capped and accents are composed (Unicode NFC).
    """
    text = " ".join(raw.split())
    if text.isprintable():
        if text.isascii():
            return _limited(text, limit)
        text = _composed(text)
    else:
        text = _composed(" ".join(_without_controls(raw).replace("\x7f", "").split()))
    return _limited(" ".join(text.split()), limit)


def clean_text(raw: str, limit: int = 200_000) -> str:
    """Return `raw` as safe text of at most `limit` characters that keeps its lines.

    As `clean_line`, but line breaks stay, a tab becomes four spaces, and blank lines in a row
    become one. DEL stays, which abstracts of arXiv hold and `tex.to_unicode` leaves out.
    """
    if raw.isascii() and not raw.encode().translate(None, _PLAIN_BYTES):
        text = raw.strip()
        if "\n" not in text:
            return _limited(text, limit)
    elif raw.replace("\n", "").isprintable():
        text = _composed(raw).strip()
    else:
        text = _without_controls(_LINE_BREAK.sub("\n", raw))
        text = _composed(text.replace("\t", "    ").replace("\x1f", " ")).strip()
    if " \n" in text:
        text = _TRAILING_SPACE.sub(_hard_break, _SPACE_ALONE.sub("", text))
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return _limited(text, limit)


def visible(raw: str) -> str:
    """Return a person's own text safe to draw: controls as their pictures, bidi controls gone.

    Newlines and tabs stay; what has no picture (C1 controls, surrogates) is drawn as U+FFFD.
    """
    if not _NEEDS_PICTURE.search(raw):
        return raw if raw.isascii() else _capped(raw)
    text = raw.replace("\r\n", "\n").translate(_VISIBLE)
    return _capped(_SURROGATE.sub("\ufffd", text))


def shorten(text: str, limit: int) -> str:
    """Cut `text` to at most `limit` characters, a one-character ellipsis counted.

    Never inside a word, an HTML entity, a grapheme or a ``$formula$``; only a first word that
    alone is too long is cut inside. Punctuation before the ellipsis goes.
    """
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    held = _Unbreakable(text, limit)
    at = limit - 1
    while at > 0 and not (_ends_word(text, at) and held.allows(at)):
        at -= 1
    kept = text[:at].rstrip(_TRAILING_PUNCTUATION) if at > 0 else ""
    while kept and not held.allows(len(kept)):
        kept = text[: held.start_of(len(kept))].rstrip(_TRAILING_PUNCTUATION)
    if not kept.strip():
        at = limit - 1
        while at > 0 and not held.allows(at):
            at = held.start_of(at)
        kept = text[:at]
    return kept + "…"


@lru_cache(maxsize=4096)
def sort_key(title: str) -> str:
    """Return what a title sorts by: blind to case, accents and leading punctuation."""
    if title.isascii():
        plain = title.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", title)
        plain = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
        plain = plain.translate(_UNDECOMPOSED)
    for at, character in enumerate(plain):
        if character.isalnum():
            return plain[at:]
    return plain


def word_count(text: str) -> int:
    """Count the words of a text: runs between white space that hold a letter or a digit."""
    return sum(1 for word in text.split() if word.isalnum() or any(map(str.isalnum, word)))


def grapheme_start(text: str, at: int) -> int:
    """Return the last place at or before `at` that splits no visible character.

    A simplification of Unicode Annex 29; a run longer than 64 characters is split anyway.
    """
    place = at
    while place > max(0, at - _GRAPHEME_REACH):
        if not _joined(text, place):
            return place
        place -= 1
    return place if place == 0 else at


def _without_controls(raw: str) -> str:
    """Return `raw` without escape sequences and unwanted characters."""
    return _UNWANTED.sub("", _ESCAPE_SEQUENCE.sub("", raw))


def _composed(text: str) -> str:
    """Return `text` with marks capped and composed; capped first, for sorting marks is slow."""
    if text.isascii():
        return text
    return _capped(unicodedata.normalize("NFC", _capped(text)))


def _capped(text: str) -> str:
    """Return `text` with at most six combining marks in a row."""
    if not _MAY_BE_MARKS.search(text):
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if _is_mark(character) else 0
        if run <= _MARKS_KEPT:
            kept.append(character)
    return "".join(kept)


def _is_mark(character: str) -> bool:
    """Whether a character is drawn upon the one before it, or joins two."""
    if character < "\u0300":
        return False
    return character in "\u200c\u200d" or unicodedata.category(character) in ("Mn", "Me")


def _joined(text: str, at: int) -> bool:
    """Whether the characters around `at` belong to one grapheme."""
    if at <= 0 or at >= len(text):
        return False
    after = text[at]
    if after < "\u0300":
        return text[at - 1 : at + 1] == "\r\n"
    before = text[at - 1]
    if _is_mark(after) or unicodedata.category(after) == "Mc" or before == "\u200d":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\u1160" <= after <= "\u11ff":
        return True
    if _is_flag_letter(after) and _is_flag_letter(before):
        run = 1
        while at - 1 - run >= 0 and run < _GRAPHEME_REACH and _is_flag_letter(text[at - 1 - run]):
            run += 1
        return run % 2 == 1
    return False


def _is_flag_letter(character: str) -> bool:
    """Whether a character is a regional indicator, two of which make a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _limited(text: str, limit: int) -> str:
    """Return `text` cut at a grapheme to `limit` characters, the ellipsis counted."""
    if len(text) <= limit:
        return text
    if limit <= 0:
        return ""
    return text[: grapheme_start(text, limit - 1)].rstrip() + "…"


def _hard_break(match: re.Match[str]) -> str:
    """Keep the two spaces that are a line break in Markdown, and no others at a line's end."""
    ends_paragraph = match.string.startswith("\n\n", match.end())
    return "" if ends_paragraph or len(match.group()) < 2 else "  "


def _ends_word(text: str, at: int) -> bool:
    """Whether a word ends before `at`."""
    if text[at].isspace() or text[at - 1].isspace():
        return True
    if text[at] in ".,;:!?" and text[at + 1 : at + 2].isspace():
        return True
    return bool(_UNSPACED.match(text[at]) and _UNSPACED.match(text[at - 1]))


class _Unbreakable:
    """The stretches at the head of a text that no cut may fall into."""

    def __init__(self, text: str, limit: int) -> None:
        self._text = text
        spans = [m.span() for m in _ENTITY.finditer(text[: limit + 40])]
        spans += formula_spans(text, until=limit)
        self._spans: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if not self._spans or start >= self._spans[-1][1]:
                self._spans.append((start, end))
            elif end > self._spans[-1][1]:
                self._spans[-1] = (self._spans[-1][0], end)
        self._starts = [start for start, _ in self._spans]

    def allows(self, at: int) -> bool:
        """Whether the text may be cut before the character at `at`."""
        return self.start_of(at) == at

    def start_of(self, at: int) -> int:
        """Return `at`, or where the stretch begins that a cut there would break."""
        found = bisect_right(self._starts, at) - 1
        if found >= 0 and self._spans[found][0] < at < self._spans[found][1]:
            return self._spans[found][0]
        return grapheme_start(self._text, at)


_DOLLAR = re.compile(r"\\.|\$\$?", re.DOTALL)


def formula_spans(text: str, until: int | None = None) -> list[tuple[int, int]]:
    """Return where the ``$formulas$`` of a text stand that begin before `until`.

    A dollar sign before an amount of money opens none: what it would enclose is prose, or the
    dollar that would close it stands before a digit.
    """
    spans: list[tuple[int, int]] = []
    opening: re.Match[str] | None = None
    for found in _DOLLAR.finditer(text):
        sign = found.group()
        if sign[0] == "\\":
            continue
        if opening is None or len(sign) != len(opening.group()):
            if until is not None and found.start() >= until:
                break
            opening = found
            continue
        if is_formula(text[opening.end() : found.start()], text[found.end() : found.end() + 1]):
            spans.append((opening.start(), found.end()))
            opening = None
        else:
            if until is not None and found.start() >= until:
                break
            opening = found
    return spans


_PROSE = re.compile(r"[A-Za-z]{2,},? +[A-Za-z]{2,}")
LONGEST_FORMULA = 2000
"""Characters between two dollar signs, above which they enclose no formula."""


def is_formula(inside: str, after: str) -> bool:
    """Whether what stands between two dollar signs is mathematics, `after` following them."""
    if not inside.strip() or len(inside) > LONGEST_FORMULA or "\n\n" in inside:
        return False
    if inside[0].isdigit() and after.isdigit():
        return False
    if any(sign in inside for sign in "\\^_"):
        return True
    if inside[0].isdigit() and inside[-1].isspace():
        return False
    return not _PROSE.search(inside)
