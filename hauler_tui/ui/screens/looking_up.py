"""Looking captured links up while the reader stays as quick as ever."""

from __future__ import annotations

from textual import work

from hauler_tui.config import Config
from hauler_tui.errors import HaulerError
from hauler_tui.ui.screens.base import ReaderBase
from hauler_tui.workflows.metadata import LookupProgress, look_up
from hauler_tui.workflows.refresh import fetch_settings

_BAR = 10
"""Cells of the progress bar."""


class LookupActions(ReaderBase):
    """What fills the rows of captured links in."""

    config: Config
    _is_looking_up = False
    _is_more_wanted = False

    def look_up_due(self, *, after_feeds: bool = False) -> None:
        """Ask what the links are that are due; one queue at a time, after the feeds."""
        if self._is_looking_up:
            self._is_more_wanted = True
        elif self.library.lookups.is_due(self.clock()):
            self._is_looking_up = True
            self._look_up(after_feeds=after_feeds)

    @work(group="lookup")
    async def _look_up(self, *, after_feeds: bool) -> None:
        try:
            while True:
                self._is_more_wanted = False
                async with self.network:
                    report = await look_up(
                        self.library,
                        clock=self.clock,
                        settings=fetch_settings(self.config),
                        after_feeds=after_feeds,
                        progress=self._tell_progress,
                    )
                if sentence := report.sentence():
                    self.say(sentence[0].upper() + sentence[1:])
                if not self._is_more_wanted:
                    break
        except HaulerError as error:
            self.complain(error)
        finally:
            self._is_looking_up = False
            self.status.busy("")

    def _tell_progress(self, progress: LookupProgress) -> None:
        filled = _BAR * progress.done // max(1, progress.total)
        bar = f"{'█' * filled:·<{_BAR}}"
        self.status.busy(f"looking up {bar} {progress.done:,}/{progress.total:,}")
