"""Libraries to measure on: so many papers, and what a person did with them in a year.

Run it from the root of a checkout: ``python -m tests.bench.libraries DIRECTORY ITEMS``. Everything
is made by the library's own calls, day by day, so that its files are those the program writes.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import publish_issue
from tests.bench.papers import Papers
from tests.factories import NOW

WEEKS = 52
START = NOW - timedelta(weeks=WEEKS)
_DAYS = WEEKS * 7
_FLAGS = ("read", "starred", "skipped", "covered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How much of everything a library of so many items holds."""

    items: int
    feeds: int
    stars: int
    notes: int
    tagged: int
    skipped: int
    read: int
    read_singly: int
    """How many of the read ones were marked one by one; the others a day's at once."""
    cards: tuple[int, ...]
    """How many cards each published issue has."""
    open_cards: int

    @staticmethod
    def of(items: int) -> Shape:
        """At 250,000 items 20,000 stars, 5,000 notes, 200 issues and feeds; else in proportion."""
        issues = max(1, items // 1250)
        typical = min(40, max(2, items // 6))
        cards = tuple(typical + typical // 8 * (number % 5 - 2) for number in range(issues))
        open_cards = min(60, max(2, items // 6))
        return Shape(
            items=items,
            feeds=max(3, items // 1250),
            stars=max(items * 2 // 25, sum(cards) + open_cards),
            notes=max(3, items // 50),
            tagged=max(3, items // 50),
            skipped=items // 100,
            read=items * 3 // 5,
            read_singly=items // 35,
            cards=cards,
            open_cards=open_cards,
        )


class Person:
    """Somebody who reads, stars, writes notes and publishes, a bit of it every day."""

    def __init__(self, library: Library, papers: Papers, shape: Shape) -> None:
        self._library = library
        self._papers = papers
        self._shape = shape
        self._chance = random.Random(3)
        self._unread: list[int] = []
        self._unstarred: list[int] = []
        self._stars = self._carded = self._uncarded = self._notes = self._published = 0
        self._read = self._singly = self._tagged = self._skipped = 0
        self._carded_in_all = sum(shape.cards) + shape.open_cards

    def spend(self, day: int, item_ids: list[int]) -> None:
        """A day on which these items came in."""
        part = (day + 1) / _DAYS
        shape, triage = self._shape, self._library.triage
        moments = _moments(START + timedelta(days=day, hours=8), shape.stars // 60 + 100)
        skipping = self._some(item_ids, int(shape.skipped * part) - self._skipped)
        triage.skip(skipping, True, next(moments))
        self._skipped += len(skipping)
        kept = sorted({*item_ids}.difference(skipping))
        self._unstarred.extend(kept)
        while self._stars < int(shape.stars * part) and self._unstarred:
            self._star(self._picked(self._unstarred), moments)
        self._unread = [*self._unread, *item_ids][-10_000:]
        reading = self._some(self._unread, int(shape.read * part) - self._read)
        self._unread = sorted({*self._unread}.difference(reading))
        self._read += len(reading)
        while self._singly < int(shape.read_singly * part) and reading:
            triage.mark_read([reading.pop()], True, next(moments))
            self._singly += 1
        triage.mark_read(reading, True, next(moments))
        tagging = self._some(kept, int(shape.tagged * part) - self._tagged)
        triage.tag(tagging, [self._papers.subject(day)], [], next(moments))
        self._tagged += len(tagging)

    def _star(self, item_id: int, moments: Iterator[datetime]) -> None:
        stars, shape = self._stars, self._shape
        self._stars += 1
        wants_card = _is_due(stars, self._carded_in_all, shape.stars)
        if wants_card:
            self._library.triage.star(item_id, next(moments))
            writes = _is_due(self._carded, self._noted_cards(), self._carded_in_all)
            self._carded += 1
        else:
            self._star_without_card(item_id, next(moments))
            others = shape.stars - self._carded_in_all
            writes = _is_due(self._uncarded, shape.notes - self._noted_cards(), others)
            self._uncarded += 1
        if writes:
            self._write(item_id, moments)
        if wants_card:
            self._publish_when_full(next(moments))

    def _noted_cards(self) -> int:
        others = self._shape.stars - self._carded_in_all
        return self._shape.notes - min(self._shape.notes // 5, others)

    def _star_without_card(self, item_id: int, at: datetime) -> None:
        with self._library.step("star", f"star item {item_id} alone", at=at):
            starred = self._library.triage.star(item_id, at)
            if starred.card_added and starred.issue is not None:
                self._library.hauls.remove_card(starred.issue.slug, item_id, at)

    def _write(self, item_id: int, moments: Iterator[datetime]) -> None:
        text = self._papers.note(self._notes)
        self._notes += 1
        for part in (text[: len(text) // 2], text):
            self._library.notes.write(item_id, part, next(moments), burst=f"note {item_id}")

    def _publish_when_full(self, at: datetime) -> None:
        issue = self._library.hauls.open_issue()
        cards = self._shape.cards
        if issue is None or self._published == len(cards):
            return
        if len(issue.cards) >= cards[self._published]:
            publish_issue(self._library, issue.slug, at)
            self._published += 1

    def _picked(self, item_ids: list[int]) -> int:
        """One of the newest, taken out of the list."""
        return item_ids.pop(self._chance.randrange(max(0, len(item_ids) - 2000), len(item_ids)))

    def _some(self, item_ids: list[int], wanted: int) -> list[int]:
        return self._chance.sample(item_ids, max(0, min(wanted, len(item_ids))))


def build(directory: Path, items: int) -> Shape:
    """Make a library of so many items in ``directory``, and close it with its index complete."""
    shape = Shape.of(items)
    papers = Papers(items, shape.feeds)
    with Library.open(directory) as library:
        library.hauls.add_series(title="ML Arxiv Haul ~{n}", slug="ml-arxiv-{n}", at=START)
        for number in range(shape.feeds):
            library.feeds.add(
                f"https://example.org/feeds/{number}.xml",
                title=f"{papers.subject(number).capitalize()} {number}",
                tags=("preprints",) if number % 3 else (),
                at=START,
            )
        person = Person(library, papers, shape)
        for week in range(WEEKS):
            numbers = range(items * week // WEEKS, items * (week + 1) // WEEKS)
            carried: dict[int, list[int]] = {}
            for number in numbers:
                carried.setdefault(papers.feed_of(number), []).append(number)
            for day in range(week * 7, week * 7 + 7):
                new = [
                    item_id
                    for feed in sorted(carried)
                    if feed % 7 == day % 7
                    for item_id in _fetch(library, papers, feed, carried[feed], day)
                ]
                person.spend(day, new)
            library.compact(START + timedelta(weeks=week + 1))
        if not library.wait_for_index(7200):
            raise SystemExit("the index is not ready after two hours")
    return shape


def _fetch(
    library: Library, papers: Papers, feed: int, numbers: list[int], day: int
) -> tuple[int, ...]:
    """Take in a week of one feed, every fiftieth paper through a second feed too."""
    taken_at = START + timedelta(days=day, hours=6)
    entries = tuple(papers.entry(number, taken_at) for number in numbers)
    state = FeedState(
        etag=f'"{day}-{feed}"',
        body_hash=f"{day * 1000 + feed:064x}",
        fetched_at=taken_at,
        due_at=taken_at + timedelta(hours=6),
    )
    fetched = Updated(feed_id=feed + 1, state=state, title=f"Feed {feed}", entries=entries)
    new = library.feeds.record(fetched, taken_at).new
    crossed = tuple(
        entry for number, entry in zip(numbers, entries, strict=True) if number % 50 == 1
    )
    other = (feed + 1) % len(library.feeds.all()) + 1
    library.items.absorb(crossed, feed_id=other, at=taken_at + timedelta(hours=1))
    return new


def _moments(begin: datetime, steps: int) -> Iterator[datetime]:
    """Moments of one day from ``begin`` on, ``steps`` of them within fourteen hours."""
    return (begin + timedelta(hours=14) / steps * number for number in count())


def _is_due(number: int, part: int, whole: int) -> bool:
    """Whether the one with this number is one of ``part`` spread evenly over ``whole``."""
    return (number + 1) * part // whole > number * part // whole


def described(directory: Path) -> list[str]:
    """Sentences on what a library holds and how large its files are."""
    with Library.open(directory, writing=False) as library:
        counts = {flag: len(library.items.view(parse(f"is:{flag}", NOW))) for flag in _FLAGS}
        hauls = library.hauls.all()
        held = [
            f"{library.items.count():,} items, {len(library.feeds.all())} feeds",
            ", ".join(f"{number:,} {flag}" for flag, number in counts.items()),
            f"{library.notes.count():,} notes",
            f"{sum(haul.state == 'published' for haul in hauls)} issues published",
            *(
                f"{haul.slug} open, {len(haul.cards)} cards"
                for haul in hauls
                if haul.state == "open"
            ),
            f"{len(library.history.history(10**9)):,} steps of history",
            f"index complete: {'yes' if library.index_ready else 'no'}",
        ]
    files = sorted(path for path in directory.iterdir() if path.is_file())
    return held + [f"{path.name}: {path.stat().st_size:,} bytes" for path in files]


def main() -> None:
    """Build the library that the command line names, and say what it holds."""
    directory, items = Path(sys.argv[1]), int(sys.argv[2])
    if directory.exists() and any(directory.iterdir()):
        raise SystemExit(f"{directory} is not empty")
    begin = time.perf_counter()
    build(directory, items)
    print(f"built in {time.perf_counter() - begin:.0f} s")
    print(*described(directory), sep="\n")


if __name__ == "__main__":
    main()
