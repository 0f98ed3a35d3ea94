"""What is put into a text while it is typed: links to items and issues, quoted sentences."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from itertools import islice

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label
from textual.worker import get_current_worker

from hauler_tui.domain.query import QueryError, parse
from hauler_tui.domain.sentences import sentences
from hauler_tui.domain.tex import to_unicode
from hauler_tui.errors import LibraryError
from hauler_tui.ui.screens.dialogs import Choice, Choices, Choose
from hauler_tui.ui.screens.note_actions import NoteActions
from hauler_tui.ui.text import plain
from hauler_tui.ui.widgets.editor import Editor
from hauler_tui.ui.widgets.line_list import LineList
from hauler_tui.workflows.lanes import link_to_item, markdown_link

_ISSUES_SHOWN = 8
_ITEMS_SHOWN = 40
_ROWS = 8


class PickLink(ModalScreen[str | None]):
    """Finds an earlier issue or an item by its words; answers with a link in Markdown."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Leave", priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "Up", show=False, priority=True),
    ]

    def __init__(self, finder: LinkActions) -> None:
        super().__init__(classes="dialog")
        self._finder = finder
        self._list = Choices(())
        self._list.can_focus = False
        self._issues: list[Choice] = []

    def compose(self) -> ComposeResult:
        """The words over what they find."""
        with Vertical(classes="box"):
            yield Label("Link to an issue or an item", markup=False)
            yield Input(placeholder="words of a title, a slug, or any query", compact=True)
            self._list.styles.height = _ROWS
            yield self._list
            yield Label("enter puts the link in · esc leaves", markup=False, classes="quiet")

    def on_mount(self) -> None:
        """Offer the newest issues first."""
        self.query_one(Input).focus()
        self._look("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what was typed."""
        event.stop()
        self._look(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the row under the cursor."""
        event.stop()
        self._take(self._list.cursor)

    def on_line_list_row_chosen(self, event: LineList.RowChosen) -> None:
        """Take the row that was clicked twice."""
        event.stop()
        self._take(event.index)

    def action_move(self, rows: int) -> None:
        """Move among what was found."""
        self._list.move(rows)

    def _take(self, index: int) -> None:
        if index < len(self._list.choices):
            self.dismiss(self._list.choices[index].value)

    def _look(self, text: str) -> None:
        self._issues = self._finder.issues_like(text)
        self._show(())
        self._find(text)

    @work(thread=True, exclusive=True, group="links")
    def _find(self, text: str) -> None:
        worker = get_current_worker()
        ids = self._finder.items_like(text, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._show, ids)

    def _show(self, ids: Sequence[int]) -> None:
        self._list.choices = (*self._issues, *self._finder.choices_of(ids))
        self._list.place(min(self._list.cursor, max(0, len(self._list.choices) - 1)))


class LinkActions(NoteActions):
    """The commands of a text field that put something in."""

    @work
    async def action_text_link(self) -> None:
        """Put a link to an item or an earlier issue where the cursor is."""
        editor = self.focused
        if not isinstance(editor, Editor):
            return
        link = await self.app.push_screen_wait(PickLink(self))
        if link is not None:
            editor.replace(link, *editor.selection)

    @work
    async def action_text_quote(self) -> None:
        """Put a sentence of the abstract where the cursor is, as a quotation."""
        editor = self.focused
        if not isinstance(editor, Editor):
            return
        item_id = self._quoted_item(editor)
        if item_id is None:
            self.warn("This text belongs to no item: there is no abstract to quote.")
            return
        abstract = self.library.items.get(item_id).entry.abstract
        found = [to_unicode(sentence) for sentence in sentences(abstract)]
        if not found:
            self.warn("No abstract came with it: there is nothing to quote.")
            return
        choices = [Choice(sentence, plain(sentence)) for sentence in found]
        chosen = await self.app.push_screen_wait(
            Choose("Quote a sentence of the abstract", choices)
        )
        if chosen is not None:
            row, column = editor.cursor_location
            before = editor.document.get_line(row)[:column]
            above = "\n\n" if before.strip() else ""
            editor.replace(f"{above}> {chosen}\n\n", *editor.selection)

    def _quoted_item(self, editor: Editor) -> int | None:
        target = self._targets.get(editor.id or "")
        return target.item_id if target is not None and target.kind == "note" else None

    def issues_like(self, text: str) -> list[Choice]:
        """The newest issues and posts whose title or slug has all the words.

        The one that was meant exactly, by its slug or its number, comes first.
        """
        words = text.casefold().split()
        meant = text.strip().lstrip("/~#").casefold()
        found = [
            haul
            for haul in reversed(self.library.hauls.all())
            if all(word.lstrip("/") in f"{haul.title} {haul.slug}".casefold() for word in words)
        ]
        found.sort(key=lambda haul: meant not in (haul.slug.casefold(), str(haul.number)))
        return [
            Choice(markdown_link(haul.title, f"/{haul.slug}"), plain(haul.title), plain(haul.slug))
            for haul in islice(found, _ISSUES_SHOWN)
        ]

    def items_like(self, text: str, stop: Callable[[], bool]) -> Sequence[int]:
        """The first items that a query finds; none for no words or a mistake in them.

        May run in any thread.
        """
        if not text.strip():
            return ()
        try:
            query = parse(text, self.clock())
            ids: array[int] = next(iter(self.library.items.answers(query, stop=stop)), array("Q"))
        except (QueryError, LibraryError):
            return ()
        return ids[:_ITEMS_SHOWN]

    def choices_of(self, ids: Sequence[int]) -> list[Choice]:
        """Items as choices whose value is a link to them."""
        return [
            Choice(link_to_item(self.library, row.id), plain(row.title), plain(row.authors))
            for row in self.library.items.rows(ids)
        ]
