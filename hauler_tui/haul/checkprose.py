"""What is wrong in Markdown prose, and which tags and links stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from hauler_tui.domain.text import formula_spans
from hauler_tui.domain.urls import tidy_url
from hauler_tui.haul.cardhtml import CONTAINERS
from hauler_tui.haul.findings import Spot
from hauler_tui.haul.markup import code_spans
from hauler_tui.haul.tags import Tag, tags_of

_PLACEHOLDER = re.compile(
    r"(?<![\w\"'“‘`/.#@&=%-])(?<!\bBowl )_{0,2}(?P<word>TODO|X{3,})_{0,2}(?![\w\"'”’`-]"
    r"|[ ](?:list|app|comment|item|note|file|tag)s?\b)"
    r"|(?<![^\s(\[{>*_:,;—–-])(?P<marks>\?{3,})(?![?\w\"'”’])"
)
_LINK_PLACEHOLDER = re.compile(r"(?<![A-Za-z0-9])(?:TODO|X{3,}|\?{3,})(?![A-Za-z0-9])")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\]{1,2000}")
_INTERNAL = re.compile(
    r"(?:\]\(\s{0,3}<?|\]:[ \t]{0,3}<?|href\s?=\s?[\"'])(?:\.{0,2}/|https?://[^/\s]{1,200}/)"
    r"([^\s)>\"'?#]{1,300})",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TEX = re.compile(
    r"\\(?:emph|text[a-z]{2,3}|math[a-z]{2,4}|cite[a-z]?|ref|frac|sqrt|url|href|footnote)\s?\{"
)
_FORMULA_BEGINS = re.compile(r"\\(?:[(\[]|begin\{[a-z]{1,20}\*?\})")
_FORMULA_ENDS = re.compile(r"\\(?:[)\]]|end\{[a-z]{1,20}\*?\})")
_CODE_BEGINS = re.compile(
    r"^[ \t]*\{(?:%-?[ \t]*(?:highlight|codeblock)\b[^\n%]*%|\{[<%][ \t]*highlight\b[^\n}]*\})\}",
    re.MULTILINE,
)
"""The tags that Jekyll, Hexo and Hugo have around code."""
_CODE_ENDS = re.compile(
    r"\{(?:%-?[ \t]*end(?:highlight|codeblock)[ \t]*-?%|\{[<%][ \t]*/[ \t]*highlight[^\n}]*\})\}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A link to a page of the same blog."""

    at: int
    slug: str
    """The last part of its path, without ``.html`` or ``.md``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quote in HTML that looks like a card and is none."""

    at: int
    inside: str
    """The element that it stands in with all a card has; empty for a quote without a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseScan:
    """A stretch of Markdown taken apart, code left aside; offsets are its own."""

    spots: tuple[Spot, ...]
    formulas: tuple[Spot, ...]
    """Those on raw TeX in formulas, which are none on a page that shows mathematics."""
    tags: tuple[Tag, ...]
    quotes: tuple[Quote, ...]
    """The quotes that look like cards and are none."""
    mentions: tuple[Mention, ...]


@lru_cache(maxsize=1024)
def scan_prose(text: str) -> ProseScan:
    """Read a note, a lane's prose or a heading; never raises."""
    bare = _without_code(text)
    tags = tuple(_tags(bare)) if "<" in bare else ()
    words, formulas = _tex(bare)
    return ProseScan(
        spots=(*placeholders(bare), *_tracking(bare), *words),
        formulas=formulas,
        tags=tags,
        quotes=tuple(_quotes(bare, tags)),
        mentions=tuple(_mentions(bare)) if "](" in bare or "href" in bare or "]:" in bare else (),
    )


def placeholders(text: str) -> Iterator[Spot]:
    """A spot for each placeholder of a text; one in quotes or in an address is no placeholder."""
    for found in _PLACEHOLDER.finditer(text):
        word = found["word"] or found["marks"]
        yield Spot(
            code="placeholder",
            at=found.start(),
            message=f"“{word}” was left in: write what belongs there",
        )


def placeholder_in_link(link: str) -> str:
    """The placeholder that stands in an address; empty when there is none."""
    found = _LINK_PLACEHOLDER.search(link)
    return found.group() if found else ""


def is_tracked(link: str) -> bool:
    """Whether an address has parameters that only say where a reader came from."""
    return _parameters(tidy_url(link)) < _parameters(link)


def _parameters(link: str) -> int:
    """How many parameters an address has."""
    query = link.partition("#")[0].partition("?")[2]
    return sum(1 for parameter in query.split("&") if parameter)


def _without_code(text: str) -> str:
    """The text with every character of code a space, so that offsets stay."""
    if "{%" in text or "{{" in text:
        text = _blanked(text, _between(text, _CODE_BEGINS, _CODE_ENDS))
    if "`" not in text and "~~~" not in text and "\t" not in text and "    " not in text:
        return text
    return _blanked(text, code_spans(text))


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts = []
    at = 0
    for start, end in spans:
        parts += [text[at:start], re.sub(r"[^\r\n]", " ", text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _between(
    text: str, begins: re.Pattern[str], ends: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """What stands from each beginning to the next end, both included."""
    opening = begins.search(text)
    while opening and (closing := ends.search(text, opening.end())):
        yield opening.start(), closing.end()
        opening = begins.search(text, closing.end())


def _tags(bare: str) -> Iterator[Tag]:
    for tag in tags_of(bare):
        is_escaped = bare[tag.start - 1 : tag.start] == "\\"
        if tag.kind in ("open", "close") and not is_escaped:
            yield tag


def _quotes(bare: str, tags: tuple[Tag, ...]) -> Iterator[Quote]:
    """The quotes in HTML that have a heading, as a card has."""
    start, inside, has_heading, has_link = -1, "", False, False
    around: list[str] = []
    for tag in tags:
        if tag.name == "blockquote" and tag.kind == "open" and start < 0:
            start, inside = tag.start, around[0] if around else ""
            has_heading = has_link = False
        elif tag.name == "blockquote" and tag.kind == "close" and start >= 0:
            begins_line = not bare[bare.rfind("\n", 0, start) + 1 : start].strip()
            if has_heading and (inside if has_link else begins_line):
                yield Quote(at=start, inside=inside if has_link else "")
            start = -1
        elif tag.kind == "open" and start >= 0:
            has_heading = has_heading or tag.name in _HEADINGS
            has_link = has_link or (tag.name == "a" and "href" in bare[tag.start : tag.end].lower())
        elif tag.name in CONTAINERS and tag.kind == "open":
            around.append(tag.name)
        elif tag.name in around and tag.kind == "close":
            around.remove(tag.name)


def _tracking(bare: str) -> Iterator[Spot]:
    for found in _ADDRESS.finditer(bare):
        link = found.group().rstrip(".,;:!?*_~)]}")
        if "?" in link and is_tracked(link.replace("&amp;", "&")):
            message = f"the link has a tracking parameter: write {tidy_url(link)}"
            yield Spot(code="tracking", at=found.start(), message=message)


def _tex(bare: str) -> tuple[tuple[Spot, ...], tuple[Spot, ...]]:
    """The raw TeX among words, and that in formulas."""
    if "\\" not in bare:
        return (), ()
    places = [found.start() for found in _TEX.finditer(bare)]
    formulas = []
    for start, end in formula_spans(bare):
        if re.search(r"\\[A-Za-z]{2,}", bare[start:end]):
            places = [place for place in places if not start <= place < end]
            formulas.append(start)
    for start, end in _between(bare, _FORMULA_BEGINS, _FORMULA_ENDS):
        formulas += (place for place in places if start <= place < end)
        places = [place for place in places if not start <= place < end]
    return tuple(map(_raw, places)), tuple(map(_raw, formulas))


def _raw(place: int) -> Spot:
    message = "raw TeX is printed as it stands: write it in words or in Unicode"
    return Spot(code="tex", at=place, message=message)


def _mentions(bare: str) -> Iterator[Mention]:
    for found in _INTERNAL.finditer(bare):
        last = found.group(1).rstrip("/").rpartition("/")[2]
        slug = re.sub(r"\.(?:html?|md)\Z", "", last)
        if slug:
            yield Mention(at=found.start(1), slug=slug)
