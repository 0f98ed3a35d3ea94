"""Issues and posts that were published elsewhere, taken in many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import LibraryError
from hauler_tui.library.issues import Issues, chronology
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import ReadMarks
from hauler_tui.library.records import HaulRow
from hauler_tui.library.series import SeriesTable
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Documents, Works, quoted


class BackIssues:
    """Keeps what was published, and what follows from it for its items."""

    def __init__(
        self,
        journal: Journal,
        series: SeriesTable,
        issues: Issues,
        frozen: Documents[Haul],
        works: Works,
        read_marks: ReadMarks,
        notes: Notes,
    ) -> None:
        self._journal = journal
        self._series = series
        self._issues = issues
        self._frozen = frozen
        self._works = works
        self._read_marks = read_marks
        self._notes = notes

    def take_in(self, hauls: Sequence[Haul], at: datetime) -> tuple[Haul, ...]:
        """Keep published issues as one step, each in place of what had its slug.

        Marks their items read and covered and stars nothing. A note starts from a card only where
        the person has none, and follows a newer issue only while it is untouched. Raises
        UnknownKeyError, with nothing kept.
        """
        ids = {card.item_id for haul in hauls for card in haul.cards}
        if self._works.missing(ids) is not None:
            for item_id in ids:
                self._works.require(item_id)
        known_series = {series.id for series in self._series.all()}
        for haul in hauls:
            if haul.series_id is not None and haul.series_id not in known_series:
                self._series.get(haul.series_id)
        by_slug = self._issues.by_slug()
        kept: list[Haul] = []
        new: list[Haul] = []
        for haul in hauls:
            known = by_slug.get(haul.slug)
            haul_id = self._journal.next_id("hauls") if known is None else known
            by_slug[haul.slug] = haul_id
            kept.append(replace(haul, id=haul_id, state="published"))
            if known is None or not self._holds(kept[-1]):
                new.append(kept[-1])
        if new:
            self._keep(new, at)
        return tuple(kept)

    def _keep(self, hauls: Sequence[Haul], at: datetime) -> None:
        documents: dict[int, Haul] = {}
        rows: list[tuple[int, HaulRow]] = []
        covered: set[int] = set()
        for haul in hauls:
            former = self._issues.row(haul.id)
            document = self._journal.next_id("frozen", above=self._frozen.highest())
            documents[document] = haul
            rows.append((haul.id, HaulRow.light(haul, document)))
            covered.update(
                card.item_id for card in (*haul.cards, *(former.cards if former else ()))
            )
        self._frozen.put(documents)
        titles = [haul.title or haul.slug for haul in hauls]
        about = quoted(titles[0]) if len(titles) == 1 else f"{len(titles):,} issues"
        with self._journal.step("import", f"import {about}", at=at):
            for haul_id, row in rows:
                self._issues.put(haul_id, row)
            self._issues.cover(covered)
            self._read_marks.change((card.item_id for haul in hauls for card in haul.cards), True)
            for haul in hauls:
                self._start_notes(haul, at)

    def _holds(self, haul: Haul) -> bool:
        """Whether an issue is kept just so, with a text that can be read."""
        document = self._issues.frozen_of(haul.id)
        if document is None:
            return False
        try:
            frozen = self._frozen.get(document)
        except LibraryError:
            return False
        if frozen is None or frozen.text != haul.text:
            return False
        cards = (replace(card, item_id=self._works.survivor(card.item_id)) for card in frozen.cards)
        return replace(frozen, id=haul.id, cards=tuple(cards)) == haul

    def _start_notes(self, haul: Haul, at: datetime) -> None:
        texts: dict[int, str] = {}
        for card in haul.cards:
            if card.text and card.text.strip():
                texts.setdefault(card.item_id, card.text)
        for item_id, text in texts.items():
            note = self._notes.get(item_id)
            if note is None or self._follows(haul, note.started_from):
                self._notes.start(item_id, text, at, haul.slug)

    def _follows(self, haul: Haul, slug: str | None) -> bool:
        """Whether an untouched note that began in issue ``slug`` begins anew in ``haul``."""
        if slug is None:
            return False
        known = self._issues.find(slug)
        return known is None or chronology(known[1].haul(known[0])) <= chronology(haul)
