"""The person's subscriptions, and what fetching them taught."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from hauler_tui.domain.addresses import host_of, shown
from hauler_tui.domain.feed import Feed, FeedState, Outcome, Updated
from hauler_tui.domain.identity import normalise_url
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import UnknownKeyError
from hauler_tui.library.items import Absorbed, Items
from hauler_tui.library.records import from_row, to_row
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.works import quoted

_USUAL_MINUTES = 60
"""The interval of a feed that has none of its own, until its next fetch tells the configured."""

_NEVER_FETCHED = FeedState()


class Feeds:
    """Every subscription; of a removed one stays what the person touched."""

    def __init__(
        self,
        journal: Journal,
        items: Items,
        hide_feed: Callable[[int, Iterable[int], datetime], int],
        changed: Callable[[frozenset[int]], None],
    ) -> None:
        self._journal = journal
        self._changed = changed
        self._table = journal.table("feeds")
        self._states = journal.table("feed_state")
        self._items = items
        self._by_address: dict[str, int] | None = None
        """The oldest feed by its address as given and as compared; None until it is asked for."""
        journal.subscribe(self._journal_changed)
        self._hide_feed = hide_feed

    def all(self) -> tuple[Feed, ...]:
        """Every feed in the order it was added."""
        return tuple(
            from_row(Feed, row, id=feed_id) for feed_id, row in sorted(self._table.rows().items())
        )

    def get(self, feed_id: int) -> Feed:
        """The feed with this id. Raises UnknownKeyError."""
        row = self._table.rows().get(feed_id)
        if row is None:
            raise UnknownKeyError(f"there is no feed {feed_id}", "`hauler feeds list` shows them")
        return from_row(Feed, row, id=feed_id)

    def find(self, text: int | str) -> Feed:
        """The feed a person means by its id or its address. Raises UnknownKeyError."""
        wanted = str(text).strip()
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
            return self.get(int(wanted))
        known = self._at_address(wanted)
        if known is None:
            raise UnknownKeyError(
                f"no feed goes by {clean_line(wanted, 200)}", "`hauler feeds list` shows them"
            )
        return known

    def add(self, url: str, *, title: str = "", tags: Iterable[str] = (), at: datetime) -> Feed:
        """Subscribe to an address; one that is known already is returned as it is."""
        url = url.strip()
        known = self._at_address(url)
        if known is not None:
            return known
        with self._journal.step("add feed", f"add feed {quoted(title or shown(url))}", at=at):
            feed = Feed(
                id=self._journal.next_id("feeds"),
                url=url,
                title=clean_line(title),
                tags=tuple(tags),
                added_at=at,
            )
            self._put(feed)
            self._remember(feed)
        return feed

    def edit(
        self,
        feed_id: int,
        *,
        title: str | None = None,
        tags: Iterable[str] | None = None,
        at: datetime,
    ) -> Feed:
        """Change a feed's title or tags; None leaves them. Raises UnknownKeyError."""
        feed = self.get(feed_id)
        return self.save(
            replace(
                feed,
                title=feed.title if title is None else title,
                tags=feed.tags if tags is None else tuple(tags),
            ),
            at,
        )

    def save(self, feed: Feed, at: datetime) -> Feed:
        """Keep a feed as the person changed it, by its id. Raises UnknownKeyError.

        Another interval counts from the last fetch; another address is fetched whole, at once.
        """
        before = self.get(feed.id)
        feed = replace(feed, title=clean_line(feed.title))
        if feed == before:
            return feed
        state = self.state(feed.id)
        if feed.url != before.url:
            state = _elsewhere(state)
            state = replace(state, due_at=None, gone_at=None, missing_since=None, error=None)
        elif feed.interval_minutes != before.interval_minutes:
            state = _rescheduled(state, feed.interval_minutes or _USUAL_MINUTES)
        with self._journal.step("edit feed", f"edit feed {_naming(before)}", at=at):
            self._put(feed)
            self._put_state(feed.id, state)
        return feed

    def move(self, feed_id: int, url: str, at: datetime) -> Feed:
        """Take over the address a feed moved to; it stays the feed it is. Raises UnknownKeyError.

        The validators of the old address are forgotten.
        """
        feed = self.get(feed_id)
        moved = replace(feed, url=url, former_urls=(*feed.former_urls, feed.url))
        about = f"feed {_naming(feed)} to {shown(url)}"
        with self._journal.step("moved", about, at=at):
            self._put(moved)
            self._put_state(feed_id, _elsewhere(self.state(feed_id)))
        return moved

    def revive(self, feed_id: int, at: datetime) -> None:
        """Let a feed be fetched again whose server called it gone. Raises UnknownKeyError."""
        feed, state = self.get(feed_id), self.state(feed_id)
        if state.gone_at is not None:
            with self._journal.step("revive feed", f"revive feed {_naming(feed)}", at=at):
                self._put_state(feed_id, replace(state, gone_at=None, due_at=None, error=None))

    def remove(self, feed_id: int, at: datetime) -> int:
        """Unsubscribe, and say how many items that hides: those that no other feed brought.

        What the person starred, noted, tagged or put into an issue stays. Raises UnknownKeyError.
        """
        feed = self.get(feed_id)
        with self._journal.step("remove feed", f"remove feed {_naming(feed)}", at=at):
            self._table.drop(feed_id)
            if feed_id in self._states.rows():
                self._states.drop(feed_id)
            return self._hide_feed(feed_id, self._table.rows(), at)

    def state(self, feed_id: int) -> FeedState:
        """What is known about fetching a feed; nothing, before the first fetch."""
        row = self._states.rows().get(feed_id)
        return _NEVER_FETCHED if row is None else from_row(FeedState, row)

    def at_address(self, url: str) -> Feed | None:
        """The oldest feed that has an address, or had it before it moved."""
        return self._at_address(url.strip())

    def due(self, now: datetime) -> tuple[Feed, ...]:
        """The feeds that may be fetched now, in the order they were added."""
        closed = self.patience(now)
        return tuple(
            feed
            for feed in self.all()
            if _is_due(self.state(feed.id), now) and host_of(feed.url) not in closed
        )

    def patience(self, now: datetime) -> dict[str, FeedState]:
        """The hosts that asked to be left alone, with the state of the feed they told it to."""
        states = (self.state(feed_id) for feed_id in self._states.rows())
        asked = (state for state in states if state.asks_patience and not _is_due(state, now))
        return {state.asks_patience: state for state in asked if state.asks_patience}

    def record(self, outcome: Outcome, at: datetime) -> Absorbed:
        """Keep how a fetch ended and take in what it brought.

        A feed removed meanwhile keeps no state, and what it brought is dropped.
        """
        feed_id = outcome.feed_id
        if feed_id not in self._table.rows():
            return Absorbed()
        feed = self.get(feed_id)
        entries = outcome.entries if isinstance(outcome, Updated) else ()
        told = self._items.sort(entries, feed_id=feed_id, at=at)
        with self._journal.step("refresh", f"refresh {_naming(feed)}", at=at, undoable=False):
            absorbed = Absorbed()
            if isinstance(outcome, Updated):
                absorbed = self._items.take_in_sorted(told, at)
                if not feed.title and outcome.title:
                    self._put(replace(feed, title=clean_line(outcome.title)))
            self._put_state(feed_id, outcome.state)
        if absorbed.new or absorbed.changed:
            self._changed(frozenset((*absorbed.new, *absorbed.changed)))
        return absorbed

    def ask_again(self, feed_id: int, due_at: datetime, at: datetime) -> None:
        """Let a feed be due at a time, if it is not due before."""
        state = self.state(feed_id)
        if feed_id in self._table.rows() and state.due_at is not None and state.due_at > due_at:
            with self._journal.step("refresh", "ask again", at=at, undoable=False):
                self._states.put(feed_id, to_row(replace(state, due_at=due_at)))

    def _put(self, feed: Feed) -> None:
        self._table.put(feed.id, to_row(feed, without=frozenset({"id"})))

    def _put_state(self, feed_id: int, state: FeedState) -> None:
        if state != self.state(feed_id):
            self._states.put(feed_id, to_row(state))

    def _at_address(self, url: str) -> Feed | None:
        if self._by_address is None:
            self._by_address = {}
            for feed in self.all():
                self._remember(feed)
        known = (self._by_address.get(name) for name in (url, normalise_url(url)) if name)
        return next((self.get(feed_id) for feed_id in known if feed_id is not None), None)

    def _remember(self, feed: Feed) -> None:
        if self._by_address is not None:
            for url in (feed.url, *feed.former_urls):
                for name in filter(None, (url, normalise_url(url))):
                    self._by_address.setdefault(name, feed.id)

    def _journal_changed(self, changes: Mapping[str, frozenset[int]]) -> None:
        if "feeds" in changes:
            self._by_address = None


def _elsewhere(state: FeedState) -> FeedState:
    """What is still known about fetching a feed that has another address now."""
    return replace(state, etag=None, last_modified=None, validated_at=None, fresh_until=None)


def _rescheduled(state: FeedState, minutes: int) -> FeedState:
    """The state with a due time by another interval; what the server asked for stays."""
    if state.fetched_at is None or state.failures:
        return state
    due_at = state.fetched_at + timedelta(minutes=minutes)
    return replace(state, due_at=max(due_at, state.fresh_until or due_at))


def _is_due(state: FeedState, now: datetime) -> bool:
    is_time = all(time is None or time <= now for time in (state.due_at, state.wait_until))
    return is_time and state.gone_at is None


def _naming(feed: Feed) -> str:
    return quoted(feed.title or shown(feed.url))


def feed_titles(journal: Journal) -> Callable[[Iterable[int]], tuple[str, ...]]:
    """A function from feed ids to the titles of those still subscribed to, else the address."""
    table = journal.table("feeds")

    def titles(feed_ids: Iterable[int]) -> tuple[str, ...]:
        rows = table.rows()
        found = (rows.get(feed_id) for feed_id in feed_ids)
        return tuple(row.get("title") or shown(row["url"]) for row in found if row is not None)

    return titles
