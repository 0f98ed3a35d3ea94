"""What earlier issues said, for the rows and for the reading pane."""

from __future__ import annotations

from hauler_tui.domain.item import Item
from hauler_tui.errors import LibraryError
from hauler_tui.ui.panes.reading import CoveredIn
from hauler_tui.ui.screens.base import ReaderBase


class Memory(ReaderBase):
    """Names issues shortly, and reads their texts when somebody wants to see them."""

    _names: dict[str, str] | None = None
    """What issues are called; None when it has to be asked again."""

    def forget_names(self) -> None:
        """Ask again what issues are called; where that changed, draw the rows again."""
        before, self._names = self._names, None
        if before is not None:
            self._names = self.library.hauls.names()
            if any(self._names.get(slug) != name for slug, name in before.items()):
                self.incoming.list.repaint()

    def name_of_issue(self, slug: str) -> str:
        """What an issue is called in a few letters."""
        if self._names is None:
            self._names = self.library.hauls.names()
        return self._names.get(slug, slug)

    def covered_in(self, item: Item, *, with_texts: bool) -> tuple[CoveredIn, ...]:
        """The issues that covered an item, the newest first."""
        if not with_texts:
            return tuple(
                CoveredIn(name=self.name_of_issue(slug)) for slug in reversed(item.covered)
            )
        return tuple(self._read(item, slug) for slug in reversed(item.covered))

    def _read(self, item: Item, slug: str) -> CoveredIn:
        name = self.name_of_issue(slug)
        try:
            issue = self.library.hauls.get(slug)
        except LibraryError as error:
            return CoveredIn(name=name, slug=slug, texts=(error.message,))
        return CoveredIn(
            name=name,
            slug=slug,
            title=issue.title,
            published_at=issue.published_at,
            texts=tuple(card.text or "" for card in issue.cards if card.item_id == item.id),
        )
