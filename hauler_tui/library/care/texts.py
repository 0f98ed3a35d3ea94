"""Published issues of which only the text is known: of a ``hauls.log`` that was copied alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.haul import Card, Haul, Series
from hauler_tui.domain.identity import aliases
from hauler_tui.domain.item import Sighting, Work
from hauler_tui.domain.merge import new_work
from hauler_tui.domain.numbering import number_in, subtitled_number
from hauler_tui.library.care.parting import is_same_issue
from hauler_tui.library.issues import Issues
from hauler_tui.library.records import HaulRow
from hauler_tui.library.series import SeriesTable
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Documents, Works


class Texts:
    """Takes texts of another copy into one library."""

    def __init__(
        self,
        journal: Journal,
        works: Works,
        frozen: Documents[Haul],
        issues: Issues,
        owners: Callable[[Iterable[str]], dict[str, int]],
    ) -> None:
        self._journal = journal
        self._works = works
        self._frozen = frozen
        self._issues = issues
        self._owners = owners
        self._series = SeriesTable(journal)

    def take_in(
        self, name: str, texts: Mapping[int, Haul], written: Mapping[int, Work], at: datetime
    ) -> tuple[list[str], dict[int, Work]]:
        """Make the issues of a log called ``name`` part of this library, as one step of history.

        Those that are known are left out, and of several with one slug the newest counts.
        ``written`` are works that came in just now. Returns sentences, and the works that were
        made of cards. Raises LibraryError.
        """
        told: list[str] = []
        made: dict[int, Work] = {}
        names = {alias: item_id for item_id, work in written.items() for alias in work.aliases}
        # Without a slug it is what was said last in a file, which each copy knows for itself.
        newest = {haul.slug: text_id for text_id, haul in sorted(texts.items()) if haul.slug}
        with self._journal.step("merge", f"take in {name}", at=at):
            for text_id in newest.values():
                haul = texts[text_id]
                if self._wants(text_id, haul.slug):
                    self._frozen.put({text_id: self._here(haul, names, made, at)})
                    told.append(f"{name}: the text of {haul.slug}, which was missing, is back")
                elif not self._knows(haul):
                    placed = self._place(self._here(haul, names, made, at))
                    known_as = "" if placed == haul.slug else f" as {placed}"
                    told.append(
                        f"{name}: {haul.slug}, which another copy published, was taken in{known_as}"
                    )
            if made:
                self._works.put(made)
        return told, made

    def _wants(self, text_id: int, slug: str) -> bool:
        """Whether an issue here has lost just this text."""
        return text_id not in self._frozen and (slug, text_id) in self._issues.frozen()

    def _knows(self, haul: Haul) -> bool:
        """Whether an issue of this name says the same here, or one that stands beside it."""
        return any(
            (known := self._frozen.get(document)) is not None and is_same_issue(known, haul)
            for slug, document in self._issues.frozen()
            if slug == haul.slug or slug.startswith(f"{haul.slug}-")
        )

    def _place(self, haul: Haul) -> str:
        """Keep an issue under a slug of its own, which is returned."""
        slug = self._issues.free_slug(haul.slug)
        haul_id = self._journal.next_id("hauls")
        placed = replace(haul, id=haul_id, slug=slug, state="published")
        document = self._journal.next_id("frozen", above=self._frozen.highest())
        self._frozen.put({document: placed})
        self._issues.put(haul_id, HaulRow.light(placed, document))
        self._issues.cover(card.item_id for card in placed.cards)
        return slug

    def _here(self, haul: Haul, names: dict[str, int], made: dict[int, Work], at: datetime) -> Haul:
        """An issue with its series and items as they are called here, whose cards have an item."""
        cards = []
        for card in haul.cards:
            called = aliases(link=card.link) if card.link else ()
            owners = {**self._owners(called), **names}
            item_id = next((owners[each] for each in called if each in owners), None)
            if item_id is None and not called and card.item_id in self._works:
                item_id = card.item_id
            if item_id is None:
                item_id = self._journal.next_id("items", above=self._works.highest())
                made[item_id] = stand_in(item_id, card, at)
                names.update((alias, item_id) for alias in made[item_id].aliases)
            cards.append(replace(card, item_id=item_id))
        series = next((each for each in self._series.all() if _is_of(haul, each)), None)
        return replace(haul, cards=tuple(cards), series_id=None if series is None else series.id)


def stand_in(item_id: int, card: Card | None, at: datetime) -> Work:
    """What is known of an item by a published card alone, or by nothing at all."""
    link = (card.link if card else None) or ""
    names = (*aliases(link=link), f"lost:{item_id}") if link else (f"lost:{item_id}",)
    entry = Entry(
        title=(card.title if card else None) or f"Lost item {item_id}",
        link=link,
        aliases=names,
        abstract=(card.abstract if card else None) or "",
        origin="card" if card else "link",
    )
    work = new_work(entry, Sighting(feed_id=None, seen_at=at))
    return replace(work, first_seen=at)


def _is_of(haul: Haul, series: Series) -> bool:
    """Whether an issue is called as those of a series are."""
    if haul.series_id is None or haul.number is None:
        return False
    titled = number_in(haul.title, series.title), subtitled_number(haul.title, series.title)
    return haul.number in titled or haul.slug == series.slug.replace("{n}", str(haul.number))
