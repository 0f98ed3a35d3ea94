"""What a library, and the files named together, know around a post that is checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.domain.identity import aliases
from hauler_tui.domain.news import happened
from hauler_tui.domain.numbering import base_of, base_pattern, folded
from hauler_tui.haul.known import (
    Known,
    KnownIssue,
    KnownWork,
    is_copy,
    is_earlier,
    work_of,
)
from hauler_tui.workflows.posts import Recognising

if TYPE_CHECKING:
    from hauler_tui.domain.item import Item
    from hauler_tui.haul.model import Document
    from hauler_tui.library.library import Library

_READ_FOR_KEYS = 3
"""How many issues of a series are looked at for the keys of their front matter."""


class Surroundings:
    """What a library and the files named together know of issues and works."""

    def __init__(self, library: Library | None, files: Sequence[KnownIssue]) -> None:
        self.library = library
        self.issues: dict[str, KnownIssue] = {}
        self.open: dict[str, Haul] = {}
        self.series: tuple[Series, ...] = library.hauls.series() if library else ()
        self._recognising = Recognising(self.series)
        self.files = tuple(self.placed(one) for one in files)
        self.hand_ordered: set[str] = set()
        as_added = {one.id for one in self.series if one.order == "added"}
        titles = {one.id: one.title for one in self.series}
        named = {one.slug for one in files}
        for haul in library.hauls.all() if library else ():
            if haul.hand_ordered or haul.series_id in as_added:
                self.hand_ordered.add(haul.slug)
            if haul.state == "open":
                self.open[haul.slug] = haul
                continue
            if haul.slug in named:
                continue
            title = titles.get(haul.series_id or 0)
            pattern, number = base_of(haul.title) if haul.cards else ("", None)
            if title is not None:
                # An issue of words alone is one of its series too.
                pattern, number = base_pattern(title), haul.number
            self.issues[haul.slug] = KnownIssue(
                slug=haul.slug,
                title=haul.title,
                pattern=folded(pattern),
                number=number,
                published_at=haul.published_at,
            )

    def placed(self, one: KnownIssue) -> KnownIssue:
        """A file's issue, in the series whose title its own follows."""
        match = self._recognising.recognised(one.title)
        if match is None:
            return one
        return replace(one, pattern=folded(base_pattern(match[0].title)), number=match[1])

    def pattern(self, title: str) -> str:
        """What titles of the series have in common that a title follows; empty without one."""
        match = self._recognising.recognised(title)
        return base_pattern(match[0].title) if match else ""

    def known(self, itself: KnownIssue, document: Document) -> Known:
        """Everything around a post."""
        itself = self.placed(itself)
        match = self._recognising.recognised(itself.title)
        series = match[0] if match else None
        is_open = itself.slug in self.open or any(
            haul.title == document.title for haul in self.open.values()
        )
        return Known(
            slug=itself.slug,
            abstract_length=series.abstract_length if series else 120,
            phrase=series.snippet if series else "",
            issues=self.neighbours(itself),
            pattern=self.pattern(itself.title),
            number=itself.number if series else None,
            works={card.link: self._work(card.link, itself, card.text) for card in document.cards},
            is_open=is_open,
            hand_ordered=itself.slug in self.hand_ordered,
        )

    def neighbours(self, itself: KnownIssue) -> tuple[KnownIssue, ...]:
        """Every other issue, the newest of the series with the keys of their front matter."""
        return tuple(self._with_keys(self.others(itself), itself.pattern))

    def others(self, itself: KnownIssue) -> tuple[KnownIssue, ...]:
        """Every other issue: the files named together, and what only the library has."""
        files = (one for one in self.files if one.slug != itself.slug)
        return (*files, *(one for one in self.issues.values() if not is_copy(one, itself)))

    def work(self, item: Item, itself: KnownIssue, since: datetime | None, text: str) -> KnownWork:
        """What the library knows of an item."""
        entry = item.entry
        told = entry.origin in ("feed", "page")
        earlier = [
            slug
            for slug in item.covered
            if (one := self.issues.get(slug))
            and not is_copy(one, itself)
            and is_earlier(one, itself)
        ]
        return KnownWork(
            title=entry.title if told else "",
            abstract=entry.abstract if told else "",
            covered=tuple(earlier),
            news=tuple(_news(item, since, text)),
        )

    def _work(self, link: str, itself: KnownIssue, text: str) -> KnownWork:
        item = self._item(link)
        known = self.work(item, itself, itself.published_at, text) if item else KnownWork()
        name = work_of(link)
        files = [
            one for one in self.files if name and name in one.works and is_earlier(one, itself)
        ]
        elsewhere = next(((one.slug, one.titles[name]) for one in files), None)
        if elsewhere is None and item and known.covered and not known.title:
            elsewhere = self._called(known.covered[-1], item.id)
        covered = (*known.covered, *(one.slug for one in files))
        return replace(known, covered=covered, elsewhere=elsewhere)

    def _called(self, slug: str, item_id: int) -> tuple[str, str] | None:
        """The slug, and what the issue calls an item."""
        cards = self.library.hauls.get(slug).cards if self.library else ()
        titles = (card.title for card in cards if card.item_id == item_id)
        title = next(titles, None)
        return (slug, title) if title else None

    def _item(self, link: str) -> Item | None:
        if self.library is None or not link:
            return None
        item_id = self.library.items.lookup(aliases(link=link))
        return None if item_id is None else self.library.items.get(item_id)

    def _with_keys(self, issues: Sequence[KnownIssue], pattern: str) -> Iterable[KnownIssue]:
        """The issues, the newest ones of the series with the keys of their front matter."""
        left = _READ_FOR_KEYS if pattern else 0
        for one in reversed(issues):
            if self.library and left and one.pattern == pattern and one.slug in self.issues:
                left -= 1
                one = replace(one, keys=_keys(self.library.hauls.get(one.slug)))
            yield one


def _keys(issue: Haul) -> tuple[str, ...]:
    from hauler_tui.haul import front

    return tuple(front.read(issue.text or ""))


def _news(item: Item, since: datetime | None, text: str) -> Iterable[tuple[str, str]]:
    """What happened to a work that its card does not tell."""
    for one in happened(item.work, since, text):
        match one.kind:
            case "withdrawn":
                yield "withdrawn", "the preprint was withdrawn: say so, or take the card out"
            case "replaced":
                yield (
                    "replaced",
                    f"version {one.version} came on {one.at:%Y-%m-%d}, after the note: see whether"
                    " it still holds",
                )
            case _:
                journal = one.journal[:80]
                yield "published", f"it was published in {journal}: say so, or link to it"
