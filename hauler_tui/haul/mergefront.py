"""Three versions of front matter made one, key by key, each value as its side wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hauler_tui.haul import front
from hauler_tui.haul.mergeanswers import Answers, Three
from hauler_tui.haul.mergetext import ClashError, line_feeds, merge_value, woven
from hauler_tui.haul.model import Document, FrontMatter

_LINES = re.compile(r"[^\n]*\n")
_KEY = re.compile(r"(?P<key>[A-Za-z_][\w.-]*|\"[^\"\n]*\"|'[^'\n]*')[ \t]*:(?=\s)")
_COUNT = "\ue000"
"""Stands for the number of cards in a snippet, which follows them by itself."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Front matter as the lines of each key; line feeds only."""

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
        counted = self._counted((apart[0], apart[1], apart[2]))
        chosen = {
            key: self._lines(key, _of(counted, key))
            for key in dict.fromkeys((*counted[2].lines, *counted[1].lines))
        }
        order = woven(tuple(counted[2].lines), tuple(counted[1].lines))
        lines = {key: chosen[key].replace(_COUNT, str(count)) for key in order if chosen[key]}
        return replace(counted[2], lines=lines).text if lines or theirs else ""

    def _lines(self, key: str, three: Three[str]) -> str:
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
            lines = {here_shown: here, there_shown: there}.get(written) or _typed(key, written)
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
    found: dict[str, str] = {}
    key = None
    for line in inner:
        begins = _KEY.match(line)
        if begins:
            key = begins["key"].strip("\"'")
            if key in found:
                return None
            found[key] = ""
        if key is None:
            opening += line
        else:
            found[key] += line
    return Entries(opening, found, closing) if set(found) == set(matter.values) else None


def _of(three: Three[Entries], key: str) -> Three[str]:
    base, ours, theirs = (each.lines.get(key, "") for each in three)
    return base, ours, theirs


def _text(matter: FrontMatter | None) -> str:
    return line_feeds(matter.text) if matter else ""


def _value(lines: str) -> object:
    if not lines:
        return None
    read = front.split(f"---\n{lines}---\n")
    return lines if read is None or read.problem else tuple(read.values.values())


def _shown(lines: str) -> str:
    """A key's value as it is shown: its lines without the key."""
    found = _KEY.match(lines)
    return lines[found.end() :].strip() if found else lines.strip()


def _typed(key: str, value: str) -> str:
    """The line of a key with a value that a person typed; none takes the key out."""
    line = f"{front.scalar(key)}: {value}\n"
    read = front.split(f"---\n{line}---\n")
    if not value.strip():
        return ""
    plain = read is not None and not read.problem and list(read.values) == [key]
    return line if plain else f"{front.scalar(key)}: {front.scalar(value)}\n"
