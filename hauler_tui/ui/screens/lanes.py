"""Lanes of the open issue: sending something there from anywhere, adding, renaming, removing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual import work

from hauler_tui.domain.haul import Haul, Lane
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import HaulerError
from hauler_tui.ui.screens.base import ReaderBase
from hauler_tui.ui.screens.dialogs import Ask, Choice, Choose
from hauler_tui.ui.text import cut, plain
from hauler_tui.workflows.bulk import cards_to_lane, links_to_lane
from hauler_tui.workflows.lanes import (
    add_lane,
    append_to_lane,
    link_to_item,
    remove_lane,
    rename_lane,
)

_NEW = "+"
_FIRST_LANES = (Lane(name="Comments"), Lane(name="Papers", holds_cards=True))


class LaneActions(ReaderBase):
    """The commands of lanes: sending something there, adding, renaming, removing."""

    @abstractmethod
    def open_haul(self) -> Haul | None:
        """The issue in the drafts pane, if it may be changed; else the person is told."""

    @abstractmethod
    def reveal_place(self, item_id: int | None, lane: str | None) -> None:
        """Put the cursor of Drafts on an item's card, else on a lane."""

    @work
    async def action_lane_send(self) -> None:
        """Ask which lane and what to write there; into a lane of cards goes the card."""
        self.close_editors()
        card = self.drafts.list.current_card if self.drafts.has_focus_within else None
        if self.drafts.has_focus_within:
            item_id = card.item_id if card else None
        else:
            item_id = self.current_id
        chosen = self.selection()
        lane = await self._choose_lane()
        if lane is None:
            return
        try:
            if chosen:
                self._send_selected(chosen, lane)
                return
            if lane.holds_cards and item_id is not None:
                slug = self._slug_to_write()
                self.library.hauls.add_card(slug, item_id, lane.name, self.clock())
                self.say(f"Card in {_named(lane)}: {self.named(item_id)} · u takes it back")
                return
            begin = f"{link_to_item(self.library, item_id)} " if item_id is not None else ""
            text = await self.app.push_screen_wait(
                Ask(f"Into {_named(lane)}", begin, "a link with a remark, a thought", goes_on=True)
            )
            if text is None or not text.strip():
                return
            slug = self._slug_to_write()
            append_to_lane(self.library, slug, lane.name, text.strip(), self.clock())
        except HaulerError as error:
            self.complain(error)
        else:
            self.say(f"Written into {_named(lane)} of {slug} · u takes it back")

    @work
    async def action_lane_add(self) -> None:
        """Ask for the heading of a new lane of the open issue."""
        self.close_editors()
        name = await self.app.push_screen_wait(Ask("The heading of the new lane"))
        if name is None:
            return
        try:
            with self.library.step("lane", f"new lane “{clean_line(name)}”", at=self.clock()):
                made = add_lane(self.library, self._slug_to_write(), name, self.clock())
        except HaulerError as error:
            self.complain(error)
        else:
            self.say(f"New lane {made} · u takes it back")

    @work
    async def action_lane_rename(self) -> None:
        """Ask for another heading of the lane under the cursor of Drafts."""
        self.close_editors()
        if (place := self._lane_here()) is None:
            return
        slug, name = place
        new = await self.app.push_screen_wait(Ask("The heading of the lane", name))
        if new is None or clean_line(new) == name:
            return
        try:
            made = rename_lane(self.library, slug, name, new, self.clock())
        except HaulerError as error:
            self.complain(error)
        else:
            self.reveal_place(None, made)
            self.say(f"The lane is called {plain(made)} · u takes it back")

    def action_lane_remove(self) -> None:
        """Take the lane under the cursor of Drafts out with its prose."""
        self.close_editors()
        if (place := self._lane_here()) is None:
            return
        try:
            remove_lane(self.library, *place, self.clock())
        except HaulerError as error:
            self.complain(error)
        else:
            self.say(f"Took the lane {plain(place[1])} out with its text · u takes it back")

    def _lane_here(self) -> tuple[str, str] | None:
        """The issue and the lane under the cursor of Drafts, a card's own lane for a card."""
        haul = self.open_haul()
        if haul is None:
            return None
        card = self.drafts.list.current_card
        name = card.lane if card else self.drafts.list.current_lane
        if name is None:
            self.warn("Put the cursor of Drafts on a lane first.")
            return None
        return haul.slug, name

    def _send_selected(self, chosen: Sequence[int], lane: Lane) -> None:
        now = self.clock()
        what = "cards" if lane.holds_cards else "links"
        # Where no issue is open, opening one belongs to the step.
        with self.library.step("lane", f"{len(chosen):,} {what} to {_named(lane)}", at=now):
            slug = self._slug_to_write()
            send = cards_to_lane if lane.holds_cards else links_to_lane
            send(self.library, slug, chosen, lane.name, now)
        self.end_selection(
            chosen, f"{len(chosen):,} {what} in {_named(lane)} of {slug} · u takes it back"
        )

    async def _choose_lane(self) -> Lane | None:
        haul = self.library.hauls.open_issue()
        series = self.library.hauls.current()
        if haul is not None:
            lanes, title = haul.lanes, haul.title
        elif series is not None:
            lanes, title = series.new_lanes, "the next issue"
        else:
            lanes, title = _FIRST_LANES, "a new issue"
        choices = [
            Choice(str(place), _named(lane), _about(lane)) for place, lane in enumerate(lanes)
        ]
        choices.append(Choice(_NEW, "A new lane"))
        answer = await self.app.push_screen_wait(Choose(f"To a lane of “{plain(title)}”", choices))
        if answer is None:
            return None
        if answer != _NEW:
            return lanes[int(answer)]
        name = await self.app.push_screen_wait(Ask("The heading of the new lane"))
        return Lane(name=clean_line(name)) if name and name.strip() else None

    def _slug_to_write(self) -> str:
        """The open issue; the next one is opened where there is none."""
        haul = self.library.hauls.open_issue()
        return (haul or self.library.hauls.new_issue(None, self.clock())).slug


def _named(lane: Lane) -> str:
    return plain(lane.name) or "what stands before any heading"


def _about(lane: Lane) -> str:
    return "cards" if lane.holds_cards else cut(plain(" ".join(lane.text.split())), 40)
