"""A list on a page of its own, walked with the keys of the panes; enter takes the row."""

from __future__ import annotations

from hauler_tui.ui.widgets.line_list import LineList


class PickList(LineList):
    """Rows to walk and to choose from."""

    BINDINGS = [
        ("j,down", "step(1)", "Down"),
        ("k,up", "step(-1)", "Up"),
        ("g,home", "edge(-1)", "First"),
        ("G,end", "edge(1)", "Last"),
        ("enter,space", "choose", "Choose"),
    ]

    def action_step(self, by: int) -> None:
        """The next row, or the one before."""
        self.move(by)

    def action_edge(self, edge: int) -> None:
        """The first row, or the last."""
        self.go(self.line_count() - 1 if edge > 0 else 0, -edge)

    def action_choose(self) -> None:
        """Take the row under the cursor."""
        self.post_message(self.RowChosen(self, self.cursor))
