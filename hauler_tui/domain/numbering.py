"""Where titles write an issue's running number, and what the titles of one series share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_AMOUNT = r"(?![ \t]+(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|percent)\b)"
"""``~3 days`` is about so many."""
_MARKED_NUMBER = re.compile(
    rf"(?:(?<!\w)[~#№][ \t]*|[~#№])(\d{{1,6}})(?!\w|[.,]\d){_AMOUNT}", re.IGNORECASE
)
_NAMED_NUMBER = re.compile(
    r"(?<!\bThe )\b(?:no|nr|num|number|issue|vol|volume|edition|episode|part)\b\.?[ \t]*(\d{1,6})"
    r"(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(r"(?<![\w.,:/-])(\d{1,6})[ \t]*\Z")
_PLAIN_NUMBER = re.compile(r"(?<![\w.,:/-])(\d{1,6})(?=[ \t]*[:|–—]|[ \t]+-[ \t])")
_MARK = re.compile(
    r"(?:[~#№]|\b(?:no|nr|num|number|issue|vol|volume|edition|episode|part)\.?) ?\Z",
    re.IGNORECASE,
)
"""What stands before a number that is one for certain."""
_CERTAIN_MARK = re.compile(r"(?<!\w)[~#№] ?\Z")
"""What stands before the number of an issue in one title alone."""
_SUBTITLE = re.compile(r" *(?:[:–—]| - ) *\w")
_SEPARATOR = re.compile(r" *(?:[:|;·–—(\[]|, | - )")
"""What stands between a title that a series has and one that its issue has."""
_RANGE = re.compile(r" *[-–—.,/+&] *\d")
_LONGEST_TITLE = 2_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def split_number(title: str) -> tuple[str, int | None]:
    """A title's pattern with ``{n}`` for the running number, and the number.

    ``~26``, ``#26``, ``No. 26`` and the like count before a plain number at the end, which is
    not taken when it looks like a year.
    """
    for expression in (_MARKED_NUMBER, _NAMED_NUMBER, _LAST_NUMBER):
        matches = list(expression.finditer(title[:_LONGEST_TITLE]))
        if not matches:
            continue
        found = matches[-1]
        number = int(found.group(1))
        if expression is _LAST_NUMBER and _is_year(number):
            continue
        return f"{title[: found.start(1)]}{{n}}{title[found.end(1) :]}", number
    return title, None


def number_in(title: str, pattern: str) -> int | None:
    """The number of an issue whose title follows a series' pattern, blind to case and spaces."""
    before, found, after = folded(pattern).partition("{n}")
    number = re.fullmatch(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}", folded(title))
    return int(number[1]) if found and number else None


def subtitled_number(title: str, pattern: str) -> int | None:
    """The number of an issue whose title follows a series' pattern and goes on by itself.

    So ``Haul ~6: The Mamba Edition`` follows ``Haul ~{n}``. A plain number, ``Haul 6``, needs a
    colon, a dash or the like behind it.
    """
    before, found, after = folded(pattern).partition("{n}")
    after = after if _has_word(after) else ""
    written = re.match(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}(?!\w)", folded(title))
    if not found or written is None:
        return None
    rest, number = folded(title)[written.end() :], int(written[1])
    is_marked = bool(_MARK.search(before))
    if _RANGE.match(rest) or (_is_year(number) and not is_marked):
        return None
    is_apart = _SEPARATOR.match(rest) or not _has_word(rest)
    return number if is_apart or (is_marked and not after) else None


def numbered(pattern: str, number: int, examples: Iterable[tuple[str, int]]) -> str:
    """A title or slug by its pattern, its number led by zeros where those of ``examples`` are."""
    before = re.escape(folded(pattern).partition("{n}")[0])
    written = re.compile(rf"(?:\d{{4}}-\d\d-\d\d-)?{before}(0\d+)(?!\d)")
    found = ((written.match(folded(text)), known) for text, known in examples)
    widths = (len(match[1]) for match, known in found if match and int(match[1]) == known)
    return pattern.replace("{n}", str(number).zfill(max(widths, default=0)))


def base_of(title: str) -> tuple[str, int | None]:
    """The pattern that a title shares with those of its series, and its number."""
    pattern, number = split_number(title)
    return base_pattern(pattern), number


def base_pattern(pattern: str) -> str:
    """What a title's pattern shares with those of its series.

    What an issue has of its own behind the number is left out, where words before it name the
    series.
    """
    before, found, after = " ".join(pattern.split()).partition("{n}")
    is_shared = found and (_names_series(before) or not _has_word(after))
    return f"{before}{{n}}" if is_shared else f"{before}{found}{after}"


def folded(pattern: str) -> str:
    """A title or its pattern, blind to case and spaces."""
    return " ".join(pattern.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A title with a number, taken apart."""

    title: str
    number: int
    before: str
    after: str

    @property
    def head(self) -> str:
        """What stands behind the number up to a colon, a dash or the like."""
        found = _SEPARATOR.search(self.after)
        return self.after[: found.start()] if found else self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPattern:
    """A series that some titles show."""

    pattern: str
    """What the titles have in common, as the one with the highest number writes it."""
    titles: tuple[str, ...]
    """Those that follow it, the highest number first."""


def shared_patterns(titles: Iterable[str]) -> tuple[SharedPattern, ...]:
    """The series that the titles of issues show, in the order of their first titles.

    A number at the end shows one by itself, and so does ``~6`` behind a name and before a colon or
    a dash; words behind a number do where two titles share them,
    or where the words before it come again with another number. What has only a mark such as ``#``
    in common is a series where two numbers follow one another, and what has words of its own
    behind a plain number where there are three.
    """
    groups: dict[str, list[Numbered]] = {}
    for title in dict.fromkeys(titles):
        pattern, number = _split_anywhere(title)
        if number is not None and pattern.count("{n}") == 1:
            before, _, after = " ".join(pattern.split()).partition("{n}")
            one = Numbered(title=title, number=number, before=before, after=after)
            groups.setdefault(before.casefold(), []).append(one)
    return tuple(
        _shared(members, end) for group in groups.values() for members, end in _series_in(group)
    )


def _split_anywhere(title: str) -> tuple[str, int | None]:
    """``split_number``, which also takes a plain number before a colon, a dash or the like."""
    pattern, number = split_number(title)
    found = _PLAIN_NUMBER.search(title[:_LONGEST_TITLE]) if number is None else None
    if found is None or _is_year(int(found[1])) or not _has_word(title[: found.start()]):
        return pattern, number
    return f"{title[: found.start(1)]}{{n}}{title[found.end(1) :]}", int(found[1])


def _series_in(group: Sequence[Numbered]) -> Iterator[tuple[list[Numbered], str]]:
    """The series among titles that begin alike, each with what its titles end with, folded."""
    left = list(group)
    by_end: dict[str, list[Numbered]] = {}
    by_head: dict[str, list[Numbered]] = {}
    for one in group:
        by_end.setdefault(one.after.casefold(), []).append(one)
        by_head.setdefault(one.head.casefold(), []).append(one)
    # One number twice: what differs behind it then tells two series apart.
    is_mixed = len({one.number for one in group}) < len(group)
    for known in (by_end if is_mixed else {}, by_head):
        for end, alike in known.items():
            members = [one for one in alike if one in left]
            if _has_word(end) and len({one.number for one in members}) > 1:
                yield members, end
                left = [one for one in left if one not in members]
    numbers = {one.number for one in left}
    is_plain = not all(_has_word(one.after) for one in left)
    is_marked = bool(_MARK.search(group[0].before))
    is_named = _names_series(group[0].before) and not any(_has_word(one.head) for one in left)
    follow = any(number + 1 in numbers for number in numbers)
    is_shown = (
        follow or (is_named and len(numbers) > 1) if is_marked else follow and len(numbers) > 2
    )
    if is_plain or is_shown:
        ends = {one.after.casefold() for one in left}
        yield left, ends.pop() if len(ends) == 1 else ""
    elif left and all(map(_is_certain, left)):
        yield left, ""


def _shared(members: Sequence[Numbered], end: str) -> SharedPattern:
    ordered = sorted(members, key=lambda one: one.number, reverse=True)
    newest = ordered[0]
    written = next((each for each in (newest.after, newest.head) if each.casefold() == end), "")
    return SharedPattern(
        pattern=f"{newest.before}{{n}}{written}", titles=tuple(one.title for one in ordered)
    )


def _is_certain(one: Numbered) -> bool:
    """Whether a title is plainly a series' name, a marked number and words of the issue's own."""
    is_marked = _CERTAIN_MARK.search(one.before) is not None
    is_numbered = is_marked and _names_series(one.before) and not _is_year(one.number)
    return is_numbered and _SUBTITLE.match(one.after) is not None


def _names_series(before: str) -> bool:
    """Whether words stand before a number, and not only what marks it as one."""
    return _has_word(_MARK.sub("", before))


def _has_word(text: str) -> bool:
    return re.search(r"\w", text) is not None


def _is_year(number: int) -> bool:
    return _FIRST_YEAR <= number <= _LAST_YEAR
