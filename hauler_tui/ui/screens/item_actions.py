"""What a person does to items: move, read, star, skip, tag, add, undo."""

from __future__ import annotations

from abc import abstractmethod

from textual import work

from hauler_tui.errors import HaulerError
from hauler_tui.library.store.history import Step
from hauler_tui.ui.screens.dialogs import Ask, AskForText, Choice, Choose
from hauler_tui.ui.screens.radar import RADAR_VIEW
from hauler_tui.ui.screens.selecting import SelectActions
from hauler_tui.workflows.capture import capture, named_in

VIEWS: tuple[Choice, ...] = (
    Choice("", "Everything", "all but what you skipped"),
    Choice("is:unread", "Unread", "what you have not read"),
    Choice("is:starred", "Starred", "what you starred"),
    Choice("is:noted", "Noted", "what you wrote about"),
    Choice("is:covered", "Covered", "what a published issue has"),
    Choice("is:skipped", "Skipped", "what you skipped"),
    Choice(RADAR_VIEW, "News of what you covered", "withdrawn, replaced, published, followed up"),
)


class ItemActions(SelectActions):
    """The commands of Incoming and Reading."""

    _links_typed = ""
    """What the person left in the field for links."""

    def move_cursor(self, by: int) -> None:
        """Move by rows and show the item, in one frame."""
        self.incoming.list.move(by)
        self.follow_cursor()

    def action_list_down(self) -> None:
        """The next row."""
        self.move_cursor(1)

    def action_list_up(self) -> None:
        """The row before."""
        self.move_cursor(-1)

    def action_list_first(self) -> None:
        """The first row."""
        self.incoming.list.go(0)

    def action_list_last(self) -> None:
        """The last row."""
        self.incoming.list.go(len(self.incoming.list.ids) - 1, -1)

    def action_list_page_down(self) -> None:
        """Half a page down."""
        self.incoming.list.page(0.5)

    def action_list_page_up(self) -> None:
        """Half a page up."""
        self.incoming.list.page(-0.5)

    def action_list_next_unread(self) -> None:
        """The next row that is unread."""
        self._to_unread(1)

    def action_list_previous_unread(self) -> None:
        """The row before that is unread."""
        self._to_unread(-1)

    def _to_unread(self, direction: int) -> None:
        ids = self.incoming.list.ids
        index = self.incoming.list.cursor + direction
        while 0 <= index < len(ids):
            if not self.library.items.is_read(ids[index]):
                self.incoming.list.go(index, direction)
                return
            index += direction
        self.say("Nothing unread further down." if direction > 0 else "Nothing unread above.")

    def action_item_open(self) -> None:
        """Mark the item read and go to the reading pane."""
        if (item_id := self.current_id) is not None:
            self._mark_read(item_id, read=True)
            self.focus_pane(1)

    def action_item_read_next(self) -> None:
        """Mark the item read and move on."""
        if chosen := self.selection():
            self.read_selected(chosen, may_unread=False)
            return
        if (item_id := self.current_id) is not None:
            self._mark_read(item_id, read=True)
            self.move_cursor(1)

    def action_item_toggle_read(self) -> None:
        """Mark the item read, or unread again."""
        if chosen := self.selection():
            self.read_selected(chosen, may_unread=True)
            return
        if (item_id := self.current_id) is not None:
            read = not self.library.items.is_read(item_id)
            self._mark_read(item_id, read=read)
            self.say(f"{'Read' if read else 'Unread'}: {self.named(item_id)}")

    def _mark_read(self, item_id: int, *, read: bool) -> None:
        if self.library.items.is_read(item_id) != read:
            self.library.triage.mark_read([item_id], read, self.clock())
            self.leave_behind([item_id])

    def action_list_read_all(self) -> None:
        """Mark every listed row read."""
        if chosen := self.selection():
            self.read_selected(chosen, may_unread=False)
            return
        if self.is_searching:
            self.warn("Still searching: try again when everything is listed.")
            return
        ids = [i for i in self.incoming.list.ids if not self.library.items.is_read(i)]
        if not ids:
            self.say("Everything here is read.")
            return
        self.library.triage.mark_read(ids, True, self.clock())
        self.leave_behind(ids)
        self.say(f"Marked {len(ids):,} read · u takes it back")

    def action_item_star(self) -> None:
        """Star the item with its card, or take both back."""
        if chosen := self.selection():
            self.star_selected(chosen)
            return
        if (item_id := self.current_id) is None:
            return
        item = self.library.items.get(item_id)
        now = self.clock()
        self.leave_behind([item_id])
        issue = self.library.hauls.open_issue()
        has_card = issue is not None and any(card.item_id == item_id for card in issue.cards)
        if item.is_starred and item.covered and not has_card:
            self.library.triage.star(item_id, now, again=True)
            self.say(f"Added once more: {self.named(item_id)} is also in {item.covered[-1]}")
            return
        if item.is_starred:
            self.library.triage.unstar(item_id, now)
            self.say(f"Unstarred {self.named(item_id)}; its note stays")
            return
        starred = self.library.triage.star(item_id, now)
        if starred.covered and not starred.card_added:
            self.warn(f"Starred, no card: {starred.covered[-1]} has it already · s adds it again")
        elif starred.opened_issue and starred.issue:
            self.say(f"Starred · opened “{starred.issue.title}” for its card")
        elif starred.issue:
            self.say(f"Starred · its card is in “{starred.issue.title}”")

    def action_item_skip(self) -> None:
        """Skip the item and move on; skipped already, bring it back."""
        if chosen := self.selection():
            self.skip_selected(chosen)
            return
        if (item_id := self.current_id) is None:
            return
        is_skipped = self.library.items.get(item_id).is_skipped
        self.library.triage.skip([item_id], not is_skipped, self.clock())
        self.leave_behind([item_id])
        verb = "Back again" if is_skipped else "Skipped"
        self.say(f"{verb}: {self.named(item_id)} · u takes it back")
        self.move_cursor(1)

    def action_item_tag(self) -> None:
        """Change the item's tags, or those that the selected items share."""
        if chosen := self.selection():
            self.tag_selected(chosen)
        elif (item_id := self.current_id) is not None:
            self._tag(item_id)

    @work
    async def _tag(self, item_id: int) -> None:
        before = self.library.items.get(item_id).tags
        answer = await self.app.push_screen_wait(
            Ask(f"Tags of {self.named(item_id)}, separated by spaces", " ".join(before))
        )
        if answer is None:
            return
        after = answer.replace(",", " ").replace("#", " ").split()
        gone = [tag for tag in before if tag not in after]
        self.library.triage.tag([item_id], after, gone, self.clock())
        self.leave_behind([item_id])
        self.say("Tags: " + (" ".join(f"#{tag}" for tag in after) or "none"))

    @work
    async def action_item_split(self) -> None:
        """Make two items of one."""
        if (item_id := self.current_id) is None:
            return
        ways = self.library.items.ways_to_split(item_id)
        chosen: str | None = ways[0] if ways else self.library.items.get(item_id).key
        if len(ways) > 1:
            choices = [Choice(name, name, "gets a row of its own") for name in ways]
            chosen = await self.app.push_screen_wait(Choose("Which is another work?", choices))
        if chosen is None:
            return
        try:
            parted = self.library.items.split(chosen, (), self.clock())
        except HaulerError as error:
            self.complain(error)
            return
        self.reload(parted.kept)
        keys = [self.library.items.get(each).key for each in (parted.kept, parted.parted)]
        self.say(f"{keys[0]} and {keys[1]} are two items now · u makes them one")

    def action_reading_next(self) -> None:
        """The next item."""
        self.move_cursor(1)

    def action_reading_previous(self) -> None:
        """The item before."""
        self.move_cursor(-1)

    def action_reading_back(self) -> None:
        """Give the keys back to the list."""
        self.focus_pane(0)

    def action_text_down(self) -> None:
        """Scroll down a line."""
        self.reading.text.scroll_lines(1)

    def action_text_up(self) -> None:
        """Scroll up a line."""
        self.reading.text.scroll_lines(-1)

    def action_text_page_down(self) -> None:
        """Scroll down half a page."""
        self.reading.text.scroll_lines(max(1, self.reading.text.size.height // 2))

    def action_text_page_up(self) -> None:
        """Scroll up half a page."""
        self.reading.text.scroll_lines(-max(1, self.reading.text.size.height // 2))

    def action_text_first(self) -> None:
        """Scroll to the top."""
        self.reading.text.show_from(0)

    def action_text_last(self) -> None:
        """Scroll to the end."""
        self.reading.text.show_from(self.reading.text.line_count())

    def action_library_undo(self) -> None:
        """Take back the last step."""
        step = self.library.history.undo(self.clock())
        self.reload(self.current_id)
        self.say(f"Took back: {_what(step)}" if step else "Nothing to take back.")

    def action_library_redo(self) -> None:
        """Do the step again that was taken back last."""
        step = self.library.history.redo(self.clock())
        self.reload(self.current_id)
        self.say(f"Did again: {_what(step)}" if step else "Nothing to do again.")

    @work
    async def action_views_choose(self) -> None:
        """Choose what the list shows."""
        chosen = await self.app.push_screen_wait(
            Choose("Show in Incoming", VIEWS, self.incoming.filter_box.value)
        )
        if chosen == RADAR_VIEW:
            await self.run_action("library_radar")
        elif chosen is not None:
            self.show_view(chosen)

    @work
    async def action_item_add(self) -> None:
        """Add links that the person pastes."""
        ask = AskForText(
            "Add links, arXiv ids or DOIs", self._links_typed, "https://arxiv.org/abs/2406.13121"
        )
        text = await self.app.push_screen_wait(ask)
        self._links_typed = ask.typed if text is None else ""
        if not text or not text.strip():
            return
        captured = capture(self.library, named_in(text), at=self.clock())
        if not captured.ids:
            self.warn("No link, arXiv id or DOI in that.")
            return
        self.reload(captured.ids[0])
        known = f" · {len(captured.known)} known already" if captured.known else ""
        self.say(f"Added {len(captured.added)}{known}")
        self.look_up_due()

    @abstractmethod
    def set_filter(self, text: str) -> None:
        """Show only what matches a query."""


def _what(step: Step) -> str:
    """What was undone or done again, and whether something of it could not be."""
    return step.about + (", but for what changed since" if step.left_out else "")
