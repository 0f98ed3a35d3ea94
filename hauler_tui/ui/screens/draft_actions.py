"""What a person does to an issue: cards, lanes, preview, write, publish, the next one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator

from textual import work

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.text import word_count
from hauler_tui.errors import HaulerError
from hauler_tui.ui.panes.drafts import Draft, DraftCard
from hauler_tui.ui.screens.dialogs import Ask, Choice, Choose
from hauler_tui.ui.screens.note_actions import Target
from hauler_tui.ui.screens.pages import preview_page
from hauler_tui.ui.screens.writing_actions import WritingActions
from hauler_tui.workflows import publish
from hauler_tui.workflows.drafts import add_cards, start_series
from hauler_tui.workflows.lanes import move_lane

_FOLLOWED_AT_ONCE = 20_000
"""Characters of a text that Drafts follows at every key; a longer one is followed when saved."""


_OF_OPEN_ISSUES = frozenset({"drafts.edit", "card.remove"})


class DraftActions(WritingActions):
    """The commands of Drafts."""

    _shown_slug: str | None
    """The issue that is looked at; None is the open one."""
    _shown_cards: frozenset[int]
    """The items with a card in the pane."""
    refused: frozenset[str] = frozenset()
    """The commands that the issue in the pane refuses, and that are not reminded of."""

    @abstractmethod
    def light(self) -> None:
        """Show which pane has the keys, and which keys matter there."""

    def shown_haul(self) -> Haul | None:
        """The issue in the pane."""
        if self._shown_slug is not None:
            try:
                return self.library.hauls.get(self._shown_slug)
            except HaulerError:
                self._shown_slug = None
        return self.library.hauls.open_issue()

    def show_draft(self) -> None:
        """Show the issue in the drafts pane, and look soon what is wrong in it."""
        self.show_issue()
        self.check_soon()

    def show_issue(self) -> None:
        """Show the issue in the drafts pane, and where it stands in the title."""
        haul = self.shown_haul()
        self._shown_cards = frozenset(card.item_id for card in haul.cards) if haul else frozenset()
        is_closed = haul is not None and haul.state == "published"
        if is_closed != bool(self.refused):
            self.refused = _OF_OPEN_ISSUES if is_closed else frozenset()
            self.light()
        if haul is None:
            self.drafts.show(None)
            self.tell_pane(2, "no open issue")
            return
        of_cards, of_lanes = self.tallies(haul)
        self.drafts.show(
            Draft(
                haul=self.living.issue(haul),
                cards=tuple(self._cards(haul)),
                of_cards=of_cards,
                of_lanes=of_lanes,
            )
        )
        self.tell_draft(haul)

    def _cards(self, haul: Haul) -> Iterator[DraftCard]:
        if haul.state == "published":
            for card in haul.cards:
                title, words = card.title or "", word_count(card.text or "")
                yield DraftCard(item_id=card.item_id, lane=card.lane, title=title, words=words)
            return
        for one in self.living.cards(haul):
            card, title = one.card, one.drafted.title
            yield DraftCard(item_id=card.item_id, lane=card.lane, title=title, words=one.words)

    def follow_typing(self, target: Target, text: str) -> None:
        """Show in the draft what is being typed, before it is saved; a long text when it rests."""
        haul = self.shown_haul()
        if haul is None or haul.state == "published" or len(text) > _FOLLOWED_AT_ONCE:
            return
        if target.kind == "lane":
            self.living.type_lane(target.slug, target.lane, text)
        elif target.item_id in self._shown_cards:
            self.living.type_note(target.item_id, text)
        else:
            return
        self.show_draft()

    def open_haul(self) -> Haul | None:
        """The issue in the pane, if it may be changed; else the person is told."""
        haul = self.shown_haul()
        if haul is None:
            self.warn("No issue is open: s on a paper opens one, N starts one here.")
            return None
        if haul.state == "published":
            has_open = self.library.hauls.open_issue() is not None
            way = "] goes to the open issue" if has_open else "N starts the next"
            self.warn(f"{haul.slug} is published and stays as it is · {way}")
            return None
        return haul

    def action_drafts_down(self) -> None:
        """The next card or lane."""
        self.drafts.list.move(1)

    def action_drafts_up(self) -> None:
        """The card or lane before."""
        self.drafts.list.move(-1)

    def action_drafts_first(self) -> None:
        """The first row."""
        self.drafts.list.go(0)

    def action_drafts_last(self) -> None:
        """The last row."""
        self.drafts.list.go(self.drafts.list.line_count() - 1, -1)

    def action_card_down(self) -> None:
        """Move the card or the lane down."""
        self._move(1)

    def action_card_up(self) -> None:
        """Move the card or the lane up."""
        self._move(-1)

    def _move(self, by: int) -> None:
        card, lane = self.drafts.list.current_card, self.drafts.list.current_lane
        if (card is None and lane is None) or (haul := self.open_haul()) is None:
            return
        if card is not None:
            self.library.hauls.move_card(haul.slug, card.item_id, by, self.clock())
        elif lane:
            move_lane(self.library, haul.slug, lane, by, self.clock())
        else:
            self.say("What stands before any heading stays there.")

    def action_card_go(self) -> None:
        """Show the card's item in the reading pane."""
        card = self.drafts.list.current_card
        if card is None:
            self.action_drafts_edit()
            return
        self.reveal_item(card.item_id)
        self.focus_pane(1)

    @abstractmethod
    def reveal_item(self, item_id: int) -> None:
        """Put the list's cursor on an item, which stays listed until the cursor moves on."""

    def action_drafts_edit(self) -> None:
        """Edit the card's note or the lane's text, here."""
        haul = self.open_haul()
        if haul is None:
            return
        if card := self.drafts.list.current_card:
            self.open_note(self.drafts.editor, card.item_id)
        elif (lane := self.drafts.list.current_lane) is not None:
            self.open_lane(self.drafts.editor, haul.slug, lane)

    def action_drafts_external(self) -> None:
        """Edit the card's note or the lane's text in the person's editor."""
        haul = self.open_haul()
        if haul is None:
            return
        if card := self.drafts.list.current_card:
            self.write_outside(self._note_target(card.item_id))
        elif (lane := self.drafts.list.current_lane) is not None:
            self.write_outside(self.lane_target(haul.slug, lane))

    def reveal_place(self, item_id: int | None, lane: str | None) -> None:
        """Put the cursor of Drafts on an item's card, else on a lane."""
        self.focus_pane(2)
        self.drafts.list.find_and_go(item_id, lane)

    def action_card_remove(self) -> None:
        """Take the card out of the issue."""
        card = self.drafts.list.current_card
        haul = self.open_haul()
        if card and haul:
            self.library.hauls.remove_card(haul.slug, card.item_id, self.clock())
            self.say("Took the card out; star and note stay · u takes it back")

    @work
    async def action_haul_preview(self) -> None:
        """Show the issue as it will read."""
        self.close_editors()
        haul = self.shown_haul()
        if haul is None:
            self.warn("No issue is open: s on a paper opens one.")
            return
        try:
            text = publish.compile_text(self.library, haul.slug)
        except HaulerError as error:
            self.complain(error)
            return
        answer = await self.app.push_screen_wait(preview_page(haul.title, text))
        if answer == "w":
            self.action_haul_write()

    def action_haul_publish(self) -> None:
        """Close the issue."""
        self.close_editors()
        haul = self.open_haul()
        if haul is not None and self._publish(haul):
            self.say(f"Published “{haul.title}” · [ then w writes its dated file · u takes it back")

    def _publish(self, haul: Haul) -> bool:
        try:
            publish.publish_issue(self.library, haul.slug, self.clock())
        except HaulerError as error:
            self.complain(error)
            return False
        self.warn_of_reading_back(haul)
        return True

    @work
    async def action_haul_new(self) -> None:
        """Start the next issue; offer what is starred and in no issue."""
        self.close_editors()
        if haul := self.library.hauls.open_issue():
            answer = await self.app.push_screen_wait(
                Choose(
                    f"“{haul.title}” is open",
                    (
                        Choice("stay", "Keep working on it"),
                        Choice("publish", "Publish it", "and start the next issue"),
                    ),
                )
            )
            if answer != "publish" or not self._publish(haul):
                return
        series = self.library.hauls.current()
        typed = "Haul ~{n}"
        while series is None:
            title = await self.app.push_screen_wait(
                Ask("What is your newsletter called? {n} is the number.", typed)
            )
            if title is None:
                return
            typed = title
            try:
                series = start_series(self.library, title, self.clock())
            except HaulerError as error:
                self.complain(error)
        issue = self.library.hauls.new_issue(series.id, self.clock())
        self._shown_slug = None
        self.focus_pane(2)
        self.say(f"Opened “{issue.title}”")
        await self._offer(issue)

    async def _offer(self, issue: Haul) -> None:
        waiting = self.library.hauls.waiting()
        if not waiting:
            return
        what = "1 starred item is" if len(waiting) == 1 else f"{len(waiting)} starred items are"
        answer = await self.app.push_screen_wait(
            Choose(
                f"{what} in no issue yet",
                (
                    Choice("none", "Leave them", "s on one adds it later"),
                    Choice("all", "Add them all", f"to “{issue.title}”"),
                ),
            )
        )
        if answer == "all":
            add_cards(self.library, issue.slug, waiting, self.clock())
            self.say(f"Added {len(waiting)} · u takes it back")

    def action_haul_previous(self) -> None:
        """Look at the issue before."""
        self._look(-1)

    def action_haul_next(self) -> None:
        """Look at the next issue."""
        self._look(1)

    def _look(self, by: int) -> None:
        self.close_editors()
        hauls = self.library.hauls.all()
        shown = self.shown_haul()
        slugs = [haul.slug for haul in hauls]
        if not slugs:
            self.warn("There are no issues yet: N starts one.")
            return
        place = slugs.index(shown.slug) + by if shown else (len(slugs) - 1 if by < 0 else 0)
        if not 0 <= place < len(slugs):
            self.say("This is the first issue." if by < 0 else "This is the newest issue.")
            return
        self._shown_slug = slugs[place]
        self.show_draft()
