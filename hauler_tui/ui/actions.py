"""Every command of the reader, once: bindings, palette, help and `hauler keys` are made of it.

An action's id is the person's word for it in the ``[keys]`` table of the configuration and never
changes. Its method on the reader's screen is ``action_`` plus the id with ``_`` for the dot.
"""

from __future__ import annotations

from hauler_tui.ui.action import SCOPE_TITLES, Action, Scope, action

__all__ = ["ACTIONS", "SCOPE_TITLES", "TEXT_KEYS", "Action", "Scope", "actions_in"]

ACTIONS: tuple[Action, ...] = (
    action("list.down", "incoming", "j down", "Down", "The next row.", in_palette=False),
    action("list.up", "incoming", "k up", "Up", "The row before.", in_palette=False),
    action("list.first", "incoming", "g home", "First", "The first row."),
    action("list.last", "incoming", "G end", "Last", "The last row."),
    action(
        "list.page_down",
        "incoming",
        "ctrl+d pagedown",
        "Page down",
        "Half a page down.",
        in_palette=False,
    ),
    action(
        "list.page_up", "incoming", "ctrl+u pageup", "Page up", "Half a page up.", in_palette=False
    ),
    action("list.next_unread", "incoming", "J", "Next unread", "The next row you have not read."),
    action(
        "list.previous_unread",
        "incoming",
        "K",
        "Previous unread",
        "The row before that you have not read.",
    ),
    action(
        "item.open",
        "incoming",
        "enter",
        "Read",
        "Mark it read and give the keys to the reading pane.",
        hinted=True,
    ),
    action(
        "item.read_next",
        "incoming",
        "space",
        "Read, next",
        "Mark it read and go to the next row.",
        hinted=True,
    ),
    action(
        "item.star",
        "incoming reading",
        "s",
        "Star",
        "Star it and put its card into the open issue; again: take both back.",
        hinted=True,
    ),
    action(
        "item.skip",
        "incoming reading",
        "x",
        "Skip",
        "Hide it from the list and go on; u brings it back, f finds it again.",
        hinted=True,
    ),
    action(
        "item.toggle_read", "incoming reading", "m", "Read/unread", "Mark it read, or unread again."
    ),
    action(
        "list.read_all",
        "incoming",
        "A",
        "Mark all read",
        "Mark every listed row read, in one step that u takes back.",
    ),
    action(
        "item.browse", "incoming reading", "o", "Open in browser", "Open its link in the browser."
    ),
    action("item.pdf", "incoming reading", "p", "Open PDF", "Open its PDF in the browser."),
    action(
        "item.copy_link",
        "incoming reading",
        "y",
        "Copy link",
        "Copy its link to the clipboard.",
    ),
    action(
        "item.copy_markdown",
        "incoming reading",
        "Y",
        "Copy as Markdown",
        "Copy its title and link as Markdown to the clipboard.",
    ),
    action(
        "item.split",
        "incoming reading",
        "",
        "Split",
        "Make two items of one that was merged wrongly.",
    ),
    action("item.tag", "incoming reading", "t", "Tags", "Change its tags."),
    action(
        "list.everything",
        "incoming",
        "escape",
        "Show everything",
        "Select nothing; where nothing was selected, take the filter away.",
    ),
    action("list.select", "incoming", "v", "Select", "Select the row, or no longer."),
    action(
        "list.extend",
        "incoming",
        "V",
        "Extend selection",
        "Select the rows from the one selected last to this one; s x m t A l y Y act on them all.",
    ),
    action("list.sort", "incoming", "S", "Sort", "Choose the order of the list."),
    action("views.choose", "incoming", "f", "Views", "Choose what the list shows."),
    action(
        "note.edit",
        "incoming reading",
        "e",
        "Note",
        "Write your note under the abstract; it is saved as you type.",
        hinted=True,
    ),
    action(
        "note.external",
        "incoming reading",
        "E",
        "Note in $EDITOR",
        "Write your note in the editor that $VISUAL or $EDITOR names.",
    ),
    action("text.down", "reading", "j down", "Scroll down", "A line down.", in_palette=False),
    action("text.up", "reading", "k up", "Scroll up", "A line up.", in_palette=False),
    action(
        "text.page_down",
        "reading",
        "space ctrl+d pagedown",
        "Page down",
        "Half a page down.",
        in_palette=False,
    ),
    action(
        "text.page_up", "reading", "ctrl+u pageup", "Page up", "Half a page up.", in_palette=False
    ),
    action("text.first", "reading", "g home", "Top", "The top of the text.", in_palette=False),
    action("text.last", "reading", "G end", "End", "The end of the text.", in_palette=False),
    action(
        "reading.next", "reading", "n", "Next item", "The next row of Incoming, here.", hinted=True
    ),
    action(
        "reading.previous", "reading", "N", "Previous item", "The row of Incoming before, here."
    ),
    action(
        "item.history",
        "incoming reading",
        "h",
        "What was written before",
        "Show in the reading pane what earlier issues said about it.",
    ),
    action(
        "reading.links",
        "reading",
        "f",
        "Links",
        "Open one of the links in the abstract, your note or what was written before.",
    ),
    action(
        "reading.back",
        "reading",
        "escape",
        "Back to the list",
        "Give the keys back to the list.",
        in_palette=False,
    ),
    action("drafts.down", "drafts", "j down", "Down", "The next card or lane.", in_palette=False),
    action("drafts.up", "drafts", "k up", "Up", "The card or lane before.", in_palette=False),
    action("drafts.first", "drafts", "g home", "First", "The first row.", in_palette=False),
    action("drafts.last", "drafts", "G end", "Last", "The last row.", in_palette=False),
    action(
        "card.down",
        "drafts",
        "J",
        "Move card down",
        "Move the card down, from then on the order is yours; or the lane.",
    ),
    action(
        "card.up",
        "drafts",
        "K",
        "Move card up",
        "Move the card up, from then on the order is yours; or the lane.",
    ),
    action(
        "card.go",
        "drafts",
        "enter",
        "Go to the item",
        "Show the card's item in the reading pane.",
        hinted=True,
    ),
    action(
        "drafts.edit",
        "drafts",
        "e",
        "Edit",
        "Edit the card's note or the lane's text, here; saved as you type.",
        hinted=True,
    ),
    action(
        "drafts.external",
        "drafts",
        "E",
        "Edit in $EDITOR",
        "Edit the card's note or the lane's text in $EDITOR.",
    ),
    action(
        "card.remove",
        "drafts",
        "d delete",
        "Take the card out",
        "Take the card out of the issue; the star and the note stay.",
        hinted=True,
    ),
    action(
        "haul.check",
        "drafts",
        "c",
        "Findings",
        "List what is wrong in the issue before it ships; enter goes there.",
        hinted=True,
    ),
    action(
        "haul.preview", "drafts", "P", "Preview", "Show the issue as it will read.", hinted=True
    ),
    action(
        "haul.browse",
        "drafts",
        "B",
        "Open as a page",
        "Open the issue as a page in the browser.",
    ),
    action("haul.copy", "drafts", "Y", "Copy the issue", "Copy the issue's Markdown."),
    action(
        "haul.write",
        "drafts",
        "w",
        "Write",
        "Write the issue's Markdown file into the series' folder.",
        hinted=True,
    ),
    action(
        "haul.new",
        "drafts",
        "N",
        "New issue",
        "Start the next issue, and offer what is starred and in no issue.",
        hinted=True,
    ),
    action(
        "haul.publish",
        "drafts",
        "W",
        "Publish the issue",
        "Close the issue: its texts are frozen, its number is taken. u takes it back.",
    ),
    action(
        "haul.previous",
        "drafts",
        "left_square_bracket",
        "Issue before",
        "Look at the issue before.",
    ),
    action("haul.next", "drafts", "right_square_bracket", "Issue after", "Look at the next issue."),
    action(
        "app.help", "anywhere", "question_mark", "Help", "The keys that work here.", hinted=True
    ),
    action(
        "app.palette",
        "anywhere",
        "colon ctrl+p",
        "Palette",
        "Find any command by its name.",
        in_palette=False,
    ),
    action("pane.incoming", "anywhere", "1", "Incoming", "Give the keys to Incoming."),
    action("pane.reading", "anywhere", "2", "Reading", "Give the keys to Reading."),
    action("pane.drafts", "anywhere", "3", "Drafts", "Give the keys to Drafts."),
    action("pane.next", "anywhere", "tab", "Next pane", "Give the keys to the next pane."),
    action(
        "pane.previous",
        "anywhere",
        "shift+tab",
        "Previous pane",
        "Give the keys to the pane before.",
    ),
    action("pane.zoom", "anywhere", "z", "Zoom", "Show this pane alone, or all again."),
    action(
        "list.filter",
        "anywhere",
        "slash",
        "Filter",
        "Show only what matches: words, title: author: tag: is:starred since:7d “phrases” -not or.",
        hinted=True,
    ),
    action(
        "library.undo", "anywhere", "u", "Undo", "Take back the last thing you did.", hinted=True
    ),
    action("library.redo", "anywhere", "ctrl+r", "Redo", "Do again what was taken back."),
    action("library.refresh", "anywhere", "R", "Refresh", "Fetch the feeds that are due."),
    action(
        "library.ledger",
        "anywhere",
        "C",
        "Calendar of days",
        "Show which days of arXiv and bioRxiv are complete, and fill the others.",
    ),
    action(
        "library.fill",
        "anywhere",
        "F",
        "Fill missed days",
        "Fetch what was missed of arXiv, bioRxiv and medRxiv from their APIs or OAI-PMH.",
    ),
    action(
        "feeds.show",
        "anywhere",
        "L",
        "Feeds",
        "List the feeds: how each fares, edit, add, remove, mute, refresh one.",
    ),
    action(
        "library.radar",
        "anywhere",
        "",
        "Radar",
        "Show what happened to the papers you covered.",
    ),
    action(
        "item.add",
        "anywhere",
        "a",
        "Add a link",
        "Add links, arXiv ids or DOIs; any text with links in it will do.",
    ),
    action(
        "lane.send",
        "anywhere",
        "l",
        "To a lane",
        "Send the item, a link with a remark or a thought to a lane of the open issue.",
    ),
    action("lane.add", "anywhere", "", "New lane", "Add a lane to the open issue."),
    action("lane.rename", "drafts", "", "Rename lane", "Give the lane another heading."),
    action("lane.remove", "drafts", "", "Remove lane", "Take the lane out with its text."),
    action("app.theme", "anywhere", "T", "Theme", "Choose the colours."),
    action("app.leave", "anywhere", "q", "Quit", "Save and leave.", hinted=True),
    action(
        "text.link",
        "text",
        "ctrl+l",
        "Link",
        "Put a link to an item or an earlier issue into the text.",
        hinted=True,
        in_palette=False,
    ),
    action(
        "text.quote",
        "text",
        "ctrl+g",
        "Quote",
        "Quote a sentence of the abstract in the note.",
        hinted=True,
        in_palette=False,
    ),
)


TEXT_KEYS: tuple[tuple[str, str], ...] = (
    ("escape", "Leave, keeping what you typed."),
    ("ctrl+z", "Undo typing."),
    ("ctrl+y", "Redo typing."),
)
"""Keys of text fields, which belong to the fields themselves: (key, help)."""


def actions_in(scope: Scope) -> tuple[Action, ...]:
    """The actions whose keys work in a scope."""
    return tuple(one for one in ACTIONS if scope in one.scopes)
