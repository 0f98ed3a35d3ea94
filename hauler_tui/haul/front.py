"""Front matter: read without surprises, written so that any YAML reader takes it.

TOML is read too, and changed where it stands.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

import yaml

from hauler_tui.haul import tomlfront
from hauler_tui.haul.model import FrontMatter

MOST_CHARACTERS = 16_384
"""Front matter above this size is kept but not read."""

_TOML = "+++"
_ENDS = {"---": ("---", "..."), _TOML: (_TOML,)}
"""The lines that end front matter, by the line that begins it."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_KEY = re.compile(r"[ \t\r\n]*[A-Za-z_][\w-]*[ \t]*:")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
_NUMBER_LIKE = re.compile(r"[-+.\d][\d._eE+xXoO:,-]*[a-fA-F\d]*")


class _AliasError(yaml.MarkedYAMLError):
    """YAML, but none that is read here."""


class _Reader(yaml.BaseLoader):
    """Reads scalars as strings and refuses aliases, which can expand without end."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            mark = event.start_mark
            raise _AliasError(f"*{event.anchor} repeats another value", problem_mark=mark)
        return super().compose_node(parent, index)


def split(text: str, start: int = 0) -> FrontMatter | None:
    """The front matter that begins at ``start``, or None; never raises.

    A text that opens with a rule and has a second rule somewhere below is no front matter
    unless what stands between is a mapping, is empty, or begins like one (``key:``).
    """
    opening = _LINE.match(text, start)
    fence = opening.group().rstrip() if opening else ""
    if opening is None or fence not in _ENDS:
        return None
    position = opening.end()
    while position < len(text):
        line = _LINE.match(text, position)
        if line is None:
            return None
        if line.group().startswith(_ENDS[fence]) and line.group().rstrip() in _ENDS[fence]:
            inner = text[opening.end() : position]
            whole = text[start : line.end()]
            is_toml = fence == _TOML
            values, problem, place = _read(inner, is_toml=is_toml)
            if problem and not (tomlfront.BEGINS if is_toml else _KEY).match(inner):
                return None
            return FrontMatter(
                text=whole, values=values, is_toml=is_toml, problem=problem, problem_line=place
            )
        position = line.end()
    return None


def read(text: str) -> dict[str, object]:
    """The values of front matter given with its delimiters; empty where it cannot be read."""
    front = split(text)
    return dict(front.values) if front else {}


def _read(inner: str, *, is_toml: bool) -> tuple[dict[str, object], str, int]:
    """The values, why there are none, and the line of the whole front matter that is to blame."""
    if len(inner) > MOST_CHARACTERS:
        return {}, f"it is longer than {MOST_CHARACTERS:,} characters", 1
    if is_toml:
        return tomlfront.read(inner)
    try:
        loaded = yaml.load(inner, Loader=_Reader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 2}" if mark else ""
        kind = "aliases are not read" if isinstance(error, _AliasError) else "it is not YAML"
        reason = f"{kind}: {error.problem or error.context}{where}"
        return {}, reason, mark.line + 2 if mark else 1
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        first = str(error).partition("\n")[0]
        return {}, f"it is not YAML: {first}", 1
    if loaded is None or loaded == "":
        return {}, "", 1
    if not isinstance(loaded, dict):
        return {}, "it is not a list of keys and values", 2
    return {str(key): value for key, value in loaded.items()}, "", 1


def write(values: Mapping[str, object], order: Iterable[str] = (), *, is_toml: bool = False) -> str:
    """Front matter with its delimiters: the keys of ``order`` first, then the others as they come.

    Values may be strings, numbers, booleans, aware datetimes (written in UTC with milliseconds
    and ``Z``), None, and lists or mappings of these. Strings are plain wherever that is safe in
    YAML 1.1 and 1.2; a string that is an instant in UTC counts as one.
    """
    first = [key for key in dict.fromkeys(order) if key in values]
    keys = first + [key for key in values if key not in first]
    if is_toml:
        said = (key for key in keys if values[key] is not None)
        return "+++\n" + "".join(tomlfront.line(key, values[key]) for key in said) + "+++\n"
    lines = [f"{scalar(key)}: {scalar(values[key])}".rstrip(" ") + "\n" for key in keys]
    return "---\n" + "".join(lines) + "---\n"


def replace(front: FrontMatter, key: str, value: object) -> FrontMatter:
    """The same front matter with one value changed or added, every other character kept."""
    opening = _LINE.match(front.text)
    begin = opening.end() if opening else 0
    body = front.text[begin:]
    closing = max(body.rstrip().rfind("\n"), body.rstrip().rfind("\r")) + 1
    inner = body[:closing]
    ending = "\r\n" if "\r\n" in front.text else "\n"
    written = tomlfront.scalar(value) if front.is_toml else scalar(value)
    found = _span(front, inner, key)
    if found is None and front.is_toml:
        # Below a table a key would be the table's.
        changed = tomlfront.line(key, value).replace("\n", ending) + inner
    elif found is None:
        changed = f"{inner}{scalar(key)}: {written}{ending}"
    else:
        here, there = found
        space = "" if inner[here - 1 : here] in (" ", "\t") else " "
        trailing = inner[here:there][len(inner[here:there].rstrip()) :]
        changed = inner[:here] + space + written + trailing + inner[there:]
    text = front.text[:begin] + changed + body[closing:]
    return split(text) or front


def value_span(front: FrontMatter, key: str) -> tuple[int, int] | None:
    """Where a key's value stands in the front matter's text; None where it has none."""
    opening = _LINE.match(front.text)
    begin = opening.end() if opening else 0
    found = _span(front, front.text[begin:].rstrip().rstrip("-.+"), key)
    return (begin + found[0], begin + found[1]) if found else None


def _span(front: FrontMatter, inner: str, key: str) -> tuple[int, int] | None:
    return tomlfront.value_span(inner, key) if front.is_toml else _value_span(inner, key)


@lru_cache(maxsize=64)
def _value_span(inner: str, key: str) -> tuple[int, int] | None:
    try:
        root = yaml.compose(inner, Loader=_Reader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return None
    if not isinstance(root, yaml.MappingNode):
        return None
    for name, value in root.value:
        if name.value == key:
            return value.start_mark.index, value.end_mark.index
    return None


def instant(when: datetime) -> str:
    """A time as front matter has it: UTC, milliseconds, ``Z``."""
    utc = when.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z".rjust(24, "0")


def scalar(value: object) -> str:
    """One value on one line of YAML."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, str):
        return value if _is_plain(value) else _dump(value, style='"')
    return _dump(value)


def _dump(value: object, style: str | None = None) -> str:
    written = yaml.safe_dump(
        value,
        default_style=style,
        default_flow_style=True,
        allow_unicode=True,
        width=sys.maxsize,
        sort_keys=False,
    )
    return str(written).removesuffix("\n").removesuffix("\n...")


@lru_cache(maxsize=256)
def _is_plain(value: str) -> bool:
    if not value or value != value.strip() or not value.isprintable():
        return False
    if _INSTANT.fullmatch(value):
        return True
    if _NUMBER_LIKE.fullmatch(value):
        return False
    try:
        node = yaml.compose(f"key: {value}\n", Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return False
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        return False
    read_back = node.value[0][1]
    return (
        isinstance(read_back, yaml.ScalarNode)
        and read_back.style is None
        and read_back.tag == "tag:yaml.org,2002:str"
        and read_back.value == value
    )
