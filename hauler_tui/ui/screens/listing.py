"""What Incoming lists: the view, the filter, and how many of it are unread."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event

from textual import work
from textual.timer import Timer
from textual.widgets import Input, TextArea

from hauler_tui.domain.query import Query, QueryError, parse
from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.ui.keymap import Keymap
from hauler_tui.ui.panes.incoming import FilterBox
from hauler_tui.ui.screens.base import ReaderBase
from hauler_tui.ui.screens.dialogs import Choice, Choose

_COUNTED_AT_ONCE = 5000
_COUNT_AFTER_SECONDS = 0.2
"""Rows listed or counted within a key's frame, and how long counting more of them waits."""

_INDEX_POLL_SECONDS = 0.25
_MANY_TO_INDEX = 1000
"""Items whose indexing takes long enough to be told."""


ORDERS: tuple[Choice, ...] = (
    Choice("date", "Newest first"),
    Choice("title", "By title", "blind to case and leading punctuation"),
    Choice("score", "Best match first", "for the words of the filter"),
)
_SORT = re.compile(r"(?:^|(?<=\s))sort:(\w+)", re.IGNORECASE)


@dataclass
class Search:
    """One search, of which more and more is shown."""

    answers: Iterator[array[int]]
    given_up: Event
    keep: int | None
    """The item the cursor is to be on."""
    stays: bool
    """Whether that item is listed even where the query does not find it."""
    shown: array[int] = field(default_factory=lambda: array("Q"))
    """What was listed before the rest is asked for."""
    place: int | None = None
    has_rows: bool = False
    chosen: int | None = None
    """The item the cursor was put on when rows were shown last."""
    is_over: bool = False


class Listing(ReaderBase):
    """The commands that choose what is listed."""

    _query_text: str
    """The filter in force, which is a query without a mistake."""
    _behind: set[int]
    """Rows that may not fit the view any more, and go when the cursor moves on."""
    _listed = ""
    """What the title says of the list."""
    _counting: Timer | None = None
    _watching: Timer | None = None

    def __init__(self, library: Library, clock: Callable[[], datetime], keymap: Keymap) -> None:
        super().__init__(library, clock, keymap)
        self._search = Search(iter(()), Event(), None, False, is_over=True)

    def show_first_view(self, item_id: int | None) -> None:
        """Put the rows into the very first frame; what comes after them follows."""
        try:
            query = self._query()
        except QueryError:
            # Another version of hauler remembered a filter that this one does not understand.
            self._query_text = self.incoming.filter_box.value = ""
            query = None
        self.incoming.filter_box.display = query is not None
        search = self._begin(query, item_id, stays=False)
        ids = next(search.answers)
        if query is None and self.library.items.count() <= _COUNTED_AT_ONCE:
            *_, ids = (ids, *search.answers)
            search.is_over = True
        search.shown = ids
        search.place = _place_of(ids, item_id)
        self._show_answer(search, ids, search.place)
        self._follow(search)
        self.watch_index()

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

    @work
    async def action_list_sort(self) -> None:
        """Choose the order of the list, which becomes part of the filter."""
        found = _SORT.search(self._query_text)
        current = found[1] if found else "date"
        chosen = await self.app.push_screen_wait(Choose("Order of Incoming", ORDERS, current))
        if chosen is None:
            return
        kept = " ".join(_SORT.sub(" ", self._query_text).split())
        text = kept if chosen == "date" else f"{kept} sort:{chosen}".strip()
        self.show_view(text)

    def show_view(self, query: str) -> None:
        """Show what a query finds in Incoming, with the query in the filter box."""
        self.incoming.filter_box.value = query
        self.incoming.filter_box.display = bool(query.strip())
        self.set_filter(query)
        self.focus_pane(0)

    def reload(self, keep: int | None = None) -> None:
        """Ask the library for the view again; ``keep`` stays listed while the cursor is on it."""
        self._find(self._query(), keep, stays=True)
        self.watch_index()

    @property
    def is_searching(self) -> bool:
        """Whether more may come than is listed."""
        return not self._search.is_over

    def _find(self, query: Query | None, keep: int | None, *, stays: bool) -> None:
        self._follow(self._begin(query, keep, stays=stays))

    def _begin(self, query: Query | None, keep: int | None, *, stays: bool) -> Search:
        """Begin a search; the one before is given up, and nothing it still finds is shown."""
        self._search.given_up.set()
        given_up = Event()
        answers = self.library.items.answers(query, stop=given_up.is_set)
        self._search = Search(answers, given_up, keep, stays)
        return self._search

    @work(thread=True, exclusive=True, group="view")
    def _follow(self, search: Search) -> None:
        ids = search.shown
        try:
            for ids in search.answers:
                if search.given_up.is_set():
                    return
                # A row that stays must not go and come back while the rest is found.
                place = _place_of(ids, search.keep)
                if ids and (not search.stays or search.keep is None or place is not None):
                    self.app.call_from_thread(self._show_answer, search, ids, place)
        except LibraryError as error:
            self.app.call_from_thread(self.complain, error)
        unread = self.library.items.count_unread(ids)
        if not search.given_up.is_set():
            self.app.call_from_thread(self._end_search, search, ids, unread)

    def _show_answer(self, search: Search, ids: array[int], place: int | None) -> None:
        """List what was found so far; the cursor stays on its row, or goes where it is to be."""
        if search.given_up.is_set():
            return
        items = self.incoming.list
        if search.has_rows and items.current_id != search.chosen:
            place = _place_of(ids, items.current_id)
        elif place is None and search.place is not None:
            place = search.place
        if not search.has_rows:
            self._behind.clear()
        search.has_rows = True
        items.now = self.clock()
        items.empty = self._empty_lines()
        items.show(ids, place)
        search.chosen = items.current_id
        self._tell_count()
        self.follow_cursor()

    def _end_search(self, search: Search, ids: array[int], unread: int) -> None:
        """Everything was found."""
        if search.given_up.is_set():
            return
        search.is_over = True
        keep, items = search.keep, self.incoming.list
        if search.stays and keep is not None and _place_of(ids, keep) is None:
            place = min(items.cursor, len(ids))
            ids.insert(place, keep)
            self._show_answer(search, ids, place)
            self._behind.add(keep)
        elif not ids:
            self._show_answer(search, ids, None)
        self._tell_count(unread)

    def watch_index(self) -> None:
        """Tell how far the index is while many items wait for it."""
        if self._watching is None and self._tell_indexing():
            self._watching = self.set_interval(_INDEX_POLL_SECONDS, self._tell_indexing)

    def _tell_indexing(self) -> bool:
        progress = self.library.index_progress
        is_long = progress is not None and progress[1] >= _MANY_TO_INDEX
        if progress is not None and is_long:
            self.status.busy(f"indexing {progress[0]:,} of {progress[1]:,}")
        else:
            self.status.busy("")
            if self._watching is not None:
                self._watching.stop()
                self._watching = None
        return is_long

    def _empty_lines(self) -> list[str]:
        if self.is_searching:
            return ["", "Searching …"]
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
        if len(self.incoming.list.ids) <= _COUNTED_AT_ONCE and not self.is_refreshing:
            self._tell_count()
            return
        if self._counting is not None:
            if self.is_refreshing:
                return  # what comes in comes without a rest
            self._counting.stop()
        self._counting = self.set_timer(_COUNT_AFTER_SECONDS, self._count_unless_typing)

    def _count_unless_typing(self) -> None:
        self._counting = None
        if isinstance(self.focused, TextArea):
            self._count_soon()
        else:
            self._tell_count()

    def _tell_count(self, unread: int | None = None) -> None:
        ids = self.incoming.list.ids
        more = " …" if self.is_searching else ""
        if self._query_text.strip():
            about = f"{self._query_text} · {len(ids):,}{more}"
        elif more:
            about = f"{len(ids):,}{more}"
        else:
            unread = self.library.items.count_unread(ids) if unread is None else unread
            about = f"{unread:,} unread of {len(ids):,}"
        self._listed = about
        self.tell_selection()

    def tell_selection(self) -> None:
        """Say in the title how many rows are selected, and what is listed."""
        count = len(self.incoming.list.selected)
        self.tell_pane(0, f"{count:,} selected · {self._listed}" if count else self._listed)

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
        """Select nothing; where nothing was selected, take the filter away."""
        if self.incoming.list.selected:
            self.incoming.list.select_none()
            self.tell_selection()
        elif self._query_text.strip():
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


def _place_of(ids: array[int], item_id: int | None) -> int | None:
    if item_id is None:
        return None
    try:
        return ids.index(item_id)
    except ValueError:
        return None
