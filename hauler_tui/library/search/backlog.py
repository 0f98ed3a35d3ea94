"""What the index has not seen yet, so that no answer waits for it and none is stale."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from hauler_tui.domain.item import Work
from hauler_tui.errors import LibraryError
from hauler_tui.library.works import Works


class Backlog:
    """Items that changed since they were indexed, with their aliases; safe from any thread."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._changed = threading.Condition()
        self.stamp = 0
        """Grows whenever something more waits."""
        self.holds_everything = False
        """Whether every item was let in since nothing waited."""
        self.is_hurried = False
        """Whether somebody waits for the index."""
        self._waiting: dict[int, int] = {}
        self._done = 0
        self._aliases: dict[str, int] = {}
        self._shared: dict[str, set[int]] = {}
        self._kinds: set[str] = set()
        self._unread: set[int] = set()
        self._dates: dict[int, tuple[int, datetime]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._waiting

    def ids(self) -> frozenset[int]:
        """The items that wait for the index."""
        with self._changed:
            return frozenset(self._waiting)

    def among(self, item_ids: Iterable[int]) -> list[int]:
        """Those of some items that wait for the index."""
        with self._changed:
            return [item_id for item_id in item_ids if item_id in self._waiting]

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many of those that waited since nothing did are done, and how many there were."""
        with self._changed:
            return (self._done, self._done + len(self._waiting)) if self._waiting else None

    def add(self, item_ids: Iterable[int]) -> None:
        """Let items wait whose aliases are read when somebody first asks for one."""
        with self._changed:
            for item_id in item_ids:
                self.stamp += 1
                self._waiting[item_id] = self.stamp
                self._unread.add(item_id)
            self._changed.notify_all()

    def add_renamed(self, item_ids: Iterable[int]) -> None:
        """The same for items that may go by fewer names than they did."""
        renamed = frozenset(item_ids)
        with self._changed:
            for alias in [each for each, owner in self._aliases.items() if owner in renamed]:
                del self._aliases[alias]
            for sharing in self._shared.values():
                sharing -= renamed
            self.add(renamed)

    def add_everything(self) -> None:
        """Let every item wait."""
        self.add(self._works.ids())
        self.holds_everything = True

    def add_works(self, works: Iterable[tuple[int, Work]]) -> None:
        """Let items wait that were just taken in or changed."""
        with self._changed:
            for item_id, work in works:
                self.stamp += 1
                self._waiting[item_id] = self.stamp
                self._unread.discard(item_id)
                self._learn(item_id, work.aliases)
                self._dates[item_id] = self.stamp, work.date
            self._changed.notify_all()

    def owners(self, aliases: Iterable[str]) -> dict[str, set[int]]:
        """The waiting items that go by each of some aliases, or did when they began to wait.

        Aliases that none goes by are left out.
        """
        with self._changed:
            self._read()
            known, shared = self._aliases, self._shared
            return {
                alias: shared.get(alias, set()) | ({known[alias]} if alias in known else set())
                for alias in aliases
                if alias in known or alias in shared
            }

    def has_names(self, kind: str) -> bool:
        """Whether some item that waits, or waited with it, may go by a name of this kind."""
        with self._changed:
            self._read()
            return kind in self._kinds

    def dates(self, item_ids: Iterable[int]) -> dict[int, datetime]:
        """When waiting works appeared, each read once; one that is lost or damaged is left out."""
        with self._changed:
            stamps = {each: self._waiting.get(each, 0) for each in item_ids}
            known = {each: self._dates.get(each) for each in stamps}
        dates: dict[int, datetime] = {}
        for item_id, dated in known.items():
            if dated is not None and dated[0] == stamps[item_id]:
                dates[item_id] = dated[1]
                continue
            with contextlib.suppress(LibraryError):
                if (date := self._works.date(item_id)) is not None:
                    dates[item_id] = date
                    known[item_id] = stamps[item_id], date
        with self._changed:
            self._dates.update(
                (item_id, dated)
                for item_id, dated in known.items()
                if dated is not None and item_id in self._waiting
            )
        return dates

    def touch(self) -> None:
        """Have the index note how much of the log it covers, though nothing waits."""
        with self._changed:
            self.stamp += 1
            self._changed.notify_all()

    def take(self, count: int) -> dict[int, int]:
        """Some of the waiting items, each with the stamp to give back to ``done``."""
        with self._changed:
            return dict(islice(self._waiting.items(), count))

    def done(self, taken: dict[int, int]) -> None:
        """The index has seen the items as they were when taken."""
        with self._changed:
            for item_id, stamp in taken.items():
                if self._waiting.get(item_id) == stamp:
                    del self._waiting[item_id]
                    self._done += 1
                    self._unread.discard(item_id)
                    self._dates.pop(item_id, None)
            if not self._waiting:
                self._done = 0
                self._aliases.clear()
                self._shared.clear()
                self._kinds.clear()
                self.holds_everything = False
            self._changed.notify_all()

    def settled(self, mark: Callable[[], None]) -> bool:
        """Whether nothing waits; if so ``mark`` is called before anything can."""
        with self._changed:
            if self._waiting:
                return False
            self.is_hurried = False
            mark()
            return True

    def wait(self, until: Callable[[], bool], timeout: float | None = None) -> bool:
        """Sleep until the condition holds, looked at whenever the backlog changes."""
        with self._changed:
            return self._changed.wait_for(until, timeout)

    def hurry(self) -> None:
        """Have the index take in at once what waits."""
        with self._changed:
            self.is_hurried = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Let whoever waits look again."""
        with self._changed:
            self._changed.notify_all()

    def _read(self) -> None:
        for item_id in self._unread:
            with contextlib.suppress(LibraryError):  # a damaged record has no aliases
                self._learn(item_id, self._works.aliases(item_id))
        self._unread.clear()

    def _learn(self, item_id: int, aliases: Iterable[str]) -> None:
        for alias in aliases:
            self._kinds.add(alias.partition(":")[0])
            if self._aliases.setdefault(alias, item_id) != item_id:
                self._shared.setdefault(alias, set()).add(item_id)
