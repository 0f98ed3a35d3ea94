"""What the person decides about items: read, star, skip, tag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.hauls import Hauls
from hauler_tui.library.read_marks import Marks, ReadMarks
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import ITEMS_HINT, Works


@dataclass(frozen=True, slots=True, kw_only=True)
class Starred:
    """What one star did."""

    issue: Haul | None
    """The issue that holds the item's card, or would: None when it is covered and none is open."""
    card_added: bool
    opened_issue: bool
    covered: tuple[str, ...]
    """Slugs of the published issues that hold a card for it, oldest first."""


class Triage:
    """The verbs of the incoming list; each is one step of history."""

    def __init__(
        self, journal: Journal, works: Works, marks: Marks, read_marks: ReadMarks, hauls: Hauls
    ) -> None:
        self._journal = journal
        self._works = works
        self._marks = marks
        self._read_marks = read_marks
        self._hauls = hauls

    def mark_read(self, item_ids: Iterable[int], read: bool, at: datetime) -> None:
        """Mark items read or unread. Raises UnknownKeyError and then changes nothing."""
        ids = self._known(item_ids)
        changing = self._read_marks.differing(ids, read)
        if changing:
            verb = "read" if read else "unread"
            naming = self._naming(next(changing.ids()), len(changing))
            with self._journal.step(verb, f"mark {naming} {verb}", at=at):
                self._read_marks.turn(changing)

    def star(self, item_id: int, at: datetime, *, again: bool = False) -> Starred:
        """Star an item and add its card to the open issue of the current series.

        Opens an issue, and creates a series, where there is none. An item that a published issue
        covers gets no card unless ``again``. Raises UnknownKeyError.
        """
        item_id = self._works.survivor(item_id)
        title = self._works.called(item_id)
        mark = self._marks.get(item_id)
        covered = self._hauls.covered(item_id)
        issue = self._hauls.open_issue()
        card_added = opened_issue = False
        is_new = mark.starred_at is None
        named = ("star", f"star {title}") if is_new else ("add card", f"add card {title}")
        with self._journal.step(*named, at=at):
            if is_new:
                self._marks.put(item_id, replace(mark, starred_at=at))
            if again or not covered:
                if issue is None:
                    issue = self._hauls.new_issue(None, at)
                    opened_issue = True
                if all(card.item_id != item_id for card in issue.cards):
                    issue = self._hauls.add_card(issue.slug, item_id, None, at, title, again=again)
                    card_added = True
        return Starred(
            issue=issue, card_added=card_added, opened_issue=opened_issue, covered=covered
        )

    def unstar_all(self, item_ids: Iterable[int], at: datetime) -> None:
        """Take the stars of the items away, as one step of history.

        Raises UnknownKeyError and then changes nothing.
        """
        starred = [known for known in self._known(item_ids) if known in self._marks.starred]
        if starred:
            with self._journal.step(
                "unstar", f"unstar {self._naming(starred[0], len(starred))}", at=at
            ):
                for item_id in starred:
                    self.unstar(item_id, at)

    def unstar(self, item_id: int, at: datetime) -> None:
        """Take the star away, and the card out of every open issue; the note stays.

        Raises UnknownKeyError.
        """
        item_id = self._works.survivor(item_id)
        title = self._works.called(item_id)
        mark = self._marks.get(item_id)
        if mark.starred_at is None:
            return
        with self._journal.step("unstar", f"unstar {title}", at=at):
            self._marks.put(item_id, replace(mark, starred_at=None))
            for slug in self._hauls.open_with(item_id):
                self._hauls.remove_card(slug, item_id, at)

    def skip(self, item_ids: Iterable[int], skipped: bool, at: datetime) -> None:
        """Skip items or bring them back. Raises UnknownKeyError and then changes nothing."""
        changing = [
            item_id
            for item_id in self._known(item_ids)
            if (item_id in self._marks.skipped) is not skipped
        ]
        if changing:
            verb = "skip" if skipped else "unskip"
            with self._journal.step(
                verb, f"{verb} {self._naming(changing[0], len(changing))}", at=at
            ):
                for item_id in changing:
                    self._marks.put(item_id, replace(self._marks.get(item_id), skipped=skipped))

    def tag(
        self,
        item_ids: Iterable[int],
        add: Iterable[str],
        remove: Iterable[str],
        at: datetime,
    ) -> None:
        """Add tags to items and remove others; a tag holds no white space.

        Raises UnknownKeyError and then changes nothing.
        """
        added, removed = _tags(add), frozenset(_tags(remove))
        changing = {}
        for item_id in self._known(item_ids):
            mark = self._marks.get(item_id)
            kept = (tag for tag in dict.fromkeys((*mark.tags, *added)) if tag not in removed)
            tagged = replace(mark, tags=tuple(kept))
            if tagged != mark:
                changing[item_id] = tagged
        if changing:
            words = " ".join([f"+{tag}" for tag in added] + [f"-{tag}" for tag in sorted(removed)])
            about = f"tag {self._naming(min(changing), len(changing))} {words}"
            with self._journal.step("tag", about, at=at):
                for item_id, mark in changing.items():
                    self._marks.put(item_id, mark)

    def _known(self, item_ids: Iterable[int]) -> list[int]:
        known = list(dict.fromkeys(self._works.survivors(item_ids)))
        self._require(known)
        return known

    def _require(self, item_ids: list[int]) -> None:
        missing = self._works.missing(item_ids)
        if missing is not None:
            raise UnknownKeyError(f"there is no item {missing}", ITEMS_HINT)

    def _naming(self, item_id: int, count: int) -> str:
        return self._works.called(item_id) if count == 1 else f"{count:,} items"


def _tags(raw: Iterable[str]) -> tuple[str, ...]:
    cleaned = ("-".join(clean_line(tag, 60).split()) for tag in raw)
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))
