"""The day ledger in the reader: its calendar, and filling while everything else goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import work

from hauler_tui.domain.ledger import PREPRINTS
from hauler_tui.domain.proofs import shown_subject
from hauler_tui.errors import HaulerError
from hauler_tui.ui.screens.refreshing import RefreshActions
from hauler_tui.workflows.fill import fill
from hauler_tui.workflows.filling import SOURCES, Filling, FillReport
from hauler_tui.workflows.ledger import Gap, gaps, watched
from hauler_tui.workflows.refresh import fetch_settings

if TYPE_CHECKING:
    from hauler_tui.ui.screens.calendar import CalendarPage

_NONE = "Nothing of arXiv or bioRxiv is subscribed to: hauler feeds add arxiv:cs.CL adds some."


class LedgerActions(RefreshActions):
    """The commands about the days of arXiv and bioRxiv."""

    _calendar: CalendarPage | None = None
    _unfilled: tuple[Gap, ...] = ()
    """Gaps that the person wanted filled and arXiv refused, to be asked for again later."""

    def action_library_ledger(self) -> None:
        """Show which days are complete."""
        from hauler_tui.ui.screens.calendar import CalendarPage

        if not watched(self.library):
            self.warn(_NONE)
            return
        self._calendar = CalendarPage(self.library, self.clock, self.fill_gaps)
        self.app.push_screen(self._calendar, self._calendar_closed)

    def action_library_fill(self) -> None:
        """Fetch every day that lacks something."""
        lacking = gaps(self.library, now=self.clock())
        if not watched(self.library):
            self.warn(_NONE)
        elif not lacking:
            self.say("No day is lacking.")
        else:
            self.fill_gaps(lacking)

    def fill_gaps(self, chosen: Sequence[Gap]) -> None:
        """Fill some gaps, unless something is being fetched already."""
        if self.is_refreshing:
            self._tell_filling("Still fetching.")
        else:
            self.is_refreshing = True
            self._fill(chosen)

    def fetched(self) -> None:
        """Show in the calendar what changed, and go on with what arXiv refused to fill."""
        if self._calendar is not None:
            self._calendar.renew()
        if not self._unfilled:
            return
        now = self.clock()
        due = self.library.ledger.api_state().due_at
        wanted = {(gap.subject, gap.day) for gap in self._unfilled}
        self._unfilled = ()
        again = [gap for gap in gaps(self.library, now=now) if (gap.subject, gap.day) in wanted]
        if again and due is not None and due > now:
            self._unfilled = tuple(again)
        elif again:
            self.fill_gaps(again)

    def _calendar_closed(self, answer: None) -> None:
        self._calendar = None

    def _tell_filling(self, message: str) -> None:
        self.say(message)
        if self._calendar is not None:
            self._calendar.tell(message)

    @work(exclusive=True, group="refresh")
    async def _fill(self, chosen: Sequence[Gap]) -> None:
        self._tell_filling("Asking for what is lacking…")

        def tell(filling: Filling) -> None:
            name = shown_subject(filling.gap.subject)
            source = "" if filling.source == "query" else f" · {SOURCES[filling.source]}"
            self._tell_filling(
                f"Filling {filling.done}/{filling.total} · {filling.new:,} new"
                f" · {name} of {filling.gap.day}{source}"
            )

        try:
            async with self.network:
                report = await fill(
                    self.library,
                    chosen,
                    now=self.clock(),
                    settings=fetch_settings(self.config),
                    progress=tell,
                )
        except HaulerError as error:
            self.complain(error)
        else:
            self._tell_filled(report)
        finally:
            self.is_refreshing = False
        self.reload(self.current_id)

    def _tell_filled(self, report: FillReport) -> None:
        if self._calendar is not None:
            self._calendar.renew()
        filled = len(report.filled)
        message = f"{filled} day{'' if filled == 1 else 's'} filled · {report.new:,} new"
        message += f" · {report.sources()}" if filled else ""
        # What bioRxiv did not give, a refresh asks for by itself.
        self._unfilled = tuple(gap for gap in report.left if not gap.subject.startswith(PREPRINTS))
        if report.left:
            message += f" · {len(report.left)} still lacking"
            self.warn(message)
            self.complain(HaulerError(report.error or "", report.hint))
        else:
            self.say(message)
        if self._calendar is not None:
            self._calendar.tell(message)
