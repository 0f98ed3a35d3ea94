"""What is wrong in a post's front matter; offsets are those of the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hauler_tui.domain.numbering import base_of, folded
from hauler_tui.haul import front
from hauler_tui.haul.checkprose import placeholders
from hauler_tui.haul.dates import read_date
from hauler_tui.haul.findings import Edit, Spot
from hauler_tui.haul.intake import date_keys, is_titled_by_heading
from hauler_tui.haul.known import Known
from hauler_tui.haul.model import Document, FrontMatter

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n?|\n)[ \t]*[A-Za-z_][\w-]*[ \t]*:")
_TOML_OPENING = re.compile(r"\ufeff?\+\+\+[ \t]*(?:\r\n?|\n)[ \t]*(?:[\w-]+[ \t]*=|\[)")
_DATED_SLUG = re.compile(r"\d{4}-\d\d-\d\d-")
_PLAIN_LINE = re.compile(r"(?m)^([A-Za-z_][\w-]*):[ \t]+([^\r\n]*\S)")
_ALIAS = re.compile(r"[:,\[-][ \t]+\*([\w-]+)")
_TOP_KEY = re.compile(r"(?m)^(?P<key>[A-Za-z_][\w.-]*|\"[^\"\n]*\"|'[^'\n]*')[ \t]*:(?=\s)")
_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,4}(?![\w/-]|[.,:]\d|%)")
_COUNTED = re.compile(
    r"\s+(?:[^\s.;:!?\d]+\s+){0,4}?(?:paper|preprint|article|post|link|read|item|work|publication|card"
    r"|stud(?:y|ie))s?\b",
    re.IGNORECASE,
)
_FAR = 3
"""How many issues of a series must be known in a row for a longer gap after them to be told."""


def check_front(document: Document, text: str, known: Known) -> Iterator[Spot]:
    """Everything about the front matter: YAML, keys, dates, the number, the snippet."""
    matter = document.front
    start = len(document.byte_order_mark)
    is_haul = bool(document.cards)
    if matter is None:
        if opening := _OPENING.match(text) or _TOML_OPENING.match(text):
            fence = opening.group().lstrip("\ufeff")[:3]
            message = f"the front matter is never closed: end it with a line of {fence}"
            yield Spot(code="front-matter", at=start, message=message)
        elif is_haul and not is_titled_by_heading(document):
            message = "there is no front matter: begin with --- and a title"
            yield Spot(code="front-matter", at=start, message=message)
        return
    if matter.problem:
        yield _not_yaml(matter, start)
        return
    if is_haul:
        yield from _keys(document, matter, start, known)
        yield from _number(document, start, known)
        yield from _snippet(document, matter, start, known)
    yield from _repeated(matter, start)
    yield from _dates(matter, start)
    for spot in placeholders(matter.text):
        yield Spot(code=spot.code, at=start + spot.at, message=spot.message)


def _not_yaml(matter: FrontMatter, start: int) -> Spot:
    at = _line_start(matter.text, matter.problem_line)
    message = f"the front matter cannot be read: {matter.problem}"
    # A value that repeats another would become the name of that one between quotes.
    is_alias = any(f"&{name}" in matter.text for name in _ALIAS.findall(matter.text))
    edits = () if is_alias else tuple(_quoted(matter, start))
    hint = (
        "quote the value" if edits else "write the value itself" if is_alias else "mend that line"
    )
    return Spot(code="front-matter", at=start + at, message=f"{message}: {hint}", edits=edits)


def _quoted(matter: FrontMatter, start: int) -> Iterator[Edit]:
    """Quotes around values that are no YAML without them, if they make the whole readable."""
    if matter.is_toml:
        return
    edits = []
    mended, done = [], 0
    for found in _PLAIN_LINE.finditer(matter.text):
        if _is_left_open(found.group(2)):
            continue  # A list in quotes would be one tag.
        alone = front.split(f"---\n{found.group()}\n---\n")
        if alone is None or alone.problem:
            written = front.scalar(found.group(2))
            edits.append(Edit(start=found.start(2), end=found.end(2), text=written))
            mended += [matter.text[done : found.start(2)], written]
            done = found.end(2)
    whole = front.split("".join([*mended, matter.text[done:]]))
    if edits and whole and not whole.problem:
        for edit in edits:
            yield Edit(start=start + edit.start, end=start + edit.end, text=edit.text)


def _is_left_open(value: str) -> bool:
    """Whether a value begins as a list or a mapping that no bracket closes in its line."""
    closing = {"[": "]", "{": "}"}.get(value[0])
    return closing is not None and closing not in value


def _repeated(matter: FrontMatter, start: int) -> Iterator[Spot]:
    """Keys that are there twice, which many readers of YAML refuse and others read either way."""
    known: set[str] = set()
    for found in _TOP_KEY.finditer(matter.text) if matter.text.startswith("---") else ():
        key = found["key"].strip("\"'")
        if key in known:
            message = f"“{key[:60]}” is there twice: take one of the two out"
            yield Spot(code="front-matter", at=start + found.start(), message=message)
        known.add(key)


def _keys(document: Document, matter: FrontMatter, start: int, known: Known) -> Iterator[Spot]:
    values = matter.values
    sign, date = (" =", "date") if matter.is_toml else (":", "published_at")
    if not _is_filled(values.get("title")):
        message = f"the front matter has no title: add “title{sign}”"
        yield Spot(code="missing-key", at=start, message=message)
    is_dated = known.is_open or bool(_DATED_SLUG.match(known.slug))
    if not is_dated and not date_keys(values):
        message = f"the front matter has no date: add “{date}{sign}”"
        yield Spot(code="missing-key", at=start, message=message)
    for key in _required(document, matter, known):
        if key not in values:
            message = f"the front matter has no {key}, as every other issue of the series has"
            yield Spot(code="missing-key", at=start, message=message)


def _required(document: Document, matter: FrontMatter, known: Known) -> Iterator[str]:
    """The keys that all other issues of the series have, where there are two of them at least."""
    pattern = folded(_place_in_series(document, known)[0])
    others = [one.keys for one in known.issues if one.keys and one.pattern == pattern]
    if pattern and len(others) > 1:
        for key in others[0]:
            is_told = key in ("title", "snippet") or bool(date_keys({key: ""}))
            if not is_told and all(key in keys for keys in others):
                yield key


def _dates(matter: FrontMatter, start: int) -> Iterator[Spot]:
    for key in date_keys(matter.values):
        value = matter.values[key]
        if not isinstance(value, str) or read_date(value) is None:
            said = (
                f"“{value[:60]}” is not a date"
                if value and isinstance(value, str)
                else "it has no date"
            )
            message = f"{key}: {said}; write it as 2023-11-10T16:45:00.000Z"
            yield Spot(code="date", at=start + _place(matter, key), message=message)


def _number(document: Document, start: int, known: Known) -> Iterator[Spot]:
    matter = document.front
    pattern, number = _place_in_series(document, known)
    if matter is None or number is None:
        return
    at = start + _place(matter, "title")
    same_series = [one for one in known.issues if one.pattern == folded(pattern)]
    for one in same_series:
        if one.number == number:
            message = f"number {number} is that of {one.slug} already: take the next one"
            yield Spot(code="same-number", at=at, message=message)
            return
    numbers = {one.number for one in same_series}
    below = max((known for known in numbers if known is not None and known < number), default=None)
    if below is None or number - below == 1:
        return
    is_close = number - below == 2
    if is_close or numbers.issuperset(range(below - _FAR + 1, below)):
        missing = str(number - 1) if is_close else f"{below + 1} to {number - 1}"
        name = pattern.replace("{n}", missing)
        message = f"the number before is {below}: {name} is missing, or the number is wrong"
        yield Spot(code="number-gap", at=at, message=message)


def _snippet(document: Document, matter: FrontMatter, start: int, known: Known) -> Iterator[Spot]:
    snippet = matter.values.get("snippet")
    span = front.value_span(matter, "snippet")
    if not isinstance(snippet, str) or span is None:
        return
    raw = matter.text[span[0] : span[1]]
    counts = list(_counts(raw, known.phrase))
    count = len(document.cards)
    said = [int(found.group()) for found in counts]
    if not said or count in said or count == sum(said):
        return
    edits: tuple[Edit, ...] = ()
    if len(said) == 1 and count > 1 and said[0] > 1:
        at = start + span[0]
        edits = (Edit(start=at + counts[0].start(), end=at + counts[0].end(), text=str(count)),)
    are = "there is 1 card" if count == 1 else f"there are {count} cards"
    message = f"the snippet says {said[0]}, and {are}: write {count}"
    yield Spot(code="snippet", at=start + span[0] + counts[0].start(), message=message, edits=edits)


def _counts(raw: str, phrase: str) -> Iterator[re.Match[str]]:
    """The numbers of a snippet that count papers: in the series' phrase, or before such a word."""
    before, found, after = phrase.partition("{count}")
    if found and raw.strip("\"'").startswith(before) and raw.strip("\"'").endswith(after):
        at = raw.find(before) + len(before)
        number = _NUMBER.match(raw, at)
        if number:
            yield number
            return
    for number in _NUMBER.finditer(raw):
        if _COUNTED.match(raw, number.end()):
            yield number


def _place_in_series(document: Document, known: Known) -> tuple[str, int | None]:
    """What its title shares with those of its series, and its number."""
    return (known.pattern, known.number) if known.pattern else base_of(document.title)


def _is_filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None


def _place(matter: FrontMatter, key: str) -> int:
    """Where the line with a key begins."""
    found = re.search(rf"(?m)^[\"']?{re.escape(key)}[\"']?[ \t]*[:=]", matter.text)
    return found.start() if found else 0


def _line_start(text: str, line: int) -> int:
    starts = [0, *(found.end() for found in re.finditer(r"\r\n?|\n", text))]
    return starts[min(line, len(starts)) - 1]
