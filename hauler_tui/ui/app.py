"""The reader as a Textual app: themes, keys, the first screen, and a clean way out."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from textual import work
from textual.binding import Binding
from textual.command import Provider
from textual.filter import Monochrome, NoColor
from textual.theme import Theme

from hauler_tui import paths
from hauler_tui.config import Config
from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.ui.bindings import changed_keys
from hauler_tui.ui.clipboard import terminal_sequence
from hauler_tui.ui.keymap import Keymap
from hauler_tui.ui.markdown import load_markdown
from hauler_tui.ui.screens.reader import ReaderScreen
from hauler_tui.ui.state import Place, State, load_state, save_state
from hauler_tui.ui.text import plain
from hauler_tui.ui.themes import (
    DEFAULT_THEME,
    Colours,
    colours_from,
    load_themes,
    shipped_themes,
    variable_defaults,
    without_colour,
)
from hauler_tui.ui.typeahead import TypeAheadApp

_ENDED_BY_SIGNAL = 143
"""The exit code of a program that SIGTERM ended, as shells count it."""

_MOST_PROBLEMS = 5

_COLLECT_SECONDS = 0.25
_SHORT_REST_SECONDS = 0.04
_LONG_REST_SECONDS = 10.0
"""Young garbage, of which a painted frame makes about 60 KB, is collected when the keys rest for a
moment; all of it once when they rest for long."""

logger = logging.getLogger(__name__)


def _provider() -> type[Provider]:
    # The palette costs 15 ms of imports and is not needed for the first paint.
    from hauler_tui.ui.palette import ActionProvider

    return ActionProvider


class HaulerApp(TypeAheadApp[int], inherit_bindings=False):
    """Reads, notes, drafts."""

    CSS_PATH = "hauler.tcss"
    TITLE = "hauler"
    COMMANDS = {_provider}
    BINDINGS = [Binding("ctrl+c", "say_how_to_leave", "How to leave", show=False)]

    def __init__(
        self,
        library: Library,
        config: Config,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        theme_folders: tuple[Path, ...] = (),
        state_path: Path | None = None,
        notice: str = "",
    ) -> None:
        self.library = library
        self.config = config
        self._state_path = state_path
        self.state = load_state(state_path) if state_path else State()
        self.colours: Colours
        self._themes, self._theme_failures = load_themes((shipped_themes(), *theme_folders))
        self.action_keys = Keymap(config.keys)
        super().__init__()
        self.set_keymap(changed_keys(self.action_keys))
        self.register_themes(self._themes)
        self._choose_theme()
        place = self.state.places.get(str(library.directory), Place())
        self.screen_of_reader = ReaderScreen(
            library,
            config,
            clock,
            self.action_keys,
            view=place.view,
            item_id=place.item or None,
            notice=notice,
        )

    def register_themes(self, themes: tuple[Theme, ...]) -> None:
        """Offer our themes and the person's beside Textual's."""
        for theme in themes:
            self.register_theme(theme)

    def _choose_theme(self) -> None:
        wanted = self.config.theme.name or self.state.theme or DEFAULT_THEME
        self._unknown_theme = "" if wanted in self.available_themes else wanted
        self.theme = DEFAULT_THEME if self._unknown_theme else wanted

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text for the reader's own fields, and by the terminal where it is not too long."""
        self._clipboard = text
        sequence = terminal_sequence(text, os.environ)
        if self._driver is not None and sequence is not None:
            self._driver.write(sequence)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Hauler's own variables, for themes that do not name them."""
        return variable_defaults(self.current_theme)

    def on_mount(self) -> None:
        """Push the reader; tell at once of files that could not be used."""
        self._take_colours()
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        if not self.is_headless:
            # A closed window or a shutdown ends the reader as q does: the typing is kept, and
            # the terminal is given back as it was.
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, self._end_at_once)
        self.screen_of_reader.painted = self._after_first_paint
        self.push_screen(self.screen_of_reader)
        problems = [f"{failure.path.name} {failure.reason}" for failure in self._theme_failures]
        if self._unknown_theme:
            problems.append(f"there is no theme “{self._unknown_theme}”: {DEFAULT_THEME} is used")
        problems += self.action_keys.problems
        problems += self.library.rescued
        if problems:
            rest = len(problems) - _MOST_PROBLEMS
            shown = [plain(problem) for problem in problems[:_MOST_PROBLEMS]]
            shown += [f"and {rest} more"] * (rest > 0)
            self.notify("\n".join(shown), severity="warning", timeout=12, markup=False)

    def _end_at_once(self) -> None:
        self.screen_of_reader.close_editors()
        self.exit(_ENDED_BY_SIGNAL)

    def _after_first_paint(self) -> None:
        self._read_markdown()
        # Garbage collection was off since the first import: what was imported stays for good.
        gc.collect()
        gc.freeze()
        self.set_interval(_COLLECT_SECONDS, self._collect)

    @work(thread=True)
    def _read_markdown(self) -> None:
        load_markdown()
        self.call_from_thread(self.screen_of_reader.show_markdown)

    def _collect(self) -> None:
        """Collect garbage between keys, never while one is being answered."""
        rested = monotonic() - self.last_key_at
        if rested > _LONG_REST_SECONDS > rested - _COLLECT_SECONDS:
            gc.collect()
            self._tidy()
        elif _SHORT_REST_SECONDS < rested < _LONG_REST_SECONDS:
            gc.collect(1)

    def _tidy(self) -> None:
        """Let the library put large files in order, while nobody works with it."""
        try:
            self.library.tidy(self.screen_of_reader.clock())
        except HaulerError as error:
            self.screen_of_reader.complain(error)

    def _theme_changed(self, theme: Theme) -> None:
        self._take_colours()
        self.state.theme = theme.name
        self.screen_of_reader.repaint_all()

    def _take_colours(self) -> None:
        variables = self.get_css_variables()
        self.colours = colours_from(variables, is_ansi=self.current_theme.ansi)
        if self.no_color:
            filters = [each for each in self._filters if isinstance(each, NoColor | Monochrome)]
            self.colours = without_colour(self.colours, filters)

    def action_say_how_to_leave(self) -> None:
        """Ctrl+C ends many programs; here it only says which key does."""
        self.screen_of_reader.say("q saves and leaves.")

    def remember(self) -> None:
        """Keep the theme and the place for the next run."""
        if self._state_path is None:
            return
        self.state.leave(self.library.directory, self.screen_of_reader.place)
        try:
            save_state(self._state_path, self.state)
        except OSError as error:
            # Losing this costs nothing but the place in the list.
            logger.warning("the state was not kept: %s", error)


def run_reader(library: Library, config: Config, *, notice: str = "") -> int:
    """Open the reader on a library until the person leaves; the process's exit code.

    Closing the library, which waits for what is not saved yet, stays with the caller.
    """
    app = HaulerApp(
        library,
        config,
        theme_folders=(paths.user_themes(config.path),),
        state_path=paths.default_state(),
        notice=notice,
    )
    code = app.run() or app.return_code or 0
    app.remember()
    return code
