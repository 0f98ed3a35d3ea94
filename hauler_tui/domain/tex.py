"""TeX in titles and abstracts turned into Unicode."""

from __future__ import annotations

import re
import unicodedata

from hauler_tui.domain.tex_math import matching_braces, math_to_unicode, script
from hauler_tui.domain.tex_symbols import (
    ACCENTS,
    LETTERS,
    OPERATORS,
    STYLES,
    SWITCHES,
    SYMBOLS,
    TEXT_SYMBOLS,
    WORDS,
)
from hauler_tui.domain.text import LONGEST_FORMULA, formula_spans

_DEEPEST = 20
_SPECIAL = re.compile(r"[\\{}$~]|(?<!`)``(?!`)|''")
_MACRO = re.compile(r"\\([A-Za-z]+)\*?|\\(.)", re.DOTALL)
_ACCENTED_LETTER = re.compile(
    r"\s*\{\s*\\(i|j|aa|AA|ae|AE|o|O)\s*(?:\{\})?\}|\s*\{([^\W\d_])\}"
    r"|\\([ij])(?:\{\}|(?![A-Za-z]) ?)|([^\W\d_])"
)
_LETTER_ARGUMENT = re.compile(
    r"\s*\{\s*(?:\\([ij])\s*|([^\W\d_]))\}|\s+([^\W\d_])(?![^\W\d_]{0,1}\\)"
)
_PROTECTED = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*")
_CITATION = re.compile(r"\\[cC]ite[a-z]*\*? ?(?:\[[^\[\]]*\]){0,2} ?\{([^{}\\]+)\}")
_LITERAL = "%&_#${}"
_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "\n": " ", "!": "", "/": "", "-": "", "@": ""}
_QUOTED = re.compile(r'\\"(?![A-Za-z{\\])')
_APOSTROPHE = re.compile(r"\\'(?=(?:s|t|d|m|re|ve|ll)\b)")
_TIED = re.compile(r"(?<=[.)$}])~(?=[A-Za-z0-9\\$(])|(?<=[A-Za-z])~(?=[0-9\\$])")
_VERBATIM_ARGUMENTS = re.compile(r"(?: ?\[[^\[\]{}]{0,200}\]){0,2}(?: (?=\{))?")
_ENVIRONMENTS = frozenset(
    {"itemize", "enumerate", "description", "abstract", "center", "quote", "small", "flushleft"}
)
_DISPLAYS = {"(": "\\)", "[": "\\]"}


def to_unicode(raw: str) -> str:
    r"""Return a text with its TeX as Unicode: accents, symbols, scripts, ``\emph{x}`` as ``x``.

    A formula that can be written in Unicode loses its dollar signs; one that cannot stays as it
    is, and so does an unknown macro with its arguments. Nothing is evaluated. DEL is left out.
    """
    if "\x7f" in raw:
        raw = raw.replace("\x7f", "")
    if "\\" not in raw and "$" not in raw and "{" not in raw and "``" not in raw:
        return raw
    return _Text(raw).converted()


class _Text:
    """One reading of one text, from left to right."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._formulas = dict(formula_spans(raw)) if "$" in raw else {}
        self._closing = matching_braces(raw) if "{" in raw else {}
        self._quotes_escaped = bool(_QUOTED.search(raw))
        self._is_quoting = "``" in raw

    def converted(self) -> str:
        """Return the whole text."""
        return self._stretch(0, len(self._raw), 0)

    def _stretch(self, start: int, end: int, depth: int) -> str:
        """Return what stands between two places."""
        raw = self._raw
        if depth > _DEEPEST:
            return raw[start:end]
        pieces: list[str] = []
        at = start
        while found := _SPECIAL.search(raw, at, end):
            pieces.append(raw[at : found.start()])
            piece, at = self._special(found, end, depth, pieces)
            pieces.append(piece)
        pieces.append(raw[at:end])
        return "".join(pieces)

    def _special(
        self, found: re.Match[str], end: int, depth: int, before: list[str]
    ) -> tuple[str, int]:
        """Return the text of what a special character begins and where that ends."""
        sign, at = found.group(), found.start()
        if sign == "$":
            return self._formula(at, end)
        if sign == "\\":
            return self._macro(at, end, depth)
        if sign == "{":
            return self._group(at, end, depth, before)
        if sign == "~":
            return (" " if _TIED.match(self._raw, at) else "~"), at + 1
        if sign == "``":
            return "“", at + 2
        if sign == "''" and self._is_quoting:
            return "”", at + 2
        return sign, found.end()

    def _formula(self, at: int, end: int) -> tuple[str, int]:
        """Return a formula in Unicode, or as it stands."""
        closing = self._formulas.get(at)
        if closing is None or closing > end:
            return "$", at + 1
        whole = self._raw[at:closing]
        signs = 2 if whole.startswith("$$") else 1
        plain = math_to_unicode(whole[signs:-signs])
        return (whole if plain is None else plain), closing

    def _group(self, at: int, end: int, depth: int, before: list[str]) -> tuple[str, int]:
        """Return a group in braces; the braces go where they only protect or limit a macro."""
        closing = self._closing.get(at, end)
        if closing >= end:
            return "{", at + 1
        inside = self._raw[at + 1 : closing]
        converted = self._stretch(at + 1, closing, depth + 1)
        if at and self._raw[at - 1] in "^_" and before and before[-1].endswith(self._raw[at - 1]):
            small = script(converted, is_raised=self._raw[at - 1] == "^")
            if small is not None:
                before[-1] = before[-1][:-1]
                return small, closing + 1
            return f"{{{converted}}}", closing + 1
        if _PROTECTED.fullmatch(inside) or (inside.startswith("\\") and converted != inside):
            return converted, closing + 1
        return f"{{{converted}}}", closing + 1

    def _macro(self, at: int, end: int, depth: int) -> tuple[str, int]:
        """Return what a macro stands for and where it ends with its arguments."""
        found = _MACRO.match(self._raw, at, end)
        if found is None:
            return "\\", at + 1
        name, sign = found.group(1), found.group(2)
        if name is None:
            return self._sign(sign, at, found.end(), end)
        if len(name) == 1 and name in ACCENTS:
            accented = self._accented(name, _LETTER_ARGUMENT, found.end(), end)
            if accented is not None:
                return accented
        if self._raw[at - 1 : at] == ":" and at:
            return self._as_written(at, found.end(), end)
        if name in LETTERS:
            return LETTERS[name], self._after_name(found.end(), end, skips_space=True)
        if name in SWITCHES:
            return "", self._after_name(found.end(), end, skips_space=True)
        for table in (TEXT_SYMBOLS, SYMBOLS, OPERATORS):
            if name in table:
                after = self._after_name(found.end(), end, skips_space=False)
                is_loose = table is OPERATORS and at > 0 and self._raw[at - 1].isalnum()
                is_loose = is_loose and self._raw[after : after + 1] == " "
                return (" " if is_loose else "") + table[name], after
        if name in WORDS:
            return name + (
                " " if self._raw[found.end() : found.end() + 1] == "\\" else ""
            ), found.end()
        return self._with_arguments(name, at, found.end(), end, depth)

    def _sign(self, sign: str, at: int, after: int, end: int) -> tuple[str, int]:
        """Return what a backslash and a sign stand for."""
        if sign in ACCENTS:
            if sign == '"' and self._quotes_escaped:
                return sign, after
            if sign == "'" and _APOSTROPHE.match(self._raw, at):
                return sign, after
            return self._accented(sign, _ACCENTED_LETTER, after, end) or ("\\" + sign, after)
        if sign in _LITERAL:
            return sign, after
        if sign in _SPACES:
            return _SPACES[sign], after
        if sign == "\\":
            return " ", after
        if sign in _DISPLAYS:
            closing = self._raw.find(_DISPLAYS[sign], after, min(end, after + LONGEST_FORMULA))
            plain = math_to_unicode(self._raw[after:closing]) if closing > 0 else None
            if plain is not None:
                return plain, closing + 2
        return "\\" + sign, after

    def _accented(
        self, accent: str, argument: re.Pattern[str], at: int, end: int
    ) -> tuple[str, int] | None:
        """Return a letter with its accent, None when there is no such letter."""
        found = argument.match(self._raw, at, end)
        if found is None:
            return None
        name = next(group for group in found.groups() if group is not None)
        letter = name if len(name) == 1 else LETTERS[name]
        composed = unicodedata.normalize("NFC", letter + ACCENTS[accent])
        return (composed, found.end()) if len(composed) == 1 else None

    def _with_arguments(
        self, name: str, at: int, after: int, end: int, depth: int
    ) -> tuple[str, int]:
        """Return what a macro makes of its argument."""
        closing = self._closing.get(after, end) if self._raw[after : after + 1] == "{" else end
        if closing >= end:
            return self._as_written(at, after, end)
        if name in STYLES:
            return self._stretch(after + 1, closing, depth + 1), closing + 1
        if name in ("begin", "end") and self._raw[after + 1 : closing] in _ENVIRONMENTS:
            return "", closing + 1
        if name in ("url", "nolinkurl", "path", "verb"):
            return self._raw[after + 1 : closing].replace("\\_", "_"), closing + 1
        if name in ("textsuperscript", "textsubscript"):
            inside = self._stretch(after + 1, closing, depth + 1)
            return script(inside, is_raised=name == "textsuperscript") or inside, closing + 1
        if name == "href":
            second = self._closing.get(closing + 1, end)
            if second < end:
                return self._linked(after, closing, second, depth)
        return self._as_written(at, after, end)

    def _linked(self, first: int, closing: int, second: int, depth: int) -> tuple[str, int]:
        """Return the text of a link, its address after it where they differ."""
        address = self._raw[first + 1 : closing]
        label = self._stretch(closing + 2, second, depth + 1)
        return (label if label == address else f"{label} ({address})"), second + 1

    def _as_written(self, at: int, after: int, end: int) -> tuple[str, int]:
        """Return an unknown macro with its arguments as they stand."""
        found = _VERBATIM_ARGUMENTS.match(self._raw, after, end)
        after = found.end() if found else after
        while self._raw[after : after + 1] == "{" and self._closing.get(after, end) < end:
            after = self._closing[after] + 1
        whole = self._raw[at:after]
        if cited := _CITATION.fullmatch(whole):
            return f"[{cited[1]}]", after
        # Many write a root or a fraction without the dollar signs around it.
        plain = math_to_unicode(whole) if len(whole) < LONGEST_FORMULA else None
        return (whole if plain is None else plain), after

    def _after_name(self, at: int, end: int, *, skips_space: bool) -> int:
        """Return where to go on after a macro without argument."""
        if self._raw[at : at + 2] == "{}" and at + 2 <= end:
            return at + 2
        while skips_space and at < end and self._raw[at].isspace():
            at += 1
        return at
