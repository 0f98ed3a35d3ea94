"""Colour themes: files, what is wrong with them, and the styles the panes draw with."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.filter import LineFilter
from textual.theme import BUILTIN_THEMES, Theme

import hauler_tui
from hauler_tui.errors import ConfigError
from hauler_tui.ui.text import plain

DEFAULT_THEME = "hauler-dark"

_COLOUR_FIELDS = (
    "primary",
    "secondary",
    "warning",
    "error",
    "success",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
_NUMBER_FIELDS = ("luminosity_spread", "text_alpha")
_FLAG_FIELDS = ("dark", "ansi")


@dataclass(frozen=True, slots=True)
class ThemeFailure:
    """A theme file that was left out, and why."""

    path: Path
    reason: str


def shipped_themes() -> Path:
    """The folder of our own themes: inside an installed package, else beside it in a checkout."""
    package = Path(hauler_tui.__file__).parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_themes(folders: Iterable[Path]) -> tuple[tuple[Theme, ...], tuple[ThemeFailure, ...]]:
    """Read every ``*.toml`` of the folders; a later theme replaces an earlier one of its name."""
    themes: dict[str, Theme] = {}
    failures: list[ThemeFailure] = []
    for folder in folders:
        try:
            paths = sorted(folder.glob("*.toml"))
        except OSError as error:
            failures.append(ThemeFailure(folder, error.strerror or "cannot be read"))
            continue
        for path in paths:
            try:
                theme = read_theme(path)
            except ConfigError as error:
                failures.append(ThemeFailure(path, error.message))
            else:
                themes[theme.name] = theme
    return tuple(themes.values()), tuple(failures)


def theme_names(loaded: Iterable[Theme]) -> dict[str, bool]:
    """Every theme that can be chosen and whether it is dark: ``loaded`` before Textual's own."""
    names = {theme.name: theme.dark for theme in loaded}
    return names | {name: theme.dark for name, theme in BUILTIN_THEMES.items() if name not in names}


def read_theme(path: Path) -> Theme:
    """One theme file. Raises ConfigError with the reason, without the path."""
    if not path.is_file():
        raise ConfigError("is not a file")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not TOML: {error}") from error
    known = {"name", "variables", *_COLOUR_FIELDS, *_NUMBER_FIELDS, *_FLAG_FIELDS}
    if unknown := sorted(set(data) - known):
        raise ConfigError(f"has an unknown field “{unknown[0]}”")
    variables = data.get("variables", {})
    if not isinstance(variables, dict):
        raise ConfigError("[variables] is not a table")
    colours = {name: data[name] for name in _COLOUR_FIELDS if name in data}
    for name, value in (*colours.items(), *variables.items()):
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
            raise ConfigError(f"“{plain(name)[:40]}” is not the name of a variable")
        _check_colour(name, value)
    for name in _NUMBER_FIELDS:
        value = data.get(name, 0)
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise ConfigError(f"“{name}” is not a number from 0 to 1")
    for name in _FLAG_FIELDS:
        if name in data and not isinstance(data[name], bool):
            raise ConfigError(f"“{name}” is neither true nor false")
    name = data.get("name", path.stem)
    if not isinstance(name, str) or not re.fullmatch(r"\w[\w .-]*", name):
        raise ConfigError("“name” is not a name of letters, digits, dots and dashes")
    if "primary" not in data:
        raise ConfigError("lacks “primary”")
    rest = {key: data[key] for key in (*_NUMBER_FIELDS, *_FLAG_FIELDS) if key in data}
    if rest.get("ansi"):
        # Textual's own style sheet needs both, and gives them to its own ANSI themes only.
        variables = {
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
        } | variables
    return Theme(name=name, variables=dict(variables), **colours, **rest)


def _check_colour(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise ConfigError(f"“{name}” is not a colour in quotes")
    try:
        colour = Color.parse(value)
    except ColorParseError as error:
        raise ConfigError(f"“{name}” is not a colour: “{plain(value)[:40]}”") from error
    if colour.a == 0:
        raise ConfigError(f"“{name}” is transparent, and nothing would show")


_FALLBACKS: Mapping[str, str] = {
    "item-unread": "foreground",
    "item-read": "muted",
    "item-starred": "warning",
    "item-skipped": "muted",
    "item-noted": "success",
    "item-covered": "accent",
    "link": "primary",
    "heading": "primary",
    "cursor-background": "primary",
    "cursor-foreground": "background",
    "cursor-blurred-background": "panel",
    "pane-border": "panel",
    "pane-border-focused": "primary",
    "finding-error": "error",
    "finding-warning": "warning",
    "finding-hint": "secondary",
    "saved": "success",
    "unsaved": "warning",
}
"""Hauler's own theme variables, each with what it is taken from where a theme does not name it."""

VARIABLES = frozenset({*_FALLBACKS, "muted"})
"""The names of hauler's own theme variables."""

_MUTED = 0.3
"""How far muted text lies from the foreground towards the background."""


def variable_defaults(theme: Theme) -> dict[str, str]:
    """Hauler's own variables as colours, for a theme that may not name them."""
    known = theme.to_color_system().generate()
    muted = known["foreground"]
    if not theme.ansi:
        foreground, background = Color.parse(known["foreground"]), Color.parse(known["background"])
        muted = foreground.blend(background, _MUTED).hex
    named = {**known, "muted": muted}
    return {"muted": muted} | {name: named[source] for name, source in _FALLBACKS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The styles the panes draw with, each on the right background."""

    text: Style
    strong: Style
    emphasis: Style
    code: Style
    quote: Style
    muted: Style
    heading: Style
    link: Style
    unread: Style
    read: Style
    starred: Style
    skipped: Style
    noted: Style
    covered: Style
    error: Style
    warning: Style
    hint: Style
    saved: Style
    unsaved: Style
    cursor: Style
    """Laid over a row: the row under the cursor of the focused pane."""
    cursor_blurred: Style
    """Laid over a row: the row under the cursor of another pane."""
    bar: Style
    bar_focused: Style
    bar_muted: Style
    key: Style
    scrollbar: Style

    def named(self, name: str) -> Style:
        """The style of a ``Span``; an unknown name draws as text."""
        return _STYLE_OF[name](self) if name in _STYLE_OF else self.text


_STYLE_OF = {
    name: (lambda colours, name=name: getattr(colours, name))
    for name in Colours.__dataclass_fields__
}


def colours_from(variables: Mapping[str, str], *, is_ansi: bool = False) -> Colours:
    """The styles for a theme, from its CSS variables as Textual resolved them.

    With the terminal's own colours nobody knows what lies well on what: there the cursor of
    another pane is a line under the row.
    """

    def colour(name: str) -> Color:
        return Color.parse(variables[name])

    background = colour("background")

    def on_background(name: str, *, bold: bool = False, italic: bool = False) -> Style:
        return _style(colour(name), background, bold=bold, italic=italic)

    panel = colour("panel")
    return Colours(
        text=on_background("foreground"),
        strong=on_background("foreground", bold=True),
        emphasis=on_background("foreground", italic=True),
        code=on_background("item-noted"),
        quote=on_background("muted", italic=True),
        muted=on_background("muted"),
        heading=on_background("heading", bold=True),
        link=on_background("link"),
        unread=on_background("item-unread", bold=True),
        read=on_background("item-read"),
        starred=on_background("item-starred"),
        skipped=on_background("item-skipped"),
        noted=on_background("item-noted"),
        covered=on_background("item-covered"),
        error=on_background("finding-error", bold=True),
        warning=on_background("finding-warning"),
        hint=on_background("finding-hint"),
        saved=_style(colour("saved"), panel),
        unsaved=_style(colour("unsaved"), panel, bold=True),
        cursor=_style(colour("cursor-foreground"), colour("cursor-background")),
        cursor_blurred=Style(underline=True)
        if is_ansi
        else Style(bgcolor=colour("cursor-blurred-background").rich_color),
        bar=_style(colour("foreground"), panel),
        bar_focused=_style(colour("cursor-foreground"), colour("pane-border-focused"), bold=True),
        bar_muted=_style(colour("muted"), panel),
        key=_style(colour("heading"), panel, bold=True),
        scrollbar=on_background("pane-border"),
    )


def without_colour(colours: Colours, filters: Iterable[LineFilter]) -> Colours:
    """The styles as Textual's filters leave them, for a terminal where NO_COLOR is set.

    The panes draw past the place where Textual applies its filters. The cursor, which colour
    alone told, is drawn in reverse.
    """
    background = Color.from_rich_color(colours.text.bgcolor)
    styles: dict[str, Style] = {}
    for name in style_names():
        segments = [Segment("x", getattr(colours, name))]
        for line_filter in filters:
            segments = line_filter.apply(segments, background)
        styles[name] = segments[0].style or Style()
    styles["cursor"] = Style(reverse=True)
    styles["cursor_blurred"] = Style(underline=True)
    styles["bar_focused"] += Style(reverse=True)
    return Colours(**styles)


def _style(
    foreground: Color, background: Color, *, bold: bool = False, italic: bool = False
) -> Style:
    if foreground.a < 1:
        foreground = background.blend(foreground.with_alpha(1.0), foreground.a, 1.0)
    return Style(
        color=foreground.rich_color,
        bgcolor=background.rich_color,
        bold=bold or None,
        italic=italic or None,
    )


def style_names() -> tuple[str, ...]:
    """The names a ``Span`` may use."""
    return tuple(field.name for field in fields(Colours))
