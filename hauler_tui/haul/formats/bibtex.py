"""The papers of an issue as BibTeX (the fields of biblatex's manual, 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hauler_tui.domain.identity import aliases
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import formula_spans, sort_key
from hauler_tui.haul.formats.issue import Issue, Paper

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "can", "do", "does", "for", "from", "how", "in"}
    | {"is", "it", "not", "of", "on", "or", "the", "to", "via", "what", "when", "why", "with"}
)
_GROUP = re.compile(r"\b(?:collaboration|consortium|team|group|project|initiative)\b", re.I)
_SPECIAL = re.compile(r"\\[A-Za-z]+|\\?[\ue000\ue001]|\\[^\sA-Za-z0-9]|~(?!\w)|(?<!\w)~|[&%#_$^\\]")
"""TeX of a text, and what TeX would stumble over; a tie between two words is none of it."""
_SIGNS = {"^": r"\^{}", "~": r"\textasciitilde{}", "\\": r"\textbackslash{}"}
_LOOSE = {"{": "\ue000", "}": "\ue001"}
"""What stands for a brace without a partner, which BibTeX would count even if escaped."""
_NO_BRACES = {0xE000: None, 0xE001: None}
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
            yield "primaryclass", _address(entry.categories[0])
    registered = (entry.doi if entry is not None else None) or next(
        (name[4:] for name in names if name.startswith("doi:")), ""
    )
    if registered:
        yield "doi", _address(registered)
    if card.link:
        yield "url", _address(card.link)


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
        formula = folded[start:end].translate(_NO_BRACES)
        parts += (_special(folded[done:start]), formula)
        done = end
    return "".join((*parts, _special(folded[done:])))


def _special(text: str) -> str:
    return _SPECIAL.sub(lambda found: _written(found.group()), text)


def _written(found: str) -> str:
    """A piece of ``_SPECIAL`` as LaTeX prints it; TeX that nobody knows is only words."""
    match found[-1]:
        case "\ue000":
            return r"\textbraceleft{}"
        case "\ue001":
            return r"\textbraceright{}"
    if len(found) > 1:
        is_known = not found[1].isalpha() or to_unicode(found + "{x}") != found + "{x}"
        return found if is_known else rf"\textbackslash{{}}{found[1:]}"
    return _SIGNS.get(found, "\\" + found)


def _balanced(text: str, loose: Mapping[str, str] = _LOOSE) -> str:
    """Text whose braces all have partners: what has none is written as ``loose`` says."""
    kept = list(text)
    opened: list[int] = []
    for place, character in enumerate(text):
        if character == "{":
            opened.append(place)
        elif character == "}" and opened:
            opened.pop()
        elif character == "}":
            kept[place] = loose[character]
    for place in opened:
        kept[place] = loose["{"]
    return "".join(kept)


def _address(text: str) -> str:
    return _balanced(text, {"{": "%7B", "}": "%7D"})
