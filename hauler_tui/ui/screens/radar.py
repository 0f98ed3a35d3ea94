"""The radar: what happened to the works that earlier issues covered, and a line about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip
from textual.worker import get_current_worker

from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.ui.screens.lanes import LaneActions
from hauler_tui.ui.screens.pages import KeyedPage
from hauler_tui.ui.text import Span, cut, fit, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.ui.widgets.line_view import strip_of
from hauler_tui.ui.widgets.pick_list import PickList
from hauler_tui.ui.widgets.text_pane import TextPane

if TYPE_CHECKING:
    from hauler_tui.workflows.radar import News, Watch

RADAR_VIEW = "radar:"
"""What stands for the radar among the views."""

_MARKS = {
    "withdrawn": ("✗", "error"),
    "replaced": ("↻", "warning"),
    "published": ("✓", "hint"),
    "followed": ("→", "hint"),
}
_WIDEST_TITLE = 44
_KEYS = "enter goes there · l into a lane · x puts aside · u undo · esc"


class RadarActions(LaneActions):
    """The command that shows the radar."""

    _watch: Watch | None = None

    @work
    async def action_library_radar(self) -> None:
        """Show what happened to what was covered."""
        from hauler_tui.workflows.radar import Watch

        self.close_editors()
        watch = self._watch = self._watch or Watch(self.library)
        page = RadarPage(self.library, watch, self.clock, self._slug_to_write)
        item_id = await self.app.push_screen_wait(page)
        if item_id is not None:
            self.reveal_item(item_id)
            self.focus_pane(0)


class _Listed(PickList):
    """The news, a line each."""

    def __init__(self, titles: Callable[[int], str]) -> None:
        super().__init__()
        self._titles = titles
        self.news: Sequence[News] = ()
        self.empty = "Looking through what you covered…"

    def line_count(self) -> int:
        """How many news there are."""
        return len(self.news) or 1

    def is_selectable(self, index: int) -> bool:
        """Every news; not the line that says there is none."""
        return bool(self.news)

    @property
    def current(self) -> News | None:
        """The news under the cursor."""
        return self.news[self.cursor] if self.cursor < len(self.news) else None

    def line(self, index: int, width: int) -> Strip:
        """What kind, which work, what happened, which issue."""
        if not self.news:
            return strip_of(self.colours, [Span(f"  {self.empty}", "muted")], width)
        one = self.news[index]
        mark, style = _MARKS[one.happened.kind]
        over = self.colours.cursor if index == self.cursor else None
        room = min(_WIDEST_TITLE, width // 2)
        slug = plain(one.slug)
        said = cut(plain(one.sentence), max(0, width - room - len(slug) - 9))
        spans = [
            Span(f" {mark} ", style),
            Span(f"{fit(plain(self._titles(one.item_id)), room)}  "),
            Span(f"{said}  "),
            Span(slug, "covered"),
        ]
        return strip_of(self.colours, spans, width, over)


class RadarPage(KeyedPage["int | None"]):
    """The news; answers with the item to go to, None when the person left."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (140, "-roomy")]
    BINDINGS = [
        ("escape,q", "dismiss(None)", "Close"),
        ("l", "write", "Into a lane"),
        ("x", "put_aside", "Put aside"),
        ("u", "undo", "Undo"),
    ]

    def __init__(
        self,
        library: Library,
        watch: Watch,
        clock: Callable[[], datetime],
        slug_to_write: Callable[[], str],
    ) -> None:
        super().__init__(classes="page")
        self._library, self._watch, self._clock = library, watch, clock
        self._slug_to_write = slug_to_write
        self._bar = PaneTitle("Radar", "·")
        self._list = _Listed(lambda item_id: library.items.row(item_id).title)
        self._detail = TextPane(id="finding")
        self._detail.can_focus = False

    def compose(self) -> ComposeResult:
        """The list, and the line about the one under the cursor."""
        with Vertical(classes="sheet"):
            yield self._bar
            yield self._list
            yield self._detail

    def on_mount(self) -> None:
        """Look in a thread; what was found before is there at once."""
        self._bar.light(True)
        self._list.focus()
        if self._watch.is_current:
            self._show()
        else:
            self._look()

    @work(thread=True, exclusive=True, group="radar")
    def _look(self) -> None:
        worker = get_current_worker()
        said = ""
        try:
            self._watch.news(lambda: worker.is_cancelled)
        except HaulerError as error:
            said = error.message
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, said)

    def _show(self, said: str = "") -> None:
        news = self._watch.left()
        self._list.news = news
        self._list.empty = "Nothing happened to what you covered, as far as the library knows."
        self._list.place(min(self._list.cursor, max(0, len(news) - 1)))
        self._list.refresh()
        self._bar.tell(f"{said or f'{len(news):,} news'} · {_KEYS if news else 'esc closes'}")
        self._tell()

    def on_line_list_cursor_moved(self, event: LineList.CursorMoved) -> None:
        """Show the line about it."""
        event.stop()
        self._tell()

    def on_line_list_row_chosen(self, event: LineList.RowChosen) -> None:
        """Go to the item, or to the later work that follows it."""
        event.stop()
        if one := self._list.current:
            self.dismiss(one.item_id if one.follower is None else one.follower)

    def action_write(self) -> None:
        """Put the line into the first prose lane of the open issue, and the news aside."""
        from hauler_tui.workflows.radar import prose_lane, write_line

        if (one := self._list.current) is None:
            return
        try:
            slug = self._slug_to_write()
            lane = prose_lane(self._library.hauls.get(slug))
            write_line(self._library, one, slug, lane, self._clock())
        except HaulerError as error:
            self._bar.tell(error.message)
        else:
            self._show(f"written into {plain(lane)} of {slug}")

    def action_put_aside(self) -> None:
        """Put the news aside."""
        from hauler_tui.workflows.radar import dismiss

        if one := self._list.current:
            dismiss(self._library, [one], self._clock())
            self._show("put aside")

    def action_undo(self) -> None:
        """Take back the last step."""
        step = self._library.history.undo(self._clock())
        said = f"took back: {step.about}" if step else "nothing to take back"
        if self._watch.is_current:
            self._show(said)
        else:
            self._look()

    def _tell(self) -> None:
        from hauler_tui.workflows.radar import line_of

        one = self._list.current
        line = line_of(self._library, one) if one else ""
        self._detail.show(lambda width: wrap_spans([Span(plain(line), "muted")], width)[:5])
