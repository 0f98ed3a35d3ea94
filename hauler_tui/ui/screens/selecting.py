"""Rows that are selected in Incoming, and what is done to all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work

from hauler_tui.errors import HaulerError
from hauler_tui.ui.screens.base import ReaderBase
from hauler_tui.ui.screens.dialogs import Ask
from hauler_tui.workflows.bulk import items, star_all


class SelectActions(ReaderBase):
    """The commands that select rows, and the verbs for many items; each is one step of history."""

    def action_list_select(self) -> None:
        """Select the row, or no longer."""
        if (item_id := self.current_id) is not None:
            self.incoming.list.toggle(item_id)
            self.tell_selection()

    def action_list_extend(self) -> None:
        """Select every row from the one selected last to this one."""
        if self.current_id is not None:
            self.incoming.list.extend()
            self.tell_selection()

    def star_selected(self, chosen: Sequence[int]) -> None:
        """Star all, or take all their stars back where each has one."""
        now = self.clock()
        try:
            if all(self.library.items.get(item_id).is_starred for item_id in chosen):
                self.library.triage.unstar_all(chosen, now)
                self.end_selection(chosen, f"Unstarred {len(chosen):,}; notes stay")
                return
            done = star_all(self.library, chosen, now)
        except HaulerError as error:
            self.complain(error)
            return
        about = f"Starred {done.starred:,}"
        if done.opened:
            about += f" · opened “{done.opened}” for the cards"
        if done.without_card:
            about += f" · {done.without_card:,} without a card: an issue has them already"
        self.end_selection(chosen, f"{about} · u takes it back")

    def skip_selected(self, chosen: Sequence[int]) -> None:
        """Skip all, or bring all back where each is skipped."""
        try:
            known = [self.library.items.get(item_id).is_skipped for item_id in chosen]
            self.library.triage.skip(chosen, not all(known), self.clock())
        except HaulerError as error:
            self.complain(error)
            return
        verb = "Back again:" if all(known) else "Skipped"
        self.end_selection(chosen, f"{verb} {len(chosen):,} · u takes it back")

    def read_selected(self, chosen: Sequence[int], *, may_unread: bool) -> None:
        """Mark all read; or unread, where each is read and that may be."""
        is_unread = may_unread and all(map(self.library.items.is_read, chosen))
        try:
            self.library.triage.mark_read(chosen, not is_unread, self.clock())
        except HaulerError as error:
            self.complain(error)
            return
        word = "unread" if is_unread else "read"
        self.end_selection(chosen, f"Marked {len(chosen):,} {word} · u takes it back")

    @work
    async def tag_selected(self, chosen: Sequence[int]) -> None:
        """Change the tags that all have in common; their other tags stay."""
        tags = [self.library.items.get(item_id).tags for item_id in chosen]
        shared = [tag for tag in tags[0] if all(tag in each for each in tags)]
        answer = await self.app.push_screen_wait(
            Ask(f"Tags that {items(len(chosen))} have in common", " ".join(shared))
        )
        if answer is None:
            return
        after = answer.replace(",", " ").replace("#", " ").split()
        gone = [tag for tag in shared if tag not in after]
        try:
            self.library.triage.tag(chosen, after, gone, self.clock())
        except HaulerError as error:
            self.complain(error)
            return
        words = " ".join([f"+{tag}" for tag in after] + [f"-{tag}" for tag in gone])
        self.end_selection(
            chosen, f"Tagged {len(chosen):,}: {words or 'nothing'} · u takes it back"
        )
