"""Themes in the running reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.conftest import OpenReader


async def test_the_reader_draws_in_every_theme(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        app = reader.pilot.app
        for name in app.available_themes:
            app.theme = name
            await reader.rest()
            assert "1 Incoming" in reader.shown(), name
            assert app.screen_of_reader.status.is_attached  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["hauler-dark", "hauler-light", "hauler-terminal"])
async def test_a_theme_of_ours_is_what_the_configuration_names(
    open_reader: OpenReader, name: str
) -> None:
    async with open_reader(theme=name) as reader:
        assert reader.pilot.app.theme == name
        assert "1 Incoming" in reader.shown()
        await reader.press("2", "e")
        assert "note on" in reader.shown()


async def test_an_unknown_theme_is_told_and_the_default_is_used(open_reader: OpenReader) -> None:
    async with open_reader(theme="no-such") as reader:
        assert reader.pilot.app.theme == "hauler-dark"
        assert any("no-such" in n.message for n in reader.pilot.app._notifications)


async def test_a_bad_theme_file_is_named_with_its_reason_and_the_reader_opens(
    open_reader: OpenReader, tmp_path: Path
) -> None:
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "broken.toml").write_text("primary = 3\n")
    async with open_reader() as reader:
        (message,) = (n.message for n in reader.pilot.app._notifications)
        assert message == "broken.toml “primary” is not a colour in quotes"
        assert "1 Incoming" in reader.shown()


async def test_the_chosen_theme_is_remembered(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        reader.pilot.app.theme = "hauler-light"
        await reader.rest()
        reader.pilot.app.remember()  # type: ignore[attr-defined]
    async with open_reader() as reader:
        assert reader.pilot.app.theme == "hauler-light"


async def test_no_color_draws_no_colour(
    open_reader: OpenReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_reader() as reader:
        styles = [segment.style for strip in reader.strips() for segment in strip if segment.style]
        colours = {style.color.triplet for style in styles if style.color and style.color.triplet}
        assert all(red == green == blue for red, green, blue in colours)
