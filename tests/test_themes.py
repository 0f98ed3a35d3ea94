"""The shipped colour themes: complete, and readable by the contrast rules of WCAG 2.2."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "themes"
NAMES = ("hauler-dark", "hauler-light", "hauler-terminal")

COLOURS = {
    "primary", "secondary", "accent", "foreground", "background", "surface", "panel",
    "success", "warning", "error",
}  # fmt: skip
VARIABLES = {
    "item-unread", "item-read", "item-starred", "item-skipped", "item-noted", "item-covered",
    "link", "heading", "muted", "cursor-background", "cursor-foreground",
    "cursor-blurred-background", "pane-border", "pane-border-focused", "finding-error",
    "finding-warning", "finding-hint", "saved", "unsaved",
}  # fmt: skip
ROW_TEXTS = (
    "item-unread", "item-read", "item-starred", "item-skipped", "item-noted", "item-covered",
    "muted",
)  # fmt: skip
PAGE_TEXTS = (
    *ROW_TEXTS, "foreground", "link", "heading", "finding-error", "finding-warning",
    "finding-hint", "primary", "secondary", "accent", "success", "warning", "error",
)  # fmt: skip
BAR_TEXTS = ("foreground", "muted", "heading", "saved", "unsaved", "footer-key-foreground")

PAIRS = (
    *((text, ground) for text in PAGE_TEXTS for ground in ("background", "surface")),
    *((text, "cursor-blurred-background") for text in ROW_TEXTS),
    *((text, "panel") for text in BAR_TEXTS),
    ("cursor-foreground", "cursor-background"),
    ("cursor-foreground", "pane-border-focused"),
    ("block-cursor-foreground", "block-cursor-background"),
    ("foreground", "input-selection-background"),
)


def theme(name: str) -> dict[str, Any]:
    """A theme's fields and variables in one mapping."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    variables: dict[str, Any] = data.pop("variables")
    return data | variables


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2, "relative luminance")."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_three_themes_are_shipped_and_each_file_is_named_as_its_theme() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(NAMES)
    assert all(theme(name)["name"] == name for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_theme_gives_every_colour_of_textual_and_of_hauler(name: str) -> None:
    assert (COLOURS | VARIABLES) - set(theme(name)) == set()


@pytest.mark.parametrize("name", ["hauler-dark", "hauler-light"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_all_text_reads_well_on_what_is_behind_it(name: str, text: str, ground: str) -> None:
    colours = theme(name)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", ["hauler-dark", "hauler-light"])
def test_the_focused_pane_and_the_cursor_stand_out_from_the_page(name: str) -> None:
    colours = theme(name)
    assert contrast(colours["pane-border-focused"], colours["background"]) >= 3
    assert contrast(colours["cursor-background"], colours["background"]) >= 2
    assert contrast(colours["cursor-blurred-background"], colours["background"]) >= 1.2


@pytest.mark.parametrize("name", ["hauler-dark", "hauler-light"])
def test_the_states_of_an_item_are_told_apart_by_colour(name: str) -> None:
    colours = theme(name)
    assert len({colours[text] for text in ROW_TEXTS}) == len(ROW_TEXTS)


def test_dark_and_light_are_neither_black_nor_white() -> None:
    dark, light = theme("hauler-dark"), theme("hauler-light")
    assert dark["dark"] is True
    assert light["dark"] is False
    assert 0.005 < luminance(dark["background"]) < 0.03
    assert 0.85 < luminance(light["background"]) < 0.95


def test_the_terminal_theme_uses_only_the_terminals_own_colours() -> None:
    colours = {key: value for key, value in theme("hauler-terminal").items() if key != "name"}
    assert colours.pop("ansi") is True
    assert colours.pop("dark") is True
    names = "black|red|green|yellow|blue|magenta|cyan|white"
    wanted = re.compile(rf"ansi_(default|(bright_)?({names}))")
    assert [value for value in colours.values() if not wanted.fullmatch(value)] == []
