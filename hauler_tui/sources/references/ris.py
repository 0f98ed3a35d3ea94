"""RIS, a tag and a value a line (https://en.wikipedia.org/wiki/RIS_(file_format)).

Read here and not by rispy 0.10, which drops a last record without its end and makes one record of
two when an end is missing between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from hauler_tui.domain.reference import LeftOut, Reference, References
from hauler_tui.domain.text import clean_line
from hauler_tui.sources import dates
from hauler_tui.sources.markup import title_text
from hauler_tui.sources.references import building

_TAGGED = re.compile(r"[ \t\ufeff]{0,3}([A-Z][A-Z0-9]) {1,3}-(?:\s(.*)|\s*)", re.DOTALL)
_BEGINS = re.compile(r"^[ \t\ufeff]{0,3}TY {1,3}- ?", re.MULTILINE)
_LOOK = 20_000
_AUTHORS = ("AU", "A1")
_EDITORS = ("A2", "ED", "A3")
_JOURNAL = ("JF", "JO", "T2", "BT", "JA", "J2", "PB")


@dataclass(slots=True)
class _Record:
    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    last: list[str] | None = None

    def all(self, *tags: str) -> list[str]:
        """Every value of some tags, in the order of the tags."""
        return [value for tag in tags for value in self.values.get(tag, ()) if value.strip()]

    def first(self, *tags: str) -> str:
        """The first value of the first tag that has one."""
        return next(iter(self.all(*tags)), "")


def looks_like_ris(text: str) -> bool:
    """Whether a line near the beginning opens a record."""
    return _BEGINS.search(text[:_LOOK]) is not None


def read(text: str, *, now: datetime) -> References:
    """The records of a .ris file; each begins at its ``TY``, whether the last one ended or not."""
    records = list(_records(text))
    shared = building.shared_addresses(
        (record.first("UR"), record.first("TI", "T1")) for record in records
    )
    found: list[Reference] = []
    left_out: list[LeftOut] = []
    for record in records:
        one = _reference(record, shared, now)
        if one is None:
            name = clean_line(record.first("ID", "TY"), 60)
            reason = "it has neither a title nor a link"
            left_out.append(LeftOut(title=name, line=record.line, reason=reason))
        else:
            found.append(one)
    return References(kind="ris", found=tuple(found), left_out=tuple(left_out))


def _records(text: str) -> Iterator[_Record]:
    record: _Record | None = None
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        found = _TAGGED.fullmatch(line)
        if found and found[1] == "TY":
            if record is not None:
                yield record
            record = _Record(number, {"TY": [(found[2] or "").strip()]})
        elif record is None:
            continue
        elif found and found[1] == "ER":
            yield record
            record = None
        elif found:
            record.last = record.values.setdefault(found[1], [])
            record.last.append((found[2] or "").strip())
        elif record.last:
            record.last[-1] = f"{record.last[-1]}\n{line.strip()}"
    if record is not None:
        yield record


def _reference(record: _Record, shared: frozenset[str], now: datetime) -> Reference | None:
    journal = record.first(*_JOURNAL)
    numbers = record.all("AN", "M1", "C1", "M3")
    abstracts = record.all("AB")
    # N2 is the abstract of most programs; where there is an AB too it is a note.
    more = record.all("N2")
    if not abstracts:
        abstracts, more = more[:1], more[1:]
    return building.reference(
        title=" ".join(
            title_text(record.first("TI", "T1", "CT", "BT", "ST"), is_html=True).split()
        ),
        links=record.all("UR", "L3", "LK"),
        dois=record.all("DO", "DI"),
        names=[
            *(one for one in numbers if "arxiv" in one.lower()),
            *(f"PMID:{one}" for one in record.all("PM")),
            building.arxiv_of_journal(journal),
        ],
        shared=shared,
        authors=[_name(one) for one in record.all(*_AUTHORS) or record.all(*_EDITORS)],
        abstract="\n\n".join(abstracts),
        published=_date(record),
        journal=" ".join(journal.split()),
        tags=[tag for one in record.all("KW") for tag in building.split_tags(one)],
        notes=[*record.all("N1", "RN"), *more],
        now=now,
    )


def _date(record: _Record) -> datetime | None:
    told = (dates.written(one) for one in record.all("DA", "PY", "Y1", "Y2"))
    return next((found for found in told if found), None)


def _name(text: str) -> str:
    """``Doe, Jane, Jr.`` with the given name first; one without a comma as it is."""
    parts = [part.strip() for part in " ".join(text.split()).split(",") if part.strip()]
    if len(parts) not in (2, 3):
        return text
    family, given, *suffix = parts
    return " ".join([given, family, *suffix])
