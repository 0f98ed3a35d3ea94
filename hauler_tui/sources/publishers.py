"""What publishers write into a body for want of fields: authors, journal, date, DOI, abstract."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from hauler_tui.domain import identity
from hauler_tui.sources import dates
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.authors import split_any

_LOOK = 20_000
"""Characters of a body in which its labels stand."""
_ELSEVIER = re.compile(
    r"(?:#+ )?Publication date:\s*(?P<date>[^\n]{1,80}?)\s*\**Source:\**\s*"
    r"(?P<journal>[^\n]{1,300}?)\s*Author\(s\):(?P<authors>[^\n]*)(?:\n+(?P<abstract>.*))?",
    re.DOTALL,
)
_PENSOFT = re.compile(
    r"(?P<journal>[^\n]{1,200})\n+DOI:\s*(?P<doi>10\.\d{4,9}/\S+)\s*\n+Authors?:(?P<authors>[^\n]*)"
    r"(?:\n+Abstract:\s*(?P<abstract>.*))?",
    re.DOTALL,
)
_PUBMED = re.compile(
    r"(?P<journal>[^\n]{1,200}?)\. \d{4}\b[^\n]*\n+(?:\*\*)?(?:NO )?ABSTRACT(?:\*\*)?:?"
    r"(?P<abstract>.*?)\n+PMID:[^\n]*",
    re.DOTALL,
)
_NATURE = re.compile(
    r"(?P<journal>[^\n,;]{1,200}), Published online: (?P<date>[^\n;]{1,60});"
    r"[^\n]{0,300}\n+(?P<abstract>.+)",
    re.DOTALL,
)
_FORMS = {
    "Author(s):": _ELSEVIER,
    "DOI:": _PENSOFT,
    "PMID:": _PUBMED,
    "Published online: ": _NATURE,
}
"""Each by words without which no body is of that form."""
_HEADING = re.compile(r"(?:#+ |\*\*)?(?:Abstract|ABSTRACT)(?:\*\*)?:?[ ]*\n+(?=\S)")
_VOLUME = re.compile(r",? (?:Volume|Vol\.|\d+(?:\(\d+\))?:) ?\S.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a body says beside the abstract; empty where it says nothing of the kind."""

    abstract: str
    authors: tuple[str, ...] = ()
    journal: str = ""
    doi: str = ""
    published: datetime | None = None


def told_in(body: str, *, now: datetime) -> Told:
    """The parts of a body in the forms of Elsevier, Pensoft, PubMed and Nature.

    Any other body is an abstract.
    """
    head = body[:_LOOK]
    matches = (form.fullmatch(head) for words, form in _FORMS.items() if words in head)
    found = next(filter(None, matches), None)
    if found is None:
        return Told(abstract=body)
    parts = found.groupdict(default="")
    date = dates.written(parts.get("date", ""))
    return Told(
        abstract=parts["abstract"].strip() + body[_LOOK:],
        authors=split_any([parts.get("authors", "").strip()]),
        journal=_VOLUME.sub("", parts["journal"]),
        doi=identity.doi(parts.get("doi", "")) or "",
        published=date and dates.within(date, now=now),
    )


def without_heading(abstract: str, authors: tuple[str, ...]) -> str:
    """An abstract of a journal without lines that only say what it is and whose."""
    byline = f"by {', '.join(authors)}\n"
    if authors and abstract.startswith(byline):
        abstract = abstract.removeprefix(byline).lstrip("\n")
    return _HEADING.sub("", abstract, count=1) if _HEADING.match(abstract) else abstract


def without_marks(abstract: str) -> str:
    """An abstract of bioRxiv or medRxiv with lists and headings for HighWire's marks of them.

    Their feeds and their API give ``O_LIitemC_LI`` for an item of a list and the like; pictures
    and tables, of which only the frame arrives, are left out, and so is what their feeds leave of
    a line break before a mark, an ``n``.
    """
    if not any(f"C_{kind}" in abstract and f"O_{kind}" in abstract for kind in _PAIRED):
        return abstract
    text = _FRAME.sub("\n\n", abstract)
    text = _SMALL_HEADING.sub(r"\n\n\1\n\n", text)
    text = _MARK.sub(_instead, text)
    paragraphs = (part.strip() for part in re.split(r"\n\s{0,9}\n", text))
    kept = [part for part in paragraphs if part and not _NAMELESS.fullmatch(part)]
    return re.sub(r"(?<=\n)\n(?=- )", "", "\n\n".join(kept))


def _instead(mark: re.Match[str]) -> str:
    if mark[1] == "O_LI":
        return "\n- "
    return "\n\n" if mark[1] or mark[2] else ""


_PAIRED = ("LI", "ST_ABS", "SCPLOW", "SCPCAP", "QD", "FIG", "TBL")
_FRAME = re.compile(r"[OM]_(FIG|TBL)\b(?:(?![OM]_(?:FIG|TBL)\b)(?s:.)){0,4000}?C_\1")
_SMALL_HEADING = re.compile(r"O_SCPLOW([A-Z ]{4,40})C_SCPLOW(?=[A-Z])")
_MARK = re.compile(
    r"\s{0,9}(O_LI|O_ST_ABS)\s{0,9}|(?:(?<=[.!?)])n)?(C_LI|C_ST_ABS)[.;,]?\s{0,9}|[OC]_(?:SCPLOW|SCPCAP|QD|TEXTBOX|UL|OL|BOX)"
)
_NAMELESS = re.compile(r"(?:Abstract|Summary|-)[.:]?", re.IGNORECASE)


def with_discussion(body: str, comments: str, link: str) -> str:
    """A body that names the page of its discussion, where that is another site than the link's.

    Lists of links, such as Hacker News, keep the discussion apart from the article; a blog's own
    comments are at the end of its page.
    """
    host = host_of(comments)
    if not re.match(r"https?://[^\s<>()]+\Z", comments) or host == host_of(link):
        return body
    return body if comments in body else f"{body}\n\n[Comments]({comments})".lstrip()
