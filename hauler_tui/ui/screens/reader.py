"""The reader: three panes, and what happens between them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from hauler_tui.config import Config
from hauler_tui.domain.addresses import shown
from hauler_tui.errors import LibraryError
from hauler_tui.library.changes import Changes
from hauler_tui.library.library import Library
from hauler_tui.ui.actions import ACTIONS, Scope, actions_in
from hauler_tui.ui.bindings import bindings_of
from hauler_tui.ui.keymap import Keymap
from hauler_tui.ui.panes.incoming import ItemList
from hauler_tui.ui.panes.reading import Reading
from hauler_tui.ui.screens import leaving
from hauler_tui.ui.screens.dialogs import Ask, Choose
from hauler_tui.ui.screens.draft_actions import DraftActions
from hauler_tui.ui.screens.feeds import FeedActions
from hauler_tui.ui.screens.item_actions import ItemActions
from hauler_tui.ui.screens.ledger_actions import LedgerActions
from hauler_tui.ui.screens.linking import LinkActions
from hauler_tui.ui.screens.listing import Listing
from hauler_tui.ui.screens.memory import Memory
from hauler_tui.ui.screens.outside import OutsideActions
from hauler_tui.ui.screens.pages import help_page
from hauler_tui.ui.screens.radar import RadarActions
from hauler_tui.ui.state import Place
from hauler_tui.ui.widgets.bars import Tabs
from hauler_tui.ui.widgets.line_list import LineList

_SAVED_POLL_SECONDS = 0.05

_LONGEST_FLUSH_SECONDS = 3.0

_CHECKED_AT_ONCE = 50
"""Rows left behind that are looked at one by one; with more the view is asked again."""

_PANES: tuple[Scope, ...] = ("incoming", "reading", "drafts")

_METHODS = frozenset(action.method for action in ACTIONS if "text" not in action.scopes)


class ReaderScreen(
    Listing,
    ItemActions,
    DraftActions,
    FeedActions,
    LedgerActions,
    OutsideActions,
    RadarActions,
    LinkActions,
    Memory,
):
    """Incoming, Reading and Drafts."""

    BINDINGS = bindings_of("anywhere")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(
        self,
        library: Library,
        config: Config,
        clock: Callable[[], datetime],
        keymap: Keymap,
        *,
        view: str = "",
        item_id: int | None = None,
        notice: str = "",
    ) -> None:
        super().__init__(library, clock, keymap)
        self.config = config
        self._targets = {}
        self._known = {}
        self._shown_slug = None
        self._shown_cards = frozenset()
        self._query_text = view
        self._start_at = item_id
        self._notice = notice
        self._pane = 0
        self._shown_id: int | None = -1  # no item: the first view shows its own
        self._behind: set[int] = set()
        self._shows_covered = False
        self._saving: Timer | None = None
        self._feed_titles: Mapping[int, str] | None = None
        self.painted: Callable[[], None] = lambda: None
        """Called when the first frame with rows is on the screen."""

    def compose(self) -> ComposeResult:
        """Tabs where one pane fits, the panes, the status."""
        yield self.tabs
        with Horizontal(id="panes"):
            yield self.incoming
            yield self.reading
            yield self.drafts
        yield self.status

    def on_mount(self) -> None:
        """Show the library and give the keys to Incoming."""
        self.incoming.list.name_of = self.name_of_issue
        self.incoming.filter_box.value = self._query_text
        self.incoming.filter_box.leave = self._close_filter
        self.incoming.filter_box.clear_filter = self._clear_filter
        self.library.subscribe(self._library_changed)
        self.show_first_view(self._start_at)
        self.show_draft()
        self.focus_pane(0)
        if self._notice:
            self.say(self._notice)
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        self.painted()
        self.refresh_by_itself()

    def show_markdown(self) -> None:
        """Draw the note again, and check the issue: what reads Markdown is here now."""
        self.show_reading(keep_place=True)
        self.begin_checking()

    def _panes(self) -> tuple[Widget, Widget, Widget]:
        return self.incoming, self.reading, self.drafts

    @property
    def place(self) -> Place:
        """Where the person is, to be found again at the next start."""
        return Place(view=self._query_text, item=self.current_id or 0)

    def focus_pane(self, number: int) -> None:
        """Give the keys to a pane; where one pane fits, show it.

        ``Screen.set_focus`` and not ``Widget.focus``, which waits a turn in which the next key of
        a fast typist would still go to the pane before.
        """
        self._pane = number
        for index, pane in enumerate(self._panes()):
            pane.set_class(index == number, "-current")
        self.tabs.mark(number)
        self.set_focus((self.incoming.list, self.reading.text, self.drafts.list)[number])
        self.light()

    def on_tabs_picked(self, event: Tabs.Picked) -> None:
        """To the pane of a tab."""
        event.stop()
        self.focus_pane(event.number)

    def on_descendant_focus(self) -> None:
        """Follow the focus wherever it went, with the mouse too."""
        for index, pane in enumerate(self._panes()):
            if pane.has_focus_within and index != self._pane:
                self._pane = index
                self.tabs.mark(index)
                for other, each in enumerate(self._panes()):
                    each.set_class(other == index, "-current")
        self.light()

    def light(self) -> None:
        """Show which pane has the keys, and which keys matter there."""
        bars = (self.incoming.title_bar, self.reading.title_bar, self.drafts.title_bar)
        for index, bar in enumerate(bars):
            bar.light(index == self._pane)
        is_typing = isinstance(self.focused, TextArea)
        scopes: tuple[Scope, ...] = ("text",) if is_typing else (_PANES[self._pane], "anywhere")
        keys = [("esc", "Leave, keeping it")] if is_typing else []
        keys += [
            (self.keymap.shown(action), action.title)
            for scope in scopes
            for action in actions_in(scope)
            if action.hinted and self.keymap.keys(action) and action.id not in self.refused
        ]
        self.status.offer(keys)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No command of the reader works while something is typed into a text field."""
        if action in _METHODS and isinstance(self.focused, Input | TextArea):
            return False
        return super().check_action(action, parameters)

    def action_pane_incoming(self) -> None:
        """To Incoming."""
        self.focus_pane(0)

    def action_pane_reading(self) -> None:
        """To Reading."""
        self.focus_pane(1)

    def action_pane_drafts(self) -> None:
        """To Drafts."""
        self.focus_pane(2)

    def action_pane_next(self) -> None:
        """To the next pane."""
        self.focus_pane((self._pane + 1) % 3)

    def action_pane_previous(self) -> None:
        """To the pane before."""
        self.focus_pane((self._pane - 1) % 3)

    def action_pane_zoom(self) -> None:
        """Show one pane, or all again."""
        self.toggle_class("-zoomed")

    def action_app_help(self) -> None:
        """The keys that work here."""
        self.app.push_screen(help_page(_PANES[self._pane], self.keymap))

    def action_app_palette(self) -> None:
        """Find a command."""
        self.app.action_command_palette()

    def action_app_theme(self) -> None:
        """Choose the colours."""
        self.app.search_themes()

    @work
    async def action_app_leave(self) -> None:
        """Save and leave; what the disk refuses is not left behind unasked."""
        self.close_editors()
        while True:
            failure = None
            try:
                self.library.flush(_LONGEST_FLUSH_SECONDS)
            except LibraryError as error:
                failure = error
            asked = leaving.question(self.library, failure)
            if asked is None:
                break
            answer = await self.app.push_screen_wait(Choose(*asked))
            if answer == "copy" and not await self._save_elsewhere():
                return
            if answer in ("copy", "leave"):
                break
            if answer != "again":
                return
        await self.app.action_quit()

    async def _save_elsewhere(self) -> bool:
        """Write everything the person made to another disk; whether it was written."""
        name = await self.app.push_screen_wait(
            Ask("Write everything you made, as a TinyDB file, to", "~/hauler-rescued.json")
        )
        if not name:
            return False
        try:
            self.library.write_copy(Path(name).expanduser())
        except LibraryError as error:
            self.complain(error)
            return False
        return True

    def on_line_list_cursor_moved(self, event: LineList.CursorMoved) -> None:
        """Show the item under the cursor; rows left behind that no longer fit go."""
        event.stop()
        if isinstance(event.list, ItemList):
            self.follow_cursor()

    def on_line_list_row_chosen(self, event: LineList.RowChosen) -> None:
        """A double click reads the item, or goes to the card's item."""
        event.stop()
        if isinstance(event.list, ItemList):
            self.action_item_open()
        else:
            self.action_card_go()

    def follow_cursor(self) -> None:
        """Show the item under the cursor, if it is another one."""
        item_id = self.current_id
        if self._targets and item_id != self._shown_id:
            self.close_editors()
        self._drop_left_behind(item_id)
        if item_id != self._shown_id:
            self._shows_covered = False
            self.show_reading()

    def _drop_left_behind(self, item_id: int | None) -> None:
        if len(self._behind) > _CHECKED_AT_ONCE:
            self.reload(item_id)
            return
        for gone in [i for i in self._behind if i != item_id]:
            self._behind.discard(gone)
            if not self.library.items.fits(gone, self._query()):
                self.incoming.list.drop(gone)

    def leave_behind(self, ids: Iterable[int]) -> None:
        """Remember rows that changed: those that no longer fit go when the cursor moves on."""
        self._behind.update(ids)

    def reveal_item(self, item_id: int) -> None:
        """Put the cursor on an item; one outside the view joins it until the cursor moves on."""
        items = self.incoming.list
        if item_id in items.ids:
            items.go(items.ids.index(item_id))
            return
        ids = array("Q", items.ids)
        place = min(items.cursor, len(ids))
        ids.insert(place, item_id)
        items.show(ids, place)
        self._behind.add(item_id)
        self.follow_cursor()

    def show_reading(self, *, keep_place: bool = False) -> None:
        """Show the current item in the reading pane."""
        item_id = self._shown_id = self.current_id
        if item_id is None:
            self.reading.show(None)
            self.tell_pane(1, "")
            return
        item = self.library.items.get(item_id)
        reading = Reading(
            item=item,
            note=self.library.notes.get(item_id),
            lookup=self.library.lookups.get(item_id),
            feed_titles=self._titles_of_feeds(),
            covered=self.covered_in(item, with_texts=self._shows_covered),
            shows_covered=self._shows_covered,
            hides_note="note-editor" in self._targets,
        )
        self.reading.show(reading, keep_place=keep_place)
        self.tell_pane(1, item.key)

    def _titles_of_feeds(self) -> Mapping[int, str]:
        """What the feeds are called, read once and not at every move of the cursor."""
        if self._feed_titles is None:
            feeds = self.library.feeds.all()
            self._feed_titles = {feed.id: feed.title or shown(feed.url) for feed in feeds}
        return self._feed_titles

    def action_item_history(self) -> None:
        """Unfold what earlier issues said."""
        if (item_id := self.current_id) is None:
            return
        if not self.library.hauls.covered(item_id):
            self.say("No earlier issue has it.")
            return
        self._shows_covered = not self._shows_covered
        self.show_reading(keep_place=True)

    def _library_changed(self, changes: Changes) -> None:
        if changes.feeds:
            self._feed_titles = None
        self.living.forget(changes.items)
        if changes.hauls:
            self.forget_issues()
        if changes.items:
            self.incoming.list.forget(changes.items)
            survivor = self.library.items.survivor
            self.leave_behind(each for each in changes.items if survivor(each) != each)
            self._count_soon()
            if self._shown_id in changes.items and "note-editor" not in self._targets:
                self.show_reading(keep_place=True)
        if changes.hauls:
            self.forget_names()
        if changes.hauls or not changes.items.isdisjoint(self._shown_cards):
            self.show_draft()
        self._watch_saving()

    def _watch_saving(self) -> None:
        if self._saving is None:
            self._saving = self.set_interval(_SAVED_POLL_SECONDS, self._tell_saved)
        self._tell_saved()

    def _tell_saved(self) -> None:
        error = self.library.error
        if error is not None:
            reason = getattr(error, "strerror", None) or str(error)
            self.status.saved(f"NOT SAVED: {reason}", is_safe=False)
        elif self.library.pending:
            self.status.saved("saving", is_safe=True)
        else:
            self.status.saved("saved", is_safe=True)
            if self._saving is not None:
                self._saving.stop()
                self._saving = None

    def repaint_all(self) -> None:
        """Draw every line again: the colours are others."""
        from hauler_tui.ui.widgets.line_view import Painted

        for widget in self.query("*"):
            if isinstance(widget, Painted):
                widget.repaint()
