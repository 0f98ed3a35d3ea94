"""Writing: the note under the abstract, and texts in the drafts pane, saved as they are typed."""

from __future__ import annotations

import os
from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Literal

from textual.content import Content

from hauler_tui.domain.notes import followed
from hauler_tui.errors import HaulerError
from hauler_tui.ui.external import edit
from hauler_tui.ui.screens.base import ReaderBase
from hauler_tui.ui.text import plain
from hauler_tui.ui.widgets.editor import Editor


@dataclass(frozen=True, slots=True)
class Target:
    """What an open editor writes to."""

    kind: Literal["note", "lane"]
    item_id: int
    slug: str
    lane: str
    burst: str
    """Names this sitting, so that its typing is one step of history."""


class NoteActions(ReaderBase):
    """The commands that write texts."""

    _targets: dict[str, Target]
    """By the id of the editor that is open."""

    _known: dict[str, str]
    """By the burst of a note being written, what of it was last read or written here."""

    def action_note_edit(self) -> None:
        """Write the note under the abstract."""
        if (item_id := self.current_id) is not None:
            self.focus_pane(1)
            self.open_note(self.reading.editor, item_id)

    def action_note_external(self) -> None:
        """Write the note in the person's editor."""
        if (item_id := self.current_id) is not None:
            self.write_outside(self._note_target(item_id))

    def open_note(self, editor: Editor, item_id: int) -> None:
        """Open an item's note in a pane's editor."""
        self._open(editor, self._note_target(item_id))

    def open_lane(self, editor: Editor, slug: str, lane: str) -> None:
        """Open a lane's text in a pane's editor."""
        self._open(editor, self.lane_target(slug, lane))

    def _note_target(self, item_id: int) -> Target:
        return Target("note", item_id, "", "", f"note:{item_id}:{self.clock().isoformat()}")

    def lane_target(self, slug: str, lane: str) -> Target:
        """A lane of an open issue as something to write to."""
        return Target("lane", 0, slug, lane, f"lane:{slug}:{lane}:{self.clock().isoformat()}")

    def _open(self, editor: Editor, target: Target) -> None:
        self.close_editors()
        self._targets[editor.id or ""] = target
        editor.display = True
        editor.leave = self.close_editors
        editor.typing = partial(self.follow_typing, target)
        editor.border_title = self._title_of(target)
        editor.open(self._text_of(target))
        self.set_focus(editor)
        self.show_reading(keep_place=True)
        self.say("Saved as you type · esc leaves")

    def _title_of(self, target: Target) -> Content:
        if target.kind == "lane":
            return Content(f"{plain(target.lane) or 'before the first heading'}")
        return Content(f"note on {self.named(target.item_id)}")

    def _text_of(self, target: Target) -> str:
        if target.kind == "note":
            note = self.library.notes.get(target.item_id)
            self._known[target.burst] = note.text if note else ""
            return self._known[target.burst]
        lanes = self.library.hauls.get(target.slug).lanes
        return next((lane.text for lane in lanes if lane.name == target.lane), "")

    @abstractmethod
    def follow_typing(self, target: Target, text: str) -> None:
        """Show in Drafts what is being typed, before it is saved."""

    def _write(self, target: Target, text: str) -> None:
        now = self.clock()
        self.living.end_typing()
        if target.kind == "note":
            before, known = self._known[target.burst], self._text_of(target)
            # The item may have become one with another meanwhile, whose note stands in it too.
            kept = followed(before, text, known)
            self.library.notes.write(target.item_id, kept, now, burst=target.burst)
            self._known[target.burst] = text
        else:
            self.library.hauls.write_lane(target.slug, target.lane, text, now, burst=target.burst)

    def on_editor_typed(self, event: Editor.Typed) -> None:
        """Save what was typed."""
        event.stop()
        if target := self._targets.get(event.editor.id or ""):
            self._write(target, event.text)

    def close_editors(self) -> None:
        """Save what is being typed and close the text fields."""
        for editor, pane in ((self.reading.editor, 1), (self.drafts.editor, 2)):
            target = self._targets.pop(editor.id or "", None)
            if target is None:
                continue
            if (text := editor.take()) is not None:
                self._write(target, text)
            self.living.end_typing()
            had_focus = editor.has_focus
            editor.display = False
            if had_focus:
                self.focus_pane(pane)
            self.say("")
            self.show_reading(keep_place=True)

    def write_outside(self, target: Target) -> None:
        """Let the person's editor change a text."""
        self.close_editors()
        before = self._text_of(target)
        failure: HaulerError | None = None
        after = before
        with self.app.suspend():
            # An error must not leave the block: Textual would not take the terminal back.
            try:
                after = edit(before, "note.md", os.environ)
            except HaulerError as error:
                failure = error
        self.refresh(layout=True)
        if failure is not None:
            self.complain(failure)
            return
        # Most editors end a file with a newline that nobody typed.
        if after.endswith("\n") and not before.endswith("\n"):
            after = after[:-1]
        if after != before:
            self._write(target, after)
            self.say("Saved what you wrote in your editor.")
        else:
            self.say("Nothing changed in your editor.")
