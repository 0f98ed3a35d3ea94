"""What a series' front matter says: fields of the issue under the keys of the person's site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import yaml

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.domain.text import clean_line
from hauler_tui.haul.canonical import LONGEST_TITLE
from hauler_tui.haul.front import scalar
from hauler_tui.haul.intake import SNIPPET_KEYS, date_keys

FIELDS = (
    "title", "published_at", "date", "snippet", "tags", "tag_list", "slug", "n", "count", "draft",
)  # fmt: skip
"""``published_at`` is an instant and ``date`` its day, ``tags`` one scalar and ``tag_list`` a list,
``n`` the issue's number, ``count`` that of its cards, ``draft`` whether it is open."""

_FIELD = re.compile(r"\{(\w+)\}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\s*\Z")
_TAG_KEYS = ("tags", "keywords")
_NUMBER_KEYS = ("number", "issue", "n")
_SHARED_KEYS = frozenset(
    {"author", "authors", "categories", "category", "comments", "lang", "language"}
    | {"layout", "math", "toc", "type"}
)
"""Keys that say the same in every issue, as far as one issue alone can tell."""


def problem(specs: Sequence[str], *, heading: bool) -> str:
    """What is wrong with the keys of a series' front matter; empty when nothing is."""
    named = []
    for spec in specs:
        key, pattern = _taken_apart(spec)
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", key):
            return f"“{key[:40]}” cannot be a key of front matter"
        named.append(key)
        unknown = [name for name in _FIELD.findall(pattern) if name not in FIELDS]
        if unknown:
            return f"“{spec[:60]}”: {{{unknown[0]}}} is none of {', '.join(FIELDS)}"
    twice = [key for key in named if named.count(key) > 1]
    if twice:
        return f"the key {twice[0]} stands there twice"
    if not heading and not any(_taken_apart(spec)[1] == "{title}" for spec in specs):
        return "no key says the title"
    return ""


def values(series: Series, haul: Haul, snippet: str, count: int) -> dict[str, object]:
    """The keys and values in order; one whose field is empty is left out."""
    fields = fields_of(series, haul, snippet, count)
    found = {}
    for spec in series.front:
        key, pattern = _taken_apart(spec)
        value = _value(pattern, fields)
        if value is not None:
            found[key] = value
    return found


def fields_of(series: Series, haul: Haul, snippet: str, count: int) -> dict[str, object]:
    """Every field of an issue; those that are empty are None."""
    tags = clean_line(series.tags)
    when = haul.published_at
    said: dict[str, object] = {
        "title": clean_line(haul.title, LONGEST_TITLE),
        "published_at": when,
        "date": when.date() if when else None,
        "snippet": snippet,
        "tags": tags,
        "tag_list": [tag.strip() for tag in tags.split(",") if tag.strip()],
        "slug": haul.slug,
        "n": haul.number,
        "count": count,
        "draft": haul.state == "open",
    }
    return {name: None if value in ("", []) else value for name, value in said.items()}


def _taken_apart(spec: str) -> tuple[str, str]:
    key, found, pattern = spec.partition("=")
    return key.strip(), pattern.strip() if found else f"{{{key.strip()}}}"


def _value(pattern: str, fields: Mapping[str, object]) -> object:
    """What a pattern says; None where a field of it is empty. Alone, a field keeps its type."""
    named = _FIELD.findall(pattern)
    if not named:
        return _constant(pattern)
    if any(fields.get(name) is None for name in named):
        return None
    if pattern == f"{{{named[0]}}}":
        return fields[named[0]]
    return _FIELD.sub(lambda found: _plain(fields[found[1]]), pattern)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else scalar(value)


def _constant(written: str) -> object:
    """A value as YAML reads it, else the words themselves."""
    try:
        value: object = yaml.safe_load(written)
    except (yaml.YAMLError, ValueError):
        return written
    return value if isinstance(value, str | bool | int | float | list) else written


def like(newest: Mapping[str, object], others: Iterable[Mapping[str, object]]) -> tuple[str, ...]:
    """The keys of a series whose newest issue has this front matter.

    A key that says something of its own in each issue is left out.
    """
    return tuple(_specs(newest, tuple(others)))


def _specs(newest: Mapping[str, object], others: Sequence[Mapping[str, object]]) -> Iterator[str]:
    is_described = False
    dates = date_keys(newest)
    for key, value in newest.items():
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", key):
            continue
        if key in ("title", "slug"):
            yield key
        elif key in dates and isinstance(value, str):
            field = "date" if _DAY.match(value.strip()) else "published_at"
            yield key if key == field else f"{key}={{{field}}}"
        elif key in SNIPPET_KEYS and not is_described:
            is_described = True
            yield key if key == "snippet" else f"{key}={{snippet}}"
        elif key in _TAG_KEYS:
            field = "tag_list" if isinstance(value, list) else "tags"
            yield key if key == field else f"{key}={{{field}}}"
        elif key in _NUMBER_KEYS and isinstance(value, str) and value.isdigit():
            yield f"{key}={{n}}"
        elif key == "draft":
            yield "draft"
        elif _is_shared(key, value, others):
            yield f"{key}={value if isinstance(value, str) else scalar(value)}"


def _is_shared(key: str, value: object, others: Sequence[Mapping[str, object]]) -> bool:
    written = value if isinstance(value, str) else scalar(value)
    if not isinstance(value, str | list) or not written or _FIELD.search(written):
        return False
    if "\n" in written or len(written) > 200:
        return False
    if not others:
        return key in _SHARED_KEYS
    return all(other.get(key) == value for other in others)
