"""The person's working texts, one for each item."""

from __future__ import annotations

from datetime import datetime

from hauler_tui.domain.item import Note
from hauler_tui.library.records import NoteRow, from_row, to_row
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Works


class Notes:
    """Every item's note, kept exactly as it was typed."""

    def __init__(self, journal: Journal, works: Works) -> None:
        self._journal = journal
        self._table = journal.table("notes")
        self._works = works

    def get(self, item_id: int) -> Note | None:
        """The item's note, if it has one."""
        item_id = self._works.survivor(item_id)
        row = self._table.rows().get(item_id)
        return None if row is None else from_row(Note, row, item_id=item_id)

    def text(self, item_id: int) -> str:
        """The item's note as it was typed; empty where it has none."""
        row = self._table.rows().get(item_id)
        return "" if row is None else str(row.get("text", ""))

    def __contains__(self, item_id: int) -> bool:
        return self._table.holds(item_id)

    def has_words(self, item_id: int) -> bool:
        """Whether the item's note is more than white space."""
        row = self._table.rows().get(item_id)
        return row is not None and bool(str(row.get("text", "")).strip())

    def ids(self) -> list[int]:
        """The items that have a note."""
        return list(self._table.rows())

    def count(self) -> int:
        """How many items have a note."""
        return len(self._table.rows())

    def write(self, item_id: int, text: str, at: datetime, *, burst: str | None = None) -> None:
        """Replace the item's note by ``text``; a text of white space alone removes it.

        Changes with the same ``burst`` undo as one. Raises UnknownKeyError.
        """
        item_id = self._works.survivor(item_id)
        title = self._works.called(item_id)
        known = self.get(item_id)
        if text == ("" if known is None else known.text) or (known is None and not text.strip()):
            return
        with self._journal.step("note", f"note on {title}", at=at, burst=burst):
            if text.strip():
                self._table.put(item_id, to_row(NoteRow(text=text, changed_at=at)))
            else:
                self._table.drop(item_id)

    def row(self, item_id: int) -> NoteRow | None:
        """The item's note as it is kept."""
        row = self._table.rows().get(item_id)
        return None if row is None else from_row(NoteRow, row)

    def put(self, item_id: int, row: NoteRow | None) -> None:
        """Keep a note, or none, inside the caller's step."""
        if row is not None:
            self._table.put(item_id, to_row(row))
        elif item_id in self._table.rows():
            self._table.drop(item_id)

    def start(self, item_id: int, text: str, at: datetime, slug: str) -> None:
        """Begin a note as the text of a card in issue ``slug``, inside the caller's step."""
        row = NoteRow(text=text, changed_at=at, started_from=slug)
        self._table.put(item_id, to_row(row))
