"""``keys``, ``themes``, ``config``, ``completion`` and ``sample``."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from hauler_tui import config
from hauler_tui.cli.setup import _TEMPLATE
from tests.cli.conftest import Run


def test_keys_are_listed_as_the_configuration_has_them(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\nitem.star = "*"\nitem.stra = "x"\n', encoding="utf-8")
    ran = run("keys", "--json", "--config", str(path))
    star = next(key for key in ran.json if key["id"] == "item.star")
    assert star["keys"] == ["*"]
    assert "item.stra" in ran.err
    assert "item.star" in run("keys").out


def test_themes_are_listed_and_a_bad_file_is_named(run: Run, tmp_path: Path) -> None:
    themes = tmp_path / "themes"
    themes.mkdir()
    (themes / "bad.toml").write_text("primary = 7\n", encoding="utf-8")
    (themes / "mine.toml").write_text('primary = "#ff0000"\n', encoding="utf-8")
    ran = run("themes", "--json", "--config", str(tmp_path / "config.toml"))
    names = [theme["name"] for theme in ran.json]
    assert "mine" in names
    assert "hauler-dark" in names
    assert "bad.toml" in ran.err


def test_themes_of_textual_are_listed_too_and_an_unknown_choice_is_told(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[theme]\nname = "nord"\n', encoding="utf-8")
    listed = {theme["name"]: theme for theme in run("themes", "--json", "--config", str(path)).json}
    assert listed["nord"] == {"name": "nord", "dark": True, "chosen": True}
    assert not listed["hauler-dark"]["chosen"]
    path.write_text('[theme]\nname = "nrod"\n', encoding="utf-8")
    assert "no theme “nrod”" in run("themes", "--config", str(path)).err


def test_config_is_written_once_and_shown(run: Run, home: Path) -> None:
    path = Path(run("config", "path").out.strip())
    assert path.is_relative_to(home)
    run("config", "init")
    assert "already" in run("config", "init", code=1).err
    shown = run("config", "show", "--json").json
    assert shown["path"] == str(path)
    assert shown["fetch"]["allow_private_networks"] is False
    assert tomllib.loads(run("config", "show").out)["refresh"] == shown["refresh"]


def test_the_template_names_every_setting_with_its_default(tmp_path: Path) -> None:
    told = tmp_path / "config.toml"
    told.write_text(
        "".join(
            line.removeprefix("# ") if " = " in line else line
            for line in _TEMPLATE.splitlines(keepends=True)
        ),
        encoding="utf-8",
    )
    tables = tomllib.loads(told.read_text(encoding="utf-8"))
    for name, settings in config.known_settings().items():
        assert tuple(tables[name]) == settings
    read = config.load(told, {})
    assert read.refresh == config.RefreshConfig()
    assert read.fetch.timeout == config.FetchConfig().timeout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_each_shell(run: Run, shell: str) -> None:
    assert "_HAULER_COMPLETE" in run("completion", shell).out
    run("completion", "tcsh", code=2)


def test_completion_knows_the_commands(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_HAULER_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "hauler ite")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert "items" in run(code=None).out


def test_a_sample_is_kept_where_it_is_wanted(run: Run, tmp_path: Path) -> None:
    there = tmp_path / "sample"
    assert str(there) in run("sample", "--to", str(there)).out
    assert run("--library", str(there), "items", "--json").json
    assert "error: " in run("sample", "--to", str(there), code=1).err


def test_a_sample_is_read_offline_in_a_folder_that_goes_away(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    seen: dict[str, Path] = {}

    def read(library: object, settings: config.Config, *, notice: str = "") -> int:
        seen["library"] = library.directory  # type: ignore[attr-defined]
        seen["state"] = Path(os.environ["XDG_STATE_HOME"])
        assert settings.refresh.every == 0
        assert str(seen["library"].parent) in notice
        assert seen["library"].is_dir()
        return 0

    monkeypatch.setattr("hauler_tui.ui.app.run_reader", read)
    monkeypatch.setattr("hauler_tui.cli.sample.require_terminal", lambda: None)
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    run("sample")
    assert not seen["library"].parent.exists()
    assert seen["state"].parent == seen["library"].parent
    assert list(home.iterdir()) == []
