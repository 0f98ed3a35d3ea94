"""What Incoming lists: the view, the filter, and how many of it are unread."""

from __future__ import annotations

from array import array

from textual import work
from textual.timer import Timer
from textual.widgets import Input
from textual.worker import get_current_worker

from hauler_tui.domain.query import Query, QueryError, parse
from hauler_tui.ui.panes.incoming import FilterBox
from hauler_tui.ui.screens.base import ReaderBase

_COUNTED_AT_ONCE = 5000
_COUNT_AFTER_SECONDS = 0.2
"""Rows that are counted within a key's frame, and how long counting more of them waits."""


class Listing(ReaderBase):
    """The commands that choose what is listed."""

    _query_text: str
    """The filter in force, which is a query without a mistake."""
    _behind: set[int]
    """Rows that may not fit the view any more, and go when the cursor moves on."""
    _counting: Timer | None = None

    def show_first_view(self, item_id: int | None) -> None:
        """Put the rows into the very first frame."""
        try:
            query = self._query()
        except QueryError:
            # Another version of hauler remembered a filter that this one does not understand.
            self._query_text = self.incoming.filter_box.value = ""
            query = None
        self.incoming.filter_box.display = query is not None
        self._show_view(self.library.items.view(query), item_id, stays=False)

    def _query(self) -> Query | None:
        text = self._query_text
        return parse(text, self.clock()) if text.strip() else None

    def set_filter(self, text: str, keep: int | None = None) -> None:
        """Show only what matches a query; a mistake in it is shown and the list stays."""
        try:
            query = parse(text, self.clock()) if text.strip() else None
        except QueryError as mistake:
            self.incoming.mistake.tell(mistake)
            return
        self.incoming.mistake.tell(None)
        self._query_text = text
        self._find(query, keep if keep is not None else self.current_id, stays=False)

    def reload(self, keep: int | None = None) -> None:
        """Ask the library for the view again; ``keep`` stays listed while the cursor is on it."""
        self._find(self._query(), keep, stays=True)

    @work(thread=True, exclusive=True, group="view")
    def _find(self, query: Query | None, keep: int | None, *, stays: bool) -> None:
        worker = get_current_worker()
        ids = self.library.items.view(query, stop=lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show_view, ids, keep, stays=stays)

    def _show_view(self, ids: array[int], keep: int | None, *, stays: bool) -> None:
        self._behind.clear()
        items = self.incoming.list
        if stays and keep is not None and keep not in ids:
            ids.insert(min(items.cursor, len(ids)), keep)
            self._behind.add(keep)
        items.now = self.clock()
        items.empty = self._empty_lines()
        items.show(ids, keep)
        self._tell_count()
        self.follow_cursor()

    def _empty_lines(self) -> list[str]:
        if self._query_text.strip():
            return ["", f"Nothing matches {self._query_text}", "", "/ then esc shows everything."]
        if not self.library.feeds.all():
            return [
                "",
                "No feeds yet. In a shell:",
                "",
                "  hauler feeds add arxiv:cs.CL",
                "",
                "then R here fetches it.",
                "a adds a link by hand.",
            ]
        return ["", "Nothing here. R fetches the feeds."]

    def _count_soon(self) -> None:
        """Count at once where that takes no time, else when the keys rest."""
        if len(self.incoming.list.ids) <= _COUNTED_AT_ONCE:
            self._tell_count()
            return
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(_COUNT_AFTER_SECONDS, self._tell_count)

    def _tell_count(self) -> None:
        ids = self.incoming.list.ids
        unread = self.library.items.count_unread(ids)
        about = f"{unread:,} unread of {len(ids):,}"
        if self._query_text.strip():
            about = f"{self._query_text} · {len(ids):,}"
        self.tell_pane(0, about)

    def action_list_filter(self) -> None:
        """Open the filter box."""
        self.focus_pane(0)
        self.incoming.filter_box.display = True
        self.set_focus(self.incoming.filter_box)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter at every key."""
        if isinstance(event.input, FilterBox) and event.input.has_focus:
            event.stop()
            self.set_filter(event.value)

    def action_list_everything(self) -> None:
        """Take the filter away."""
        if self._query_text.strip():
            self._clear_filter()

    def _clear_filter(self) -> None:
        self.incoming.filter_box.value = ""
        self._close_filter()

    def _close_filter(self) -> None:
        box = self.incoming.filter_box
        # What was typed last may not have been looked at yet.
        self.set_filter(box.value)
        if self.incoming.mistake.display:
            return
        box.display = bool(box.value.strip())
        self.focus_pane(0)
