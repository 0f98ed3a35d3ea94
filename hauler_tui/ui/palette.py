"""The command palette: every action by its name, with its key."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from hauler_tui.ui.actions import ACTIONS, SCOPE_TITLES, Action
from hauler_tui.ui.screens.reader import ReaderScreen
from hauler_tui.ui.text import joined

_IN_HELP = 0.5
"""What a match in the sentence counts beside one in the name."""


class ActionProvider(Provider):
    """Offers the reader's actions."""

    def _offered(self) -> tuple[tuple[Action, str], ...]:
        if not isinstance(self.screen, ReaderScreen):
            return ()
        keymap = self.screen.keymap
        return tuple(
            (action, joined([*_where(action), keymap.shown(action), action.help]))
            for action in ACTIONS
            if action.in_palette
        )

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for action, about in self._offered():
            yield DiscoveryHit(action.title, partial(self._run, action), help=about)

    async def search(self, query: str) -> Hits:
        """The actions whose name matches."""
        matcher = self.matcher(query)
        for action, about in self._offered():
            score = matcher.match(action.title) or matcher.match(action.help) * _IN_HELP
            if score > 0:
                yield Hit(
                    score, matcher.highlight(action.title), partial(self._run, action), help=about
                )

    async def _run(self, action: Action) -> None:
        await self.screen.run_action(action.method)


def _where(action: Action) -> list[str]:
    return [SCOPE_TITLES[scope] for scope in action.scopes]
