"""``hauler keys``, ``themes``, ``config`` and ``completion``."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui import paths
from hauler_tui.cli.commands import Command, Group
from hauler_tui.cli.output import say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.errors import ConfigError

if TYPE_CHECKING:
    from hauler_tui.config import Config

_TEMPLATE = """\
# The configuration of hauler. Every line that is commented out shows the default.

[fetch]
# allow_private_networks = false   # fetch from this machine and local networks too
# contact = "you@example.org"      # told to servers, so that they can write before they block
# timeout = 30                     # seconds for one feed in all
# arxiv_api = "https://export.arxiv.org/api/query"   # where missed days and ids are asked for
# arxiv_oai = "https://oaipmh.arxiv.org/oai"         # and where else for days
# preprint_api = "https://api.biorxiv.org/details"   # the same for bioRxiv and medRxiv

[refresh]
# every = 60                       # minutes until a feed is asked again; 0: only by R

[library]
# directory = "~/research/hauler"  # else the platform's place for data
# keep_days = 0                    # then items you never touched leave; 0: they stay for ever

[theme]
# name = "hauler-dark"             # “hauler themes” lists them

[keys]
# item.star = "s"                  # “hauler keys” lists the actions
"""


@click.command(cls=Command)
@pass_session
def keys(session: Session) -> None:
    """List the keys of the reader, as the configuration has them."""
    from hauler_tui.ui.actions import ACTIONS, SCOPE_TITLES, TEXT_KEYS
    from hauler_tui.ui.keymap import Keymap

    keymap = Keymap(session.config().keys)
    if session.as_json:
        say_json(
            [
                {
                    "id": action.id,
                    "scopes": action.scopes,
                    "keys": list(keymap.keys(action)),
                    "title": action.title,
                    "help": action.help,
                }
                for action in ACTIONS
            ]
        )
    else:
        rows: list[tuple[str, str, str, str]] = []
        for scope, title in SCOPE_TITLES.items():
            rows.extend(
                (title, keymap.shown_all(action), action.id, action.help)
                for action in ACTIONS
                if scope in action.scopes
            )
        rows.extend((SCOPE_TITLES["text"], key, "", help_) for key, help_ in TEXT_KEYS)
        say_table(rows)
    for problem in keymap.problems:
        tell(f"warning: {problem}")


@click.command(cls=Command)
@pass_session
def themes(session: Session) -> None:
    """List the colour themes: hauler's, yours, and Textual's.

    A file of yours that is wrong is named with the reason.
    """
    from hauler_tui.ui.themes import DEFAULT_THEME, load_themes, shipped_themes, theme_names

    config = session.config()
    found, failures = load_themes((shipped_themes(), paths.user_themes(config.path)))
    chosen = config.theme.name or DEFAULT_THEME
    names = theme_names(found)
    shapes = [
        {"name": name, "dark": is_dark, "chosen": name == chosen} for name, is_dark in names.items()
    ]
    if session.as_json:
        say_json(shapes)
    else:
        say_table(
            [
                (
                    "*" if shape["chosen"] else "",
                    "dark" if shape["dark"] else "light",
                    shape["name"],
                )
                for shape in shapes
            ]
        )
    for failure in failures:
        tell(f"warning: {failure.path}: {failure.reason}")
    if chosen not in names:
        tell(f"warning: there is no theme “{chosen[:60]}”: {DEFAULT_THEME} is used")


@click.group(cls=Group)
def config() -> None:
    """The configuration: path, show, init."""


@config.command("path", cls=Command)
@pass_session
def config_path(session: Session) -> None:
    """Print where the configuration file is, or would be."""
    path = session.config_path()
    if session.as_json:
        say_json({"path": str(path), "exists": path.is_file()})
    else:
        say(str(path))


@config.command("show", cls=Command)
@pass_session
def config_show(session: Session) -> None:
    """Print the configuration as it is in force."""
    shape = _shape(session.config())
    shape["library"]["directory"] = str(session.library_directory())
    if session.as_json:
        say_json(shape)
        return
    for name, table in shape.items():
        if isinstance(table, dict):
            say(f"[{name}]")
            for key, value in table.items():
                told = f"{key} = {json.dumps(value, ensure_ascii=False)}"
                say(told if value is not None else f"# {key} is not set")
            say()
        else:
            say(f"# {table}\n")


@config.command("init", cls=Command)
@pass_session
def config_init(session: Session) -> None:
    """Write a configuration file that shows every setting with its default."""
    path = session.config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_TEMPLATE)
    except FileExistsError as error:
        raise ConfigError(f"{path} is there already", "it was left as it is") from error
    if session.as_json:
        say_json({"path": str(path), "exists": True})
    else:
        say(f"wrote {path}")


@click.command(cls=Command)
@click.argument("shell", metavar="bash|zsh|fish", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes commands and options.

    Have SHELL run it when it starts.
    """
    from click.shell_completion import get_completion_class

    root = context.find_root()
    kind = get_completion_class(shell)
    assert kind is not None
    say(kind(root.command, {}, root.info_name or "hauler", "_HAULER_COMPLETE").source())


def _shape(config: Config) -> dict[str, Any]:
    return {field.name: _plain(getattr(config, field.name)) for field in fields(config)}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Path):
        return str(value)
    return value if isinstance(value, int | float | str | None) else dict(value)
