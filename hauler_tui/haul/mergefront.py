"""Three versions of front matter made one, key by key, each value as its side wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hauler_tui.haul import front, tomlfront
from hauler_tui.haul.mergeanswers import Answers, Three
from hauler_tui.haul.mergetext import ClashError, line_feeds, merge_value, woven
from hauler_tui.haul.model import Document, FrontMatter

_LINES = re.compile(r"[^\n]*\n")
_KEY = re.compile(r"(?P<key>[A-Za-z_][\w.-]*|\"[^\"\n]*\"|'[^'\n]*')[ \t]*:(?=\s)")
_TOML_KEY = re.compile(r"[\w-]+[ \t]*=[ \t]*")
_NONE = FrontMatter(text="")
_COUNT = "\ue000"
"""Stands for the number of cards in a snippet, which follows them by itself."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Front matter as the lines of each key; line feeds only."""

    is_toml: bool = False
    opening: str = "---\n"
    """The first delimiter, and what stands above the first key."""
    lines: Mapping[str, str] = field(default_factory=dict)
    closing: str = "---\n"

    @property
    def text(self) -> str:
        """The whole."""
        return self.opening + "".join(self.lines.values()) + self.closing


class Fronts:
    """The front matter of three versions."""

    def __init__(self, documents: Three[Document], answers: Answers) -> None:
        self._documents = documents
        self._answers = answers

    def merged(self, count: int) -> str:
        """The file's front matter with our changes, the snippet's number following ``count``."""
        base, ours, theirs = (each.front for each in self._documents)
        texts = _text(base), _text(ours), _text(theirs)
        apart = entries(base), entries(ours), entries(theirs)
        if apart[0] is None or apart[1] is None or apart[2] is None:
            block = theirs or ours
            return self._answers.value("front", "the front matter", texts, block)
        is_toml = (theirs or ours or _NONE).is_toml
        same = (
            _spelled(apart[0], base, is_toml=is_toml),
            _spelled(apart[1], ours, is_toml=is_toml),
            _spelled(apart[2], theirs, is_toml=is_toml),
        )
        counted = self._counted(same)
        chosen = {
            key: self._lines(key, _of(counted, key), is_toml=is_toml)
            for key in dict.fromkeys((*counted[2].lines, *counted[1].lines))
        }
        order = woven(tuple(counted[2].lines), tuple(counted[1].lines))
        # A key below a table of TOML would be the table's.
        order = tuple(sorted(order, key=lambda key: is_toml and chosen[key].startswith("[")))
        lines = {key: chosen[key].replace(_COUNT, str(count)) for key in order if chosen[key]}
        return replace(counted[2], lines=lines).text if lines or theirs else ""

    def _lines(self, key: str, three: Three[str], *, is_toml: bool) -> str:
        """The lines of one key; a value that is only spelled otherwise is no other value."""
        before, here, there = three
        values = _value(before), _value(here), _value(there)
        name = f"front:{key}"
        try:
            value = merge_value(*values)
            lines = there if value == values[2] else here
        except ClashError:
            shown = tuple(
                _shown(each.replace(_COUNT, str(len(document.cards))))
                for each, document in zip(three, self._documents, strict=True)
            )
            before_shown, here_shown, there_shown = shown
            written = self._answers.written(
                name,
                f"“{key}” in the front matter",
                (before_shown, here_shown, there_shown),
                self._documents[2].front,
            )
            lines = {here_shown: here, there_shown: there}.get(written) or _typed(
                key, written, is_toml=is_toml
            )
        self._answers.told(name, _value(lines), values)
        return lines

    def _counted(self, three: Three[Entries]) -> Three[Entries]:
        """The snippets without their number of cards, where it was right."""
        counted = []
        before = three[0].lines.get("snippet", "")
        for each, document in zip(three, self._documents, strict=True):
            lines = each.lines.get("snippet", "")
            number = len(self._documents[0].cards) if lines == before else len(document.cards)
            blank = re.sub(rf"(?<![\w.,]){number}(?![\w]|[.,]\d)", _COUNT, lines, count=1)
            counted.append(replace(each, lines={**each.lines, "snippet": blank}) if lines else each)
        return counted[0], counted[1], counted[2]


def entries(matter: FrontMatter | None) -> Entries | None:
    """The lines of each key; None where they cannot be told apart."""
    if matter is None:
        return Entries()
    if matter.problem:
        return None
    opening, *inner, closing = line_feeds(matter.text).splitlines(keepends=True)
    parts = _toml_parts(inner) if matter.is_toml else _yaml_parts(inner)
    found: dict[str, str] = {}
    for key, lines in parts:
        if not key:
            opening += lines
        elif key in found:
            return None
        else:
            found[key] = lines
    is_whole = set(found) == set(matter.values)
    return Entries(matter.is_toml, opening, found, closing) if is_whole else None


def _yaml_parts(inner: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each key with its lines and those below it that have none; first what has no key above."""
    key, lines = "", ""
    for line in inner:
        if begins := _KEY.match(line):
            yield key, lines
            key, lines = begins["key"].strip("\"'"), ""
        lines += line
    yield key, lines


def _toml_parts(inner: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The same of TOML, where a table is one key and what is said of one key in a row is one."""
    text = "".join(inner)
    key, at = "", 0
    for name, start, _ in tomlfront.statements(text):
        if name != key:
            yield key, text[at:start]
            key, at = name, start
    yield key, text[at:]


def _spelled(one: Entries, matter: FrontMatter | None, *, is_toml: bool) -> Entries:
    """The entries as the other kind of front matter says them, where they are of one kind."""
    if matter is None:
        fence = "+++\n" if is_toml else "---\n"
        return replace(one, is_toml=is_toml, opening=fence, closing=fence)
    if one.is_toml == is_toml:
        return one
    lines = {key: _line(key, value, is_toml=is_toml) for key, value in matter.values.items()}
    return replace(one, is_toml=is_toml, lines=lines)


def _line(key: str, value: object, *, is_toml: bool) -> str:
    if is_toml:
        return tomlfront.line(key, value)
    return f"{front.scalar(key)}: {front.scalar(value)}\n"


def _of(three: Three[Entries], key: str) -> Three[str]:
    base, ours, theirs = (each.lines.get(key, "") for each in three)
    return base, ours, theirs


def _text(matter: FrontMatter | None) -> str:
    return line_feeds(matter.text) if matter else ""


def _value(lines: str) -> object:
    if not lines:
        return None
    read = _read(lines)
    return lines if read is None or read.problem else tuple(read.values.values())


def _read(lines: str) -> FrontMatter | None:
    """The lines of a key as front matter of their own."""
    fence = "---" if _KEY.match(lines) else "+++"
    return front.split(f"{fence}\n{lines}{fence}\n")


def _shown(lines: str) -> str:
    """A key's value as it is shown: its lines without the key."""
    found = _KEY.match(lines) or _TOML_KEY.match(lines)
    return lines[found.end() :].strip() if found else lines.strip()


def _typed(key: str, value: str, *, is_toml: bool) -> str:
    """The line of a key with a value that a person typed; none takes the key out."""
    line = f"{key} = {value}\n" if is_toml else f"{front.scalar(key)}: {value}\n"
    read = _read(line)
    if not value.strip():
        return ""
    plain = read is not None and not read.problem and list(read.values) == [key]
    return line if plain else _line(key, value, is_toml=is_toml)
