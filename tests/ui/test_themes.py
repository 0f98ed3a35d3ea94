"""Theme files, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES

from hauler_tui.errors import ConfigError
from hauler_tui.ui.themes import (
    VARIABLES,
    colours_from,
    load_themes,
    read_theme,
    shipped_themes,
    style_names,
    variable_defaults,
)

GOOD = 'name = "mine"\nprimary = "#123456"\n[variables]\nlink = "#abcdef"\n'


def test_three_themes_are_ours() -> None:
    themes, failures = load_themes([shipped_themes()])
    assert {theme.name for theme in themes} == {"hauler-dark", "hauler-light", "hauler-terminal"}
    assert failures == ()


def test_our_themes_name_every_variable_of_ours() -> None:
    for theme in load_themes([shipped_themes()])[0]:
        assert set(theme.variables) >= VARIABLES, theme.name


def test_a_theme_of_the_person_replaces_ours_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "dark.toml").write_text('name = "hauler-dark"\nprimary = "#010203"\n')
    themes, _ = load_themes([shipped_themes(), tmp_path])
    assert next(t for t in themes if t.name == "hauler-dark").primary == "#010203"


def test_a_missing_folder_holds_no_themes(tmp_path: Path) -> None:
    assert load_themes([tmp_path / "none"]) == ((), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("primary = ", "is not TOML"),
        ('name = "x"', "lacks “primary”"),
        ('primary = "#12345"', "“primary” is not a colour: “#12345”"),
        ("primary = 3", "“primary” is not a colour in quotes"),
        ('primary = "red"\ncolour = "red"', "has an unknown field “colour”"),
        ('primary = "red"\ndark = "yes"', "“dark” is neither true nor false"),
        ('primary = "red"\ntext_alpha = true', "“text_alpha” is not a number from 0 to 1"),
        ('primary = "red"\ntext_alpha = nan', "“text_alpha” is not a number from 0 to 1"),
        ('primary = "red"\nluminosity_spread = 1e300', "is not a number from 0 to 1"),
        ('primary = "transparent"', "“primary” is transparent"),
        ('primary = "red"\n[variables]\n"a b; }" = "red"', "is not the name of a variable"),
        ('name = "\\u001b[2J"\nprimary = "red"', "“name” is not a name"),
        ('primary = "red"\nvariables = 3', "[variables] is not a table"),
        ('primary = "red"\n[variables]\nlink = "nope"', "“link” is not a colour: “nope”"),
        ('name = ""\nprimary = "red"', "“name” is not a name"),
    ],
)
def test_a_bad_file_is_reported_with_its_reason_and_the_others_load(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "bad.toml").write_text(text)
    (tmp_path / "good.toml").write_text(GOOD)
    themes, failures = load_themes([tmp_path])
    assert [theme.name for theme in themes] == ["mine"]
    assert [failure.path.name for failure in failures] == ["bad.toml"]
    assert reason in failures[0].reason


def test_a_theme_that_is_not_text_is_reported(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        read_theme(tmp_path / "binary.toml")


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_every_theme_of_textual_gives_every_style(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    variables = theme.to_color_system().generate() | variable_defaults(theme)
    colours = colours_from(variables)
    for style in style_names():
        assert colours.named(style) is getattr(colours, style)
    assert colours.text.color is not None
    assert colours.text.bgcolor is not None


def test_an_unknown_style_draws_as_text() -> None:
    nord = BUILTIN_THEMES["nord"]
    colours = colours_from(nord.to_color_system().generate() | variable_defaults(nord))
    assert colours.named("no such style") is colours.text
