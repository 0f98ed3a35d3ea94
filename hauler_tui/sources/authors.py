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
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]*){0,3}[^\W\d_]\.")
_EMAIL = re.compile(r"[^\s<>()@,;]+@[^\s<>()@,;]+")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|inc|ltd|llc)\.?", re.IGNORECASE)
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
    if len(names) != 1:
        return tidy(list(dict.fromkeys(names)))
    text = " ".join(names[0][:_LONGEST].split())
    if ";" in text:
        return tidy(split_outside_parentheses(text, ";"))
    parts = [part.strip() for part in split_outside_parentheses(text, ",") if part.strip()]
    if "." in text and any(map(_are_initials, parts[1:])):
        return tidy(_paired(parts))
    if len(parts) > 1 and all(" " in part for part in parts):
        return tidy([*parts[:-1], *re.split(r"\band\b", parts[-1])])
    return tidy([text])


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
    """Whether a part ends in a full stop, has at most four letters, and is no ``et al.``."""
    return part[:1].isupper() and _INITIALS.fullmatch(part) is not None


def _paired(parts: list[str]) -> list[str]:
    """``Kukla, D., Wood, D.`` as bioRxiv writes it: initials belong to the name before them."""
    names: list[str] = []
    is_open = False
    for part in parts:
        if is_open and _are_initials(part):
            names[-1] = f"{part} {names[-1]}"
            is_open = False
        else:
            names.append(part)
            is_open = True
    return names
