"""Whatever is written as BibTeX, RIS or CSL JSON by the book is read back as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.reference import Reference
from hauler_tui.errors import SourceError
from hauler_tui.sources.references import bibtex, csl, ris
from hauler_tui.sources.references.reading import read
from tests.factories import NOW

LETTERS = "abcdefghijklmnopqrstuvwxyzäéßñøłαжقあ"
WORD = st.text(LETTERS, min_size=2, max_size=8)
TITLE = st.lists(WORD, min_size=1, max_size=6).map(lambda words: " ".join(words).capitalize())
NAMES = WORD.map(str.capitalize).filter(lambda name: name != "And")  # BibTeX parts people by it
NAME = st.tuples(NAMES, NAMES)
DAY = st.dates(date(1500, 1, 1), date(2026, 5, 1))


@dataclass(frozen=True)
class Work:
    title: str
    authors: tuple[tuple[str, str], ...]
    doi: str
    day: date
    abstract: str
    tags: tuple[str, ...]
    note: str


WORKS = st.lists(
    st.builds(
        Work,
        title=TITLE,
        authors=st.lists(NAME, max_size=4).map(tuple),
        doi=st.from_regex(r"10\.[1-9][0-9]{3}/[a-z][a-z0-9]{3,9}", fullmatch=True),
        day=DAY,
        abstract=TITLE,
        tags=st.lists(WORD, max_size=3, unique=True).map(tuple),
        note=TITLE,
    ),
    max_size=5,
)


def as_bibtex(works: list[Work]) -> str:
    parts = []
    for number, work in enumerate(works):
        authors = " and ".join(f"{family}, {given}" for given, family in work.authors)
        parts.append(
            f"@article{{key{number},\n  title = {{{{{work.title}}}}},\n  author = {{{authors}}},\n"
            f"  doi = {{{work.doi}}},\n  year = {work.day.year},\n  month = {work.day.month},\n"
            f"  day = {work.day.day},\n  abstract = {{{work.abstract}}},\n"
            f"  keywords = {{{', '.join(work.tags)}}},\n  note = {{{work.note}}}\n}}\n"
        )
    return "\n".join(parts)


def as_ris(works: list[Work]) -> str:
    lines = []
    for work in works:
        lines += ["TY  - JOUR", f"TI  - {work.title}", f"DO  - {work.doi}"]
        lines += [f"AU  - {family}, {given}" for given, family in work.authors]
        lines += [f"DA  - {work.day.isoformat().replace('-', '/')}/"]
        lines += [f"AB  - {work.abstract}", f"N1  - {work.note}"]
        lines += [f"KW  - {tag}" for tag in work.tags] + ["ER  - ", ""]
    return "\r\n".join(lines)


def as_csl(works: list[Work]) -> str:
    return json.dumps(
        [
            {
                "id": str(number),
                "type": "article-journal",
                "title": work.title,
                "author": [{"given": given, "family": family} for given, family in work.authors],
                "DOI": work.doi,
                "issued": {"date-parts": [[work.day.year, work.day.month, work.day.day]]},
                "abstract": work.abstract,
                "keyword": ", ".join(work.tags),
                "note": work.note,
            }
            for number, work in enumerate(works)
        ]
    )


def seen(references: tuple[Reference, ...]) -> list[Work]:
    return [
        Work(
            title=one.entry.title,
            authors=tuple((name.split()[0], name.split()[1]) for name in one.entry.authors),
            doi=one.entry.doi or "",
            day=one.entry.published.date() if one.entry.published else date.min,
            abstract=one.entry.abstract,
            tags=one.tags,
            note=one.note,
        )
        for one in references
    ]


@given(works=WORKS)
def test_works_come_back_from_every_form(works: list[Work]) -> None:
    assert seen(bibtex.read(as_bibtex(works), now=NOW).found) == works
    assert seen(ris.read(as_ris(works), now=NOW).found) == works
    assert seen(csl.read(as_csl(works), now=NOW).found) == works


@given(works=WORKS.filter(bool))
def test_every_form_is_recognised_and_names_the_same_works(works: list[Work]) -> None:
    forms = (as_bibtex(works), as_ris(works), as_csl(works))
    found = [read(text.encode(), suffix=".txt", now=NOW) for text in forms]
    assert [one.kind for one in found if one] == ["bibtex", "ris", "csl"]
    aliases = [[each.entry.aliases for each in one.found] for one in found if one]
    assert aliases[0] == aliases[1] == aliases[2]


@given(st.text(max_size=400), st.sampled_from([".bib", ".ris", ".json", ".html", ".txt"]))
def test_any_text_is_read_or_refused_and_never_breaks_the_reader(text: str, suffix: str) -> None:
    for start in ("", "@a{k, ", "TY  - X\n", '[{"type": ', "<!DOCTYPE NETSCAPE-Bookmark-file-1>"):
        try:
            found = read((start + text).encode("utf-8", "replace"), suffix=suffix, now=NOW)
        except SourceError:
            continue
        for one in found.found if found else ():
            assert one.entry.aliases
            assert one.entry.published is None or one.entry.published <= datetime(
                2027, 1, 1, tzinfo=UTC
            )
