"""What is wrong in the issue: its counts in Drafts, and the command that lists it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import work
from textual.timer import Timer
from textual.worker import get_current_worker

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import HaulerError
from hauler_tui.haul.findings import Finding
from hauler_tui.ui.panes.drafts import Tally
from hauler_tui.ui.screens.findings_page import FindingsPage
from hauler_tui.ui.screens.note_actions import NoteActions

if TYPE_CHECKING:
    from hauler_tui.workflows.draft_check import DraftFinding, Gathering, OpenDraft

_CHECK_AFTER_SECONDS = 0.15
"""How long the keys rest before much that was never checked is checked, in a thread."""
_CHECKED_AT_ONCE = 6000
"""Characters that were never checked and are checked within the frame of a key."""


class FindingActions(NoteActions):
    """The command that lists findings, and the check that follows what is written."""

    _found: tuple[str, tuple[DraftFinding, ...]] | None = None
    """The issue checked last, and what was found in it."""
    _checked: OpenDraft | None = None
    """The open issue as it was checked last."""
    _gathering: Gathering | None = None
    _is_drawing = False
    """Whether a check waits for what is shown to be drawn."""
    _may_check = False
    """Whether what reads Markdown is here."""
    _checking: Timer | None = None
    _list_for = ""
    """The issue whose findings are to be listed as soon as they are there."""

    @abstractmethod
    def shown_haul(self) -> Haul | None:
        """The issue in the pane."""

    @abstractmethod
    def show_issue(self) -> None:
        """Show the issue in the pane, without checking it."""

    @abstractmethod
    def reveal_place(self, item_id: int | None, lane: str | None) -> None:
        """Put the cursor of Drafts on an item's card, else on a lane."""

    def begin_checking(self) -> None:
        """Check from now on: what reads Markdown is here."""
        self._may_check = True
        self.check_soon()

    def forget_issues(self) -> None:
        """Look at the series and the other issues again: one of them changed."""
        if self._gathering is not None:
            self._gathering.forget_issues()

    def check_soon(self) -> None:
        """Check the issue as soon as what is shown of it is drawn."""
        if self._checking is not None:
            self._checking.stop()
            self._checking = None
        if self._may_check and not self._is_drawing:
            self._is_drawing = True
            self.call_after_refresh(self._check_at_once)

    def tallies(self, haul: Haul) -> tuple[Mapping[int, Tally], Mapping[str | None, Tally]]:
        """How many findings each card and each lane has, as far as they are known."""
        found = self._found[1] if self._found is not None and self._found[0] == haul.slug else ()
        cards: dict[int, Tally] = {}
        lanes: dict[str | None, Tally] = {}
        for one in found:
            if one.item_id is not None:
                cards[one.item_id] = _with(cards.get(one.item_id), one.finding)
            else:
                lanes[one.finding.lane] = _with(lanes.get(one.finding.lane), one.finding)
        return cards, lanes

    def tell_draft(self, haul: Haul) -> None:
        """Say in the title which issue is shown, and how many findings an open one has.

        The count stands first, where a narrow pane cuts nothing off; hints do not count.
        """
        if haul.state == "published":
            self.tell_pane(2, f"{haul.slug} · published")
            return
        is_known = self._found is not None and self._found[0] == haul.slug
        found = self._found[1] if self._found is not None and is_known else ()
        count = sum(1 for one in found if one.finding.severity != "info")
        about = f"{count:,} finding{'' if count == 1 else 's'} · " if count else ""
        self.tell_pane(2, about + haul.slug)

    def _check_at_once(self) -> None:
        """Check what is new in the issue where it is little, else when the keys rest."""
        from hauler_tui.workflows.draft_check import draft_findings, unchecked

        self._is_drawing = False
        haul = self.shown_haul()
        if haul is None or haul.state == "published":
            return
        draft = self._open_draft(haul)
        if draft is None:
            return
        is_long = self._checked is None or unchecked(draft, self._checked) > _CHECKED_AT_ONCE
        if is_long or draft.series.template is not None:
            self._checking = self.set_timer(_CHECK_AFTER_SECONDS, self._check)
            return
        self.workers.cancel_group(self, "check")
        self._take_draft(draft, draft_findings(draft))

    def _open_draft(self, haul: Haul) -> OpenDraft | None:
        from hauler_tui.workflows.draft_check import Gathering

        if self._gathering is None:
            self._gathering = Gathering(self.living)
        try:
            return self._gathering.draft(haul)
        except HaulerError as error:
            self.complain(error)
            return None

    def _check(self) -> None:
        self._checking = None
        haul = self.shown_haul()
        if haul is None or (haul.state == "published" and self._list_for != haul.slug):
            return
        if haul.state == "published":
            self._find_in_published(haul)
        elif draft := self._open_draft(haul):
            self._find_in_draft(draft)

    @work(thread=True, exclusive=True, group="check")
    def _find_in_draft(self, draft: OpenDraft) -> None:
        from hauler_tui.workflows.draft_check import draft_findings

        worker = get_current_worker()
        found = draft_findings(draft)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._take_draft, draft, found)

    @work(thread=True, exclusive=True, group="check")
    def _find_in_published(self, haul: Haul) -> None:
        from hauler_tui.workflows.check import issue_findings, known_around, read_issue

        worker = get_current_worker()
        post = read_issue(haul)
        known = self.app.call_from_thread(known_around, self.library, post)
        found = issue_findings(post, known, haul)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._take, haul, found)

    def _take_draft(self, draft: OpenDraft, found: tuple[DraftFinding, ...]) -> None:
        self._checked = draft
        self._take(draft.haul, found)

    def _take(self, haul: Haul, found: tuple[DraftFinding, ...]) -> None:
        was, self._found = self._found, (haul.slug, found)
        shown = self.shown_haul()
        if shown is None or shown.slug != haul.slug:
            return
        if was != self._found:
            self.show_issue()
        if self._list_for == haul.slug:
            self._list_for = ""
            self._list(haul, found)

    def action_haul_check(self) -> None:
        """List what is wrong in the issue."""
        self.close_editors()
        haul = self.shown_haul()
        if haul is None:
            self.warn("No issue is open: s on a paper opens one.")
            return
        self._list_for = haul.slug
        if self._checking is not None:
            self._checking.stop()
        self._may_check = True
        self._check()

    @work
    async def _list(self, haul: Haul, found: tuple[DraftFinding, ...]) -> None:
        if not found:
            self.say(f"Nothing to mend in {haul.slug}.")
            return
        chosen = await self.app.push_screen_wait(
            FindingsPage(haul.title, [(one, self._place(one)) for one in found])
        )
        if chosen is not None:
            self.reveal_place(chosen.item_id, chosen.finding.lane)

    def _place(self, one: DraftFinding) -> str:
        if one.item_id is not None:
            return self.library.items.row(one.item_id).title
        if one.finding.lane is None:
            return "front matter"
        return one.finding.lane or "introduction"


def _with(tally: Tally | None, finding: Finding) -> Tally:
    errors, warnings = (tally.errors, tally.warnings) if tally else (0, 0)
    return Tally(
        errors=errors + (finding.severity == "error"),
        warnings=warnings + (finding.severity == "warning"),
    )
