"""BibTeX and biblatex, as bibtexparser splits them into entries."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import datetime

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
)

from hauler_tui.domain.reference import LeftOut, Reference, References
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import clean_line
from hauler_tui.sources import dates
from hauler_tui.sources.references import building

_ENTRY = re.compile(r"^[ \t]*@[ \t]*(?!comment|string|preamble)\w+[ \t]*[{(]", re.I | re.M)
_URL_MACRO = re.compile(r"\\(?:url|href|nolinkurl|path)\s*\{([^{}]*)\}(?:\{[^{}]*\})?")
_ESCAPED = re.compile(r"\\([_%&#$~{}])(?:\{\})?")
_TILDE = re.compile(r"\{?\\textasciitilde(?:\{\}|\s)?\}?|\$\\sim\$|\{?\\~\{\}\}?")
_TIE = re.compile(r"(?<!\\)~")
_PIECE = r'(?:"[^"{}]*"|\{[^{}]*\}|[A-Za-z][\w:.-]*|\d+)'
_CONCATENATION = re.compile(rf"{_PIECE}(?:\s*#\s*{_PIECE})+")
_BEFORE_ARGUMENT = re.compile(r"(?:\\(?:[A-Za-z]+|[^A-Za-z\s])\s*(?:\{[^{}]*\})?|[\^_])$")
_NOTES = ("note", "annote", "annotation", "comment", "review")
_TYPES_OF_EPRINT = {"": "arXiv:", "arxiv": "arXiv:", "pubmed": "PMID:", "pmid": "PMID:"}
# bibtexparser logs what it also returns; without a handler that would end up on the terminal.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())


def looks_like_bibtex(text: str) -> bool:
    """Whether a line of the text begins an entry."""
    return _ENTRY.search(text) is not None


def read(text: str, *, now: datetime) -> References:
    """The entries of a .bib file; a broken one is left out, with its line, and stops no other."""
    library = parse_string(text.replace("\r\n", "\n").replace("\r", "\n"))
    strings = {name.lower(): _plain(str(one.value)) for name, one in library.strings_dict.items()}
    entries: list[tuple[int, dict[str, str]]] = []
    left_out: list[LeftOut] = []
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        entry: Block | None = block
        if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
            entry = block.ignore_error_block
        if isinstance(entry, Entry):
            entries.append((line, _fields(entry, strings)))
        elif isinstance(block, ParsingFailedBlock) and _ENTRY.match(block.raw or ""):
            name = clean_line((block.raw or "").split("\n", 1)[0], 60)
            left_out.append(LeftOut(title=name, line=line, reason="the entry is broken"))
    shared = building.shared_addresses(
        (_address(fields), fields.get("title", "")) for _, fields in entries
    )
    found: list[Reference] = []
    for line, fields in entries:
        one = _reference(fields, shared, now)
        if one is None:
            reason = "it has neither a title nor a link"
            left_out.append(LeftOut(title=fields.get("ID", ""), line=line, reason=reason))
        else:
            found.append(one)
    left_out.sort(key=lambda one: one.line or 0)
    return References(kind="bibtex", found=tuple(found), left_out=tuple(left_out))


def unbraced(text: str) -> str:
    r"""A field without the braces that only protect capitals; those of macros and maths stay."""
    kept: list[str] = []
    closings: list[bool] = []
    in_formula = False
    place = 0
    while place < len(text):
        character = text[place]
        if character == "\\":
            kept.append(text[place : place + 2])
            place += 2
            continue
        if character == "$":
            in_formula = not in_formula and "$" in text[place + 1 :]
        if in_formula or character not in "{}":
            kept.append(character)
        elif character == "{":
            stays = text[place + 1 : place + 2] == "\\" or _is_argument(text, place)
            closings.append(stays)
            kept.append("{" if stays else "")
        elif not closings or closings.pop():
            kept.append("}")
        place += 1
    return "".join(kept)


def people(text: str) -> list[str]:
    """The names in a field of names, given names first; an organisation in braces is one."""
    names: list[str] = []
    for one in split_multiple_persons_names(" ".join(text.split())):
        if one.lower() == "others":
            names.append("et al.")
            continue
        try:
            parts = parse_single_name_into_parts(one, strict=False)
        except InvalidNameError:
            names.append(building.display(one))
            continue
        names.append(building.display(parts.merge_first_name_first))
    return names


def _reference(
    fields: Mapping[str, str], shared: frozenset[str], now: datetime
) -> Reference | None:
    journal = building.display(
        _first(fields, "journal", "journaltitle", "booktitle", "maintitle", "school", "institution")
    )
    volume = fields.get("volume", "")
    archive = _first(fields, "archiveprefix", "eprinttype").lower()
    eprint = _TYPES_OF_EPRINT.get(archive)
    names = [f"{eprint}{fields['eprint']}"] if eprint and fields.get("eprint") else []
    names.append(building.arxiv_of_journal(journal))
    names.append(building.arxiv_of_journal(f"{journal} {volume}"))
    names += [f"PMID:{fields['pmid']}"] if fields.get("pmid") else []
    names += [line for line in fields.get("note", "").split("\n") if "arxiv" in line.lower()]
    title = _first(fields, "title", "booktitle", "shorttitle")
    if fields.get("subtitle"):
        title = f"{title}: {fields['subtitle']}"
    return building.reference(
        title=_TIE.sub(" ", unbraced(" ".join(title.split()))),
        links=[_address(fields)],
        dois=[_unescaped(fields.get("doi", ""))],
        names=names,
        shared=shared,
        authors=people(_first(fields, "author", "editor")),
        abstract=unbraced(fields.get("abstract", "")),
        published=_date(fields),
        journal=journal,
        categories=fields.get("primaryclass", "").split(),
        tags=building.split_tags(building.display(_first(fields, "keywords", "keyword"))),
        notes=[_note(fields.get(name, "")) for name in _NOTES],
        now=now,
    )


def _fields(entry: Entry, strings: Mapping[str, str]) -> dict[str, str]:
    """Fields by their names in lower case; of two with one name the first counts."""
    fields = {"ID": clean_line(entry.key, 60)}
    for field in entry.fields:
        text = str(field.value)
        if _CONCATENATION.fullmatch(text):
            pieces = re.findall(_PIECE, text)
            text = "".join(strings.get(one.lower(), _plain(one)) for one in pieces)
        fields.setdefault(field.key.strip().lower(), text)
    return fields


def _plain(text: str) -> str:
    is_enclosed = len(text) > 1 and text[0] + text[-1] in ('""', "{}")
    return text[1:-1] if is_enclosed else text


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name, "").strip()), "")


def _address(fields: Mapping[str, str]) -> str:
    for name in ("url", "howpublished", "ee", "link", "adsurl"):
        text = _unescaped(_URL_MACRO.sub(r" \1 ", fields.get(name, "")))
        if "http" in text.lower():
            return text
    return ""


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", _TILDE.sub("~", text))


def _note(text: str) -> str:
    return re.sub(r"[{}]", "", to_unicode(_URL_MACRO.sub(r"\1", text)))


def _date(fields: Mapping[str, str]) -> datetime | None:
    if moment := dates.written(fields.get("date", "")):
        return moment
    moment = dates.written(_first(fields, "year", "timestamp", "creationdate", "urldate"))
    if moment is None or not fields.get("year", "").strip():
        return moment
    day = re.search(r"\d{1,2}", fields.get("day", ""))
    month = dates.month_in(fields.get("month", ""))
    return dates.day_of(moment.year, month or moment.month, int(day[0]) if day else moment.day)


def _is_argument(text: str, place: int) -> bool:
    """Whether the brace at a place opens the argument of a macro, or a script."""
    return _BEFORE_ARGUMENT.search(text[max(0, place - 40) : place]) is not None
