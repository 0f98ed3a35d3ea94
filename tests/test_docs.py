"""The README tells of everything there is."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click
import pytest

from hauler_tui.cli.root import root
from hauler_tui.config import known_settings
from hauler_tui.haul.findings import CODES
from hauler_tui.ui.actions import ACTIONS
from hauler_tui.ui.keymap import Keymap

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
FIRST_SCREEN = "\n".join(README.splitlines()[:24])


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/hauler sample",
        'python3 -m venv .venv && .venv/bin/pip install -e ".[dev]" && .venv/bin/python -m pytest',
    ],
)
def test_the_first_screen_tells_how_to_try_it_and_how_to_work_on_it(command: str) -> None:
    assert command in FIRST_SCREEN


def test_every_command_is_in_the_readme_and_has_help() -> None:
    context = click.Context(root)
    names = root.list_commands(context)
    missing = [n for n in names if f"`{n}" not in README and f"hauler {n}" not in README]
    assert missing == []
    commands = [root.get_command(context, name) for name in names]
    assert all(command and command.get_short_help_str() for command in commands)


def test_every_action_is_in_the_readme_with_its_keys_and_its_sentence() -> None:
    keymap = Keymap()
    lines = [line for line in README.splitlines() if line.startswith("| ")]
    for action in ACTIONS:
        (line,) = (line for line in lines if f"`{action.id}`" in line)
        assert action.help in line
        for key in keymap.shown_all(action).split():
            assert f"`{key}`" in line


def test_every_setting_is_in_the_readme() -> None:
    for table, keys in known_settings().items():
        assert [key for key in keys if f"`[{table}] {key}`" not in README] == []


def test_every_code_of_a_finding_is_in_the_readme_as_the_check_means_it() -> None:
    table = README.partition("| code | severity |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert rows[2:] == [
        [f"`{name}`", code.severity, code.means, "yes" if code.is_fixed else ""]
        for name, code in CODES.items()
    ]


def test_every_theme_is_in_the_readme() -> None:
    for path in (ROOT / "themes").glob("*.toml"):
        assert f"`{path.stem}`" in README


def test_every_dependency_is_justified_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for requirement in project["dependencies"]:
        name = requirement.partition(">")[0]
        assert f"| {name} |" in README
