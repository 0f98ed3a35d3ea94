"""What the preflight can find in a post: every code, and one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding."""

    severity: Severity
    means: str
    """What is wrong, in the words of the README's table."""
    is_fixed: bool = False
    """Whether ``--fix`` mends it wherever it can."""


def _error(means: str, *, is_fixed: bool = False) -> Code:
    return Code(severity="error", means=means, is_fixed=is_fixed)


def _warning(means: str, *, is_fixed: bool = False) -> Code:
    return Code(severity="warning", means=means, is_fixed=is_fixed)


def _info(means: str) -> Code:
    return Code(severity="info", means=means)


CODES: Mapping[str, Code] = {
    "unreadable": _error("The file cannot be read, is not UTF-8 text, or is too large."),
    "front-matter": _error(
        "There is no front matter, or it is neither YAML nor TOML.", is_fixed=True
    ),
    "missing-key": _error("The front matter lacks a key that the series' issues have."),
    "date": _error("A date in the front matter is not a date."),
    "same-number": _error("Another issue of the series has this number."),
    "same-link": _error("Two cards have one link."),
    "no-link": _error("A card has no link, or one that leads nowhere.", is_fixed=True),
    "no-title": _error("A card has no title but its link."),
    "conflict": _error("A git conflict was left in."),
    "placeholder": _error("A placeholder was left in: `TODO`, `XXX` or `???`."),
    "tag": _error("A tag is never closed, or was never opened."),
    "blank-line": _error("A blank line inside a card, which ends it.", is_fixed=True),
    "read-back": _error("A note or lane of a draft would be read back as something else."),
    "template": _error("The series' template fails, or what it makes is no issue."),
    "covered": _warning("An earlier issue covered the link, and the note does not link to it."),
    "other-title": _warning("The title is not the one known for the link."),
    "hidden-card": _warning("A card inside another HTML element, which is read as a text."),
    "no-note": _warning("A card has no note."),
    "order": _warning("A card is out of alphabetical order.", is_fixed=True),
    "bare-sign": _warning("A bare `&` or `<` in a card.", is_fixed=True),
    "tex": _warning("Raw TeX; in a card it is turned into Unicode.", is_fixed=True),
    "long-abstract": _warning("An abstract is longer than the series allows.", is_fixed=True),
    "snippet": _warning("The snippet's number is not the number of cards.", is_fixed=True),
    "tracking": _warning("A link has a tracking parameter; mended in a card.", is_fixed=True),
    "pdf": _warning("A card links to a PDF.", is_fixed=True),
    "version": _warning("A card links to one version of an arXiv preprint.", is_fixed=True),
    "withdrawn": _warning("The preprint was withdrawn."),
    "replaced": _warning("The preprint was replaced since the note was written."),
    "published": _warning("The preprint was published, and the note does not say where."),
    "number-gap": _info("The number before is missing from the series."),
    "unknown-issue": _info("A link to an issue that should be known and is not."),
    "empty-lane": _info("A lane has nothing in it."),
}
"""Every code in the order of the README's table."""

_NOUNS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "info": "hint"}
_RANKS: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Characters from ``start`` up to ``end`` of a text, to be replaced by ``text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Something found in a stretch of a text; offsets are those of the stretch."""

    code: str
    at: int
    message: str
    edits: tuple[Edit, ...] = ()
    """What would mend it; they do not overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in a post that its author should know before it ships."""

    code: str
    """A key of ``CODES``."""
    message: str
    """What is wrong and what to do."""
    line: int = 1
    """The line of the file, from 1."""
    file: str = ""
    """The file as it was named, or the slug of an issue."""
    card: int | None = None
    """Which card it is about, counted from 0 in the whole file."""
    lane: str | None = None
    """Which lane it is about; the empty name is the text before any heading."""
    edits: tuple[Edit, ...] = ()
    """What mends it, with the offsets of the file's text."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return CODES[self.code].severity

    @property
    def is_fixable(self) -> bool:
        """Whether ``--fix`` mends it."""
        return bool(self.edits) or self.code == "order"


def counted(findings: Iterable[Finding]) -> tuple[str, ...]:
    """How many there are of each severity, the worst first: ``1 error``, ``2 hints``."""
    severities = Counter(finding.severity for finding in findings)
    return tuple(
        f"{severities[severity]:,} {noun}{'' if severities[severity] == 1 else 's'}"
        for severity, noun in _NOUNS.items()
        if severities[severity]
    )


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings by line, the worst first within one."""
    return tuple(
        sorted(findings, key=lambda found: (found.line, _RANKS[found.severity], found.code))
    )
