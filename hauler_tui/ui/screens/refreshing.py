"""Fetching the feeds while the reader stays as quick as ever."""

from __future__ import annotations

import sys
from time import monotonic

from textual import work

from hauler_tui.errors import HaulerError
from hauler_tui.ui.actions import ACTIONS
from hauler_tui.ui.screens.looking_up import LookupActions
from hauler_tui.ui.text import plain
from hauler_tui.workflows.refresh import Progress, RefreshReport, fetch_settings, refresh
from hauler_tui.workflows.retention import told

_LOOK_SECONDS = 60
"""How often the open reader looks whether a feed is due."""

_RELOAD_SECONDS = 1.0
"""How often the list is read again while feeds come in, as long as few items wait for the index."""
_WAITING_A_SECOND = 5_000
"""Items that wait for the index and make the next look at the list a second later: reading the
list is the longer the more of them there are."""
_TELL_SECONDS = 0.25
"""How often the foot of the screen tells how far it is: each time is a frame to paint."""
_SWITCH_SECONDS = 0.0005
"""How long another thread may keep the keys waiting while feeds come in; 5 ms otherwise."""


class RefreshActions(LookupActions):
    """The command that fetches."""

    is_refreshing = False
    """Whether feeds are being fetched."""
    _told_lacking: tuple[str, ...] = ()
    _reload_at = _tell_at = 0.0

    def refresh_by_itself(self) -> None:
        """Fetch what is due now and then, if the configuration wants it (``[refresh] every``)."""
        if self.config.refresh.every > 0:
            self.set_interval(_LOOK_SECONDS, self._refresh_due)
            self._refresh_due()

    def _refresh_due(self) -> None:
        if not self.is_refreshing and self.library.feeds.due(self.clock()):
            self.refresh_feeds(asked=False)
        else:
            self.look_up_due()

    def action_library_refresh(self) -> None:
        """Fetch the feeds that are due."""
        if self.library.feeds.all():
            self.refresh_feeds(asked=True)
        elif self.library.lookups.count():
            self.look_up_due()
        else:
            self.warn("There are no feeds yet: hauler feeds add arxiv:cs.CL adds one.")

    def refresh_feeds(
        self, feed_ids: tuple[int, ...] | None = None, *, asked: bool, force: bool = False
    ) -> None:
        """Fetch what is due of some feeds or of all; ``asked`` says that the person waits for it.

        ``force`` as in ``workflows.refresh``.
        """
        if self.is_refreshing:
            self.say("Still fetching.")
            return
        self.is_refreshing = True
        self._refresh(feed_ids, asked=asked, force=force)

    @work(exclusive=True, group="refresh")
    async def _refresh(self, feed_ids: tuple[int, ...] | None, *, asked: bool, force: bool) -> None:
        self.say("Fetching…")
        reload = self.set_interval(_RELOAD_SECONDS, self._reload_fetched, pause=True)
        new = 0

        def tell(progress: Progress) -> None:
            nonlocal new
            if not new and progress.result.new:
                self._reload_at = 0.0
                self._reload_fetched()  # the first rows are shown at once
            new += progress.result.new
            reload.resume()
            if monotonic() >= self._tell_at:
                self._tell_at = monotonic() + _TELL_SECONDS
                name = progress.result.title or progress.result.url
                self.say(f"Fetching {progress.done}/{progress.total} · {new:,} new · {name}")

        switch_seconds = sys.getswitchinterval()
        sys.setswitchinterval(min(switch_seconds, _SWITCH_SECONDS))
        try:
            async with self.network:
                report = await refresh(
                    self.library,
                    feed_ids,
                    now=self.clock(),
                    force=force,
                    settings=fetch_settings(self.config),
                    keep_days=self.config.library.keep_days,
                    progress=tell,
                    how=self._fill_key(),
                )
        except HaulerError as error:
            self.complain(error)
        else:
            self._tell_report(report, asked=asked)
            if report.left:
                self.say(told(report.left, self.config.library.keep_days))
            self._tell_lacking(report.notices, asked=asked)
        finally:
            sys.setswitchinterval(switch_seconds)
            reload.stop()
            self.is_refreshing = False
        self.reload(self.current_id)
        self.look_up_due(after_feeds=True)
        self.fetched()

    def fetched(self) -> None:
        """Called when a refresh is over."""

    def _fill_key(self) -> str:
        """What fills gaps, as the person reaches it here."""
        (fill,) = (action for action in ACTIONS if action.id == "library.fill")
        return self.keymap.shown(fill) or f"“{fill.title}”"

    def _tell_lacking(self, notices: tuple[str, ...], *, asked: bool) -> None:
        """Say what is lacking of days; by itself only what was not said before."""
        told = notices if asked else tuple(one for one in notices if one not in self._told_lacking)
        self._told_lacking = notices
        if told:
            self.warn(told[0])
            text = "\n".join(map(plain, told))
            self.notify(text, title="Lacking", severity="warning", timeout=12, markup=False)

    def _reload_fetched(self) -> None:
        if self.is_searching or monotonic() < self._reload_at:
            return
        self._reload_at = monotonic() + self.library.behind / _WAITING_A_SECOND
        self.reload(self.current_id)

    def _tell_report(self, report: RefreshReport, *, asked: bool) -> None:
        totals = report.totals()
        failed = [result for result in report.feeds if result.outcome == "failed"]
        if totals["waiting"] == totals["feeds"]:
            self.say(self._next_due())
            return
        notes = [f"{one.title or one.url}: {note}" for one in report.feeds for note in one.notes]
        if asked and notes:
            more = f"\nand {len(notes) - 5} more" if len(notes) > 5 else ""
            self.notify("\n".join(map(plain, notes[:5])) + more, timeout=12, markup=False)
        parts = [f"{totals['new']:,} new", f"{totals['changed']:,} changed"]
        parts += dict.fromkeys(one.note for one in report.feeds if one.note)
        if failed:
            parts.append(f"{len(failed)} of {totals['feeds']} feeds failed")
        message = " · ".join(parts)
        if not failed:
            self.say(message)
            return
        if not asked:
            # Without a network this happens every hour: a line at the foot is enough.
            self.say(message)
            return
        self.warn(message)
        shown = "\n".join(f"{one.title or one.url}: {one.error}" for one in failed[:5])
        rest = f"\nand {len(failed) - 5} more" if len(failed) > 5 else ""
        self.notify(shown + rest, title="Not fetched", severity="warning", timeout=12, markup=False)

    def _next_due(self) -> str:
        states = (self.library.feeds.state(feed.id) for feed in self.library.feeds.all())
        times = [state.due_at for state in states if state.due_at is not None]
        if not times:
            return "No feed is due."
        due = min(times).astimezone()
        year = f" {due.year}" if due.year != self.clock().astimezone().year else ""
        return f"No feed is due before {due:%H:%M on} {due.day} {due:%B}{year}."
