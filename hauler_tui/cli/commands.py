"""What every command shares: the options that may stand anywhere, help, and "did you mean"."""

from __future__ import annotations

import difflib
import gc
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from hauler_tui.cli.arguments import decoded
from hauler_tui.errors import UsageError

LIBRARY = "hauler.library"
CONFIG = "hauler.config"
JSON = "hauler.json"


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    # Only what was given is kept, so that the innermost place wins and silence overrules nothing.
    if value == "":
        # A script's unset variable must not mean the working directory, which "" is as a path.
        raise UsageError(
            f"{parameter.opts[0]} was given without a value",
            "give it one, or leave it out",
        )
    if isinstance(value, str):
        value = Path(value)
    if value:
        context.meta[f"hauler.{parameter.name}"] = value


def _options() -> list[click.Parameter]:
    path = click.Path()
    return [
        click.Option(
            ["--library"],
            type=path,
            metavar="DIR",
            expose_value=False,
            callback=_remember,
            help="The library's folder.",
        ),
        click.Option(
            ["--config"],
            type=path,
            metavar="FILE",
            expose_value=False,
            callback=_remember,
            help="The configuration file.",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Print JSON.",
        ),
    ]


class Command(click.Command):
    """A command that takes ``--library``, ``--config`` and ``--json`` beside its own options.

    What its function returns is the exit code; None is 0.
    """

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.params.extend(_options())

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with the garbage collector on.

        Raises HaulerError for an argument that is a text and not UTF-8.
        """
        gc.enable()
        for parameter in self.params:
            if parameter.name in ctx.params:
                ctx.params[parameter.name] = _in_utf8(ctx.params[parameter.name], parameter)
        return super().invoke(ctx)


def _in_utf8(value: Any, parameter: click.Parameter) -> Any:
    """What was typed as text, whatever the locale took its bytes for; paths stay as they are."""
    if isinstance(value, tuple):
        return tuple(_in_utf8(one, parameter) for one in value)
    if not isinstance(value, str):
        return value
    is_option = isinstance(parameter, click.Option)
    shown = parameter.make_metavar(click.get_current_context())
    name = parameter.opts[0] if is_option else f"the argument {shown}"
    # Bytes that the locale cannot read come as lone surrogates.
    return decoded(os.fsencode(value), name)


class Group(click.Group):
    """A command with subcommands, taking the same three options."""

    command_class = Command

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.params.extend(_options())
        self.no_args_is_help = False  # a missing subcommand is a mistake, told like any other

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The named subcommand. Raises UsageError naming the closest one."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            raise UsageError(
                f"there is no command “{ctx.command_path} {name[:60]}”",
                self._closest(ctx, name),
            )
        return (name if command else None), command, args[1:]

    def _closest(self, ctx: click.Context, name: str) -> str:
        names = self.list_commands(ctx)
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        if close:
            return f"did you mean “{ctx.command_path} {close[0]}”?"
        return f"it can be {', '.join(names)}" if len(names) < 12 else "see “hauler --help”"


class LateGroup(Group):
    """A group whose commands are imported when they are named or listed."""

    def __init__(self, *arguments: Any, places: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self._places = dict(places)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which help shows them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that holds the command."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command = getattr(importlib.import_module(f"hauler_tui.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command
