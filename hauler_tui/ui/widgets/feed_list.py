"""The list of feeds: how each fares, how much of it is unread, what is special about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.strip import Strip

from hauler_tui.domain.addresses import shown
from hauler_tui.domain.feed import Feed, FeedState
from hauler_tui.ui.text import Span, cut, fit, joined, plain, width_of
from hauler_tui.ui.widgets.line_view import strip_of
from hauler_tui.ui.widgets.pick_list import PickList
from hauler_tui.workflows.feedcare import FeedStatus

_STYLES = {"failed": "error", "gone": "error", "waiting": "warning", "due": "hint", "ok": "muted"}
_WIDEST_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """What a line tells of a feed."""

    feed: Feed
    state: FeedState
    status: FeedStatus
    remarks: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the feed is called, else its address."""
        return plain(self.feed.title or shown(self.feed.url))


class FeedList(PickList):
    """The feeds in the order they were added."""

    BINDINGS = [
        ("ctrl+d,pagedown", "part(0.5)", "Page down"),
        ("ctrl+u,pageup", "part(-0.5)", "Page up"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[FeedRow] = ()
        self.unread: dict[int, int] = {}

    def line_count(self) -> int:
        """How many feeds there are, or the line that says there are none."""
        return max(1, len(self.rows))

    def line(self, index: int, width: int) -> Strip:
        """How a feed fares, how much of it is unread, its name, what is special."""
        if not self.rows:
            return strip_of(self.colours, [Span(" No feeds yet: a adds one.", "muted")], width)
        row = self.rows[index]
        over = self.colours.cursor if index == self.cursor else None
        unread = self.unread.get(row.feed.id)
        count = "" if unread is None else f"{unread:,}"
        tags = "".join(f"#{plain(tag)} " for tag in row.feed.tags)
        said = joined([*row.remarks, row.state.error or ""])
        column = min(_WIDEST_TITLE, max(16, width // 2 - 8))
        free = width - 20 - width_of(tags + plain(said))
        title = max(column, min(width_of(row.name), free))
        spans = [
            Span(f" {row.status:<7} ", _STYLES[row.status]),
            Span(f"{count:>6}  ", "strong" if unread else "muted"),
            Span(f"{fit(row.name, title)}  ", "muted" if row.feed.is_muted else ""),
            Span(cut(tags + plain(said), max(0, width - title - 20)), "muted"),
        ]
        return strip_of(self.colours, spans, width, over)

    def action_part(self, pages: float) -> None:
        """Half a page."""
        self.page(pages)
