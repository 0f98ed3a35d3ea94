"""The papers of an issue as BibTeX (the fields of biblatex's manual, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hauler_tui.domain.identity import aliases
from hauler_tui.domain.text import formula_spans, sort_key
from hauler_tui.haul.formats.issue import Issue, Paper

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "can", "do", "does", "for", "from", "how", "in"}
    | {"is", "it", "not", "of", "on", "or", "the", "to", "via", "what", "when", "why", "with"}
)
_GROUP = re.compile(r"\b(?:collaboration|consortium|team|group|project|initiative)\b", re.I)
_SPECIAL = re.compile(r"(?<!\\)[&%#_$]")
_CAPITALS = re.compile(r"(?<![\w{\\$-])[\w-]*\w[A-Z][\w-]*(?![\w}$])")
"""A word with a capital letter inside, which styles would make small."""


def bibtex(issue: Issue) -> str:
    """One entry for each paper in the order of the issue, each work once; UTF-8, TeX kept."""
    taken: set[str] = set()
    done: set[str] = set()
    entries: list[str] = []
    for paper in issue.papers:
        name = paper.key or paper.card.link
        if name in done:
            continue
        done.add(name)
        fields = dict(_fields(paper))
        kind = "article" if "journal" in fields else "misc"
        lines = "".join(f"  {field} = {{{value}}},\n" for field, value in fields.items())
        entries.append(f"@{kind}{{{_unique(_key(paper), taken)},\n{lines}}}\n")
    return "\n".join(entries)


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    entry, card = paper.entry, paper.card
    raw = entry.title if entry is not None and entry.title else card.title or card.link
    yield "title", _CAPITALS.sub(lambda word: f"{{{word.group()}}}", _escaped(raw))
    if entry is not None:
        if entry.authors:
            yield "author", " and ".join(_author(name) for name in entry.authors)
        if entry.journal:
            yield "journal", _escaped(entry.journal)
    year, month = _appeared(paper)
    if year:
        yield "year", str(year)
    if month:
        yield "month", _MONTHS[month - 1]
    names = _names(paper)
    arxiv = _arxiv(names)
    if arxiv:
        yield "eprint", arxiv
        yield "archiveprefix", "arXiv"
        if entry is not None and entry.categories:
            yield "primaryclass", _balanced(entry.categories[0])
    registered = (entry.doi if entry is not None else None) or next(
        (name[4:] for name in names if name.startswith("doi:")), ""
    )
    if registered:
        yield "doi", _balanced(registered)
    if card.link:
        yield "url", _balanced(card.link)


def _names(paper: Paper) -> tuple[str, ...]:
    return paper.entry.aliases if paper.entry is not None else aliases(link=paper.card.link)


def _arxiv(names: Iterable[str]) -> str:
    return next((name.removeprefix("arxiv:") for name in names if name.startswith("arxiv:")), "")


def _appeared(paper: Paper) -> tuple[int, int]:
    """Year and month; 0 for what is not known. What a card says is its issue's date."""
    if number := re.match(r"(?:.*/)?(\d\d)(0[1-9]|1[0-2])", _arxiv(_names(paper))):
        year = int(number[1])
        return (1900 if year >= 91 else 2000) + year, int(number[2])
    entry = paper.entry
    if entry is None or entry.published is None or entry.origin == "card":
        return 0, 0
    return entry.published.year, entry.published.month


def _author(name: str) -> str:
    written = _escaped(name)
    # A name with “and” in it, or of a group, is one name for BibTeX only inside braces.
    is_whole = _GROUP.search(name) or " and " in f" {name.lower()} "
    return f"{{{written}}}" if is_whole else written


def _key(paper: Paper) -> str:
    entry = paper.entry
    first = entry.authors[0] if entry is not None and entry.authors else ""
    family = first.partition(",")[0] if "," in first else first.rpartition(" ")[2]
    year = str(_appeared(paper)[0] or "")
    title = entry.title if entry is not None and entry.title else paper.card.title
    words = re.findall(r"[a-z0-9]+", sort_key(re.sub(r"\\[A-Za-z]+", " ", title)))
    word = next((word for word in words if word not in _SMALL_WORDS), "")
    made = "".join(re.findall(r"[a-z0-9]+", sort_key(family))) + year + word
    return made or "".join(re.findall(r"[A-Za-z0-9]+", paper.card.link))[-40:] or "paper"


def _unique(key: str, taken: set[str]) -> str:
    number = 1
    chosen = key
    while chosen in taken:
        number += 1
        chosen = f"{key}-{number}"
    taken.add(chosen)
    return chosen


def _escaped(text: str) -> str:
    """Text for a field: formulas and TeX as they are, what TeX would stumble over escaped."""
    folded = _balanced(" ".join(text.split()))
    parts: list[str] = []
    done = 0
    for start, end in formula_spans(folded):
        parts += (_special(folded[done:start]), folded[start:end])
        done = end
    return "".join((*parts, _special(folded[done:])))


def _special(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found.group(), text)


def _balanced(text: str) -> str:
    """Text without the braces that have no partner, which would end the field or never do."""
    kept: list[str] = []
    opened: list[int] = []
    for character in text:
        if character == "}":
            if not opened:
                continue
            opened.pop()
        elif character == "{":
            opened.append(len(kept))
        kept.append(character)
    for place in reversed(opened):
        del kept[place]
    text = "".join(kept)
    return text.rstrip("\\") if (len(text) - len(text.rstrip("\\"))) % 2 else text
