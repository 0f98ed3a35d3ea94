"""The person's newsletters, and which of them is the current one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hauler_tui.domain.haul import Series
from hauler_tui.domain.text import shorten
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.store.journal import Journal


class SeriesTable:
    """Every series; the current one is the one last used."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._table = journal.table("series")

    def all(self) -> tuple[Series, ...]:
        """Every series in the order it was added."""
        rows = sorted(self._table.rows().items())
        return tuple(from_row(Series, row, id=series_id) for series_id, row in rows)

    def get(self, series_id: int) -> Series:
        """The series with this id. Raises UnknownKeyError."""
        row = self._table.rows().get(series_id)
        if row is None:
            raise UnknownKeyError(
                f"there is no series {series_id}", "`hauler series list` shows them"
            )
        return from_row(Series, row, id=series_id)

    def current(self) -> Series | None:
        """The series last used, else the oldest; None when there is none."""
        series_id = self.current_id()
        return None if series_id is None else self.get(series_id)

    def current_id(self) -> int | None:
        """The id of the current series."""
        rows = self._table.rows()
        return max(rows, key=lambda known: (_used(rows[known]), -known), default=None)

    def add(self, *, title: str, slug: str, at: datetime, **settings: Any) -> Series:
        """Begin a series; ``settings`` are the other fields of ``Series``."""
        with self._journal.step("add series", f"add series {_quoted(title)}", at=at):
            series_id = self._journal.next_id("series")
            series = Series(id=series_id, title=title, slug=slug, **settings)
            self._put(series, used=0)
        return series

    def edit(self, series_id: int, at: datetime, **changes: Any) -> Series:
        """Change fields of a series. Raises UnknownKeyError."""
        series = self.get(series_id)
        edited = replace(series, **changes)
        if edited != series:
            with self._journal.step("edit series", f"edit series {_quoted(series.title)}", at=at):
                self._put(edited, used=_used(self._table.rows()[series_id]))
        return edited

    def remove(self, series_id: int, at: datetime) -> None:
        """Forget a series. Raises UnknownKeyError."""
        series = self.get(series_id)
        with self._journal.step("remove series", f"remove series {_quoted(series.title)}", at=at):
            self._table.drop(series_id)

    def use(self, series_id: int, at: datetime) -> None:
        """Make a series the current one; by itself no step of history. Raises UnknownKeyError."""
        series = self.get(series_id)
        rows = self._table.rows()
        if self.current() != series or not _used(rows[series_id]):
            about = f"use series {_quoted(series.title)}"
            with self._journal.step("use series", about, at=at, undoable=False):
                self._put(series, used=max(map(_used, rows.values())) + 1)

    def _put(self, series: Series, *, used: int) -> None:
        row = to_row(series, without=frozenset({"id"}))
        self._table.put(series.id, row | {"used": used})


def _used(row: Mapping[str, Any]) -> int:
    used = row.get("used", 0)
    return used if isinstance(used, int) else 0


def _quoted(pattern: str) -> str:
    """A title pattern in quotation marks, its braces left alone."""
    return f"“{shorten(pattern, 60)}”"
