"""The issues in ``library.json``, and what follows from them: places of cards, coverage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from hauler_tui.domain.haul import Card, Haul, Lane, short_name
from hauler_tui.errors import LibraryError, UnknownKeyError
from hauler_tui.library.records import Coverage, HaulRow, from_row, row_of, to_row
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lines import plain


class Issues:
    """Every issue's row, decoded once, and the coverage table that is derived from them."""

    def __init__(self, journal: Journal) -> None:
        self._table = journal.table("hauls")
        self._coverage = journal.table("coverage")
        self._known: dict[int, HaulRow] | None = None
        self._written: dict[int, Mapping[str, Any]] = {}
        """The documents that were made of known rows."""
        self._noticed: dict[int, tuple[Card, ...]] = {}
        """The cards as they were when the issue was noticed last."""
        self._places: dict[int, tuple[tuple[str, str], ...]] | None = None

    @property
    def _rows(self) -> dict[int, HaulRow]:
        """Every row, decoded when the first one is asked for."""
        known = self._known
        if known is None:
            rows = list(self._table.rows().items())
            self._known = known = {haul_id: from_row(HaulRow, row) for haul_id, row in rows}
        return known

    def notice(self, haul_ids: frozenset[int]) -> frozenset[int]:
        """Read the given issues' rows again; the items whose cards may be new."""
        rows = self._table.rows()
        placed: list[int] = []
        for haul_id in haul_ids:
            row = rows.get(haul_id)
            if row is None or row is not self._written.get(haul_id):
                self._rows.pop(haul_id, None)
                self._written.pop(haul_id, None)
            if row is not None and haul_id not in self._rows:
                self._rows[haul_id] = from_row(HaulRow, row)
            before = self._noticed.pop(haul_id, ())
            if row is not None:
                cards = self._noticed[haul_id] = self._rows[haul_id].cards
                same = len(before) if cards[: len(before)] == before else 0
                placed += [card.item_id for card in cards[same:]]
        self._places = None
        return frozenset(placed)

    def frozen(self) -> Iterator[tuple[str, int]]:
        """The slug of each published issue and the document with its texts; no row is decoded."""
        for row in list(self._table.rows().values()):
            if row.get("frozen") is not None:
                yield str(row.get("slug", "")), int(row["frozen"])

    def all(self) -> tuple[Haul, ...]:
        """Every issue without its texts: published ones oldest first, then the open ones."""
        hauls = [row.haul(haul_id) for haul_id, row in self._rows.items()]
        return tuple(sorted(hauls, key=chronology))

    def row(self, haul_id: int) -> HaulRow | None:
        """The row with this id."""
        return self._rows.get(haul_id)

    def frozen_of(self, haul_id: int) -> int | None:
        """The document of ``hauls.log`` with a published issue's texts; None for an open one."""
        row = self._rows.get(haul_id)
        return None if row is None else row.frozen

    def find(self, slug: str) -> tuple[int, HaulRow] | None:
        """The id and row of the issue with this slug."""
        return next((known for known in self._rows.items() if known[1].slug == slug), None)

    def by_slug(self) -> dict[str, int]:
        """The id of every issue by its slug."""
        return {row.slug: haul_id for haul_id, row in self._rows.items()}

    def names(self, series_id: int | None) -> dict[str, str]:
        """What each issue is called in a few letters, by its slug.

        Its number where it is of the series given, ``~24``; else its slug.
        """
        return {
            row.slug: short_name(row.title, row.number)
            if row.number is not None and row.series_id == series_id
            else row.slug
            for row in list(self._rows.values())
        }

    def require(self, slug: str) -> tuple[int, HaulRow]:
        """The id and row of the issue with this slug. Raises UnknownKeyError."""
        known = self.find(slug)
        if known is None:
            raise UnknownKeyError(f"there is no issue {slug}", "`hauler hauls list` shows them")
        return known

    def require_open(self, slug: str) -> tuple[int, HaulRow]:
        """The same for an open issue. Raises UnknownKeyError, or LibraryError if published."""
        haul_id, row = self.require(slug)
        if row.state != "open":
            raise LibraryError(
                f"{slug} is published and does not change",
                "edit its file and `hauler import` it, or undo the publishing",
            )
        return haul_id, row

    def open_of(self, series_id: int) -> Haul | None:
        """The open issue of a series."""
        for haul_id, row in reversed(self._rows.items()):  # it has one, and hardly an old one
            if row.state == "open" and row.series_id == series_id:
                return row.haul(haul_id)
        return None

    def open_with(self, item_id: int) -> tuple[str, ...]:
        """Slugs of the open issues that hold a card for an item."""
        return tuple(
            row.slug
            for row in self._rows.values()
            if row.state == "open" and any(card.item_id == item_id for card in row.cards)
        )

    def next_number(self, series_id: int, first: int = 1) -> int:
        """The highest known number of a series plus one, ``first`` where none is known."""
        numbers = (row.number for row in self._rows.values() if row.series_id == series_id)
        return max((number for number in numbers if number is not None), default=first - 1) + 1

    def numbers(self, series_id: int) -> tuple[tuple[HaulRow, int], ...]:
        """The issues of a series that have a number, each with it."""
        rows = (row for row in self._rows.values() if row.series_id == series_id)
        return tuple((row, row.number) for row in rows if row.number is not None)

    def free_slug(self, slug: str) -> str:
        """``slug``, or with ``-2`` and so on behind it where an issue has it already."""
        taken = {row.slug for row in self._rows.values()}
        tries = 1
        free = slug
        while free in taken:
            tries += 1
            free = f"{slug}-{tries}"
        return free

    def put(self, haul_id: int, row: HaulRow) -> Haul:
        """Keep an issue, inside the caller's step."""
        known, before = self._rows.get(haul_id), self._table.rows().get(haul_id)
        if known is None or before is None:
            document = plain(to_row(row))
        else:
            document = row_of(row, known, before)
        self._table.put_plain(haul_id, document)
        self._rows[haul_id], self._written[haul_id] = row, document
        self._places = None
        return row.haul(haul_id)

    def drop(self, haul_id: int) -> None:
        """Forget an issue, inside the caller's step."""
        self._table.drop(haul_id)
        self._rows.pop(haul_id)
        self._written.pop(haul_id, None)
        self._places = None

    def cover(self, item_ids: Iterable[int]) -> None:
        """Write again which issues cover the given items, inside the caller's step."""
        slugs: dict[int, list[str]] = {item_id: [] for item_id in item_ids}
        for haul in self.all():
            if haul.state == "published":
                for item_id in {card.item_id for card in haul.cards}.intersection(slugs):
                    slugs[item_id].append(haul.slug)
        rows = self._coverage.rows()
        for item_id, covering in slugs.items():
            row = to_row(Coverage(slugs=tuple(covering)))
            if covering and rows.get(item_id) != row:
                self._coverage.put(item_id, row)
            elif not covering and item_id in rows:
                self._coverage.drop(item_id)

    def covered(self, item_id: int) -> tuple[str, ...]:
        """Slugs of the published issues that hold a card for an item, oldest first."""
        row = self._coverage.rows().get(item_id)
        return () if row is None else from_row(Coverage, row).slugs

    def covered_ids(self) -> list[int]:
        """The items that some published issue covers."""
        return list(self._coverage.rows())

    def placed_ids(self) -> list[int]:
        """The items that some issue, open or published, holds."""
        return list(self._cards())

    def lanes(self, item_id: int) -> tuple[str, ...]:
        """Names of the lanes in which cards of an item stand, in any issue."""
        return tuple(dict.fromkeys(lane for _, lane in self._cards().get(item_id, ())))

    def holding(self, item_id: int) -> tuple[str, ...]:
        """Slugs of every issue, open or published, that holds a card for an item."""
        return tuple(dict.fromkeys(slug for slug, _ in self._cards().get(item_id, ())))

    def _cards(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        places = self._places
        if places is None:
            found: dict[int, list[tuple[str, str]]] = {}
            for row in list(self._rows.values()):
                for card in row.cards:
                    found.setdefault(card.item_id, []).append((row.slug, card.lane))
            self._places = places = {item_id: tuple(held) for item_id, held in found.items()}
        return places


def with_prose(lanes: tuple[Lane, ...], name: str, text: str) -> tuple[Lane, ...]:
    """Lanes with a text more at the end of one's prose; the lane is added where it is missing."""
    if not text:
        return lanes
    if all(lane.name != name for lane in lanes):
        return (*lanes, Lane(name=name, text=text))
    return tuple(
        replace(lane, text="\n\n".join(filter(None, (lane.text.rstrip("\n"), text))))
        if lane.name == name
        else lane
        for lane in lanes
    )


def chronology(haul: Haul) -> tuple[bool, float, int, int]:
    """Published ones by date, one without a date first, then open ones."""
    published = haul.published_at.timestamp() if haul.published_at else 0.0
    return (haul.state == "open", published, haul.number or 0, haul.id)
