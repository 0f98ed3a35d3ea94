"""What every group of the reader's actions stands on: the library, the panes, the way to speak."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import datetime

from textual.screen import Screen

from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.ui.keymap import Keymap
from hauler_tui.ui.panes.drafts import DraftsPane
from hauler_tui.ui.panes.incoming import IncomingPane
from hauler_tui.ui.panes.reading import ReadingPane
from hauler_tui.ui.text import cut, plain
from hauler_tui.ui.widgets.bars import Status, Tabs
from hauler_tui.workflows.living import LivingDraft


class ReaderBase(Screen[None]):
    """The screen's parts, without any command."""

    is_refreshing = False
    """Whether feeds are being fetched."""

    def __init__(self, library: Library, clock: Callable[[], datetime], keymap: Keymap) -> None:
        super().__init__()
        self.library = library
        self.living = LivingDraft(library)
        self.clock = clock
        self.keymap = keymap
        self.incoming = IncomingPane(library.items.rows)
        self.reading = ReadingPane()
        self.drafts = DraftsPane()
        self.status = Status()
        self.tabs = Tabs(("Incoming", "Reading", "Drafts"))
        self.network = asyncio.Lock()
        """Held by whoever asks servers, so that nobody asks one twice at a time."""

    def tell_pane(self, number: int, about: str) -> None:
        """Say in a pane's title what it holds: 0 Incoming, 1 Reading, 2 Drafts."""
        bars = (self.incoming.title_bar, self.reading.title_bar, self.drafts.title_bar)
        bars[number].tell(about)
        self.tabs.tell(number, about)

    def say(self, message: str) -> None:
        """Tell what was done, at the foot of the screen."""
        self.status.tell(message)

    def warn(self, message: str) -> None:
        """Tell what the person should know, at the foot of the screen."""
        self.status.tell(message, "warning")

    def complain(self, error: HaulerError) -> None:
        """Tell what failed and what to do, in a toast and at the foot of the screen."""
        self.status.tell(error.message, "error")
        text = plain(error.message) + (f"\n{plain(error.hint)}" if error.hint else "")
        self.notify(text, severity="error", timeout=8, markup=False)

    def named(self, item_id: int) -> str:
        """An item's title in quotes, short enough for a sentence."""
        return f"“{cut(plain(self.library.items.row(item_id).title), 50)}”"

    @property
    def current_id(self) -> int | None:
        """The item in the reading pane, which is the one under the cursor of the list."""
        return self.incoming.list.current_id

    def selection(self) -> tuple[int, ...]:
        """The selected items, as Incoming lists them, while it has the keys; else none."""
        chosen = self.incoming.list.selected
        if not chosen or self.focused is not self.incoming.list:
            return ()
        listed = [item_id for item_id in self.incoming.list.ids if item_id in chosen]
        return tuple(dict.fromkeys((*listed, *chosen)))

    def end_selection(self, done: Iterable[int], message: str) -> None:
        """Tell what was done to the selected items, which are selected no longer."""
        self.leave_behind(done)
        self.incoming.list.select_none()
        self.tell_selection()
        self.say(message)

    @abstractmethod
    def tell_selection(self) -> None:
        """Say in the title of Incoming how many rows are selected."""

    @property
    @abstractmethod
    def is_searching(self) -> bool:
        """Whether more may come than is listed."""

    @abstractmethod
    def follow_cursor(self) -> None:
        """Show the item under the cursor, if it is another one."""

    @abstractmethod
    def look_up_due(self, *, after_feeds: bool = False) -> None:
        """Ask what the captured links are that are due."""

    @abstractmethod
    def leave_behind(self, ids: Iterable[int]) -> None:
        """Let rows that no longer fit the view go when the cursor moves on."""

    @abstractmethod
    def show_view(self, query: str) -> None:
        """Show what a query finds in Incoming, with the query in the filter box."""

    @abstractmethod
    def reload(self, keep: int | None = None) -> None:
        """Ask the library for the view again, the cursor staying on ``keep``."""

    @abstractmethod
    def show_reading(self, *, keep_place: bool = False) -> None:
        """Show the current item in the reading pane."""

    @abstractmethod
    def show_draft(self) -> None:
        """Show the issue in the drafts pane."""

    @abstractmethod
    def focus_pane(self, number: int) -> None:
        """Give the keys to a pane: 0 Incoming, 1 Reading, 2 Drafts."""

    @abstractmethod
    def reveal_item(self, item_id: int) -> None:
        """Put the cursor of Incoming on an item."""

    @abstractmethod
    def close_editors(self) -> None:
        """Save what is being typed and close the text fields."""
