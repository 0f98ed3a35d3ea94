"""From the options to the configuration and the library: the one place where they are built."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from hauler_tui.cli import commands
from hauler_tui.cli.output import tell
from hauler_tui.errors import (
    ChangedElsewhereError,
    ConfigError,
    LibraryError,
    LibraryLockedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hauler_tui.config import Config
    from hauler_tui.library.library import Library
    from hauler_tui.library.store.generations import Accept

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one run of the command line was told to work on."""

    library_option: Path | None
    config_option: Path | None
    as_json: bool

    @staticmethod
    def of(context: click.Context) -> Session:
        """What the options said, wherever they stood."""
        return Session(
            library_option=context.meta.get(commands.LIBRARY),
            config_option=context.meta.get(commands.CONFIG),
            as_json=bool(context.meta.get(commands.JSON)),
        )

    def config(self) -> Config:
        """The configuration. Raises ConfigError."""
        from hauler_tui import config

        return config.load(self.config_option, os.environ)

    def config_path(self) -> Path:
        """The configuration file, which may be missing or wrong."""
        from hauler_tui import paths

        named = self.config_option or os.environ.get("HAULER_CONFIG")
        try:
            return Path(named).expanduser().absolute() if named else paths.default_config()
        except RuntimeError as error:
            raise ConfigError(f"there is no home for {named}") from error

    def library_directory(self) -> Path:
        """The library's folder. Raises ConfigError, and LibraryError where a file is there."""
        from hauler_tui import config

        directory = config.library_directory(self.library_option, os.environ, self.config())
        with suppress(OSError):  # who may not look there is told so when opening it
            if directory.exists() and not directory.is_dir():
                raise LibraryError(
                    f"{directory} is a file, and a library is a folder",
                    "name a folder with --library",
                )
        return directory

    @contextmanager
    def open(self, *, writing: bool = False) -> Iterator[Library]:
        """Open the library; its exit waits until every change is durable.

        To who only reads, a library that does not exist yet is an empty one, and is not made.
        Raises LibraryError, also for a place that is no folder.
        """
        # Only here are TinyDB and SQLite imported: help, version and completion need neither.
        from hauler_tui.library.library import Library

        directory = self.library_directory()
        if writing or _holds_anything(directory):
            told: set[str] = set()
            library = _opened(directory, writing=writing)
            try:
                with library:
                    if writing:
                        library.take_in_copies(self.now())
                    _warn(library, told)
                    yield library
            finally:
                _warn(library, told)
            return
        tell(f"there is no library in {directory} yet")
        with tempfile.TemporaryDirectory() as nowhere, Library.open(Path(nowhere)) as library:
            yield library

    @contextmanager
    def open_if_any(self) -> Iterator[Library | None]:
        """Open the library for reading where there is one, else give None.

        For commands that work on files and need no library. Raises LibraryError.
        """
        if not _holds_anything(self.library_directory()):
            yield None
            return
        with self.open() as library:
            yield library

    def now(self) -> datetime:
        """The time of this command; the layers below are always told it."""
        return datetime.now(UTC)


def _warn(library: Library, told: set[str]) -> None:
    """Tell what was found in the files and is not in ``told`` yet."""
    for sentence in library.rescued:
        if sentence not in told:
            told.add(sentence)
            tell(f"warning: {sentence}")


def _opened(directory: Path, *, writing: bool) -> Library:
    """The library; where another program changed it too, as the person decides."""
    from hauler_tui.library.library import Library

    try:
        return Library.open(directory, writing=writing)
    except ChangedElsewhereError as error:
        named = os.environ.get("HAULER_ACCEPT", "")
        accept = _accepted(named) if named else _ask_whose(error)
        if not named and not writing:
            # Who was asked once is not asked again by the next command.
            with suppress(LibraryLockedError):
                Library.open(directory, accept=accept).close()
        return Library.open(directory, writing=writing, accept=accept)


def _accepted(named: str) -> Accept:
    match named:
        case "theirs" | "ours":
            return named
        case _:
            raise ConfigError(
                f"HAULER_ACCEPT is “{named}”", "it may be theirs or ours, or not be set at all"
            )


def can_ask() -> bool:
    """Whether a person can be asked: stdin and stderr are terminals."""
    return all(stream and stream.isatty() for stream in (sys.stdin, sys.stderr))


@contextmanager
def naming_the_choice() -> Iterator[None]:
    """Name the variable that says whose version counts, where both changed the library."""
    try:
        yield
    except ChangedElsewhereError as error:
        raise ChangedElsewhereError(
            error.message,
            "set HAULER_ACCEPT=theirs to go on with what that program wrote, or HAULER_ACCEPT=ours"
            " to go on with hauler's own state; the other one is kept in a file beside it",
        ) from error


def _ask_whose(error: ChangedElsewhereError) -> Accept:
    if not can_ask():
        with naming_the_choice():
            raise error
    tell(error.message)
    tell("theirs  go on with what that program wrote")
    tell("ours    go on with hauler's own state, without what that program wrote")
    tell("Nothing is deleted: the other one is kept in a file beside it.")
    choice = click.Choice(("theirs", "ours"))
    return _accepted(click.prompt("Which one", type=choice, err=True))


def _holds_anything(directory: Path) -> bool:
    try:
        return any(directory.iterdir())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise LibraryError(
            f"the library {directory} cannot be read: {error.strerror or error}",
            "name its folder with --library",
        ) from error


def pass_session(
    function: Callable[Concatenate[Session, _P], _R],
) -> Callable[_P, _R]:
    """Give a command's function the session as its first argument."""

    def with_session(*arguments: _P.args, **options: _P.kwargs) -> _R:
        return function(Session.of(click.get_current_context()), *arguments, **options)

    return update_wrapper(with_session, function)
