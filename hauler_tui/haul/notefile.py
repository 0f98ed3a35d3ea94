"""A Markdown file of notes: about one work, or a list of works with a remark on each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from markdown_it.token import Token

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import aliases, canonical_link
from hauler_tui.domain.pasted import find_links
from hauler_tui.domain.reference import LeftOut, Reference, References
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.haul import front
from hauler_tui.haul.dates import read_date
from hauler_tui.haul.intake import date_keys
from hauler_tui.haul.markup import block_parser, is_much_work

_LINK_KEYS = (
    ("arxiv", "arXiv:"),
    ("arxiv_id", "arXiv:"),
    ("eprint", "arXiv:"),
    ("doi", "doi:"),
    ("pmid", "PMID:"),
    ("url", ""),
    ("link", ""),
    ("source", ""),
)
"""The keys of front matter that name the work a file is about, and what a bare value means."""
_LONGEST_TITLE = 2_000
_LINE_END = re.compile(r"\r\n?")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_LEAD = re.compile(r"(?:[ \t]*[>|])*[ \t]*(?:[*_]{1,3}(?=\[|http))?")
_NAMED = re.compile(
    r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,2000})\]"
    r"\([ ]?<?((?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000})>?(?:\s+[\"'(][^\n]{0,300}?[\"')])?[ ]?\)"
)
_LABEL = re.compile(r"[*_]{0,2}[A-Za-z][\w -]{0,20}[*_]{0,2}:[*_]{0,2}\s+")
_SEPARATORS = " \t\n:;,.|*_)]-–—"


@dataclass(slots=True)
class _Remark:
    """A link and what stands with it."""

    link: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of lines, the last excluded."""

    kind: str
    start: int
    end: int


def read(text: str, *, name: str) -> References:
    """The works that a file of notes is about; ``name`` is its title where it has none.

    A file that names one work in its front matter, or in a line of its own under its title, is the
    note on that work. Of any other file every link is taken; what stands with it in one list item
    or paragraph is its note, or what follows where it stands alone. Never raises.
    """
    text = _LINE_END.sub("\n", text.removeprefix("\ufeff"))
    matter = front.split(text)
    values = dict(matter.values) if matter else {}
    lines = (text[len(matter.text) :] if matter else text).split("\n")
    title, after_title = _title(lines)
    link, rest = _link_of(values), lines[after_title:]
    if not link and (found := _under(title, rest)):
        link, title, rest = found
    warnings: tuple[str, ...] = ()
    remarks: list[_Remark]
    if link:
        told = values.get("title")
        words = told if isinstance(told, str) and told.strip() else title or _worded(name)
        remarks = [_Remark(link, words, "\n".join(rest))]
    elif is_much_work(body := "\n".join(lines)):
        remarks = [_Remark(one, "", "") for one in find_links(body)]
        warnings = ("it is too large to look for remarks in it: only its links were taken",)
    else:
        remarks = list(_remarks(lines))
        # With one work and one heading, what the heading says is about that work.
        if (
            len(remarks) == 1
            and not remarks[0].title
            and len(list(filter(_HEADING.fullmatch, lines))) == 1
        ):
            remarks[0].title = title
    tags, published = _tags(values), _date(values)
    kept = [_reference(one, tags, published) for one in remarks]
    left_out = () if kept else (LeftOut(title=name, reason="it has no link"),)
    return References(kind="notes", found=tuple(kept), left_out=left_out, warnings=warnings)


def _reference(one: _Remark, tags: tuple[str, ...], published: datetime | None) -> Reference:
    names = aliases(link=one.link)
    title = clean_line(one.title, _LONGEST_TITLE)
    entry = Entry(
        title="" if find_links(title) else title,
        link=canonical_link(one.link, names),
        aliases=names,
        published=published,
        origin="link",
    )
    return Reference(entry=entry, tags=tags, note=clean_text(one.text).strip())


def _worded(name: str) -> str:
    """A file's name as a title, unless it is only a date or a number."""
    return name if re.search(r"[^\W\d_]", name) else ""


def _link_of(values: Mapping[str, object]) -> str:
    """The first work that front matter names, by a link or an identifier; empty for none."""
    keys = {key.lower(): value for key, value in values.items()}
    for key, kind in _LINK_KEYS:
        value = keys.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            for text in (value.strip(), f"{kind}{value.strip()}"):
                names = aliases(link=text)
                if names and not names[0].startswith("hash:"):
                    return text
    return ""


def _title(lines: list[str]) -> tuple[str, int]:
    """The heading that a file begins with, and the line after it; empty and 0 without one."""
    for number, line in enumerate(lines):
        if found := _HEADING.fullmatch(line):
            return found[2], number + 1
        if line.strip():
            break
    return "", 0


def _under(title: str, rest: list[str]) -> tuple[str, str, list[str]] | None:
    """The link in a title or alone in the line under it, the title, and what follows.

    Without a title the first line counts only when its link is the only one.
    """
    if found := _alone(title):
        return found.link, found.title, rest
    place = next((number for number, line in enumerate(rest) if line.strip()), None)
    found = _alone(rest[place]) if place is not None else None
    if place is None or found is None:
        return None
    follows = rest[place + 1 :]
    if follows and _alone(follows[0]):
        return None  # a list of links
    if not title and find_links("\n".join(follows)):
        return None
    return found.link, title or found.title, follows


def _alone(line: str) -> _Remark | None:
    """The link that is all a line says, but for a label such as ``Paper:``."""
    line = _LABEL.sub("", line.strip(), count=1)
    found = _beginning(line)
    return found if found and not found.text else None


def _beginning(text: str) -> _Remark | None:
    """The link a text begins with, and what follows it; None where it begins with none."""
    lead = _LEAD.match(text)
    text = text[lead.end() :] if lead else text
    if named := _NAMED.match(text):
        links = find_links(named[2])
        label, rest = named[1], text[named.end() :]
    else:
        first = text.split(None, 1)[0] if text.strip() else ""
        links = find_links(first)
        label, rest = "", text[len(first) :]
        if len(links) != 1 or _NAMED.search(first):
            return None
    return _Remark(links[0], label, _trimmed(rest)) if links else None


def _trimmed(text: str) -> str:
    """A remark without what separates it from the link before it."""
    head = text.lstrip(_SEPARATORS)
    # A list or a quotation of its own keeps its sign.
    kept = text.lstrip("\n")
    if kept != text and (_MARKER.match(kept) or kept.startswith(">")):
        head = kept
    return head.rstrip(" \t\n|")


def _remarks(lines: list[str]) -> Iterator[_Remark]:
    """Every link of a text with what stands with it, in the order of the text."""
    tokens = block_parser().parse("\n".join(lines))
    code = {
        number
        for token in tokens
        if token.type in ("fence", "code_block") and token.map
        for number in range(*token.map)
    }
    open_one: _Remark | None = None
    for block in _blocks(tokens):
        if block.kind.endswith("list_open"):
            found = list(_of_list(lines, tokens, block, code))
        else:
            found = list(_of_paragraph(lines[block.start : block.end], block, code))
        if open_one is not None and (found or block.kind == "heading_open"):
            yield open_one
            open_one = None
        if open_one is not None:
            text = "\n".join(lines[block.start : block.end]).rstrip()
            open_one.text = f"{open_one.text}\n\n{text}".lstrip("\n")
        elif len(found) == 1 and not found[0].text and not block.kind.endswith("list_open"):
            open_one = found[0]
        else:
            yield from found
    if open_one is not None:
        yield open_one


def _blocks(tokens: list[Token]) -> Iterator[_Block]:
    for token in tokens:
        if token.level == 0 and token.map and token.nesting >= 0:
            yield _Block(token.type, token.map[0], token.map[1])


def _of_list(
    lines: list[str], tokens: list[Token], block: _Block, code: set[int]
) -> Iterator[_Remark]:
    """The items of a list: those inside others stand for themselves where they have a link."""
    spans = [
        token.map
        for token in tokens
        if token.type == "list_item_open" and token.map and block.start <= token.map[0] < block.end
    ]
    taken: set[int] = set()
    found: list[tuple[int, list[_Remark]]] = []
    for start, end in reversed(spans):
        own = [number for number in range(start, end) if number not in taken]
        if find_links("\n".join(lines[number] for number in own if number not in code)):
            taken.update(own)
            marker = _MARKER.match(lines[start])
            text = lines[start][marker.end() :] if marker else lines[start].strip()
            more = (_dedented(lines[number], marker.end() if marker else 0) for number in own[1:])
            found.append((start, list(_of_text("\n".join([text, *more]).rstrip()))))
    for _, remarks in sorted(found, key=lambda one: one[0]):
        yield from remarks


def _dedented(line: str, width: int) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(width, spaces) :]


def _of_paragraph(lines: list[str], block: _Block, code: set[int]) -> Iterator[_Remark]:
    """A paragraph is one text, unless several of its lines begin with links of their own."""
    if block.kind == "heading_open":
        heading = _HEADING.fullmatch(lines[0])
        yield from _of_text(heading[2] if heading else lines[0].strip())
        return
    visible = [line for number, line in enumerate(lines, block.start) if number not in code]
    begins = [number for number, line in enumerate(visible) if _beginning(line.strip())]
    if len(begins) < 2:
        yield from _of_text("\n".join(visible).strip())
        return
    for start, end in zip([0, *begins], [*begins, len(visible)], strict=True):
        yield from _of_text("\n".join(line.strip() for line in visible[start:end]))


def _of_text(text: str) -> Iterator[_Remark]:
    """The links of one text: the first has the remark, any other its label alone."""
    labels = {link: named[1] for named in _NAMED.finditer(text) for link in find_links(named[2])}
    first = _beginning(text)
    if first is not None:
        yield first
    for place, link in enumerate(find_links(text if first is None else first.text)):
        remark = text if first is None and place == 0 else ""
        yield _Remark(link, labels.get(link, ""), remark)


def _tags(values: Mapping[str, object]) -> tuple[str, ...]:
    """The tags of front matter, a list or words between commas or spaces, without ``#``."""
    told = values.get("tags", values.get("keywords"))
    if isinstance(told, str):
        told = told.split(",") if "," in told else told.split()
    listed = told if isinstance(told, list) else []
    words = (one.strip().lstrip("#") for one in listed if isinstance(one, str))
    return tuple(dict.fromkeys(filter(None, words)))


def _date(values: Mapping[str, object]) -> datetime | None:
    told = (values.get(key) for key in (*date_keys(values), "created", "added"))
    return next((found for one in told if isinstance(one, str) and (found := read_date(one))), None)
