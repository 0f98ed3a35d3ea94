"""The calendar of arXiv's and bioRxiv's days: what is complete and why, and a way to the rest."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip

from hauler_tui.domain.announcements import eastern_day
from hauler_tui.domain.ledger import DayRecord, DayState, is_gap, worst
from hauler_tui.domain.proofs import (
    FILLED_SIGN,
    MEANINGS,
    SIGNS,
    proof,
    shown_subject,
    sign,
    word,
)
from hauler_tui.library.library import Library
from hauler_tui.ui.screens.pages import KeyedPage
from hauler_tui.ui.text import Span, cut, plain, wrap_spans
from hauler_tui.ui.widgets.bars import PaneTitle
from hauler_tui.ui.widgets.line_view import LineView, strip_of
from hauler_tui.ui.widgets.text_pane import TextPane
from hauler_tui.workflows.ledger import Gap, gaps, states, watched

_STYLES: Mapping[DayState, str] = {
    "complete": "text",
    "partial": "warning",
    "stale": "warning",
    "missing": "error",
    "pending": "hint",
    "holiday": "muted",
    "unwatched": "muted",
}
_CELL = 4
_WEEKDAYS = "Mo  Tu  We  Th  Fr  Sa  Su"
_MONTH = 7 * _CELL + 3
_LINES = 9
"""Of a month: its name, the weekdays, six weeks, nothing."""
_ONE_DAY = timedelta(days=1)


_LEAST_ROOM = 9
"""Lines for what is known of a day, its frame among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is known of one subject on one day."""

    subject: str
    state: DayState
    record: DayRecord | None


class Almanac:
    """The days of every subject, as the library knows them now."""

    def __init__(self, library: Library, now: datetime) -> None:
        self.today = eastern_day(now)
        subjects = watched(library)
        begins = [one.since for one in subjects if one.since is not None]
        self.first = min(begins, default=self.today).replace(day=1)
        records = library.ledger.records()
        self._days: dict[date, list[Day]] = {}
        for one in subjects:
            known = records.get(one.subject, {})
            found = states(library, one.subject, self.first, self.today, now=now)
            for day, state in found.items():
                told = Day(subject=one.subject, state=state, record=known.get(day))
                self._days.setdefault(day, []).append(told)
        self.gaps = gaps(library, now=now)

    def of(self, day: date) -> Sequence[Day]:
        """Every subject on a day."""
        return self._days.get(day, ())

    def mark(self, day: date) -> tuple[str, str]:
        """The sign of a day and its style: the worst of all subjects."""
        state = worst(one.state for one in self.of(day))
        shown = [sign(one.record, one.state) for one in self.of(day) if one.state == state]
        is_filled = state == "complete" and FILLED_SIGN in shown
        return (FILLED_SIGN if is_filled else SIGNS[state]), _STYLES[state]

    def gap_days(self) -> list[date]:
        """The days that lack something, oldest first."""
        return sorted({gap.day for gap in self.gaps})


class MonthGrid(LineView):
    """Months side by side as far as they fit, a sign beside each day."""

    BINDINGS = [
        ("h,left", "step(-1)", "Day before"),
        ("l,right", "step(1)", "Next day"),
        ("k,up", "step(-7)", "Week before"),
        ("j,down", "step(7)", "Next week"),
        ("K,pageup", "month(-1)", "Month before"),
        ("J,pagedown", "month(1)", "Next month"),
        ("g,home", "edge(-1)", "First day"),
        ("G,end,t", "edge(1)", "Today"),
        ("n", "gap(1)", "Next gap"),
        ("N", "gap(-1)", "Gap before"),
        ("enter,space", "choose", "Fill this day"),
    ]

    @dataclass
    class DayMoved(Message):
        """Another day is under the cursor."""

        day: date

    @dataclass
    class DayChosen(Message):
        """The day under the cursor is to be filled."""

        day: date

    def __init__(self, almanac: Almanac) -> None:
        super().__init__()
        self.almanac = almanac
        days = almanac.gap_days()
        self.day = days[-1] if days else almanac.today

    def show(self, almanac: Almanac) -> None:
        """Draw what is known now."""
        self.almanac = almanac
        self.repaint()

    def line_count(self) -> int:
        """How many lines the months take."""
        return -(-len(self._months()) // self._columns()) * _LINES

    def line(self, index: int, width: int) -> Strip:
        """One line of all the months that stand beside each other."""
        columns = self._columns()
        row, within = divmod(index, _LINES)
        spans: list[Span] = [Span(" ")]
        for month in self._months()[row * columns : (row + 1) * columns]:
            spans += self._of_month(month, within)
        return strip_of(self.colours, spans, width)

    def _months(self) -> list[date]:
        months = [self.almanac.first]
        while (following := (months[-1] + _ONE_DAY * 32).replace(day=1)) <= self.almanac.today:
            months.append(following)
        return months

    def _columns(self) -> int:
        return max(1, (self.size.width - 2) // _MONTH)

    def _of_month(self, month: date, line: int) -> list[Span]:
        if line == 0:
            return [Span(f"{month:%B %Y}".ljust(_MONTH), "heading")]
        if line == 1:
            names = "".join(
                f"{name:<{_CELL}}" for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
            )
            return [Span(names.ljust(_MONTH), "muted")]
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        if line - 2 >= len(weeks):
            return [Span(" " * _MONTH)]
        spans: list[Span] = []
        for day in weeks[line - 2]:
            spans += self._cell(day) if day.month == month.month else [Span(" " * _CELL)]
        return [*spans, Span(" " * (_MONTH - 7 * _CELL))]

    def _cell(self, day: date) -> list[Span]:
        shown, style = self.almanac.mark(day)
        if day == self.day:
            return [Span(f"{day.day:>2}{shown}", "cursor"), Span(" ")]
        number = "strong" if day == self.almanac.today else "muted"
        return [Span(f"{day.day:>2}", number), Span(shown, style), Span(" ")]

    def go(self, day: date) -> None:
        """Put the cursor on a day, as near as there are days."""
        self.day = max(self.almanac.first, min(day, self.almanac.today))
        self.reveal()
        self.refresh()
        self.post_message(self.DayMoved(self.day))

    def reveal(self) -> None:
        """Scroll until the month of the cursor is in sight."""
        top = self._row_of(self.day) * _LINES
        if top < self.top:
            self.show_from(top)
        elif top + _LINES > self.top + self.size.height:
            self.show_from(top + _LINES - 1 - self.size.height)

    def _row_of(self, day: date) -> int:
        return self._months().index(day.replace(day=1)) // self._columns()

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        super().on_resize()
        self.reveal()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a second one chooses the day."""
        row, within = divmod(self.top + event.y, _LINES)
        column, x = divmod(event.x - 1, _MONTH)
        number = row * self._columns() + column
        if within < 2 or not 0 <= column < self._columns() or number >= len(self._months()):
            return
        month = self._months()[number]
        weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
        if within - 2 < len(weeks) and x // _CELL < 7:
            day = weeks[within - 2][x // _CELL]
            if day.month == month.month and day <= self.almanac.today:
                self.go(day)
                if event.chain == 2:
                    self.action_choose()

    def action_step(self, days: int) -> None:
        """Some days on, or back."""
        self.go(self.day + _ONE_DAY * days)

    def action_month(self, by: int) -> None:
        """The same day of another month, or its last."""
        first = self.day.replace(day=1)
        other = (first + _ONE_DAY * 32).replace(day=1) if by > 0 else first - _ONE_DAY
        length = calendar.monthrange(other.year, other.month)[1]
        self.go(other.replace(day=min(self.day.day, length)))

    def action_edge(self, edge: int) -> None:
        """The first day, or today."""
        self.go(self.almanac.today if edge > 0 else self.almanac.first)

    def action_gap(self, by: int) -> None:
        """The next day that lacks something, or the one before."""
        days = self.almanac.gap_days()
        after = [day for day in days if day > self.day]
        before = [day for day in days if day < self.day]
        if by > 0 and after:
            self.go(after[0])
        elif by < 0 and before:
            self.go(before[-1])

    def action_choose(self) -> None:
        """Fill this day."""
        self.post_message(self.DayChosen(self.day))


class CalendarPage(KeyedPage[None]):
    """The calendar over a word on the day under the cursor."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (140, "-roomy")]
    BINDINGS = [("escape,q", "dismiss(None)", "Close"), ("f,F", "fill_all", "Fill all gaps")]

    def __init__(
        self,
        library: Library,
        clock: Callable[[], datetime],
        fill: Callable[[Sequence[Gap]], None],
    ) -> None:
        super().__init__(classes="page")
        self._library, self._clock, self._fill = library, clock, fill
        self._bar = PaneTitle("Days", "·")
        self._almanac = Almanac(library, clock())
        self._grid = MonthGrid(self._almanac)
        self._detail = TextPane(id="day")
        self._detail.can_focus = False

    def compose(self) -> ComposeResult:
        """The months, and what is known of the day under the cursor."""
        with Vertical(classes="sheet"):
            yield self._bar
            yield self._grid
            yield self._detail

    def on_mount(self) -> None:
        """The months have the keys."""
        self._bar.light(True)
        self._grid.focus()
        self._tell()

    def on_resize(self) -> None:
        """Give the day what the months leave free."""
        self.call_after_refresh(self._share_room)

    def _share_room(self) -> None:
        whole = self._grid.outer_size.height + self._detail.outer_size.height
        self._detail.styles.height = max(_LEAST_ROOM, whole - self._grid.line_count())
        self.call_after_refresh(self._tell)

    def renew(self) -> None:
        """Show what is known now."""
        self._almanac = Almanac(self._library, self._clock())
        self._grid.show(self._almanac)
        self._tell()

    def tell(self, about: str) -> None:
        """Say in the title what goes on."""
        self._bar.tell(about)

    def on_month_grid_day_moved(self, event: MonthGrid.DayMoved) -> None:
        """Show what is known of the day."""
        event.stop()
        self._tell()

    def on_month_grid_day_chosen(self, event: MonthGrid.DayChosen) -> None:
        """Fill what the day lacks."""
        event.stop()
        chosen = [gap for gap in self._almanac.gaps if gap.day == event.day]
        if chosen:
            self._fill(chosen)
        else:
            self.tell("nothing is lacking of this day")

    def action_fill_all(self) -> None:
        """Fill every gap."""
        if self._almanac.gaps:
            self._fill(self._almanac.gaps)
        else:
            self.tell("nothing is lacking")

    def _tell(self) -> None:
        lacking = len(self._almanac.gaps)
        days = f"{lacking:,} gap{'' if lacking == 1 else 's'}" if lacking else "nothing lacks"
        self.tell(f"{days} · enter fills the day · f all · n next gap · esc closes")
        day = self._grid.day
        self._detail.show(lambda width: self._about(day, width))

    def _about(self, day: date, width: int) -> list[list[Span]]:
        room = max(1, self._detail.size.height - 3)
        order: tuple[DayState, ...] = tuple(MEANINGS)
        told = sorted(
            self._almanac.of(day),
            key=lambda one: (not is_gap(one.state), order.index(one.state)),
        )
        lines: list[list[Span]] = [[Span(f"{day:%A} {day.day} {day:%B %Y}", "strong")]]
        for one in told:
            said = proof(one.record, one.state, day)
            lines += wrap_spans(
                [
                    Span(f"{sign(one.record, one.state)} ", _STYLES[one.state]),
                    Span(f"{cut(plain(shown_subject(one.subject)), 30)} ", "strong"),
                    Span(f"{word(one.record, one.state)}: {said}"),
                ],
                width,
                rest="  ",
            )
        if len(lines) - 1 > room:
            lines = [*lines[:room], [Span("… and more: hauler ledger tells all", "muted")]]
        legend = [(FILLED_SIGN, "filled", "text")]
        legend += [(SIGNS[s], s, _STYLES[s]) for s in MEANINGS if s != "unwatched"]
        spans = [
            span
            for shown, name, style in legend
            for span in (Span(f"{shown} ", style), Span(f"{name}  ", "muted"))
        ]
        return [*lines, [], *wrap_spans(spans, width)]
