"""The feeds, a line each: how they fare, and every way to look after one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.worker import get_current_worker

from hauler_tui.domain.addresses import shown
from hauler_tui.domain.feed import Feed
from hauler_tui.domain.query import parse
from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.ui.screens.dialogs import Ask, Choice, Choose
from hauler_tui.ui.screens.pages import KeyedPage
from hauler_tui.ui.screens.refreshing import RefreshActions
from hauler_tui.ui.text import Span, joined, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle, Status
from hauler_tui.ui.widgets.feed_list import FeedList, FeedRow
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.text_pane import TextPane
from hauler_tui.workflows import feedcare
from hauler_tui.workflows.refresh import fetch_settings

if TYPE_CHECKING:
    from hauler_tui.config import Config

_LOOK_SECONDS = 0.5
_KEYS = (
    ("enter", "its items"), ("e", "edit"), ("a", "add"), ("d", "remove"), ("r", "refresh it"),
    ("m", "mute"), ("u", "undo"), ("esc", "close"),
)  # fmt: skip
_CHOICES = (
    Choice("title", "Name", "empty takes the feed's own again"),
    Choice("tags", "Tags", "separated by commas"),
    Choice("interval", "Interval", "30 minutes, 2h, 1d, or default"),
    Choice("keep", "Days its items stay", "0 is for ever, or default"),
    Choice("mute", "Mute or not", "muted: fetched, and left out of the list"),
    Choice("url", "Address", "its items stay"),
    Choice("revive", "Fetch it again", "though its server called it gone"),
)


class FeedsPage(KeyedPage[str | None]):
    """Every feed; answers with a query for the items of one, None when the person left."""

    BINDINGS = [
        ("escape,q,L", "dismiss(None)", "Close"),
        ("e", "edit", "Edit"),
        ("a", "add", "Add"),
        ("d,delete", "remove", "Remove"),
        ("r", "fetch(True)", "Refresh it"),
        ("R", "fetch(False)", "Refresh what is due"),
        ("m", "mute", "Mute"),
        ("u", "undo", "Undo"),
        ("ctrl+r", "redo", "Redo"),
    ]

    def __init__(self, reader: FeedActions) -> None:
        super().__init__(classes="page")
        self._reader = reader
        self._library: Library = reader.library
        self._clock: Callable[[], datetime] = reader.clock
        self._config: Config = reader.config
        self._bar = PaneTitle("Feeds", "·")
        self._list = FeedList()
        self._detail = TextPane(id="finding")
        self._detail.can_focus = False
        self._status = Status()
        self._was_refreshing = False

    def compose(self) -> ComposeResult:
        """The list, everything about the feed under the cursor, the keys."""
        with Vertical(classes="sheet"):
            yield self._bar
            yield self._list
            yield self._detail
            yield self._status

    def on_mount(self) -> None:
        """The list has the keys."""
        self._bar.light(True)
        self._status.offer(_KEYS)
        self._list.focus()
        self.show_feeds()
        self.set_interval(_LOOK_SECONDS, self._look)

    def show_feeds(self) -> None:
        """Read the feeds again; the cursor stays on its feed."""
        current = self._row
        every, now = self._library.feeds.all(), self._clock()
        due = {feed.id for feed in self._library.feeds.due(now)}
        rows = []
        for feed in every:
            state = self._library.feeds.state(feed.id)
            status = feedcare.status(state, is_due=feed.id in due, now=now)
            remarks = feedcare.remarks(feed, state, every)
            rows.append(FeedRow(feed=feed, state=state, status=status, remarks=remarks))
        self._list.rows = rows
        ids = [row.feed.id for row in rows]
        is_there = current is not None and current.feed.id in ids
        self._list.place(
            ids.index(current.feed.id) if current is not None and is_there else self._list.cursor
        )
        failed = sum(row.status in ("failed", "gone") for row in rows)
        told = f"{len(rows)} · {len(due)} due"
        self._bar.tell(f"{told} · {failed} failed" if failed else told)
        self._tell_current()
        self._count(ids)

    @property
    def _row(self) -> FeedRow | None:
        rows = self._list.rows
        return rows[self._list.cursor] if self._list.cursor < len(rows) else None

    @work(thread=True, exclusive=True, group="unread")
    def _count(self, feed_ids: list[int]) -> None:
        worker, now = get_current_worker(), self._clock()
        unread: dict[int, int] = {}
        for feed_id in feed_ids:
            if worker.is_cancelled:
                return
            unread[feed_id] = len(self._library.items.view(parse(f"feed:{feed_id} is:unread", now)))
        self.app.call_from_thread(self._counted, unread)

    def _counted(self, unread: dict[int, int]) -> None:
        if unread != self._list.unread:
            self._list.unread = unread
            self._list.repaint()

    def _look(self) -> None:
        """Follow a refresh that is under way."""
        if self._reader.is_refreshing:
            self._status.tell(self._reader.status.message)
        if self._reader.is_refreshing or self._was_refreshing:
            self.show_feeds()
        self._was_refreshing = self._reader.is_refreshing

    def _tell_current(self) -> None:
        row, now = self._row, self._clock()

        def make(width: int) -> list[list[Span]]:
            if row is None:
                return []
            state, feed = row.state, row.feed
            lines = wrap_spans([Span(plain(shown(feed.url)))], width)[:2]
            fetched, due_at = state.fetched_at, state.due_at
            times = [f"fetched {_when(fetched, now)}" if fetched is not None else "never fetched"]
            if state.gone_at is None and due_at is not None:
                times.append(f"due {_when(max(due_at, state.wait_until or due_at), now)}")
            lines += wrap_spans([Span(joined([*times, *row.remarks]), "muted")], width)[:2]
            if state.error:
                lines += wrap_spans([Span(plain(state.error), "error")], width)[:2]
            return lines

        self._detail.show(make)

    def on_line_list_cursor_moved(self, event: LineList.CursorMoved) -> None:
        """Tell about the feed under the cursor."""
        event.stop()
        self._tell_current()

    def on_line_list_row_chosen(self, event: LineList.RowChosen) -> None:
        """Answer with the feed's items."""
        event.stop()
        if self._row is not None:
            self.dismiss(f"feed:{self._row.feed.id}")

    def _save(self, feed: Feed, said: str) -> None:
        self._library.feeds.save(feed, self._clock())
        self._after(said)

    def _after(self, said: str) -> None:
        self._status.tell(said)
        self.show_feeds()
        self._reader.reload(self._reader.current_id)

    def _complain(self, error: HaulerError) -> None:
        self._status.tell(
            f"{error.message}: {error.hint}" if error.hint else error.message, "error"
        )

    def action_mute(self) -> None:
        """Mute the feed, or let it be heard again."""
        row = self._row
        if row is not None:
            muted = replace(row.feed, is_muted=not row.feed.is_muted)
            said = "Muted" if muted.is_muted else "Not muted any more"
            self._save(muted, f"{said}: {row.name}")

    def action_remove(self) -> None:
        """Unsubscribe; what the person touched stays."""
        row = self._row
        if row is not None:
            hidden = self._library.feeds.remove(row.feed.id, self._clock())
            items = f"{hidden:,} item{'' if hidden == 1 else 's'}"
            gone = f", {items} hidden" if hidden else ""
            self._after(f"Removed: {row.name}{gone} · u brings it back")

    def action_fetch(self, only_this: bool) -> None:
        """Fetch the feed under the cursor though it may not be due, or all that are."""
        row = self._row
        if row is None:
            return
        if only_this:
            self._reader.refresh_feeds((row.feed.id,), asked=True, force=True)
        else:
            self._reader.refresh_feeds(asked=True)
        self._was_refreshing = True

    def action_undo(self) -> None:
        """Take back the last step."""
        self._reader.action_library_undo()
        self._after(self._reader.status.message)

    def action_redo(self) -> None:
        """Do the step again that was taken back last."""
        self._reader.action_library_redo()
        self._after(self._reader.status.message)

    @work
    async def action_add(self) -> None:
        """Subscribe to what the person types; a page is asked for its feed."""
        from hauler_tui.workflows.subscribe import addresses_to_add

        text = await self.app.push_screen_wait(
            Ask("Add feeds: addresses, arxiv:cs.CL, biorxiv:plant_biology", "", "arxiv:cs.CL")
        )
        if not text or not text.strip():
            return
        settings, now = fetch_settings(self._config), self._clock()
        self._status.tell("Asking…")
        try:
            chosen = await addresses_to_add([text.strip()], settings=settings, now=now)
        except HaulerError as error:
            self._complain(error)
            return
        known = {feed.id for feed in self._library.feeds.all()}
        added = [self._library.feeds.add(url, at=now) for url in chosen.urls]
        new = tuple(feed.id for feed in added if feed.id not in known)
        how = ", unasked, as this machine seems to be offline" if chosen.warnings else ""
        self._after(f"Added{how}: {shown(added[0].url)}" if new else "It is there already.")
        if new:
            self._reader.refresh_feeds(new, asked=True)
            self._was_refreshing = True

    @work
    async def action_edit(self) -> None:
        """Change one thing about the feed."""
        row = self._row
        if row is None:
            return
        chosen = await self.app.push_screen_wait(Choose(f"Change of {row.name}", _CHOICES))
        if chosen == "mute":
            self.action_mute()
        elif chosen == "revive":
            self._library.feeds.revive(row.feed.id, self._clock())
            self._after(f"Fetched again from now on: {row.name}")
        elif chosen is not None:
            await self._ask(row.feed, chosen)

    async def _ask(self, feed: Feed, chosen: str) -> None:
        choice = next(each for each in _CHOICES if each.value == chosen)
        now = {
            "title": feed.title,
            "tags": ", ".join(feed.tags),
            "interval": str(feed.interval_minutes or feedcare.AS_CONFIGURED),
            "keep": str(feedcare.AS_CONFIGURED if feed.keep_days is None else feed.keep_days),
            "url": feed.url,
        }
        text = await self.app.push_screen_wait(Ask(f"{choice.title}: {choice.about}", now[chosen]))
        if text is None:
            return
        try:
            edited = self._edited(feed, chosen, text)
        except HaulerError as error:
            self._complain(error)
            return
        self._save(edited, f"Changed: {plain(edited.title or shown(edited.url))}")

    def _edited(self, feed: Feed, chosen: str, text: str) -> Feed:
        match chosen:
            case "title":
                return replace(feed, title=text)
            case "tags":
                tags = (tag.strip() for tag in text.split(","))
                return replace(feed, tags=tuple(dict.fromkeys(filter(None, tags))))
            case "interval":
                return replace(feed, interval_minutes=feedcare.interval_minutes(text))
            case "keep":
                return replace(feed, keep_days=feedcare.keep_days(text))
            case _:
                allowed = self._config.fetch.allow_private_networks
                return feedcare.readdressed(self._library, feed, text, allow_private=allowed)


def _when(moment: datetime, now: datetime) -> str:
    """A moment as a person says it, with the year where it is not the current one."""
    here = moment.astimezone()
    year = "" if here.year == now.astimezone().year else f" {here.year}"
    return f"{here.day} {here:%B}{year} {here:%H:%M}"


class FeedActions(RefreshActions):
    """The command that shows the feeds."""

    @abstractmethod
    def action_library_undo(self) -> None:
        """Take back the last step."""

    @abstractmethod
    def action_library_redo(self) -> None:
        """Do the step again that was taken back last."""

    @work
    async def action_feeds_show(self) -> None:
        """List the feeds, and show the items of the one that is chosen."""
        self.close_editors()
        query = await self.app.push_screen_wait(FeedsPage(self))
        if query is not None:
            self.show_view(query)
