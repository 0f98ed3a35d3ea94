"""The tags of a text and where they stand, read as a browser would; pairs that do not match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hauler_tui.haul.findings import Spot

TagKind: TypeAlias = Literal["open", "close", "single", "comment", "sign"]

_MARKUP = re.compile(
    r"<!--|<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]{0,60})(?=[\s/>])"
    r"(?:[\s/]*+[A-Za-z_:@][^\s\"'<>/=\[\]()]*+"
    r"(?:\s*+=\s*+(?:\"(?:[^\"<]|<(?![A-Za-z/])){0,4000}+\"|'(?:[^'<]|<(?![A-Za-z/])){0,4000}+'"
    r"|[^\s\"'=<>`]++))?+)*+[\s/]*+>"
    r"|<|&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
_MAY_STAY_OPEN = frozenset(
    {"colgroup", "dd", "dt", "li", "option", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
"""Elements whose end tag HTML lets out (https://html.spec.whatwg.org/#optional-tags)."""
_RAW = frozenset({"script", "style", "textarea"})
MOST_TAGS = 50_000
"""Tags of one text above which no pairs are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag, a comment, or a sign (``<`` or ``&``) that begins none."""

    kind: TagKind
    start: int
    end: int
    name: str = ""


def tags_of(text: str) -> Iterator[Tag]:
    """Every tag, comment and bare sign of a text, in order; never raises."""
    at = 0
    while found := _MARKUP.search(text, at):
        start, at = found.span()
        name = (found["name"] or "").lower()
        if found.group() == "<!--":
            end = text.find("-->", at)
            at = end + 3 if end >= 0 else len(text)
            yield Tag(kind="comment" if end >= 0 else "open", start=start, end=at, name="!--")
        elif not name:
            yield Tag(kind="sign", start=start, end=at, name=found.group())
        elif found["slash"]:
            yield Tag(kind="close", start=start, end=at, name=name)
        elif name in _VOID or found.group().endswith("/>"):
            yield Tag(kind="single", start=start, end=at, name=name)
        else:
            yield Tag(kind="open", start=start, end=at, name=name)
            if name in _RAW:
                end = text.lower().find(f"</{name}", at)
                at = end if end >= 0 else len(text)


def unpaired(tags: Iterable[Tag], may_stay_open: frozenset[str] = frozenset()) -> Iterator[Spot]:
    """A spot for every tag without its partner; a tag closed too early counts as never closed.

    Of elements whose end HTML lets out only those that ``may_stay_open`` besides list items,
    cells and their like are let out here.
    """
    open_tags: list[Tag] = []
    for tag in tags:
        if tag.kind == "open":
            open_tags.append(tag)
        elif tag.kind == "close":
            names = [each.name for each in open_tags[-100:]]
            if tag.name not in names:
                if tag.name not in _VOID:
                    yield _never_opened(tag)
                continue
            while (inner := open_tags.pop()).name != tag.name:
                if inner.name not in may_stay_open:
                    yield from _never_closed(inner)
    for tag in open_tags:
        if tag.name not in may_stay_open:
            yield from _never_closed(tag)


def _never_opened(tag: Tag) -> Spot:
    message = f"</{tag.name}> closes nothing: take it out, or open <{tag.name}> above it"
    return Spot(code="tag", at=tag.start, message=message)


def _never_closed(tag: Tag) -> Iterator[Spot]:
    if tag.name in _MAY_STAY_OPEN:
        return
    if tag.name == "!--":
        message = "the comment that begins here is never closed: end it with -->"
    else:
        message = (
            f"<{tag.name}> is never closed: write </{tag.name}>, or &lt; if it is no tag"
            if len(tag.name) > 1 or tag.name in "abipqsu"
            else f"<{tag.name}> is taken for a tag and not shown: write &lt;{tag.name}>"
        )
    yield Spot(code="tag", at=tag.start, message=message)
