"""A browser's bookmarks, in the form of 1996 that all of them still write.

Each is ``<DT><A HREF="…" ADD_DATE="…" TAGS="…">title</A>``, perhaps with ``<DD>remark`` after it;
``<DT><H3>`` names the folder whose ``<DL>`` follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from hauler_tui.domain.reference import LeftOut, Reference, References
from hauler_tui.domain.text import clean_line
from hauler_tui.domain.urls import normalise_url
from hauler_tui.sources.addresses import shown
from hauler_tui.sources.markup import title_text, without_tags
from hauler_tui.sources.references import building
from hauler_tui.sources.tags import Tag, tags, without_comments

_DEEPEST = 20
_LOOK = 20_000
_DECLARED = re.compile(r"<!DOCTYPE\s+NETSCAPE-Bookmark-file", re.IGNORECASE)
_LIKELY = re.compile(r"<DL\b[^>]*>(?:\s*<p>)?\s*<DT>\s*<(?:A\s+HREF|H3)", re.IGNORECASE)
_TITLE_OF_ARXIV = re.compile(
    r"\[(?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}|\d{4}\.\d{4,5})(?:v\d+)?\]\s+(?=\S)"
)
_TOP_FOLDERS = frozenset({"personal_toolbar_folder", "unfiled_bookmarks_folder"})
_FOLDERS_OF_BROWSERS = frozenset(
    {
        "bookmarks bar",
        "bookmarks menu",
        "bookmarks toolbar",
        "favorites",
        "favorites bar",
        "favourites",
        "imported",
        "mobile bookmarks",
        "other bookmarks",
        "reading list",
    }
)
"""Folders that a browser makes by itself; they say nothing of what lies in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bookmark:
    tag: Tag
    title: str
    remark: str
    folders: tuple[str, ...]


def looks_like_bookmarks(text: str) -> bool:
    """Whether a text is a bookmarks file, by its first tag or by its lists."""
    start = text[:_LOOK]
    return bool(_DECLARED.search(start) or _LIKELY.search(start))


def read(text: str, *, now: datetime) -> References:
    """The bookmarks of a file, folders as tags; what leads to no page is left out."""
    found: list[Reference] = []
    left_out: list[LeftOut] = []
    for one in _bookmarks(without_comments(text)):
        address = one.tag.attributes.get("href", "").strip()
        title = clean_line(title_text(one.title, is_html=True), building.LONGEST_TITLE)
        if normalise_url(address) is None:
            kind = clean_line(address.partition(":")[0], 20) if ":" in address else ""
            reason = f"{kind}: leads to no page of the web" if kind else "it has no address"
            left_out.append(LeftOut(title=title or shown(address)[:60], reason=reason))
            continue
        reference = building.reference(
            title="" if "://" in title[:10] else _TITLE_OF_ARXIV.sub("", title),
            links=[address],
            published=_added(one.tag.attributes.get("add_date", "")),
            tags=[*one.folders, *one.tag.attributes.get("tags", "").split(",")],
            notes=[without_tags(one.remark)],
            origin="link",
            now=now,
        )
        if reference is not None:
            found.append(reference)
    return References(kind="bookmarks", found=tuple(found), left_out=tuple(left_out))


def _bookmarks(text: str) -> Iterator[_Bookmark]:
    folders: list[str | None] = []
    folder: str | None = None
    ended = Tag(name="", start=len(text), end=len(text))
    found = [*tags(text, "dl|dt|dd|h3|a|hr"), ended, ended]
    for place, (tag, following) in enumerate(pairwise(found)):
        inside = text[tag.end : following.start]
        if tag.name == "h3" and not tag.is_end:
            name = clean_line(title_text(inside, is_html=True), 100)
            is_own = _TOP_FOLDERS.isdisjoint(tag.attributes)
            folder = name if is_own and name.casefold() not in _FOLDERS_OF_BROWSERS else None
        elif tag.name == "dl" and not tag.is_end:
            folders.append(folder)
            folder = None
        elif tag.name == "dl" and folders:
            folders.pop()
        elif tag.name == "a" and not tag.is_end and "href" in tag.attributes:
            yield _Bookmark(
                tag=tag,
                title=inside,
                remark=_remark(text, found, place),
                folders=tuple(name for name in folders[-_DEEPEST:] if name),
            )


def _remark(text: str, found: list[Tag], place: int) -> str:
    """What the ``<DD>`` after a bookmark says; it has no end tag."""
    for tag, following in pairwise(found[place + 1 : place + 5]):
        if tag.name == "dd" and not tag.is_end:
            return text[tag.end : following.start]
        if not tag.is_end:
            break
    return ""


def _added(seconds: str) -> datetime | None:
    """When a bookmark was made: seconds since 1970, of some programs thousandths or millionths."""
    if not re.fullmatch(r"\d{9,16}", seconds.strip()):
        return None
    number = int(seconds)
    while number >= 10**11:
        number //= 1000
    return datetime.fromtimestamp(number, UTC)
