"""What leaves the reader: links and pages for the browser, copies for the clipboard."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Sequence

from textual import work

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.identity import canonical_link, pdf_link
from hauler_tui.errors import HaulerError
from hauler_tui.ui import clipboard
from hauler_tui.ui.external import browse, browse_page, is_console_browser, require_web_address
from hauler_tui.ui.screens.base import ReaderBase
from hauler_tui.ui.screens.dialogs import Choice, Choose
from hauler_tui.ui.text import plain
from hauler_tui.workflows import export, publish
from hauler_tui.workflows.capture import links_in
from hauler_tui.workflows.lanes import link_to_item, markdown_link


def _failure_of(open_it: Callable[[], None]) -> HaulerError | None:
    try:
        open_it()
    except HaulerError as error:
        return error
    return None


class OutsideActions(ReaderBase):
    """The commands that hand something to another program."""

    @abstractmethod
    def shown_haul(self) -> Haul | None:
        """The issue in the drafts pane."""

    def action_item_browse(self) -> None:
        """Open the link in the browser."""
        if (link := self._link()) is not None:
            self._browse(link)

    def action_item_pdf(self) -> None:
        """Open the PDF in the browser."""
        if (item_id := self.current_id) is None:
            return
        found = self.library.items.get(item_id).work
        if link := pdf_link(found.entry.link, found.aliases):
            self._browse(link)
        else:
            self.warn("Its link does not tell where the PDF is: o opens the page.")

    @work
    async def action_reading_links(self) -> None:
        """Open one of the links in what is read."""
        if (item_id := self.current_id) is None:
            return
        links = self._links_of(item_id)
        if not links:
            self.warn("There is no link in it.")
            return
        choices = [Choice(link, plain(link)) for link in links]
        chosen = await self.app.push_screen_wait(Choose("Open in the browser", choices))
        if chosen is not None:
            self._browse(chosen)

    def _links_of(self, item_id: int) -> tuple[str, ...]:
        item = self.library.items.get(item_id)
        note = self.library.notes.get(item_id)
        texts = [item.entry.abstract, item.entry.comment or "", note.text if note else ""]
        texts += [card.text or "" for _, card in self.library.hauls.covered_cards(item_id)]
        own = canonical_link(item.entry.link, item.work.aliases)
        paper = pdf_link(item.entry.link, item.work.aliases)
        found = (own, paper or "", *links_in("\n\n".join(texts)))
        return tuple(dict.fromkeys(link for link in found if link))

    def action_haul_browse(self) -> None:
        """Open the issue as a page in the browser."""
        if (haul := self._haul_for("browse")) is None:
            return
        try:
            path = export.write_page(self.library, haul.slug)
        except HaulerError as error:
            self.complain(error)
        else:
            self._open_outside(lambda: browse_page(path), str(path))

    def action_haul_copy(self) -> None:
        """Copy the issue's Markdown."""
        if (haul := self._haul_for("copy")) is None:
            return
        try:
            text = publish.compile_text(self.library, haul.slug)
        except HaulerError as error:
            self.complain(error)
        else:
            self.copy(text, f"“{haul.title}”")

    def action_item_copy_link(self) -> None:
        """Copy the link, or those of the selected items."""
        if chosen := self.selection():
            self._copy_selected(chosen, is_markdown=False)
            return
        if (link := self._link()) is not None:
            self.copy(link, link)

    def action_item_copy_markdown(self) -> None:
        """Copy title and link as a Markdown link, or a list of those of the selected items."""
        if chosen := self.selection():
            self._copy_selected(chosen, is_markdown=True)
            return
        if (item_id := self.current_id) is not None and (link := self._link()) is not None:
            title = self.library.items.row(item_id).title
            self.copy(markdown_link(title, link), f"{self.named(item_id)} as Markdown")

    def _copy_selected(self, chosen: Sequence[int], *, is_markdown: bool) -> None:
        if is_markdown:
            lines = [f"- {link_to_item(self.library, item_id)}" for item_id in chosen]
        else:
            works = [self.library.items.get(item_id).work for item_id in chosen]
            lines = [canonical_link(one.entry.link, one.aliases) for one in works]
        kept = [line for line in lines if line]
        self.end_selection((), "")
        self.copy(
            "\n".join(kept),
            f"{len(kept):,} link{'s' * (len(kept) != 1)}{' as Markdown' * is_markdown}",
        )

    def copy(self, text: str, what: str) -> None:
        """Fill the clipboard by the terminal and by the platform's tool, and say which took it."""
        self.app.copy_to_clipboard(text)
        terminal = ""
        if clipboard.terminal_sequence(text, {}) is not None:
            # What tmux makes of the sequence it does not say.
            terminal = "the terminal (OSC 52)" + ", if tmux lets it" * bool(os.environ.get("TMUX"))
        if command := clipboard.clipboard_command(os.environ):
            self._copy_by(command, text, what, terminal)
        elif terminal:
            self.say(f"Copied {what} · by {terminal}")
        else:
            self.warn(
                f"{len(text.encode()):,} bytes are too many for a terminal's clipboard · "
                "“hauler export” writes a file"
            )

    @work(thread=True, group="copy")
    def _copy_by(self, command: tuple[str, ...], text: str, what: str, terminal: str) -> None:
        failure = _failure_of(lambda: clipboard.hand_to(command, text))
        if failure is None:
            is_sure = terminal and not os.environ.get("TMUX")
            ways = f"{command[0]} and {terminal}" if is_sure else command[0]
            self.app.call_from_thread(self.say, f"Copied {what} · by {ways}")
        elif terminal:
            self.app.call_from_thread(self.say, f"Copied {what} · by {terminal}")
        else:
            self.app.call_from_thread(self.complain, failure)

    def _haul_for(self, what: str) -> Haul | None:
        self.close_editors()
        haul = self.shown_haul()
        if haul is None:
            self.warn(f"There is no issue to {what}: s on a paper opens one.")
        return haul

    def _link(self) -> str | None:
        if (item_id := self.current_id) is None:
            return None
        found = self.library.items.get(item_id).work
        link = canonical_link(found.entry.link, found.aliases)
        if not link:
            self.warn("This item came without a link.")
        return link or None

    def _browse(self, link: str) -> None:
        try:
            require_web_address(link)
        except HaulerError as error:
            self.complain(error)
        else:
            self._open_outside(lambda: browse(link), link)

    def _open_outside(self, open_it: Callable[[], None], what: str) -> None:
        if is_console_browser():
            with self.app.suspend():
                failure = _failure_of(open_it)
            self.refresh(layout=True)
            self._tell_opened(what, failure)
        else:
            self._open_outside_aside(open_it, what)

    @work(thread=True, group="browse")
    def _open_outside_aside(self, open_it: Callable[[], None], what: str) -> None:
        self.app.call_from_thread(self._tell_opened, what, _failure_of(open_it))

    def _tell_opened(self, what: str, failure: HaulerError | None) -> None:
        if failure is not None:
            self.complain(failure)
        else:
            self.say(f"Opened {what}")
