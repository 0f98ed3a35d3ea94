"""Taking in what was done in another copy of this library, such as on another computer.

Both copies gave the same numbers to different things since they parted, so the other's new items,
feeds, series and issues first get numbers of their own here, or those of the same things here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.identity import normalise_url
from hauler_tui.domain.item import Work
from hauler_tui.domain.merge import join
from hauler_tui.errors import LibraryError
from hauler_tui.library.care.parting import Parting, called_here, is_same_issue
from hauler_tui.library.care.threeway import TAKEN, Parted, Renumbering, merge, renumbered
from hauler_tui.library.issues import Issues
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.journaltext import Tables
from hauler_tui.library.works import Documents, Works

_AT_ONCE = 500
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Another copy of the library."""

    name: str
    """What to call it: the file it was found in."""
    digest: str = ""
    """The SHA-256 of its snapshot and journal, where it has them."""
    base: Tables
    """The tables as they were when the copies parted; empty when that is not known."""
    theirs: Tables
    counters: Mapping[str, int]
    """The highest numbers given out when the copies parted."""
    item_ids: Iterable[int]
    """The items it took in since then."""
    work: Callable[[int], Work | None]
    """An item of the copy."""
    names: Callable[[int], tuple[str, ...]]
    """The names of an item of the copy, or of one that left there."""
    issue: Callable[[int], Haul | None]
    """The text of a published issue of the copy, by its document in ``hauls.log``."""
    is_based: bool = True
    """Whether ``base`` is known, where it matters."""
    left_out: tuple[str, ...] = ()
    """Rows of it that make no sense, which are not among ``theirs``."""

    @staticmethod
    def of_works(name: str, item_ids: Iterable[int], work: Callable[[int], Work | None]) -> Copy:
        """A copy of which only works are known."""
        return Copy(
            name=name,
            base={},
            theirs={},
            counters={},
            item_ids=item_ids,
            work=work,
            names=lambda _: (),
            issue=lambda _: None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What taking in a copy came to."""

    name: str
    changes: int
    """How many documents are other than before."""
    new_items: int
    both_kept: int
    """Texts that both copies changed; both stand now."""
    is_based: bool
    """Whether it is known what both had in common."""
    issues: tuple[str, ...] = ()
    """Sentences on issues that could not stay as they were."""
    left_out: tuple[str, ...] = ()
    """Rows of the copy that make no sense."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was taken in, for the person."""
        told = [f"{self.changes:,} {'change' if self.changes == 1 else 'changes'}"]
        if self.new_items:
            told.append(f"{self.new_items:,} new {'item' if self.new_items == 1 else 'items'}")
        if self.both_kept:
            told.append(
                "a text that both had changed, of which both stand"
                if self.both_kept == 1
                else f"{self.both_kept:,} texts that both had changed, of which both stand"
            )
        sentences = [f"what was done in another copy was taken in: {', '.join(told)}"]
        if not self.is_based:
            sentences.append(
                "nothing is left of what both copies had in common, so a star, tag or note that"
                " only one of them took away is there again"
            )
        if self.left_out:
            named = ", ".join(self.left_out[:_NAMED])
            named += f" and {len(self.left_out) - _NAMED:,} more" * (len(self.left_out) > _NAMED)
            sentences.append(f"what makes no sense was left out, and stays in that file: {named}")
        return tuple(f"{self.name}: {sentence}" for sentence in (*sentences, *self.issues))


class Joining:
    """Takes copies into one library."""

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

    def knows(self, copy: Copy) -> bool:
        """Whether the same copy was taken in before, and its files lie there still."""
        taken = self._journal.table(TAKEN).rows().values()
        return bool(copy.digest) and any(row.get("sha256") == copy.digest for row in taken)

    def take_in(self, copy: Copy, at: datetime) -> tuple[Joined, dict[int, Work]]:
        """Make what was done in ``copy`` part of this library, as one step of history.

        Returns the works that were written too, for the index. Raises LibraryError with nothing
        changed when the copy does not make sense.
        """
        written: dict[int, Work] = {}
        with self._journal.step("merge", f"take in {copy.name}", at=at):
            if copy.digest:
                taken = self._journal.table(TAKEN)
                taken.put(max(taken.rows(), default=0) + 1, {"sha256": copy.digest})
            texts: dict[int, Haul] = {}
            numbers = self._numbers(copy, written, texts)
            theirs = renumbered(copy.theirs, numbers)
            ours = {
                name: {
                    doc_id: dict(row) for doc_id, row in self._journal.table(name).rows().items()
                }
                for name in theirs
            }
            merged = merge(copy.base, ours, theirs)
            touched: set[int] = set()
            count = 0
            for name, changes in merged.changes.items():
                table = self._journal.table(name)
                count += len(changes)
                for doc_id, document in changes.items():
                    if name == "hauls":
                        touched |= _cards(table.rows().get(doc_id)) | _cards(document)
                    if document is None:
                        table.drop(doc_id)
                    else:
                        table.put(doc_id, document)
            self._issues.notice(frozenset(merged.changes.get("hauls", ())))
            issues: list[str] = []
            parting = Parting(self._journal, self._issues, self._frozen)
            parted: dict[int, Parted] = {}
            for each in merged.parted:
                haul_id, told = parting.part(each, texts)
                parted[haul_id] = each
                touched |= _cards(each.row)
                issues.append(told)
            issues += parting.gather(parted, ours.get("hauls", {}), copy.base.get("hauls", {}))
            # A merge by lines may have put the other's coverage into ours.
            self._issues.cover({*touched, *self._issues.covered_ids()})
            new = len([item_id for item_id in written if item_id not in self._works])
            if written:
                self._works.put(written)
            if texts:
                self._frozen.put(texts)
        joined = Joined(
            name=copy.name,
            changes=count + len(merged.parted),
            new_items=new,
            both_kept=merged.both_kept,
            is_based=copy.is_based,
            issues=tuple(issues),
            left_out=copy.left_out,
        )
        return joined, written

    def _numbers(self, copy: Copy, written: dict[int, Work], texts: dict[int, Haul]) -> Renumbering:
        feeds = self._named(copy, "feeds", lambda row: normalise_url(row["url"]) or row["url"])
        nowhere: set[int] = set()
        items = self._items(copy, feeds, written, nowhere)
        for part in self._journal.table("joined").rows():
            items.setdefault(part, self._works.survivor(part))
        series = self._named(copy, "series", lambda row: (row["title"], row["slug"]))
        return Renumbering(
            items=items,
            nowhere=frozenset(nowhere),
            feeds=feeds,
            series=series,
            hauls=self._named(copy, "hauls", lambda row: row["slug"]),
            frozen=self._texts(copy, series, items, texts),
        )

    def _named(
        self, copy: Copy, table: str, name: Callable[[Mapping[str, Any]], Any]
    ) -> dict[int, int]:
        """What the new documents of a table are called here: those of the same name, else anew."""
        known = {name(row): doc_id for doc_id, row in self._journal.table(table).rows().items()}
        numbers: dict[int, int] = {}
        for doc_id, row in copy.theirs.get(table, {}).items():
            if doc_id in copy.base.get(table, {}):
                continue
            called = name(row)
            if called not in known:
                known[called] = self._journal.next_id(table)
            numbers[doc_id] = known[called]
        return numbers

    def _items(
        self,
        copy: Copy,
        feeds: Mapping[int, int],
        written: dict[int, Work],
        nowhere: set[int],
    ) -> dict[int, int]:
        numbers: dict[int, int] = {}
        touched = {*copy.theirs.get("marks", {}), *copy.theirs.get("notes", {})}
        touched.update(*(_cards(row) for row in copy.theirs.get("hauls", {}).values()))
        for some in _batched(copy.item_ids):
            works = {item_id: work for item_id in some if (work := copy.work(item_id)) is not None}
            left = {item_id: copy.names(item_id) for item_id in some if item_id not in works}
            # Most are the same item under the same number, which need not be looked for.
            same = {
                item_id: known
                for item_id, work in works.items()
                if (known := self._works.get(item_id)) is not None
                and not set(known.aliases).isdisjoint(work.aliases)
            }
            new = (work.aliases for item_id, work in works.items() if item_id not in same)
            names = (*new, *left.values())
            owners = self._owners(alias for each in names for alias in each)
            for item_id, aliases in left.items():
                known_as = self._owner(aliases, owners, written)
                if known_as is None:
                    nowhere.add(item_id)
                else:
                    numbers[item_id] = known_as
            for item_id, work in works.items():
                work = _seen_through(work, feeds)
                here = item_id if item_id in same else self._owner(work.aliases, owners, written)
                if here is None:
                    here = self._journal.next_id("items", above=self._works.highest())
                    written[here] = work
                    owners.update((alias, here) for alias in work.aliases)
                else:
                    known = written.get(here) or same.get(here) or self._works.get(here)
                    joined = work if known is None else _joined(known, work)
                    # What left here comes back when the person had to do with it there.
                    if joined != known and (known is not None or item_id in touched):
                        written[here] = joined
                numbers[item_id] = here
        return numbers

    def _owner(
        self, names: Iterable[str], owners: Mapping[str, int], written: Mapping[int, Work]
    ) -> int | None:
        """The item that is this work; the index may not have seen yet that another no longer is."""
        for alias in names:
            here = owners.get(alias)
            if here is None:
                continue
            known = written.get(here)
            if alias in (self._works.aliases(here) if known is None else known.aliases):
                return here
        return None

    def _texts(
        self,
        copy: Copy,
        series: Mapping[int, int],
        items: Mapping[int, int],
        texts: dict[int, Haul],
    ) -> dict[int, int]:
        """The documents that the other copy's texts have here; those that are new go to ``texts``.

        Raises LibraryError where one is not beside the copy.
        """
        parted_at = copy.counters.get("frozen", 0)
        ours = {str(row["slug"]): row for row in self._journal.table("hauls").rows().values()}
        numbers: dict[int, int] = {}
        for row in copy.theirs.get("hauls", {}).values():
            text_id = row.get("frozen")
            if text_id is None or text_id <= parted_at:
                continue
            haul = copy.issue(text_id)
            if haul is None:
                raise LibraryError(
                    f"{copy.name} speaks of the issue {row['slug']}, whose text is not beside it",
                    "bring hauls.log of that copy here too",
                )
            haul = called_here(haul, series, items)
            document = ours.get(haul.slug, {}).get("frozen")
            known = None if document is None else self._frozen.get(document)
            if document is not None and known is not None and is_same_issue(known, haul):
                numbers[text_id] = document
                continue
            highest = max(texts, default=self._frozen.highest())
            numbers[text_id] = self._journal.next_id("frozen", above=highest)
            texts[numbers[text_id]] = haul
        return numbers


def _batched(item_ids: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """The ids some at a time."""
    rest = iter(item_ids)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some


def _joined(known: Work, work: Work) -> Work:
    """What is known of either; the same object where the other adds nothing."""
    seen = {each.feed_id: each for each in known.sightings}
    adds_nothing = (
        known.entry == work.entry
        and known.aliases == work.aliases
        and known.versions == work.versions
        and known.first_seen <= work.first_seen
        and all(
            (mine := seen.get(each.feed_id)) is not None
            and mine.announce == each.announce
            and mine.seen_at <= each.seen_at
            for each in work.sightings
        )
    )
    return known if adds_nothing else join(known, work)


def _seen_through(work: Work, feeds: Mapping[int, int]) -> Work:
    """A work with its feeds called as they are here."""
    if feeds.keys().isdisjoint(seen.feed_id for seen in work.sightings):
        return work
    sightings = tuple(
        seen
        if seen.feed_id is None
        else replace(seen, feed_id=feeds.get(seen.feed_id, seen.feed_id))
        for seen in work.sightings
    )
    return replace(work, sightings=sightings)


def _cards(row: Mapping[str, Any] | None) -> set[int]:
    return set() if row is None else {card["item_id"] for card in row.get("cards", ())}
