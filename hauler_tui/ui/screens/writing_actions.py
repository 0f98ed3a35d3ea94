"""Writing the issue's file, and what is asked when a hand changed the same block there."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from typing import TYPE_CHECKING

from textual import work

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import HaulerError
from hauler_tui.ui.screens.findings import FindingActions
from hauler_tui.ui.text import plain
from hauler_tui.workflows.drafts import card_contents, texts_not_read_back
from hauler_tui.workflows.jobs import aside
from hauler_tui.workflows.writing import Writing, writing

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Conflict, Decision


class WritingActions(FindingActions):
    """The command that writes the file."""

    _decided: tuple[str, dict[str, Decision]] = ("", {})
    """What was decided about conflicts of an issue that is not written yet."""
    _is_writing = False

    @abstractmethod
    def shown_haul(self) -> Haul | None:
        """The issue in the pane."""

    @work(group="write")
    async def action_haul_write(self) -> None:
        """Write the issue's file."""
        self.close_editors()
        haul = self.shown_haul()
        if haul is None:
            self.warn("No issue is open: s on a paper opens one.")
            return
        written = await self._write_file(haul, {})
        if written is not None and written.conflicts:
            self._resolve(haul, written.conflicts)

    async def _write_file(self, haul: Haul, decided: dict[str, Decision]) -> Writing | None:
        """Write with merging and waiting in a thread; None where it was not written and told."""
        if self._is_writing:
            self.say("The file is being written")
            return None
        self._is_writing = True
        try:
            written = await aside(writing(self.library, haul.slug, self.clock(), decided=decided))
        except HaulerError as error:
            self.complain(error)
            return None
        finally:
            self._is_writing = False
        if not written.conflicts:
            self._decided = ("", {})
            took = [sentence for sentence in written.told if sentence.startswith("took back")]
            path = written.path.name if took else written.path
            way = ("u takes it back",) if took else ()
            self.say(" · ".join((f"Wrote {path}", *took, *way)))
            if others := [sentence for sentence in written.told if sentence not in took]:
                self.notify(plain("\n".join(others)), title="In the file", timeout=15, markup=False)
            self.warn_of_reading_back(haul)
        return written

    @work
    async def _resolve(self, haul: Haul, conflicts: tuple[Conflict, ...]) -> None:
        from hauler_tui.ui.screens.conflicts import ConflictsPage

        if self._decided[0] != haul.slug:
            self._decided = (haul.slug, {})
        answered: dict[str, Decision] = {}
        while conflicts:
            page = ConflictsPage(conflicts, self._decided[1])
            answer = await self.app.push_screen_wait(page)
            if answer is None:
                self.warn("Nothing was written · w asks again, what you decided is kept")
                return
            answered |= answer
            written = await self._write_file(haul, answered)
            conflicts = written.conflicts if written is not None else ()

    @work(group="write")
    async def warn_of_reading_back(self, haul: Haul) -> None:
        """Tell what in the file would be read as something else."""
        if haul.state == "published":
            return
        cards = card_contents(self.library, haul)
        if reasons := await asyncio.to_thread(texts_not_read_back, haul, cards):
            self.notify(
                plain("\n".join(reasons[:5])),
                title="Would be read back as something else",
                severity="warning",
                timeout=15,
                markup=False,
            )
