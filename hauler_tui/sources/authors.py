"""Lists of authors as feeds write them: one string for all of them, in many fashions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line
from hauler_tui.sources.charsets import unmangled

MOST = 5_000
"""Names that are kept of one work."""
_LONGEST = 200_000
"""Characters of one list that are looked at."""
_INITIALS = re.compile(r"(?:(?:[^\W\d_a-z](?:[a-z]?\.)?|[a-z]\.)[\s-]*){1,4}(?<=\.)")
_HAS_INITIAL = re.compile(r"(?:^|[\s-])[^\W\d_a-z]\.(?:[\s-]|$)")
_ABBREVIATED = re.compile(r"\S.* [^\W\d_a-z]{1,3}")
_EMAIL = re.compile(r"[^\s<>()@,;]+@[^\s<>()@,;]+")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|inc|ltd|llc)\.?", re.IGNORECASE)
_TITLES = frozenset(("jr.", "sr.", "ph.d."))
"""What looks like initials and is none."""
_AND = re.compile(r",?\s+(?:and|&)\s+")
_AFTER_INITIALS = re.compile(r"(?<=\.),?\s+(?:and|&)\s+")
_BEFORE_LAST = re.compile(r"(?:and|&)\s+")
_PARTICLE = (
    r"(?:(?:al|ben|bin|da|das|de|del|della|den|der|di|dos|du|el|la|le|ten|ter|van|von|zu)\s+)"
)
_WORD = r"(?:[^\W\d_a-z][^\W\d_]*(?:[.'’-][^\W\d_]*)*)"
_PERSON = re.compile(rf"{_WORD}(?:\s+{_PARTICLE}{{0,2}}{_WORD}){{1,4}}")
_FAMILY_FIRST = re.compile(rf"{_PARTICLE}{{0,2}}{_WORD},\s+{_WORD}(?:\s+{_WORD}){{0,3}}")
_INSTITUTION = re.compile(
    r"(?i:\b(?:academy|agency|associat|behavio|biolog|business|center|centre|chemi|club|colleg"
    r"|committee|communicat|company|compan|computer|consort|corp|council|data|department|desk"
    r"|econom|edit|education|engineer|environment|faculty|food|foundation|global|government|group"
    r"|health|human|industr|inform|institut|intelligen|internation|journal|lab|language|law|learn"
    r"|letter|machine|magazine|management|material|mathemat|media|medic|minist|national|natur|new"
    r"|office|organi[sz]|physic|polic|politic|press|psycholog|public|report|research|review"
    r"|scien|service|social|society|software|staff|studies|systems|team|techno|theor|times|today"
    r"|universit|world))"
)
"""How words begin that stand in the names of journals and bodies, hardly in those of people."""
_HAN_FAMILIES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭"
    "田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛"
)
"""The most common family names of China, about nine people of ten."""
_HAN = re.compile(r"[\u3400-\u9fff]{2,3}")
_NICKNAMED = re.compile(
    r"(?:(?<=, )|^)[^\s,()]+ \(\w+\),\s{2,}[^\s,()]+(?: \(\w+\))?"
    r"(?:,\s{2,}[^\s,()]+ \(\w+\),\s{2,}[^\s,()]+(?: \(\w+\))?)*(?=,|$)"
)
"""``Given (Nick),  Family`` as arXiv garbles some names, two blanks after each comma."""
_FOOTNOTE = re.compile(r"\s*\(\d+(?:\s*(?:,|and)\s*\d+)*\)")
_COLLABORATION = re.compile(
    r"([^:,()]*\b(?:collaborations?|consortium|team|group)\b[^:,()]*):\s+", re.I
)


def names_of(raw: Mapping[str, Any]) -> list[str]:
    """The names of an entry as feedparser read them, each as one string.

    A single author's name is taken from the source's own words, since feedparser tears an email
    address out of it, and not always whole. An address stands in only where there is no name.
    """
    people = [person for person in raw.get("authors") or () if isinstance(person, Mapping)]
    names = [str(person.get("name") or person.get("email") or "") for person in people]
    if len(people) == 1 and people[0].get("email"):
        whole = str(raw.get("author") or names[0])
        return [_EMAIL.sub("", whole).strip(" <>()") or whole]
    return names


def split_arxiv(text: str) -> tuple[str, ...]:
    """The names in arXiv's one ``dc:creator``: commas count outside parentheses only.

    Affiliations in parentheses stay with their name; numbered footnotes go
    (https://info.arxiv.org/help/prep.html#author).
    """
    if "),  " in text:
        text = _NICKNAMED.sub(_rejoined, text[:_LONGEST])
    text = re.sub(r"\s+", " ", text[:_LONGEST]).strip()
    if text.endswith(")"):
        text = text.partition(" ((1)")[0]
    text = _FOOTNOTE.sub("", text)
    names: list[str] = []
    if found := _COLLABORATION.match(text[:500]):
        names.append(found[1])
        text = text[found.end() :]
    return tidy([*names, *split_outside_parentheses(text, ",")])


def split_any(names: list[str]) -> tuple[str, ...]:
    """The names a feed gave: several as they are, a single string by the fashion it is in."""
    names = list(dict.fromkeys(names))
    if len(names) != 1:
        return tidy(names)
    text = " ".join(names[0][:_LONGEST].split())
    if ";" in text:
        return tidy(split_outside_parentheses(text, ";"))
    if "、" in text or ("，" in text and "," not in text):
        text = text.replace("、", ",").replace("，", ",")
    parts = [part.strip() for part in split_outside_parentheses(text, ",") if part.strip()]
    if "." in text and any(map(_are_initials, parts[1:])):
        if pairs := _family_first(text):
            return tidy(pairs)
        if " and " in text or "& " in text:
            text = _AFTER_INITIALS.sub(", ", text)
            parts = [part.strip() for part in split_outside_parentheses(text, ",") if part.strip()]
        return tidy(_paired(parts))
    if len(parts) < 2:
        return tidy(_of_two(text))
    if all(" " in part for part in parts):
        if pairs := _family_first(text):
            return tidy(pairs)
        if parts[-1].endswith(".") and all(map(_ABBREVIATED.fullmatch, parts[:-1])):
            last = parts[-1].removesuffix(".")
            parts[-1] = last if _ABBREVIATED.fullmatch(last) else parts[-1]
        last = parts[-1].removeprefix("& ")
        two = _of_two(last) if " & " in last else re.split(r"\band\b", last)
        return tidy([*parts[:-1], *two])
    is_sure = _are_with_mononyms(parts) or all(map(_is_chinese, parts))
    return tidy(parts if is_sure else (_family_first(text) or [text]))


def split_outside_parentheses(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside parentheses."""
    if "(" not in text and ")" not in text:
        return text.split(separator)
    parts, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == separator and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return parts


def given_first(name: str) -> str:
    """``Surname, Given`` the other way round; a name of another fashion as it is."""
    surname, comma, given = (part.strip() for part in name.partition(","))
    return f"{given} {surname}" if comma and given and "," not in given else name


def tidy(names: list[str]) -> tuple[str, ...]:
    """Names each on one line and in Unicode, whatever they came in, without empty ones."""
    clean = (clean_line(to_unicode(unmangled(name)), 300).strip(" ,;") for name in names[:MOST])
    return tuple(name for name in clean if name)


def all_given_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that all are ``Family, Given`` as journals list them, turned round; others as given."""
    pairs = [name.split(", ") for name in names]
    if all(len(pair) == 2 and not _SUFFIX.fullmatch(pair[1]) for pair in pairs):
        return tuple(f"{given} {family}" for family, given in pairs)
    return names


def _are_initials(part: str) -> bool:
    """Whether a part is up to four initials with a full stop at the end, and no ``Jr.``."""
    if part[-1:] != ".":
        return False
    if len(part) == 2:
        return part[0].isalpha()
    return _INITIALS.fullmatch(part) is not None and part.casefold() not in _TITLES


def _of_two(text: str) -> list[str]:
    """``Ada One and Bo Two``, where both are surely people; else the text as it is."""
    names = _AND.split(text) if " & " in text or " and " in text else []
    if len(names) > 1 and not _INSTITUTION.search(text) and all(map(_PERSON.fullmatch, names)):
        return names
    return [text]


def _family_first(text: str) -> list[str]:
    """``One, Ada and Two, Bo``: turned round, each with one comma and a family name of one word."""
    names = text.split(" and ")
    is_sure = len(names) > 1 and all(map(_FAMILY_FIRST.fullmatch, names))
    if not is_sure or any(_SUFFIX.fullmatch(name.partition(", ")[2]) for name in names):
        return []
    return [given_first(name) for name in names]


def _are_with_mononyms(parts: list[str]) -> bool:
    """Whether parts are people's whole names but for single ones of one word.

    Family and given names one after the other have an even number of parts, and more of one word.
    """
    single = [part for part in parts if " " not in part]
    most = len(parts) // (3 if len(parts) % 2 else 6)
    whole = (part for part in parts if " " in part)
    return (
        len(single) <= most
        and all(map(_PERSON.fullmatch, whole))
        and all(re.fullmatch(_WORD, part) and not _SUFFIX.fullmatch(part) for part in single)
    )


def _is_chinese(part: str) -> bool:
    """Whether a part is a Chinese name, family name first, in its own characters."""
    return part[0] in _HAN_FAMILIES and _HAN.fullmatch(part) is not None


def _rejoined(found: re.Match[str]) -> str:
    words = re.split(r",\s{2,}", found[0])
    pairs = zip(words[::2], words[1::2], strict=True)
    return ", ".join(f"{given} {family}" for given, family in pairs)


def _paired(parts: list[str]) -> list[str]:
    """``Kukla, D., Wood, D.`` as bioRxiv writes it: initials belong to the name before them."""
    names: list[str] = []
    is_open = False
    for part in parts:
        if is_open and _are_initials(part):
            names[-1] = f"{part} {names[-1]}"
            is_open = False
        elif len(part) < 6 and names and _SUFFIX.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
        else:
            names.append(_BEFORE_LAST.sub("", part, count=1) if part[0] in "a&" else part)
            is_open = "." not in part or not _HAS_INITIAL.search(part)
    return names
