"""One formula of TeX turned into Unicode, or left alone as a whole."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from hauler_tui.domain.tex_symbols import (
    ALPHABETS,
    LETTERS,
    MATH_ACCENTS,
    OPERATORS,
    STYLES,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SWITCHES,
    SYMBOLS,
    WORDS,
)

_DEEPEST = 20
_LONGEST_SCRIPT = 4
_MACRO = re.compile(r"\\([A-Za-z]+)\*?|\\(.)", re.DOTALL)
_ARGUMENT_DIMENSION = re.compile(r"\s*\{[^{}]{0,20}\}")
_INFIX = re.compile(r"\\(over|choose)(?![A-Za-z])")
_SPACES = re.compile(r"\s+")
_PLAIN_RUN = re.compile(r"[A-Za-z0-9]+|[^\\{}^_\s'~&$#%]")
_LITERAL = "%#&_${}"
_THIN = {",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "!": "", "/": "", "-": "", "\\": " "}
_SMALL = "′°⁰¹²³⁴-⁹₀-₉ᵃ-ᵿ⁺-ⁿ₊-ₜ"
_CALL = rf"[\w{_SMALL}]+\([^()]*\)"
_FACTORS = re.compile(rf"[\w.{_SMALL}]+|{_CALL}")
_SINGLE = re.compile(rf"[0-9]+(?:\.[0-9]+)?|\w[{_SMALL}]*|\w\^(?:\w|\([^()]*\))|{_CALL}")
_AROUND_SIGN = re.compile(r" ?([-+=]) ?")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_BEFORE_SUM = re.compile(r"(?<=[\w)])(?=[∑∏∫⋃⋂])")
_AFTER_SYMBOL = frozenset("=<>+-|:/&*≤≥")
_SCRIPTS = frozenset(SUPERSCRIPTS.values()) | frozenset(SUBSCRIPTS.values())
_CUSTOMARY = {"eps": "ε", "R": "ℝ", "Z": "ℤ", "N": "ℕ", "Q": "ℚ"}
"""What authors define for themselves and nearly always alike."""

_RAISED_AS_IS = frozenset("*†‡⋆°′∗")


class UnknownTexError(ValueError):
    """A formula holds what has no counterpart in Unicode."""


@lru_cache(maxsize=2048)
def math_to_unicode(formula: str) -> str | None:
    """Return a formula without its dollar signs in Unicode; None when a part of it is unknown."""
    try:
        text = _Formula(formula).sequence(0, len(formula), depth=0)
    except UnknownTexError:
        return None
    return _SPACES.sub(" ", _BEFORE_SUM.sub(" ", text)).strip()


def script(text: str, *, is_raised: bool) -> str | None:
    """Return a text as superscript or subscript characters.

    None where one is lacking or the text is too long to be read so small.
    """
    table = SUPERSCRIPTS if is_raised else SUBSCRIPTS
    if is_raised and text and _RAISED_AS_IS.issuperset(text):
        return "".join(table.get(c, c) if c in "∘′" else c for c in text)
    if not text or not all(c in table for c in text):
        return None
    is_number = text.lstrip("+-").isdigit()
    if not is_number and (len(text) > _LONGEST_SCRIPT or ("(" in text and len(text) != 3)):
        return None
    return "".join(table[c] for c in text)


class _Formula:
    """One reading of one formula, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closing = matching_braces(text)

    def sequence(self, start: int, end: int, depth: int) -> str:
        """Return what stands between two places."""
        if depth > _DEEPEST:
            raise UnknownTexError("too deep")
        pieces: list[str] = []
        at = start
        while at < end:
            infix = _INFIX.match(self._text, at, end)
            if infix:
                return _divided(
                    "".join(pieces), infix.group(1), self.sequence(infix.end(), end, depth + 1)
                )
            piece, at = self._atom(at, end, depth, pieces)
            if piece:
                pieces.append(piece)
        return "".join(pieces)

    def _atom(self, at: int, end: int, depth: int, before: list[str]) -> tuple[str, int]:
        """Return the text of what begins at `at` and where it ends."""
        text = self._text
        character = text[at]
        if character == "\\":
            return self._macro(at, end, depth, before)
        if character == "{":
            closing = self._closing_of(at, end)
            switched = self._switched(at + 1, closing, depth)
            if switched is not None:
                return switched, closing + 1
            return self.sequence(at + 1, closing, depth + 1), closing + 1
        if character in "^_":
            return self._script(at, end, depth)
        if character.isspace() or character == "~":
            return " ", at + 1
        if character == "'":
            return "′", at + 1
        found = _PLAIN_RUN.match(text, at, end)
        if found is None:
            if character in "#%":
                return character, at + 1
            raise UnknownTexError(character)
        return found.group(), found.end()

    def _switched(self, start: int, end: int, depth: int) -> str | None:
        r"""Return a group that begins with an old alphabet switch, such as ``{\cal L}``."""
        found = _MACRO.match(self._text, start, end)
        name = found.group(1) if found else None
        if found is None or name is None or name not in ("cal", "frak", "Bbb"):
            return None
        return self.sequence(found.end(), end, depth + 1).strip().translate(ALPHABETS[name])

    def _macro(self, at: int, end: int, depth: int, before: list[str]) -> tuple[str, int]:
        """Return what a macro stands for and where it ends with its arguments."""
        found = _MACRO.match(self._text, at, end)
        if found is None:
            raise UnknownTexError("a lone backslash")
        name, sign, after = found.group(1), found.group(2), found.end()
        if name is None:
            if sign in _THIN:
                return _THIN[sign], after
            if sign in _LITERAL:
                return sign, after
            if sign == "|":
                return "‖", after
            raise UnknownTexError(sign)
        if name in SYMBOLS:
            return SYMBOLS[name], self._after_symbol(after, end)
        if name in _CUSTOMARY:
            return _CUSTOMARY[name], self._after_symbol(after, end)
        if name in OPERATORS:
            return self._operator(name, after, end, before)
        if name in WORDS:
            return self._word(name, after, end, before)
        if name in SWITCHES:
            return self._switch(name, after, end)
        return self._with_arguments(name, after, end, depth, before)

    def _operator(self, name: str, after: int, end: int, before: list[str]) -> tuple[str, int]:
        """Return an operator with space on both sides, none where it stands first."""
        after = self._skip(after, end)
        symbol = OPERATORS[name]
        written = "".join(before[-2:]).rstrip()
        if not written or written[-1] in "([{," or after >= end:
            lead = " " if written and written[-1] == "," else ""
            return lead + symbol, after
        return f" {symbol}" + ("" if self._text[after] in "^_" else " "), after

    def _word(self, name: str, after: int, end: int, before: list[str]) -> tuple[str, int]:
        """Return the name of a function, apart from letters on both sides."""
        after = self._skip(after, end)
        lead = " " if before and (before[-1][-1].isalnum() or before[-1][-1] in ")]") else ""
        is_apart = after < end and (self._text[after] in "{|" or self._continues(after))
        return f"{lead}{name}{' ' if is_apart else ''}", after

    def _switch(self, name: str, after: int, end: int) -> tuple[str, int]:
        """Return nothing for a macro of looks; an empty delimiter goes with it."""
        after = self._skip(after, end)
        if name in ("left", "right") and self._text[after : after + 1] == ".":
            after += 1
        return "", after

    def _with_arguments(
        self, name: str, after: int, end: int, depth: int, before: list[str]
    ) -> tuple[str, int]:
        """Return what a macro makes of its arguments."""
        if name in ("operatorname", "DeclareMathOperator"):
            word, after = self._argument(after, end, depth)
            lead = " " if before and before[-1][-1].isalnum() else ""
            is_apart = self._continues(after)
            return f"{lead}{word.strip()}{' ' if is_apart else ''}", after
        if name in STYLES and name != "underline":
            return self._styled(name, after, end, depth)
        if name in ALPHABETS:
            letters, after = self._argument(after, end, depth)
            return letters.translate(ALPHABETS[name]), after
        if name in MATH_ACCENTS:
            letter, after = self._argument(after, end, depth)
            return _accented(letter.strip(), MATH_ACCENTS[name]), after
        if name in ("frac", "tfrac", "dfrac", "nicefrac", "sfrac"):
            over, after = self._argument(after, end, depth)
            under, after = self._argument(after, end, depth)
            fraction = _divided(over, "over", under)
            is_factor = bool(before) and before[-1][-1].isalnum()
            return f"({fraction})" if is_factor else fraction, after
        if name == "sqrt":
            return self._root(after, end, depth)
        if name == "binom":
            whole, after = self._argument(after, end, depth)
            part, after = self._argument(after, end, depth)
            return _divided(whole, "choose", part), after
        if name == "pmod":
            modulus, after = self._argument(after, end, depth)
            return f" (mod {modulus.strip()})", after
        if name == "cdot":
            is_apart = bool(before) and before[-1].endswith(" ")
            return ("· " if is_apart else "·"), self._skip(after, end)
        if name == "not":
            denied, after = self._argument(after, end, depth)
            return f" {_accented(denied.strip(), chr(0x338))} ", self._skip(after, end)
        if name in ("hspace", "vspace", "mspace"):
            skipped = _ARGUMENT_DIMENSION.match(self._text, after, end)
            return " ", skipped.end() if skipped else after
        if name in LETTERS:
            return LETTERS[name], self._after_symbol(after, end)
        raise UnknownTexError(name)

    def _styled(self, name: str, after: int, end: int, depth: int) -> tuple[str, int]:
        """Return an argument whose looks do not matter; in text, white space does."""
        start = self._skip(after, end)
        if name.startswith("text") or name in ("mbox", "hbox"):
            if start >= end or self._text[start] != "{":
                raise UnknownTexError(name)
            closing = self._closing_of(start, end)
            words = self._text[start + 1 : closing]
            if not any(sign in words for sign in "\\{$^_"):
                return words, closing + 1
            if "$" in words:
                raise UnknownTexError(words)
        return self._argument(start, end, depth)

    def _root(self, after: int, end: int, depth: int) -> tuple[str, int]:
        """Return a root, of another degree where one stands in brackets."""
        degree = ""
        closing = self._text.find("]", after, end) if self._text[after : after + 1] == "[" else -1
        if closing > 0:
            raised = script(self._text[after + 1 : closing], is_raised=True)
            if raised is None:
                raise UnknownTexError("root")
            degree, after = raised, closing + 1
        radicand, after = self._argument(after, end, depth)
        return f"{degree}√{_grouped(radicand, _SINGLE)}", after

    def _script(self, at: int, end: int, depth: int) -> tuple[str, int]:
        """Return a superscript or subscript and where it ends."""
        is_raised = self._text[at] == "^"
        content, after = self._argument(at + 1, end, depth)
        content = _SPACES.sub(" ", content).strip()
        if not content:
            return "", after
        small = script(_AROUND_SIGN.sub(r"\1", content), is_raised=is_raised)
        if small is not None:
            return small, after
        sign = self._text[at]
        continues = self._continues(after)
        is_alone = len(content) == 1 or bool(_DECIMAL.fullmatch(content))
        is_alone = is_alone or (content.isalnum() and _SCRIPTS.isdisjoint(content))
        if (is_alone and not continues) or _is_wrapped(content):
            return sign + content, after
        return f"{sign}({content})" + (" " if continues and sign == "_" else ""), after

    def _continues(self, at: int) -> bool:
        """Whether a letter or digit would come directly after what ends at `at`."""
        if self._text[at : at + 1] != "\\":
            return self._text[at : at + 1].isalnum()
        found = _MACRO.match(self._text, at)
        name = found.group(1) if found else None
        if name is None or name in OPERATORS or name in SWITCHES or name == "cdot":
            return False
        return SYMBOLS.get(name, "x")[0].isalnum()

    def _argument(self, at: int, end: int, depth: int) -> tuple[str, int]:
        """Return a macro's argument: a group, a macro or one character."""
        at = self._skip(at, end)
        if at >= end:
            raise UnknownTexError("nothing follows")
        if self._text[at] == "{":
            return self._atom(at, end, depth, [])
        if self._text[at] == "\\":
            if depth > _DEEPEST:
                raise UnknownTexError("too deep")
            return self._macro(at, end, depth + 1, [])
        if self._text[at] in "}^_&$":
            raise UnknownTexError(self._text[at])
        return ("′" if self._text[at] == "'" else self._text[at]), at + 1

    def _closing_of(self, at: int, end: int) -> int:
        """Return where the group closes that opens at `at`."""
        closing = self._closing.get(at, end)
        if closing >= end:
            raise UnknownTexError("an open group")
        return closing

    def _skip(self, at: int, end: int) -> int:
        """Return the next place that is not white space."""
        while at < end and self._text[at].isspace():
            at += 1
        return at

    def _after_symbol(self, at: int, end: int) -> int:
        """Return where to go on after a symbol; the white space that ended its name goes."""
        after = self._skip(at, end)
        if self._text[after : after + 2] == "{}" and after + 2 <= end:
            return after + 2
        if after == at or after >= end:
            return after
        return at if self._text[after] in _AFTER_SYMBOL else after


def matching_braces(text: str) -> dict[int, int]:
    """Return where each group of a text closes, by where it opens."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for found in _BRACE.finditer(text):
        sign = found.group()
        if sign == "{":
            opened.append(found.start())
        elif sign == "}" and opened:
            closing[opened.pop()] = found.start()
    return closing


_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def _accented(letter: str, accent: str) -> str:
    """Return one character with an accent over it."""
    bare = {"ı": "i", "ȷ": "j"}.get(letter, letter)
    if len(bare) != 1:
        raise UnknownTexError("an accent over several letters")
    return unicodedata.normalize("NFC", bare + accent)


def _divided(above: str, sign: str, below: str) -> str:
    """Return two parts that TeX sets one above the other."""
    if sign == "choose":
        return f"({above.strip()} choose {below.strip()})"
    return f"{_grouped(above, _FACTORS)}/{_grouped(below, _SINGLE)}"


def _grouped(text: str, single: re.Pattern[str]) -> str:
    """Return a text in parentheses unless it reads as one without them."""
    bare = text.strip()
    return bare if single.fullmatch(bare) or _is_wrapped(bare) else f"({bare})"


def _is_wrapped(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and at < len(text) - 1:
            return False
    return depth == 0
