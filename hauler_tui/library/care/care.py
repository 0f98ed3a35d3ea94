"""What an open library knows of its own soundness: things that name each other and are not there.

Reads everything and changes nothing, but for the methods that mend.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from hauler_tui.domain.haul import Card, Haul
from hauler_tui.domain.item import Work
from hauler_tui.errors import LibraryError
from hauler_tui.library.care.findings import UNMENDED, Finding, Progress
from hauler_tui.library.care.texts import stand_in
from hauler_tui.library.issues import Issues
from hauler_tui.library.notes import Notes
from hauler_tui.library.read_marks import Marks
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.listed import Listed
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import Documents, Works

_SAMPLE = 300
_EVERY = 5_000
_NAMED = 3


class _Named(msgspec.Struct):
    aliases: tuple[str, ...] = ()


class Care:
    """The checks that need the library open."""

    def __init__(
        self,
        journal: Journal,
        works: Works,
        index: Index,
        marks: Marks,
        notes: Notes,
        issues: Issues,
        frozen: Documents[Haul],
    ) -> None:
        self._journal = journal
        self._works = works
        self._index = index
        self._marks = marks
        self._notes = notes
        self._issues = issues
        self._frozen = frozen

    def check(self, progress: Progress) -> list[Finding]:
        """Everything that is found without the index."""
        return [
            *self._check_tail(),
            *self._check_missing(),
            *self._check_texts(),
            *self._check_coverage(),
            *self._check_items(progress),
        ]

    def check_index(self, behind: int) -> list[Finding]:
        """Whether the index, of which ``behind`` items are not, says what the documents say."""
        if self._index.is_broken:
            return [_index("is missing or of no use", "warning")]
        if self._index.read("PRAGMA quick_check(1)") != [("ok",)]:
            return [_index("is damaged", "warning")]
        if behind:
            count = "one item" if behind == 1 else f"{behind:,} items"
            return [_index(f"has not seen {count} as they are", "info")]
        ids = list(self._works.ids())
        wrong = 0
        for item_id in ids[:: max(1, len(ids) // _SAMPLE)]:
            work = self._work(item_id)
            if work is None:
                continue
            listed = self._index.listed([item_id])
            owners = self._index.owners(work.aliases)
            wrong += listed != [Listed.of(item_id, work)] or not all(
                owners.get(alias, item_id + 1) <= item_id for alias in work.aliases
            )
        return (
            [_index(f"is wrong about {wrong:,} of a sample of items", "warning")] if wrong else []
        )

    def missing(self) -> list[int]:
        """The items that a star, tag, note or card names and ``items.log`` does not hold."""
        named = {
            *self._marks.starred,
            *self._marks.skipped,
            *self._marks.tags,
            *self._notes.ids(),
            *self._issues.covered_ids(),
            *self._issues.placed_ids(),
        }
        return sorted(item_id for item_id in named if not self._works.table.size(item_id))

    def textless(self) -> dict[str, int]:
        """The published issues without their text, and the document that should hold it."""
        return {
            haul.slug: document
            for haul in self._issues.all()
            if (document := self._issues.frozen_of(haul.id)) is not None
            and document not in self._frozen
        }

    def replace_missing(self, found: Mapping[int, Work], at: datetime) -> None:
        """Put works under the ids that are missing: those ``found`` elsewhere, else stand-ins.

        A stand-in has the link and title of a published card, if there is one, and nothing else;
        what the person wrote hangs on it as before.
        """
        works: dict[int, Work] = {}
        cards = self._cards()
        for item_id in self.missing():
            works[item_id] = found.get(item_id) or stand_in(item_id, cards.get(item_id), at)
        self._works.put(works)

    def cover_again(self, at: datetime) -> None:
        """Write the coverage that follows from the issues, as one step of history."""
        wrong = self._wrongly_covered()
        if wrong:
            items = "1 item" if len(wrong) == 1 else f"{len(wrong):,} items"
            about = f"mend what covers {items}"
            with self._journal.step("mend", about, at=at):
                self._issues.cover(wrong)

    def _check_tail(self) -> list[Finding]:
        given, highest = self._journal.counted("items"), self._works.highest()
        if given <= highest:
            return []
        ends = f"ends with item {highest:,}" if highest else "holds no item"
        return [
            Finding(
                code="items-lost",
                severity="error",
                message=f"items.log {ends} of {given:,} taken in",
                hint=UNMENDED,
                remedy="rescue",
            )
        ]

    def _check_missing(self) -> list[Finding]:
        missing = self.missing()
        if not missing:
            return []
        parts = (
            ("note", "notes", sum(item_id in self._notes for item_id in missing)),
            ("star", "stars", sum(item_id in self._marks.starred for item_id in missing)),
            ("issue's card", "cards", len(set(self._issues.placed_ids()).intersection(missing))),
        )
        told = ", ".join(
            f"{count:,} {one if count == 1 else many}" for one, many, count in parts if count
        )
        items = "an item" if len(missing) == 1 else f"{len(missing):,} items"
        verb = "is" if len(missing) == 1 else "are"
        return [
            Finding(
                code="item-missing",
                severity="error",
                message=f"{items} with {told or 'tags or marks'} {verb} not in items.log",
                hint="a record in items.log.old or in a backup is taken, else a stand-in keeps"
                " what you wrote",
                remedy="replace",
            )
        ]

    def _check_texts(self) -> list[Finding]:
        slugs = list(self.textless())
        if not slugs:
            return []
        named = ", ".join(slugs[:_NAMED]) + (" and others" if len(slugs) > _NAMED else "")
        return [
            Finding(
                code="text-missing",
                severity="error",
                message=f"hauls.log lacks the text of {named}",
                hint=f"import the file again, or {UNMENDED}",
                remedy="rescue",
            )
        ]

    def _check_coverage(self) -> list[Finding]:
        wrong = len(self._wrongly_covered())
        if not wrong:
            return []
        items = "one item" if wrong == 1 else f"{wrong:,} items"
        return [
            Finding(
                code="coverage",
                severity="warning",
                message=f"what covers {items} is not what the published issues hold",
                remedy="cover",
            )
        ]

    def _wrongly_covered(self) -> list[int]:
        right: dict[int, list[str]] = {}
        for haul in self._issues.all():
            if haul.state == "published":
                for item_id in dict.fromkeys(card.item_id for card in haul.cards):
                    right.setdefault(item_id, []).append(haul.slug)
        told = {item_id: self._issues.covered(item_id) for item_id in self._issues.covered_ids()}
        return sorted(
            item_id
            for item_id in {*right, *told}
            if tuple(right.get(item_id, ())) != told.get(item_id, ())
        )

    def _check_items(self, progress: Progress) -> list[Finding]:
        """Items that do not fit their type, and names that several items go by."""
        decoder = msgspec.json.Decoder(_Named)
        owners: dict[str, int] = {}
        shared: dict[str, tuple[int, int]] = {}
        odd: list[int] = []
        total = len(self._works)
        for number, item_id in enumerate(self._works.ids()):
            if number % _EVERY == 0:
                progress("items", min(number, total), total)
            if item_id not in self._works:
                continue  # it was let go
            try:
                raw = self._works.raw(item_id)
                names = decoder.decode(raw or b"{}").aliases
                if number % 50 == 0:
                    self._works.get(item_id)
            except msgspec.DecodeError:
                odd.append(item_id)
                continue
            except LibraryError:
                continue  # a damaged record is found by its checksum
            for name in names:
                first = owners.setdefault(name, item_id)
                if first != item_id:
                    shared[name] = first, item_id
        found = []
        if odd:
            found.append(
                Finding(
                    code="item-strange",
                    severity="error",
                    message=f"items.log: item {odd[0]} makes no sense"
                    + (f", nor do {len(odd) - 1:,} others" if len(odd) > 1 else ""),
                    hint=UNMENDED,
                )
            )
        if shared:
            name, (one, other) = next(iter(shared.items()))
            names_ = "one name" if len(shared) == 1 else f"{len(shared):,} names"
            found.append(
                Finding(
                    code="duplicates",
                    severity="warning",
                    message=f"two items go by {names_}, such as {one} and {other} by {name}",
                    hint="both stand, and the older one learns what feeds say",
                )
            )
        return found

    def _work(self, item_id: int) -> Work | None:
        try:
            return self._works.get(item_id)
        except LibraryError:
            return None

    def _cards(self) -> dict[int, Card]:
        """The newest published card of each item."""
        cards: dict[int, Card] = {}
        for haul in self._issues.all():
            document = self._issues.frozen_of(haul.id)
            frozen = None if document is None else self._frozen.get(document)
            if frozen is not None:
                cards.update((card.item_id, card) for card in frozen.cards)
        return cards


def _index(trouble: str, severity: str) -> Finding:
    return Finding(
        code="index",
        severity="info" if severity == "info" else "warning",
        message=f"index.sqlite {trouble}",
        hint="it is disposable and built again from the documents; search is slower until then",
        remedy="index",
    )
