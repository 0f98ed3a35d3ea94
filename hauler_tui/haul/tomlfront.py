"""TOML front matter (https://gohugo.io/content-management/front-matter/): read, and changed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)\Z")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'")
_QUOTE = re.compile(r"[\"']")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ASSIGNED = re.compile(r"[ \t]*(?:\"[^\"\r\n]*\"|'[^'\r\n]*'|[\w-]+)[ \t]*=[ \t]*")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)?", re.ASCII)
BEGINS = re.compile(r"\s*(?:#[^\r\n]*\s+)*(?:[\w\"'.-]+[ \t]*=|\[)")
"""How TOML begins that has any key."""


def read(inner: str) -> tuple[dict[str, object], str, int]:
    """The values, why there are none, and the line of the whole front matter that is to blame.

    Scalars become strings, as in YAML front matter; a date as ISO 8601.
    """
    try:
        loaded = tomllib.loads(re.sub(r"\r\n?", "\n", inner))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        reason, place = str(error), _PLACE.search(str(error))
        line = int(place[1]) + 1 if place and place[1] else inner.count("\n") + 1
        said = reason[: place.start()].strip() if place else reason
        return {}, f"it is not TOML: {said} in line {line}", line
    return {key: _plain(value) for key, value in loaded.items()}, "", 1


def _plain(value: object) -> object:
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case _:
            return str(value)


def scalar(value: object) -> str:
    """One value as TOML has it, on one line; a string that is a date or an instant is one."""
    match value:
        case str() if _INSTANT.fullmatch(value) and not read(f"a = {value}")[1]:
            return value
        case bool() | int() | float():
            return json.dumps(value)
        case datetime():
            written = value.astimezone(UTC).isoformat(timespec="milliseconds")
            return written.replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(scalar, value))}]"
        case Mapping():
            pairs = (f"{_key(name)} = {scalar(each)}" for name, each in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case _:
            # A JSON string is a basic string of TOML, but for DEL.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")


def line(key: str, value: object) -> str:
    """A key with its value, as a line."""
    return f"{_key(key)} = {scalar(value)}\n"


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else scalar(key)


def statements(inner: str) -> Iterator[tuple[str, int, int]]:
    """What stands there, one by one: the key of the first level, and from where to where.

    A table is one statement. Blank lines and comments belong to none. The text is TOML.
    """
    lines = [found.span() for found in _LINE.finditer(inner) if found.group()]
    at = 0
    while at < len(lines):
        start, end = lines[at]
        words = inner[start:end].strip()
        is_table = words.startswith("[")
        at += 1
        depth, key = 0, None
        while key is None and words and not words.startswith("#"):
            bare = _QUOTED.sub("", inner[slice(*lines[at - 1])]).partition("#")[0]
            depth += bare.count("[") - bare.count("]")
            is_last = at == len(lines)
            begins_anew = is_last or inner[slice(*lines[at])].lstrip(" \t").startswith("[")
            # Reading all of it at every line would take quadratic time.
            if begins_anew if is_table and depth <= 0 else depth <= 0 or _QUOTE.search(bare):
                key = _keys(inner[start:end])
            if key is None:
                if is_last:
                    return
                end = lines[at][1]
                at += 1
        if key is not None:
            yield key, start, end


@lru_cache(maxsize=256)
def _keys(statement: str) -> str | None:
    """The key of a statement that is whole; None where it goes on."""
    values, problem, _ = read(statement)
    return None if problem or not values else next(iter(values))


def value_span(inner: str, key: str) -> tuple[int, int] | None:
    """Where the value of a key of the first level stands; None where it has none of its own."""
    for name, start, end in statements(inner):
        statement = inner[start:end]
        found = _ASSIGNED.match(statement)
        if name != key or found is None:
            continue
        meant = read(statement)[0]
        stop = len(statement.rstrip())
        # A comment ends the value, where what stands before the sign says the same.
        for sign in re.finditer("#", statement):
            if read(statement[: sign.start()]) == (meant, "", 1):
                stop = len(statement[: sign.start()].rstrip())
                break
        return start + found.end(), start + stop
    return None
